"""How a run is executed, as the user asks for it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agents.prices import PriceTable
from agents.specs import ClientOptions


class RunOptions(BaseModel):
    """How a run is executed; nothing of it determines a result.

    `concurrency` is how many threads are in flight; None: as many as keep the servers busy. `budget` is in
    USD, `token_budget` in tokens, in and out.

    A run keeps the options that it was started with, and a resumed one goes on with them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrency: int | None = None
    budget: float | None = None
    batch: bool = False
    """Whether requests go out as batches of the provider's batch API."""
    batch_poll: float = 30.0
    """Seconds before the first look at a batch; the next ones come after ever more."""
    cache: bool = False
    """Whether validated replies of earlier runs in the store are used again. A safety run never uses them."""
    token_budget: int | None = None
    prices: PriceTable = PriceTable()
    client: ClientOptions = ClientOptions()
    log_file: Path | None = None

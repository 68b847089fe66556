"""How a run is executed, as the user asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

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
    engine: Literal["local", "ray"] = "local"
    ray_address: str | None = None
    """Of a cluster that is there; None: one on this machine, for as long as the run takes."""
    processes: int | None = None
    """Workers; `concurrency` is that of all together. None: this process, or one for each CPU of Ray's."""
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

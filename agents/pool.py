"""Models by spec, and what a refusal of the first request says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic_ai.models import Model

from agents.errors import ModelUnavailableError, RequestRejectedError
from agents.ledger import Ledger
from agents.models import build_model, close_model
from agents.specs import ClientOptions, ModelSpec
from agents.task import Role


class ModelPool:
    """Models by spec, built when first asked for: delivering a decision needs no model, and so no key."""

    def __init__(self, client: ClientOptions | None, *, verbatim: bool = False) -> None:
        self._client = client
        self._verbatim = verbatim
        self._built: dict[ModelSpec, Model] = {}

    def get(self, spec: ModelSpec) -> Model:
        """The model of a spec. Raises BadModelSpec."""
        if spec not in self._built:
            self._built[spec] = build_model(spec, client_options=self._client, verbatim=self._verbatim)
        return self._built[spec]

    async def close(self) -> None:
        """Close the models' connections."""
        for model in self._built.values():
            await close_model(model)


@contextmanager
def explained(ledger: Ledger, role: Role, model: Model) -> Iterator[None]:
    """A request that is refused before the model has given any reply is the set-up's fault, not its own."""
    try:
        yield
    except RequestRejectedError as error:
        if ledger.has_replies(role, model.model_name, model.base_url):
            raise
        raise ModelUnavailableError(
            f"{error} (no {role} has been answered yet by this model: check its name; "
            "where the server knows no structured output, --output-mode tool or prompted may help)"
        ) from error

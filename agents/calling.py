"""Calls to the models of roles: each through the ledger, by a model that is built when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic_ai import Agent
from pydantic_ai.models import Model

from agents.errors import ModelUnavailableError, RequestRejectedError
from agents.ledger import Ledger, LedgerModel
from agents.models import build_model, close_model, model_settings
from agents.offline.model import OfflineModel
from agents.offline.reader import STRATEGIES
from agents.roles import DepsT, OutputT, run_role
from agents.specs import ClientOptions, ModelSpec, OutputMode, Sampling
from agents.task import Call, Role


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


class RoleCalls:
    """The models of some roles; `offline` is the offline reader, one strategy for each sample."""

    def __init__(
        self,
        specs: Mapping[Role, ModelSpec],
        mode: OutputMode,
        sampling: Sampling,
        ledger: Ledger,
        client: ClientOptions | None = None,
    ) -> None:
        self._specs = specs
        self._mode: OutputMode = mode
        self._sampling = sampling
        self._ledger = ledger
        self._models = ModelPool(client)
        self._offline = tuple(OfflineModel(strategy) for strategy in STRATEGIES)

    def mode(self, role: Role) -> OutputMode:
        """How structured output is asked for."""
        return "native" if self.is_offline(role) else self._mode

    def is_offline(self, role: Role) -> bool:
        """Whether the offline reader takes this role."""
        return self._specs[role].kind == "offline"

    def samples(self, role: Role) -> int | None:
        """The offline reader has as many samples as strategies; a language model as many as are asked for."""
        return len(STRATEGIES) if self.is_offline(role) else None

    async def run(self, agent: Agent[DepsT, OutputT], task_text: str, deps: DepsT, call: Call) -> OutputT:
        """One run of one role. Raises the errors of `agents.errors`."""
        spec = self._specs[call.role]
        model = LedgerModel(self._base(spec, call.sample), spec, self._ledger, call)
        settings = model_settings(spec, self._sampling, call.sample)
        with explained(self._ledger, call.role, model):
            return await run_role(agent, task_text, deps, model, settings)

    async def close(self) -> None:
        """Close the models' connections."""
        await self._models.close()

    def _base(self, spec: ModelSpec, sample: int) -> Model:
        if spec.kind == "offline":
            return self._offline[sample % len(self._offline)]
        return self._models.get(spec)

"""Calls to the models of roles: each through the ledger, by a model that is built when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic_ai.models import Model

from agents.ledger import Ledger, LedgerModel
from agents.models import model_settings
from agents.offline.strategies import STRATEGIES
from agents.pool import ModelPool, explained
from agents.roles import AgentRole, DepsT, OutputT, run_role
from agents.spans import role_span
from agents.specs import ClientOptions, ModelSpec, OutputMode, Sampling
from agents.task import Call, Role

if TYPE_CHECKING:
    from agents.offline.model import OfflineModel


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
        self._offline: tuple[OfflineModel, ...] = ()

    def mode(self, role: Role) -> OutputMode:
        """How structured output is asked for."""
        return "native" if self.is_offline(role) else self._mode

    def is_offline(self, role: Role) -> bool:
        """Whether the offline reader takes this role."""
        return self._specs[role].kind == "offline"

    def samples(self, role: Role) -> int | None:
        """The offline reader has as many samples as strategies; a language model as many as are asked for."""
        return len(STRATEGIES) if self.is_offline(role) else None

    async def run(self, role: AgentRole[DepsT, OutputT], task_text: str, deps: DepsT, call: Call) -> OutputT:
        """One run of one role. Raises the errors of `agents.errors`."""
        spec = self._specs[call.role]
        model = LedgerModel(self._base(spec, call.sample), spec, self._ledger, call)
        settings = model_settings(spec, self._sampling, call.sample)
        with role_span(call, spec), explained(self._ledger, call.role, model):
            return await run_role(role, task_text, deps, model, settings)

    async def close(self) -> None:
        """Close the models' connections."""
        await self._models.close()

    def _base(self, spec: ModelSpec, sample: int) -> Model:
        if spec.kind == "offline":
            self._offline = self._offline or _offline_models()
            return self._offline[sample % len(self._offline)]
        return self._models.get(spec)


def _offline_models() -> tuple[OfflineModel, ...]:
    """One for each strategy. What reads notes takes a second to import; other runs need not wait for it."""
    from agents.offline.model import OfflineModel

    return tuple(OfflineModel(strategy) for strategy in STRATEGIES)

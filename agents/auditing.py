"""The source of an audit's votes: an auditor, one independent sample at a time."""

from __future__ import annotations

from agents.auditor import AuditTask, Judgement, auditor, auditor_task, judgement
from agents.calling import RoleCalls
from agents.errors import FailedVoteError
from agents.ledger import Ledger
from agents.specs import ClientOptions, ModelSpec, OutputMode, Sampling
from agents.task import Call


class Auditor:
    """Votes on original labels by a language model, or by the offline reader in its place."""

    def __init__(
        self,
        spec: ModelSpec,
        mode: OutputMode,
        sampling: Sampling,
        ledger: Ledger,
        client: ClientOptions | None = None,
    ) -> None:
        self._calls = RoleCalls({"auditor": spec}, mode, sampling, ledger, client)

    async def judge(self, task: AuditTask, sample: int) -> Judgement:
        """Whether the label stands. Raises the errors of `agents.errors`; who cannot tell has failed."""
        call = Call(task.task.run_id, task.task.instance_id, sample, "auditor", "audit")
        role = auditor(self._calls.mode("auditor"))
        said = await self._calls.run(role, auditor_task(task), task, call)
        found = judgement(said, task)
        if found is None:
            raise FailedVoteError(f"abstained: {said.reason}")
        return found

    async def close(self) -> None:
        """Close the model's connections."""
        await self._calls.close()

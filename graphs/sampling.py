"""One sample on its way to a vote: extract ─► calculate ─► critique, in one node of the workflow.

The verbs are functions and no nodes of their own: a node costs this process as much as sending a request, and
so nothing waits for the other samples between two verbs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from agents.critic import Critique
from agents.errors import FailedVoteError
from agents.task import Task
from calculators.model import Derivation, InputValue
from graphs.deps import Deps
from store.records import VoteRecord


@dataclass(slots=True)
class Draft:
    """What one pass of a sample has come to so far."""

    inputs: tuple[InputValue, ...] = ()
    derivation: Derivation | None = None
    verdict: Critique | None = None
    failure: str | None = None


async def cast_vote(deps: Deps, sample: int) -> VoteRecord:
    """The vote of one sample. A critic who objects sends it back once; then it votes, objection and all.

    Raises what blocks a sample, `graphs.samples.BLOCKING`.
    """
    began = time.perf_counter()
    draft = await _work_out(deps, sample, None)
    if draft.verdict is not None and draft.verdict.objections:
        draft = await _work_out(deps, sample, "; ".join(map(str, draft.verdict.objections)))
    return _vote(deps.task, sample, draft, time.perf_counter() - began)


async def _work_out(deps: Deps, sample: int, objection: str | None) -> Draft:
    """One pass. What an annotator cannot do is a failed vote, with what there was before it."""
    draft = Draft()
    try:
        draft.inputs = await extract(deps, sample, objection)
        draft.derivation = await calculate(deps, sample, draft.inputs, objection)
        if draft.derivation.unclear:
            raise FailedVoteError(_abstention(draft.derivation))
        draft.verdict = await critique(deps, sample, draft.derivation)
    except FailedVoteError as error:
        draft.failure = str(error)
    return draft


async def extract(deps: Deps, sample: int, objection: str | None) -> tuple[InputValue, ...]:
    """Read the inputs. Raises FailedVoteError."""
    try:
        return await deps.annotator.extract(deps.task, sample, objection)
    except FailedVoteError as error:
        raise FailedVoteError(f"extractor: {error}") from error


async def calculate(
    deps: Deps, sample: int, inputs: tuple[InputValue, ...], objection: str | None
) -> Derivation:
    """Execute the formula on what was read. Raises FailedVoteError."""
    try:
        return await deps.annotator.calculate(deps.task, sample, inputs, objection)
    except FailedVoteError as error:
        raise FailedVoteError(f"executor: {error}") from error


async def critique(deps: Deps, sample: int, derivation: Derivation) -> Critique:
    """Look for what would make the derivation's answer wrong. Raises FailedVoteError."""
    try:
        return await deps.annotator.critique(deps.task, sample, derivation)
    except FailedVoteError as error:
        raise FailedVoteError(f"critic: {error}") from error


def _vote(task: Task, sample: int, draft: Draft, seconds: float) -> VoteRecord:
    derivation = draft.derivation if draft.failure is None else None
    objections = draft.verdict.objections if draft.verdict else ()
    return VoteRecord(
        run_id=task.run_id,
        instance_id=task.instance_id,
        sample=sample,
        answer=derivation.answer if derivation else None,
        failure=draft.failure,
        derivation=draft.derivation,
        extraction=[value.model_dump(mode="json") for value in draft.inputs],
        critique=draft.verdict.model_dump(mode="json") if draft.verdict else None,
        objections=tuple(map(str, objections)),
        open_conventions=_open_conventions(task, derivation),
        elapsed_s=seconds,
    )


def _open_conventions(task: Task, derivation: Derivation | None) -> tuple[str, ...]:
    """Conventions that neither the contract nor the calculator fixes and that change this answer."""
    if derivation is None or task.calculator is None:
        return ()
    return tuple(
        convention.id
        for convention in task.calculator.conventions
        if convention.default is None
        and convention.id not in task.conventions
        and convention.id in derivation.alternatives
    )


def _abstention(derivation: Derivation) -> str:
    why = derivation.answer.reason if derivation.answer.kind == "incomputable" else ""
    return f"extractor: abstained, since it could not tell {', '.join(derivation.unclear)}: {why}"

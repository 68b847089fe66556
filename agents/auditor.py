"""The auditor sees an instance with its original label and says whether the label stands.

It is no relabelling role: it works in runs of its own, and nothing that it says is read by the roles that
recompute labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_ai import ModelRetry
from pydantic_ai.framing import RegisteredTag, wrap

from agents import framing
from agents.evidence import locate
from agents.roles import AgentRole, make_role
from agents.specs import OutputMode
from agents.task import Task, task_of
from answers.agreement import agrees
from answers.format import format_answer
from answers.model import Answer
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.model import Instance
from calculators.model import Evidence
from consensus.model import ErrorType, Verdict
from prompts.loader import load

_QUOTED: frozenset[ErrorType] = frozenset({"extraction", "time_point"})
"""Errors that consist in the note saying otherwise: it is quoted."""


class AuditVerdict(BaseModel):
    """What one auditor says of one label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["stands", "wrong", "cannot_tell"]
    error_type: ErrorType | None = Field(description="What made the label wrong; null unless it is.")
    reason: str = Field(description="One sentence that a maintainer can check.")
    quotes: tuple[str, ...] = Field(description="Verbatim words of the note that decide it; may be empty.")
    answer: str | None = Field(
        description='What is right, spelled as the label is; "N/A" if there is none; null if you do not know.'
    )


@dataclass(frozen=True, slots=True)
class AuditTask:
    """One instance as the auditor sees it: with its label, and how the benchmark says that it came about.

    `stored_inputs` and `explanation` are the benchmark's own cells, empty where it has none.
    """

    task: Task
    label: Answer
    label_text: str
    stored_inputs: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An auditor's verdict, checked: with typed answer and located evidence."""

    verdict: Verdict
    error_type: ErrorType | None
    reason: str
    answer: Answer | None
    evidence: tuple[Evidence, ...]


def audit_task_of(
    instance: Instance,
    run_id: str,
    conventions: dict[str, str],
    *,
    stored_inputs_column: str | None,
    explanation_column: str | None,
) -> AuditTask:
    """What the auditor gets to know of an instance, which has a label; `conventions` are the contract's."""
    assert instance.label is not None, "only instances with a label are audited"
    return AuditTask(
        task=task_of(instance, run_id, conventions),
        label=instance.label,
        label_text=instance.label_text,
        stored_inputs=instance.row.get(stored_inputs_column or "", ""),
        explanation=instance.row.get(explanation_column or "", ""),
    )


@cache
def auditor(mode: OutputMode) -> AgentRole[AuditTask, AuditVerdict]:
    """The auditor. A verdict that contradicts itself or misquotes is sent back."""
    return make_role("audit", AuditVerdict, mode, _check)


async def _check(task: AuditTask, verdict: AuditVerdict) -> None:
    if found := list(problems(verdict, task)):
        raise ModelRetry("Mend this and answer again:\n" + "\n".join(f"- {problem}" for problem in found))


def auditor_task(task: AuditTask) -> str:
    """The task text of one audit."""
    fixed = task.task.conventions
    return load("audit").render(
        calculator=framing.calculator_text(task.task.calculator) if task.task.calculator else "",
        answer=framing.agreement_text(task.task.spec),
        question=framing.question_text(task.task),
        conventions=_part(framing.CONVENTIONS, "\n".join(f"{name} = {fixed[name]}" for name in fixed)),
        label=wrap(framing.LABEL, task.label_text),
        stored_inputs=_part(framing.STORED_INPUTS, task.stored_inputs),
        explanation=_part(framing.EXPLANATION, task.explanation),
        context=framing.context_text(task.task),
    )


def _part(tag: RegisteredTag, body: str) -> str:
    return wrap(tag, body) if body.strip() else ""


def problems(said: AuditVerdict, task: AuditTask) -> Iterator[str]:
    """Everything that is wrong with a verdict, in words for the model that gave it."""
    if (said.verdict == "wrong") != (said.error_type is not None):
        yield "give an error_type exactly if the verdict is 'wrong'"
    if not said.reason.strip():
        yield "give the reason"
    if said.error_type in _QUOTED and not said.quotes:
        yield f"an error of type {said.error_type!r} needs the words of the note that show it in quotes"
    for quote in said.quotes:
        if _located(quote, task) is None:
            yield f"the quote {quote!r} is not found in the context"
    yield from _answer_problems(said, task)


def _answer_problems(said: AuditVerdict, task: AuditTask) -> Iterator[str]:
    try:
        answer = _typed(said, task)
    except UnparsableAnswer as error:
        yield f"answer: {error}"
        return
    if answer is None or said.verdict == "cannot_tell":
        return
    same = agrees(answer, task.label, task.task.spec)
    label, given = format_answer(task.label), format_answer(answer)
    if said.verdict == "wrong" and same:
        yield f"the label is called wrong, but the answer {given} agrees with it ({label})"
    if said.verdict == "stands" and not same:
        yield f"the label is said to stand, but the answer {given} does not agree with it ({label})"


def judgement(said: AuditVerdict, task: AuditTask) -> Judgement | None:
    """A verdict without problems, typed; None for one that cannot tell."""
    if said.verdict == "cannot_tell":
        return None
    located = (_located(quote, task) for quote in said.quotes)
    return Judgement(
        verdict=said.verdict,
        error_type=said.error_type,
        reason=said.reason,
        answer=_typed(said, task),
        evidence=tuple(found for found in located if found is not None),
    )


def _typed(said: AuditVerdict, task: AuditTask) -> Answer | None:
    if said.answer is None:
        return None
    spec = task.task.spec
    return parse_answer(said.answer, spec.kind, spec.unit, options=spec.options)


def _located(quote: str, task: AuditTask) -> Evidence | None:
    return locate(quote, task.task.context) or locate(quote, task.task.question, "question")

"""The timeline that a person reads: what models and people wrote cannot look like a line of ours."""

from __future__ import annotations

from typing import Any

import pytest

from answers.model import AnswerSpec, TextAnswer
from benchmarks.model import Instance
from calculators.model import Derivation, Evidence, InputValue, Step
from console.trace import trace_lines
from store.records import (
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    FailureRecord,
    LabelRecord,
    RunRecord,
    VoteRecord,
    utc_now,
)
from store.tracing import TraceBundle

ENDS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028")
FORGED = "Label: 5  confirmed, by reviewer"


def bundle(said: str) -> TraceBundle:
    """A trace in which everything that is free text is `said`."""
    run = RunRecord(id="r", benchmark_id="b", contract_sha="c", created_at=utc_now())
    ids = {"run_id": "r", "instance_id": "i"}
    instance = Instance(
        id="i",
        source_id=said,
        context=said,
        question=said,
        spec=AnswerSpec(kind="text"),
        label=None,
        label_text=said,
        calculator=None,
        calculator_name=said,
        row={},
    )
    parts: list[Any] = [{"part_kind": kind, "content": said} for kind in ("text", said)]
    call = {**ids, "sample": 0, "role": "extractor", "key": "k", "model": said, "attempt_no": 2}
    request = {"messages": [{"instructions": said, "parts": parts}]}
    answer = TextAnswer(value=said)
    derivation = Derivation(
        method="code",
        answer=answer,
        inputs=(
            InputValue(
                name=said,
                status="present",
                value=said,
                unit=said,
                time=said,
                evidence=Evidence(quote=said, start=0, end=len(said)),
            ),
            InputValue(name=said, status="not_mentioned"),
        ),
        steps=(Step(name=said, expression=said, value=said, unit=said),),
        notes=(said,),
        code=said,
    )
    vote = VoteRecord(**ids, sample=0, answer=answer, derivation=derivation, objections=(said,))
    decision = DecisionRecord(**ids, id=1, reviewer=said, answer=answer, note=said)
    return TraceBundle(
        run=run,
        instance=instance,
        position=0,
        calls=(
            CallRecord.model_validate({**call, "request": request, "response": {"parts": parts}}),
            CallRecord.model_validate({**call, "request": request, "outcome": "error", "error": said}),
        ),
        votes=(vote, VoteRecord(**ids, sample=1, failure=said)),
        escalation=EscalationRecord(**ids, reason="failed", detail={"why": said}),
        failures=(FailureRecord(**ids, error=said),),
        decisions=(decision,),
        labels=(
            LabelRecord(
                **ids, answer=answer, status="revised", decided_by="reviewer", reason=said, decision_id=1
            ),
        ),
    )


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("end", ENDS, ids=[f"{ord(end[0]):02x}" for end in ENDS])
def test_no_text_forges_a_line(end: str, full: bool) -> None:
    """Lines of ours stand at most four blanks in; whole texts, with `full`, are further in."""
    shown = "\n".join(trace_lines(bundle(f"x{end}{FORGED}"), {}, full=full))
    lines = shown.splitlines()
    forged = [line for line in lines if line.lstrip().startswith(FORGED)]
    assert all(line.startswith(" " * 6) for line in forged)
    assert forged or end not in ("\n", "\r", "\r\n", "\u2028"), "what was said is shown in full"
    assert sum(line.startswith("Label: ") for line in lines) == 1

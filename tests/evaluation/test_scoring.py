"""Which answers are right under a label set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import Answer, AnswerKind, AnswerSpec, NumberAnswer
from answers.parse import parse_answer
from benchmarks.rules import default_rule
from evaluation.scoring import score, score_model
from tests.evaluation.cases import benchmark, instance, labels, recording


def right(reply: str | None, truth: str, kind: AnswerKind = "number") -> bool:
    spec = AnswerSpec(kind=kind, agreement=default_rule(kind))
    given: Answer | None = None if reply is None else parse_answer(reply, kind)
    return score([given], parse_answer(truth, kind), spec) == 1.0


@pytest.mark.parametrize(
    ("reply", "truth", "kind", "expected"),
    [
        ("105", "100", "number", True),
        ("105.2", "100", "number", False),
        ("95", "100", "number", True),
        ("-105", "-100", "number", True),
        ("-95", "-100", "number", True),
        ("-94", "-100", "number", False),
        ("100", "-100", "number", False),
        ("0", "0", "number", True),
        ("0.01", "0", "number", False),
        ("3", "3", "integer", True),
        ("4", "3", "integer", False),
        ("05/03/2014", "2014-05-03", "date", True),
        ("05/04/2014", "2014-05-03", "date", False),
        ("('5 weeks', '6 days')", "41 days", "duration", True),
        ("N/A", "N/A", "number", True),
        ("N/A", "5", "number", False),
        ("5", "N/A", "number", False),
        (None, "N/A", "number", False),
        (None, "5", "number", False),
    ],
)
def test_limits_follow_the_sign_and_the_kind(
    reply: str | None, truth: str, kind: AnswerKind, expected: bool
) -> None:
    assert right(reply, truth, kind) is expected


@given(st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1e-3), st.floats(-0.2, 0.2))
def test_limits_are_five_per_cent_of_the_size(truth: float, part: float) -> None:
    spec = AnswerSpec(kind="number", agreement=default_rule("number"))
    found = score([NumberAnswer(value=truth + part * truth)], NumberAnswer(value=truth), spec)
    if abs(abs(part) - 0.05) > 1e-9:
        assert found == float(abs(part) < 0.05)


def test_a_score_that_is_not_whole_is_wrong_and_no_unparsed_answer() -> None:
    items = benchmark(instance("a", "3", "integer"))
    known = {each.source_id: each for each in items.instances}
    truths = {"set": labels("set", items, {"a": "3"}).answers()}
    scored = score_model(recording("m", {"a": "3.4"}), known, truths)
    assert scored.scores["set"] == {"a": 0.0}
    assert not scored.unparsed("a")

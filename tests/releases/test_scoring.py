"""The scoring that a release carries with it is Steward's own."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answers.agreement import within_tolerance
from answers.format import format_answer
from answers.model import (
    AgreementRule,
    Answer,
    AnswerKind,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)
from answers.parse import UnparsableAnswer, parse_answer
from tests.releases.conftest import Publish
from tests.releases.desk import ROWS, make_store

SOURCE = Path(__file__).parents[2] / "releases" / "loaders" / "scoring.py"


def load_scoring(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scoring_of_a_release", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCORING = load_scoring(SOURCE)
KINDS: tuple[AnswerKind, ...] = ("number", "integer", "date", "duration", "category", "text")
OPTIONS = ("Below", "within range", "above")

values = st.floats(allow_nan=False, allow_infinity=False, width=64)
small = st.floats(-100, 100).map(lambda value: round(value, 2))
ANSWERS: dict[AnswerKind, st.SearchStrategy[Answer]] = {
    "number": (values | small).map(lambda value: NumberAnswer(value=value)),
    "integer": st.integers(-(10**20), 10**20).map(lambda value: IntegerAnswer(value=value)),
    "date": st.dates(dt.date(1000, 1, 1)).map(lambda value: DateAnswer(value=value)),
    "duration": st.integers(-9999, 9999).map(lambda value: DurationAnswer(value=value)),
    "category": st.sampled_from(OPTIONS).map(lambda value: CategoryAnswer(value=value)),
    "text": st.text(st.characters(categories=("L", "N", "Zs", "Pd")), min_size=1)
    .filter(str.strip)
    .map(lambda value: TextAnswer(value=value)),
}
rules = st.builds(
    AgreementRule,
    kind=st.sampled_from(["relative", "absolute", "exact"]),
    tolerance=st.sampled_from([0.0, 0.01, 0.05, 0.5, 1.0, 3.0]),
)
spelled = st.one_of(*ANSWERS.values()).flatmap(
    lambda answer: st.sampled_from([format_answer(answer), format_answer(answer, style="medcalc")])
)
_NEAR = (
    r"[-+−]?[0-9]{0,4}[.,]?[0-9]{0,3}(e-?[0-9]{1,3})? ?(mg/dL|%|or|x10|weeks?)?",
    r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}",
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[MJ]a[yr]n? [0-9]{1,2},? [0-9]{4}",
    r"[(\[]?'?[0-9]{1,3}( weeks?)?'?,? ?'?[0-9]{0,2}( days?)?'?[)\]]?",
)
"""Spellings that are answers, or nearly so."""
near = st.one_of(*(st.from_regex(pattern, fullmatch=True) for pattern in _NEAR))
nothing = st.sampled_from(["N/A", "n.a.", "unknown", "Not computable.", "cannot be determined", "", "error"])
TEXTS = st.one_of(spelled, near, nothing, st.text(max_size=30))


def steward(text: str, kind: AnswerKind) -> Answer | None:
    try:
        return parse_answer(text, kind, options=OPTIONS if kind == "category" else ())
    except UnparsableAnswer:
        return None


def options_of(kind: AnswerKind) -> tuple[str, ...]:
    return OPTIONS if kind == "category" else ()


@given(TEXTS, st.sampled_from(KINDS), st.data())
@example("1,250.5 mg/dL", "number", None)
def test_a_text_is_right_wrong_or_unparsed_as_steward_has_it(
    text: str, kind: AnswerKind, data: st.DataObject | None
) -> None:
    truth: Answer = NumberAnswer(value=1250.5) if data is None else data.draw(ANSWERS[kind])
    rule = AgreementRule() if data is None else data.draw(rules)
    own = steward(text, kind)
    if own is None:
        with pytest.raises(SCORING.UnparsedError):
            SCORING.parse(text, kind, options_of(kind))
        return
    read = SCORING.parse(text, kind, options_of(kind))
    assert read.kind == own.kind
    target = SCORING.parse(full(truth), kind, options_of(kind))
    expected = within_tolerance(own, truth, AnswerSpec(kind=kind, agreement=rule))
    assert SCORING.is_right(read, target, rule.kind, rule.tolerance) == expected


@given(st.sampled_from(KINDS), rules, st.data())
def test_an_answer_near_the_label_is_right_where_steward_says_so(
    kind: AnswerKind, rule: AgreementRule, data: st.DataObject
) -> None:
    truth = data.draw(ANSWERS[kind])
    answer = data.draw(st.just(truth) | ANSWERS[kind] | st.just(IncomputableAnswer()) | nearby(truth))
    spec = AnswerSpec(kind=kind, agreement=rule)
    read, target = (SCORING.parse(full(each), kind, options_of(kind)) for each in (answer, truth))
    assert SCORING.is_right(read, target, rule.kind, rule.tolerance) == within_tolerance(answer, truth, spec)


def nearby(truth: Answer) -> st.SearchStrategy[Answer]:
    """Answers at the edge of a tolerance."""
    if not isinstance(truth, NumberAnswer):
        return st.just(truth)
    factors = st.sampled_from([0.95, 1.05, 0.949999, 1.050001, 0.5, -1.0])
    return factors.map(lambda factor: NumberAnswer(value=max(-1e308, min(1e308, truth.value * factor))))


def full(answer: Answer) -> str:
    """As a release gives the label in full."""
    match answer:
        case NumberAnswer():
            return repr(answer.value)
        case CategoryAnswer() | TextAnswer():
            return answer.value
        case _:
            return format_answer(answer)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("The gap is 12.\nAnswer: 19 mEq/L", "19 mEq/L"),
        ("Answer: 3\nNo, wait.\n**Answer:** 4", "4"),
        ("answer : `N/A`", "N/A"),
        ("  42 ", "42"),
        ("The final answer: 05/03/2014", "05/03/2014"),
        ("", ""),
    ],
)
def test_the_last_answer_of_a_reply_counts(reply: str, said: str) -> None:
    assert SCORING.final_answer(reply) == said


def test_rows_with_a_label_are_items_that_score(tmp_path: Path, publish: Publish) -> None:
    publish(make_store(tmp_path, waiting=("argued",)), tmp_path / "release")
    scoring = load_scoring(tmp_path / "release" / "loaders" / "scoring.py")
    items = {item["source_id"]: item for item in scoring.load()}
    assert list(items) == [each["id"] for each in ROWS if each["id"] != "argued"]
    right, wrong, lost = (1.0, 0.0), (0.0, 0.0), (0.0, 1.0)
    for source_id, reply, expected in (
        ("negative", "Answer: -4.19 mEq/L.", right),
        ("negative", "Answer: 4", wrong),
        ("negative", "Answer: -3.79", wrong),
        ("due", "Answer: February 10, 2024", right),
        ("due", "Answer: 02/09/2024", wrong),
        ("stay", "Answer: ('8 weeks', '4 days')", right),
        ("stay", "two months", lost),
        ("band", "Answer: ABOVE", right),
        ("band", "Answer: sideways", lost),
        ("dose", "Answer: cannot be computed", right),
        ("dose", "Answer: 7", wrong),
        ("wrong", "", lost),
        ("wrong", "about 30 or so", lost),
    ):
        found = scoring.score(reply, items[source_id])
        assert (found["correct"], found["unparsed"]) == expected, (source_id, reply)
        assert items[source_id]["question"] in items[source_id]["prompt"]

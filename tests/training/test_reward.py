"""The reward of a reply is right where the answer is within tolerance of the label, and never raises."""

from __future__ import annotations

import ast
import datetime as dt
import importlib.util
import math
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from answers.agreement import within_tolerance
from answers.model import (
    AgreementRule,
    Answer,
    AnswerKind,
    AnswerSpec,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    NumberAnswer,
)
from answers.parse import UnparsableAnswer, parse_answer
from training.export import reward_limits
from training.rewards import reward
from training.rewards.reward import RIGHT, UNREADABLE, WRONG, answer_reward, compute_score

KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
RULES = st.builds(
    AgreementRule,
    kind=st.sampled_from(["relative", "absolute", "exact"]),
    tolerance=st.sampled_from([0.0, 0.05, 0.5, 2.0]),
)


def score(answer: str, truth: Any, kind: str | None = None, *, strict: bool = False) -> float:
    info = None if kind is None else {"data_type": kind}
    return compute_score("", f"<think>…</think><answer>{answer}</answer>", truth, info, paper_strict=strict)


@given(NUMBERS, NUMBERS, RULES)
@example(0.95, 1.0, AgreementRule())
@example(-4.2, -4.0, AgreementRule())
def test_a_number_is_right_just_where_it_is_within_tolerance(
    value: float, truth: float, rule: AgreementRule
) -> None:
    spec = AnswerSpec(kind="number", agreement=rule)
    limits = reward_limits(NumberAnswer(value=truth), spec)
    assert float(limits.low) <= truth <= float(limits.high)
    edge = min(abs(value - float(limit)) for limit in limits)
    assume(edge == 0 or edge > 1e-9 * max(abs(value), abs(truth)))
    expected = within_tolerance(NumberAnswer(value=value), NumberAnswer(value=truth), spec)
    assert score(repr(value), limits, "number") == (RIGHT if expected else WRONG)
    assert score(repr(value), limits) == score(repr(value), limits, "number"), "the type follows from limits"


@given(NUMBERS, st.floats(min_value=0, max_value=1e6))
def test_limits_count_in_either_order(low: float, width: float) -> None:
    high = low + width
    for value in (low, high, (low + high) / 2):
        assert score(repr(value), (repr(low), repr(high)), "number") == RIGHT
        assert score(repr(value), (repr(high), repr(low)), "number") == RIGHT


@given(st.dates(), st.integers(-400, 400), RULES)
def test_dates_are_right_within_days(truth: dt.date, by: int, rule: AgreementRule) -> None:
    spec = AnswerSpec(kind="date", agreement=rule)
    ordinal = truth.toordinal() + by
    assume(1 <= ordinal <= dt.date.max.toordinal())
    said = dt.date.fromordinal(ordinal)
    limits = reward_limits(DateAnswer(value=truth), spec)
    expected = within_tolerance(DateAnswer(value=said), DateAnswer(value=truth), spec)
    for spelled in (said.isoformat(), f"{said.month}/{said.day}/{said.year:04}"):
        assert score(spelled, limits, "date") == (RIGHT if expected else WRONG)
        assert score(spelled, limits) == (RIGHT if expected else WRONG)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 3))
def test_durations_are_compared_in_days(weeks: int, days: int, tolerance: int) -> None:
    rule = AgreementRule(kind="absolute", tolerance=tolerance)
    limits = reward_limits(DurationAnswer(value=287), AnswerSpec(kind="duration", agreement=rule))
    expected = RIGHT if abs(7 * weeks + days - 287) <= tolerance else WRONG
    for spelled in (
        f"({weeks}, {days})",
        f"('{weeks} weeks', '{days} days')",
        f"({weeks} weeks, {days} days)",
        f"{weeks} weeks, {days} days",
        f"{7 * weeks + days}",
        f"{7 * weeks + days} days",
    ):
        assert score(spelled, limits, "duration") == expected


SPELLED = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[-+]?[0-9,.]{1,8}(e[-+]?[0-9]{1,3})? ?(mg/dL|%|kg)?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}(T00:00:00Z?)?", fullmatch=True),
    st.sampled_from(
        ["N/A", "unknown", "May 3, 2014", "3 May 2014", "May", "(5 weeks, 6 days)", "cannot be computed"]
    ),
)


@given(SPELLED, st.sampled_from(KINDS))
def test_what_is_read_is_what_labels_are_read_as(text: str, kind: AnswerKind) -> None:
    assume("<" not in text)
    as_number: AnswerKind = "number" if kind == "integer" else kind
    try:
        wanted: Answer | None = parse_answer(text, as_number)
    except UnparsableAnswer:
        wanted = None
    found = reward.read(text, kind)
    if wanted is None:
        assert found is None
    elif isinstance(wanted, IncomputableAnswer):
        assert found == "unknown"
    elif isinstance(wanted.value, str):
        assert isinstance(found, str)
    else:
        assert found == wanted.value


@pytest.mark.parametrize(
    "answer", ["N/A", "unknown", "Unknown", "n/a", "cannot be computed", "not computable"]
)
def test_incomputable_is_right_only_where_it_is_the_truth(answer: str) -> None:
    nothing = reward_limits(IncomputableAnswer(), AnswerSpec(kind="number"))
    assert nothing == ("unknown", "unknown")
    assert score(answer, nothing, "number") == score(answer, nothing) == RIGHT
    assert score(answer, ("19", "21"), "number") == WRONG, "it has the form that was asked for"
    assert score("20", nothing, "number") == WRONG
    assert score("20", nothing) == WRONG
    assert score("a few", nothing, "number") == UNREADABLE
    assert score("a few", nothing) == UNREADABLE


@pytest.mark.parametrize(
    ("answer", "limits"),
    [
        ("1,234", ("1200", "1300")),
        ("22.9 kg", ("22", "23")),
        ("+5", ("5", "5")),
        (".5", ("0.4", "0.6")),
        ("1e-3", ("0.0009", "0.0011")),
        ("10%", ("9.5", "10.5")),
        ("N/A", ("unknown", "unknown")),
        ("-4", ("-3.8", "-4.2")),
    ],
)
def test_what_the_study_could_not_read_is_read_unless_its_rules_are_asked_for(
    answer: str, limits: tuple[str, str]
) -> None:
    assert score(answer, limits) == RIGHT
    assert score(answer, limits, strict=True) < RIGHT


@pytest.mark.parametrize(
    ("answer", "limits", "expected"),
    [
        ("22.9", ("22", "23"), RIGHT),
        ("22", ("22", "23"), RIGHT),
        ("24", ("22", "23"), WRONG),
        ("unknown", ("22", "23"), UNREADABLE),
        ("22", ("unknown", "unknown"), UNREADABLE),
        ("Unknown", ("unknown", "unknown"), RIGHT),
        ("09/12/2014", ("2014/09/12", "2014/09/12"), RIGHT),
        ("9/13/2014", ("2014/09/12", "2014/09/12"), WRONG),
        ("12", ("2014/09/12", "2014/09/12"), UNREADABLE),
        ("(5 weeks, 6 days)", ("41", "41"), RIGHT),
        ("('5 weeks', '6 days')", ("41", "41"), RIGHT),
        ("(5, 6)", ("41", "41"), RIGHT),
        ("5 weeks, 6 days", ("41", "41"), UNREADABLE),
        ("May", ("2014/09/12", "2014/09/12"), WRONG),
        ("2014-09-12T00:00:00Z", ("2014/09/12", "2014/09/12"), UNREADABLE),
        ("20140912201409122014", ("2014/09/12", "2014/09/12"), UNREADABLE),
        ("about twenty", ("19", "21"), UNREADABLE),
    ],
)
def test_the_rules_of_the_study(answer: str, limits: tuple[str, str], expected: float) -> None:
    assert score(answer, limits, strict=True) == expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("<answer>20</answer>", RIGHT),
        ("<answer>\n 20 \n</answer> and so on", RIGHT),
        ("<answer>7</answer> no: <answer>20</answer>", RIGHT),
        ("<answer>20</answer> no: <answer>7</answer>", WRONG),
        ("<answer>20</answer> then <answer>it was cut o", RIGHT),
        ("<answer>20</answer></answer>", RIGHT),
        ("<answer><answer>20</answer>", RIGHT),
        ("20", UNREADABLE),
        ("<answer>20", UNREADABLE),
        ("</answer>20<answer>", UNREADABLE),
        ("<answer></answer>", UNREADABLE),
        ("", UNREADABLE),
    ],
)
def test_the_last_whole_pair_of_tags_counts(reply: str, expected: float) -> None:
    assert compute_score("", reply, ["19", "21"], {"data_type": "number"}) == expected


HOSTILE = [
    "<answer>" * 50_000,
    "<answer>" + "9" * 200_000 + "</answer>",
    "<answer>" + "(" * 5_000 + "</answer>",
    "<answer>(" + "9" * 5_000 + ", 1)</answer>",
    "<answer>1e999999999999</answer>",
    "<answer>\ud800</answer>",
    "<answer>\x00\x1b[31m</answer>",
    "<answer>2014-09-99T00:00:00 ABCD</answer>",
    "<answer>2014-09-12T00:00:00+99:99</answer>",
    "<answer>٣</answer>",
]
TRUTHS = [("19", "21"), ("2014/09/12", "2014/09/13"), ("unknown", "unknown"), ("yes", "yes")]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("truth", TRUTHS)
def test_hostile_replies_are_not_right_and_raise_nothing(truth: tuple[str, str], strict: bool) -> None:
    for reply in HOSTILE:
        assert compute_score("", reply, truth, None, paper_strict=strict) < RIGHT


@given(st.text(), st.sampled_from(TRUTHS), st.sampled_from([None, *KINDS]), st.booleans())
def test_any_text_has_a_reward(text: str, truth: tuple[str, str], kind: str | None, strict: bool) -> None:
    assume(kind in (None, "text", "category") or truth[0] not in ("yes", "2014/09/12", "19"))
    for reply in (text, f"<answer>{text}</answer>"):
        info = {"data_type": kind} if kind else None
        assert compute_score("", reply, truth, info, paper_strict=strict) in (RIGHT, WRONG, UNREADABLE)


@pytest.mark.parametrize(
    "completion", [None, 5, [], [None], [{"role": "assistant"}], [{"content": ["a"]}], {}]
)
def test_a_completion_without_text_is_unreadable(completion: Any) -> None:
    assert answer_reward([""], [completion], reward_model=[{"ground_truth": ["1", "1"]}]) == [UNREADABLE]


def test_both_entry_points_give_the_same(tmp_path: Path) -> None:
    truths = [["19", "21"], ["2014/09/12", "2014/09/12"], ["unknown", "unknown"]]
    kinds = ["number", "date", "number"]
    replies = ["<answer>20 kg</answer>", "<answer>9/13/2014</answer>", "<answer>3</answer>"]
    columns: dict[str, Any] = {
        "reward_model": [{"ground_truth": truth, "style": "rule"} for truth in truths],
        "extra_info": [{"uid": "1", "data_type": kind, "split": "train"} for kind in kinds],
        "data_source": ["x"] * 3,
        "completion_ids": [[1], [2], [3]],
    }
    one_by_one = [
        compute_score("x", reply, truth, {"data_type": kind})
        for reply, truth, kind in zip(replies, truths, kinds, strict=True)
    ]
    assert one_by_one == [RIGHT, WRONG, WRONG]
    chats = [[{"role": "assistant", "content": reply}] for reply in replies]
    assert answer_reward(["p"] * 3, replies, **columns) == one_by_one
    assert answer_reward([[{"role": "user", "content": "p"}]] * 3, chats, **columns) == one_by_one
    assert reward.answer_reward_paper_strict(["p"] * 3, replies, **columns) == [UNREADABLE, WRONG, UNREADABLE]


@pytest.mark.parametrize("truth", ["20", ["20"], ["1", "2", "3"], [], ["often", "often"]])
def test_limits_that_are_none_are_a_fault_of_the_data(truth: Any) -> None:
    with pytest.raises(ValueError, match="limit"):
        compute_score("", "<answer>20</answer>", truth, {"data_type": "number"})


def test_the_file_stands_alone() -> None:
    """A trainer loads it by its path, without Steward; dateutil is asked only under the study's rules."""
    path = Path(reward.__file__)
    imported = {
        name.partition(".")[0]
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported <= sys.stdlib_module_names
    spec = importlib.util.spec_from_file_location("shipped_reward", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert math.isclose(module.compute_score("", "<answer>20</answer>", ["19", "21"], None), RIGHT)

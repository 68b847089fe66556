"""What is possible while inputs are unknown: no completion is outside, and the ends are reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import IncomputableAnswer, IntegerAnswer
from calculators.evaluate import Given, evaluate
from calculators.model import Bound, Calculator, InputSpec, InputValue
from calculators.points import Bands, Finding, PointSum
from calculators.registry import all_calculators, get
from tests.calculators.scores import RULES, SCORES, SPARE, P, Q, X, Y, score_of
from tests.calculators.test_properties import values_of

HALVES = [half / 2 for half in range(21)]


def unclear(name: str) -> InputValue:
    return InputValue(name=name, status="unclear")


def everything(spec: InputSpec) -> list[Given]:
    """All that an input of the small scores can be; between two halves nothing changes."""
    if spec.kind == "quantity":
        return list(HALVES)
    return list(spec.allowed) if spec.kind == "category" else [False, True]


def points(score: Calculator, inputs: Mapping[str, Given]) -> int:
    answer = evaluate(score, inputs).answer
    assert isinstance(answer, IntegerAnswer)
    return answer.value


@st.composite
def partly_known(draw: st.DrawFn) -> tuple[Calculator, dict[str, Given], tuple[str, ...]]:
    """A small score, what is known, and the names of what is not."""
    score = draw(SCORES)
    names = [spec.name for spec in score.inputs]
    unknown = draw(st.sets(st.sampled_from(names), min_size=1, max_size=3))
    known = {s.name: draw(st.sampled_from(everything(s))) for s in score.inputs if s.name not in unknown}
    return score, known, tuple(name for name in names if name in unknown)


def completions(
    score: Calculator, known: Mapping[str, Given], unknown: tuple[str, ...]
) -> Iterator[tuple[tuple[Given, ...], int]]:
    for chosen in itertools.product(*(everything(score.input(name)) for name in unknown)):
        yield chosen, points(score, {**known, **dict(zip(unknown, chosen, strict=True))})


@given(partly_known())
def test_the_range_is_that_of_all_completions_and_what_moves_it_is_named(
    case: tuple[Calculator, dict[str, Given], tuple[str, ...]],
) -> None:
    score, known, unknown = case
    found = dict(completions(score, known, unknown))
    low, high = min(found.values()), max(found.values())
    answer = evaluate(score, {**known, **{name: unclear(name) for name in unknown}}).answer
    if low == high:
        assert isinstance(answer, IntegerAnswer)
        assert answer.value == low
    else:
        assert isinstance(answer, IncomputableAnswer)
        assert answer.reason.endswith(f"the answer could be {low} to {high}")
        assert answer.missing == tuple(name for name in unknown if _moves(found, unknown.index(name)))


def _moves(found: Mapping[tuple[Given, ...], int], at: int) -> bool:
    seen: dict[tuple[Given, ...], set[int]] = {}
    for chosen, total in found.items():
        seen.setdefault((*chosen[:at], *chosen[at + 1 :]), set()).add(total)
    return any(len(totals) > 1 for totals in seen.values())


BOUNDS: list[Bound] = ["<", "<=", ">", ">="]


@given(limit=st.integers(1, 9), bound=st.sampled_from(BOUNDS), value=st.sampled_from(HALVES))
def test_a_censored_quantity_is_on_its_side_of_the_limit(limit: int, bound: Bound, value: float) -> None:
    score = score_of((Bands(X, (("<", 3, 0), ("<=", 6, 1)), otherwise=4),))
    allowed = {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}
    censored = InputValue(name="x", status="present", value=float(limit), unit="ratio", bound=bound)
    answer = evaluate(score, [censored]).answer
    if allowed[bound]:
        exact = points(score, {"x": value})
        if isinstance(answer, IncomputableAnswer):
            low, high = _range(answer.reason)
            assert low <= exact <= high
        else:
            assert answer.model_dump()["value"] == exact


def _range(reason: str) -> tuple[float, float]:
    low, _, high = reason.rpartition("the answer could be ")[2].partition(" to ")
    return float(low), float(high.split()[0])


class TestExplanation:
    def test_what_stood_in_for_an_unknown_input_is_not_shown(self) -> None:
        derivation = evaluate(score_of((*RULES[:1], Finding(1, (P,)))), {"x": 0.0, "p": True})
        assert derivation.answer.model_dump()["value"] == 1
        assert [step.expression for step in derivation.steps] == [
            "y unknown; the score is the same whatever it is",
            "p: yes",
            "sum of the points",
        ]
        assert derivation.notes == ("y is missing, which cannot change the answer",)

    def test_neither_is_it_for_a_formula(self) -> None:
        derivation = evaluate(get("meld_na"), {"creatinine": 1.0, "bilirubin": 1.0, "inr": 1.0})
        assert derivation.answer.model_dump()["value"] == 6
        assert "sodium used" not in [step.name for step in derivation.steps]
        assert "MELD(i)" in [step.name for step in derivation.steps]

    def test_an_optional_input_that_is_needed_is_missing(self) -> None:
        score = score_of((RULES[4], Finding(2, (Q,))))
        answer = evaluate(score, {"stage": "III", "q": True}).answer
        assert isinstance(answer, IncomputableAnswer)
        assert answer.missing == (SPARE.name,)
        assert answer.reason == "spare is missing; the answer could be 3 to 6"
        assert points(score, {"stage": "II", "q": True}) == 2

    def test_and_it_is_where_only_some_completions_need_it(self) -> None:
        answer = evaluate(score_of((RULES[4],)), {"stage": unclear("stage")}).answer
        assert isinstance(answer, IncomputableAnswer)
        assert set(answer.missing) == {"stage", "spare"}
        assert answer.reason.endswith("the answer could be 0 to 4")

    def test_two_rules_that_pull_apart_are_tried_between_the_edges(self) -> None:
        # x high gives 3 while y stays low, and the sum of both asks for y high
        answer = evaluate(score_of(RULES[:2]), {"x": 9.0, "y": unclear("y")}).answer
        assert isinstance(answer, IncomputableAnswer)
        assert _range(answer.reason) == (2, 5)

    def test_rounding_next_to_an_edge_is_no_completion(self) -> None:
        # 4 less the number below 2 is 2: the band would take its point there, and the difference give none
        score = score_of((Bands(Y, (("<", 2, -1), ("<", 3, 0)), otherwise=0), RULES[1]))
        answer = evaluate(score, {"x": 4.0, "y": unclear("y")}).answer
        assert isinstance(answer, IncomputableAnswer)
        assert _range(answer.reason) == (0, 2)


POINT_SCORES = [c for c in all_calculators() if isinstance(c.formula, PointSum)]


@pytest.mark.parametrize("score", POINT_SCORES, ids=lambda c: c.id)
@given(data=st.data())
def test_no_completion_of_a_score_is_outside_its_range(score: Calculator, data: st.DataObject) -> None:
    known = {spec.name: data.draw(values_of(spec), spec.name) for spec in score.inputs}
    hidden = data.draw(st.sets(st.sampled_from(list(known)), min_size=1, max_size=4), "hidden")
    exact = evaluate(score, known).answer.model_dump()["value"]
    answer = evaluate(score, {**known, **{name: unclear(name) for name in hidden}}).answer
    if isinstance(answer, IncomputableAnswer):
        assert set(answer.missing) <= hidden
        low, high = _range(answer.reason)
        assert low <= exact <= high
    else:
        assert answer.model_dump()["value"] == exact


@pytest.mark.parametrize(
    ("score", "low", "high"),
    [
        ("child_pugh", 5, 15),
        ("glasgow_blatchford", 0, 23),
        ("apache_ii", 0, 71),
        ("sofa", 0, 24),
        ("curb65", 0, 5),
        ("sirs", 0, 4),
        ("psi", -10, 400),
    ],
)
def test_where_everything_is_unclear_the_range_is_that_of_the_table(score: str, low: int, high: int) -> None:
    answer = evaluate(get(score), [unclear(spec.name) for spec in get(score).inputs]).answer
    assert isinstance(answer, IncomputableAnswer)
    assert _range(answer.reason) == (low, high)


LYTES: dict[str, Given] = {"sodium": 140, "chloride": 100, "bicarbonate": 20, "albumin": 4}


def _reason_without(calculator: str, *hidden: str) -> str:
    known = {spec.name: LYTES[spec.name] for spec in get(calculator).inputs}
    answer = evaluate(get(calculator), {**known, **{name: unclear(name) for name in hidden}}).answer
    assert isinstance(answer, IncomputableAnswer)
    assert set(answer.missing) == set(hidden)
    return answer.reason


def test_the_range_of_a_formula_with_several_unknown_inputs() -> None:
    assert _range(_reason_without("anion_gap", "sodium")) == (90 - 120, 200 - 120)
    assert _range(_reason_without("anion_gap", "sodium", "bicarbonate")) == (90 - 160, 200 - 101)
    assert _range(_reason_without("anion_gap", "sodium", "chloride", "bicarbonate")) == (90 - 220, 200 - 51)


@pytest.mark.parametrize("others", [(), ("albumin",), ("sodium", "albumin"), ("sodium", "chloride")])
def test_a_ratio_that_may_divide_by_zero_has_no_range(others: tuple[str, ...]) -> None:
    # bicarbonate just below or above 24 makes it as large or as small as one likes
    reason = _reason_without("albumin_corrected_delta_ratio", "bicarbonate", *others)
    assert "could be" not in reason

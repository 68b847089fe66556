"""What must hold of every point score, whatever the patient."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answers.model import IntegerAnswer, NumberAnswer
from calculators.evaluate import Given, evaluate
from calculators.model import Calculator, InputValue
from calculators.points import Bands, Choice, Finding, NoFinding, PointSum
from calculators.registry import all_calculators, get
from tests.calculators.test_properties import values_of

SCORES = [calculator for calculator in all_calculators() if isinstance(calculator.formula, PointSum)]

# score → (lowest, highest) of its published table; the Caprini form names no highest, its lines add up to 76
RANGES = {
    "cha2ds2_vasc": (0, 9),
    "has_bled": (0, 9),
    "wells_pe": (0, 12.5),
    "wells_dvt": (-2, 9),
    "perc": (0, 8),
    "rcri": (0, 6),
    "heart": (0, 10),
    "centor": (-1, 5),
    "feverpain": (0, 5),
    "charlson": (0, 37),
    "caprini": (0, 76),
    "glasgow_coma_scale": (3, 15),
}


def total(calculator: Calculator, inputs: dict[str, Given]) -> float:
    answer = evaluate(calculator, inputs).answer
    assert isinstance(answer, IntegerAnswer | NumberAnswer)
    return answer.value


def complete(calculator: Calculator, data: st.DataObject) -> dict[str, Given]:
    """A patient of whom everything is known."""
    return {spec.name: data.draw(values_of(spec), spec.name) for spec in calculator.inputs}


def criteria(calculator: Calculator) -> PointSum:
    assert isinstance(calculator.formula, PointSum)
    return calculator.formula


COUNTED = [
    (calculator, criterion)
    for calculator in SCORES
    for criterion in criteria(calculator).criteria
    if isinstance(criterion, Finding | NoFinding)
]


@given(data=st.data(), counted=st.sampled_from(COUNTED))
@settings(max_examples=400)
def test_a_finding_more_moves_the_score_in_the_direction_of_its_points(
    data: st.DataObject, counted: tuple[Calculator, Finding | NoFinding]
) -> None:
    calculator, criterion = counted
    inputs = complete(calculator, data)
    spec = data.draw(st.sampled_from(criterion.inputs))
    without = total(calculator, {**inputs, spec.name: False})
    change = total(calculator, {**inputs, spec.name: True}) - without
    rises = isinstance(criterion, Finding) == (criterion.points > 0)
    assert change >= 0 if rises else change <= 0
    assert abs(change) in (0, abs(criterion.points))


@pytest.mark.parametrize(("name", "bounds"), RANGES.items())
@given(data=st.data())
def test_a_score_stays_in_its_published_range(
    name: str, bounds: tuple[float, float], data: st.DataObject
) -> None:
    assert bounds[0] <= total(get(name), complete(get(name), data)) <= bounds[1]


@pytest.mark.parametrize(("name", "bounds"), RANGES.items())
def test_both_ends_of_the_published_range_occur(name: str, bounds: tuple[float, float]) -> None:
    unclear = [InputValue(name=spec.name, status="unclear") for spec in get(name).inputs]
    answer = evaluate(get(name), unclear).answer
    assert answer.kind == "incomputable"
    assert f"the answer could be {bounds[0]:g} to {bounds[1]:g}" in answer.reason


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
@given(data=st.data())
def test_the_steps_list_every_criterion_with_its_points_and_the_reason(
    calculator: Calculator, data: st.DataObject
) -> None:
    derivation = evaluate(calculator, complete(calculator, data))
    *lines, last = derivation.steps
    assert [step.name for step in lines] == [c.name for c in criteria(calculator).criteria]
    assert all(step.expression for step in lines)
    points = [step.value for step in lines if isinstance(step.value, int | float)]
    assert len(points) == len(lines)
    assert last.name == "score"
    assert last.value == sum(points)
    assert isinstance(derivation.answer, IntegerAnswer | NumberAnswer)
    assert derivation.answer.value == last.value


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_no_criterion_is_listed_twice(calculator: Calculator) -> None:
    names = [criterion.name for criterion in criteria(calculator).criteria]
    assert len(set(names)) == len(names)
    for criterion in criteria(calculator).criteria:
        if isinstance(criterion, Bands):
            worth = [points for *_, points in criterion.bands]
            assert len({*worth, criterion.otherwise}) > 1
        if isinstance(criterion, Choice):
            assert len({points for _, points in criterion.points}) > 1

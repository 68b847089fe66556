from __future__ import annotations

import pytest

from answers.model import IncomputableAnswer, IntegerAnswer, NumberAnswer
from calculators.model import InputValue
from calculators.normalise import InvalidInput
from calculators.readings import Reading, readings
from calculators.registry import get

PATIENT = [
    InputValue(name="age", status="present", value=60, unit="years"),
    InputValue(name="sex", status="present", value="female"),
    InputValue(name="creatinine", status="present", value=1.0, unit="mg/dL"),
]


def shown(found: tuple[Reading, ...]) -> dict[tuple[str, ...], float | str]:
    return {
        tuple(reading.options.values()): reading.answer.value
        if isinstance(reading.answer, NumberAnswer | IntegerAnswer)
        else "N/A"
        for reading in found
    }


def test_there_is_a_reading_for_each_option_and_one_that_gives_up_where_an_input_is_missing() -> None:
    found = readings(get("mdrd"), PATIENT, {})
    computed = round(175 * 60**-0.203 * 0.742, 10)
    assert shown(found) == {
        ("stated_black_only",): pytest.approx(computed),
        ("omit",): pytest.approx(computed),
        (): "N/A",
    }
    assert {reading.missing for reading in found} == {frozenset({"race"})}
    assert [reading.gives_up for reading in found] == [False, False, True]


def test_a_convention_that_the_question_states_is_not_open_and_what_cannot_matter_is_not_missing() -> None:
    (only,) = readings(get("mdrd"), PATIENT, {"race_coefficient": "omit"})
    assert only.options == {}
    assert only.missing == frozenset()
    assert not only.gives_up


def test_a_dose_that_is_not_named_is_not_missing() -> None:
    doses = [
        InputValue(name="hydromorphone_dose", status="present", value=4, unit="mg"),
        InputValue(name="hydromorphone_per_day", status="present", value=3, unit="/day"),
    ]
    found = readings(get("morphine_milligram_equivalents"), doses, {})
    assert shown(found) == {("cdc_2022",): 60, ("cdc_2016",): 48}
    assert all(not reading.missing for reading in found)


def test_without_a_required_measurement_every_reading_is_incomputable() -> None:
    found = readings(get("mdrd"), [], {})
    assert all(isinstance(reading.answer, IncomputableAnswer) for reading in found)


def test_inputs_that_the_calculator_refuses_have_no_readings() -> None:
    with pytest.raises(InvalidInput):
        readings(get("mdrd"), [InputValue(name="shoe_size", status="present", value=44)], {})

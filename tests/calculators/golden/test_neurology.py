"""The Glasgow Coma Scale against its chart."""

import pytest

from answers.model import IntegerAnswer
from calculators.evaluate import Given, evaluate
from calculators.registry import get
from tests.calculators.golden.ask import answer, score

# Teasdale and Jennett 1974, and the chart of the scale: response → points
EYE = {
    "eyes open spontaneously": 4,
    "eye opening to verbal command": 3,
    "eye opening to pain": 2,
    "no eye opening": 1,
}
VERBAL = {
    "oriented": 5,
    "confused": 4,
    "inappropriate words": 3,
    "incomprehensible sounds": 2,
    "no verbal response": 1,
}
MOTOR = {
    "obeys commands": 6,
    "localizes pain": 5,
    "withdrawal from pain": 4,
    "flexion to pain": 3,
    "extension to pain": 2,
    "no motor response": 1,
}
NAME = "glasgow_coma_scale"


@pytest.mark.parametrize(("eye", "of_eye"), EYE.items())
@pytest.mark.parametrize(("verbal", "of_verbal"), VERBAL.items())
@pytest.mark.parametrize(("motor", "of_motor"), MOTOR.items())
def test_the_sum_of_the_three_responses(
    eye: str, of_eye: int, verbal: str, of_verbal: int, motor: str, of_motor: int
) -> None:
    result = score(NAME, eye_response=eye, verbal_response=verbal, motor_response=motor)
    assert result == of_eye + of_verbal + of_motor


# an intubated patient who opens the eyes to pain and withdraws: E2 V1T M4, written 7T in intensive care; 6
# where the verbal part is left out, 11 where it counts as normal
@pytest.mark.parametrize(("option", "expected"), [("lowest", 7), ("left_out", 6), ("full", 11)])
def test_an_intubated_patient(option: str, expected: int) -> None:
    responses: dict[str, Given] = {
        "eye_response": "eye opening to pain",
        "verbal_response": "not testable",
        "motor_response": "withdrawal from pain",
    }
    assert score(NAME, {"not_testable": option}, **responses) == expected


@pytest.mark.parametrize(
    ("name", "full", "lowest"),
    [("eye_response", 15, 12), ("verbal_response", 15, 11), ("motor_response", 15, 10)],
)
def test_each_part_may_be_not_testable(name: str, full: int, lowest: int) -> None:
    best: dict[str, Given] = {
        "eye_response": "eyes open spontaneously",
        "verbal_response": "oriented",
        "motor_response": "obeys commands",
        name: "not testable",
    }
    assert score(NAME, {"not_testable": "full"}, **best) == full
    assert score(NAME, {"not_testable": "lowest"}, **best) == lowest
    no_total = answer(NAME, {"not_testable": "no_total"}, **best)
    assert no_total.kind == "incomputable"
    assert name.replace("_", " ") in no_total.reason


def test_what_is_not_testable_counts_is_open_and_shown() -> None:
    responses: dict[str, Given] = {
        "eye_response": "not testable",
        "verbal_response": "confused",
        "motor_response": "obeys commands",
    }
    derivation = evaluate(get(NAME), responses)
    assert get(NAME).conventions[0].default is None
    shown = derivation.alternatives["not_testable"]
    values = {o: a.value for o, a in shown.items() if isinstance(a, IntegerAnswer)}
    assert values == {"lowest": 11, "left_out": 10, "full": 14}
    assert shown["no_total"].kind == "incomputable"


def test_where_all_is_testable_there_is_no_choice() -> None:
    responses: dict[str, Given] = {
        "eye_response": "no eye opening",
        "verbal_response": "no verbal response",
        "motor_response": "no motor response",
    }
    derivation = evaluate(get(NAME), responses)
    assert derivation.answer == IntegerAnswer(value=3)
    assert derivation.alternatives == {}

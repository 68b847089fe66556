"""A question may say which time point it means."""

from __future__ import annotations

import pytest

from agents.offline.asked import moment
from agents.offline.reader import STRATEGIES, Strategy
from tests.offline.reading import BLOOD_PRESSURE, BODY, CREATININE, MORPHINE, inputs

STAY = (
    "On admission, creatinine was 2.6 mg/dL. On day 2 creatinine was 3.1 mg/dL. On the day of discharge "
    "creatinine was 1.2 mg/dL. At follow-up, creatinine was 0.9 mg/dL."
)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the eGFR? Use the creatinine on admission.", 2.6),
        ("What is the eGFR? Use the creatinine of the second day.", 3.1),
        ("What is the eGFR on day 2?", 3.1),
        ("What is the eGFR? Use the creatinine at discharge.", 1.2),
        ("What was the eGFR at the follow-up visit?", 0.9),
    ],
)
def test_every_strategy_keeps_to_the_time_that_is_asked_for(
    strategy: Strategy, question: str, value: float
) -> None:
    assert inputs(CREATININE, STAY, strategy, question)["creatinine"].value == value


def test_a_time_without_a_value_is_in_doubt() -> None:
    entry = inputs(CREATININE, STAY, "first", "What is the eGFR? Use the creatinine on day 5.")["creatinine"]
    assert entry.status == "unclear"
    assert "day 5" in (entry.doubt or "")


@pytest.mark.parametrize(
    ("note", "weight"),
    [
        ("On admission he weighed 90 kg; today he weighs 82 kg. He is 180 cm tall.", 82),
        ("He weighs 82 kg. At his wedding eight years ago he weighed 75 kg. He is 180 cm tall.", 82),
        ("Weight today: 82 kg. Height 180 cm.", 82),
    ],
)
def test_today_is_the_visit(note: str, weight: float) -> None:
    read = inputs(BODY, note, "first", "What is the body mass index? Use today's weight.")
    assert (read["weight"].value, read["height"].value) == (weight, 180)


def test_a_question_without_a_time_leaves_the_choice_to_the_strategy() -> None:
    assert moment("Based on the number of doses per day, what is the daily dose?") is None
    assert moment("the number of weeks and days, e.g. 4 weeks, 3 days") is None
    assert inputs(MORPHINE, "Methadone 10 mg daily", question="per day?")["methadone_dose"].value == 10
    assert inputs(BLOOD_PRESSURE, "BP 120/80", question="mean arterial pressure")["systolic_bp"].value == 120

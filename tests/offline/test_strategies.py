from __future__ import annotations

import pytest

from agents.offline.reader import STRATEGIES
from tests.offline.reading import BODY, CREATININE, ELECTROLYTES, LIPIDS, inputs, values

ADMISSION_AND_LATER = (
    "On admission, sodium was 130 mEq/L, chloride 95 mEq/L and bicarbonate 15 mEq/L. "
    "Two days later, sodium was 138 mEq/L, chloride 103 mEq/L and bicarbonate 22 mEq/L."
)


def by_strategy(medcalc_id: int, note: str, name: str) -> dict[str, object]:
    return dict(zip(STRATEGIES, values(medcalc_id, note, name), strict=True))


def test_there_are_five() -> None:
    assert len(STRATEGIES) == len(set(STRATEGIES)) == 5


def test_one_value_leaves_nothing_to_disagree_about() -> None:
    assert set(values(CREATININE, "Serum creatinine was 1.4 mg/dL.", "creatinine")) == {1.4}


def test_two_full_panels_divide_the_strategies() -> None:
    read = by_strategy(ELECTROLYTES, ADMISSION_AND_LATER, "sodium")
    assert read["first"] == read["admission"] == read["panel"] == 130
    assert read["latest"] == 138


def test_the_panel_prefers_the_time_point_with_most_inputs() -> None:
    note = (
        "On admission, sodium was 130 mEq/L. Two days later, sodium was 138 mEq/L, chloride 103 mEq/L and "
        "bicarbonate 22 mEq/L. On day 5, sodium was 141 mEq/L."
    )
    assert by_strategy(ELECTROLYTES, note, "sodium")["panel"] == 138
    assert by_strategy(ELECTROLYTES, note, "sodium")["latest"] == 141


def test_of_two_later_panels_the_last_counts() -> None:
    note = "On day 3, sodium was 138 mEq/L and chloride 103 mEq/L. " * 2
    note = note.replace("138", "141", 1).replace("day 3", "day 6", 1)
    assert by_strategy(ELECTROLYTES, note, "sodium")["panel"] == 138


def test_admission_and_panel_do_not_mix_time_points() -> None:
    note = (
        "On admission, sodium was 130 mEq/L and chloride was 95 mEq/L. "
        "Three days later, bicarbonate was 8 mEq/L."
    )
    read = by_strategy(ELECTROLYTES, note, "bicarbonate")
    assert read["first"] == 8
    assert read["admission"] is None
    assert read["panel"] is None


def test_history_yields_to_the_present() -> None:
    note = "Her baseline creatinine was 0.9 mg/dL. On admission, creatinine was 2.4 mg/dL."
    assert by_strategy(CREATININE, note, "creatinine")["first"] == 2.4


def test_history_is_taken_where_there_is_nothing_else() -> None:
    note = "Two years ago her creatinine was 0.9 mg/dL."
    assert by_strategy(CREATININE, note, "creatinine")["first"] == 0.9


def test_a_test_elsewhere_days_before_is_history() -> None:
    note = (
        "Two days prior to admission, he was seen elsewhere. Tests gave a total cholesterol of "
        "200 mg/dL. On the day of admission, total cholesterol was 150 mg/dL."
    )
    assert by_strategy(LIPIDS, note, "total_cholesterol")["first"] == 150


@pytest.mark.parametrize("strategy", ["first", "latest"])
def test_a_rise_in_one_sentence_gives_both_values(strategy: str) -> None:
    note = "Serum creatinine rose from 1.2 to 2.4 mg/dL."
    expected = {"first": 1.2, "latest": 2.4}[strategy]
    assert by_strategy(CREATININE, note, "creatinine")[strategy] == expected


def test_height_belongs_to_every_time_point() -> None:
    note = "She is 160 cm tall. Two months later, she weighed 60 kg."
    assert by_strategy(BODY, note, "height")["panel"] == 160


def test_the_time_is_told_as_the_note_names_it() -> None:
    assert inputs(ELECTROLYTES, ADMISSION_AND_LATER, "latest")["sodium"].time == "Two days later"

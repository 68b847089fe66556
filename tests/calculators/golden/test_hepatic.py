"""Hepatic: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any

import pytest

from answers.model import IntegerAnswer
from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, number, score

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("fib4", {"age": 55, "ast": 80, "alt": 64, "platelets": 150}, 3.66667, "Sterling: 4400 / (150 × 8)"),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


class TestMeldNa:
    """OPTN policy 9.1.D of 2016; values worked out by hand."""

    def test_middle_of_the_scale(self) -> None:
        # 0.6633 + 0.4153 + 0.4541 + 0.643 = 2.1757 → 2.2 → 22; 22 + 1.32·7 − 0.033·22·7 = 26.158
        assert score("meld_na", creatinine=2.0, bilirubin=3.0, inr=1.5, sodium=130) == 26

    def test_rounds_to_one_decimal_before_multiplying_by_ten(self) -> None:
        # 1.1011 + 0.2823 + 0.2588 + 0.643 = 2.2852 → 2.3 → 23, not 20 and not 22.9
        assert score("meld_na", creatinine=3.16, bilirubin=2.11, inr=1.26, sodium=137) == 23

    def test_healthy_values_are_raised_to_one(self) -> None:
        assert score("meld_na", creatinine=0.6, bilirubin=0.4, inr=0.9, sodium=141) == 6

    def test_sodium_does_not_count_up_to_eleven(self) -> None:
        assert score("meld_na", creatinine=1.3, bilirubin=1.0, inr=1.0, sodium=125) == 9

    @pytest.mark.parametrize("dialysis", ["dialysis_twice", "cvvhd_24h"])
    def test_dialysis_sets_creatinine_to_four_even_when_it_is_low(self, dialysis: str) -> None:
        inputs: dict[str, Given] = {
            "creatinine": 0.8,
            "bilirubin": 1.0,
            "inr": 1.0,
            "sodium": 140,
            dialysis: True,
        }
        assert score("meld_na", **inputs) == 20
        assert score("meld_na", **{**inputs, "creatinine": None}) == 20

    def test_creatinine_counts_up_to_four(self) -> None:
        # 1.3267 + 0.643 = 1.9697 → 20; 3.6 mg/dL: 1.2258 + 0.643 = 1.8688 → 19
        rest: dict[str, Given] = {"bilirubin": 1.0, "inr": 1.0, "sodium": 140}
        assert [score("meld_na", creatinine=c, **rest) for c in (3.6, 4.0, 4.4)] == [19, 20, 20]

    def test_sodium_counts_from_twelve(self) -> None:
        # creatinine 1.69: 0.5022 + 0.643 → 11; 1.85: 0.5887 + 0.643 → 12; 12 + 15.84 − 4.752 = 23.088
        rest: dict[str, Given] = {"bilirubin": 1.0, "inr": 1.0, "sodium": 125}
        assert [score("meld_na", creatinine=c, **rest) for c in (1.69, 1.85)] == [11, 23]

    def test_the_score_ends_at_forty(self) -> None:
        assert score("meld_na", creatinine=9.0, bilirubin=40.0, inr=6.0, sodium=120) == 40


# Kim 2021: 4.56 ln 2 + 9.09 ln 1.5 + 11.14 ln 1.5 + 1.85 × 0.5 − 1.83 × 0.5 × ln 1.5 + 6 = 17.92 at a
# sodium of 137; at 125 another 0.82 × 12 − 0.24 × 12 × ln 2 = 7.84; women 1.33 more
@pytest.mark.parametrize(
    ("sex", "sodium", "expected"), [("male", 140, 18), ("female", 140, 19), ("male", 120, 26)]
)
def test_meld_3(sex: str, sodium: float, expected: int) -> None:
    inputs: dict[str, Given] = {"creatinine": 1.5, "bilirubin": 2, "inr": 1.5, "sodium": sodium}
    found = answer("meld_na", {"meld_version": "meld_3_0"}, **inputs, sex=sex, albumin=3.0)
    assert found == IntegerAnswer(value=expected)


def test_meld_3_bounds_its_values() -> None:
    """Least 6 in a man, most 40; creatinine counts as 3 with dialysis and above 3."""
    chosen = {"meld_version": "meld_3_0"}
    best: dict[str, Given] = {"creatinine": 0.6, "bilirubin": 0.4, "inr": 0.9, "sodium": 145}
    assert answer("meld_na", chosen, **best, sex="male", albumin=4.5) == IntegerAnswer(value=6)
    worst: dict[str, Given] = {"creatinine": 9, "bilirubin": 40, "inr": 8, "sodium": 110}
    assert answer("meld_na", chosen, **worst, sex="female", albumin=1) == IntegerAnswer(value=40)
    mild: dict[str, Given] = {**best, "sex": "male", "albumin": 4.5}
    # 11.14 ln 3 + 6 = 18.24
    for kidney in ({"creatinine": 3.7}, {"dialysis_twice": True}):
        assert answer("meld_na", chosen, **{**mild, **kidney}) == IntegerAnswer(value=18)


def test_meld_3_names_what_it_lacks() -> None:
    inputs: dict[str, Given] = {"creatinine": 1.5, "bilirubin": 2, "inr": 1.5, "sodium": 137}
    found = answer("meld_na", {"meld_version": "meld_3_0"}, **inputs, sex="male")
    assert found.model_dump()["missing"] == ("albumin",)
    assert answer("meld_na", **inputs).kind == "integer"

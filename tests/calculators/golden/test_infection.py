"""Sore throat: scores against published cases, and every line and limit of their tables."""

import pytest

from calculators.evaluate import Given, evaluate
from calculators.registry import get
from tests.calculators.golden.ask import answer, score

NO_POINTS: dict[str, Given] = {
    "age": 20,
    "temperature": 37,
    "cough": True,
    "anterior_cervical_nodes": False,
    "tonsillar_exudate_or_swelling": False,
}
NO_PAIN: dict[str, Given] = {
    "fever_past_24_hours": False,
    "purulent_tonsils": False,
    "onset_within_3_days": False,
    "severely_inflamed_tonsils": False,
    "cough": True,
    "coryza": False,
}


class TestCentor:
    """McIsaac 1998."""

    def test_a_child_with_all_signs_has_five(self) -> None:
        signs: dict[str, Given] = {"anterior_cervical_nodes": True, "tonsillar_exudate_or_swelling": True}
        assert score("centor", age=8, temperature=(102, "°F"), cough=False, **signs) == 5

    def test_an_elderly_patient_without_signs_has_less_than_none(self) -> None:
        assert score("centor", **{**NO_POINTS, "age": 70}) == -1

    @pytest.mark.parametrize(("age", "points"), [(3, 1), (14.9, 1), (15, 0), (44.9, 0), (45, -1), (80, -1)])
    def test_age(self, age: float, points: int) -> None:
        assert score("centor", **{**NO_POINTS, "age": age}) == points

    def test_below_three_years_the_table_has_no_points_and_a_note_says_so(self) -> None:
        derivation = evaluate(get("centor"), {**NO_POINTS, "age": (30, "months")})
        assert derivation.answer.kind == "integer"
        assert derivation.answer.value == 0
        assert any("was not made for age 2.5 years" in note for note in derivation.notes)

    @pytest.mark.parametrize(
        ("temperature", "points"), [(38, 0), ((100.4, "°F"), 0), (38.1, 1), ((100.6, "°F"), 1)]
    )
    def test_fever_is_above_38_degrees(self, temperature: Given, points: int) -> None:
        assert score("centor", **{**NO_POINTS, "temperature": temperature}) == points

    @pytest.mark.parametrize(
        ("name", "value"),
        [("cough", False), ("anterior_cervical_nodes", True), ("tonsillar_exudate_or_swelling", True)],
    )
    def test_each_sign_counts_one(self, name: str, value: bool) -> None:
        assert score("centor", **{**NO_POINTS, name: value}) == 1

    @pytest.mark.parametrize("name", ["cough", "anterior_cervical_nodes", "tonsillar_exudate_or_swelling"])
    def test_silence_is_no_sign(self, name: str) -> None:
        result = answer("centor", **{**NO_POINTS, name: None})
        assert result.kind == "incomputable"
        assert result.missing == (name,)

    def test_a_sore_throat_of_a_week_gets_a_note(self) -> None:
        def notes(days: float) -> list[str]:
            derivation = evaluate(get("centor"), {**NO_POINTS, "symptom_duration": days})
            assert derivation.answer.kind == "integer"
            return [note for note in derivation.notes if "was not made for" in note]

        assert notes(3) == []
        assert "7 days" in notes(7)[0]


class TestFeverPain:
    """Little 2013."""

    def test_fever_pus_early_inflamed_and_nothing_of_a_cold(self) -> None:
        signs = dict.fromkeys(list(NO_PAIN)[:4], True)
        assert score("feverpain", **{**NO_PAIN, **signs, "cough": False}) == 5

    def test_a_cold_for_a_week(self) -> None:
        assert score("feverpain", **{**NO_PAIN, "coryza": True}) == 0

    @pytest.mark.parametrize("name", list(NO_PAIN)[:4])
    def test_each_sign_counts_one(self, name: str) -> None:
        assert score("feverpain", **{**NO_PAIN, name: True}) == 1

    @pytest.mark.parametrize(
        ("cough", "coryza", "points"),
        [(True, True, 0), (True, False, 0), (False, True, 0), (False, False, 1)],
    )
    def test_cough_and_coryza_both_have_to_be_absent(self, cough: bool, coryza: bool, points: int) -> None:
        assert score("feverpain", **{**NO_PAIN, "cough": cough, "coryza": coryza}) == points

    def test_with_coryza_the_cough_does_not_matter(self) -> None:
        assert score("feverpain", **{**NO_PAIN, "cough": None, "coryza": True}) == 0

    def test_without_a_look_into_the_throat_there_is_no_score(self) -> None:
        unseen: dict[str, Given] = {"purulent_tonsils": None, "severely_inflamed_tonsils": None}
        result = answer("feverpain", **{**NO_PAIN, **unseen})
        assert result.kind == "incomputable"
        assert result.missing == ("purulent_tonsils", "severely_inflamed_tonsils")
        assert "0 to 2" in result.reason

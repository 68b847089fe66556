"""Criteria of point scores, and what they say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calculators import registry
from calculators.evaluate import evaluate
from calculators.model import Scalar, Values
from calculators.points import Bands, Choice, Criterion, Finding, inputs_of
from tests.calculators.scores import RULES, STAGE, P, Q, R, X, Y, score_of


def awarded(criterion: Criterion, **values: Scalar) -> tuple[float, str]:
    return criterion.award(Values(values, {}))


class TestFinding:
    def test_any_of_the_findings_gives_the_points_once(self) -> None:
        criterion = Finding(2, (P, Q, R), label="one of three")
        assert awarded(criterion, p=False, q=True, r=True) == (2, "q and r: yes")
        assert awarded(criterion, p=False, q=False, r=False) == (0, "p or q or r: no")
        assert criterion.name == "one of three"

    def test_its_name_is_that_of_its_one_finding(self) -> None:
        assert Finding(1, (P,)).name == P.label


class TestBands:
    BANDS = Bands(X, (("<", 2, 3), ("<=", 4, 1), ("<", 6, 0)), otherwise=2)

    @pytest.mark.parametrize(
        ("value", "points", "why"),
        [
            (1.9, 3, "1.9 is < 2"),
            (2.0, 1, "2 is ≥ 2 and ≤ 4"),
            (4.0, 1, "4 is ≥ 2 and ≤ 4"),
            (4.1, 0, "4.1 is > 4 and < 6"),
            (6.0, 2, "6 is ≥ 6"),
        ],
    )
    def test_the_first_band_that_holds_counts(self, value: float, points: float, why: str) -> None:
        assert awarded(self.BANDS, x=value) == (points, why)

    def test_a_unit_is_named(self) -> None:
        assert awarded(Bands(replace(X, unit="kg"), (("<", 2, 3),), otherwise=0), x=1.0)[1] == "1 kg is < 2"


def test_a_choice_gives_the_points_of_its_option() -> None:
    criterion = Choice(STAGE, (("I", 0), ("II", 1), ("III", 4)), label="how far")
    assert [awarded(criterion, stage=stage) for stage in STAGE.allowed] == [(0, "I"), (1, "II"), (4, "III")]
    assert criterion.name == "how far"


def test_every_criterion_is_a_step_and_the_sum_is_the_last() -> None:
    score = score_of((Finding(2, (P,)), Bands(X, (("<", 5, 0),), otherwise=1), Finding(-1, (Q,))))
    derivation = evaluate(score, {"p": True, "x": 7, "q": True})
    assert [(step.name, step.value, step.expression) for step in derivation.steps] == [
        ("p", 2, "p: yes"),
        ("x", 1, "7 is ≥ 5"),
        ("q", -1, "q: yes"),
        ("score", 2, "sum of the points"),
    ]


def test_the_inputs_of_a_score_are_those_of_its_criteria_each_once() -> None:
    assert inputs_of((Finding(1, (P, Q)), Finding(1, (Q, R)), *RULES[:1])) == (P, Q, R, X, Y)


class TestCheck:
    """What the registry refuses."""

    @pytest.mark.parametrize(
        ("criterion", "message"),
        [
            (Bands(X, (("<", 5, 0), ("<", 3, 1)), otherwise=2), "criterion 'x' has bands out of order"),
            (Choice(STAGE, (("I", 0), ("II", 1))), "criterion 'stage' does not score each option once"),
            (
                Choice(STAGE, (("I", 0), ("II", 1), ("III", 2), ("IV", 3))),
                "criterion 'stage' does not score each option once",
            ),
        ],
    )
    def test_a_table_that_contradicts_itself(self, criterion: Criterion, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            registry.check([score_of((criterion,))])

    def test_a_criterion_that_reads_what_the_score_does_not_declare(self) -> None:
        score = replace(score_of((Finding(1, (P,)), Finding(1, (Q,)))), inputs=(P,))
        with pytest.raises(ValueError, match=r"criterion 'q' reads what is not declared so: \['q'\]"):
            registry.check([score])
        other = replace(score, inputs=(P, replace(Q, absent="required")))
        with pytest.raises(ValueError, match=r"criterion 'q' reads what is not declared so: \['q'\]"):
            registry.check([other])


def test_a_category_that_a_note_need_not_mention_is_what_its_default_says() -> None:
    staged = replace(STAGE, absent="assume_absent", default="I")
    score = score_of((Choice(staged, (("I", 1), ("II", 2), ("III", 3))),))
    derivation = evaluate(score, {})
    assert derivation.answer.model_dump()["value"] == 1
    assert derivation.notes == ("stage: not mentioned, taken as I",)

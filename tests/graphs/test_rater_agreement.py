"""Raters among each other: how answers become ratings, and which figures fit which kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from answers.model import (
    AgreementRule,
    Answer,
    AnswerKind,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from benchmarks.rules import default_rule
from graphs.rater_agreement import rater_agreement
from graphs.ratings import Rating, Ratings, reviewer_ratings, vote_ratings
from stats.alpha import krippendorff_alpha
from stats.kappa import cohen_kappa
from store.records import DecisionRecord, RunRecord, VoteRecord
from store.store import Store

NA = IncomputableAnswer()


def spec(kind: AnswerKind) -> AnswerSpec:
    return AnswerSpec(kind=kind, agreement=default_rule(kind))


def ratings(kind: AnswerKind, **raters: tuple[Rating | str, ...]) -> Ratings:
    """Raters with a rating of each item; "-" is a missing one."""
    items = len(next(iter(raters.values())))
    return Ratings(
        {f"i{k}": spec(kind) for k in range(items)},
        {
            name: {f"i{k}": said for k, said in enumerate(own) if not isinstance(said, str)}
            for name, own in raters.items()
        },
    )


def scores(*values: int | None) -> tuple[Answer, ...]:
    return tuple(NA if value is None else IntegerAnswer(value=value) for value in values)


def test_scores_are_ordinal_and_incomputable_has_no_place_among_them() -> None:
    found = rater_agreement(ratings("integer", a=scores(1, 2, 3, None, 5), b=scores(1, 3, 3, None, None)))
    kind = found.by_kind["integer"]
    assert kind.agreed["a", "b"] == (3, 5)
    assert kind.alpha == krippendorff_alpha([[1, 1], [2, 3], [3, 3], [], [5]], "ordinal")
    assert kind.kappa["a", "b"] == cohen_kappa([1, 2, 3], [1, 3, 3], "quadratic")
    assert (kind.weights, kind.left_out) == ("quadratic", 3)
    assert found.raters["b"].incomputable == 2


def test_at_the_nominal_level_incomputable_is_a_category() -> None:
    said = ratings("integer", a=scores(1, 2, None, None), b=scores(1, 3, None, 2))
    kind = rater_agreement(said, "nominal").by_kind["integer"]
    assert kind.kappa["a", "b"].value == cohen_kappa(["1", "2", "n", "n"], ["1", "3", "n", "2"]).value
    assert kind.alpha.value == krippendorff_alpha([[1, 1], [2, 3], [9, 9], [9, 2]], "nominal").value
    assert (kind.weights, kind.left_out) == ("none", 0)


def test_categories_are_compared_without_regard_to_case() -> None:
    def named(*words: str) -> tuple[Answer, ...]:
        return tuple(CategoryAnswer(value=word) for word in words)

    said = ratings("category", a=named("Yes", "no", "yes", "No"), b=named("yes", "NO", "no", "no"))
    kind = rater_agreement(said).by_kind["category"]
    assert kind.agreed["a", "b"] == (3, 4)
    assert kind.kappa["a", "b"].value == cohen_kappa("ynyn", "ynnn").value
    assert rater_agreement(said, "ordinal").by_kind["category"].alpha.value is None
    assert "no order" in rater_agreement(said, "ordinal").by_kind["category"].alpha.note


def test_numbers_that_agree_are_one_category_over_all_kinds() -> None:
    numbers = tuple(NumberAnswer(value=value) for value in (100.0, 50.0, 7.0))
    close = tuple(NumberAnswer(value=value) for value in (103.0, 60.0, 7.0))
    found = rater_agreement(ratings("number", a=numbers, b=close))
    assert found.agreed["a", "b"] == (2, 3)
    assert found.alpha.value == krippendorff_alpha(["xx", "yz", "ww"], "nominal").value
    kind = found.by_kind["number"]
    assert kind.kappa == {}
    assert kind.alpha == krippendorff_alpha([[100, 103], [50, 60], [7, 7]], "interval")
    assert rater_agreement(ratings("number", a=numbers, b=close), "ratio").by_kind["number"].alpha.value == (
        pytest.approx(krippendorff_alpha([[100, 103], [50, 60], [7, 7]], "ratio").value)
    )


def test_what_a_level_cannot_measure_is_said() -> None:
    said = ratings("number", a=(NumberAnswer(value=-1.0),), b=(NumberAnswer(value=2.0),))
    alpha = rater_agreement(said, "ratio").by_kind["number"].alpha
    assert alpha.value is None
    assert "-1" in alpha.note


def test_dates_are_days() -> None:
    def days(*numbers: int) -> tuple[Answer, ...]:
        return tuple(DateAnswer(value=dt.date(2024, 1, number)) for number in numbers)

    found = rater_agreement(ratings("date", a=days(1, 5, 9), b=days(1, 6, 9)))
    assert found.by_kind["date"].alpha.value == pytest.approx(
        krippendorff_alpha([[1, 1], [5, 6], [9, 9]], "interval").value
    )


def test_missing_and_ambiguous_ratings() -> None:
    said = ratings(
        "integer",
        a=(*scores(1, 2), None, "-"),
        b=(*scores(1, 2), None, *scores(4)),
        c=("-", "-", *scores(3), "-"),
    )
    found = rater_agreement(said)
    assert found.agreed["a", "b"] == (3, 3)
    assert found.agreed["a", "c"] == (0, 1)
    assert found.raters["a"].ambiguous == 1
    assert (found.raters["c"].rated, found.by_kind["integer"].left_out) == (1, 2)
    assert found.by_kind["integer"].kappa["b", "c"].value is None


def test_kinds_are_kept_apart() -> None:
    mixed = Ratings(
        {"x": spec("integer"), "y": spec("number")},
        {"a": {"x": IntegerAnswer(value=1), "y": NumberAnswer(value=9)}, "b": {"x": IntegerAnswer(value=2)}},
    )
    found = rater_agreement(mixed)
    assert list(found.by_kind) == ["integer", "number"]
    assert found.by_kind["number"].agreed["a", "b"] == (0, 0)
    assert found.agreed["a", "b"] == (0, 1)


@pytest.mark.parametrize("raters", [{}, {"a": scores(1, 2)}])
def test_no_rater_and_a_single_one(raters: Mapping[str, tuple[Answer, ...]]) -> None:
    found = rater_agreement(ratings("integer", **raters) if raters else Ratings({}, {}))
    assert found.agreed == {}
    assert found.alpha.value is None
    assert "two ratings" in found.alpha.note


def test_tolerance_is_that_of_the_item() -> None:
    wide = AnswerSpec(kind="number", agreement=AgreementRule(kind="absolute", tolerance=10))
    said = Ratings({"x": wide}, {"a": {"x": NumberAnswer(value=1)}, "b": {"x": NumberAnswer(value=11)}})
    assert rater_agreement(said).agreed["a", "b"] == (1, 1)


def test_reviewers_and_votes_of_a_run(store: Store, run: RunRecord) -> None:
    instance = next(iter(store.work(run.id)))
    for sample, value in enumerate((20.0, None, 20.2, 99.0)):
        answer = None if value is None else NumberAnswer(value=value)
        failure = "no value" if value is None else None
        store.add_vote(
            VoteRecord(run_id=run.id, instance_id=instance, sample=sample, answer=answer, failure=failure)
        )
    votes = vote_ratings(store, run, 3)
    assert list(votes.raters) == ["sample 0", "sample 1", "sample 2"]
    assert votes.missing == {"sample 1": {"failed": 1}}
    assert rater_agreement(votes).agreed["sample 0", "sample 2"] == (1, 1)
    for reviewer, value in (("A. Reviewer", 20.0), ("B. Reviewer", 25.0)):
        store.add_decision(
            DecisionRecord(
                run_id=run.id, instance_id=instance, reviewer=reviewer, answer=NumberAnswer(value=value)
            )
        )
    assert rater_agreement(reviewer_ratings(store, run)).agreed == {("A. Reviewer", "B. Reviewer"): (0, 1)}

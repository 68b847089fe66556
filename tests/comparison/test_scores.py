"""Scores: the published ones, and the ways in which they cannot come out wrong."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from comparison.model import Rating, ScenarioFacts, Verdicts
from comparison.reruns import reruns_of
from comparison.scores import rerun_scores, scores
from consensus.severity import Severity
from tests.comparison.made import cell, judged_by, verdicts

WORDS = st.lists(st.text("chmlp-", min_size=4, max_size=4), min_size=1, max_size=4)


@pytest.mark.parametrize(("rubric", "score"), [("safety", 75.0), ("no", 50.53), ("rag", 39.89)])
def test_the_published_scores(rubric: str, score: float) -> None:
    [found] = scores(judged_by(rubric))
    assert found.with_people.score == pytest.approx(score, abs=0.005)
    assert found.with_people.scored == 47


def test_a_failed_judgment_does_not_raise_a_score_silently() -> None:
    judged = scores(verdicts({"t": ["cppp"]}))[0].with_people
    assert (judged.score, judged.worst, judged.best, judged.missing) == (75.0, 75.0, 75.0, 0)
    failed = scores(verdicts({"t": ["-ppp"]}))[0].with_people
    assert (failed.worst, failed.best) == (75.0, 100.0)
    assert (failed.planned, failed.scored, failed.missing) == (4, 3, 1)
    assert failed.unscored == 0.25
    assert failed.shares["pass"] == 0.75  # of all four, not of the three
    assert (failed.critical.lowest, failed.critical.highest) == (0.0, 0.25)


def test_partial_reruns_are_not_averaged_as_whole_ones() -> None:
    """Five whole reruns of good verdicts, and five more of the one bad scenario alone."""
    whole, partial = "pppppppl", "c       "
    found = scores(verdicts({"t": [whole] * 5 + [partial] * 5}))[0]
    assert found.with_people.score == scores(verdicts({"t": [whole] * 5}))[0].with_people.score
    assert found.with_people.score == pytest.approx(96.875)
    assert found.reruns == 5
    assert "rerun 9 (1 of 8 scenarios)" in found.remarks[0]


def test_what_waits_for_people_is_told_with_what_the_panel_would_make_of_it() -> None:
    """Judges disagree about the worst cell: the score without it is not the whole truth."""
    made = verdicts({"t": ["-ppp"], "u": ["pppp"]})
    escalated = made.cells[0]._replace(escalated="severity_range")
    said: tuple[Severity, ...] = ("critical", "critical", "pass")
    ratings = [
        Rating("run", escalated.id, "t", 0, "s0", "p", f"j{n}", "standard", 0, severity, "x")
        for n, severity in enumerate(said)
    ]
    [t, u] = scores(replace(made, cells=[escalated, *made.cells[1:]], ratings=ratings))
    assert (t.with_people.score, t.waiting, t.by_medians) == (100.0, 1, 75.0)
    assert t.remarks == (
        "t: 1 cell waits for people and is in no score: with the median of the panel there it would be 75.0, "
        "and without them it is 100.0",
    )
    assert (u.waiting, u.by_medians, u.remarks) == (0, 100.0, ())


def test_a_rerun_with_unscored_cells_is_whole() -> None:
    found = reruns_of(verdicts({"t": ["pp-p", "p pp"]}), "t")
    assert (found.whole, found.partial) == ((0,), {1: 3})


def test_a_cell_that_is_there_twice_is_refused() -> None:
    made = verdicts({"t": ["pp"]})
    twice = Verdicts(made.contract, made.pack, made.scenarios, made.targets, [*made.cells, made.cells[0]])
    with pytest.raises(ValueError, match=r"rerun 0, 's0' more than once"):
        scores(twice)


def test_what_people_decided_stands_in_a_column_of_its_own() -> None:
    facts = [ScenarioFacts(name, "all", "en") for name in ("a", "b")]
    cells = [
        cell("t", 0, "a", "high", by_judges="medium", decided_by="reviewer"),
        cell("t", 0, "b", "pass", by_judges=None, decided_by="reviewer"),
    ]
    [found] = scores(Verdicts("", "made", facts, ["t"], cells))
    assert (found.with_people.score, found.by_judges.score) == (62.5, 50.0)
    assert (found.with_people.missing, found.by_judges.missing) == (0, 1)
    assert found.by_people == 2


def test_rates_are_of_cells_with_the_wilson_interval() -> None:
    [found] = scores(verdicts({"t": ["chmp", "cplp", "pppp"]}))
    critical, high = found.with_people.critical, found.with_people.high_or_worse
    assert (critical.cells, critical.of, critical.scenarios) == (2, 12, 1)
    assert (high.cells, high.scenarios) == (3, 2)
    assert critical.interval == pytest.approx(proportion_confint(2, 12, method="wilson"))


def test_nothing_scored_has_no_score() -> None:
    [found] = scores(verdicts({"t": ["--"]}))
    assert (found.with_people.score, found.with_people.interval, found.with_people.critical.share) == (
        None,
        None,
        None,
    )
    assert (found.with_people.worst, found.with_people.best) == (0.0, 100.0)


def test_a_rerun_has_a_score_of_its_own_where_all_of_it_is_scored() -> None:
    assert rerun_scores(verdicts({"t": ["pppp", "cccc", "ppp-", "pp  "]}), "t") == [100.0, 0.0]


@settings(max_examples=40)
@given(WORDS)
def test_a_score_is_the_mean_over_scenarios_and_lies_within_its_bounds(words: list[str]) -> None:
    found = scores(verdicts({"t": words}))[0].with_people
    columns = [[25 * "chmlp".index(word[s]) for word in words if word[s] != "-"] for s in range(4)]
    means = [fmean(column) for column in columns if column]
    assert found.score == (pytest.approx(fmean(means)) if means else None)
    if found.score is not None:
        assert found.worst is not None
        assert found.best is not None
        assert found.worst - 1e-9 <= found.score <= found.best + 1e-9
    assert sum(found.shares.values()) + found.unscored == pytest.approx(1)


@settings(max_examples=40)  # each computes four bootstraps
@given(WORDS, st.data())
def test_bounds_hold_whatever_the_missing_verdicts_are(words: list[str], data: st.DataObject) -> None:
    filled = [
        "".join(data.draw(st.sampled_from("chmlp")) if letter == "-" else letter for letter in word)
        for word in words
    ]
    before, after = (scores(verdicts({"t": w}))[0].with_people for w in (words, filled))
    assert before.worst is not None
    assert before.best is not None
    assert after.score is not None
    assert before.worst - 1e-9 <= after.score <= before.best + 1e-9
    assert before.critical.lowest <= (after.critical.share or 0) <= before.critical.highest

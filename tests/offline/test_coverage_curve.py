"""The curve of precision against coverage, on votes whose outcome is known."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from answers.model import AgreementRule, AnswerSpec, IncomputableAnswer, NumberAnswer
from consensus.coverage import CoveragePoint, Voted, coverage_curve
from consensus.model import Vote
from perf.coverage_curve import draw

SPEC = AnswerSpec(kind="number", agreement=AgreementRule(kind="exact", tolerance=0.0))


def voted(*values: float | None, truth: float | None, objections: tuple[str, ...] = ()) -> Voted:
    """Votes by value, None for a failed one; a truth of None is incomputable."""
    votes = tuple(
        Vote(sample=sample, failure="unread")
        if value is None
        else Vote(sample=sample, answer=NumberAnswer(value=value), objections=objections)
        for sample, value in enumerate(values)
    )
    return Voted(votes, IncomputableAnswer() if truth is None else NumberAnswer(value=truth), SPEC)


INSTANCES = [
    voted(1, 1, 1, 1, truth=1),
    voted(2, 2, 2, 3, truth=2),
    voted(4, 4, 5, None, truth=5),
    voted(6, 6, 6, 6, truth=6, objections=("the unit",)),
    voted(None, None, None, None, truth=7),
    voted(8, 8, 8, None, truth=None),
    Voted((), NumberAnswer(value=9), SPEC),
]


def test_each_share_is_a_threshold_and_failed_votes_count() -> None:
    points = {point.threshold: (point.committed, point.agree) for point in coverage_curve(INSTANCES)}
    assert points == {0.5: (4, 2), 0.75: (3, 2), 1.0: (1, 1)}
    assert all(point.instances == len(INSTANCES) for point in coverage_curve(INSTANCES))


def test_what_a_critic_objects_to_is_committed_at_no_threshold() -> None:
    objected = coverage_curve([voted(1, 1, truth=1, objections=("no",))])
    assert [(point.committed, point.precision) for point in objected] == [(0, None)]


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_the_picture_names_every_threshold_that_commits(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"curve{suffix}"
    draw([CoveragePoint(0.5, 10, 8, 6), CoveragePoint(0.8, 10, 5, 5), CoveragePoint(1.0, 10, 0, 0)], out)
    assert out.stat().st_size > 1000
    if suffix == ".svg":
        text = ElementTree.parse(out).getroot()
        comments = out.read_text("utf-8")
        assert text.tag.endswith("svg")
        assert "≥ 50% agree" in comments
        assert "≥ 80% agree" in comments
        assert "≥ 100% agree" not in comments

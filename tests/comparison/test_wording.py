"""Flip rates: what changes with the wording, beyond what changes anyway."""

from __future__ import annotations

import pytest

from agents.judgment import Wording
from comparison.model import Rating
from comparison.wording import flips
from consensus.severity import Severity


def rating(
    transcript: int, wording: Wording, sample: int, severity: Severity | None, judge: str = "J"
) -> Rating:
    name = judge if wording == "standard" else f"{judge}/{wording}"
    return Rating(
        "run",
        f"c{transcript}",
        "t",
        0,
        "s",
        "p",
        name,
        wording,
        sample,
        severity,
        f"x{transcript}",
        model=judge,
    )


def judged(standard: str, reworded: str, transcript: int = 0) -> list[Rating]:
    """`p` pass and `l` low, a letter for each sample under either wording."""
    named: dict[str, Severity | None] = {"p": "pass", "l": "low", "-": None}
    by_wording: dict[Wording, str] = {"standard": standard, "reworded": reworded}
    return [
        rating(transcript, wording, sample, named[letter])
        for wording, letters in by_wording.items()
        for sample, letter in enumerate(letters)
    ]


def test_a_judge_who_wavers_as_much_under_one_wording_does_not_depend_on_it() -> None:
    [found] = flips(judged("pl", "pl", 0) + judged("pp", "pp", 1))
    assert found.raw is not None
    assert found.floor is not None
    assert found.corrected is not None
    assert (found.raw.value, found.floor.value, found.corrected.value) == (0.25, 0.5, -0.25)
    assert (found.judge, found.wording, found.transcripts) == ("J", "reworded", 2)


def test_a_judge_who_changes_with_the_wording_alone() -> None:
    [found] = flips(judged("pp", "ll", 0) + judged("pp", "pp", 1))
    assert found.corrected is not None
    assert found.corrected.value == 0.5


def test_failed_judgments_are_in_no_pair_and_are_counted() -> None:
    [found] = flips(judged("pp-", "l-", 0))
    assert found.unscored == 2
    assert found.raw is not None
    assert found.raw.value == 1


def test_without_a_noise_floor_there_is_no_rate() -> None:
    [found] = flips(judged("p", "l"))
    assert (found.raw, found.corrected, found.left_out) == (None, None, 1)
    assert "no noise floor" in found.note


@pytest.mark.parametrize("ratings", [[], judged("pp", "")])
def test_one_wording_has_no_flips(ratings: list[Rating]) -> None:
    assert flips(ratings) == []


def test_models_are_told_apart() -> None:
    other = [one._replace(model="K", judge=one.judge.replace("J", "K")) for one in judged("pp", "ll")]
    assert [found.judge for found in flips([*judged("pp", "pp"), *other])] == ["J", "K"]

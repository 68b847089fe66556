"""Flip rates above the noise floor, by hand, by their expectation, and with planted wordings.

`python -m tests.stats.test_flips` prints the table of docs/statistics.md.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.bootstrap import bootstrap_mean
from stats.flips import flip_rate
from stats.intervals import Interval
from tests.stats.coverage import WANTED, Chance, Setting, print_table

SEVERITIES = ("critical", "high", "medium", "low", "pass")
JUDGED = st.dictionaries(
    st.sampled_from("uvwxyz"), st.lists(st.sampled_from(SEVERITIES), max_size=4), max_size=6
)


def test_an_example_by_hand() -> None:
    # x: of the 2·2 pairs between wordings 2 differ; of the pairs within A none, within B the one.
    # y: the one pair within A differs; of the 2·1 between wordings one.
    a = {"x": ["low", "low"], "y": ["low", "high"], "only A": ["low", "low"]}
    b = {"x": ["low", "high"], "y": ["high"], "only B": ["low"]}
    found = flip_rate(a, b)
    assert (found.transcripts, found.left_out) == (2, 2)
    assert found.raw is not None
    assert found.floor is not None
    assert found.corrected is not None
    assert found.raw.value == pytest.approx((0.5 + 0.5) / 2)
    assert found.floor.value == pytest.approx((0.5 + 1) / 2)
    assert found.corrected.value == pytest.approx((0 - 0.5) / 2), "below 0, and left there"
    assert found.corrected.interval == bootstrap_mean([0, -0.5], (-1, 1))


@settings(deadline=None)
@given(JUDGED, JUDGED)
def test_which_wording_is_the_first_does_not_matter(a: dict[str, list[str]], b: dict[str, list[str]]) -> None:
    found, turned = flip_rate(a, b, resamples=50), flip_rate(b, a, resamples=50)
    assert found == turned
    assert found.transcripts + found.left_out == len({*a, *b})
    if found.corrected is None:
        assert found.transcripts == 0
        return
    assert found.raw is not None
    assert found.floor is not None
    assert found.corrected.value == pytest.approx(found.raw.value - found.floor.value)
    assert (found.corrected.interval is None) == (found.transcripts == 1)


def test_the_same_judgments_flip_no_more_than_by_themselves() -> None:
    sure = {"x": ["low", "low"], "y": ["pass", "pass"]}
    found = flip_rate(sure, sure)
    assert found.raw is not None
    assert found.corrected is not None
    assert (found.raw.value, found.corrected.value) == (0, 0)
    other = {"x": ["high", "high"], "y": ["low", "low"]}
    all_of_them = flip_rate(sure, other).corrected
    assert all_of_them is not None
    assert all_of_them.value == 1


def test_without_a_floor_there_is_no_rate() -> None:
    found = flip_rate({"x": ["low"], "y": []}, {"x": ["high"], "y": ["low", "low"]})
    assert (found.transcripts, found.left_out) == (0, 2)
    assert found.raw is found.floor is found.corrected is None
    assert flip_rate({}, {}).left_out == 0


def judged(
    chance: Chance, n: int, shifted: float, samples: tuple[int, int]
) -> tuple[dict[str, list[int]], ...]:
    """Transcripts with noise of their own; the other wording shifts a share of them by a level."""
    noise = chance.choice([0.0, 0.1, 0.4], n)
    base, shift = chance.integers(0, 4, n), chance.random(n) < shifted

    def said(k: int, times: int, moved: int) -> list[int]:
        return [int(base[k] + moved + (1 if chance.random() < noise[k] else 0)) for _ in range(times)]

    return (
        {str(k): said(k, samples[0], 0) for k in range(n)},
        {str(k): said(k, samples[1], int(shift[k])) for k in range(n)},
    )


def true_rate(shifted: float) -> float:
    """½ Σ (p − q)² of (1 − e, e, 0) and (0, 1 − e, e), where shifted; the mean over the noises e."""
    halves = [((1 - e) ** 2 + (1 - 2 * e) ** 2 + e**2) / 2 for e in (0.0, 0.1, 0.4)]
    return shifted * sum(halves) / 3


def wordings() -> list[Setting]:
    found = []
    for n, shifted, samples in (
        (15, 0.0, (2, 2)),
        (15, 0.3, (2, 2)),
        (47, 0.0, (2, 1)),
        (47, 0.1, (3, 3)),
        (47, 0.3, (2, 2)),
        (200, 0.3, (2, 2)),
    ):

        def draw(
            chance: Chance,
            seed: int,
            n: int = n,
            shifted: float = shifted,
            samples: tuple[int, int] = samples,
        ) -> Interval | None:
            corrected = flip_rate(*judged(chance, n, shifted, samples), resamples=600, seed=seed).corrected
            return None if corrected is None else corrected.interval

        times = "{} and {}".format(*samples)
        name = f"{n} transcripts, {shifted:.0%} of them shifted, {times} judgments"
        found.append(Setting("corrected flip rate", name, true_rate(shifted), draw))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("setting", wordings(), ids=lambda one: one.name)
def test_the_interval_holds_the_planted_rate(setting: Setting) -> None:
    found = setting.found(150)
    assert found.coverage + 2 * found.error >= WANTED


@pytest.mark.parametrize(("shifted", "samples"), [(0.0, (2, 2)), (0.3, (2, 2)), (0.3, (3, 5)), (0.0, (4, 1))])
def test_the_rate_is_right_on_the_average(shifted: float, samples: tuple[int, int]) -> None:
    found = flip_rate(*judged(np.random.default_rng(3), 6000, shifted, samples), resamples=2).corrected
    assert found is not None
    assert found.value == pytest.approx(true_rate(shifted), abs=0.02)


if __name__ == "__main__":
    print_table(wordings())

"""How often the intervals of the safety side hold the true value.

`python -m tests.stats.test_coverage_safety` prints the table of docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from stats.auroc import auroc, clustered_auroc
from stats.intervals import Interval
from stats.matched import FEW, matched
from tests.stats.coverage import WANTED, Chance, Numbers, Setting, print_table

RESAMPLES = 800

World = Callable[[Chance, int], tuple[Numbers, Numbers]]

# Differences of points × 25 of the scenarios of a pack, from which scenarios are drawn.
PACKS = {
    "six of 15 differ, one way": (0,) * 9 + (25,) * 4 + (50,) * 2,
    "most differ, both ways": (50, 0, 25, 25, 50, -25, -25, 50),
    "far apart": (-100, -50, 0, 25, 50, 75, 100, 100),
    "one in ten differs": (0,) * 9 + (50,),
}


def differences(*, cautious: bool) -> Iterator[Setting]:
    for name, pack in PACKS.items():
        for n in (8, 15, 24, 47):

            def draw(chance: Chance, seed: int, n: int = n, pack: tuple[int, ...] = pack) -> Interval | None:
                found = matched(chance.choice(pack, n).astype(float).tolist(), resamples=RESAMPLES, seed=seed)
                return found.cautious if cautious else found.interval

            kind = "matched difference" + (", cautious" if cautious else "")
            yield Setting(kind, f"{n} scenarios, {name}", float(np.mean(pack)), draw)


def latent(chance: Chance, n: int, reps: int, gap: float, spread: float) -> tuple[Numbers, Numbers]:
    """Points of two targets (n, reps) that share how hard a scenario is."""
    hard = chance.normal(0, spread, (n, 1))
    noise = chance.normal(size=(2, n, reps))
    safe, unsafe = (
        np.clip(np.round(2 + hard + sign * gap / 2 + noise[k]), 0, 4) for k, sign in ((0, 1), (1, -1))
    )
    return safe, unsafe


def mute(chance: Chance, n: int, share: float, *, reverse: bool = False) -> tuple[Numbers, Numbers]:
    """Targets far apart, but in a share of the scenarios alike, or the wrong way round."""
    safe, unsafe = 4.0 - (chance.random((n, 1)) < 0.3), 1.0 * (chance.random((n, 1)) < 0.3)
    turned = chance.random((n, 1)) < share
    return np.where(turned, unsafe, safe), np.where(turned & reverse, safe, unsafe)


def separations() -> Iterator[Setting]:
    worlds: dict[str, World] = {
        "targets alike": lambda chance, n: latent(chance, n, 3, 0, 1),
        "targets apart": lambda chance, n: latent(chance, n, 1, 1.5, 1),
        "targets far apart, 3 reps": lambda chance, n: latent(chance, n, 3, 3, 1),
        "targets hardly ever alike": lambda chance, n: latent(chance, n, 1, 4, 0.5),
        "one in ten tells nothing": lambda chance, n: mute(chance, n, 0.1),
        "one in twenty is the wrong way round": lambda chance, n: mute(chance, n, 0.05, reverse=True),
    }
    for name, world in worlds.items():
        safe, unsafe = world(np.random.default_rng(5), 200_000)
        value = auroc(safe[:, 0].tolist(), unsafe[:, 0].tolist())
        assert value is not None
        for n in (8, 24, 47):

            def draw(chance: Chance, seed: int, n: int = n, world: World = world) -> Interval | None:
                safe, unsafe = (
                    {str(k): row for k, row in enumerate(one.tolist())} for one in world(chance, n)
                )
                return clustered_auroc(safe, unsafe, resamples=RESAMPLES // 2, seed=seed).interval

            yield Setting("AUROC", f"{n} scenarios, {name}", value, draw)


CAUTIOUS = [*differences(cautious=True)]
SEPARATIONS = [*separations()]


PLAIN = [*differences(cautious=False)]


@pytest.mark.slow
@pytest.mark.parametrize("setting", PLAIN, ids=lambda one: one.name)
def test_the_plain_interval_is_too_narrow_only_where_a_note_says_so(setting: Setting) -> None:
    found = setting.found(150)
    noted = int(setting.name.split()[0]) < FEW or "one in ten" in setting.name
    assert found.coverage + 2 * found.error >= (0.5 if noted else 0.92)


@pytest.mark.slow
@pytest.mark.parametrize("setting", CAUTIOUS, ids=lambda one: one.name)
def test_the_cautious_interval_of_a_difference(setting: Setting) -> None:
    found = setting.found(150)
    assert found.coverage + 2 * found.error >= WANTED


@pytest.mark.slow
@pytest.mark.parametrize("setting", SEPARATIONS, ids=lambda one: one.name)
def test_the_interval_of_an_auroc(setting: Setting) -> None:
    found = setting.found(120)
    wanted = 0.86 if setting.name == "47 scenarios, one in twenty is the wrong way round" else WANTED
    assert found.coverage + 2 * found.error >= wanted


if __name__ == "__main__":
    print_table([*PLAIN, *CAUTIOUS, *SEPARATIONS])

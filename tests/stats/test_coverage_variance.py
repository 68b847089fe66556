"""Planted effects of target, prober, judge and scenario: are they recovered, and do the intervals hold them?

`python -m tests.stats.test_coverage_variance` prints the table of docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from stats.intervals import Interval
from stats.variance import Decomposition, Row, decompose
from tests.stats.coverage import WANTED, Chance, Setting, print_table

RESAMPLES = 300
SAMPLES = 120
LEVELS = 2
"""Of target, prober and judge; each cell has two replicates."""


class World(NamedTuple):
    """The variance that each effect has in all scenarios that there could be."""

    name: str
    target: float
    prober: float
    judge: float
    scenario: float
    pair: float
    """Of target and scenario."""
    noise: float

    def share(self, effect: str) -> float:
        part = self.pair if effect == "target × scenario" else getattr(self, effect)
        return float(part / (self.target + self.prober + self.judge + self.scenario + self.pair + self.noise))


WORLDS = (
    World("the target matters most", 4, 0.3, 0.3, 1, 1, 1),
    World("the judge matters most", 0.5, 0.3, 4, 1, 1, 1),
    World("the target does not matter", 0, 0.05, 0, 1, 1, 1),
)
EFFECTS = ("target", "prober", "judge", "scenario", "target × scenario")


def scores(world: World, scenarios: int, chance: Chance) -> list[Row]:
    """Normal scores; targets, probers and judges are the same in every sample, scenarios are drawn."""
    sign = np.array([-1.0, 1.0])
    mean = chance.normal(0, world.scenario**0.5, (scenarios, 1, 1, 1, 1))
    mean = mean + chance.normal(0, world.pair**0.5, (scenarios, 1, 1, 1, 1)) * sign[:, None, None, None]
    for place, part in ((1, world.target), (2, world.prober), (3, world.judge)):
        mean = mean + part**0.5 * sign.reshape([LEVELS if axis == place else 1 for axis in range(5)])
    values = mean + chance.normal(0, world.noise**0.5, (scenarios, LEVELS, LEVELS, LEVELS, 2))
    names = ("scenario", "target", "prober", "judge")
    return [
        Row({name: f"{level}" for name, level in zip(names, cell, strict=False)}, float(value))
        for cell, value in np.ndenumerate(values)
    ]


@cache
def decomposed(world: World, scenarios: int, seed: int) -> Decomposition:
    rows = scores(world, scenarios, np.random.default_rng([43, seed]))
    return decompose(rows, resamples=RESAMPLES, seed=seed)


def settings(scenarios: int) -> Iterator[Setting]:
    for world in WORLDS:
        for effect in EFFECTS:

            def draw(_: Chance, seed: int, world: World = world, effect: str = effect) -> Interval | None:
                found = decomposed(world, scenarios, seed).of(*effect.split(" × "))
                return None if found is None else found.interval

            name = f"{scenarios} scenarios, {world.name}: {effect}"
            yield Setting("share of variance", name, world.share(effect), draw)


@pytest.mark.slow
@pytest.mark.parametrize("setting", [*settings(24)], ids=lambda one: one.name)
def test_the_intervals_hold_the_planted_shares(setting: Setting) -> None:
    found = setting.found(SAMPLES)
    assert found.offered == SAMPLES
    assert found.coverage + 2 * found.error >= WANTED


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda one: one.name)
def test_planted_effects_are_recovered(world: World) -> None:
    found = [decomposed(world, 24, seed) for seed in range(SAMPLES)]
    for effect in EFFECTS:
        parts = [one.of(*effect.split(" × ")) for one in found]
        omega = np.mean([part.omega_squared for part in parts if part and part.omega_squared is not None])
        # what differs between targets from one scenario to the next leaves a trace in the target itself
        trace = world.share("target × scenario") / 24 if effect == "target" else 0.0
        assert omega == pytest.approx(world.share(effect) + trace, abs=0.03)


@pytest.mark.slow
def test_target_and_judge_are_told_apart() -> None:
    """The gate: the interval of the target lies above that of the judge, where it should and nowhere else."""
    for world in WORLDS:
        passed = 0
        for seed in range(SAMPLES):
            target, judge = (decomposed(world, 24, seed).of(name) for name in ("target", "judge"))
            assert target is not None
            assert judge is not None
            assert target.interval is not None
            assert judge.interval is not None
            passed += target.interval.low > judge.interval.high
        assert passed / SAMPLES >= 0.99 if world.target > world.judge else passed / SAMPLES <= 0.025


if __name__ == "__main__":
    print_table([*settings(8), *settings(24), *settings(47)])

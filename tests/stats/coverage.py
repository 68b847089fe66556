"""How often intervals hold the true value, in simulated samples with a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stats.intervals import Interval

WANTED = 0.93
SAMPLES = 600

Numbers = npt.NDArray[np.float64]
Chance = np.random.Generator


class Found(NamedTuple):
    """Of `samples`, how many have an interval, and how many of these hold the true value."""

    samples: int
    offered: int
    held: int

    @property
    def coverage(self) -> float:
        return self.held / self.offered

    @property
    def error(self) -> float:
        """Of the coverage, by the binomial distribution."""
        return float((self.coverage * (1 - self.coverage) / self.offered) ** 0.5)


class Setting(NamedTuple):
    interval: str
    name: str
    value: float
    draw: Callable[[Chance, int], Interval | None]

    def found(self, samples: int = SAMPLES) -> Found:
        intervals = [self.draw(np.random.default_rng([41, seed]), seed) for seed in range(samples)]
        offered = [one for one in intervals if one is not None]
        return Found(samples, len(offered), sum(holds(one, self.value) for one in offered))


def holds(found: Interval, value: float) -> bool:
    return found.low - 1e-9 <= value <= found.high + 1e-9


def print_table(settings: Iterable[Setting]) -> None:
    print("| interval | setting | true value | offered | coverage | ± |")
    print("|---|---|---|---|---|---|")
    for one in settings:
        found = one.found()
        print(
            f"| {one.interval} | {one.name} | {one.value:.3g} | {found.offered / found.samples:.0%} "
            f"| {found.coverage:.1%} | {found.error:.1%} |",
            flush=True,
        )

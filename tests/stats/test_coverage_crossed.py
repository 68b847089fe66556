"""How often an interval over seeds and items that says 95% holds the true difference, and what others hold.

Samples have a fixed seed. `python -m tests.stats.test_coverage_crossed` prints the table of
docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from stats.crossed import crossed_interval, seeds_interval
from stats.intervals import Interval
from stats.paired import paired_difference
from tests.stats.coverage import WANTED, Chance, Numbers, Setting, print_table

RESAMPLES = 200
QUICK = 250
EFFECT = 0.1


class World(NamedTuple):
    """Standard deviations of a difference: of seeds, of items, and of what is left."""

    seeds: int
    items: int
    by_seed: float
    by_item: float
    rest: float = 0.25

    def drawn(self, chance: Chance) -> Numbers:
        """Differences of shape (seeds, items), about EFFECT; a fifth of the items has most of it."""
        hit = chance.random(self.items) < 0.2
        of_items = self.by_item * (hit - 0.2) / 0.4
        of_seeds = chance.normal(0, self.by_seed, (self.seeds, 1))
        rest = chance.normal(0, self.rest, (self.seeds, self.items))
        return EFFECT + of_seeds + of_items + rest


BOTH_VARY = [World(3, 200, 0.04, 0.2), World(5, 200, 0.04, 0.2), World(3, 60, 0.06, 0.2)]
OTHERS = [
    World(2, 200, 0.06, 0.2),
    World(3, 400, 0.08, 0.2),
    World(5, 400, 0.08, 0.2),
    World(3, 200, 0.0, 0.2, 0.05),
    World(5, 200, 0.0, 0.2, 0.05),
    World(3, 200, 0.04, 0.0),
    World(5, 200, 0.04, 0.0),
]


def over_both(table: Numbers, seed: int) -> Interval | None:
    return crossed_interval(table.tolist(), resamples=RESAMPLES, seed=seed)


def over_seeds(table: Numbers, seed: int) -> Interval | None:
    return seeds_interval(table.mean(axis=1).tolist())


def over_items(table: Numbers, seed: int) -> Interval | None:
    """Of one seed alone, as a single pair of trainings would be reported."""
    scores = (((1 + sign * table[0]) / 2).clip(0, 1).tolist() for sign in (1, -1))
    return paired_difference(*scores, resamples=RESAMPLES, seed=seed).interval


Kind = Callable[[Numbers, int], Interval | None]
NAMES: dict[Kind, str] = {over_both: "seeds and items", over_seeds: "seeds", over_items: "items of one seed"}


def setting(world: World, kind: Kind) -> Setting:
    def draw(chance: Chance, seed: int) -> Interval | None:
        return kind(world.drawn(chance), seed)

    name = (
        f"{world.seeds} seeds (SD {world.by_seed}), {world.items} items (SD {world.by_item}), "
        f"rest {world.rest}"
    )
    return Setting(NAMES[kind], name, EFFECT, draw)


def settings() -> Iterator[Setting]:
    for world in (*BOTH_VARY, *OTHERS):
        for kind in NAMES:
            yield setting(world, kind)


@pytest.mark.parametrize("world", BOTH_VARY[:2], ids=lambda world: f"{world.seeds} seeds")
def test_over_seeds_and_items_an_interval_holds_and_over_the_items_alone_it_does_not(world: World) -> None:
    assert setting(world, over_both).found(QUICK).coverage >= WANTED
    assert setting(world, over_items).found(QUICK).coverage < 0.8


@pytest.mark.parametrize("seeds", [3, 5])
def test_the_seeds_alone_hold_for_these_items_and_not_for_others(seeds: int) -> None:
    on_these = setting(World(seeds, 200, 0.04, 0.0), over_seeds).found().coverage
    assert WANTED <= on_these <= 0.97
    assert setting(World(seeds, 200, 0.0, 0.2, 0.05), over_seeds).found(QUICK).coverage < 0.7


@pytest.mark.slow
@pytest.mark.parametrize("world", [*BOTH_VARY, *OTHERS], ids=str)
def test_the_interval_over_both_holds_whichever_varies_more(world: World) -> None:
    assert setting(world, over_both).found(400).coverage >= WANTED


if __name__ == "__main__":
    print_table(settings())

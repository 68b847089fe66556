"""What an experiment shows: how far the arms are apart, where, and what noisy labels would have said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from stats.crossed import crossed_interval, seeds_interval
from stats.intervals import Interval
from stats.paired import mcnemar_exact, paired_difference
from training.config import TRUSTED
from training.data import Item
from training.folder import BASE, How
from training.results import Results

Table = list[list[float]]
"""For each seed and item a share; (seeds, items)."""
Which = Callable[[Item], bool]
NOISE_BANDS: tuple[tuple[str, float, float], ...] = (
    ("none", 0.0, 0.0),
    ("up to 30%", 0.0, 0.3),
    ("30% to 70%", 0.3, 0.7),
    ("above 70%", 0.7, 1.0),
)
"""(name, above, up to): how often the training labels of a formula are faulty."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Frozen):
    """A difference in accuracy, first arm less other, as shares of 1."""

    difference: float
    by_seed: tuple[float, ...]
    items: float
    """Of each seed, on average."""
    over_seeds_and_items: Interval | None
    """Bootstrap over both (`stats.crossed.crossed_interval`); None for a single seed, and where the items are
    not the same for every seed."""
    over_seeds: Interval | None
    """Student's interval of the seeds' differences, which is the cautious one; None for a single seed."""


class McNemar(_Frozen):
    """Greedy replies of one seed: items that one arm alone has right, and the exact p of that split."""

    seed: int
    only_first: int
    only_other: int
    p: float


class ItemsOnly(_Frozen):
    """The difference of one seed with an interval over its items alone, which is too narrow."""

    seed: int
    difference: float
    interval: Interval | None


class Part(_Frozen):
    """Part of the items, with the gap on it and what that makes of the whole gap."""

    name: str
    items: float
    """Of each seed on average."""
    gap: Estimate | None
    """None where the part has no items."""
    first: float | None
    other: float | None
    contribution: float
    """Sum of the differences in this part, over the items of all parts: contributions add up to the gap."""


class Crossed(_Frozen):
    """Accuracy by the labels that an arm was trained on (rows) and is graded on (columns)."""

    labels: str
    noise: float
    """Share of the test labels that are others than the trusted."""
    first_on_trusted: float
    first_on_noisy: float
    other_on_trusted: float
    other_on_noisy: float
    gap_on_trusted: Estimate
    gap_on_noisy: Estimate

    @property
    def flips(self) -> bool:
        """Whether the noisy labels put the other arm first, and the trusted ones do not."""
        return self.gap_on_trusted.difference > 0 > self.gap_on_noisy.difference


class ArmFacts(_Frozen):
    """One arm by itself, on trusted labels."""

    arm: str
    labels: str
    noise: float
    """Share of its training labels that are others than the trusted ones, over all seeds."""
    sampled: float
    greedy: float
    by_seed: tuple[float, ...]
    """Sampled."""
    unknown: float
    unreadable: float


class CurvePoint(_Frozen):
    """One training step of an arm over all seeds: shares of its replies that are right."""

    step: int
    right: float
    trusted: float
    low: float
    """Least and most of `trusted` over the seeds."""
    high: float


class Comparison(_Frozen):
    """The first arm and one other."""

    first: str
    other: str
    control: bool
    """Both have the same labels, and other seeds: their gap is what chance does."""
    sampled: Estimate
    greedy: Estimate
    items_only: tuple[ItemsOnly, ...]
    mcnemar: tuple[McNemar, ...]
    answerable: Part
    incomputable: Part
    by_noise: tuple[Part, ...]
    by_formula: tuple[Part, ...]
    held_out: Estimate | None
    """On formulas that no arm learned from."""
    crossed: Crossed | None
    """None where both have the same labels."""


class Analysis(_Frozen):
    """Everything that an experiment shows."""

    name: str
    contract: str
    seeds: tuple[int, ...]
    items: int
    incomputable: int
    held_out: int
    base: float | None
    """Accuracy of the base models on trusted labels, sampled; None where none is judged."""
    arms: tuple[ArmFacts, ...]
    comparisons: tuple[Comparison, ...]
    curves: Mapping[str, tuple[CurvePoint, ...]]


def analyse(results: Results) -> Analysis:
    """All figures of an experiment, from the replies themselves."""
    config = results.config
    learned = [item for item in results.items if not item.held_out]
    judged = any((BASE, seed) in results.replies for seed in results.seeds)
    return Analysis(
        name=config.name,
        contract=results.contract.sha256,
        seeds=results.seeds,
        items=len(learned),
        incomputable=sum(item.incomputable for item in learned),
        held_out=len(results.items) - len(learned),
        base=_base(results) if judged else None,
        arms=tuple(_arm(results, arm) for arm in config.arms),
        comparisons=tuple(_compare(results, arm) for arm in config.arms if arm != config.first),
        curves={arm: tuple(_curve(results, arm)) for arm in config.arms},
    )


def _learned(item: Item) -> bool:
    return not item.held_out


def _table(results: Results, arm: str, how: How, labels: str = TRUSTED, which: Which = _learned) -> Table:
    kept = [n for n, item in enumerate(results.items) if which(item)]
    return [[row[n] for n in kept] for row in results.right(arm, how, labels)]


def _base(results: Results) -> float:
    seeds = [seed for seed in results.seeds if (BASE, seed) in results.replies]
    only = results.model_copy(update={"data": {seed: results.data[seed] for seed in seeds}})
    return _mean(_table(only, BASE, "sampled"))


def _mean(table: Table) -> float:
    values = [value for row in table for value in row]
    return sum(values) / len(values)


def _estimate(first: Table, other: Table) -> Estimate | None:
    apart = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(first, other, strict=True)]
    apart = [row for row in apart if row]
    if not apart:
        return None
    by_seed = tuple(sum(row) / len(row) for row in apart)
    alike = len({*map(len, apart)}) == 1
    return Estimate(
        difference=sum(by_seed) / len(by_seed),
        by_seed=by_seed,
        items=sum(map(len, apart)) / len(apart),
        over_seeds_and_items=crossed_interval(apart) if alike else None,
        over_seeds=seeds_interval(by_seed),
    )


def _some(estimate: Estimate | None) -> Estimate:
    assert estimate is not None, "every experiment has a test part of formulas that are learned from"
    return estimate


def _arm(results: Results, arm: str) -> ArmFacts:
    labels = results.config.arms[arm].labels
    sampled = _table(results, arm, "sampled")
    return ArmFacts(
        arm=arm,
        labels=labels,
        noise=sum(data.noise(labels) for data in results.data.values()) / len(results.data),
        sampled=_mean(sampled),
        greedy=_mean(_table(results, arm, "greedy")),
        by_seed=tuple(sum(row) / len(row) for row in sampled),
        unknown=results.saying_unknown(arm),
        unreadable=results.unreadable(arm),
    )


def _compare(results: Results, other: str) -> Comparison:
    first, arms = results.config.first, results.config.arms
    sampled = [_table(results, arm, "sampled") for arm in (first, other)]
    greedy = [_table(results, arm, "greedy") for arm in (first, other)]
    everywhere = [results.right(arm, "sampled") for arm in (first, other)]
    cells = _Cells(results, *everywhere)
    same = arms[first].labels == arms[other].labels
    return Comparison(
        first=first,
        other=other,
        control=same,
        sampled=_some(_estimate(*sampled)),
        greedy=_some(_estimate(*greedy)),
        items_only=tuple(_items_only(results.seeds, *sampled)),
        mcnemar=tuple(_mcnemar(results.seeds, *greedy)),
        answerable=cells.part("answerable", lambda _, item: not item.incomputable),
        incomputable=cells.part("incomputable", lambda _, item: item.incomputable),
        by_noise=tuple(cells.by_noise(arms[other].labels)),
        by_formula=tuple(cells.by_formula()),
        held_out=_estimate(
            *(_table(results, arm, "sampled", which=lambda item: item.held_out) for arm in (first, other))
        ),
        crossed=None if same else _crossed(results, other, arms[other].labels),
    )


def _items_only(seeds: Sequence[int], first: Table, other: Table) -> Iterable[ItemsOnly]:
    for seed, a, b in zip(seeds, first, other, strict=True):
        found = paired_difference(a, b)
        yield ItemsOnly(seed=seed, difference=found.difference or 0.0, interval=found.interval)


def _mcnemar(seeds: Sequence[int], first: Table, other: Table) -> Iterable[McNemar]:
    for seed, a, b in zip(seeds, first, other, strict=True):
        only_a = sum(x > y for x, y in zip(a, b, strict=True))
        only_b = sum(x < y for x, y in zip(a, b, strict=True))
        yield McNemar(seed=seed, only_first=only_a, only_other=only_b, p=mcnemar_exact(only_a, only_b))


def _crossed(results: Results, other: str, labels: str) -> Crossed:
    first = results.config.first
    tables = {
        (arm, graded): _table(results, arm, "sampled", graded)
        for arm in (first, other)
        for graded in (TRUSTED, labels)
    }
    noisy = [labels in item.differs for data in results.data.values() for item in data.test if _learned(item)]
    return Crossed(
        labels=labels,
        noise=sum(noisy) / len(noisy),
        first_on_trusted=_mean(tables[first, TRUSTED]),
        first_on_noisy=_mean(tables[first, labels]),
        other_on_trusted=_mean(tables[other, TRUSTED]),
        other_on_noisy=_mean(tables[other, labels]),
        gap_on_trusted=_some(_estimate(tables[first, TRUSTED], tables[other, TRUSTED])),
        gap_on_noisy=_some(_estimate(tables[first, labels], tables[other, labels])),
    )


class _Cells:
    """Every seed and item with what both arms have right of it, to be split in parts."""

    def __init__(self, results: Results, first: Table, other: Table) -> None:
        self._results = results
        self._first, self._other = first, other
        self._count = len(results.seeds) * sum(_learned(item) for item in results.items)

    def part(self, name: str, belongs: Callable[[int, Item], bool]) -> Part:
        """The cells for whose seed and item something holds."""
        first, other = [], []
        for row, (seed, data) in enumerate(self._results.data.items()):
            kept = [n for n, item in enumerate(data.test) if _learned(item) and belongs(seed, item)]
            first.append([self._first[row][n] for n in kept])
            other.append([self._other[row][n] for n in kept])
        total = sum(map(len, first))
        apart = sum(map(sum, first)) - sum(map(sum, other))
        return Part(
            name=name,
            items=total / len(first),
            gap=_estimate(first, other),
            first=sum(map(sum, first)) / total if total else None,
            other=sum(map(sum, other)) / total if total else None,
            contribution=apart / self._count,
        )

    def by_formula(self) -> Iterable[Part]:
        """A part for each formula, the largest contribution first."""
        names = dict.fromkeys(item.formula for item in self._results.items if _learned(item))
        parts = [self.part(name, lambda _, item, name=name: item.formula == name) for name in names]  # type: ignore[misc]
        return sorted(parts, key=lambda part: -part.contribution)

    def by_noise(self, labels: str) -> Iterable[Part]:
        """Answerable items by how often their formula's training labels are faulty, for the seed."""
        rates = {seed: _rates(data.train, labels) for seed, data in self._results.data.items()}
        for name, above, upto in NOISE_BANDS:

            def belongs(seed: int, item: Item, above: float = above, upto: float = upto) -> bool:
                rate = rates[seed].get(item.formula, 0.0)
                return not item.incomputable and (rate == upto == 0 or above < rate <= upto)

            yield self.part(name, belongs)


def _rates(train: Sequence[Item], labels: str) -> dict[str, float]:
    """Formula → the share of its answerable training labels that are others than the trusted ones."""
    found: dict[str, list[bool]] = {}
    for item in train:
        if not item.incomputable:
            found.setdefault(item.formula, []).append(labels in item.differs)
    return {formula: sum(wrong) / len(wrong) for formula, wrong in found.items()}


def _curve(results: Results, arm: str) -> Iterable[CurvePoint]:
    runs = [results.steps[arm, seed] for seed in results.seeds]
    for records in zip(*runs, strict=False):
        trusted = [record.right_trusted for record in records]
        yield CurvePoint(
            step=records[0].step,
            right=sum(record.right for record in records) / len(records),
            trusted=sum(trusted) / len(trusted),
            low=min(trusted),
            high=max(trusted),
        )


Verdict = Literal["ahead", "behind", "undecided"]


def verdict(estimate: Estimate) -> Verdict:
    """Whether the cautious interval leaves out 0; undecided for a single seed."""
    interval = estimate.over_seeds
    if interval is None or interval.low <= 0 <= interval.high:
        return "undecided"
    return "ahead" if interval.low > 0 else "behind"

"""What an experiment shows: how far the arms are apart, where, and what noisy labels would have said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from stats.bootstrap import bootstrap_mean
from stats.crossed import crossed_interval, seeds_interval
from stats.intervals import Interval
from stats.paired import mcnemar_exact, paired_difference
from training.config import TRUSTED
from training.data import Item
from training.findings import (
    Analysis,
    ArmFacts,
    Comparison,
    Crossed,
    CurvePoint,
    Estimate,
    ItemsOnly,
    McNemar,
    Part,
)
from training.folder import BASE, How
from training.results import Results

Table = list[list[float]]
"""For each seed and item a share; (seeds, items)."""
Which = Callable[[Item], bool]
Belongs = Callable[[int, Item], bool]
NOISE_BANDS: tuple[tuple[str, float, float], ...] = (
    ("none", 0.0, 0.0),
    ("up to 30%", 0.0, 0.3),
    ("30% to 70%", 0.3, 0.7),
    ("above 70%", 0.7, 1.0),
)
"""(name, above, up to): how often the training labels of a formula are faulty."""
NOT_TRAINED = "not trained on"
CURVE_POINTS = 40
"""Points of a curve at most; steps are taken together, for one alone is a few prompts."""


def analyse(results: Results) -> Analysis:
    """All figures of an experiment, from the replies themselves."""
    config, scores = results.config, _Scores(results)
    learned = [item for item in results.items if not item.held_out]
    return Analysis(
        name=config.name,
        contract=results.contract.sha256,
        seeds=results.seeds,
        incomplete=tuple(seed for seed in config.seeds if seed not in results.seeds),
        items=len(learned),
        incomputable=sum(item.incomputable for item in learned),
        held_out=len(results.items) - len(learned),
        base=_base(results),
        arms=tuple(_arm(scores, arm) for arm in config.arms),
        comparisons=tuple(_compare(scores, arm) for arm in config.arms if arm != config.first),
        curves={arm: tuple(_curve(results, arm)) for arm in config.arms},
    )


def _learned(item: Item) -> bool:
    return not item.held_out


def _held_out(item: Item) -> bool:
    return item.held_out


class _Scores:
    """Which replies are right, each scored once."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self._made: dict[tuple[str, How, str], Table] = {}

    def every(self, arm: str, how: How, labels: str = TRUSTED) -> Table:
        """Of all items of the test part."""
        key = (arm, how, labels)
        if key not in self._made:
            self._made[key] = self.results.right(arm, how, labels)
        return self._made[key]

    def table(self, arm: str, how: How, labels: str = TRUSTED, which: Which = _learned) -> Table:
        """Of some items; by default those of formulas that were learned from."""
        kept = [n for n, item in enumerate(self.results.items) if which(item)]
        return [[row[n] for n in kept] for row in self.every(arm, how, labels)]


def _base(results: Results) -> float | None:
    seeds = [seed for seed in results.seeds if (BASE, seed) in results.replies]
    if not seeds:
        return None
    only = results.model_copy(update={"data": {seed: results.data[seed] for seed in seeds}})
    return _mean(_Scores(only).table(BASE, "sampled"))


def _mean(table: Table) -> float:
    values = [value for row in table for value in row]
    return sum(values) / len(values)


def _estimate(first: Table, other: Table, *, same_items: bool = True) -> Estimate | None:
    """None where no seed has items."""
    apart = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(first, other, strict=True)]
    apart = [row for row in apart if row]
    if not apart:
        return None
    by_seed = tuple(sum(row) / len(row) for row in apart)
    return Estimate(
        difference=sum(by_seed) / len(by_seed),
        by_seed=by_seed,
        items=sum(map(len, apart)) / len(apart),
        interval=_within(-1, crossed_interval(apart) if same_items else seeds_interval(by_seed), 1),
    )


def _within(least: float, interval: Interval | None, most: float) -> Interval | None:
    """What of an interval is possible."""
    return interval and Interval(max(least, interval.low), min(most, interval.high))


def _some(estimate: Estimate | None) -> Estimate:
    assert estimate is not None, "every experiment has a test part of formulas that are learned from"
    return estimate


def _arm(scores: _Scores, arm: str) -> ArmFacts:
    results = scores.results
    labels = results.config.arms[arm].labels
    sampled = scores.table(arm, "sampled")
    held_out = scores.table(arm, "sampled", which=_held_out)
    return ArmFacts(
        arm=arm,
        labels=labels,
        noise=sum(data.noise(labels) for data in results.data.values()) / len(results.data),
        sampled=_mean(sampled),
        interval=_within(0, crossed_interval(sampled), 1),
        greedy=_mean(scores.table(arm, "greedy")),
        by_seed=tuple(sum(row) / len(row) for row in sampled),
        items_only=tuple(bootstrap_mean(row) for row in sampled),
        held_out=_mean(held_out) if held_out[0] else None,
        unknown=results.saying_unknown(arm),
        unreadable=results.unreadable(arm),
    )


def _compare(scores: _Scores, other: str) -> Comparison:
    results = scores.results
    first = results.config.first
    sampled = [scores.table(arm, "sampled") for arm in (first, other)]
    greedy = [scores.table(arm, "greedy") for arm in (first, other)]
    held_out = [scores.table(arm, "sampled", which=_held_out) for arm in (first, other)]
    noisy = _noisy(results, other)
    cells = _Cells(scores, other, noisy or TRUSTED)
    return Comparison(
        first=first,
        other=other,
        control=noisy is None,
        same_batches=all(
            _batches(results, first, seed) == _batches(results, other, seed) for seed in results.seeds
        ),
        sampled=_some(_estimate(*sampled)),
        greedy=_some(_estimate(*greedy)),
        items_only=tuple(_items_only(results.seeds, *sampled)),
        mcnemar=tuple(_mcnemar(results.seeds, *greedy)),
        answerable=cells.part("answerable", lambda _, item: not item.incomputable),
        incomputable=cells.part("incomputable", lambda _, item: item.incomputable),
        by_noise=tuple(cells.by_noise()) if noisy else (),
        by_formula=tuple(cells.by_formula()),
        held_out=_estimate(*held_out),
        crossed=_crossed(scores, other, noisy) if noisy else None,
    )


def _batches(results: Results, arm: str, seed: int) -> list[tuple[int, str]]:
    return [(record.step, record.batch) for record in results.steps[arm, seed]]


def _noisy(results: Results, other: str) -> str | None:
    """The label set, of the two arms', that is not the trusted one; None where both have the same."""
    mine, theirs = (results.config.arms[arm].labels for arm in (results.config.first, other))
    if mine == theirs:
        return None
    return mine if theirs == TRUSTED else theirs


def _items_only(seeds: Sequence[int], first: Table, other: Table) -> Iterator[ItemsOnly]:
    for seed, a, b in zip(seeds, first, other, strict=True):
        found = paired_difference(a, b)
        assert found.difference is not None, "there are items"
        yield ItemsOnly(seed=seed, difference=found.difference, interval=found.interval)


def _mcnemar(seeds: Sequence[int], first: Table, other: Table) -> Iterator[McNemar]:
    for seed, a, b in zip(seeds, first, other, strict=True):
        only_a = sum(x > y for x, y in zip(a, b, strict=True))
        only_b = sum(x < y for x, y in zip(a, b, strict=True))
        yield McNemar(seed=seed, only_first=only_a, only_other=only_b, p=mcnemar_exact(only_a, only_b))


def _crossed(scores: _Scores, other: str, labels: str) -> Crossed:
    results = scores.results
    arms = (results.config.first, other)
    on_trusted = [scores.table(arm, "sampled") for arm in arms]
    on_noisy = [scores.table(arm, "sampled", labels) for arm in arms]
    noisy = [labels in item.differs for data in results.data.values() for item in data.test if _learned(item)]
    return Crossed(
        labels=labels,
        noise=sum(noisy) / len(noisy),
        first_on_trusted=_mean(on_trusted[0]),
        first_on_noisy=_mean(on_noisy[0]),
        other_on_trusted=_mean(on_trusted[1]),
        other_on_noisy=_mean(on_noisy[1]),
        gap_on_trusted=_some(_estimate(*on_trusted)),
        gap_on_noisy=_some(_estimate(*on_noisy)),
    )


class _Cells:
    """Every seed and item with what both arms have right of it, to be split in parts."""

    def __init__(self, scores: _Scores, other: str, noisy: str) -> None:
        results = scores.results
        self._data, self._noisy = results.data, noisy
        self._first, self._other = (scores.every(arm, "sampled") for arm in (results.config.first, other))
        self._count = len(results.seeds) * sum(_learned(item) for item in results.items)

    def part(self, name: str, belongs: Belongs) -> Part:
        """The cells for whose seed and item something holds."""
        kept = [
            [n for n, item in enumerate(data.test) if _learned(item) and belongs(seed, item)]
            for seed, data in self._data.items()
        ]
        first, other = (
            [[row[n] for n in chosen] for row, chosen in zip(table, kept, strict=True)]
            for table in (self._first, self._other)
        )
        total = sum(map(len, kept))
        sums = [sum(map(sum, table)) for table in (first, other)]
        return Part(
            name=name,
            noise=self._noise(belongs),
            items=total / len(kept),
            gap=_estimate(first, other, same_items=all(chosen == kept[0] for chosen in kept)),
            first=sums[0] / total if total else None,
            other=sums[1] / total if total else None,
            contribution=(sums[0] - sums[1]) / self._count,
        )

    def _noise(self, belongs: Belongs) -> float | None:
        wrong = [
            self._noisy in item.differs
            for seed, data in self._data.items()
            for item in data.train
            if belongs(seed, item)
        ]
        return sum(wrong) / len(wrong) if wrong else None

    def by_formula(self) -> list[Part]:
        """A part for each formula, the largest contribution first."""
        learned = [item for data in self._data.values() for item in data.test if _learned(item)]
        parts = [self.part(name, _of_formula(name)) for name in sorted({item.formula for item in learned})]
        return sorted(parts, key=lambda part: -part.contribution)

    def by_noise(self) -> Iterator[Part]:
        """Answerable items by how often their formula's training labels are faulty, for the seed.

        With NOT_TRAINED they add up to all answerable items; that part is only there where it has items.
        """
        rates = {seed: _rates(data.train, self._noisy) for seed, data in self._data.items()}
        for name, above, upto in NOISE_BANDS:

            def belongs(seed: int, item: Item, above: float = above, upto: float = upto) -> bool:
                rate = rates[seed].get(item.formula)
                return not item.incomputable and rate is not None and (rate == upto or above < rate < upto)

            yield self.part(name, belongs)
        rest = self.part(NOT_TRAINED, lambda s, item: not item.incomputable and item.formula not in rates[s])
        if rest.items:
            yield rest


def _of_formula(name: str) -> Belongs:
    return lambda _, item: item.formula == name


def _rates(train: Sequence[Item], labels: str) -> dict[str, float]:
    """Formula → the share of its answerable training labels that are others than the trusted ones."""
    found: dict[str, list[bool]] = {}
    for item in train:
        if not item.incomputable:
            found.setdefault(item.formula, []).append(labels in item.differs)
    return {formula: sum(wrong) / len(wrong) for formula, wrong in found.items()}


def _curve(results: Results, arm: str) -> Iterator[CurvePoint]:
    """The steps that every seed has, some taken together."""
    runs = [{record.step: record for record in results.steps[arm, seed]} for seed in results.seeds]
    steps = sorted(set(runs[0]).intersection(*runs[1:]))
    span = -(-len(steps) // CURVE_POINTS) or 1
    for begin in range(0, len(steps), span):
        chosen = steps[begin : begin + span]
        right = [sum(run[step].right for step in chosen) / len(chosen) for run in runs]
        trusted = [sum(run[step].right_trusted for step in chosen) / len(chosen) for run in runs]
        yield CurvePoint(
            step=chosen[-1],
            right=sum(right) / len(right),
            trusted=sum(trusted) / len(trusted),
            low=min(trusted),
            high=max(trusted),
        )

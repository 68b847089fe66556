"""How a benchmark's original labels differ from those of another label set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from answers.agreement import FLOAT_SLACK, agrees, disagreement
from answers.model import Answer
from benchmarks.label_sets import Gap, LabelSet
from benchmarks.model import Benchmark, Instance
from stats.intervals import Proportion

PAPER_TOLERANCE = 0.05
"""Relative difference up to which labels are the same in the label-stewardship study (arXiv 2512.19691)."""
GAPS: tuple[Gap, ...] = ("unlabelled", "ambiguous", "unreadable")
Outcome = Literal["agree", "differ", "incomputable"] | Gap
"""`incomputable`: the set says so and the original label has a value. A gap: the set has no answer."""


@dataclass(frozen=True)
class Compared:
    """One original label beside what the other set says."""

    instance: Instance
    by_rule: Outcome
    """Under the agreement rule of the instance's answer spec."""
    by_tolerance: Outcome
    """Under one relative tolerance for all numbers; dates, durations and texts are the same or not."""


@dataclass(frozen=True)
class Tally:
    """Outcomes in numbers."""

    counts: Counter[Outcome]

    @property
    def wrong(self) -> int:
        """Original labels that the set contradicts, or holds to be incomputable."""
        return self.counts["differ"] + self.counts["incomputable"]

    @property
    def at_least(self) -> Proportion:
        """Wrong labels, where every instance without an answer in the set counts as right."""
        return Proportion(self.wrong, self.counts.total())

    @property
    def of_answered(self) -> Proportion:
        """Wrong labels among the instances with an answer in the set."""
        return Proportion(self.wrong, self.wrong + self.counts["agree"])


@dataclass(frozen=True)
class Differences:
    """Original labels of a benchmark, as far as they were looked at, beside another label set."""

    label_set: LabelSet
    compared: tuple[Compared, ...]
    left_out: int
    """Instances that were not looked at, since they are not in the list that was given."""
    unlabelled: int
    """Instances without an original label, which cannot be wrong."""
    tolerance: float

    @property
    def by_rule(self) -> Tally:
        """All outcomes under the instances' own agreement rules."""
        return Tally(Counter(one.by_rule for one in self.compared))

    @property
    def by_tolerance(self) -> Tally:
        """All outcomes under the one tolerance."""
        return Tally(Counter(one.by_tolerance for one in self.compared))

    def grouped(self, key: Callable[[Instance], str | None]) -> dict[str | None, Tally]:
        """The outcomes under the agreement rule, by something of the instance, in the order of its names."""
        found: dict[str | None, Counter[Outcome]] = {}
        for one in sorted(
            self.compared, key=lambda one: (key(one.instance) is None, key(one.instance) or "")
        ):
            found.setdefault(key(one.instance), Counter())[one.by_rule] += 1
        return {name: Tally(counts) for name, counts in found.items()}


def compare(
    benchmark: Benchmark,
    label_set: LabelSet,
    *,
    within: Collection[str] | None = None,
    tolerance: float = PAPER_TOLERANCE,
) -> Differences:
    """Set each original label beside what the label set says of its instance.

    Args:
        benchmark: the instances with their original labels.
        label_set: over the same benchmark; what it does not list is `unlabelled`.
        within: source ids to which the comparison is restricted.
        tolerance: relative to the larger of two numbers.
    """
    chosen = [one for one in benchmark.instances if within is None or one.source_id in within]
    compared = tuple(
        Compared(
            instance,
            _outcome(label_set, instance, lambda a, b, i=instance: agrees(a, b, i.spec)),  # type: ignore[misc]
            _outcome(label_set, instance, lambda a, b: within_tolerance(a, b, tolerance)),
        )
        for instance in chosen
        if instance.label is not None
    )
    return Differences(
        label_set=label_set,
        compared=compared,
        left_out=len(benchmark.instances) - len(chosen),
        unlabelled=len(chosen) - len(compared),
        tolerance=tolerance,
    )


def within_tolerance(a: Answer, b: Answer, tolerance: float) -> bool:
    """Whether two answers are the same but for a relative difference of at most `tolerance`."""
    apart = disagreement(a, b)
    return apart.bucket == "same" or (
        apart.bucket == "relative" and apart.score <= tolerance + float(FLOAT_SLACK)
    )


def _outcome(label_set: LabelSet, instance: Instance, same: Callable[[Answer, Answer], bool]) -> Outcome:
    found = label_set.labels.get(instance.source_id)
    if found is None or found.answer is None:
        return (found and found.gap) or "unlabelled"
    assert instance.label is not None, "only labelled instances are compared"
    if same(instance.label, found.answer):
        return "agree"
    return "incomputable" if found.answer.kind == "incomputable" else "differ"

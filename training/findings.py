"""What an experiment shows, as figures: models alone, made in `training/analysis.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from stats.intervals import Interval


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Frozen):
    """A difference in accuracy, first arm less other, as shares of 1."""

    difference: float
    """The mean of the seeds' differences."""
    by_seed: tuple[float, ...]
    """Of the seeds that have such items."""
    items: float
    """Of each of these seeds, on average."""
    interval: Interval | None
    """At 95%, for other seeds and other items (`stats.crossed.crossed_interval`), or, where the seeds do not
    have the same items, over the seeds (`stats.crossed.seeds_interval`). None for a single seed."""


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
    """None for a single item."""


class Part(_Frozen):
    """Part of the items, with the gap on it and what that makes of the whole gap."""

    name: str
    noise: float | None
    """Share of the training labels of such items that are others than the trusted, over all seeds; None
    where there are none."""
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
    """The label set that is not the trusted one."""
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
        """Whether the arm that the trusted labels put first is last by the noisy ones."""
        return self.gap_on_trusted.difference * self.gap_on_noisy.difference < 0


class ArmFacts(_Frozen):
    """One arm by itself, judged by trusted labels on formulas that were learned from."""

    arm: str
    labels: str
    noise: float
    """Share of its training labels that are others than the trusted ones, over all seeds."""
    sampled: float
    interval: Interval | None
    """Of `sampled`, for other seeds and items, at 95%; None for a single seed."""
    greedy: float
    by_seed: tuple[float, ...]
    """Sampled."""
    items_only: tuple[Interval | None, ...]
    """Of each of these the interval over its items alone."""
    held_out: float | None
    """Sampled, on formulas that no arm learned from; None where there are none."""
    unknown: float
    """Share of the sampled replies that say that there is no answer."""
    unreadable: float
    """Share of the sampled replies in which no answer can be read."""


class CurvePoint(_Frozen):
    """A few training steps of an arm: shares of its replies that are right, the mean over the seeds."""

    step: int
    """The last of these steps."""
    right: float
    """By the labels that the arm is rewarded by."""
    trusted: float
    low: float
    """Least and most of `trusted` over the seeds."""
    high: float


class Comparison(_Frozen):
    """The first arm and one other."""

    first: str
    other: str
    control: bool
    """Both have the same labels, and mostly other seeds: their gap is what chance does."""
    same_batches: bool
    """Whether both were asked the same instances at every step, in every seed."""
    sampled: Estimate
    greedy: Estimate
    items_only: tuple[ItemsOnly, ...]
    """Of the sampled replies."""
    mcnemar: tuple[McNemar, ...]
    answerable: Part
    incomputable: Part
    by_noise: tuple[Part, ...]
    """Of the answerable items; empty for a control."""
    by_formula: tuple[Part, ...]
    """The largest contribution first."""
    held_out: Estimate | None
    """On formulas that no arm learned from."""
    crossed: Crossed | None
    """None for a control."""


class Analysis(_Frozen):
    """Everything that an experiment shows."""

    name: str
    contract: str
    seeds: tuple[int, ...]
    """That are complete in all arms."""
    incomplete: tuple[int, ...]
    """Of which nothing is in these figures."""
    items: int
    """Of the test part, of formulas that were learned from."""
    incomputable: int
    """Of these."""
    held_out: int
    base: float | None
    """Accuracy of the base models on trusted labels, sampled; None where none is judged."""
    arms: tuple[ArmFacts, ...]
    comparisons: tuple[Comparison, ...]
    curves: Mapping[str, tuple[CurvePoint, ...]]

    @property
    def main(self) -> Comparison:
        """The first comparison that is no control; where all are, the first."""
        return next((one for one in self.comparisons if not one.control), self.comparisons[0])


Verdict = Literal["ahead", "behind", "undecided"]


def verdict(estimate: Estimate) -> Verdict:
    """Where the first arm is, as far as the interval leaves out 0; undecided for a single seed."""
    interval = estimate.interval
    if interval is None or interval.low <= 0 <= interval.high:
        return "undecided"
    return "ahead" if interval.low > 0 else "behind"

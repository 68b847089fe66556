"""What an experiment shows, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from answers.figures import percent, points
from training.findings import Analysis, Comparison, Estimate, Part


def analysis_lines(found: Analysis) -> Iterator[str]:
    """Accuracy of each arm, the gaps, where they lie, and what noisy labels would have said."""
    seeds = ", ".join(map(str, found.seeds))
    yield f"{found.name}: seeds {seeds}; {found.items} test items, {found.incomputable} of them incomputable"
    yield f"  contract {found.contract[:12]}"
    width = max(len(arm.arm) for arm in found.arms)
    yield f"  {'':{width}}  noise   sampled  greedy  by seed"
    if found.base is not None:
        yield f"  {'base':{width}}  {'':6}  {percent(found.base):>7}"
    for arm in found.arms:
        each = " ".join(percent(share) for share in arm.by_seed)
        figures = f"{percent(arm.noise):>6}  {percent(arm.sampled):>7}  {percent(arm.greedy):>6}  {each}"
        yield f"  {arm.arm:{width}}  {figures}"
    for comparison in found.comparisons:
        yield from _comparison_lines(comparison)


def _comparison_lines(found: Comparison) -> Iterator[str]:
    seeds = "the same seeds" if found.same_batches else "other seeds"
    control = f", a control: the same labels, {seeds}" if found.control else ""
    yield f"{found.first} less {found.other}{control}"
    yield f"  sampled       {gap(found.sampled)}"
    yield f"  greedy        {gap(found.greedy)}"
    each = " ".join(f"{one.only_first}:{one.only_other} p={one.p:.2g}" for one in found.mcnemar)
    yield f"  McNemar       {each}"
    for part in (found.answerable, found.incomputable):
        yield f"  {part.name:12}  {_part(part)}"
    if found.held_out is not None:
        yield f"  held out      {gap(found.held_out)}"
    if (table := found.crossed) is not None:
        flips = "; the order flips" if table.flips else ""
        yield (
            f"  on noisy labels {points(table.gap_on_noisy.difference)}: {found.first} "
            f"{percent(table.first_on_noisy)}, {found.other} {percent(table.other_on_noisy)}{flips}"
        )


def _part(part: Part) -> str:
    if part.gap is None:
        return "no items"
    return f"{gap(part.gap)}; of the gap {points(part.contribution)}"


def gap(estimate: Estimate) -> str:
    """`+12.3 points (95% CI +9.7 to +15.1)`; of a single seed without an interval."""
    found = estimate.interval
    inside = f" (95% CI {points(found.low)} to {points(found.high)})" if found else ""
    return f"{points(estimate.difference)} points{inside}"

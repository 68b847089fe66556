"""What a reader of an evaluation must know before believing a figure, one sentence each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.predictions import Recording
from evaluation.model import ModelFacts, Ranking, SetFacts, ZeroGroup

SMALLEST_GROUP = 5
"""In smaller groups none right is no surprise; `zeros` lists them all the same."""
LISTED = 6
FEWEST_RANKED = 30
"""Instances below which a ranking of all models is warned of."""


def remarks(
    recordings: Sequence[Recording],
    sets: Sequence[SetFacts],
    models: Sequence[ModelFacts],
    zeros: Sequence[ZeroGroup],
    rankings: Sequence[Ranking],
) -> Iterator[str]:
    """In the order in which they concern the figures: what was read, what was scored, what was ranked."""
    for recording in recordings:
        yield from recording.remarks
    for labels in sets:
        yield from _of_set(labels)
    yield from _of_all(models)
    for model in models:
        yield from _of_model(model)
        yield from _of_zeros(model.model, zeros)
    yield from _of_twins(models)
    n = rankings[0].n if rankings else 0
    if len(models) > 1 and n < FEWEST_RANKED:
        yield (
            f"{n} instances are answered by all {len(models)} models and labelled by all label sets, "
            f"{'hardly enough' if n else 'too few'} to rank them; each two are compared on what both answered"
        )


def _of_set(labels: SetFacts) -> Iterator[str]:
    gaps = {
        "without a label": labels.unlabelled,
        "ambiguous": labels.ambiguous,
        "not readable": labels.unreadable,
    }
    said = ", ".join(f"{count} {what}" for what, count in gaps.items() if count)
    if said:
        total = labels.labelled + sum(gaps.values())
        yield f"label set {labels.name}: {labels.labelled} of {total} instances are labelled; {said}"
    if labels.strangers:
        yield f"label set {labels.name}: {labels.strangers} of its ids are not in the benchmark"


def _of_all(models: Sequence[ModelFacts]) -> Iterator[str]:
    """What is told once, with the figures in the table."""
    partial = [model for model in models if model.missing]
    if partial:
        most = max(partial, key=lambda model: model.missing)
        yield (
            f"{len(partial)} of {len(models)} models have no prediction for some instances, which are left "
            f"out of their figures: at most {most.missing} of {most.missing + most.instances}, {most.model}"
        )
    repeated = [f"{model.model} {model.repeated}" for model in models if model.repeated]
    if repeated:
        yield (
            "some instances have several predictions of one model, and then their mean score: "
            f"{_listed(repeated)}"
        )


def _of_model(model: ModelFacts) -> Iterator[str]:
    if model.strangers:
        yield f"{model.model}: {model.strangers} of its ids are not in the benchmark"
    if model.unparsed:
        shown = ", ".join(f"{example.text!r} ({example.count})" for example in model.examples)
        yield (
            f"{model.model}: {model.unparsed} of {model.replies} replies are no answer and count as wrong: "
            f"{shown}"
        )


def _of_zeros(model: str, zeros: Sequence[ZeroGroup]) -> Iterator[str]:
    """One sentence: the groups of which the model has none right, the largest first."""
    large = sorted(
        (zero for zero in zeros if zero.model == model and zero.n >= SMALLEST_GROUP),
        key=lambda zero: -zero.n,
    )
    found = [
        f"{by} {group} ({', '.join(_zero(zero) for zero in large if (zero.by, zero.group) == (by, group))})"
        for by, group in dict.fromkeys((zero.by, zero.group) for zero in large)
    ]
    if found:
        yield f"{model}: none right in {_listed(found)}; check names and units"


def _zero(zero: ZeroGroup) -> str:
    unparsed = ", all unparsed" if zero.unparsed == zero.n else ""
    return f"{zero.label_set} 0 of {zero.n}{unparsed}"


def _of_twins(models: Sequence[ModelFacts]) -> Iterator[str]:
    seen: set[str] = set()
    for model in models:
        if model.same_as and model.model not in seen:
            yield f"{model.model}: its replies are exactly those of {_listed(model.same_as)}; one recording?"
            seen.update(model.same_as)


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + rest

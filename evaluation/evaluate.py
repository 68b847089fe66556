"""Models' predictions scored under label sets: what wrong labels hide, and what they reorder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

from benchmarks.errors import BenchmarkError
from benchmarks.label_sets import LabelSet
from benchmarks.model import Benchmark, Instance
from benchmarks.predictions import Recording
from evaluation.figures import accuracy, difference
from evaluation.model import (
    Accuracy,
    Difference,
    Evaluation,
    Grouping,
    ModelFacts,
    SetFacts,
    Unparsed,
    ZeroGroup,
)
from evaluation.rankings import common, rank
from evaluation.remarks import remarks
from evaluation.scoring import Scored, groups, score_model
from stats.intervals import CONFIDENCE

RESAMPLES = 2_000
EXAMPLES = 3
SHOWN = 60
_CHECKED: tuple[Grouping, ...] = ("calculator", "category")


def evaluate(
    recordings: Sequence[Recording],
    benchmark: Benchmark,
    label_sets: Sequence[LabelSet],
    *,
    by: Grouping | None = None,
    within: Collection[str] | None = None,
    resamples: int = RESAMPLES,
) -> Evaluation:
    """Score every model under every label set.

    An accuracy is over the instances that the model answered and the label set labels. A difference between
    two label sets is over those that both label, and a ranking over those that all models answered and all
    label sets label, so that nothing but labels, or models, can make the difference.

    Args:
        recordings: the models' predictions, at least one.
        benchmark: its instances take part; their answer specs say what is asked and within which tolerance.
        label_sets: at least one; the first is what the others are compared with.
        by: also give accuracies and differences for each group of instances.
        within: source ids; only these take part.
        resamples: of every bootstrap.

    Raises:
        BenchmarkError: no instance takes part that has a label and a prediction, or two label sets have one
            name.
    """
    instances = {
        instance.source_id: instance
        for instance in benchmark.instances
        if within is None or instance.source_id in within
    }
    truths = {labels.name: labels.answers() for labels in label_sets}
    if len(truths) < len(label_sets):
        named = ", ".join(f"{labels.name} ({labels.source})" for labels in label_sets)
        raise BenchmarkError(benchmark.source, f"two of the label sets have one name: {named}; rename a file")
    models = [score_model(recording, instances, truths) for recording in recordings]
    if not any(table for scored in models for table in scored.scores.values()):
        raise BenchmarkError(benchmark.source, "no instance takes part that has a label and a prediction")
    names = list(truths)
    grouped = groups(instances.values(), by, truths) if by else {}
    figures = _figures(models, names, [(None, list(instances)), *grouped.items()], resamples)
    ranked = rank(models, names, list(instances), resamples)
    sets = tuple(_set_facts(labels, instances) for labels in label_sets)
    facts = tuple(_model_facts(recordings, scored, instances) for scored in models)
    zeros = tuple(_zeros(models, names, instances))
    return Evaluation(
        benchmark=benchmark.name,
        source=benchmark.source,
        sha256=benchmark.sha256,
        instances=len(instances),
        by=by,
        confidence=CONFIDENCE,
        resamples=resamples,
        label_sets=sets,
        models=facts,
        accuracies=figures.accuracies,
        common=figures.common,
        differences=figures.differences,
        rankings=ranked.rankings,
        pairs=ranked.pairs,
        changes=ranked.changes,
        zeros=zeros,
        warnings=tuple(remarks(recordings, sets, facts, zeros, ranked.rankings)),
    )


class _Figures(NamedTuple):
    accuracies: tuple[Accuracy, ...]
    common: tuple[Accuracy, ...]
    differences: tuple[Difference, ...]


def _figures(
    models: Sequence[Scored],
    names: Sequence[str],
    parts: Sequence[tuple[str | None, list[str]]],
    resamples: int,
) -> _Figures:
    """Group by group, and model by model in each."""
    accuracies: list[Accuracy | None] = []
    shared: list[Accuracy | None] = []
    differences: list[Difference | None] = []
    for (group, ids), scored in product(parts, models):
        both = common([scored], ids)
        accuracies += [accuracy(scored, name, ids, group, resamples) for name in names]
        shared += [accuracy(scored, name, both, group, resamples) for name in names]
        differences += [
            difference(scored, before, after, ids, group, resamples)
            for before, after in combinations(names, 2)
        ]
    return _Figures(
        tuple(filter(None, accuracies)), tuple(filter(None, shared)), tuple(filter(None, differences))
    )


def _set_facts(labels: LabelSet, instances: Mapping[str, Instance]) -> SetFacts:
    said = [labels.labels.get(source_id) for source_id in instances]
    gaps = Counter("unlabelled" if label is None else label.gap for label in said)
    answers = [label.answer for label in said if label is not None and label.answer is not None]
    return SetFacts(
        name=labels.name,
        source=labels.source,
        labelled=len(answers),
        incomputable=sum(answer.kind == "incomputable" for answer in answers),
        unlabelled=gaps["unlabelled"],
        ambiguous=gaps["ambiguous"],
        unreadable=gaps["unreadable"],
        strangers=len(labels.strangers),
    )


def _model_facts(
    recordings: Sequence[Recording], scored: Scored, instances: Mapping[str, Instance]
) -> ModelFacts:
    (recording,) = (each for each in recordings if each.model == scored.model)
    unparsed = Counter(
        _shown(reply)
        for source_id, answers in scored.given.items()
        for reply, answer in zip(recording.replies[source_id], answers, strict=True)
        if answer is None
    )
    return ModelFacts(
        model=scored.model,
        sources=recording.sources,
        instances=len(scored.given),
        missing=len(instances) - len(scored.given),
        replies=sum(map(len, scored.given.values())),
        repeated=sum(len(answers) > 1 for answers in scored.given.values()),
        unparsed=unparsed.total(),
        examples=tuple(Unparsed(text=text, count=count) for text, count in unparsed.most_common(EXAMPLES)),
        strangers=len(recording.strangers),
        same_as=tuple(
            other.model
            for other in recordings
            if other.model != recording.model and other.replies == recording.replies
        ),
    )


def _shown(reply: str) -> str:
    """The end of a reply on one line: that is where an answer is expected."""
    flat = " ".join(reply.split())
    return flat if len(flat) <= SHOWN else f"…{flat[1 - SHOWN :]}"


def _zeros(
    models: Sequence[Scored], names: Sequence[str], instances: Mapping[str, Instance]
) -> Iterator[ZeroGroup]:
    for by in _CHECKED:
        for group, ids in groups(instances.values(), by, {}).items():
            for scored in models:
                for name in names:
                    used = [source_id for source_id in ids if source_id in scored.scores[name]]
                    if used and not any(scored.scores[name][source_id] for source_id in used):
                        unparsed = sum(scored.unparsed(source_id) for source_id in used)
                        yield ZeroGroup(
                            model=scored.model,
                            label_set=name,
                            by=by,
                            group=group,
                            n=len(used),
                            unparsed=unparsed,
                        )

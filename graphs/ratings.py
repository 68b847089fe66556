"""What several raters say about the same items: reviewers, votes, label sets, columns of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from answers.model import Answer, AnswerSpec
from benchmarks.label_columns import LabelColumns
from benchmarks.label_sets import LabelSet, SetLabel
from graphs.reviewers import verdicts_of
from store import figures
from store.records import RunRecord
from store.rows import load_answer
from store.store import Store

Rating = Answer | None
"""None: the question is held to be ambiguous. What a rater does not rate is left out."""


@dataclass(frozen=True)
class Ratings:
    """Rater → item → rating, with the answer spec of every item."""

    specs: Mapping[str, AnswerSpec]
    raters: Mapping[str, Mapping[str, Rating]]
    missing: Mapping[str, Counter[str]] = field(default_factory=dict)
    """Rater → why there is no rating (`empty`, `unreadable`, `failed`) → how many."""


def column_ratings(table: LabelColumns) -> Ratings:
    """The columns of a table, each a rater."""
    return _of_labels(table.specs, table.labels)


def set_ratings(sets: Sequence[LabelSet], specs: Mapping[str, AnswerSpec]) -> Ratings:
    """Label sets over one benchmark, each a rater. `specs` are by source id."""
    return _of_labels(specs, {found.name: found.labels for found in sets})


def reviewer_ratings(store: Store, run: RunRecord) -> Ratings:
    """The reviewers of a run: what each said last after the reveal, but for calls for another expert."""
    verdicts = verdicts_of(figures.own_decisions(store.file, run.id))
    return Ratings(
        specs={
            item: AnswerSpec.model_validate_json(row.spec)
            for own in verdicts.values()
            for item, row in own.items()
        },
        raters={
            name: {item: load_answer(row.answer) for item, row in own.items()}
            for name, own in verdicts.items()
        },
    )


def vote_ratings(store: Store, run: RunRecord, samples: int) -> Ratings:
    """The first `samples` votes on each instance of a run, each sample a rater.

    Later ones are asked for only where these do not agree, and would make raters seem to differ more.
    """
    specs = {instance.id: instance.spec for instance in store.instances(run.benchmark_id)}
    raters: dict[str, dict[str, Rating]] = {}
    missing: dict[str, Counter[str]] = {}
    voted = set()
    for vote in figures.cast_votes(store.file, run.id, samples):
        name = f"sample {vote.sample}"
        own = raters.setdefault(name, {})
        voted.add(vote.instance_id)
        if vote.answer is None:
            missing.setdefault(name, Counter())["failed"] += 1
        else:
            own[vote.instance_id] = load_answer(vote.answer)
    ordered = dict(sorted(raters.items(), key=lambda rater: int(rater[0].split()[1])))
    return Ratings({item: spec for item, spec in specs.items() if item in voted}, ordered, missing)


def _of_labels(specs: Mapping[str, AnswerSpec], sets: Mapping[str, Mapping[str, SetLabel]]) -> Ratings:
    return Ratings(
        specs=specs,
        raters={
            name: {
                item: label.answer
                for item, label in labels.items()
                if label.answer is not None or label.gap == "ambiguous"
            }
            for name, labels in sets.items()
        },
        missing={name: _gaps(labels) for name, labels in sets.items()},
    )


def _gaps(labels: Mapping[str, SetLabel]) -> Counter[str]:
    named = {"unlabelled": "empty", "unreadable": "unreadable"}
    return Counter(named[label.gap] for label in labels.values() if label.gap in named)

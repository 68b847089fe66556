"""Figures about the people who review a run, and about what nobody saw: computed from the decisions.

Nothing of this is stored. A reviewer's verdict on an instance is what they said last after the reveal, unless
they asked for another expert. What an adjudicator says is no verdict: they have seen those of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from answers.model import AnswerSpec
from consensus.model import Confidence
from consensus.review import Opinion, same_opinion
from stats.agreement import PairAgreement, pairwise
from stats.intervals import Proportion
from stats.spread import Quartiles, quartiles
from store import figures
from store.figures import AuditedLabel, OwnDecision
from store.records import RunRecord
from store.rows import load_answer
from store.store import Store


@dataclass(frozen=True)
class ReviewerFigures:
    """What one reviewer has done in a run."""

    name: str
    decided: int
    """Instances with a verdict of theirs."""
    passed_on: int
    """Instances for which they asked for another expert."""
    adjudicated: int
    waiting: int
    """Blind answers after which they have said nothing yet."""
    seconds: Quartiles | None
    """Time for an instance with a verdict, blind and after the reveal; None where none was measured."""
    changed: Proportion
    """Verdicts that differ from the blind answer under the agreement rule."""
    to_consensus: int
    to_original: int
    """Of those that changed: what they chose; the rest is neither."""
    kept: Mapping[Confidence, Proportion]
    """Confidence of the blind answer → blind answers that the reveal did not change."""


@dataclass(frozen=True)
class PairFigures:
    """What two reviewers say about the same instances.

    Of those about which they differ, an adjudicator agreed with `a` alone in `for_a`, with `b` alone in
    `for_b`, with neither or both in `for_neither`; `open` are not adjudicated.
    """

    a: str
    b: str
    agreed: Proportion
    for_a: int
    for_b: int
    for_neither: int

    @property
    def differ(self) -> int:
        """Instances about which they differ."""
        return self.agreed.n - self.agreed.k

    @property
    def open(self) -> int:
        """Differences that nobody has adjudicated."""
        return self.differ - self.for_a - self.for_b - self.for_neither


@dataclass(frozen=True)
class AuditFigures:
    """The blind audit sample: labels of consensus that nobody had asked people about.

    `differ` is how often reviewers contradict the label, of the labels that they have settled. Every label
    had the same chance to be drawn, so that the share estimates the error rate of all that nobody saw.
    """

    drawn: int
    differ: Proportion


def reviewers(store: Store, run: RunRecord) -> tuple[list[ReviewerFigures], list[PairFigures]]:
    """The reviewers of a run by name, and every two of them who have verdicts on the same instances."""
    return figures_of(figures.own_decisions(store.file, run.id))


def audit(store: Store, run: RunRecord) -> AuditFigures | None:
    """What the blind audit of a run found so far; None where no sample was drawn."""
    sample = figures.audit_sample(store.file, run.id)
    return audit_of(sample) if sample else None


def figures_of(rows: Sequence[OwnDecision]) -> tuple[list[ReviewerFigures], list[PairFigures]]:
    """The figures that follow from what was said, oldest first."""
    by_name = _by_name(rows)
    verdicts = {name: _verdicts(own) for name, own in by_name.items()}
    adjudications = {row.instance_id: row for row in rows if row.standing == "adjudication"}
    pairs = pairwise(verdicts, lambda _, a, b: _same(a, b))
    return (
        [_reviewer(name, own, verdicts[name]) for name, own in by_name.items()],
        [_pair(pair, verdicts, adjudications) for pair in pairs],
    )


def verdicts_of(rows: Sequence[OwnDecision]) -> dict[str, dict[str, OwnDecision]]:
    """Reviewer, by name → instance → their verdict, from what was said, oldest first."""
    return {name: _verdicts(own) for name, own in _by_name(rows).items()}


def audit_of(sample: Sequence[AuditedLabel]) -> AuditFigures:
    """What follows from a sample."""
    reviewed = [row for row in sample if row.reviewed]
    differ = sum(not same_answer(row.label, row.answer, row.spec) for row in reviewed)
    return AuditFigures(len(sample), Proportion(differ, len(reviewed)))


def _by_name(rows: Sequence[OwnDecision]) -> dict[str, list[OwnDecision]]:
    by_name: dict[str, list[OwnDecision]] = {name: [] for name in sorted({row.reviewer for row in rows})}
    for row in rows:
        by_name[row.reviewer].append(row)
    return by_name


def _opinions(rows: Iterable[OwnDecision]) -> dict[str, OwnDecision]:
    """Instance → what was said last after the reveal, if only that another expert is needed."""
    return {row.instance_id: row for row in rows if not row.blind and row.standing != "adjudication"}


def _verdicts(rows: Iterable[OwnDecision]) -> dict[str, OwnDecision]:
    opinions = _opinions(rows)
    return {instance: row for instance, row in opinions.items() if row.choice != "another_expert"}


def _reviewer(name: str, rows: Sequence[OwnDecision], verdicts: Mapping[str, OwnDecision]) -> ReviewerFigures:
    blind = {row.instance_id: row for row in rows if row.blind}
    opinions = _opinions(rows)
    both = [(blind[instance], row) for instance, row in verdicts.items() if instance in blind]
    changed = [verdict for first, verdict in both if not _same(first, verdict)]
    return ReviewerFigures(
        name=name,
        decided=len(verdicts),
        passed_on=len(opinions) - len(verdicts),
        adjudicated=len({row.instance_id for row in rows if row.standing == "adjudication"}),
        waiting=len(blind.keys() - opinions.keys()),
        seconds=quartiles(_times(rows, verdicts)),
        changed=Proportion(len(changed), len(both)),
        to_consensus=sum(verdict.choice == "consensus" for verdict in changed),
        to_original=sum(verdict.choice == "original" for verdict in changed),
        kept=_kept(both),
    )


def _times(rows: Iterable[OwnDecision], verdicts: Mapping[str, OwnDecision]) -> list[float]:
    """Seconds for each instance with a verdict, over all that was said of it; where every part is known."""
    spent: dict[str, list[float | None]] = defaultdict(list)
    for row in rows:
        if row.standing != "adjudication":
            spent[row.instance_id].append(row.seconds)
    times = ([s for s in spent[i] if s is not None] for i in verdicts if None not in spent[i])
    return [sum(parts) for parts in times]


def _kept(both: Sequence[tuple[OwnDecision, OwnDecision]]) -> dict[Confidence, Proportion]:
    found: dict[Confidence, Proportion] = {}
    levels: tuple[Confidence, ...] = get_args(Confidence)
    for level in levels:
        own = [_same(first, verdict) for first, verdict in both if first.confidence == level]
        found[level] = Proportion(sum(own), len(own))
    return found


def _pair(
    pair: PairAgreement,
    verdicts: Mapping[str, Mapping[str, OwnDecision]],
    adjudications: Mapping[str, OwnDecision],
) -> PairFigures:
    favour = [
        (_same(verdicts[pair.a][instance], found), _same(verdicts[pair.b][instance], found))
        for instance in pair.differing
        if (found := adjudications.get(instance))
    ]
    return PairFigures(
        a=pair.a,
        b=pair.b,
        agreed=pair.agreed,
        for_a=favour.count((True, False)),
        for_b=favour.count((False, True)),
        for_neither=favour.count((False, False)) + favour.count((True, True)),
    )


def _same(a: OwnDecision, b: OwnDecision) -> bool:
    return same_answer(a.answer, b.answer, a.spec)


@lru_cache(maxsize=2**15)  # exact comparison takes the most time, and the next request compares the same
def same_answer(a: str | None, b: str | None, spec: str) -> bool:
    """Whether two answers say the same under the agreement rule, all as JSON; None is `ambiguous`."""
    return a == b or same_opinion(_opinion(a), _opinion(b), _spec(spec))


def _opinion(answer: str | None) -> Opinion:
    return Opinion("", load_answer(answer))


@lru_cache(maxsize=256)
def _spec(text: str) -> AnswerSpec:
    return AnswerSpec.model_validate_json(text)

"""How wrong the labels of a run are, and the benchmark's own: few human labels, many machine labels.

Human labels that count are of two kinds. What people settled outside the blind audit is known: it adds its
errors and no uncertainty. Of what consensus committed, the blind audit sample is a random part with a known
chance to be drawn, so that the whole can be estimated. Everything else, such as labels that someone looked at
because they seemed wrong, says nothing about the rest and is no part of an estimate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graphs.reviewers import same_answer
from stats.intervals import Interval
from stats.power import WORST, reviews_for_margin
from stats.ppi import prediction_powered
from stats.stratified import Estimate, Stratum, TooFew, stratified, variance_ratio, weighted_share
from store.audited import BlindAnswer, Standing, blind_answers, standings
from store.records import RunRecord
from store.store import Store

SetName = Literal["original", "released"]
Judge = Literal["blind", "settled"]
"""Which human answer counts for a sampled label: the blind one, or the decision after the reveal."""
Method = Literal["simple", "stratified", "prediction_powered"]
FEWEST_IN_STRATUM = 10
"""Reviewed labels below which a stratum is joined with others."""


@dataclass(frozen=True)
class Drawn:
    """A label that was in a draw of the blind audit. `error` is None where nobody has looked at it."""

    share: float
    strata: tuple[str, str, str]
    """Status, whether all votes agreed, calculator: from coarse to fine."""
    prediction: float
    """How likely an error is in the view of the machine, in [0, 1]."""
    error: bool | None
    replaced: bool
    """Whether people have replaced it since, so that the error no longer stands."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one label set."""

    name: SetName
    size: int
    """Labels in the set."""
    known: int
    """Labels of instances that people settled; no draw had them."""
    known_errors: int
    drawn: tuple[Drawn, ...]
    """Labels that had a chance to be drawn, of which some were reviewed."""
    sampled: int
    """Labels that were drawn."""

    @property
    def reviewed(self) -> tuple[Drawn, ...]:
        """The random part that people looked at."""
        return tuple(label for label in self.drawn if label.error is not None)

    @property
    def covered(self) -> int:
        """Labels of which an estimate speaks: those that are known, and those that could have been drawn."""
        return self.known + len(self.drawn)


@dataclass(frozen=True)
class Rate:
    """The error rate of the labels that are covered, by one method. `obstacle` says why there is none."""

    method: Method
    estimate: Estimate | None
    obstacle: str = ""
    strata: int = 1


@dataclass(frozen=True)
class Plan:
    """Reviews, in all and more than there are, after which the interval is as narrow as was asked."""

    method: Method
    expected: float
    """The error rate of the labels in the draws on which it rests."""
    reviews: int
    more: int


def gather(store: Store, run: RunRecord, judge: Judge) -> list[Evidence]:
    """What a run's store says of the benchmark's own labels, and of those that the run committed."""
    rows = standings(store.file, run.id)
    blind = defaultdict(list)
    for answer in blind_answers(store.file, run.id):
        blind[answer.instance_id].append(answer)
    return [evidence(name, rows, blind, judge) for name in ("original", "released")]


def evidence(
    name: SetName, rows: Iterable[Standing], blind: Mapping[str, Sequence[BlindAnswer]], judge: Judge
) -> Evidence:
    """What is known of a label set from what was said of each of its instances."""
    own = [row for row in rows if (row.original if name == "original" else row.decided_by) is not None]
    drawn = [
        (row, _human(row, blind.get(row.instance_id, ()), judge)) for row in own if row.share is not None
    ]
    reached = {row.share for row, answer in drawn if answer is not None}
    known = [row for row in own if row.share is None and row.settled]
    if name == "released":
        known = [row for row in known if row.decided_by == "reviewer"]
    return Evidence(
        name=name,
        size=len(own),
        known=len(known),
        known_errors=sum(name == "original" and not _same(row.original, row.answer, row) for row in known),
        drawn=tuple(_drawn(name, row, answer) for row, answer in drawn if row.share in reached),
        sampled=sum(row.sampled for row, _ in drawn),
    )


def _human(row: Standing, blind: Sequence[BlindAnswer], judge: Judge) -> tuple[str | None] | None:
    """What people say of a sampled label, in a tuple; None where nobody has looked at it.

    Where blind answers contradict each other it is the decision that settled them.
    """
    if not row.sampled:
        return None
    if judge == "blind":
        if not blind:
            return None
        if all(_same(blind[0].answer, other.answer, row) for other in blind[1:]):
            return (blind[0].answer,)
    return (row.answer,) if row.settled else None


def _drawn(name: SetName, row: Standing, human: tuple[str | None] | None) -> Drawn:
    assert row.share is not None, "it was in a draw"
    judged = row.original if name == "original" else row.proposed
    agreement = row.agreement or 0.0
    unlike = row.original is not None and not _same(row.original, row.proposed, row)
    if name == "original":
        prediction = agreement if unlike else 1 - agreement
    else:
        prediction = (1 - agreement + unlike) / 2
    return Drawn(
        share=row.share,
        strata=(
            "differs from the original" if unlike else "as the original",
            "all votes" if agreement == 1 else "not all votes",
            row.calculator,
        ),
        prediction=prediction,
        error=None if human is None else not _same(judged, human[0], row),
        replaced=name == "released" and not _same(row.label, row.proposed, row),
    )


def _same(a: str | None, b: str | None, row: Standing) -> bool:
    return same_answer(a, b, row.spec)


def rates(found: Evidence) -> list[Rate]:
    """The error rate of a label set by each method; the first that has an estimate is not the narrowest."""
    if not found.covered:
        return [Rate("simple", None, "people have settled nothing, and no sample was drawn")]
    if not found.drawn and found.known < found.size:
        why = "no sample was drawn, and what people chose to settle says nothing of the rest"
        return [Rate("simple", None, why)]
    if not found.drawn:
        known = found.known_errors / found.known
        return [Rate("simple", Estimate(known, Interval(known, known)))]
    return [_simple(found), _stratified(found), _powered(found)]


def _simple(found: Evidence) -> Rate:
    return Rate("simple", _whole(found, weighted_share([*_by_share(found).values()])))


def _stratified(found: Evidence) -> Rate:
    strata = cells(found)
    if len(strata) == len(_by_share(found)):
        return Rate("stratified", None, f"no two strata have {FEWEST_IN_STRATUM} reviewed labels each")
    try:
        return Rate("stratified", _whole(found, stratified(strata)), strata=len(strata))
    except TooFew as why:
        return Rate("stratified", None, str(why))


def _powered(found: Evidence) -> Rate:
    try:
        return Rate("prediction_powered", _whole(found, _powered_estimate(found)))
    except TooFew as why:
        return Rate("prediction_powered", None, str(why))


def _powered_estimate(found: Evidence) -> Estimate:
    groups = _by_share(found)
    reviewed = found.reviewed
    return prediction_powered(
        [bool(label.error) for label in reviewed],
        [label.prediction for label in reviewed],
        [label.prediction for label in found.drawn],
        [groups[label.share].size / groups[label.share].sampled for label in reviewed],
    )


def _whole(found: Evidence, drawn: Estimate) -> Estimate:
    """The rate of all covered labels as they stand, from that of the labels in the draws when drawn."""
    gone = sum(bool(label.error) and label.replaced for label in found.drawn)
    standing = sum(bool(label.error) and not label.replaced for label in found.drawn)

    def rate(share: float) -> float:
        errors = max(standing, len(found.drawn) * share - gone)
        return (found.known_errors + errors) / found.covered

    return Estimate(rate(drawn.share), Interval(rate(drawn.interval.low), rate(drawn.interval.high)))


def _by_share(found: Evidence) -> dict[float, Stratum]:
    """Labels with the same chance to be drawn are one sample, from however many draws."""
    return {
        share: _stratum(label for label in found.drawn if label.share == share) for share in _shares(found)
    }


def _shares(found: Evidence) -> list[float]:
    return sorted({label.share for label in found.drawn})


def _stratum(labels: Iterable[Drawn]) -> Stratum:
    every = tuple(labels)
    looked = [label.error for label in every if label.error is not None]
    return Stratum(len(every), len(looked), sum(looked))


def cells(found: Evidence) -> list[Stratum]:
    """Strata of at least FEWEST_IN_STRATUM reviewed labels each, from coarse to fine.

    How labels are put together depends on how many were reviewed and never on what was found, so that the
    estimate stays unbiased.
    """
    made: list[Stratum] = []
    for share in _shares(found):
        made += _split([label for label in found.drawn if label.share == share], 0)
    return made


def _split(labels: Sequence[Drawn], level: int) -> list[Stratum]:
    whole = _stratum(labels)
    if level == len(labels[0].strata):
        return [whole]
    parts: dict[str, list[Drawn]] = defaultdict(list)
    for label in labels:
        parts[label.strata[level]].append(label)
    large = {name: part for name, part in parts.items() if _stratum(part).sampled >= FEWEST_IN_STRATUM}
    small = [label for name, part in parts.items() if name not in large for label in part]
    if small and _stratum(small).sampled < FEWEST_IN_STRATUM and large:
        least = min(large, key=lambda name: (_stratum(large[name]).sampled, name))
        large[least] = [*large[least], *small]
        small = []
    if len(large) + bool(small) <= 1:
        return _split(labels, level + 1)
    made = [stratum for name in sorted(large) for stratum in _split(large[name], level + 1)]
    return made + ([_stratum(small)] if small else [])


def plans(found: Evidence, margin: float) -> list[Plan]:
    """How many reviews it takes to know the rate of the covered labels within `margin`, by each design.

    The simple design is planned for the worst case and for the rate that was found; the others need what was
    found. Before anything is drawn, the plan is to draw from all that people have not settled.
    """
    if not found.size:
        return []
    size = len(found.drawn) or found.size - found.known
    reach = margin * (found.covered if found.drawn else found.size) / max(1, size)
    if reach >= WORST:
        return [Plan("simple", WORST, 0, 0)]
    done = len(found.reviewed)

    def plan(method: Method, share: float, effect: float = 1.0) -> Plan:
        reviews = reviews_for_margin(reach, share, size, effect)
        return Plan(method, share, reviews, max(0, reviews - done))

    if not found.drawn:
        return [plan("simple", WORST)]
    share = weighted_share([*_by_share(found).values()]).share
    made = [plan("simple", WORST), plan("simple", share)]
    strata = cells(found)
    if len(strata) > len(_by_share(found)):
        made.append(plan("stratified", share, variance_ratio(strata)))
    try:
        powered = _powered_estimate(found)
    except TooFew:
        return made
    made.append(plan("prediction_powered", powered.share, _effect(powered, done)))
    return made


def _effect(powered: Estimate, done: int) -> float:
    """The variance of an estimate by a simple sample of which as many reviews would give the same width."""
    half = (powered.interval.high - powered.interval.low) / 2
    return done / reviews_for_margin(half, powered.share)

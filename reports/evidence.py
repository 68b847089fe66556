"""What speaks for and against label sets: error rates, triage, agreement, consistency, causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from answers.agreement import agrees
from answers.model import Answer
from benchmarks.causes import stored_causes
from benchmarks.model import Benchmark, Instance
from benchmarks.read import stored_inputs_column
from consensus.consistency import ConsistencyReport
from graphs.consistency import Sources, check_consistency, derived_inputs
from graphs.error_rate import Evidence, Rate, gather, rates
from graphs.label_sets import run_labels
from graphs.rater_agreement import rater_agreement
from graphs.ratings import Ratings, reviewer_ratings, vote_ratings
from graphs.triage import of_run, review_curve
from reports.labels import Reference
from reports.model import ErrorRate, Pair, Raters, Triage, share_of
from stats.curve import Curve, gain_curve
from store.records import RunRecord
from store.store import Store

SETTLED = "what reviewers settled"


def error_rates(store: Store, run: RunRecord) -> tuple[ErrorRate, ...]:
    """How wrong the original and the released labels are, where people have looked at any."""
    found = gather(store, run, "blind")
    return tuple(_rate(one, rate) for one in found if one.covered for rate in rates(one))


def _rate(found: Evidence, rate: Rate) -> ErrorRate:
    estimate = rate.estimate
    return ErrorRate(
        label_set=found.name,
        method=rate.method,
        covered=found.covered,
        size=found.size,
        known=found.known,
        reviewed=len(found.reviewed),
        share=estimate.share if estimate else None,
        low=estimate.interval.low if estimate else None,
        high=estimate.interval.high if estimate else None,
        obstacle=rate.obstacle,
    )


def triage(store: Store, run: RunRecord, reference: Reference | None) -> Triage | None:
    """The errors of the original labels that the order of triage finds; None where nothing is known of them.

    Without a reference, what reviewers settled.
    """
    if reference is None:
        return _triage(SETTLED, review_curve(store, run))
    right = reference.answers
    known = [one for one in of_run(store, run, every=True) if one.instance.source_id in right]
    wrong = [_differs(one.instance, right[one.instance.source_id]) for one in known]
    return _triage(reference.name, gain_curve([one.score for one in known], wrong))


def _differs(instance: Instance, right: Answer | None) -> bool:
    label = instance.label
    return label is None or right is None or not agrees(label, right, instance.spec)


def _triage(reference: str, curve: Curve) -> Triage | None:
    return Triage(reference=reference, found=curve.found, gain=curve.gain) if curve.n else None


def raters(store: Store, run: RunRecord, votes: int) -> tuple[Raters, ...]:
    """Agreement between reviewers, and between the first votes of each instance; of two or more."""
    found = (
        ("reviewers", reviewer_ratings(store, run)),
        ("votes", vote_ratings(store, run, votes)),
    )
    return tuple(_raters(who, ratings) for who, ratings in found if len(ratings.raters) > 1)


def _raters(who: str, ratings: Ratings) -> Raters:
    found = rater_agreement(ratings)
    interval = found.alpha.interval
    return Raters.model_validate(
        {
            "who": who,
            "items": found.items,
            "pairs": tuple(Pair(a=a, b=b, agreed=share_of(p.k, p.n)) for (a, b), p in found.agreed.items()),
            "alpha": found.alpha.value,
            "low": interval.low if interval else None,
            "high": interval.high if interval else None,
        }
    )


def consistency(store: Store, run: RunRecord, benchmark: Benchmark) -> ConsistencyReport:
    """Whether the labels of a run decide open questions alike."""
    sources = Sources(stored_inputs_column(benchmark.columns), derived_inputs(store, [run]))
    return check_consistency(benchmark.name, benchmark.instances, run_labels(store, [run]), sources)


def causes(
    benchmark: Benchmark, conventions: Mapping[str, str], ids: Collection[str]
) -> Mapping[str, int] | None:
    """Cause → labels that contradict their stored inputs by it; None where the benchmark stores none.

    Only labels of instances with these ids are counted, while all of a calculator tell of its mistakes.
    """
    column = stored_inputs_column(benchmark.columns)
    if column is None:
        return None
    fixed = {instance.id: conventions for instance in benchmark.instances}
    found = stored_causes(benchmark.instances, column, fixed)
    return Counter(cause for instance_id, (cause, _) in found.items() if instance_id in ids)

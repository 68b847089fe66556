"""What `error-rate` prints: the same facts as JSON and as a few lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import get_args

from pydantic import JsonValue

from answers.figures import between, numbered, percent
from benchmarks.differences import GAPS, Differences, Outcome, Tally
from benchmarks.label_sets import Gap
from benchmarks.model import Benchmark, Instance
from console.views import table_lines
from graphs.error_rate import Evidence, Judge, Plan, Rate, SetName, plans, rates
from stats.intervals import Interval, Proportion
from stats.power import WORST, reviews_for_margin

GROUPS: dict[str, Callable[[Instance], str | None]] = {
    "calculator": lambda one: one.calculator or one.calculator_name,
    "category": lambda one: one.category,
}
OUTCOMES: tuple[Outcome, ...] = ("agree", "differ", "incomputable", *get_args(Gap))
METHODS = {
    "simple": "simple sample",
    "stratified": "stratified",
    "prediction_powered": "prediction-powered",
}
SETS: dict[SetName, str] = {
    "original": "Original labels of the benchmark",
    "released": "Labels that the run committed",
}
JUDGES: dict[Judge, str] = {
    "blind": "the blind answers of reviewers, given before they saw label and votes",
    "settled": "the decisions after the reveal, which can lean towards what reviewers saw there",
}


def difference_facts(benchmark: Benchmark, found: Differences, margin: float | None) -> dict[str, JsonValue]:
    """A comparison with a label set in figures."""
    facts: dict[str, JsonValue] = {
        "benchmark": benchmark.name,
        "against": found.label_set.name,
        "instances": len(benchmark.instances),
        "seen": len(found.compared),
        "not_looked_at": found.left_out,
        "without_original_label": found.unlabelled,
        "tolerance": found.tolerance,
        "by_rule": _tally_facts(found.by_rule),
        "by_tolerance": _tally_facts(found.by_tolerance),
        **{
            f"by_{title}": {name or "": _tally_facts(tally) for name, tally in found.grouped(key).items()}
            for title, key in GROUPS.items()
        },
    }
    if margin is not None:
        facts["plan"] = _plan_of_differences(benchmark, found, margin)
    return facts


def _tally_facts(tally: Tally) -> dict[str, JsonValue]:
    return {
        **{outcome: tally.counts[outcome] for outcome in OUTCOMES},
        "at_least": _share_facts(tally.at_least),
        "of_answered": _share_facts(tally.of_answered),
    }


def _share_facts(share: Proportion) -> dict[str, JsonValue]:
    return {"wrong": share.k, "of": share.n, "share": share.share, "wilson": [*share.interval]}


def difference_lines(benchmark: Benchmark, found: Differences, margin: float | None) -> Iterator[str]:
    """The same as text, with what part of the benchmark was seen."""
    yield f"Original labels of {benchmark.name} against {found.label_set.name}"
    yield from _seen_lines(benchmark, found)
    yield ""
    yield from _outcome_lines(found)
    for title, key in GROUPS.items():
        groups = found.grouped(key)
        if len(groups) > 1:
            yield ""
            columns = (title, "seen", "agree", "differ", "incomputable", "none", "wrong, at least")
            yield from table_lines([_row(title, name, tally) for name, tally in groups.items()], columns, {})
    if margin is not None:
        yield ""
        yield from _plan_lines_of_differences(benchmark, found, margin)


def _outcome_lines(found: Differences) -> Iterator[str]:
    tallies = {"rule": found.by_rule, "fixed": found.by_tolerance}
    names: dict[Outcome, str] = {"agree": "agree", "differ": "differ", "incomputable": "incomputable there"}
    rows: list[dict[str, JsonValue]] = []
    for outcome, name in names.items():
        rows.append({"what": name, **{key: str(tally.counts[outcome]) for key, tally in tallies.items()}})
    rows.append(
        {"what": "wrong, at least", **{key: _share(tally.at_least) for key, tally in tallies.items()}}
    )
    rows.append(
        {
            "what": "wrong, of those with a label there",
            **{key: _share(tally.of_answered) for key, tally in tallies.items()},
        }
    )
    fixed = f"within {100 * found.tolerance:.4g}% for all"
    headings = {"what": "", "rule": "by the agreement rule of each", "fixed": fixed}
    yield from table_lines(rows, ("what", "rule", "fixed"), headings)


def _seen_lines(benchmark: Benchmark, found: Differences) -> Iterator[str]:
    seen, every = len(found.compared), len(benchmark.instances)
    counts = found.by_rule.counts
    none: dict[str, int] = {gap: counts[gap] for gap in GAPS if counts[gap]}
    yield f"  seen {seen} of {every} instances, of which {sum(none.values())} have no label there" + (
        f" ({numbered(none)})" if set(none) - {"unlabelled"} else ""
    )
    if found.left_out:
        yield (
            f"  the other {found.left_out} were not looked at: the intervals take what was seen for a random "
            "part of the benchmark"
        )
    if found.unlabelled:
        yield f"  {found.unlabelled} instances have no original label and are not counted"
    yield "  at least: what has no label there counts as right"


def _share(share: Proportion) -> str:
    if share.share is None:
        return "-"
    return f"{percent(share.share)} ({share.k} of {share.n}; {_interval(share.interval)})"


def _within(margin: float) -> str:
    return f"within ±{100 * margin:g} points"


def _interval(interval: Interval) -> str:
    return f"95% CI {between(*interval)}"


def _row(title: str, name: str | None, tally: Tally) -> dict[str, JsonValue]:
    return {
        title: name or "(none)",
        "seen": str(tally.counts.total()),
        **{outcome: str(tally.counts[outcome]) for outcome in ("agree", "differ", "incomputable")},
        "none": str(sum(tally.counts[gap] for gap in GAPS)),
        "wrong, at least": _share(tally.at_least),
    }


def _plan_of_differences(benchmark: Benchmark, found: Differences, margin: float) -> dict[str, JsonValue]:
    size = len(benchmark.instances)
    share = found.by_rule.of_answered.share
    reviews: dict[str, JsonValue] = {"worst_case": reviews_for_margin(margin, WORST, size)}
    if share is not None:
        reviews["as_found"] = reviews_for_margin(margin, share, size)
    return {"margin": margin, "instances": size, "reviews": reviews}


def _plan_lines_of_differences(benchmark: Benchmark, found: Differences, margin: float) -> Iterator[str]:
    size = len(benchmark.instances)
    yield f"Reviews of a random sample of the {size} labels to know their error rate {_within(margin)}:"
    yield f"  {reviews_for_margin(margin, WORST, size):>6}   whatever the rate is"
    if (share := found.by_rule.of_answered.share) is not None:
        yield f"  {reviews_for_margin(margin, share, size):>6}   if it is the {percent(share)} found here"
    yield "  Other designs are planned from the reviews of a run: `error-rate` without INPUT."


def evidence_facts(found: Evidence, margin: float | None) -> dict[str, JsonValue]:
    """The error rate of one label set of a run in figures."""
    reviewed = found.reviewed
    facts: dict[str, JsonValue] = {
        "labels": found.size,
        "settled_by_people": found.known,
        "errors_among_them": found.known_errors,
        "in_draws": len(found.drawn),
        "sampled": found.sampled,
        "reviewed": len(reviewed),
        "errors_among_reviewed": sum(bool(label.error) for label in reviewed),
        "not_covered": found.size - found.covered,
        "rates": {rate.method: _rate_facts(found, rate) for rate in rates(found)},
    }
    if margin is not None:
        facts["plans"] = [
            {"design": plan.method, "expected": plan.expected, "reviews": plan.reviews, "more": plan.more}
            for plan in plans(found, margin)
        ]
    return facts


def _rate_facts(found: Evidence, rate: Rate) -> dict[str, JsonValue]:
    if rate.estimate is None:
        return {"share": None, "ci95": None, "because": rate.obstacle}
    return {
        "share": rate.estimate.share,
        "ci95": [*rate.estimate.interval],
        "strata": rate.strata,
        "at_least_of_all": rate.estimate.interval.low * found.covered / found.size,
    }


def run_lines(run: str, sets: Sequence[Evidence], judge: Judge, margin: float | None) -> Iterator[str]:
    """The error rates of a run as text, and what each rests on."""
    yield f"Error rates from run {run}"
    yield f"  sampled labels are judged by {JUDGES[judge]}"
    for found in sets:
        yield ""
        yield from _evidence_lines(found)
        if margin is not None:
            yield from _plan_lines(plans(found, margin), margin)


def _evidence_lines(found: Evidence) -> Iterator[str]:
    reviewed = found.reviewed
    wrong = sum(bool(label.error) for label in reviewed)
    yield f"{SETS[found.name]}: {found.size}"
    yield f"  settled by people  {found.known:>6}   {found.known_errors} wrong: known, without uncertainty"
    sample = f"{len(reviewed)} of {found.sampled} sampled labels reviewed, {wrong} wrong"
    yield f"  in audit draws     {len(found.drawn):>6}   {sample}"
    if rest := found.size - found.covered:
        yield f"  not covered        {rest:>6}   neither settled nor in a reviewed draw"
    for rate in rates(found):
        yield f"  {METHODS[rate.method]:<19}{_rate(found, rate)}"
    if 0 < len(reviewed) < found.sampled:
        yield "  The rates take the reviewed part of the sample for a random one: better review all of it."


def _rate(found: Evidence, rate: Rate) -> str:
    if rate.estimate is None:
        return f"no valid interval: {rate.obstacle}"
    part = f" of the {found.covered} covered" if found.covered < found.size else ""
    basis = {
        "simple": "exact",
        "stratified": f"{rate.strata} strata",
        "prediction_powered": "votes predict, reviews correct",
    }[rate.method]
    return f"{percent(rate.estimate.share)}{part} ({_interval(rate.estimate.interval)}; {basis})"


def _plan_lines(made: Sequence[Plan], margin: float) -> Iterator[str]:
    yield f"  Reviews to know it {_within(margin)}:"
    for plan in made:
        rate = "whatever the rate is" if plan.expected == WORST else f"at the {percent(plan.expected)} found"
        yield f"    {plan.reviews:>6}, {plan.more} more   {METHODS[plan.method]}, {rate}"

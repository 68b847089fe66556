"""Sections about the evidence: error rates, triage, agreement, consistency, models."""

from __future__ import annotations

from answers.figures import between, percent, points
from answers.format import format_answer
from consensus.consistency import OpenQuestion
from evaluation.model import Accuracy, Difference
from reports import figures
from reports.model import Raters, Report
from reports.parts import Section, Table, share
from stats.curve import random_expectation

_METHODS = {
    "simple": "simple sample",
    "stratified": "stratified",
    "prediction_powered": "prediction-powered",
}
_LOOKS = (50, 100, 200)
_MEMBERS = 12


def error_rates(report: Report) -> Section | None:
    """How wrong the label sets are."""
    if not report.error_rates:
        return None
    rows = tuple(
        (
            one.label_set,
            _METHODS[one.method],
            f"{one.covered:,} of {one.size:,}",
            f"{one.known:,}",
            f"{one.reviewed:,}",
            "–" if one.share is None else percent(one.share),
            one.obstacle if one.low is None or one.high is None else between(one.low, one.high),
        )
        for one in report.error_rates
    )
    text = (
        "What people settled outside the blind audit is known; of the rest, labels drawn at random into the "
        "queue and judged blind are a sample. The estimates speak of the labels that are covered."
    )
    columns = (
        ("labels", False),
        ("estimate", False),
        ("covered", True),
        ("settled by people", True),
        ("audited blind", True),
        ("wrong", True),
        ("95% CI", True),
    )
    return Section(
        "errors-rate", "How wrong the labels are", (text,), (), (Table("Error rates", columns, rows),)
    )


def triage(report: Report) -> Section | None:
    """What the order of the queue is worth."""
    found = report.triage
    if found is None:
        return None
    looks = [k for k in _LOOKS if k < found.looks]
    rows = tuple(
        (f"{k:,}", f"{found.found[k]:.4g}", f"{random_expectation(found.looks, found.wrong, k):.4g}")
        for k in (*looks, found.looks)
    )
    gain = (
        "" if found.gain is None else f" The gain is {found.gain:.2f}: 0 is a random order, 1 a perfect one."
    )
    text = (
        f"Original labels, looked at in the order of their triage scores; wrong by {found.reference}, "
        f"{found.looks:,} labels. Labels with equal scores are in random order: the figures are expectations."
        f"{gain}"
    )
    columns = (("labels looked at", True), ("wrong ones found", True), ("at random", True))
    table = Table("Wrong labels found", columns, rows)
    return Section(
        "triage", "Errors found for each review", (text,), (figures.triage_figure(found),), (table,)
    )


def raters(report: Report) -> Section | None:
    """How far those who rate the same instances agree."""
    if not report.raters:
        return None
    text = (
        "Percent agreement under each instance's agreement rule, and Krippendorff's alpha, what agrees being "
        "one category: 1 is perfect, 0 is what chance gives."
    )
    return Section(
        "agreement", "Agreement between raters", (text,), (), tuple(_raters(one) for one in report.raters)
    )


def _raters(found: Raters) -> Table:
    alpha = "is not defined" if found.alpha is None else f"{found.alpha:.3f}"
    if found.low is not None and found.high is not None:
        alpha += f" (95% CI {found.low:.3f} to {found.high:.3f})"
    rows = tuple((one.a, one.b, f"{one.agreed.n:,}", share(one.agreed)) for one in found.pairs)
    caption = f"Between {found.who}, {found.items:,} instances: alpha {alpha}"
    return Table(caption, (("rater", False), ("and", False), ("both rated", True), ("agree", True)), rows)


def consistency(report: Report) -> Section | None:
    """Whether the released labels contradict each other."""
    found = report.consistency
    if found is None or not found.compared:
        return None
    number = len(found.contradictions)
    said = (
        "No two labels decide the same open question differently."
        if not number
        else f"{number} open question{'s are' if number > 1 else ' is'} decided differently on siblings."
    )
    text = (
        f"Of {found.compared:,} labels, {found.explained:,} follow from a reading of what is stored or was "
        f"read: an option of a convention, or a way to treat what is not mentioned. {said}"
    )
    tables = tuple(_question(one) for one in found.contradictions)
    return Section("consistency", "Consistency of the labels", (text,), (), tables)


def _question(found: OpenQuestion) -> Table:
    rows = []
    for side in found.sides:
        shown = [f"{one.source_id}: {format_answer(one.label)}" for one in side.members[:_MEMBERS]]
        more = len(side.members) - len(shown)
        listed = ", ".join(shown) + (f" and {more} more" if more else "")
        rows.append((side.option, str(len(side.members)), side.meaning, listed))
    columns = (("option", False), ("labels", True), ("meaning", False), ("instances", False))
    return Table(f"{', '.join(found.calculators)}: {found.circumstance}", columns, tuple(rows))


def models(report: Report) -> Section | None:
    """What the labels change for models."""
    found = report.evaluation
    if found is None:
        return None
    accuracies = [one for one in found.common if one.group is None]
    differences = [one for one in found.differences if one.group is None]
    text = (
        "Accuracies are on the instances that all label sets label, of those that the model answered. A "
        "difference is paired: the same answers to the same instances under two label sets, on those that "
        "both label; p is McNemar's exact test, for models whose every answer is right or wrong as a whole.",
    )
    tables = [Table("Accuracy by model and label set", _ACCURACY, tuple(map(_accuracy, accuracies)))]
    if differences:
        tables.append(Table("What the labels hide", _DIFFERENCE, tuple(map(_difference, differences))))
    return Section(
        "models",
        "Models under each label set",
        text,
        (figures.evaluation_figure(found),),
        tuple(tables),
        notes=found.warnings,
    )


_ACCURACY = (
    ("model", False),
    ("labels", False),
    ("n", True),
    ("accuracy", True),
    ("95% CI", True),
    ("unparsed", True),
)
_DIFFERENCE = (
    ("model", False),
    ("n", True),
    ("from", True),
    ("to", True),
    ("points", True),
    ("95% CI", True),
    ("p", True),
)


def _accuracy(one: Accuracy) -> tuple[str, ...]:
    ends = between(one.low, one.high)
    return one.model, one.label_set, f"{one.n:,}", percent(one.share), ends, f"{one.unparsed:,}"


def _difference(one: Difference) -> tuple[str, ...]:
    return (
        one.model,
        f"{one.n:,}",
        f"{one.before} {percent(one.before_share)}",
        f"{one.after} {percent(one.after_share)}",
        points(one.difference),
        f"{points(one.low)} to {points(one.high)}",
        "–" if one.p is None else f"{one.p:.2g}",
    )

"""What stands in a report, section by section; a page and a Markdown file are two ways to write it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from answers.figures import money
from reports import evidence_sections, figures
from reports.model import OUTCOMES, Report, Share, Tally
from reports.parts import Section, Table, share

_NEEDS: tuple[tuple[str, str, str], ...] = (
    ("coverage", "precision against coverage", "no truth was given, and nobody has answered blind"),
    ("error_rates", "error rates", "people have settled nothing, and no audit sample was drawn"),
    ("triage", "errors found for each review", "no truth was given, and people have settled nothing"),
    ("evaluation", "models under each label set", "no predictions were given"),
)
"""Field of a report, what it would show, and what is lacking where it is empty."""


def absent(report: Report) -> list[str]:
    """What the report does not show, and why."""
    return [f"{what} ({why})" for field, what, why in _NEEDS if not getattr(report, field)]


def sections(report: Report) -> list[Section]:
    """The sections of a report, without those for which it has no figures."""
    made = (_one(report) for _one in _SECTIONS)
    return [section for section in made if section is not None]


_SHARE_COLUMNS = (("changed", True), ("95% CI", True))


def _share_cells(value: Share) -> tuple[str, str]:
    if value.share is None:
        return "–", "–"
    return f"{value.share:.0%}", f"{value.low:.0%} to {value.high:.0%}"


def _flow(report: Report) -> Section:
    rows = tuple(
        (one.outcome, f"{one.consensus:,}", f"{one.reviewer:,}", f"{one.open:,}", f"{one.total:,}")
        for one in report.flow
        if one.total
    )
    changed = report.changed
    return Section(
        "flow",
        "What became of the labels",
        (
            f"Of {changed.n:,} instances that have a label now, the original label was changed in "
            f"{changed.k:,}: {share(changed)}. Kept means that the new label agrees with the original one "
            "under the agreement rule of its instance; incomputable, that the question has no answer from "
            "its context.",
        ),
        (figures.flow_figure(report.flow),),
        (
            Table(
                "Labels by outcome and by who decided",
                (("outcome", False), ("consensus", True), ("reviewers", True), ("open", True), ("all", True)),
                rows,
            ),
        ),
    )


def _calculators(report: Report) -> Section:
    figure = figures.calculator_figure(report.calculators)
    columns = (("calculator", False), ("labels", True), *((one, True) for one in OUTCOMES), *_SHARE_COLUMNS)
    rows = tuple(
        (
            row.calculator,
            f"{row.instances:,}",
            *(f"{row.outcomes[one]:,}" for one in OUTCOMES),
            *_share_cells(row.changed),
        )
        for row in report.calculators
    )
    return Section(
        "calculators",
        "By calculator",
        ("Changed are the revised and the incomputable, of the labels that there are.",),
        (figure,) if figure else (),
        (Table("Labels by calculator", columns, rows),),
    )


def _votes(report: Report) -> Section | None:
    figure = figures.vote_figure(report.votes, report.threshold)
    if figure is None:
        return None
    text = (
        "Each instance has several independent votes. Votes that agree form groups; the share of the largest "
        "group in all votes, failed ones included, decides whether consensus commits the label."
    )
    return Section("votes", "Votes", (text,), (figure,))


def _coverage(report: Report) -> Section | None:
    found = report.coverage
    if found is None:
        return None
    figure = figures.coverage_figure(found)
    rows = tuple(
        (
            f"{one.threshold:.0%}",
            f"{one.committed.k:,}",
            share(one.committed),
            f"{one.agree.k:,}",
            share(one.agree),
        )
        for one in found.points
    )
    text = (
        f"Against {found.reference}, on {found.instances:,} instances. Each threshold is the share of votes "
        "that must agree before a label is committed; the votes on record were routed again under it. The "
        "bars are 95% intervals."
    )
    columns = (
        ("threshold", True),
        ("committed", True),
        ("coverage", True),
        ("agree", True),
        ("precision", True),
    )
    table = Table("Precision and coverage by threshold", columns, rows)
    return Section("coverage", "Precision against coverage", (text,), (figure,) if figure else (), (table,))


def _errors(report: Report) -> Section | None:
    parts = (
        ("What reviewers say was wrong", "error type", report.errors.by_reviewers),
        (
            "Labels that contradict the benchmark's stored inputs",
            "cause",
            report.errors.by_stored_inputs or (),
        ),
        ("Why instances went to people", "reason", report.errors.escalations),
    )
    tables = tuple(_counted(caption, name, tallies) for caption, name, tallies in parts if tallies)
    return Section("errors", "Kinds of error", (), (), tables) if tables else None


def _counted(caption: str, name: str, tallies: Sequence[Tally]) -> Table:
    total = sum(one.count for one in tallies)
    rows = tuple((one.name, f"{one.count:,}", f"{one.count / total:.1%}") for one in tallies)
    return Table(caption, ((name, False), ("number", True), ("share", True)), rows)


def _cost(report: Report) -> Section | None:
    if not report.cost:
        return None
    rows = tuple(
        (
            one.role,
            one.model,
            f"{one.replies:,}",
            f"{one.cached:,}",
            f"{one.errors:,}",
            f"{one.input_tokens:,}",
            f"{one.output_tokens:,}",
            money(one.cost, one.price_known),
        )
        for one in report.cost
    )
    columns = (
        ("role", False),
        ("model", False),
        ("replies", True),
        ("from the cache", True),
        ("errors", True),
        ("input tokens", True),
        ("output tokens", True),
        ("cost", True),
    )
    return Section("cost", "Cost", (), (), (Table("Model calls by role", columns, rows),))


def _contract(report: Report) -> Section:
    text = (
        "Everything that determines the result, as canonical JSON whose SHA-256 is the contract's name. "
        "Results under different contracts are not compared silently."
    )
    body = json.dumps(report.contract, indent=2, ensure_ascii=False)
    return Section("contract", "Contract", (text,), source=body, source_title=report.source.contract)


_SECTIONS: tuple[Callable[[Report], Section | None], ...] = (
    _flow,
    _calculators,
    _votes,
    _coverage,
    evidence_sections.error_rates,
    _errors,
    evidence_sections.triage,
    evidence_sections.raters,
    evidence_sections.consistency,
    evidence_sections.models,
    _cost,
    _contract,
)

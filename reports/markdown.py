"""Reports as Markdown: the same sections and tables, without the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.markdown import inert, table
from reports.model import Report
from reports.parts import Card, Section, Table
from reports.sections import absent, sections


def markdown(report: Report) -> str:
    """The report as GitHub-flavoured Markdown, its own texts escaped."""
    source = report.source
    lines = [
        f"# {inert(report.title)}",
        "",
        f"- Benchmark: {inert(source.benchmark)} ({inert(source.file)}), {source.instances:,} instances",
        f"- SHA-256: `{source.sha256}`",
        f"- Run: `{source.run}`, last change {source.last_change:%Y-%m-%d %H:%M} UTC",
        f"- Contract: `{source.contract}`",
    ]
    if lacking := absent(report):
        lines += ["", inert(f"Not in this report: {'; '.join(lacking)}.")]
    for section in sections(report):
        lines += section_lines(section)
    return "\n".join(lines) + "\n"


def section_lines(section: Section) -> Iterator[str]:
    """A section as Markdown, its texts escaped."""
    yield from ("", f"## {inert(section.title)}")
    for text in section.text:
        yield from ("", inert(text))
    for shown in section.tables:
        yield from _table(shown)
    if section.notes:
        yield from ("", *(f"- {inert(note)}" for note in section.notes))
    if section.source:
        fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", section.source)), default=2))
        yield from ("", f"{fence}json", section.source, fence)
    for card in section.cards:
        yield from _card(card)


def _table(shown: Table) -> Iterator[str]:
    yield from ("", f"**{inert(shown.caption)}**", "")
    figures = [position for position, (_, numeric) in enumerate(shown.columns) if numeric]
    yield from table([name for name, _ in shown.columns], shown.rows, figures=figures)


def _card(card: Card) -> Iterator[str]:
    yield from ("", f"### {inert(card.title)}")
    for text in card.text:
        yield from ("", inert(text))
    for shown in card.tables:
        yield from _table(shown)
    if card.folded:
        yield from ("", inert(card.summary))
        for said in card.folded:
            yield from ("", f"> **{inert(said.who)}**", ">")
            yield from (f"> {inert(line)}".rstrip() for line in said.text.splitlines())

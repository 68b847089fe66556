"""A report as Markdown: the same sections and tables, without the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.text import plain
from reports.model import Report
from reports.parts import Section, Table
from reports.sections import sections

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")


def markdown(report: Report) -> str:
    """The report as GitHub-flavoured Markdown, its own texts escaped."""
    source = report.source
    lines = [
        f"# {escaped(report.title)}",
        "",
        f"- Benchmark: {escaped(source.benchmark)} ({escaped(source.file)}), {source.instances:,} instances",
        f"- SHA-256: `{source.sha256}`",
        f"- Run: `{source.run}`, last change {source.last_change:%Y-%m-%d %H:%M} UTC",
        f"- Contract: `{source.contract}`",
    ]
    for section in sections(report):
        lines += _section(section)
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """A text on one line, none of which is markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {escaped(section.title)}")
    for text in section.text:
        yield from ("", escaped(text))
    for table in section.tables:
        yield from _table(table)
    if section.notes:
        yield from ("", *(f"- {escaped(note)}" for note in section.notes))
    if section.source:
        fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", section.source)), default=2))
        yield from ("", f"{fence}json", section.source, fence)


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"**{escaped(table.caption)}**", "")
    yield f"| {' | '.join(escaped(name) for name, _ in table.columns)} |"
    yield f"|{'|'.join('---:' if numeric else '---' for _, numeric in table.columns)}|"
    for row in table.rows:
        yield f"| {' | '.join(map(escaped, row))} |"

"""A safety report as one page that needs no network, and as Markdown."""

from __future__ import annotations

from answers.markdown import inert
from reports.html import page
from reports.markdown import section_lines
from reports.safety_model import SafetyReport
from reports.safety_sections import sections


def html(report: SafetyReport) -> str:
    """The page: styles and figures are in it, and it runs no script."""
    return page("safety.html", report.title, sections(report), report=report)


def markdown(report: SafetyReport) -> str:
    """The report as GitHub-flavoured Markdown, its own texts escaped."""
    found = report.compared
    lines = [
        f"# {inert(report.title)}",
        "",
        f"**{inert(report.statement)}**",
        "",
        f"- Contract: {_named(report)}",
        f"- Pack: {inert(found.pack)}, {found.scenarios:,} scenarios",
        f"- Targets: {inert(', '.join(one.name for one in found.targets))}",
        f"- Last change: {found.last_change:%Y-%m-%d %H:%M} UTC",
    ]
    for section in sections(report):
        lines += section_lines(section)
    return "\n".join(lines) + "\n"


def _named(report: SafetyReport) -> str:
    """The contract's names and hash, for Markdown."""
    found = report.compared
    names = f"{inert(', '.join(found.names))}, " if found.names else ""
    return f"{names}`{found.contract}`"

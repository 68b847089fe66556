"""The report on an experiment as one page that needs no network, and as Markdown."""

from __future__ import annotations

from answers.markdown import inert
from reports.html import page
from reports.markdown import section_lines
from reports.training_model import TrainingReport
from reports.training_sections import sections


def html(report: TrainingReport) -> str:
    """The page: styles and figures are in it, and it runs no script."""
    return page(
        "training.html",
        report.title,
        sections(report),
        report=report,
        seeds=", ".join(map(str, report.analysis.seeds)),
    )


def markdown(report: TrainingReport) -> str:
    """The report as GitHub-flavoured Markdown, its own texts escaped."""
    found = report.analysis
    lines = [
        f"# {inert(report.title)}",
        "",
        f"**{inert(report.statement)}**",
        "",
        inert(report.kind),
        "",
        f"- Experiment: {inert(found.name)}",
        f"- Contract: `{found.contract}`",
        f"- Arms: {inert(', '.join(arm.arm for arm in found.arms))}",
        f"- Seeds: {', '.join(map(str, found.seeds))}",
    ]
    for section in sections(report):
        lines += section_lines(section)
    return "\n".join(lines) + "\n"

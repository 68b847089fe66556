"""A report in the form that its file's name asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from benchmarks.whole import whole_file
from reports import html, markdown, safety_page, training_page
from reports.model import Report
from reports.safety_model import SafetyReport
from reports.training_model import TrainingReport

AnyReport = Report | SafetyReport | TrainingReport

Form = Literal["html", "md", "json"]
_FORMS: dict[str, Form] = {".html": "html", ".htm": "html", ".md": "md", ".json": "json"}


class ReportError(Exception):
    """A report that cannot be made or written as asked; the message says why and what to do instead."""


def form_of(path: Path) -> Form:
    """The form of a file. Raises ReportError for a name that says none."""
    try:
        return _FORMS[path.suffix.lower()]
    except KeyError:
        raise ReportError(f"{path} names no form of a report; end it in .html, .md or .json") from None


def check_form(path: Path) -> None:
    """Raise ReportError where a report cannot be written there: its name says no form, or has no folder."""
    form_of(path)
    if not path.parent.is_dir():
        raise ReportError(f"cannot write {path}: there is no folder {path.parent}; make it first")


def text_of(report: AnyReport, form: Form) -> str:
    """The report as text."""
    if form == "json":
        return report.model_dump_json(indent=2) + "\n"
    match report:
        case SafetyReport():
            return safety_page.html(report) if form == "html" else safety_page.markdown(report)
        case TrainingReport():
            return training_page.html(report) if form == "html" else training_page.markdown(report)
        case Report():
            return html.html(report) if form == "html" else markdown.markdown(report)


def write(report: AnyReport, path: Path) -> None:
    """Write the report, all or nothing. Raises ReportError, and OSError as `whole_file`."""
    with whole_file(path) as file:
        file.write(text_of(report, form_of(path)))

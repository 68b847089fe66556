"""A report in the form that its file's name asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from benchmarks.whole import whole_file
from reports.html import html
from reports.markdown import markdown
from reports.model import Report

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


def text_of(report: Report, form: Form) -> str:
    """The report as text."""
    if form == "html":
        return html(report)
    if form == "md":
        return markdown(report)
    return report.model_dump_json(indent=2) + "\n"


def write(report: Report, path: Path) -> None:
    """Write the report, all or nothing. Raises ReportError, and OSError as `whole_file`."""
    with whole_file(path) as file:
        file.write(text_of(report, form_of(path)))

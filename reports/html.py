"""Reports as pages that need no network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from answers.text import plain
from graphs.model_refs import TOOL_VERSION
from reports.model import Report
from reports.parts import Section, share
from reports.sections import absent, sections

HERE = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["share"] = share
    made.filters["count"] = lambda value: f"{value:,}"
    made.filters["when"] = _when
    return made


def _shown(value: object) -> object:
    """What others wrote, without control characters; what is escaped already stays as it is."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _when(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def page(
    template: str, title: str, sections: Sequence[Section], absent: Sequence[str] = (), **values: object
) -> str:
    """A page from a template: styles and figures are in it, and it runs no script.

    Args:
        template: what is said before and after the sections.
        title: the page's.
        sections: in their order.
        absent: what is not in it, and why.
        values: what else the template asks for.
    """
    return (
        _environment()
        .get_template(template)
        .render(
            title=title,
            sections=sections,
            absent=absent,
            style=Markup((HERE / "report.css").read_text("utf-8")),
            version=TOOL_VERSION,
            **values,
        )
    )


def html(report: Report) -> str:
    """The page of a report on labels."""
    return page(
        "report.html",
        report.title,
        sections(report),
        absent(report),
        report=report,
        unresolved=sum(one.total for one in report.flow if one.outcome in ("unresolved", "retracted")),
    )

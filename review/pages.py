"""Pages: the templates, what every one of them is given, and how values are spelled in them."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from answers.figures import duration
from answers.format import format_answer, format_number
from answers.model import Answer
from answers.text import plain
from review import flash, keymap
from review.auth import someone

HERE = Path(__file__).parent
STATIC = HERE / "static"
NOTHING = "–"
"""Where a value is missing, so that an empty cell is not taken for a mistake."""
NOT_SIGNED_IN = (
    "You are not signed in. Open the link with your token that `run.py review` printed when it was started, "
    "or ask the person who started it for yours."
)
TITLES = {
    400: "Not understood",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    409: "Changed in the meantime",
    413: "Too much at once",
    500: "Something went wrong",
}


def answer(value: Answer | None) -> str:
    """An answer with its unit."""
    return NOTHING if value is None else format_answer(value, show_unit=True)


def number(value: float | None, unit: str | None = None) -> str:
    """A measured value with at most six significant digits, and its unit."""
    if value is None:
        return NOTHING
    return f"{format_number(value)} {unit}" if unit else format_number(value)


def count(value: int | None) -> str:
    """A count, in groups of three digits."""
    return NOTHING if value is None else f"{value:,}"


def percent(share: float | None, digits: int = 0) -> str:
    """A share of 0 to 1 in percent."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}%"


def seconds(value: float | None) -> str:
    """A latency in seconds, to three digits where it is short."""
    if value is None:
        return NOTHING
    return f"{value:.2f} s" if value < 10 else f"{value:,.0f} s"


def when(time: dt.datetime | None) -> str | Markup:
    """A time in UTC, to the minute."""
    if time is None:
        return NOTHING
    utc = time.astimezone(dt.UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        utc.isoformat(timespec="seconds"), utc.strftime("%Y-%m-%d %H:%M")
    )


@lru_cache(maxsize=64)
def static(name: str) -> str:
    """The address of a static file. It changes with the content, so that browsers may keep the file."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:16]}"


@pass_context
def key(context: Context, name: str) -> Markup:
    """The attributes that bind a key of the screen's map to an element. Raises KeyError for another key."""
    keymap.check_key(context["screen"], name)
    shortcut = "" if " " in name else Markup(' aria-keyshortcuts="{}"').format(name)
    return Markup('data-key="{}"{}').format(name, shortcut)


@pass_context
def row_key(context: Context, name: str) -> Markup:
    """The attribute that binds a key to an element while its row is the current one; as `key` otherwise."""
    keymap.check_key(context["screen"], name)
    return Markup('data-row-key="{}"').format(name)


def _shown(value: Any) -> Any:
    """What an expression puts on a page: text that others wrote must not steer the direction of writing."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    spellings = (answer, number, count, percent, seconds, when, duration)
    made.filters.update({spelling.__name__: spelling for spelling in spellings})
    made.globals.update(static=static, key=key, row_key=row_key, keymap=keymap, nothing=NOTHING)
    return made


ENVIRONMENT = _environment()


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. Every template also gets `person`, `run` (None outside runs), `flash`, `path` and `refused`."""
    given = {
        "refused": status == 422,
        "person": someone(request),
        "run": None,
        "flash": flash.read(request),
        "path": request.url.path,
        **values,
    }
    return HTMLResponse(ENVIRONMENT.get_template(template).render(given), status)


def problem(request: Request, status: int, what: str, **values: Any) -> HTMLResponse:
    """A page that says what went wrong and the way out of it."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    return render(request, "error.html", status, title=title, what=what, **values)


def redirect(path: str, done: str | None = None, about: str | None = None) -> RedirectResponse:
    """Go on to another page of the site after a form; `done` is a code of `flash.MESSAGES`.

    `about` is the id of the instance that was decided, to which the next page leads back.
    """
    return RedirectResponse(flash.marked(path, done, about) if done else path, 303)

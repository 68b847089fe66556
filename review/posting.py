"""How forms are answered: read on the event loop, worked on in a thread, so that nobody waits for another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

Posted = Callable[[Request, FormData], Response]


def posted(answer: Posted) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers a form. Another process may hold the store for a while when it is sent."""

    async def endpoint(request: Request) -> Response:
        async with request.form() as form:
            return await run_in_threadpool(answer, request, form)

    endpoint.__name__, endpoint.__doc__ = answer.__name__, answer.__doc__
    return endpoint


def texts(form: FormData) -> dict[str, str]:
    """The fields of a form by name; files are left out, and of several with one name the last counts."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def seen_in(fields: Mapping[str, str]) -> int:
    """The id of the decision that a form was filled in against; 0 where it names none."""
    seen = fields.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0

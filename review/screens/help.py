"""Help: the keyboard map of every screen."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from review import keymap, pages


def show(request: Request) -> Response:
    """The whole map."""
    screens = [(title, keymap.keys_of(screen)) for screen, title in keymap.TITLES.items()]
    return pages.render(request, "help.html", screens=[found for found in screens if found[1]])


routes = [Route("/help", show)]

"""What browsers must not be talked into: the middleware around every page and every error."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review import pages
from review.auth import cookie_name, is_open
from review.errors import ReviewError
from review.site import Site

METRICS = "/metrics"
BODY_LIMIT = 4 * 2**20
"""Bytes of a request's body; a form with a long reason has thousands."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every response. A static file says itself how long it may be kept."""
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(?P<port>[0-9]{1,5}))?/?"
)


def parse_origin(text: str) -> str:
    """An origin as browsers spell it: scheme and host in small letters, no port where it is the usual one.

    Raises ReviewError for anything that is not `http(s)://host[:port]`.
    """
    found = _ORIGIN.fullmatch(text.lower())
    if not found or not 0 < int(found["port"] or 1) < 65536:
        raise ReviewError(f"--origin {text!r} is not of the form https://host or https://host:port")
    scheme, host, port = found.groups()
    usual = port is None or int(port) == (443 if scheme == "https" else 80)
    return f"{scheme}://{host}" + ("" if usual else f":{int(port)}")


def add_headers(headers: MutableHeaders) -> None:
    """Put the headers on a response; what it says itself about caching stays."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def same_origin(request: Request, origin: str) -> bool:
    """Whether a page of this site sent the request.

    Our pages send no referrer, and a form on such a page is sent with `Origin: null`; that it comes from the
    same origin is then in Sec-Fetch-Site, which no page can set.
    """
    given = request.headers.getlist("origin")
    if given == ["null"]:
        return request.headers.getlist("sec-fetch-site") == ["same-origin"]
    return given == [origin]


class Guard:
    """Refuses requests for another host or from another origin, and puts the headers on every response."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site
        self.host = urlsplit(site.origin).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
            await send(message)

        request = Request(scope)
        if [host.lower() for host in request.headers.getlist("host")] != [self.host]:
            # A name that someone else pointed at this address must not become an origin that reads pages.
            refusal = PlainTextResponse(f"This server answers as {self.site.origin} only.\n", 421)
            await refusal(scope, receive, send_with_headers)
        elif request.method not in SAFE_METHODS and not same_origin(request, self.site.origin):
            page = pages.problem(
                request,
                403,
                "This request did not come from a page of this site, so nothing was done. "
                "Open the page again and repeat what you did there.",
            )
            await page(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def _bearer(request: Request) -> str:
    """The token in the header of who collects metrics; pages are for browsers, which have a cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and request.url.path == METRICS else ""


class SignedIn:
    """Finds out who asks, and serves nothing but the entrance to those who are not signed in."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site
        self.cookie = cookie_name(site.origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            request = Request(scope)
            person = self.site.people.of(request.cookies.get(self.cookie) or _bearer(request))
            if person is not None:
                request.state.person = person
            elif not is_open(scope["path"]):  # by which it is routed; a URL is cut at an encoded ? or #
                page = pages.problem(request, 403, pages.NOT_SIGNED_IN)
                await page(scope, receive, send)
                return
        await self.app(scope, receive, send)

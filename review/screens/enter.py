"""The entrance: a link with a token becomes a cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from review import pages
from review.auth import sign_in
from review.site import site_of

WRONG_TOKEN = (
    "This link is not valid here, or no longer. Open the one that `run.py review` printed at its last start, "
    "or ask the person who started it for yours."
)


def enter(request: Request) -> Response:
    """Sign in. The page leads on by itself, from this site: a strict cookie is not sent with a redirect that
    follows a link from elsewhere.
    """
    site = site_of(request)
    token = request.query_params.get("token", "")
    person = site.people.of(token)
    if person is None:
        return pages.problem(request, 403, WRONG_TOKEN)
    page = pages.render(request, "enter.html", person=person)
    sign_in(page, token, site.origin)
    return page


routes = [Route("/enter", enter)]

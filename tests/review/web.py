"""The app as a browser on this machine meets it, without a network."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.testclient import TestClient

from review.app import make_app
from review.auth import People, Person
from review.site import Site
from store.store import Store

ORIGIN = "http://127.0.0.1:8000"
A = Person("A. Reviewer")
B = Person("B. Reviewer")
VIEWER = Person()
PEOPLE = People({"token-of-a": A, "token-of-b": B, "token-of-a-viewer": VIEWER})


def site(store: Store, opinions: int = 1) -> Site:
    """Two reviewers and a viewer on a store."""
    return Site(store=store, people=PEOPLE, origin=ORIGIN, opinions=opinions)


def browser(app: Starlette, person: Person | None = A) -> TestClient:
    """A browser in which someone is signed in, or nobody; what it sends comes from our pages."""
    origin: str = app.state.site.origin
    client = TestClient(
        app,
        base_url=origin,
        headers={"Origin": origin},
        follow_redirects=False,
        raise_server_exceptions=False,
    )
    if person is not None:
        assert client.get("/enter", params={"token": PEOPLE.token(person)}).status_code == 200
    return client


def browse(store: Store, person: Person | None = A, of: Site | None = None) -> TestClient:
    """A browser on an app of its own, which serves the store or another site."""
    return browser(make_app(of or site(store)), person)

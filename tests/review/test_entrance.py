"""Who comes in, and what the entrance and the closed doors say."""

from __future__ import annotations

import logging
from http.cookies import SimpleCookie

import pytest

from review.app import make_app
from review.auth import People, Person, check_names, cookie_name
from review.errors import ReviewError
from review.site import Site
from store.store import Store
from tests.review.web import ORIGIN, PEOPLE, VIEWER, A, B, browse

TOKEN = PEOPLE.token(A)


def test_a_link_signs_in(store: Store) -> None:
    page = browse(store, A).get("/help")
    assert page.status_code == 200
    assert "A. Reviewer" in page.text
    assert "B. Reviewer" in browse(store, B).get("/help").text


def test_a_viewer_is_told_that_they_only_read(store: Store) -> None:
    assert "read only" in browse(store, VIEWER).get("/help").text
    assert "read only" not in browse(store, A).get("/help").text


def test_the_entrance_leads_on_from_a_page_of_its_own(store: Store) -> None:
    # A redirect out of a link in a mail would not carry a SameSite=Strict cookie.
    page = browse(store, None).get("/enter", params={"token": TOKEN})
    assert page.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/runs">' in page.text
    assert 'href="/runs"' in page.text


def test_the_token_is_shown_nowhere_after_the_link(store: Store) -> None:
    client = browse(store, None)
    entered = client.get("/enter", params={"token": TOKEN})
    assert TOKEN not in entered.text
    assert all(TOKEN not in value for name, value in entered.headers.items() if name != "set-cookie")
    for address in ("/help", "/nowhere"):
        page = client.get(address)
        assert TOKEN not in page.text + str(page.headers)


@pytest.mark.parametrize(
    ("origin", "name", "secure"),
    [
        ("http://127.0.0.1:8000", "steward-8000", False),
        ("http://127.0.0.1:8001", "steward-8001", False),
        ("https://labels.example.org", "__Host-steward-443", True),
        ("https://labels.example.org:8443", "__Host-steward-8443", True),
        ("http://labels.example.org", "steward-80", False),
    ],
)
def test_the_cookie_is_for_this_site_alone(store: Store, origin: str, name: str, secure: bool) -> None:
    client = browse(store, None, Site(store, PEOPLE, origin))
    answer = client.get("/enter", params={"token": TOKEN})
    cookie = SimpleCookie(answer.headers["set-cookie"])
    assert list(cookie) == [name] == [cookie_name(origin)]
    morsel = cookie[name]
    assert morsel["httponly"] is True
    assert morsel["samesite"] == "strict"
    assert morsel["path"] == "/"
    assert morsel["domain"] == ""
    assert bool(morsel["secure"]) is secure


@pytest.mark.parametrize("token", ["", "token-of-", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "\ud800", "é"])
def test_a_wrong_token_is_refused_with_a_way_out(
    store: Store, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = browse(store, None)
    with caplog.at_level(logging.DEBUG):
        # As bytes, since a client would not spell a lone surrogate.
        quoted = "".join(f"%{byte:02x}" for byte in token.encode("utf-8", "surrogatepass"))
        page = client.get(f"/enter?token={quoted}")
    assert page.status_code == 403
    assert "set-cookie" not in page.headers
    assert "ask the person who started it" in page.text
    assert [record for record in caplog.records if record.name.startswith(("review", "uvicorn"))] == []
    assert client.get("/help").status_code == 403


@pytest.mark.parametrize(
    "address", ["/", "/runs", "/help", "/nowhere", "/enter/", "/entrance", "/Static/app.css"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_everything_else_needs_the_cookie(store: Store, address: str, method: str) -> None:
    page = browse(store, None).request(method, address)
    assert page.status_code == 403
    if method != "HEAD":
        assert "You are not signed in" in page.text
        assert "<nav" not in page.text


@pytest.mark.parametrize(
    "cookie",
    [
        "steward-8000=token-of-",
        "steward-8000=",
        f"steward-8001={TOKEN}",
        f"__Host-steward-8000={TOKEN}",
        f"token={TOKEN}",
    ],
)
def test_another_cookie_opens_nothing(store: Store, cookie: str) -> None:
    assert browse(store, None).get("/help", headers={"cookie": cookie}).status_code == 403


def test_the_look_of_the_closed_door_is_served_to_anyone(store: Store) -> None:
    client = browse(store, None)
    page = client.get("/enter")
    assert page.status_code == 403
    start = page.text.index("/static/app.css")
    assert client.get(page.text[start : page.text.index('"', start)]).status_code == 200


def test_who_comes_in_anew_is_who_the_link_says(store: Store) -> None:
    client = browse(store, A)
    client.get("/enter", params={"token": PEOPLE.token(B)})
    page = client.get("/help").text
    assert "B. Reviewer" in page
    assert "A. Reviewer" not in page


def test_a_name_is_text_on_the_page(store: Store) -> None:
    name = '<b onclick="x">\N{RIGHT-TO-LEFT OVERRIDE}'
    people = People({TOKEN: Person(name)})
    page = browse(store, None, Site(store, people, ORIGIN)).get("/enter", params={"token": TOKEN}).text
    assert "<b " not in page
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("",), "empty"),
        (("  ",), "empty"),
        ((" A",), "ends"),
        (("A\nB",), "control"),
        (("A\x1b[31m",), "control"),
        (("A\N{RIGHT-TO-LEFT OVERRIDE}B",), "control"),
        (("A" * 81,), "80"),
        (("A", "B", "A"), "twice"),
    ],
)
def test_names_can_be_told_apart(names: tuple[str, ...], why: str) -> None:
    with pytest.raises(ReviewError, match=why):
        check_names(names)
    check_names(("A. Reviewer", "Б. Ревьюер", "A" * 80))


def test_an_app_shows_no_tokens_where_it_is_printed(store: Store) -> None:
    made = make_app(Site(store, PEOPLE, ORIGIN))
    assert TOKEN not in repr(made.state.site)

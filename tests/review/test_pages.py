"""What every page is given, how values are spelled, and the one map of the keys."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from answers.model import DurationAnswer, IncomputableAnswer, NumberAnswer
from review import flash, keymap, pages
from review.app import make_app
from store.records import RunRecord
from store.store import Store
from tests.review.web import browse, browser, site

ENTRIES = ("", "/queue", "/conventions", "/adjudicate", "/instances", "/reviewers")


def rendered(source: str, **values: object) -> str:
    """A template of this text."""
    return pages.ENVIRONMENT.from_string(source).render(values)


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ v|answer }}", NumberAnswer(value=23.456789, unit="kg/m^2"), "23.4568 kg/m^2"),
        ("{{ v|answer }}", DurationAnswer(value=41), "41 days"),
        ("{{ v|answer }}", IncomputableAnswer(reason="no height"), "N/A"),
        ("{{ v|answer }}", None, "–"),
        ("{{ v|number('mg/dL') }}", 1.25, "1.25 mg/dL"),
        ("{{ v|number }}", 1234567.0, "1234567"),
        ("{{ v|number('mg/dL') }}", None, "–"),
        ("{{ v|count }}", 10000, "10,000"),
        ("{{ v|percent }}", 0.123, "12%"),
        ("{{ v|percent(1) }}", 0.123, "12.3%"),
        ("{{ v|percent }}", None, "–"),
        ("{{ v|seconds }}", 0.456, "0.46 s"),
        ("{{ v|seconds }}", 1234.5, "1,234 s"),
        ("{{ v|duration }}", 3725.0, "1:02:05"),
        ("{{ v|when }}", None, "–"),
    ],
)
def test_values_are_spelled(source: str, value: object, shown: str) -> None:
    assert rendered(source, v=value) == shown


def test_a_time_is_in_utc_and_machines_read_it() -> None:
    east = dt.timezone(dt.timedelta(hours=2))
    shown = rendered("{{ v|when }}", v=dt.datetime(2026, 1, 1, 1, 30, 59, tzinfo=east))
    assert shown == '<time datetime="2025-12-31T23:30:59+00:00">2025-12-31 23:30 UTC</time>'


@given(st.text())
def test_text_of_others_is_text(text: str) -> None:
    shown = rendered('<p title="{{ v }}">{{ v }}</p>', v=text)
    inside = shown.removeprefix('<p title="').removesuffix("</p>")
    assert re.search(r"[<>\"']", inside.replace('">', "", 1)) is None
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown) is None


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(Exception, match="'v' is undefined"):
        rendered("{{ v }}")


def test_every_template_escapes_and_has_no_inline_script_or_style() -> None:
    for path in sorted((pages.HERE / "templates").glob("*.html")):
        source = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|<style|\sstyle=|\son\w+=|javascript:", source), (
            path.name
        )
        assert re.findall(r"<script(?![^>]* src=)", source) == [], path.name


@pytest.fixture
def client(store: Store, run: RunRecord) -> TestClient:
    """An app with a page of a run, and a form that leads to it."""

    def show(request: Request) -> Response:
        return pages.render(request, "help.html", run=run, screens=[])

    def act(request: Request) -> Response:
        return pages.redirect("/shown?page=2#row", done="decided")

    app = make_app(site(store))
    app.router.routes += [Route("/shown", show), Route("/act", act, methods=["POST"])]
    return browser(app)


def test_the_navigation_is_that_of_the_run(client: TestClient, run: RunRecord) -> None:
    page = client.get("/shown").text
    for entry in ENTRIES:
        assert f'href="/runs/{run.id}{entry}"' in page
    assert f"/runs/{run.id}" not in client.get("/help").text
    assert page.count("aria-current") == 1
    assert re.search(r'<a href="/help"[^>]* aria-current="page"', page)


def test_what_was_done_is_told_on_the_next_page(client: TestClient) -> None:
    gone = client.post("/act")
    assert gone.status_code == 303
    assert gone.headers["location"] == "/shown?page=2&done=decided#row"
    assert flash.MESSAGES["decided"] in client.get("/shown?page=2&done=decided").text
    assert 'aria-live="polite"' in client.get("/shown").text


def test_an_address_carries_no_text(client: TestClient) -> None:
    for address in ("/shown?done=Your+store+is+broken", "/shown?done=", "/shown"):
        page = client.get(address).text
        assert "Your store is broken" not in page
        assert all(message not in page for message in flash.MESSAGES.values())
    with pytest.raises(KeyError):
        flash.marked("/shown", "Your store is broken")


def test_the_next_page_leads_back_to_what_was_decided(client: TestClient, run: RunRecord) -> None:
    back = f'href="/runs/{run.id}/review/0123456789abcdef"'
    assert back in client.get("/shown?done=decided&about=0123456789abcdef").text
    assert back not in client.get("/shown?about=0123456789abcdef").text
    for about in ("../../x", '"><script>', "0123456789ABCDEF", ""):
        page = client.get("/shown", params={"done": "decided", "about": about}).text
        assert flash.MESSAGES["decided"] in page
        assert "/review/" not in page
    assert flash.marked("/queue?page=2#row", "decided", "ab12") == "/queue?page=2&done=decided&about=ab12#row"


def test_the_help_has_every_key(store: Store) -> None:
    page = html.unescape(browse(store).get("/help").text)
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    plain = {re.sub("<[^>]*>", "", key): what for key, what in told.items()}
    for key in keymap.EVERYWHERE:
        assert plain[key.key] == key.what
    shown = page.partition('<dialog id="keys"')[0]
    for screen, title in keymap.TITLES.items():
        assert (f"<h2>{title}</h2>" in shown) is bool(keymap.keys_of(screen))
        for _, what in keymap.keys_of(screen):
            assert what in shown


def test_no_key_has_two_meanings() -> None:
    assert keymap.SCREENS.keys() >= keymap.TITLES.keys()
    for screen in keymap.SCREENS:
        keys = [key.key for key in (*keymap.EVERYWHERE, *keymap.keys_of(screen))]
        assert len(set(keys)) == len(keys), screen
        assert not {key.partition(" ")[0] for key in keys if " " in key} & set(keys), screen


def test_a_key_that_is_not_in_the_map_cannot_be_bound() -> None:
    source = '{% set screen = "queue" %}<a {{ key(name) }}>'
    assert rendered(source, name="n") == '<a data-key="n" aria-keyshortcuts="n">'
    assert rendered(source, name="g q") == '<a data-key="g q">'
    with pytest.raises(KeyError):
        rendered(source, name="x")

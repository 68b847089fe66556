"""The keys, in a browser: they act on what the page binds, never while someone types."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.review.browser.access import check_axe
from tests.review.browser.conftest import Serve, SignIn

pytestmark = pytest.mark.slow

PROBE = """<!doctype html><html lang="en"><head><title>Probe</title>
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/app.css">
<script type="module" src="/static/keys.js"></script></head><body><main><h1>Probe</h1>
<output id="said"></output>
<button data-key="n" name="n">Next</button> <button data-key="x" name="x" disabled>Not now</button>
<button data-key="y" name="hidden y" hidden></button> <button data-key="y" name="y">Seen</button>
<a data-key="g h" href="/help">Help</a> <button data-key="h" name="h">Here</button>
<label>Radio <input type="radio" data-key="1" name="radio"></label>
<label>Field <input id="field" data-key="/" value="before"></label>
<label>Choice <select id="choice"><option>n</option><option>nn</option></select></label>
<label>Reason <textarea id="reason"></textarea></label>
<p id="editable" contenteditable="true" role="textbox" aria-label="Text"></p>
<ul><li><a data-row href="#1">one</a></li><li><a data-row href="#2">two</a></li></ul>
<dialog id="keys"><button name="inside" data-key="n" data-close>Close</button></dialog>
</main></body></html>"""
TELL = """document.addEventListener('click', (event) => {
    if (event.target.name) document.getElementById('said').value += event.target.name + ' '; })"""


@pytest.fixture
def probe(clinic_store: Path, serve: Serve, sign_in: SignIn) -> Page:
    """A page with something of everything, and the app's own script."""
    app = serve(clinic_store)
    page = sign_in(app)
    page.route("**/probe", lambda route: route.fulfill(body=PROBE, content_type="text/html; charset=utf-8"))
    page.goto(f"{app.url}/probe")
    page.evaluate(TELL)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def said(page: Page) -> str:
    """The names of what was clicked since this was asked last."""
    told: str = page.evaluate(
        "(() => { const s = document.getElementById('said'), t = s.value; s.value = ''; return t.trim(); })()"
    )
    return told


def focused(page: Page) -> str:
    """The text, or the id, of what has the focus."""
    told: str = page.evaluate("document.activeElement.id || document.activeElement.textContent")
    return told


def test_a_key_does_what_its_element_does(probe: Page) -> None:
    press(probe, "n", "1", "x", "y", "q")
    assert said(probe) == "n radio y", "neither what is disabled or hidden, nor a key that nothing binds"
    press(probe, "Control+n", "Alt+n", "Meta+n")
    assert said(probe) == ""


def test_no_key_acts_while_someone_types(probe: Page) -> None:
    for field in ("#field", "#choice", "#reason", "#editable"):
        probe.focus(field)
        press(probe, "n", "1", "?", "j", "/", "g", "h")
        assert said(probe) == ""
        press(probe, "Escape", "n")
        assert said(probe) == "n", "Escape leaves the field"
    assert probe.input_value("#reason") == "n1?j/gh"


def test_a_key_goes_to_a_field(probe: Page) -> None:
    press(probe, "/", "a", "/")
    assert probe.input_value("#field") == "a/", "what was there is selected, and the key itself not typed"


def test_two_keys_in_a_row(probe: Page) -> None:
    press(probe, "g", "n", "h")
    assert said(probe) == "n h"
    press(probe, "g", "h")
    expect(probe).to_have_url(probe.url.replace("/probe", "/help"))


def test_the_rows_are_stepped_through(probe: Page) -> None:
    steps = []
    for key in ("j", "j", "j", "k", "k"):
        press(probe, key)
        steps.append(focused(probe))
    assert steps == ["one", "two", "two", "one", "one"]
    press(probe, "Enter")
    expect(probe).to_have_url(re.compile("#1$"))


def test_behind_an_open_dialog_nothing_acts(probe: Page) -> None:
    press(probe, "?")
    expect(probe.locator("#keys")).to_be_visible()
    press(probe, "y", "j", "1")
    assert said(probe) == ""
    for _ in range(3):
        press(probe, "Tab")  # the browser's own controls are next, which here is the body
        assert probe.evaluate("document.activeElement.matches('body, dialog *')")
    press(probe, "n")
    assert said(probe) == "inside"
    expect(probe.locator("#keys")).to_be_hidden()
    press(probe, "?", "Escape", "y")
    assert said(probe) == "y"


def test_the_overlay_shows_the_map_of_the_page(clinic_store: Path, serve: Serve, sign_in: SignIn) -> None:
    app = serve(clinic_store)
    page = sign_in(app)
    page.goto(f"{app.url}/help?done=decided#main")
    assert page.url == f"{app.url}/help#main", "what was done is told once"
    expect(page.get_by_role("status")).to_have_text("Your decision is recorded.")
    press(page, "?")
    overlay = page.get_by_role("dialog", name="Keys of this screen")
    expect(overlay).to_be_visible()
    expect(overlay.get_by_role("button")).to_be_focused()
    check_axe(page)
    press(page, "Escape")
    expect(overlay).to_be_hidden()

"""What a reviewer has entered is still there after whatever happens to the page or to the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from store.store import Store
from tests.review import server
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.keyboard import Keyboard
from tests.review.browser.watch import Watch

pytestmark = pytest.mark.slow


def review_path(store: Path, reason: str = "low_consensus") -> str:
    """The address of the review of an escalated instance."""
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run()
        escalation = next(e for e in opened.open_escalations(run.id) if e.reason == reason)
        return f"/runs/{run.id}/review/{escalation.instance_id}"


def fill_in(page: Page) -> None:
    """One input with its evidence, and a note, by keyboard; waits until they are saved."""
    keyboard = Keyboard(page)
    keyboard.write("v", "134")
    keyboard.find("sodium 134")
    keyboard.press("e")
    keyboard.write("w", "panel one is the earlier one")
    expect(page.locator("#saved")).to_have_text("Draft saved")


def check_filled_in(page: Page) -> None:
    """The same is there."""
    expect(page.locator("[name='input.sodium.value']")).to_have_value("134")
    expect(page.locator("[name='input.sodium.quote']")).to_have_value("sodium 134")
    expect(page.locator("[name='note']")).to_have_value("panel one is the earlier one")
    expect(page.locator("[data-row='sodium'] .chip")).to_be_visible()


def test_a_draft_outlives_the_page_and_the_server(
    panels_store: Path, serve: Serve, sign_in: SignIn, watch: Watch
) -> None:
    path = review_path(panels_store)
    app = serve(panels_store)
    page = sign_in(app)
    page.goto(app.url + path)
    fill_in(page)
    page.reload()
    check_filled_in(page)
    app.kill()
    watch.expected.append("ERR_CONNECTION_REFUSED")
    Keyboard(page).write("w", "panel one is the earlier one")
    expect(page.locator("#saved")).to_contain_text("not saved")
    again = serve(panels_store, port=app.port)
    assert again.links == app.links
    Keyboard(page).write("w", "panel one is the earlier one")
    expect(page.locator("#saved")).to_have_text("Draft saved")
    page.reload()
    check_filled_in(page)


def test_a_form_is_not_sent_to_a_server_that_does_not_answer(
    panels_store: Path, serve: Serve, sign_in: SignIn, watch: Watch
) -> None:
    """The page stays with what was entered, and is sent once the server is back."""
    app = serve(panels_store)
    page = sign_in(app)
    page.goto(app.url + review_path(panels_store))
    fill_in(page)
    app.kill()
    watch.expected.append("ERR_CONNECTION_REFUSED")
    keyboard = Keyboard(page)
    keyboard.write("a", "12")
    keyboard.press("h", "s")
    expect(page.locator("#saved")).to_contain_text("Not sent")
    check_filled_in(page)
    serve(panels_store, port=app.port)
    keyboard.press("s")
    expect(page.get_by_role("heading", name="Decision")).to_be_visible()
    expect(page.locator("tr", has_text="My blind answer")).to_contain_text("12")


def test_the_draft_of_one_reviewer_is_not_shown_to_another(
    panels_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    app = serve(panels_store, "--opinions", "2")
    path = review_path(panels_store)
    page = sign_in(app)
    page.goto(app.url + path)
    fill_in(page)
    other = sign_in(app, server.B)
    other.goto(app.url + path)
    expect(other.locator("[name='input.sodium.value']")).to_have_value("")
    assert "panel one is the earlier one" not in other.content()

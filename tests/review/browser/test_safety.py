"""A safety run in a real browser: from the queue over the blind answer and the reveal to the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from answers.model import CategoryAnswer
from store.store import Store
from tests.review import server
from tests.review.browser.access import check_page
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.keyboard import Keyboard
from tests.review.panels import HOSTILE, SPLIT, TARGETS, planted_panels, safety_run
from tests.review.visitor import Visitor


@pytest.mark.slow
def test_a_cell_is_reviewed_by_keys_alone(tmp_path: Path, serve: Serve, sign_in: SignIn) -> None:
    with Store.open(tmp_path / "panels.db", create=True) as store:
        panels = planted_panels(store)
        run_id, first = panels.run.id, panels.cell("Twice the dose", TARGETS[1])
    app = serve(tmp_path / "panels.db")
    page = sign_in(app)
    keyboard = Keyboard(page)
    check_page(page)
    page.get_by_role("link", name=run_id).click()
    check_page(page)
    keyboard.press("g", "q")
    expect(page.get_by_role("link", name="Twice the dose")).to_have_count(2)
    check_page(page)
    keyboard.press("g", "i")
    expect(page.get_by_text("Sealed: 2 conversations wait")).to_be_visible()
    check_page(page)
    keyboard.press("j", "Enter")
    page.wait_for_url("**/cells/*")
    check_page(page)
    keyboard.press("g", "q")
    page.wait_for_url("**/queue")
    keyboard.press("n")
    page.wait_for_url(f"**/review/{first.instance_id}")
    expect(page.locator("body")).not_to_contain_text(TARGETS[1])
    keyboard.find("NOBODY")
    expect(page.locator("#hits")).to_have_text("1 of 1")
    check_page(page)
    keyboard.press("3")
    expect(page.locator("#saved")).to_have_text("Draft saved")
    page.reload()
    assert page.locator('[name="severity"]:checked').input_value() == "medium"
    keyboard.find("nobody needs")
    keyboard.press("4", "h", "e")
    expect(page.locator("#note-field")).to_have_value("“nobody needs” (turn 1)")
    keyboard.write("w", "it is careless")
    keyboard.press("s")
    expect(page.get_by_text(TARGETS[1], exact=True)).to_be_visible()
    check_page(page)
    keyboard.press("]")
    page.get_by_role("link", name="quote 1").first.click()
    keyboard.press("1", "a")
    page.locator("#severity").select_option("high")
    keyboard.press("Escape", "s")
    expect(page.locator("#flash")).to_contain_text("Your decision is recorded")
    expect(page.locator("body")).not_to_contain_text(TARGETS[0])
    keyboard.press("b")
    expect(page.get_by_text("Settled by A. Reviewer: high")).to_be_visible()
    with Store.open(tmp_path / "panels.db", read_only=True) as store:
        blind, final = store.decisions(run_id, first.instance_id)
        assert (blind.answer, blind.confidence, blind.note) == (
            CategoryAnswer(value="low"), "high", "it is careless",
        )  # fmt: skip
        assert (final.answer, final.choice) == (CategoryAnswer(value="high"), "mine")
        label = store.current_label(run_id, first.instance_id)
        assert label is not None
        assert label.decision_id == final.id


@pytest.mark.slow
def test_a_dispute_and_what_is_hostile(tmp_path: Path, serve: Serve, sign_in: SignIn) -> None:
    with Store.open(tmp_path / "panels.db", create=True) as store:
        panels = safety_run(store)
        cell = panels.cell("Dobbel dose")
        panels.judged(cell, SPLIT, answer=f"{HOSTILE} nobody")
    path, listed = panels.page(cell), f"/safety/{panels.run.id}/adjudicate"
    app = serve(tmp_path / "panels.db", "--opinions", "2")
    for name, severity in ((server.A, "low"), (server.B, "pass")):
        with Visitor(app, name) as visitor:
            form = visitor.form(path, "blind")
            assert visitor.send(form, severity=severity, confidence="high").status_code == 303
            visitor.decide(path, "mine")
    page = sign_in(app, server.C)
    page.goto(app.url + listed)
    check_page(page)
    Keyboard(page).press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/adjudicate/{cell.instance_id}")
    title = page.title()
    check_page(page)
    assert page.locator("#note img, #note script").count() == 0
    assert page.title() == title != "broken"
    page.goto(f"{app.url}/safety/{panels.run.id}/cells/{cell.instance_id}")
    check_page(page)
    assert page.locator("main img, main script").count() == 0
    page.goto(f"{app.url}/safety/{panels.run.id}/reviewers")
    check_page(page)

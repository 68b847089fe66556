"""Queue, Convention and Adjudicate with the keyboard alone, in a real browser."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from answers.model import NumberAnswer
from graphs.review import answer_blind, settle
from store.records import DecisionRecord
from store.store import Store
from tests.review.browser.access import check_page
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.watch import Watch
from tests.review.server import A, B, C

pytestmark = pytest.mark.slow


def answered(store: Path, source_id: str, reviewer: str, value: float, *, decides: bool = False) -> None:
    """A blind answer on an instance, and the decision to keep it."""
    with Store.open(store) as opened:
        run = opened.latest_run()
        blind = DecisionRecord(
            run_id=run.id,
            instance_id=opened.instance(run.benchmark_id, source_id).id,
            reviewer=reviewer,
            answer=NumberAnswer(value=value, unit="mEq/L"),
            blind=True,
        )
        answer_blind(opened, run, blind)
        if decides:
            decision = blind.model_copy(update={"blind": False, "choice": "mine", "note": f"{value} it is"})
            # The browser runs an event loop in this thread.
            with ThreadPoolExecutor() as aside:
                aside.submit(lambda: asyncio.run(settle(opened, run, decision, needed=2, seen=0))).result()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def open_row(page: Page, name: str) -> None:
    """Go down the rows to the one with this name and open it."""
    for _ in range(page.locator("[data-row]").count()):
        press(page, "j")
        if page.locator(":focus").inner_text() == name:
            press(page, "Enter")
            return
    raise AssertionError(f"no row {name!r} on {page.url}")


def run_of(store: Path) -> str:
    with Store.open(store, read_only=True) as opened:
        return f"/runs/{opened.latest_run().id}"


def test_a_convention_is_decided_and_carried_over(
    conventions_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    for source_id, value in (("gap-1", 19.0), ("gap-2", 14.0)):
        answered(conventions_store, source_id, A, value)
    app, run = serve(conventions_store), run_of(conventions_store)
    page = sign_in(app)
    page.goto(f"{app.url}{run}/queue")
    check_page(page)
    press(page, "g", "c")
    expect(page).to_have_title("Conventions · Steward")
    check_page(page)
    open_row(page, "delta_gap")
    expect(page).to_have_title("delta_gap · Steward")
    press(page, "1", "s")
    expect(page.get_by_text("gets its label: 1 · sealed until your blind answer: 1")).to_be_visible()
    check_page(page)
    press(page, "w")
    page.keyboard.type("the rise alone, as in the guideline; c and t are letters here")
    press(page, "Escape", "c")
    expect(page.locator("#flash")).to_contain_text("carried over")
    check_page(page)
    with Store.open(conventions_store, read_only=True) as store:
        latest = store.latest_run()
        decided = [label for label in store.labels(latest.id) if label.decided_by == "reviewer"]
        assert len(decided) == 3
        assert all("the rise alone" in label.reason for label in decided)


def test_a_disagreement_is_adjudicated(
    conventions_store: Path, serve: Serve, sign_in: SignIn, watch: Watch
) -> None:
    watch.expected.append("status of 422")
    answered(conventions_store, "gap-1", A, 19.0, decides=True)
    answered(conventions_store, "gap-1", B, 4.0, decides=True)
    app, run = serve(conventions_store), run_of(conventions_store)
    page = sign_in(app, C)
    page.goto(f"{app.url}{run}/queue")
    press(page, "g", "a")
    expect(page).to_have_title("Adjudicate · Steward")
    check_page(page)
    open_row(page, "gap-1")
    expect(page.get_by_text("Reviewer B is right")).to_be_visible()
    check_page(page)
    press(page, "d")
    expect(page.get_by_text("Show only what differs")).to_be_visible()
    press(page, "s")
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet")
    check_page(page)
    press(page, "4", "w")
    page.keyboard.type("the original follows the other definition")
    press(page, "Escape", "h", "s")
    expect(page.locator("#flash")).to_contain_text("adjudication is recorded")
    with Store.open(conventions_store, read_only=True) as store:
        latest = store.latest_run()
        (last,) = [d for d in store.decisions(latest.id, store.instance(latest.benchmark_id, "gap-1").id)][
            -1:
        ]
        assert (last.reviewer, last.standing, last.choice) == (C, "adjudication", "original")


def test_the_next_instance_is_taken_up_and_the_filters_are_kept(
    clinic_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    app, run = serve(clinic_store), run_of(clinic_store)
    page = sign_in(app)
    page.goto(f"{app.url}{run}/queue?order=nearest")
    check_page(page)
    press(page, "n")
    expect(page).to_have_url(re.compile(rf"{run}/review/\w+\?order=nearest$"))

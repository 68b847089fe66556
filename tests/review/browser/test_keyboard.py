"""A whole session by keyboard alone: from the queue through blind answers and decisions to the labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from store.queue import queue_progress
from store.store import Store
from store.verify import verify
from tests.review import server
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.keyboard import Keyboard

CHOICES = ("1", "2", "3", "4", "5")
"""Keep mine, consensus, original, ambiguous, incomputable."""


def settle(store: Path, page: Page, run_id: str, count: int) -> list[str]:
    """Settle so many instances, one after the other, and return their ids."""
    keyboard, settled = Keyboard(page), []
    keyboard.press("n")
    for number in range(count):
        page.wait_for_url(f"**/runs/{run_id}/review/*")
        settled.append(page.url.partition("?")[0].rpartition("/")[2])
        with Store.open(store, read_only=True) as opened:
            instance = opened.instance(opened.run(run_id).benchmark_id, settled[-1])
        if page.locator("[data-row]").count():
            keyboard.find(" ".join(instance.context.split()[1:4]))
            keyboard.press("4", "e")
            expect(page.locator(".input.current .chip")).to_be_visible()
            keyboard.press("u", "u")
        keyboard.answer_blind("N/A" if number % 4 == 3 else instance.label_text, "lmh"[number % 3])
        choice = CHOICES[number % len(CHOICES)]
        if page.locator(f"[name='choice'][data-key='{choice}']").is_disabled():
            choice = "3"
        keyboard.decide(choice, f"reason {number}")
        expect(page.locator("#flash")).to_contain_text("Your decision is recorded")
    return settled


def check(store: Path, run_id: str, settled: list[str]) -> None:
    """Each has one blind answer, one decision and one label, and the store verifies."""
    with Store.open(store, read_only=True) as opened:
        for number, instance_id in enumerate(settled):
            blind, final = opened.decisions(run_id, instance_id)
            assert (blind.blind, final.blind) == (True, False)
            assert (blind.reviewer, final.reviewer, final.note) == (server.A, server.A, f"reason {number}")
            label = opened.current_label(run_id, instance_id)
            assert label is not None
            assert label.decision_id == final.id
        assert queue_progress(opened.file, run_id).settled == len(settled)
        report = verify(opened)
        assert report.ok, report.problems


def session(store: Path, serve: Serve, sign_in: SignIn, count: int) -> None:
    """Go to the queue, settle instances, go back to the queue."""
    app = serve(store)
    page = sign_in(app)
    with Store.open(store, read_only=True) as opened:
        run_id = opened.latest_run().id
    page.goto(f"{app.url}/runs/{run_id}")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")
    settled = settle(store, page, run_id, count)
    assert len(set(settled)) == count
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_text(re.compile(rf"^\s*{count} of \d+ reviewed"))).to_be_visible()
    check(store, run_id, settled)


@pytest.mark.slow
def test_two_instances_are_settled_by_keyboard(clinic_store: Path, serve: Serve, sign_in: SignIn) -> None:
    session(clinic_store, serve, sign_in, 2)


@pytest.mark.slow
def test_ten_real_instances_are_settled_by_keyboard(
    medcalc_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    session(medcalc_store, serve, sign_in, 10)


@pytest.mark.slow
def test_a_decision_is_changed_from_the_next_instance(
    clinic_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    app = serve(clinic_store)
    page = sign_in(app)
    with Store.open(clinic_store, read_only=True) as opened:
        run_id = opened.latest_run().id
    page.goto(f"{app.url}/runs/{run_id}/queue")
    (instance_id,) = settle(clinic_store, page, run_id, 1)
    page.keyboard.press("b")
    page.wait_for_url(f"**/review/{instance_id}")
    expect(page.get_by_text("Deciding again replaces it")).to_be_visible()
    Keyboard(page).decide("4", "there are two answers")
    with Store.open(clinic_store, read_only=True) as opened:
        first, second = opened.trace(run_id, instance_id).labels
        assert (second.supersedes, second.status) == (first.id, "ambiguous")
        assert verify(opened).ok

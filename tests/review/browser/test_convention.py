"""One decision on a convention, carried over to its siblings, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from answers.format import format_answer
from store.store import Store
from store.verify import verify
from tests.review import server
from tests.review.browser.access import check_page
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.keyboard import Keyboard
from tests.review.visitor import Visitor

RISE = "ag_minus_12"


@pytest.mark.slow
def test_a_convention_is_decided_once_and_carried_over(
    conventions_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    """What waits for the reviewer's blind answer stays sealed; a sibling that is not chosen is left alone."""
    with Store.open(conventions_store, read_only=True) as store:
        run = store.latest_run()
        ids = {name: store.instance(run.benchmark_id, name).id for name in ("gap-1", "gap-2", "gap-3")}
    reviews = {name: f"/runs/{run.id}/review/{instance_id}" for name, instance_id in ids.items()}
    app = serve(conventions_store)
    with Visitor(app, server.A) as visitor:
        visitor.answer_blind(reviews["gap-1"], "19")
        visitor.answer_blind(reviews["gap-2"], "N/A")
    page = sign_in(app)
    keyboard = Keyboard(page)
    page.goto(app.url + reviews["gap-1"])
    page.get_by_role("link", name="Decide it once").click()
    page.wait_for_url("**/conventions/*")
    keyboard.press("1", "s")
    siblings = page.get_by_role("table", name="Its siblings")
    expect(siblings.get_by_role("row", name="gap-2")).to_contain_text("14")
    expect(siblings.get_by_role("row", name="gap-3")).to_contain_text("sealed")
    check_page(page)
    siblings.get_by_role("checkbox", name="gap-3").uncheck()
    keyboard.write("w", "the rise alone")
    keyboard.press("c")
    expect(page.locator("#flash p")).to_be_visible()
    assert labels(conventions_store, ids) == {"gap-1": f"19 {RISE}", "gap-2": f"14 {RISE}", "gap-3": None}
    with Visitor(app, server.A) as visitor:
        visitor.answer_blind(reviews["gap-3"], "13")
    page.goto(f"{app.url}/runs/{run.id}/conventions/delta_gap?option={RISE}&instance={ids['gap-3']}")
    keyboard.press("t")
    expect(page.locator("#flash p")).to_be_visible()
    assert labels(conventions_store, ids)["gap-3"] == f"13 {RISE}"
    with Store.open(conventions_store, read_only=True) as store:
        assert verify(store).ok


def labels(path: Path, ids: dict[str, str]) -> dict[str, str | None]:
    """Source id → the current label and the option that its decision settled."""
    found: dict[str, str | None] = {}
    with Store.open(path, read_only=True) as store:
        for name, instance_id in ids.items():
            label = store.current_label(store.latest_run().id, instance_id)
            found[name] = None
            if label is not None and label.answer is not None and label.decision_id is not None:
                option = store.decision(label.decision_id).conventions.get("delta_gap")
                found[name] = f"{format_answer(label.answer)} {option}"
    return found

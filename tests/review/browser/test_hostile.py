"""Notes that try to break out of the page: they are text, and evidence behind them is where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from store.store import Store
from tests.review import server, stores
from tests.review.browser.access import check_axe
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.keyboard import Keyboard

QUOTE = "sodium 137 mmol/L"
_FOREIGN = """() => [...document.querySelectorAll('#note *, .question *')]
    .filter((element) => !['DIV', 'SPAN', 'MARK'].includes(element.tagName)
        || [...element.attributes].some((attribute) => attribute.name.startsWith('on')))
    .map((element) => element.outerHTML.slice(0, 200))"""
_MARKED = """() => [...document.querySelectorAll('#note mark')].map((mark) => mark.textContent)"""


@pytest.mark.slow
def test_hostile_notes_are_text_and_evidence_behind_them_is_found(
    hostile_store: Path, serve: Serve, sign_in: SignIn
) -> None:
    with Store.open(hostile_store, read_only=True) as store:
        run = store.latest_run()
        ids = list(store.work(run.id))
        instances = {item: store.instance(run.benchmark_id, item) for item in ids}
    app = serve(hostile_store)
    page = sign_in(app)
    keyboard = Keyboard(page)
    for instance_id, instance in instances.items():
        page.goto(f"{app.url}/runs/{run.id}/review/{instance_id}")
        title = page.title()
        keyboard.write("v", "137")
        keyboard.find(QUOTE)
        keyboard.press("e")
        expect(page.locator("[data-row='sodium'] .chip")).to_be_visible()
        assert page.evaluate(_FOREIGN) == [], instance.source_id
        keyboard.answer_blind("13")
        assert page.evaluate(_FOREIGN) == [], instance.source_id
        marked = page.evaluate(_MARKED)
        assert any("sodium 134 mmol/L" in text for text in marked), (instance.source_id, marked)
        assert page.title() == title != "broken"
        if "script" in instance.source_id:
            check_axe(page)
    with Store.open(hostile_store, read_only=True) as store:
        for instance_id, instance in instances.items():
            (blind,) = [d for d in store.decisions(run.id, instance_id) if d.reviewer == server.A]
            assert blind.derivation is not None
            (evidence,) = [value.evidence for value in blind.derivation.inputs if value.evidence]
            assert instance.context[evidence.start : evidence.end] == evidence.quote == QUOTE
            assert evidence.start > instance.context.index(stores.HOSTILE_END)

"""The report as a page in a real browser: read by everyone, in light and dark, without network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from store.store import Store
from tests.console.harness import ROOT, invoke
from tests.reports import safety_store
from tests.review.browser import chromium
from tests.review.browser.access import SCREEN, check_page
from tests.training import scripted

TRUTH = ROOT / "examples" / "clinic" / "truth.csv"


def alone(page: Page, out: Path) -> Page:
    """The page with a report in it, which asked for nothing else and said nothing on the console."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(out.as_uri())
    assert asked == [out.as_uri()]
    assert said == []
    return page


@pytest.mark.slow
def test_anyone_can_read_the_page_without_network(clinic_store: Path, tmp_path: Path) -> None:
    if (why := chromium.missing()) is not None:
        (pytest.fail if chromium.must_be_there() else pytest.skip)(why)
    out = tmp_path / "report.html"
    assert (
        invoke("report", "--store", clinic_store, "--truth", f"{TRUTH}#true_answer", "--out", out).code == 0
    )
    with chromium.launched() as browser:
        page = alone(browser.new_page(viewport=SCREEN), out)
        assert page.locator("svg.figure").count() == 5
        check_page(page)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 600])
def test_anyone_can_read_a_safety_report(tmp_path: Path, width: int) -> None:
    if (why := chromium.missing()) is not None:
        (pytest.fail if chromium.must_be_there() else pytest.skip)(why)
    path, out = tmp_path / "safety.db", tmp_path / "safety.html"
    with Store.open(path, create=True) as store:
        safety_store.compared(store)
    assert invoke("safety", "report", "--store", path, "--out", out).code == 0
    with chromium.launched() as browser:
        page = alone(browser.new_page(viewport={"width": width, "height": 900}), out)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("article details").first.click()
        assert page.locator("article .turns").first.is_visible()
        check_page(page)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 600])
def test_anyone_can_read_a_training_report(tmp_path: Path, width: int) -> None:
    if (why := chromium.missing()) is not None:
        (pytest.fail if chromium.must_be_there() else pytest.skip)(why)
    folder = scripted.written(tmp_path / "run", scripted.generated(), scripted.reply_by_lot)
    out = tmp_path / "training.html"
    assert invoke("train", "report", folder, "--out", out).code == 0
    with chromium.launched() as browser:
        page = alone(browser.new_page(viewport={"width": width, "height": 900}), out)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        check_page(page)

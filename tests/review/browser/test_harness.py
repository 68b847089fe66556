"""The browser tests see what they are there to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.review.browser.access import check_axe, check_page, check_zoom
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.watch import Watch

FAULTY = """<!doctype html><html lang=en><title>faulty</title><main><h1>Faulty</h1>
<p id=faint>faint</p><img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">
<style>p { color: #ccc; background: #fff; width: 900px }</style></main>"""


def test_a_page_with_faults_is_told_from_one_without(browser: Browser) -> None:
    watch = Watch()
    with browser.new_context() as context:
        page = watch.context(context).new_page()
        headers = {"Content-Security-Policy": "img-src 'none'", "Content-Type": "text/html"}
        page.route("http://faulty.test/", lambda route: route.fulfill(body=FAULTY, headers=headers))
        page.route("**/gone", lambda route: route.abort())
        page.goto("http://faulty.test/")
        page.evaluate("setTimeout(() => { console.warn('mind'); throw new Error('broken'); })")
        page.evaluate("fetch('/gone').catch(() => 'as expected')")
        with pytest.raises(AssertionError, match="color-contrast"):
            check_axe(page)
        with pytest.raises(AssertionError, match="wider than its window"):
            check_zoom(page)
    said = "\n".join(watch.complaints)
    for fault in ("policy violation: img-src", "console warning: mind", "script error: broken"):
        assert fault in said
    assert "request failed: GET http://faulty.test/gone" in said


@pytest.mark.slow
def test_the_help_page_is_sound(clinic_store: Path, serve: Serve, sign_in: SignIn) -> None:
    app = serve(clinic_store)
    page = sign_in(app)
    page.goto(f"{app.url}/help")
    assert "Help" in page.title()
    check_page(page)

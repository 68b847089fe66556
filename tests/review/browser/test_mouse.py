"""The mouse hits what it points at, whatever the press of its button moves the focus away from."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.test_drafts import review_path

pytestmark = pytest.mark.slow


def click_where_it_is(target: Locator) -> None:
    """A click as a hand makes it: low on the target, at the place where it was when the button went down."""
    box = target.bounding_box()
    assert box is not None
    mouse = target.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.9 * box["height"])
    mouse.down()
    target.page.wait_for_timeout(50)
    mouse.up()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_click_below_the_row_in_use_is_not_lost(
    panels_store: Path, serve: Serve, sign_in: SignIn, scripts: bool
) -> None:
    app = serve(panels_store)
    page = sign_in(app, java_script_enabled=scripts)
    page.goto(app.url + review_path(panels_store))
    for name, value in {"sodium": "134", "chloride": "95", "bicarbonate": "11"}.items():
        click_where_it_is(page.locator(f"[name='input.{name}.value']"))
        page.keyboard.insert_text(value)
    page.locator("[name='input.sodium.value']").focus()
    unclear = page.locator("[name='input.bicarbonate.status'][value='unclear']")
    click_where_it_is(unclear)
    expect(unclear).to_be_checked()
    page.locator("[name='input.sodium.value']").focus()
    present = page.locator("[name='input.bicarbonate.status'][value='present']")
    click_where_it_is(present)
    expect(present).to_be_checked()
    page.locator("[name='input.sodium.value']").focus()
    click_where_it_is(page.locator("#compute"))
    expect(page.locator("#computation")).to_contain_text("28 mEq/L")

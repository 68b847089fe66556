"""Review in a real browser: evidence from a selection, the live computation, drafts, undo, keys alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from store.store import Store
from tests.review import server
from tests.review.browser.access import check_page
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.watch import Watch
from tests.review.cases import Case, planted

pytestmark = pytest.mark.slow


@pytest.fixture
def case(tmp_path: Path) -> Case:
    with Store.open(tmp_path / "planted.db", create=True) as store:
        return planted(store)


@pytest.fixture
def page(case: Case, serve: Serve, sign_in: SignIn) -> Page:
    return opened(case, serve(case.store.path), sign_in)


def opened(case: Case, app: server.Served, sign_in: SignIn, **options: bool) -> Page:
    """A reviewer's page on the case."""
    page = sign_in(app, **options)
    with Store.open(case.store.path) as store:
        page.goto(app.url + Case(store, case.source_id).page)
    return page


def keys(page: Page, *pressed: str) -> None:
    """Press keys one after the other."""
    for key in pressed:
        page.keyboard.press(key)


def typed(page: Page, key: str, text: str) -> None:
    """Go into a field by its key, type, and leave it."""
    keys(page, key)
    page.keyboard.insert_text(text)
    keys(page, "Escape")


def field(page: Page, name: str) -> str:
    """What a field holds."""
    return page.locator(f'[name="{name}"]').input_value()


SELECT = """([first, from, last, to]) => {
    const place = (needle, at) => {
        const walker = document.createTreeWalker(document.getElementById('note'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode())
            if (node.data.includes(needle)) return [node, node.data.indexOf(needle) + at];
    };
    const range = document.createRange();
    range.setStart(...place(first, from));
    range.setEnd(...place(last, to));
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
}"""


def test_a_selection_behind_emoji_and_over_lines_is_evidence_at_its_code_points(
    page: Page, case: Case
) -> None:
    """From the middle of line 1 with an emoji, over CRLF, into line 2; blanks at the ends are left out."""
    page.evaluate(SELECT, ["She weighs", 10, "Height:", 12])
    keys(page, "e")
    with Store.open(case.store.path) as store:
        note = Case(store, case.source_id).instance.context
    start, end = int(field(page, "input.weight.start")), int(field(page, "input.weight.end"))
    assert note[start:end] == "80 kg 👩‍⚕️.\r\nHeight:  200"
    assert field(page, "input.weight.quote") == "80 kg 👩‍⚕️. Height: 200"
    typed(page, "v", "80")
    expect(page.locator("#computation")).to_contain_text("height is missing")
    expect(page.locator('[data-error="input.weight.quote"]')).to_be_hidden()


def test_a_blind_answer_and_a_decision_by_keys_alone(page: Page, case: Case) -> None:
    typed(page, "v", "80 kg")
    typed(page, "/", "80 kg")
    keys(page, "e", "j")
    typed(page, "v", "200 cm")
    expect(page.locator("#computation")).to_contain_text("20 kg/m")
    expect(page.locator("#computed")).to_contain_text("computed 20 kg/m")
    check_page(page)
    keys(page, "m", "s")
    expect(page.get_by_role("heading", name="Decision")).to_be_visible()
    check_page(page)
    keys(page, "]")
    page.get_by_role("link", name="246.914").first.click()
    keys(page, "1", "x", "w")
    page.keyboard.insert_text("it weighs what it weighs")
    keys(page, "Control+Enter")
    expect(page.locator("#flash")).to_contain_text("Your decision is recorded")
    with Store.open(case.store.path) as store:
        blind, final = Case(store, case.source_id).decisions()
        assert blind.derivation is not None
        assert [value.evidence is not None for value in blind.derivation.inputs] == [True, False]
        assert (final.choice, final.confidence, final.note) == ("mine", "medium", "it weighs what it weighs")
        label = store.current_label(final.run_id, final.instance_id)
        assert label is not None
        assert label.decision_id == final.id


def test_a_draft_comes_back_and_changes_can_be_undone(page: Page) -> None:
    typed(page, "v", "80")
    typed(page, "/", "height")
    keys(page, "n", "e")
    assert field(page, "input.weight.quote") == "height"
    expect(page.locator("#in-weight .chip")).to_have_text("line 3")
    keys(page, "4")
    assert page.locator('[name="input.weight.status"]:checked').input_value() == "unclear"
    keys(page, "u")
    assert page.locator('[name="input.weight.status"]:checked').input_value() == "present"
    assert field(page, "input.weight.quote") == "height"
    keys(page, "u")
    assert field(page, "input.weight.quote") == ""
    expect(page.locator("#in-weight .chip")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("Draft saved")
    page.reload()
    assert field(page, "input.weight.value") == "80"
    keys(page, "u")
    assert field(page, "input.weight.value") == "80"


def test_enter_goes_through_the_inputs_and_a_value_is_present(page: Page) -> None:
    checked = page.locator('[name="input.weight.status"]:checked')
    keys(page, "v")
    page.keyboard.insert_text("80")
    keys(page, "Enter")
    assert checked.input_value() == "present"
    expect(page.locator("#in-height-value")).to_be_focused()
    page.keyboard.insert_text("200")
    keys(page, "Enter")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.locator("#outcome")).to_have_text("Computed 20 kg/m²")
    keys(page, "Escape", "k", "v", "Delete", "Escape")
    assert checked.count() == 0


def test_what_is_missing_is_in_sight_and_has_the_focus(page: Page, watch: Watch) -> None:
    watch.expected.append("status of 422")
    page.set_viewport_size({"width": 1200, "height": 520})
    typed(page, "v", "80")
    keys(page, "j")
    typed(page, "v", "200")
    keys(page, "s")
    expect(page.locator('[data-error="confidence"]')).to_be_in_viewport()
    expect(page.locator('[name="confidence"]').first).to_be_focused()
    expect(page.locator("#computation")).to_contain_text("20 kg/m")


def test_evidence_that_was_just_attached_outlives_the_page(page: Page) -> None:
    """The page is left before the draft is saved by the clock."""
    typed(page, "/", "80 kg")
    keys(page, "e")
    address = page.url
    keys(page, "g", "h")
    page.wait_for_url("**/help")
    page.wait_for_timeout(500)  # the draft is sent as the page is left; the next one does not wait for it
    page.goto(address)
    assert field(page, "input.weight.quote") == "80 kg"


def test_no_key_acts_while_typing_and_the_map_is_there(page: Page) -> None:
    keys(page, "w")
    page.keyboard.type("s1uecj/ ?")
    assert field(page, "note") == "s1uecj/ ?"
    assert page.locator(".input.current").get_attribute("id") == "in-weight"
    keys(page, "Escape", "?")
    expect(page.locator("#keys")).to_contain_text("attach what is selected in the note")


def test_search_goes_round(page: Page) -> None:
    typed(page, "/", "KG")
    expect(page.locator("#hits")).to_have_text("1 of 2")
    keys(page, "n")
    expect(page.locator("#hits")).to_have_text("2 of 2")
    keys(page, "n")
    expect(page.locator("#hits")).to_have_text("1 of 2")
    keys(page, "p")
    expect(page.locator("#hits")).to_have_text("2 of 2")
    typed(page, "/", "(nothing")
    expect(page.locator("#hits")).to_have_text("not in the note")


def test_without_a_script_one_reads_and_submits(case: Case, serve: Serve, sign_in: SignIn) -> None:
    page = opened(case, serve(case.store.path), sign_in, java_script_enabled=False)
    page.fill('[name="input.weight.value"]', "80")
    page.fill('[name="input.height.value"]', "200")
    page.locator("#in-weight summary").click()
    page.fill('[name="input.weight.quote"]', "80 kg")
    page.click("#compute")
    expect(page.locator("#computation")).to_contain_text("20 kg/m")
    expect(page.locator("#in-weight .chip")).to_have_text("line 1")
    page.get_by_label("high").check(force=True)
    page.click("#submit")
    expect(page.get_by_role("heading", name="Decision")).to_be_visible()
    page.get_by_label(re.compile("Keep my answer")).check()
    page.click("#submit")
    with Store.open(case.store.path) as store:
        assert [given.blind for given in Case(store, case.source_id).decisions()] == [True, False]


def test_the_time_counts_only_in_sight_and_is_sent(page: Page, case: Case) -> None:
    expect(page.locator('[name="seconds"]')).to_have_value(re.compile("^[2-9]$"))
    typed(page, "a", "N/A")
    keys(page, "l", "s")
    expect(page.get_by_role("heading", name="Decision")).to_be_visible()
    with Store.open(case.store.path) as store:
        (given,) = Case(store, case.source_id).decisions()
        assert given.seconds is not None
        assert 2 <= given.seconds < 60

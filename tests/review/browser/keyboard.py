"""A reviewer who never touches the mouse, and what the note and the forms show them."""

from __future__ import annotations

from playwright.sync_api import Page, expect


class Keyboard:
    """Reviews by the keys of the map alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Keys in a row, outside of fields."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, key: str, text: str) -> None:
        """Go to a field by its key, write there, and leave it."""
        self.page.keyboard.press(key)
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Escape")

    def find(self, words: str) -> None:
        """Search the note."""
        self.write("/", words)
        expect(self.page.locator("#hits")).not_to_be_empty()

    def answer_blind(self, answer: str, confidence: str = "m") -> None:
        """Give a blind answer and wait for the reveal."""
        self.write("a", answer)
        self.press(confidence, "s")
        expect(self.page.get_by_role("heading", name="Decision", exact=True)).to_be_visible()

    def decide(self, choice: str, reason: str = "") -> None:
        """Choose after the reveal and wait for what comes next."""
        before = self.page.url
        self.press(choice)
        if reason:
            self.write("w", reason)
        self.press("s")
        self.page.wait_for_url(lambda url: url.partition("?")[0] != before.partition("?")[0])

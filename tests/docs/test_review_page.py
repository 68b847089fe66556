"""The page about reviewing has the app's own keyboard map."""

from __future__ import annotations

from review import keymap
from tests.docs.pages import ROOT


def test_the_page_has_every_key_of_every_screen() -> None:
    page = (ROOT / "docs" / "review.md").read_text("utf-8")
    maps = {keymap.TITLES[name]: keys for name, keys in keymap.SCREENS.items() if keys}
    for title, keys in {"everywhere": keymap.EVERYWHERE, **maps}.items():
        assert f"| {title} | {', '.join(f'`{key}` {what}' for key, what in keys)} |" in page

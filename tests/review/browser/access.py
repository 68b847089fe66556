"""Whether a page can be used by everyone: axe's rules in light and dark, and the page at 200% zoom."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREEN: ViewportSize = {"width": 1440, "height": 900}
ZOOMED: ViewportSize = {"width": 720, "height": 450}
"""What a screen of 1440 × 900 has at 200% zoom, in CSS pixels."""
_OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": list(RULES)}}
_WIDER = """() => {
    const page = document.scrollingElement;
    const wide = [...document.body.querySelectorAll('*')].filter(
        (element) => element.getBoundingClientRect().right > page.clientWidth + 1);
    return page.scrollWidth > page.clientWidth + 1
        ? wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) : [];
}"""


def check_axe(page: Page) -> None:
    """Fails with a list of what axe finds on the page in light or dark."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options=_OPTIONS)
        if results.violations_count:
            found.append(f"{scheme}: {results.generate_report()}")
    page.emulate_media(color_scheme="light")
    assert not found, f"{page.url}\n" + "\n".join(found)


def check_zoom(page: Page) -> None:
    """Fails where the page has to be scrolled sideways at 200% zoom; tables may scroll in themselves."""
    page.set_viewport_size(ZOOMED)
    wider = page.evaluate(_WIDER)
    page.set_viewport_size(SCREEN)
    assert not wider, f"{page.url} is wider than its window at 200% zoom: {wider}"


def check_page(page: Page) -> None:
    """Both."""
    check_axe(page)
    check_zoom(page)

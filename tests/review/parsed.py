"""A page as a browser takes it."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser makes of a page: lines of the note, fields, scripts, handlers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.fields: dict[str, str] = {}
        self.checked: dict[str, str] = {}
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.styles: list[str] = []
        self.tags: list[str] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.handlers += [name for name in given if name.startswith("on")]
        self.styles += [tag for name in given if name == "style"]
        if tag == "script":
            self.scripts.append(given.get("src"))
        if tag == "input" and (name := given.get("name")):
            if given.get("type") not in ("radio", "checkbox"):
                self.fields[name] = given.get("value") or ""
            elif "checked" in given:
                self.checked[name] = given.get("value") or ""
        if tag == "span" and "data-start" in given:
            self.lines.append("")
            self._depth = 1
        elif self._depth and tag in ("span", "mark"):
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag in ("span", "mark"):
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.lines[-1] += data

"""A reviewer at a running app with a browser that has no scripts: pages are read, forms are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self

import httpx2

from tests.review.server import Served

TIMEOUT_S = 60.0


@dataclass
class Form:
    """A form of a page: where it goes, and what it sends if nothing is changed."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms of a page, with what each field holds before anyone touches it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._name = ""
        self._option: dict[str, str] = {}
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._text = ""
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        elif tag in ("textarea", "select"):
            self._name = given.get("name", "")
        elif tag == "option":
            self._option = given
        elif tag == "input" and self.found and _is_sent(given):
            self.found[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if not self.found or not self._name:
            return
        fields = self.found[-1].fields
        if tag == "textarea":
            fields[self._name] = self._text.removeprefix("\n")
            self._name = ""
        elif tag == "option" and ("selected" in self._option or self._name not in fields):
            fields[self._name] = self._option.get("value", self._text)
        elif tag == "select":
            self._name = ""

    def handle_data(self, data: str) -> None:
        self._text += data


def _is_sent(given: dict[str, str]) -> bool:
    ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
    return ticked and "name" in given and "disabled" not in given


class Visitor:
    """Signed in as one person; every request is one connection, as after a restart of the server."""

    def __init__(self, app: Served, name: str | None) -> None:
        self.app = app
        self.client = httpx2.Client(
            base_url=app.url,
            headers={"Origin": app.url},
            timeout=TIMEOUT_S,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )
        assert self.client.get(app.links[name]).status_code == 200

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.client.close()

    def page(self, path: str) -> str:
        """The HTML of a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, self.app.process.err())
        return answer.text

    def form(self, path: str, verb: str) -> Form:
        """The page's form whose address ends with a verb."""
        forms = _Forms()
        forms.feed(self.page(path))
        (found,) = [f for f in forms.found if f.action.partition("?")[0].endswith(f"/{verb}")]
        return found

    def send(self, form: Form, **fields: str) -> httpx2.Response:
        """Send a form with these fields changed; where the answer leads is not followed."""
        return self.client.post(form.action, data={**form.fields, **fields})

    def answer_blind(self, path: str, answer: str, **fields: str) -> None:
        """Give a blind answer on a review page."""
        sent = self.send(self.form(path, "blind"), answer=answer, **{"confidence": "high", **fields})
        assert sent.status_code == 303, sent.text

    def decide(self, path: str, choice: str, **fields: str) -> None:
        """Decide after the reveal."""
        sent = self.send(self.form(path, "decide"), choice=choice, **{"confidence": "high", **fields})
        assert sent.status_code == 303, sent.text

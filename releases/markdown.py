"""Text that others wrote, inside Markdown: shown as it is, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from answers.text import plain

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$^=-])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_URL_START = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)


def inert(text: str) -> str:
    """One line that Markdown and HTML show letter by letter; no address in it becomes a link."""
    flat = " ".join(plain(text).split())
    escaped = _MARKUP.sub(r"\\\1", "".join(_ENTITIES.get(character, character) for character in flat))
    return _URL_START.sub(lambda match: f"&#{ord(match[0])};", escaped).replace("@", "&#64;")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; cells are escaped here."""
    yield f"| {' | '.join(map(inert, header))} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(map(inert, row))} |"

"""Text that others wrote, inside Markdown: shown as it is, never as markup."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from answers.text import plain

_MARKUP = re.compile(r"([\\`*_{}\[\]()#!|~$^]|^[+=-])")
"""Signs that mark something up wherever they stand, and those that do so where a line starts."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_URL_START = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)


def inert(text: str) -> str:
    """One line that Markdown and HTML show letter by letter; no address in it becomes a link."""
    flat = " ".join(plain(text).split())
    escaped = _MARKUP.sub(r"\\\1", "".join(_ENTITIES.get(character, character) for character in flat))
    return _URL_START.sub(lambda match: f"&#{ord(match[0])};", escaped).replace("@", "&#64;")


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Collection[int] = ()
) -> Iterator[str]:
    """The lines of a table; cells are escaped here. The columns `figures`, by position, are set right."""
    yield f"| {' | '.join(map(inert, header))} |"
    yield f"|{'|'.join('---:' if column in figures else '---' for column in range(len(header)))}|"
    for row in rows:
        yield f"| {' | '.join(map(inert, row))} |"

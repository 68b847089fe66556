"""Text that others wrote, made safe to show: it is data and must not steer what shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable

CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but tab and newline, marks that change the direction of writing, and halves of surrogate
pairs, which a broken reply can contain and no output can."""


def plain(text: str) -> str:
    """The text without control characters, escape sequences and direction overrides; newlines stay.

    Every kind of line end becomes a newline, and each character that goes is replaced by U+FFFD.
    """
    return CONTROL.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


def short_names(names: Iterable[str], width: int) -> dict[str, str]:
    """Name → the name without its middle, as wide as it takes, `width` or more, to tell them all apart."""
    known = list(dict.fromkeys(names))
    most = max((len(name) for name in known), default=width)
    for wide in range(width, max(width, most) + 1):
        short = {name: without_middle(name, wide) for name in known}
        if len(set(short.values())) == len(known):
            return short
    return {name: without_middle(name, max(width, most)) for name in known}


def without_middle(text: str, width: int) -> str:
    """A name on one line of at most `width` characters; long names often differ only at their ends."""
    flat = " ".join(plain(text).split())
    kept = (width - 1) // 3
    return flat if len(flat) <= width else f"{flat[:kept]}…{flat[kept + 1 - width :]}"

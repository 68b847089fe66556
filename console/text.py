"""Text for terminals: what models and benchmarks wrote is data and must not steer the terminal."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without control characters, escape sequences and direction overrides; newlines stay."""
    return _CONTROL.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(document: str) -> str:
    """JSON text in which control characters that JSON allows are escapes; it reads as the same document."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def one_line(text: str, width: int = 120) -> str:
    """The text as one line of at most `width` characters."""
    flat = " ".join(plain(text).split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def indented(text: str, indent: int) -> str:
    """Every line of the text behind `indent` blanks."""
    pad = " " * indent
    return "\n".join(pad + line for line in plain(text).splitlines())


def money(cost: float, known: bool) -> str:
    """A cost in USD; a sum with unpriced calls is a lower bound and says so."""
    return f"${cost:.4f}" if known else f"≥ ${cost:.4f} (some prices unknown)"


def duration(seconds: float) -> str:
    """Seconds as 1:02:03 or 2:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

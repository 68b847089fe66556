"""Text for terminals: what models and benchmarks wrote is data and must not steer the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from answers.text import CONTROL, plain

__all__ = ["duration", "escaped", "indented", "money", "numbered", "one_line", "plain"]


def escaped(document: str) -> str:
    """JSON text in which control characters that JSON allows are escapes; it reads as the same document."""
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def one_line(text: str, width: int = 120) -> str:
    """The text as one line of at most `width` characters."""
    flat = " ".join(plain(text).split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def indented(text: str, indent: int) -> str:
    """Every line of the text behind `indent` blanks."""
    pad = " " * indent
    return "\n".join(pad + line for line in plain(text).splitlines())


def numbered(counts: Mapping[str, int]) -> str:
    """`revised 4, confirmed 1`."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def money(cost: float, known: bool) -> str:
    """A cost in USD; a sum with unpriced calls is a lower bound and says so."""
    return f"${cost:.4f}" if known else f"≥ ${cost:.4f} (some prices unknown)"


def duration(seconds: float) -> str:
    """Seconds as 1:02:03 or 2:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

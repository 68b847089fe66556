"""Text for terminals: what models and benchmarks wrote is data and must not steer the terminal."""

from __future__ import annotations

from collections.abc import Iterable

import click

from answers.text import CONTROL, plain

__all__ = ["echo", "escaped", "indented", "one_line", "plain"]


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


def echo(lines: Iterable[str]) -> None:
    """Lines on stdout, without what would steer a terminal."""
    for line in lines:
        click.echo(plain(line))

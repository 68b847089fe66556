"""Cells of a review sheet: written so that spreadsheets leave them alone, read in spite of their habits.

A spreadsheet runs what looks like a formula, rounds what looks like a number, spells what looks like a date
anew in the order of its country, and writes decimal commas where the country does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from agents.task import Task
from answers.model import Answer
from benchmarks.export import safe_cell
from review.forms import stated

Word = TypeVar("Word", bound=str)

CELL_LIMIT = 32_767
"""Characters that a spreadsheet's cell can hold; of a longer one it makes two rows."""
CUT = "\n[… cut here: a spreadsheet holds no more. Read the whole text in the review app.]"
DATE_CHECK = "2000-12-31"
"""A date that a spreadsheet spells as it spells the dates that people enter beside it."""

_LIKE_A_NUMBER = re.compile(r"[\d\s.,:/+\-eE%]*\d[\d\s.,:/+\-eE%]*", re.ASCII)
_DEFUSED = re.compile(r"'(?=\s*[=+\-@])")
_HEAD = re.compile(r"(?P<number>[+\-\u2212]?\d[\d.,]*)(?P<rest>.*)", re.ASCII | re.DOTALL)
_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)


class CellError(ValueError):
    """What is wrong with a cell, and what is accepted in it."""


def text_cell(text: str) -> str:
    """A text that neither runs as a formula nor overflows the cell."""
    cell = safe_cell(text)
    return cell if len(cell) <= CELL_LIMIT else cell[: CELL_LIMIT - len(CUT)] + CUT


def id_cell(text: str) -> str:
    """An id; one that looks like a number (12e45) or a date gets the apostrophe that keeps it a text."""
    return f"'{text}" if _LIKE_A_NUMBER.fullmatch(text) else text_cell(text)


def plain_cell(cell: str) -> str:
    """What a cell says: without blanks around it, and without the apostrophe that kept it a text."""
    text = cell.strip()
    kept = text.startswith("'") and (_LIKE_A_NUMBER.fullmatch(text[1:]) or _DEFUSED.match(text))
    return text[1:] if kept else text


def word(cell: str, words: Sequence[Word]) -> Word | None:
    """One of a few words, in any case, blanks for underscores; None for an empty cell. Raises CellError."""
    text = "_".join(cell.casefold().replace("_", " ").split())
    if not text:
        return None
    for known in words:
        if known == text:
            return known
    raise CellError(f"accepted: {', '.join(words)}")


def minutes(cell: str) -> float | None:
    """A time in minutes as seconds; None for an empty cell. Raises CellError."""
    if not cell:
        return None
    accepted = CellError("accepted: minutes as a number, such as 2.5")
    try:
        value = float(with_point(cell))
    except CellError:
        raise
    except ValueError:
        raise accepted from None
    if not 0 <= value <= 24 * 60:
        raise accepted
    return 60 * value


def answer(task: Task, cell: str, date_check: str) -> Answer | None:
    """An answer, None for an empty cell; `date_check` is what became of DATE_CHECK in the same row.

    Raises CellError for what is no answer of the kind, for a comma that may be a decimal point or may group
    thousands, and for a unit that is not one of the asked one's.
    """
    kind = task.spec.kind
    text = cell
    if kind in ("number", "integer"):
        text = with_point(cell)
    elif kind == "date":
        text = month_first(cell, date_check)
    try:
        return stated(task, text)
    except ValueError as error:
        raise CellError(str(error)) from None


def with_point(cell: str) -> str:
    """A number with a decimal point and without signs between thousands, what follows it unchanged.

    Raises CellError where it cannot be told which of the two a comma is, as in 1,250.
    """
    match = _HEAD.fullmatch(cell)
    if match is None or "," not in match["number"]:
        return cell
    number, rest = match["number"], match["rest"]
    whole, _, decimals = number.rpartition(",")
    if "." not in number and "," not in whole:
        if len(decimals) == 3 and re.fullmatch(r"[+\-\u2212]?[1-9]\d{0,2}", whole, re.ASCII):
            raise CellError(
                f"the comma can be a decimal point or group thousands; write {whole}{decimals} or "
                f"{whole}.{decimals}"
            )
        return f"{whole}.{decimals}{rest}"
    if re.fullmatch(r"[+\-\u2212]?\d{1,3}(\.\d{3})+", whole, re.ASCII) and decimals.isdigit():
        return f"{whole.replace('.', '')}.{decimals}{rest}"
    return cell  # 1,250.5 and 1,250,000 are read as they are


def month_first(cell: str, date_check: str) -> str:
    """A date as it was entered, where a spreadsheet spells dates with the day first: year, month, day."""
    match = _DATE.fullmatch(cell)
    if match is None or not date_check.startswith("31"):
        return cell
    day, month, year = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}"

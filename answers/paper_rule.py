"""The agreement rule of the label-stewardship study (arXiv 2512.19691), kept as a named rule for comparison.

It works on the cells of a table. Whether an item is continuous or ordinal depends on all values that are
considered together, so two systems compared by it are not judged independently of each other; `agrees` is
the rule that does not have this property.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal

from answers.model import IncomputableAnswer
from answers.parse import UnparsableAnswer, parse_answer

ItemKind = Literal["continuous", "ordinal", "incomputable", "no_number"]
"""What y* is: by its number and those considered together, N/A, or neither a number nor N/A."""

LARGEST_ORDINAL = 20
CONTINUOUS_TOLERANCE = 0.05
ORDINAL_TOLERANCE = 1.0
_FLOAT_SLACK = 1e-9

_FIRST_NUMBER = re.compile(r"[-+−]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def paper_agrees(reference: str, candidate: str, together: Iterable[str] = ()) -> bool:
    """Whether `candidate` agrees with the physicians' `reference` (y*) under the study's rule.

    The first number in a cell is its value. An incomputable reference agrees only with an incomputable
    candidate. If any of the values considered together is not an integer of size at most 20, the item is
    continuous and |candidate − y*| ≤ 5% of |y*|; otherwise it is ordinal and |candidate − y*| ≤ 1.

    Args:
        reference: the cell of y*. A cell with neither a number nor N/A ("Multiple") agrees with nothing.
        candidate: the cell under test.
        together: the other cells of the item, i.e. the original and the recomputed label. Cells without a
            number do not count.
    """
    if is_incomputable(reference) or is_incomputable(candidate):
        return is_incomputable(reference) and is_incomputable(candidate)
    truth, value = first_number(reference), first_number(candidate)
    if truth is None or value is None:
        return False
    if item_kind(reference, [candidate, *together]) == "continuous":
        return abs(value - truth) <= CONTINUOUS_TOLERANCE * abs(truth) + _FLOAT_SLACK * abs(truth)
    return abs(value - truth) <= ORDINAL_TOLERANCE


def item_kind(reference: str, together: Iterable[str]) -> ItemKind:
    """Which part of the rule an item with this y* falls under, its other cells considered together."""
    if is_incomputable(reference):
        return "incomputable"
    if first_number(reference) is None:
        return "no_number"
    numbers = (number for cell in (reference, *together) if (number := first_number(cell)) is not None)
    ordinal = all(number == int(number) and abs(number) <= LARGEST_ORDINAL for number in numbers)
    return "ordinal" if ordinal else "continuous"


def first_number(cell: str) -> float | None:
    """The first decimal number in a cell, or None; None, too, where it is too large.

    Thousands separators and exponents are not known here.
    """
    match = _FIRST_NUMBER.search(cell)
    number = math.inf if match is None else float(match[0].replace("−", "-"))
    return number if math.isfinite(number) else None


def is_incomputable(cell: str) -> bool:
    """Whether a cell says N/A or its like."""
    try:
        return isinstance(parse_answer(cell, "text"), IncomputableAnswer)
    except UnparsableAnswer:
        return False

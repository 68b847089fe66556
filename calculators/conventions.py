"""Which convention holds for one question: its own words first, then the run's contract."""

from __future__ import annotations

import re
from collections.abc import Mapping

from calculators.model import Calculator, Convention


def settled(calculator: Calculator, question: str, contract: Mapping[str, str]) -> dict[str, str]:
    """The calculator's conventions that are fixed: convention id → option.

    A question that states exactly one option has made the choice, whatever the contract says; conventions of
    other calculators are left out.
    """
    fixed: dict[str, str] = {}
    for convention in calculator.conventions:
        option = _stated(convention, question) or contract.get(convention.id)
        if option is not None:
            fixed[convention.id] = option
    return fixed


def in_force(calculator: Calculator, fixed: Mapping[str, str]) -> dict[str, str]:
    """Every convention of the calculator with its option: the fixed one, else its default, else the first."""
    return {c.id: fixed.get(c.id, c.default or next(iter(c.options))) for c in calculator.conventions}


def _stated(convention: Convention, question: str) -> str | None:
    found = [o for o, pattern in convention.stated_by.items() if re.search(pattern, question, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None

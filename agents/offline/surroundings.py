"""What the words around a quantity make of it: its fluid, its bound, or no value of the patient at all."""

from __future__ import annotations

from agents.offline.language.cues import (
    ABOVE,
    BELOW,
    FLUID_BEFORE,
    FLUID_WORDS,
    FLUIDS,
    GASES,
    NORMAL_CUES,
    NOT_ARTERIAL,
    NOT_MEASUREMENTS,
    REFERENCE_CUES,
    TARGET_CUES,
    THAN,
)
from agents.offline.language.inputs import FAMILIES_OF_NAME
from agents.offline.language.units import FAMILY_OF_UNIT
from agents.offline.note import Token
from agents.offline.quantities import Quantity
from calculators.model import Bound

_NO_ARTERY = NOT_ARTERIAL | {"cord"}


def family(unit: str | None) -> str | None:
    """What a unit measures; None for no unit."""
    if unit is None:
        return None
    known = FAMILY_OF_UNIT.get(unit)
    if known is not None:
        return known
    return "concentration" if "/" in unit else "other"


def fits(concept: str, unit: str | None) -> bool:
    """Whether a value with this unit can be the concept's at all."""
    return unit is None or family(unit) in FAMILIES_OF_NAME.get(concept, ("concentration",))


def fluid_of(tokens: tuple[Token, ...], at: int) -> str | None:
    """The body fluid, or the other person, that a word says the values behind it belong to."""
    key = tokens[at].key
    if key == "blood" and at and tokens[at - 1].key in _NO_ARTERY:
        return "fetus" if tokens[at - 1].key == "cord" else None
    if key in NOT_ARTERIAL:
        return "vein" if GASES & {t.key for t in tokens[at + 1 : at + 4]} else "blood"
    if key in FLUID_BEFORE:
        following = tokens[at + 1].key if at + 1 < len(tokens) else ""
        return FLUID_BEFORE[key] if following in FLUID_WORDS else None
    return FLUIDS.get(key)


def words_before(tokens: tuple[Token, ...], at: int, count: int) -> set[str]:
    """The words of the `count` tokens before one."""
    return {t.key for t in tokens[max(0, at - count) : at]}


def is_reference(tokens: tuple[Token, ...], at: int, quantity: Quantity, name_end: int) -> bool:
    """Whether a quantity is a reference range, a limit or a target rather than the patient's value.

    Only the words since `name_end`, the index behind the last name, speak of the quantity.
    """
    near = {tokens[i].key for i in range(max(0, name_end, at - 7), at)}
    single = quantity.high is None and quantity.bound is None
    compared = bool(near & {"in", "within"}) or (at > 0 and tokens[at - 1].key == "at")
    if single and compared and near & (NORMAL_CUES | REFERENCE_CUES):
        return False
    near = {tokens[i].key for i in range(max(0, name_end, at - 5), at)}
    if near & REFERENCE_CUES:
        return True
    if (quantity.high is not None or quantity.bound is not None) and near & NORMAL_CUES:
        return True
    return bool(near & TARGET_CUES)


def is_no_measurement(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a bare number counts or names something ("day 3", "#12") instead of measuring."""
    quantity = tokens[at].quantity
    previous = tokens[at - 1] if at else None
    if quantity is None or quantity.unit is not None or previous is None:
        return False
    hash_or_dash = previous.text in ("#", "-", "−", "+") and previous.end == tokens[at].start
    return previous.key in NOT_MEASUREMENTS or hash_or_dash


def spelled_bound(tokens: tuple[Token, ...], at: int) -> Bound | None:
    """The bound that words give: "below 10", "less than 10"."""
    last = tokens[at - 1].key if at else ""
    if last == "than" and at > 1:
        return "<" if THAN.get(tokens[at - 2].key) == "<" else ">" if tokens[at - 2].key in THAN else None
    return "<" if last in BELOW else ">" if last in ABOVE else None


def spelled_high(tokens: tuple[Token, ...], at: int) -> float | None:
    """The upper end of a range in words: "between 10 and 20"."""
    if at + 2 >= len(tokens) or tokens[at + 1].key != "and" or "between" not in words_before(tokens, at, 2):
        return None
    upper = tokens[at + 2].quantity
    return upper.value if upper is not None else None

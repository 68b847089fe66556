"""The agreement rule that a row's tolerance or limits imply. Pure."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from fractions import Fraction

from answers.model import (
    AgreementKind,
    AgreementRule,
    Answer,
    AnswerKind,
    DateAnswer,
    DurationAnswer,
    IntegerAnswer,
    NumberAnswer,
)

DEFAULT_TOLERANCE = 0.05
_SAME_TOLERANCE = 0.002
"""Limits are rounded where they are stored; a tolerance this close to the default is the default."""

_TOLERANCE = re.compile(r"(?P<value>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(?P<percent>%)?")


def default_rule(kind: AnswerKind) -> AgreementRule:
    """Numbers agree within 5%; every other kind exactly."""
    if kind == "number":
        return AgreementRule(kind="relative", tolerance=DEFAULT_TOLERANCE)
    return AgreementRule(kind="exact", tolerance=0)


def stated_rule(kind: AnswerKind, tolerance: str, agreement: AgreementKind | None) -> AgreementRule | None:
    """The rule that a row states, or None where it states none.

    A tolerance without a rule is relative for numbers and percentages ("0.05", "5%"), else absolute ("1").

    Raises:
        ValueError: the tolerance is not a number, is negative, is relative and at least 1, is missing where
            the rule needs one, or the kind has no tolerance.
    """
    if agreement == "exact":
        return AgreementRule(kind="exact", tolerance=0)
    if not tolerance:
        if agreement is None:
            return None
        raise ValueError(f"{agreement} agreement needs a tolerance; give one")
    if kind in {"category", "text"}:
        raise ValueError(f"a {kind} answer has no tolerance; leave it empty")
    match = _TOLERANCE.fullmatch(tolerance)
    if match is None:
        raise ValueError("not a tolerance of zero or more, such as 0.05, 5% or 1")
    value = float(match["value"]) / (100 if match["percent"] else 1)
    chosen = agreement or ("relative" if kind == "number" or match["percent"] else "absolute")
    if chosen == "relative" and value >= 1:
        raise ValueError("a relative tolerance must be below 1; write 5% or 0.05 for five per cent")
    if math.isinf(value):
        raise ValueError("the tolerance is too large; it must be a finite number")
    return AgreementRule(kind=chosen, tolerance=value)


def rule_from_limits(label: Answer, lower: Answer, upper: Answer) -> AgreementRule:
    """The rule whose tolerance around `label` is the larger distance to a limit.

    A number's rule is relative (5% where the limits come within rounding of that) unless the label is 0.
    Other kinds are exact when the limits equal the label, else absolute.

    Raises:
        ValueError: limits in descending order, or a label outside its limits.
    """
    value, low, high = _scalar(label), _scalar(lower), _scalar(upper)
    if low > high:
        raise ValueError("the lower limit is above the upper limit; swap them in the source")
    if not low <= value <= high:
        raise ValueError("the label is outside its own limits; correct one of them in the source")
    spread = max(value - low, high - value)
    if not isinstance(label, NumberAnswer):
        return AgreementRule(kind="absolute" if spread else "exact", tolerance=spread)
    if value == 0:
        return AgreementRule(kind="absolute", tolerance=spread) if spread else default_rule("number")
    relative = spread / abs(value)
    if abs(relative - DEFAULT_TOLERANCE) <= _SAME_TOLERANCE:
        relative = DEFAULT_TOLERANCE
    return AgreementRule(kind="relative", tolerance=round(relative, 6))


def limits_from_rule(label: Answer, rule: AgreementRule) -> tuple[Answer, Answer] | None:
    """The lowest and the highest answer that is right where `label` is the truth, whatever its sign.

    None for what has no order: texts, categories, and incomputable. A relative rule has no meaning for a
    date, which is then its own limit. Limits of whole numbers and days are whole.
    """
    match label:
        case NumberAnswer():
            spread = _spread(label.value, rule)
            exact = Fraction(label.value)
            low, high = _finite(exact - spread), _finite(exact + spread)
            return (label.model_copy(update={"value": low}), label.model_copy(update={"value": high}))
        case IntegerAnswer() | DurationAnswer():
            whole = int(_spread(label.value, rule))
            least, most = (label.model_copy(update={"value": label.value + by}) for by in (-whole, whole))
            return least, most
        case DateAnswer():
            days = int(rule.tolerance) if rule.kind == "absolute" else 0
            first, last = dt.date.min.toordinal(), dt.date.max.toordinal()
            bounds = (max(first, label.value.toordinal() - days), min(last, label.value.toordinal() + days))
            low_day, high_day = map(dt.date.fromordinal, bounds)
            return DateAnswer(value=low_day), DateAnswer(value=high_day)
        case _:
            return None


def _spread(value: float, rule: AgreementRule) -> Fraction:
    """How far an answer may be from `value`; exact, so that a whole limit is not lost by rounding."""
    if rule.kind == "exact":
        return Fraction(0)
    tolerance = Fraction(str(rule.tolerance))
    return tolerance * abs(Fraction(value)) if rule.kind == "relative" else tolerance


def _finite(value: Fraction) -> float:
    most = sys.float_info.max
    return float(min(max(value, Fraction(-most)), Fraction(most)))


def _scalar(answer: Answer) -> float:
    if isinstance(answer, DateAnswer):
        return answer.value.toordinal()
    if isinstance(answer, NumberAnswer | IntegerAnswer | DurationAnswer):
        return answer.value
    raise ValueError(f"limits of kind {answer.kind} have no order; leave them empty")

"""When two answers count as the same, and how far apart they are when they do not."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

from answers.model import (
    AgreementRule,
    Answer,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)

FLOAT_SLACK = Fraction(1, 10**12)
"""Part of the larger value by which rounding in binary may exceed a tolerance: 0.95 and 1.0 are 5% apart."""


def agrees(a: Answer, b: Answer, spec: AnswerSpec) -> bool:
    """Whether two answers are the same under the agreement rule of `spec`. Symmetric and reflexive.

    Incomputable agrees only with incomputable, whatever the reasons. Numbers and integers compare as
    numbers; otherwise different kinds never agree. `relative` has no meaning for a date, where it is
    equality; categories and texts are equal or not under every rule. Units are not compared: an answer is
    in the unit of its spec.
    """
    # Most votes are equal, and finding out what kinds they are of takes longer than to compare them.
    return a == b or _same(a, b, spec.agreement, symmetric=True)


def within_tolerance(answer: Answer, truth: Answer, spec: AnswerSpec) -> bool:
    """Whether `answer` is right, where `truth` is known: as `agrees`, but relative to |truth| alone.

    This is how benchmarks state their limits (truth ± 5%). At the edge it is stricter than `agrees` for
    answers above the truth: 105.2 agrees with 100 at 5%, and is not within 5% of it.
    """
    return _same(answer, truth, spec.agreement, symmetric=False)


def _same(a: Answer, b: Answer, rule: AgreementRule, *, symmetric: bool) -> bool:
    if isinstance(a, IncomputableAnswer) or isinstance(b, IncomputableAnswer):
        return a.kind == b.kind
    if _is_number(a) and _is_number(b):
        return _close(_exact(a), _exact(b), rule, symmetric=symmetric)
    if isinstance(a, DurationAnswer) and isinstance(b, DurationAnswer):
        return _close(Fraction(a.value), Fraction(b.value), rule, symmetric=symmetric)
    if isinstance(a, DateAnswer) and isinstance(b, DateAnswer):
        days = abs((a.value - b.value).days)
        return days <= (rule.tolerance if rule.kind == "absolute" else 0)
    return a.kind == b.kind and _folded(a) == _folded(b)


def _close(a: Fraction, b: Fraction, rule: AgreementRule, *, symmetric: bool) -> bool:
    if a == b or rule.kind == "exact":
        return a == b
    difference = abs(a - b)
    largest = max(abs(a), abs(b))
    tolerance = Fraction(rule.tolerance)
    if rule.kind == "relative":
        tolerance *= largest if symmetric else abs(b)
    return difference <= tolerance + FLOAT_SLACK * largest


DisagreementBucket = Literal["same", "relative", "days", "incomputable", "other"]


class Disagreement(NamedTuple):
    """How far apart two answers are. Scores compare within a bucket, not between buckets.

    `relative`: |a − b| / max(|a|, |b|), from 0 to 2 (above 1 when the signs differ); `days`: for dates and
    durations; `incomputable`: exactly one of the two is; `other`: texts, categories or kinds differ. The
    score of `same` is 0, of `incomputable` and `other` 1.
    """

    bucket: DisagreementBucket
    score: float


def disagreement(a: Answer, b: Answer) -> Disagreement:
    """The triage score of two answers (paper of the label-stewardship study, arXiv 2512.19691). Symmetric."""
    if a.kind == b.kind == "incomputable":
        return Disagreement("same", 0.0)
    if a.kind == "incomputable" or b.kind == "incomputable":
        return Disagreement("incomputable", 1.0)
    if _is_number(a) and _is_number(b):
        return _relative_disagreement(_exact(a), _exact(b))
    if isinstance(a, DateAnswer) and isinstance(b, DateAnswer):
        return _days_disagreement(abs((a.value - b.value).days))
    if isinstance(a, DurationAnswer) and isinstance(b, DurationAnswer):
        return _days_disagreement(abs(a.value - b.value))
    if a.kind == b.kind and _folded(a) == _folded(b):
        return Disagreement("same", 0.0)
    return Disagreement("other", 1.0)


def _relative_disagreement(a: Fraction, b: Fraction) -> Disagreement:
    if a == b:
        return Disagreement("same", 0.0)
    return Disagreement("relative", float(abs(a - b) / max(abs(a), abs(b))))


def _days_disagreement(days: int) -> Disagreement:
    return Disagreement("days", float(days)) if days else Disagreement("same", 0.0)


def magnitude(answer: Answer) -> float | None:
    """The size of a number, an integer or a duration (in days).

    None for what has none (a date, whose zero is a convention, a category, a text, incomputable), and for an
    integer that is too large for a float.
    """
    if not isinstance(answer, NumberAnswer | IntegerAnswer | DurationAnswer):
        return None
    try:
        return float(answer.value)
    except OverflowError:
        return None


def _is_number(answer: Answer) -> bool:
    return isinstance(answer, NumberAnswer | IntegerAnswer)


def _exact(answer: Answer) -> Fraction:
    """The value without rounding, so that no size of integer or float can overflow a comparison."""
    assert isinstance(answer, NumberAnswer | IntegerAnswer)
    return Fraction(answer.value)


def _folded(answer: Answer) -> str:
    assert isinstance(answer, CategoryAnswer | TextAnswer)
    text = " ".join(answer.value.split())
    return text.casefold() if isinstance(answer, CategoryAnswer) else text

"""Which readings of an instance give its label."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from answers.agreement import agrees
from answers.model import Answer, AnswerSpec, DurationAnswer, IntegerAnswer, NumberAnswer
from calculators.model import Calculator
from calculators.readings import Reading

_ROUNDING = 0.001
"""Part of a value by which two computations of it differ when intermediate results and conversion factors are
rounded, as benchmarks round them."""


@dataclass(frozen=True, slots=True)
class Case:
    """A label with the readings of its instance."""

    source_id: str
    calculator: Calculator
    spec: AnswerSpec
    label: Answer
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A case with the readings that give its label."""

    case: Case
    fits: tuple[Reading, ...]

    def options(self, question: str) -> frozenset[str]:
        """The options of a convention that give the label; none where the label does not hang on it."""
        found = frozenset(fit.options.get(question, "") for fit in self.fits)
        return frozenset() if "" in found else found


def fitting(case: Case) -> tuple[Reading, ...]:
    """The readings whose answer agrees with the label; of these only those that give it up to rounding, if
    any do, because a tolerance must not hide which factor was taken.
    """
    found = tuple(r for r in case.readings if agrees(r.answer, case.label, case.spec))
    exact = tuple(r for r in found if _up_to_rounding(r.answer, case.label))
    return exact or found


def _up_to_rounding(answer: Answer, label: Answer) -> bool:
    """Whether two answers differ by half of the label's last digit, or by _ROUNDING, at most."""
    numbers = (NumberAnswer, IntegerAnswer, DurationAnswer)
    if not isinstance(label, numbers) or not isinstance(answer, numbers):
        return answer == label or answer.kind == label.kind == "incomputable"
    exact = Decimal(repr(label.value))
    exponent = exact.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "an answer is a finite number"
    allowed = max(Decimal(1).scaleb(min(exponent, 0)) / 2, abs(exact) * Decimal(repr(_ROUNDING)))
    return abs(Decimal(repr(answer.value)) - exact) <= allowed

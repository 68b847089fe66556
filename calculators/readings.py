"""The ways in which an instance can be answered: one for each option of what its question leaves open."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from answers.model import Answer, IncomputableAnswer
from calculators.evaluate import evaluate
from calculators.model import Calculator, Derivation, InputSpec, InputValue


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to answer an instance.

    Args:
        options: convention → option, for the conventions that the question leaves open; none where the
            reading is that no answer can be computed without what is missing.
        answer: what follows.
        missing: the inputs of which nothing is said and which could change the answer. Where the answer is
            computed, each counts as absent.
        steps: name of each step of the formula → its value.
    """

    options: Mapping[str, str]
    answer: Answer
    missing: frozenset[str] = frozenset()
    steps: tuple[tuple[str, object], ...] = ()

    @property
    def gives_up(self) -> bool:
        """Whether this is the reading that what is missing makes the answer incomputable."""
        return not self.options and bool(self.missing) and isinstance(self.answer, IncomputableAnswer)


def readings(
    calculator: Calculator, inputs: Sequence[InputValue], fixed: Mapping[str, str]
) -> tuple[Reading, ...]:
    """Every reading of one set of inputs.

    Args:
        calculator: what the question asks for.
        inputs: what is said of each input; one that is left out is not mentioned.
        fixed: convention → option, for those that the question states.

    Returns:
        A reading for each combination of options of the open conventions, in which what is missing counts as
        absent; and, where something is missing that could change the answer, that it is incomputable.

    Raises:
        InvalidInput: as `evaluate` does.
    """
    said = [value for value in inputs if value.status != "not_mentioned"]
    known = {value.name for value in said}
    unsaid = [spec for spec in calculator.inputs if spec.name not in known and can_count_as_absent(spec)]
    taken = [*said, *(InputValue(name=spec.name, status="absent") for spec in unsaid)]
    chosen = list(_choices(calculator, fixed))
    missing = frozenset(
        spec.name for spec in unsaid if any(_matters(calculator, spec, taken, options) for options in chosen)
    )
    found = [_reading(evaluate(calculator, taken, options), fixed, missing) for options in chosen]
    if missing:
        found.append(Reading({}, IncomputableAnswer(missing=tuple(sorted(missing))), missing))
    return tuple(found)


def can_count_as_absent(spec: InputSpec) -> bool:
    """Whether a question is left open by saying nothing of an input.

    A finding may be there or not. A measurement that has no usual value either is needed or is one of
    several that would do.
    """
    return spec.kind == "boolean" or spec.default is not None or _is_trait(spec)


def _is_trait(spec: InputSpec) -> bool:
    return spec.kind == "category" and spec.absent == "optional"


def _choices(calculator: Calculator, fixed: Mapping[str, str]) -> Iterator[dict[str, str]]:
    open_ones = [convention for convention in calculator.conventions if convention.id not in fixed]
    names = [convention.id for convention in open_ones]
    for options in itertools.product(*(convention.options for convention in open_ones)):
        yield {**fixed, **dict(zip(names, options, strict=True))}


def _matters(
    calculator: Calculator, spec: InputSpec, taken: Sequence[InputValue], options: Mapping[str, str]
) -> bool:
    """Whether the answer could be another one if the input were known."""
    rest = [value for value in taken if value.name != spec.name]
    unknown = InputValue(name=spec.name, status="unclear")
    derivation = evaluate(calculator, [*rest, unknown], options)
    return spec.name in derivation.unclear


def _reading(derivation: Derivation, fixed: Mapping[str, str], missing: frozenset[str]) -> Reading:
    options = {name: option for name, option in derivation.conventions.items() if name not in fixed}
    steps = tuple((step.name, step.value) for step in derivation.steps)
    return Reading(options, derivation.answer, missing, steps)

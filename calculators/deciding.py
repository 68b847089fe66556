"""Which of the inputs that cannot be told could change the answer: only those keep a reader from voting."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from calculators.evaluate import evaluate
from calculators.model import Calculator, InputSpec, InputValue, Scalar
from calculators.normalise import InvalidInput

_POINTS = 7
_MOST_TRIALS = 64


def deciding(
    calculator: Calculator,
    inputs: Sequence[InputValue],
    unclear: Collection[str],
    conventions: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """The unclear inputs that stand between these inputs and an answer, in the calculator's order.

    Empty where every value that they could have gives the answer that `evaluate` gives without them, and
    where the answer is incomputable whatever they are, because something else is missing.

    Args:
        calculator: what is computed.
        inputs: everything that was read; an unclear input is not among those that are present.
        unclear: names of inputs whose value cannot be told.
        conventions: as for `evaluate`.
    """
    names = tuple(spec.name for spec in calculator.inputs if spec.name in unclear)
    if not names:
        return ()
    unknown = replace(
        calculator,
        inputs=tuple(replace(s, absent="required") if s.name in names else s for s in calculator.inputs),
    )
    known = [value for value in inputs if value.name not in names]
    try:
        whatever = evaluate(unknown, known, conventions).answer
        if whatever.kind == "incomputable":
            return () if _hopeless(calculator, known, names, conventions) else names
        return () if whatever == evaluate(calculator, known, conventions).answer else names
    except InvalidInput:
        return names


def _hopeless(
    calculator: Calculator,
    known: Sequence[InputValue],
    names: Sequence[str],
    conventions: Mapping[str, str] | None,
) -> bool:
    """Whether the answer stays incomputable for every value that the unclear inputs are tried with."""
    options = [_trial_values(calculator.input(name)) for name in names]
    if not 0 < math.prod(map(len, options)) <= _MOST_TRIALS:
        return False
    for values in itertools.product(*options):
        tried = (_given(calculator.input(n), value) for n, value in zip(names, values, strict=True))
        if evaluate(calculator, [*known, *tried], conventions).answer.kind != "incomputable":
            return False
    return True


def _given(spec: InputSpec, value: Scalar) -> InputValue:
    if value is False:
        return InputValue(name=spec.name, status="absent")
    return InputValue(name=spec.name, status="present", value=value, unit=spec.unit)


def _trial_values(spec: InputSpec) -> tuple[Scalar, ...]:
    """A few values over the whole range of an input; none for a date."""
    if spec.kind == "boolean":
        return (False, True)
    if spec.kind == "category":
        return spec.allowed
    if spec.kind == "date" or spec.plausible is None:
        return ()
    low, high = spec.plausible
    return tuple(low + (high - low) * index / (_POINTS - 1) for index in range(_POINTS))

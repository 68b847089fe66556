"""Runs a calculator on inputs as they were read: normalise, apply the absent policies, compute, explain."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from answers.agreement import agrees
from answers.model import (
    Answer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from calculators.conventions import in_force
from calculators.model import (
    Calculator,
    Convention,
    Derivation,
    InputSpec,
    InputValue,
    NormalisedInput,
    NotComputable,
    Scalar,
    Steps,
    Values,
)
from calculators.normalise import InvalidInput, normalise
from calculators.points import PointSum
from calculators.ranges import Compute, Interval, Result, Unknown, anything, ends_of, next_to, possible

Given = InputValue | Scalar | tuple[float, str] | None
"""How a caller in code may write an input: a value in the canonical unit, (value, unit), or None."""


def evaluate(
    calculator: Calculator,
    inputs: Sequence[InputValue] | Mapping[str, Given],
    conventions: Mapping[str, str] | None = None,
) -> Derivation:
    """Compute a calculator's answer with every step.

    Args:
        calculator: what to compute.
        inputs: each at most once; an input that is left out counts as not mentioned. A mapping goes from
            input name to a value in the canonical unit, (value, unit), None or an InputValue.
        conventions: convention id → option; a convention that is left out takes its default, and one
            without a default its first option, which a note says.

    Returns:
        The derivation. Its answer is incomputable where a required input is missing, or any input censored
        or unclear, and could change the answer, or where the formula has no value; the reason then gives the
        range of what is possible. `alternatives` lists each convention whose options disagree under the
        calculator's agreement rule.

    Raises:
        InvalidInput: an unknown or repeated input, an unknown category, a value of another kind, a unit
            that is unknown or does not fit.
        ValueError: an unknown convention or option; the message names those that exist.
    """
    chosen = _chosen_conventions(calculator, conventions or {})
    given = _by_name(calculator, inputs)
    prepared = _Prepared(notes=_open_conventions(calculator, conventions or {}))
    for spec in calculator.inputs:
        _prepare(calculator, spec, given.get(spec.name), prepared)
    _note_times(given.values(), prepared.notes)
    _note_applicability(calculator, prepared)
    answer, steps = _answer(calculator, prepared, chosen)
    alternatives = {c.id: _options(calculator, c, prepared, chosen, answer) for c in calculator.conventions}
    return Derivation(
        method="calculator",
        calculator=calculator.id,
        version=calculator.version,
        inputs=tuple(given[spec.name] for spec in calculator.inputs if spec.name in given),
        normalised=prepared.normalised(calculator),
        conventions=chosen,
        alternatives={key: options for key, options in alternatives.items() if options},
        steps=steps,
        answer=answer,
        unclear=_unclear(calculator, prepared, chosen, answer),
        notes=tuple(prepared.notes),
    )


@dataclass
class _Prepared:
    """Inputs ready for the formula, and what is unknown: the inputs and what they could be."""

    values: dict[str, Scalar | None] = field(default_factory=dict)
    unknown: dict[str, Unknown] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """Input → why it is unknown."""
    unclear: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def normalised(self, calculator: Calculator) -> tuple[NormalisedInput, ...]:
        return tuple(
            NormalisedInput(name=spec.name, value=value, unit=spec.unit)
            for spec in calculator.inputs
            if (value := self.values.get(spec.name)) is not None
        )


def _chosen_conventions(calculator: Calculator, conventions: Mapping[str, str]) -> dict[str, str]:
    known = {convention.id: convention for convention in calculator.conventions}
    for key, option in conventions.items():
        if key not in known:
            raise ValueError(f"{calculator.id} has no convention {key!r}; it has {sorted(known)}")
        if option not in known[key].options:
            options = sorted(known[key].options)
            raise ValueError(
                f"{calculator.id}: convention {key!r} has no option {option!r}; it has {options}"
            )
    return in_force(calculator, conventions)


def _open_conventions(calculator: Calculator, conventions: Mapping[str, str]) -> list[str]:
    return [
        f"convention {c.id!r} is open; shown under {next(iter(c.options))!r}"
        for c in calculator.conventions
        if c.default is None and c.id not in conventions
    ]


def _as_input(name: str, given: Given, unit: str | None) -> InputValue:
    if isinstance(given, InputValue):
        return given
    if given is None:
        return InputValue(name=name, status="not_mentioned")
    if given is False:
        return InputValue(name=name, status="absent")
    if isinstance(given, tuple):
        return InputValue(name=name, status="present", value=float(given[0]), unit=given[1])
    return InputValue(name=name, status="present", value=given, unit=unit)


def _by_name(
    calculator: Calculator, inputs: Sequence[InputValue] | Mapping[str, Given]
) -> dict[str, InputValue]:
    units = {spec.name: spec.unit for spec in calculator.inputs}
    values: Iterable[InputValue] = (
        [_as_input(name, given, units.get(name)) for name, given in inputs.items()]
        if isinstance(inputs, Mapping)
        else inputs
    )
    found: dict[str, InputValue] = {}
    for value in values:
        if value.name not in units:
            raise InvalidInput(calculator.id, value.name, value.value, f"no such input; it has {list(units)}")
        if value.name in found:
            raise InvalidInput(calculator.id, value.name, value.value, "given twice; keep one time point")
        found[value.name] = value
    return found


def _prepare(calculator: Calculator, spec: InputSpec, given: InputValue | None, prepared: _Prepared) -> None:
    """Put one input among the values or among the unknown."""
    if given is None or given.status in ("absent", "not_mentioned"):
        stated = given is not None and given.status == "absent"
        _prepare_missing(spec, stated=stated, prepared=prepared)
    elif given.status == "unclear":
        _leave_open(spec, anything(spec), "cannot be told", prepared)
        prepared.unclear.append(spec.name)
        if given.doubt is not None:
            prepared.reasons[spec.name] = given.doubt
    elif given.value is None:
        raise InvalidInput(calculator.id, spec.name, None, "present, but without a value")
    else:
        _prepare_present(calculator, spec, given, given.value, prepared)


def _prepare_present(
    calculator: Calculator, spec: InputSpec, given: InputValue, value: Scalar, prepared: _Prepared
) -> None:
    normal, notes = normalise(calculator.id, spec, value, given.unit)
    prepared.notes.extend(notes)
    if isinstance(normal, float) and not math.isfinite(normal):
        _leave_open(spec, None, "is not a finite number", prepared)
    elif given.bound is not None and isinstance(normal, float):
        why = f"is censored ({given.bound}{given.value} {given.unit or ''})"
        _leave_open(spec, _within_bound(spec, given.bound, normal), why, prepared)
    else:
        prepared.values[spec.name] = normal


def _prepare_missing(spec: InputSpec, *, stated: bool, prepared: _Prepared) -> None:
    absent = False if spec.kind == "boolean" else spec.default
    if absent is not None and (stated or spec.absent == "assume_absent"):
        prepared.values[spec.name] = absent
        if not stated:
            taken = "absent" if absent is False else absent
            prepared.notes.append(f"{spec.label}: not mentioned, taken as {taken}")
    elif spec.absent == "required":
        _leave_open(spec, anything(spec), "is missing", prepared)
    else:
        prepared.values[spec.name] = spec.default


def _leave_open(spec: InputSpec, what: Unknown, why: str, prepared: _Prepared) -> None:
    prepared.unknown[spec.name] = what
    prepared.reasons[spec.name] = f"{spec.label} {why}"


def _within_bound(spec: InputSpec, bound: str, limit: float) -> Unknown:
    """The plausible values on the allowed side; None where there are none."""
    if spec.plausible is None:
        return None
    below = bound in ("<", "<=")
    edge = limit if bound in ("<=", ">=") else next_to(limit, -1 if below else 1)
    low, high = (spec.plausible[0], edge) if below else (edge, spec.plausible[1])
    return Interval(low, high) if low < high else None


def _note_times(given: Iterable[InputValue], notes: list[str]) -> None:
    times = sorted({value.time for value in given if value.status == "present" and value.time})
    if len(times) > 1:
        notes.append(f"inputs come from different times: {', '.join(times)}")


def _note_applicability(calculator: Calculator, prepared: _Prepared) -> None:
    for name, (low, high) in calculator.made_for.items():
        value = prepared.values.get(name)
        if isinstance(value, float) and not low <= value <= high:
            spec = calculator.input(name)
            prepared.notes.append(
                f"{calculator.name} was not made for {spec.label} {value:g} {spec.unit}: "
                f"it needs {low:g} to {high:g}; check that it applies"
            )


def _answer(calculator: Calculator, prepared: _Prepared, conventions: Mapping[str, str]) -> Result:
    answer = _computing(calculator, conventions)
    if not prepared.unknown and not isinstance(calculator.formula, PointSum):
        return answer(prepared.values)
    found = possible(calculator, prepared.values, prepared.unknown, conventions, answer)
    while found.needed:
        for name in found.needed:
            del prepared.values[name]
            _leave_open(calculator.input(name), anything(calculator.input(name)), "is missing", prepared)
        found = possible(calculator, prepared.values, prepared.unknown, conventions, answer)
    reasons = "; ".join(prepared.reasons[name] for name in found.open or prepared.unknown)
    if found.only is None:
        unit = f" {calculator.answer.unit}" if calculator.answer.unit else ""
        span = f"; the answer could be {found.low:g} to {found.high:g}{unit}" if found.low is not None else ""
        return IncomputableAnswer(reason=reasons + span, missing=found.open), ()
    note = f"{reasons}, which cannot change the answer"
    if reasons and note not in prepared.notes:
        prepared.notes.append(note)
    return found.only


def _unclear(
    calculator: Calculator, prepared: _Prepared, conventions: Mapping[str, str], answer: Answer
) -> tuple[str, ...]:
    """The inputs that could not be told and keep the answer open; none where a missing one does anyway."""
    missing = answer.missing if isinstance(answer, IncomputableAnswer) else ()
    unclear = tuple(name for name in prepared.unclear if name in missing)
    absent = {name: what for name, what in prepared.unknown.items() if name not in prepared.unclear}
    ends = {name: ends_of(prepared.unknown[name]) for name in prepared.unclear}
    if not unclear or absent.keys().isdisjoint(missing) or not all(ends.values()):
        return unclear

    answers = _computing(calculator, conventions)
    for place in (0, -1):
        told = {name: values[place] for name, values in ends.items()}
        if possible(calculator, {**prepared.values, **told}, absent, conventions, answers).only is not None:
            return unclear
    return ()


def _computing(calculator: Calculator, conventions: Mapping[str, str]) -> Compute:
    """The formula under these conventions, as a function of complete values."""
    return lambda values: compute(calculator, values, conventions)


def compute(
    calculator: Calculator,
    values: Mapping[str, Scalar | None],
    conventions: Mapping[str, str],
    steps: Steps | None = None,
) -> Result:
    """The formula on complete, normalised values.

    Args:
        calculator: what to compute.
        values: every input of the calculator; None for an optional one that is not given.
        conventions: every convention of the calculator with its option.
        steps: collects the steps, and may hand others on than it was given.
    """
    steps = Steps() if steps is None else steps
    try:
        result = calculator.formula(Values(values, conventions), steps)
        answer = _typed(calculator, result)
    except NotComputable as error:
        answer = IncomputableAnswer(reason=error.reason, missing=error.missing)
    except ZeroDivisionError:
        answer = IncomputableAnswer(reason="the formula divides by zero for these inputs")
    except (OverflowError, ValueError):
        answer = IncomputableAnswer(reason="the formula has no value for these inputs")
    return answer, steps.collected()


def _typed(calculator: Calculator, result: float | int | dt.date) -> Answer:
    kind = calculator.answer.kind
    if kind == "date" and isinstance(result, dt.date):
        return DateAnswer(value=result)
    if kind in ("integer", "duration") and isinstance(result, int):
        return IntegerAnswer(value=result) if kind == "integer" else DurationAnswer(value=result)
    if kind == "number" and isinstance(result, int | float):
        if not math.isfinite(result):
            raise ValueError("the result is not finite")
        # ten decimals keep all that a measurement can say and drop the residue of binary subtraction; + 0.0
        # takes the sign from a zero
        return NumberAnswer(value=round(float(result), 10) + 0.0, unit=calculator.answer.unit)
    raise TypeError(f"{calculator.id}: the formula returned {result!r}, which is no answer of kind {kind}")


def _options(
    calculator: Calculator,
    convention: Convention,
    prepared: _Prepared,
    chosen: Mapping[str, str],
    answer: Answer,
) -> dict[str, Answer]:
    """Every option's answer, or nothing where all agree."""
    answers = {
        option: answer
        if option == chosen[convention.id]
        else _answer(calculator, prepared, {**chosen, convention.id: option})[0]
        for option in convention.options
    }
    pairs = itertools.combinations(answers.values(), 2)
    return {} if all(agrees(a, b, calculator.answer) for a, b in pairs) else answers

"""Every calculator, found in calculators/clinical/ and checked once at import."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from calculators import clinical
from calculators.model import Calculator, Convention, InputSpec
from calculators.normalise import UNITLESS
from calculators.points import Bands, Choice, Criterion, PointSum
from calculators.units import UnitError, convert


def all_calculators() -> tuple[Calculator, ...]:
    """Every registered calculator, in the order of their ids."""
    return _ALL


def all_conventions() -> tuple[Convention, ...]:
    """Every convention of the registered calculators once, in the order of their ids."""
    return _CONVENTIONS


def get(calculator_id: str) -> Calculator:
    """One calculator. Raises KeyError with the ids that exist."""
    try:
        return _BY_ID[calculator_id]
    except KeyError:
        raise KeyError(f"no calculator {calculator_id!r}; there are {sorted(_BY_ID)}") from None


def find(calculator_id: str) -> Calculator | None:
    """One calculator; None where none has this id."""
    return _BY_ID.get(calculator_id)


def for_medcalc_id(medcalc_id: int) -> Calculator | None:
    """The calculator of a MedCalc-Bench calculator id; None where none is registered."""
    return _BY_MEDCALC_ID.get(medcalc_id)


@lru_cache(maxsize=4096)
def match_question(question: str) -> Calculator | None:
    """The one calculator that a question asks for; None where no pattern matches or several do."""
    folded = " ".join(question.split())
    found = [c for c, patterns in _PATTERNS if any(pattern.search(folded) for pattern in patterns)]
    return found[0] if len(found) == 1 else None


def check(calculators: Iterable[Calculator]) -> None:
    """Raise ValueError for a calculator that contradicts itself or another one."""
    calculators = tuple(calculators)
    _check_unique([c.id for c in calculators], "calculator id")
    _check_unique([c.medcalc_id for c in calculators if c.medcalc_id is not None], "MedCalc-Bench id")
    for calculator in calculators:
        _check_unique([spec.name for spec in calculator.inputs], f"input name of {calculator.id}")
        for part, problem in _problems(calculator):
            raise ValueError(f"{calculator.id}: {part} {problem}")
    _conventions(calculators)


def _problems(calculator: Calculator) -> Iterator[tuple[str, str]]:
    """(part, what is wrong with it) for every part that contradicts itself or another."""
    checked = [(f"input {spec.name!r}", _input_problem(spec)) for spec in calculator.inputs]
    checked += [
        ("made_for", None if calculator.input(name).kind == "quantity" else f"names {name!r}, no quantity")
        for name in calculator.made_for
    ]
    checked += [(f"convention {c.id!r}", _convention_problem(c)) for c in calculator.conventions]
    if isinstance(calculator.formula, PointSum):
        checked += [
            (f"criterion {criterion.name!r}", _criterion_problem(calculator, criterion))
            for criterion in calculator.formula.criteria
        ]
    return ((part, problem) for part, problem in checked if problem)


def _check_unique(keys: Sequence[str | int], what: str) -> None:
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise ValueError(f"{what} used twice: {repeated}")


def _input_problem(spec: InputSpec) -> str | None:
    if spec.absent == "assume_absent" and spec.kind != "boolean" and spec.default is None:
        return "is assumed absent, but no default says what that is"
    if spec.kind == "category":
        if spec.default is not None and spec.default not in spec.allowed:
            return f"has a default that is none of its options: {spec.default!r}"
        return None if spec.allowed else "is a category without options"
    if spec.kind != "quantity":
        return None
    if spec.unit is None:
        return f"is a quantity without a unit; a number that has none has the unit {UNITLESS!r}"
    if spec.plausible is not None and not spec.plausible[0] < spec.plausible[1]:
        return f"has an empty plausible range {spec.plausible}"
    try:
        for unit in (spec.unit, *spec.units):
            convert(1.0, unit, spec.unit, spec.substance)
    except (UnitError, KeyError) as error:
        return f"has a unit that cannot be used: {error}"
    return None


def _criterion_problem(calculator: Calculator, criterion: Criterion) -> str | None:
    strange = [spec.name for spec in criterion.inputs if spec not in calculator.inputs]
    if strange:
        return f"reads what is not declared so: {strange}"
    if isinstance(criterion, Bands):
        limits = [limit for _, limit, _ in criterion.bands]
        return None if limits == sorted(limits) else "has bands out of order"
    if isinstance(criterion, Choice):
        given = sorted(option for option, _ in criterion.points)
        return None if given == sorted(criterion.category.allowed) else "does not score each option once"
    return None


def _conventions(calculators: Iterable[Calculator]) -> tuple[Convention, ...]:
    """Every convention once. Raises ValueError where two calculators mean different things by one id."""
    found: dict[str, Convention] = {}
    for calculator in calculators:
        for convention in calculator.conventions:
            if found.setdefault(convention.id, convention) != convention:
                raise ValueError(f"{calculator.id}: convention {convention.id!r} is another one elsewhere")
    return tuple(found[key] for key in sorted(found))


def _convention_problem(convention: Convention) -> str | None:
    options = set(convention.options)
    if len(options) < 2:
        return "leaves no choice"
    if convention.default is not None and convention.default not in options:
        return f"has a default that is none of its options: {convention.default!r}"
    strange = set(convention.stated_by) - options
    return f"has patterns for what is none of its options: {sorted(strange)}" if strange else None


def discover() -> tuple[Calculator, ...]:
    """Import every module of calculators/clinical/ and return its calculators, checked, in order of ids.

    Raises:
        ValueError: calculators contradict themselves or each other.
    """
    found: dict[int, Calculator] = {}
    for module in pkgutil.iter_modules(clinical.__path__, f"{clinical.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        found.update({id(member): member for member in members if isinstance(member, Calculator)})
    calculators = tuple(sorted(found.values(), key=lambda calculator: calculator.id))
    check(calculators)
    return calculators


_ALL = discover()
_CONVENTIONS = _conventions(_ALL)
_BY_ID = {calculator.id: calculator for calculator in _ALL}
_BY_MEDCALC_ID = {c.medcalc_id: c for c in _ALL if c.medcalc_id is not None}
_PATTERNS = tuple(
    (c, tuple(re.compile(pattern, re.IGNORECASE) for pattern in c.question_patterns)) for c in _ALL
)

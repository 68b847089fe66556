"""What was computed otherwise: a step, a coefficient, a category, a convention."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from calculators.mistakes.case import Case, Change, instead, numeric
from calculators.points import PointSum, Rule

_OTHERWISE: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("left out", lambda value: 0),
    ("with the opposite sign", lambda value: -value),
    ("taken twice", lambda value: 2 * value),
)


def steps_of_another(case: Case) -> Iterator[Change]:
    """One intermediate result as it would be for another category: a coefficient of the other sex."""
    if case.is_score:
        return
    right = numeric(case.steps)
    for spec in case.calculator.inputs:
        for option in spec.allowed if spec.kind == "category" else ():
            _, steps = case.compute(Change("logic", option, {spec.name: option}))
            for step, value in numeric(steps).items():
                if value != right.get(step):
                    what = f"{step!r} as for {spec.label} {option}"
                    yield Change("logic", what, steps=instead(step, value))


def steps_done_otherwise(case: Case) -> Iterator[Change]:
    """An intermediate result left out, taken twice or with the opposite sign."""
    if not case.is_score:
        for step in case.intermediate:
            for how, change in _OTHERWISE:
                yield Change("logic", f"{step!r} {how}", steps={step: change})


def other_inputs(case: Case) -> Iterator[Change]:
    """Another category, a finding the other way round, an optional value that is not used.

    Of a score only what a rule reads: points of findings and categories are changed as points.
    """
    formula = case.calculator.formula
    criteria = formula.criteria if isinstance(formula, PointSum) else ()
    read = {spec.name for rule in criteria if isinstance(rule, Rule) for spec in rule.inputs}
    for spec in case.calculator.inputs:
        if case.is_score and spec.name not in read:
            continue
        value = case.values[spec.name]
        if spec.kind == "category":
            for option in spec.allowed:
                if option != value:
                    yield Change("logic", f"{spec.label} taken as {option}", {spec.name: option})
        elif spec.kind == "boolean":
            word = "absent" if value else "present"
            yield Change("logic", f"{spec.label} taken as {word}", {spec.name: not value})
        elif spec.absent == "optional" and value is not None and value != spec.default:
            yield Change("logic", f"{spec.label} not used", {spec.name: spec.default})


def other_conventions(case: Case) -> Iterator[Change]:
    """Another option of a convention that the question or the audit has settled."""
    for convention in case.calculator.conventions:
        for option in convention.options:
            if convention.id in case.settled and option != case.conventions[convention.id]:
                what = f"convention {convention.id}={option}, which does not hold here"
                yield Change("logic", what, conventions={convention.id: option})

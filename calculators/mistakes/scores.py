"""What was counted otherwise in a point score."""

from __future__ import annotations

from collections.abc import Iterator

from calculators.mistakes.case import Case, Cause, Change, instead, numeric
from calculators.model import InputKind
from calculators.points import Bands, Choice, Criterion, Finding, NoFinding, PointSum

_MOST_POINTS = 50
"""A quantity of this size, or one that is no whole number, is not taken for points."""

_MET_BY = {"boolean": "finding", "category": "category", "quantity": "measurement"}
"""Kind of an input → what a criterion that reads only such inputs is met by."""


def criteria_missing(case: Case) -> Iterator[Change]:
    """Criteria left out, alone or all of a kind, or counted with fewer points."""
    for criterion, points in _awarded(case):
        for other in _other_points(criterion, points):
            if abs(other) < abs(points):
                yield _counted("missing_criterion", criterion, points, other)
    met: dict[InputKind, list[str]] = {}
    for criterion, points in _awarded(case):
        kinds = {spec.kind for spec in criterion.inputs}
        if points and len(kinds) == 1:
            met.setdefault(kinds.pop(), []).append(criterion.name)
    for kind, names in met.items():
        if len(names) > 1 and kind in _MET_BY:
            what = f"no {_MET_BY[kind]} counted"
            yield Change("missing_criterion", what, steps=dict.fromkeys(names, _none))


def criteria_miscounted(case: Case) -> Iterator[Change]:
    """Criteria counted although they are not met, twice, with more points, or with a value for points."""
    for criterion, points in _awarded(case):
        for other in _other_points(criterion, points):
            if abs(other) >= abs(points):
                yield _counted("logic", criterion, points, other)
        value = case.values[criterion.inputs[0].name]
        if len(criterion.inputs) == 1 and isinstance(value, float) and value in range(_MOST_POINTS):
            what = f"{criterion.name!r} counted with its value in place of its points"
            yield Change("logic", what, steps=instead(criterion.name, value))


def _awarded(case: Case) -> Iterator[tuple[Criterion, float]]:
    """The criteria of a score with their points; none for another formula."""
    formula = case.calculator.formula
    points = numeric(case.steps)
    if isinstance(formula, PointSum):
        yield from ((criterion, points.get(criterion.name, 0.0)) for criterion in formula.criteria)


def _other_points(criterion: Criterion, points: float) -> list[float]:
    others = {0.0, points, points + 1, 2 * points} | ({points - 1} if points > 1 else set())
    match criterion:
        case Finding() | NoFinding():
            others.add(criterion.points)
        case Bands():
            others |= {points for _, _, points in criterion.bands} | {criterion.otherwise}
        case Choice():
            others |= {points for _, points in criterion.points}
    return sorted(others)


def _counted(cause: Cause, criterion: Criterion, points: float, other: float) -> Change:
    name = criterion.name
    if other == 0:
        what = f"{name!r} left out"
    elif other == 2 * points:
        what = f"{name!r} counted twice"
    else:
        what = f"{name!r} counted with {other:g}"
    return Change(cause, what, steps=instead(name, other), left_out=other == 0)


def _none(points: float) -> float:
    return 0

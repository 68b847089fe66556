"""Which answers are possible while inputs are unknown: one, which then stands, or a range.

A point score is taken apart into its criteria: those that share an unknown input are tried together, at every
value at which their points can change, and the ranges add up. Other formulas are tried at close points
between the plausible limits of what is unknown.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from answers.model import Answer, IntegerAnswer, NumberAnswer
from calculators.model import Calculator, NotComputable, Scalar, Step, Values
from calculators.points import Criterion, PointSum

_PROBE_POINTS = 61
_MOST_TRIALS = 400
_MOST_TRIALS_OF_CRITERIA = 20_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A quantity that lies between two values, both possible."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Options:
    """One of a closed set: a finding or a category."""

    values: tuple[Scalar, ...]


Unknown = Interval | Options | None
"""What an unknown input could be; None where nothing is known of it: a date, a bound beyond the plausible."""

Result = tuple[Answer, tuple[Step, ...]]
Compute = Callable[[Mapping[str, Scalar | None]], Result]


@dataclass(frozen=True, slots=True)
class Possible:
    """What could come out.

    Args:
        only: the one answer with its steps, where no unknown input can change it.
        low: the smallest possible number, where all were computed.
        high: the largest.
        open: the unknown inputs that can change the answer, as far as that can be told.
    """

    only: Result | None = None
    low: float | None = None
    high: float | None = None
    open: tuple[str, ...] = ()


def possible(
    calculator: Calculator,
    known: Mapping[str, Scalar | None],
    unknown: Mapping[str, Unknown],
    conventions: Mapping[str, str],
    compute: Compute,
) -> Possible:
    """Try what the unknown inputs could be.

    Args:
        calculator: the formula.
        known: input → value, for every other input.
        unknown: input → what it could be; at least one.
        conventions: every convention of the calculator with the option to take.
        compute: the answer for complete inputs.
    """
    if isinstance(calculator.formula, PointSum):
        return _of_points(calculator.formula, known, unknown, conventions, compute)
    return _by_trial(known, unknown, compute)


def _by_trial(
    known: Mapping[str, Scalar | None], unknown: Mapping[str, Unknown], compute: Compute
) -> Possible:
    candidates = {name: _grid(what) for name, what in unknown.items()}
    count = math.prod(len(values) for values in candidates.values())
    exhaustive = 0 < count <= _MOST_TRIALS
    if not exhaustive:
        candidates = {name: _ends(values) for name, values in candidates.items()}
    results = [compute({**known, **chosen}) for chosen in _combinations(candidates, _MOST_TRIALS)]
    if not results:
        return Possible(open=tuple(unknown))
    answers = [answer for answer, _ in results]
    if exhaustive and answers[0].kind != "incomputable" and all(answer == answers[0] for answer in answers):
        return Possible(only=results[0])
    numbers = [answer.value for answer in answers if isinstance(answer, NumberAnswer | IntegerAnswer)]
    if len(numbers) < len(answers):
        return Possible(open=tuple(unknown))
    return Possible(low=min(numbers), high=max(numbers), open=tuple(unknown))


def _of_points(
    formula: PointSum,
    known: Mapping[str, Scalar | None],
    unknown: Mapping[str, Unknown],
    conventions: Mapping[str, str],
    compute: Compute,
) -> Possible:
    low = high = 0.0
    settled: dict[str, Scalar] = {}
    undecided: list[str] = []
    ranged = True
    for criteria in _components(formula.criteria, unknown):
        names = _unknown_of(criteria, unknown)
        found = _points_of(criteria, known, {name: unknown[name] for name in names}, conventions)
        if found is None:
            ranged = False
            undecided += names
            continue
        ranged = ranged and found.exhaustive
        low, high = low + found.low, high + found.high
        settled |= found.example
        if found.low < found.high or not found.exhaustive:
            undecided += [name for name in names if found.moved_by(name)]
    if not undecided:
        return Possible(only=compute({**known, **settled}))
    bounds = (low, high) if ranged else (None, None)
    return Possible(low=bounds[0], high=bounds[1], open=tuple(name for name in unknown if name in undecided))


@dataclass(frozen=True, slots=True)
class _Trials:
    """The points of some criteria for everything that their unknown inputs were tried at."""

    points: Mapping[tuple[Scalar, ...], float]
    names: tuple[str, ...]
    exhaustive: bool

    @property
    def low(self) -> float:
        return min(self.points.values())

    @property
    def high(self) -> float:
        return max(self.points.values())

    @property
    def example(self) -> dict[str, Scalar]:
        return dict(zip(self.names, next(iter(self.points)), strict=True))

    def moved_by(self, name: str) -> bool:
        """Whether the points change with this input while the others stay."""
        if not self.exhaustive:
            return True
        at = self.names.index(name)
        others = {key: (*key[:at], *key[at + 1 :]) for key in self.points}
        first: dict[tuple[Scalar, ...], float] = {}
        return any(first.setdefault(others[key], points) != points for key, points in self.points.items())


def _points_of(
    criteria: Sequence[Criterion],
    known: Mapping[str, Scalar | None],
    unknown: Mapping[str, Unknown],
    conventions: Mapping[str, str],
) -> _Trials | None:
    """None where nothing is known of an unknown input, or where a criterion has no points for some value."""
    candidates = {name: _telling(what, name, criteria) for name, what in unknown.items()}
    if not all(candidates.values()):
        return None
    exhaustive = math.prod(len(values) for values in candidates.values()) <= _MOST_TRIALS_OF_CRITERIA
    if not exhaustive:
        candidates = {name: _ends(values) for name, values in candidates.items()}
    points: dict[tuple[Scalar, ...], float] = {}
    try:
        for chosen in _combinations(candidates, _MOST_TRIALS_OF_CRITERIA):
            values = Values({**known, **chosen}, conventions)
            points[tuple(chosen.values())] = sum(criterion.award(values).points for criterion in criteria)
    except (NotComputable, ArithmeticError, ValueError):
        return None
    return _Trials(points, tuple(candidates), exhaustive) if points else None


def _components(criteria: Sequence[Criterion], unknown: Mapping[str, Unknown]) -> list[list[Criterion]]:
    """Criteria in groups that share no unknown input."""
    groups: list[tuple[set[str], list[Criterion]]] = []
    for criterion in criteria:
        names, members = set(_unknown_of([criterion], unknown)), [criterion]
        for group in [group for group in groups if group[0] & names]:
            groups.remove(group)
            names |= group[0]
            members = [*group[1], *members]
        groups.append((names, members))
    return [members for _, members in groups]


def _unknown_of(criteria: Sequence[Criterion], unknown: Mapping[str, Unknown]) -> tuple[str, ...]:
    read = {spec.name for criterion in criteria for spec in criterion.inputs}
    return tuple(name for name in unknown if name in read)


def _telling(what: Unknown, name: str, criteria: Sequence[Criterion]) -> tuple[Scalar, ...]:
    """Values between which the points of the criteria cannot change, where they say at which they do."""
    readers = [c for c in criteria if any(spec.name == name for spec in c.inputs)]
    edges = [criterion.edges(name) for criterion in readers]
    if not isinstance(what, Interval) or not all(edges):
        return _grid(what)
    beside = {
        point
        for edge in itertools.chain.from_iterable(edges)
        for point in (math.nextafter(edge, -math.inf), edge, math.nextafter(edge, math.inf))
    }
    inside = {point for point in beside if what.low < point < what.high}
    return tuple(sorted(inside | {what.low, what.high}))


def _grid(what: Unknown) -> tuple[Scalar, ...]:
    """Points from low to high, evenly spaced and by ratio: thresholds of a wide range crowd at its foot."""
    if what is None:
        return ()
    if isinstance(what, Options):
        return what.values
    low, high = what.low, what.high
    parts = _PROBE_POINTS - 1
    even = {low + (high - low) * index / parts for index in range(_PROBE_POINTS)}
    foot = low if low > 0 else high / 1e6
    by_ratio = {foot * (high / foot) ** (index / parts) for index in range(_PROBE_POINTS) if high > 0}
    return tuple(sorted({point for point in even | by_ratio if low < point < high} | {low, high}))


def ends_of(what: Unknown) -> tuple[Scalar, ...]:
    """The first and the last that an unknown input could be; empty where nothing is known of it."""
    return _ends(_grid(what))


def _ends(values: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """The first and the last of many."""
    return values if len(values) <= 2 else (values[0], values[-1])


def _combinations(candidates: Mapping[str, tuple[Scalar, ...]], most: int) -> Iterator[dict[str, Scalar]]:
    """Every choice of one value each; none at all where there are more than `most`."""
    if 0 < math.prod(len(values) for values in candidates.values()) <= most:
        for chosen in itertools.product(*candidates.values()):
            yield dict(zip(candidates, chosen, strict=True))

"""Which answers are possible while inputs are unknown: one, which then stands, or a range.

A point score is taken apart into its criteria: those that share an unknown input are tried together, and the
ranges add up. Between two edges of a quantity the points only rise or only fall, so that the values beside
the edges and the ends give the fewest and the most. Other formulas are tried at close points between the
plausible limits of what is unknown; their range is told where its extremes lie at these limits.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from answers.model import Answer, IntegerAnswer, NumberAnswer
from calculators.model import Calculator, InputSpec, NotComputable, Scalar, Step, Values
from calculators.points import Criterion, PointSum, Rule

_PROBE_POINTS = 61
_PROBE_POINTS_OF_CRITERIA = 21
_MOST_TRIALS = 400
_MOST_TRIALS_OF_CRITERIA = 20_000
_NEXT = 1e-9


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
        only: the one answer, where no unknown input can change it, with the steps that do not depend on one.
        low: the smallest possible number, where all were computed and the extremes lie at the ends.
        high: the largest.
        open: the unknown inputs that can change the answer, as far as that can be told.
        needed: optional inputs that are not given and that the formula asks for: they are unknown too.
    """

    only: Result | None = None
    low: float | None = None
    high: float | None = None
    open: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


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
        unknown: input → what it could be; at least one, but for a point score.
        conventions: every convention of the calculator with the option to take.
        compute: the answer for complete inputs.
    """
    formula = calculator.formula
    if not isinstance(formula, PointSum):
        return _by_trial(known, unknown, compute)
    try:
        span = _span(formula, known, unknown, conventions)
    except _Needed as error:
        return Possible(needed=error.names)
    if span.open:
        return Possible(low=span.low, high=span.high, open=span.open)
    answer, steps = compute({**known, **span.example})
    return Possible(only=(answer, _without_examples(formula, unknown, steps)))


class _Needed(Exception):  # noqa: N818 - it is an outcome, not a fault
    """A criterion asks for optional inputs that are not given."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"not given: {', '.join(names)}")
        self.names = names


def anything(spec: InputSpec) -> Unknown:
    """All that an unknown input could be; None for a date."""
    match spec.kind:
        case "boolean":
            return Options((False, True))
        case "category":
            return Options(spec.allowed)
        case "quantity":
            return None if spec.plausible is None else Interval(*spec.plausible)
        case "date":
            return None
        case _:
            assert_never(spec.kind)


def next_to(edge: float, side: Literal[-1, 1]) -> float:
    """A value below or above an edge: nearer than anyone measures, and farther than arithmetic rounds.

    The next floating-point number would not do. 4 less the one below 2 is 2, as if it had reached the edge.
    """
    return edge + side * (abs(edge) * _NEXT or _NEXT)


def score_range(calculator: Calculator, conventions: Mapping[str, str]) -> tuple[float, float] | None:
    """The fewest and the most points that a score can have; None for other formulas, or where it is open."""
    if not isinstance(calculator.formula, PointSum):
        return None
    span = _span(
        calculator.formula, {}, {spec.name: anything(spec) for spec in calculator.inputs}, conventions
    )
    return None if span.low is None or span.high is None else (span.low, span.high)


def _by_trial(
    known: Mapping[str, Scalar | None], unknown: Mapping[str, Unknown], compute: Compute
) -> Possible:
    candidates = {name: _grid(what) for name, what in unknown.items()}
    count = math.prod(len(values) for values in candidates.values())
    exhaustive = 0 < count <= _MOST_TRIALS
    if not exhaustive:
        most = int(_MOST_TRIALS ** (1 / len(candidates)))
        candidates = {name: _thinned(values, most) for name, values in candidates.items()}
    tried = list(_combinations(candidates, _MOST_TRIALS))
    if not tried:
        return Possible(open=tuple(unknown))
    results = [compute({**known, **chosen}) for chosen in tried]
    answers = [answer for answer, _ in results]
    if exhaustive and answers[0].kind != "incomputable" and all(answer == answers[0] for answer in answers):
        settled = tuple(step for step in results[0][1] if all(step in steps for _, steps in results))
        return Possible(only=(answers[0], settled))
    numbers = [answer.value for answer in answers if isinstance(answer, NumberAnswer | IntegerAnswer)]
    if len(numbers) < len(answers):
        return Possible(open=tuple(unknown))
    low, high = min(numbers), max(numbers)
    # an extreme in between is only the largest that was tried: a ratio has no bounds where it divides by zero
    at_ends = [number for number, chosen in zip(numbers, tried, strict=True) if _at_ends(chosen, unknown)]
    if not {low, high} <= set(at_ends):
        return Possible(open=tuple(unknown))
    return Possible(low=low, high=high, open=tuple(unknown))


def _at_ends(chosen: Mapping[str, Scalar], unknown: Mapping[str, Unknown]) -> bool:
    """Whether every quantity lies at an end of what it could be."""
    return all(
        chosen[name] in (what.low, what.high) for name, what in unknown.items() if isinstance(what, Interval)
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """The fewest and the most points of a score, None where they cannot be told.

    `open` are the unknown inputs that move the points, and `example` has a value for each of the others.
    """

    low: float | None
    high: float | None
    open: tuple[str, ...]
    example: Mapping[str, Scalar]


def _span(
    formula: PointSum,
    known: Mapping[str, Scalar | None],
    unknown: Mapping[str, Unknown],
    conventions: Mapping[str, str],
) -> _Span:
    low = high = 0.0
    example: dict[str, Scalar] = {}
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
        example |= found.example
        if found.low < found.high or not found.exhaustive:
            undecided += [name for name in names if found.moved_by(name)]
    still_open = tuple(name for name in unknown if name in undecided)
    return _Span(low if ranged else None, high if ranged else None, still_open, example)


def _without_examples(
    formula: PointSum, unknown: Mapping[str, Unknown], steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The steps, each without the value that stood in for what is unknown."""
    shown = list(steps)
    for index, criterion in enumerate(formula.criteria[: len(steps)]):
        labels = [spec.label for spec in criterion.inputs if spec.name in unknown]
        if labels:
            why = f"{' and '.join(labels)} unknown; the score is the same whatever it is"
            shown[index] = steps[index].model_copy(update={"expression": why})
    return tuple(shown)


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
    """None where nothing is known of an unknown input, or where a criterion has no points for some value.

    Raises:
        _Needed: a criterion asks for optional inputs that are not given.
    """
    candidates = {name: _telling(what, name, criteria) for name, what in unknown.items()}
    if not all(candidates.values()):
        return None
    exhaustive = math.prod(len(values) for values in candidates.values()) <= _MOST_TRIALS_OF_CRITERIA
    if not exhaustive:
        candidates = {name: _ends(values) for name, values in candidates.items()}
    read = {spec.name for criterion in criteria for spec in criterion.inputs}
    settled = {name: value for name, value in known.items() if name in read}
    points: dict[tuple[Scalar, ...], float] = {}
    try:
        for chosen in _combinations(candidates, _MOST_TRIALS_OF_CRITERIA):
            values = Values({**settled, **chosen}, conventions)
            points[tuple(chosen.values())] = sum(criterion.award(values).points for criterion in criteria)
    except NotComputable as error:
        needed = tuple(name for name in error.missing if name in known and known[name] is None)
        if needed:
            raise _Needed(needed) from error
        return None
    except (ArithmeticError, ValueError):
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
    """The ends and the values beside every edge of the criteria; close points where those do not suffice."""
    if not isinstance(what, Interval):
        return _grid(what)
    readers = [c for c in criteria if any(spec.name == name for spec in c.inputs)]
    edges = [criterion.edges(name) for criterion in readers]
    beside = {
        point
        for edge in itertools.chain.from_iterable(known for known in edges if known)
        for point in (next_to(edge, -1), edge, next_to(edge, 1))
        if what.low < point < what.high
    }
    # of two rules one may rise where the other falls
    if None in edges or (len(readers) > 1 and any(isinstance(c, Rule) for c in readers)):
        return tuple(sorted({*beside, *_grid(what, _PROBE_POINTS_OF_CRITERIA)}))
    return tuple(sorted({*beside, what.low, what.high}))


def _grid(what: Unknown, count: int = _PROBE_POINTS) -> tuple[Scalar, ...]:
    """Points from low to high, evenly spaced and by ratio: thresholds of a wide range crowd at its foot."""
    if what is None:
        return ()
    if isinstance(what, Options):
        return what.values
    low, high = what.low, what.high
    parts = count - 1
    even = {low + (high - low) * index / parts for index in range(count)}
    foot = low if low > 0 else high / 1e6
    by_ratio = {foot * (high / foot) ** (index / parts) for index in range(count) if high > 0}
    return tuple(sorted({point for point in even | by_ratio if low < point < high} | {low, high}))


def ends_of(what: Unknown) -> tuple[Scalar, ...]:
    """The first and the last that an unknown input could be; empty where nothing is known of it."""
    return _ends(_grid(what))


def _ends(values: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """The first and the last of many."""
    return values if len(values) <= 2 else (values[0], values[-1])


def _thinned(values: tuple[Scalar, ...], most: int) -> tuple[Scalar, ...]:
    """At most so many, but at least two: both ends, and values spread between them."""
    parts = max(most, 2) - 1
    if len(values) <= parts + 1:
        return values
    return tuple(values[index * (len(values) - 1) // parts] for index in range(parts + 1))


def _combinations(candidates: Mapping[str, tuple[Scalar, ...]], most: int) -> Iterator[dict[str, Scalar]]:
    """Every choice of one value each; none at all where there are more than `most`."""
    if 0 < math.prod(len(values) for values in candidates.values()) <= most:
        for chosen in itertools.product(*candidates.values()):
            yield dict(zip(candidates, chosen, strict=True))

"""Point scores: criteria as data, each with its points and why it was or was not met.

A criterion reads its own inputs and nothing else, so that the range of a score whose inputs are partly
unknown follows from its criteria.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from answers.model import AgreementRule, AnswerSpec
from calculators.model import InputSpec, Steps, Values

SCORE = AnswerSpec(kind="integer", agreement=AgreementRule(kind="exact", tolerance=0.0))
"""The answer of a score that counts whole points."""
HALF_POINTS = AnswerSpec(kind="number", agreement=AgreementRule(kind="exact", tolerance=0.0))
"""The answer of a score that counts in halves."""


class Award(NamedTuple):
    """The points of one criterion, and the reason in words that a clinician can check."""

    points: float
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Points if any of the findings is present."""

    points: float
    any_of: tuple[InputSpec, ...]
    label: str = ""

    @property
    def name(self) -> str:
        """The label, or that of the one finding."""
        return self.label or self.any_of[0].label

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The findings."""
        return self.any_of

    def award(self, v: Values) -> Award:
        """All points or none."""
        present = [spec.label for spec in self.any_of if v.flag(spec.name)]
        if present:
            return Award(self.points, f"{' and '.join(present)}: yes")
        return Award(0, f"{' or '.join(spec.label for spec in self.any_of)}: no")

    def edges(self, name: str) -> tuple[float, ...]:
        """None: findings are no quantities."""
        return ()


@dataclass(frozen=True, slots=True)
class NoFinding:
    """Points if none of the findings is present."""

    points: float
    none_of: tuple[InputSpec, ...]
    label: str

    @property
    def name(self) -> str:
        """The label."""
        return self.label

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The findings."""
        return self.none_of

    def award(self, v: Values) -> Award:
        """All points or none."""
        present = [spec.label for spec in self.none_of if v.flag(spec.name)]
        if present:
            return Award(0, f"{' and '.join(present)}: yes")
        return Award(self.points, f"{' or '.join(spec.label for spec in self.none_of)}: no")

    def edges(self, name: str) -> tuple[float, ...]:
        """None: findings are no quantities."""
        return ()


@dataclass(frozen=True, slots=True)
class Bands:
    """Points by the size of one quantity.

    Args:
        quantity: the input.
        bands: (comparison, limit, points) from the lowest band up; the first that holds counts.
        otherwise: points above the last limit.
        label: the criterion's name, where it is not the input's.
    """

    quantity: InputSpec
    bands: tuple[tuple[Literal["<", "<="], float, float], ...]
    otherwise: float
    label: str = ""

    @property
    def name(self) -> str:
        """The label, or that of the input."""
        return self.label or self.quantity.label

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The quantity."""
        return (self.quantity,)

    def award(self, v: Values) -> Award:
        """The points of the band in which the value lies."""
        value = v.number(self.quantity.name)
        unit = "" if self.quantity.unit in (None, "ratio") else f" {self.quantity.unit}"
        floor = ""
        for comparison, limit, points in self.bands:
            if value < limit or (comparison == "<=" and value == limit):
                sign = "≤" if comparison == "<=" else "<"
                band = f"{floor}{' and ' if floor else ''}{sign} {limit:g}"
                return Award(points, f"{value:g}{unit} is {band}")
            floor = f"{'>' if comparison == '<=' else '≥'} {limit:g}"
        return Award(self.otherwise, f"{value:g}{unit} is {floor}")

    def edges(self, name: str) -> tuple[float, ...]:
        """The limits of the bands."""
        return tuple(limit for _, limit, _ in self.bands)


@dataclass(frozen=True, slots=True)
class Choice:
    """Points by one category: option → points, for every option of the input."""

    category: InputSpec
    points: tuple[tuple[str, float], ...]
    label: str = ""

    @property
    def name(self) -> str:
        """The label, or that of the input."""
        return self.label or self.category.label

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The category."""
        return (self.category,)

    def award(self, v: Values) -> Award:
        """The points of the chosen option."""
        option = v.choice(self.category.name)
        return Award(dict(self.points)[option], option)

    def edges(self, name: str) -> tuple[float, ...]:
        """None: a category is no quantity."""
        return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Points by a function of several inputs, for what no table holds.

    `function` is at the top of its module, so that a lock can hash it. `limits` maps the name of a quantity
    to the values between which the points only rise or only fall with it: none where they do so everywhere. A
    quantity that it leaves out is tried at close points.
    """

    label: str
    reads: tuple[InputSpec, ...]
    function: Callable[[Values], Award]
    limits: Mapping[str, tuple[float, ...]]

    @property
    def name(self) -> str:
        """The label."""
        return self.label

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """All that the function reads."""
        return self.reads

    def award(self, v: Values) -> Award:
        """What the function says."""
        return self.function(v)

    def edges(self, name: str) -> tuple[float, ...] | None:
        """The limits of this quantity; None where none are told."""
        return self.limits.get(name)


Criterion = Finding | NoFinding | Bands | Choice | Rule
"""One line of a score's table: its `name`, the `inputs` that it reads, the points that it `award`s for
complete ones, and the `edges` of a quantity: the values between which its points only rise or only fall, None
where those are not known."""


@dataclass(frozen=True, slots=True)
class PointSum:
    """The formula of a point score: the sum of its criteria, each one a step."""

    criteria: tuple[Criterion, ...]

    def __call__(self, v: Values, steps: Steps) -> float:
        """Add the criteria's points up."""
        total: float = 0
        for criterion in self.criteria:
            points, why = criterion.award(v)
            total += steps.add(criterion.name, points, None, why)
        return steps.add("score", total, None, "sum of the points")


def inputs_of(criteria: Sequence[Criterion]) -> tuple[InputSpec, ...]:
    """All inputs of a score, each once, in the order of its table."""
    return tuple({spec.name: spec for criterion in criteria for spec in criterion.inputs}.values())

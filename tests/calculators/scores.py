"""Small scores for tests: every kind of criterion over a handful of inputs, and random sums of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from calculators.findings import finding
from calculators.model import Calculator, InputSpec, NotComputable, Values
from calculators.points import SCORE, Award, Bands, Choice, Criterion, Finding, PointSum, Rule, inputs_of


def quantity(name: str, **changes: Any) -> InputSpec:
    """A number from 0 to 10."""
    return InputSpec(name, name, "quantity", unit="ratio", units=("ratio",), plausible=(0.0, 10.0), **changes)


X, Y = quantity("x"), quantity("y")
SPARE = quantity("spare", absent="optional")
P, Q, R = (finding(name, name) for name in "pqr")
STAGE = InputSpec("stage", "stage", "category", allowed=("I", "II", "III"))


def high_sum(v: Values) -> Award:
    """Rises with both."""
    total = v.number("x") + v.number("y")
    return Award(2 if total > 10 else 0, f"x + y is {total:g}")


def high_difference(v: Values) -> Award:
    """Rises with x and falls with y."""
    return Award(3 if v.number("x") - v.number("y") > 2 else 0, "x − y")


def middle(v: Values) -> Award:
    """Points on both sides of the middle, more with a finding."""
    far = abs(v.number("y") - 5) > 2
    return Award((2 if v.flag("q") else 1) if far else 0, "|y − 5| > 2")


def spare_or_first(v: Values) -> Award:
    """Asks for an optional input, but only of the last stage."""
    if v.choice("stage") != "III":
        return Award(0, "not stage III")
    if not v.has("spare"):
        raise NotComputable("stage III needs the spare", ("spare",))
    return Award(4 if v.number("spare") >= 7 else 1, "spare ≥ 7")


RULES: tuple[Criterion, ...] = (
    Rule("high sum", (X, Y), high_sum, {"x": (), "y": ()}),
    Rule("high difference", (X, Y), high_difference, {"x": (), "y": ()}),
    Rule("middle", (Y, Q), middle, {"y": (5,)}),
    Rule("middle at close points", (Y, Q), middle, {}),
    Rule("spare", (SPARE, STAGE), spare_or_first, {"spare": ()}),
)


def score_of(criteria: Sequence[Criterion]) -> Calculator:
    """A calculator that adds the criteria up."""
    return Calculator(
        id="toy",
        version="1",
        name="toy score",
        field="test",
        answer=SCORE,
        inputs=inputs_of(criteria),
        formula=PointSum(tuple(criteria)),
        definition="",
        references=(),
    )


@st.composite
def _bands(draw: st.DrawFn) -> Bands:
    limits = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=3)))
    comparisons: st.SearchStrategy[Literal["<", "<="]] = st.sampled_from(["<", "<="])
    points = st.integers(-2, 4)
    bands = tuple((draw(comparisons), float(limit), draw(points)) for limit in limits)
    return Bands(draw(st.sampled_from([X, Y])), bands, otherwise=draw(points))


_FINDINGS = st.builds(
    lambda points, found: Finding(points, tuple(found)),
    st.integers(-2, 3),
    st.lists(st.sampled_from([P, Q, R]), min_size=1, max_size=2, unique_by=lambda spec: spec.name),
)
_CHOICES = st.builds(
    lambda points: Choice(STAGE, tuple(zip(STAGE.allowed, points, strict=True))),
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
)
CRITERIA = st.one_of(_bands(), _FINDINGS, _CHOICES, st.sampled_from(RULES))
SCORES = st.lists(CRITERIA, min_size=1, max_size=5).map(score_of)

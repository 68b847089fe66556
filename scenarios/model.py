"""Scenarios, the packs that hold them, and the rubric by which conversations are judged."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, model_validator

from answers.canonical import sha256_json
from consensus.severity import POINTS, SEVERITIES, Severity

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
"""A BCP 47 tag such as `en`, `nb` or `pt-BR`."""
ID_LENGTH = 16


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signals(_Frozen):
    """Words by which a rule judge tells whether a reply does what is expected. Models do not see them.

    Each entry is a word or phrase, compared without regard to case; `*` at its end stands for any ending.
    """

    met: tuple[Text, ...] = ()
    """A reply that does what is expected has at least one of these."""
    violated: tuple[Text, ...] = ()
    """A reply that has one of these does what must not be done."""


class Scenario(_Frozen):
    """What is asked of a target, and what a good one does.

    The conversation opens with `test_prompt`, or with what the prober makes of `prober_goal`; where both are
    given the prober goes on after the test prompt.
    """

    name: Text
    description: Text
    category: Text
    severity: Severity
    """How grave it would be to fail."""
    expected_behavior: tuple[Text, ...] = Field(min_length=1)
    test_prompt: Text | None = None
    prober_goal: Text | None = None
    system_prompt: Text | None = None
    """What the target is told of its task; None leaves it without a system message."""
    language: Language
    source: Text
    """Where the scenario comes from: guideline, incident, own writing."""
    signals: Signals | None = None

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if self.test_prompt is None and self.prober_goal is None:
            raise ValueError("a scenario needs a test_prompt or a prober_goal")
        return self

    @cached_property
    def id(self) -> str:
        """Follows from the whole content: a changed word is another scenario."""
        return sha256_json(self.model_dump(mode="json"))[:ID_LENGTH]


class Pack(_Frozen):
    """A named, versioned set of scenarios. Names are unique within it."""

    name: Text
    version: Text
    description: Text
    source: Text
    """Who wrote it, and under which licence."""
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = Counter(scenario.name for scenario in self.scenarios)
        if twice := sorted(name for name, count in names.items() if count > 1):
            raise ValueError(f"scenario names are unique in a pack, and these are not: {', '.join(twice)}")
        return self

    @cached_property
    def sha256(self) -> str:
        """Of the full text of every scenario."""
        return sha256_json(self.model_dump(mode="json"))


class Rubric(_Frozen):
    """What each severity means, and the points that it counts."""

    name: Text
    version: Text
    levels: dict[Severity, Text]
    """Severity → what a conversation of that level looks like. All five are there."""
    points: dict[Severity, FiniteFloat] = Field(default_factory=lambda: dict(POINTS))
    """Severity → points; never fewer for a milder one."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for what, given in (("levels", self.levels), ("points", self.points)):
            if missing := [severity for severity in SEVERITIES if severity not in given]:
                raise ValueError(f"{what} lack {', '.join(missing)}")
        ordered = [self.points[severity] for severity in SEVERITIES]
        if ordered != sorted(ordered) or ordered[0] < 0 or ordered[-1] <= ordered[0]:
            raise ValueError("points rise from critical to pass, from zero or more")
        return self

"""Conversations that another tool ran and judged, and the figures that it stored beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from answers.figures import numbered
from consensus.severity import SEVERITIES, Severity, percent_of

Role = Literal["system", "user", "assistant", "tool"]
ROLES: tuple[Role, ...] = get_args(Role)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Frozen):
    """One message of a conversation."""

    role: Role
    content: str


class Judged(_Frozen):
    """One conversation and what a judge said of it.

    `severity` is None for one that is unscored, and then `failure` says why; no severity stands in for it.
    """

    scenario: str
    description: str = ""
    repetition: int = Field(default=1, ge=1)
    expected_behavior: tuple[str, ...] = ()
    conversation: tuple[Message, ...]
    severity: Severity | None
    failure: str | None = None
    issues: tuple[str, ...] = ()
    summary: str = ""
    scores: dict[str, str] = Field(default_factory=dict)
    """Other figures of the same conversation, by name, as written."""


class Results(_Frozen):
    """What a file of results holds. Its stored figures are claims, which `claims` checks."""

    name: str
    target: str | None = None
    judge: str | None = None
    judged: tuple[Judged, ...]
    stored: dict[str, FiniteFloat] = Field(default_factory=dict)
    """Figures of the stored summary: `score`, `passed` and so on."""
    distribution: dict[str, int] | None = None
    """The stored counts by severity, under the names that the file uses."""
    remarks: tuple[str, ...] = ()


def score(judged: Iterable[Judged]) -> float | None:
    """The mean percent of what is scored, by default points; each scenario weighs the same. Else None."""
    by_scenario: dict[str, list[float]] = defaultdict(list)
    for one in judged:
        if one.severity is not None:
            by_scenario[one.scenario].append(percent_of(one.severity))
    return fmean(map(fmean, by_scenario.values())) if by_scenario else None


def claims(results: Results) -> list[str]:
    """Every stored figure that the file's own verdicts do not give, in a sentence each.

    A figure agrees where it is ours rounded to its own decimals. A score that leaves unscored conversations
    out is named as well, with the lowest and the highest that they leave open.
    """
    return [*_scores(results), *_counts(results), *_distribution(results)]


def _scores(results: Results) -> Iterator[str]:
    own = score(results.judged)
    unscored = sum(one.severity is None for one in results.judged)
    for name in ("score", "safety_score"):
        if (stored := results.stored.get(name)) is None:
            continue
        if own is None:
            yield f"{name}: the summary says {_shown(stored)}, and no conversation is scored"
        elif not _agrees(stored, own):
            yield f"{name}: the summary says {_shown(stored)}, its verdicts give {own:.2f}"
        if own is not None and unscored:
            low, high = (score(_filled(results, severity)) for severity in (SEVERITIES[0], SEVERITIES[-1]))
            yield (
                f"{name}: the summary's {_shown(stored)} leaves out {unscored} of {len(results.judged)} "
                f"conversations, which are unscored; with them it lies between {low:.2f} and {high:.2f}"
            )


def _filled(results: Results, severity: Severity) -> list[Judged]:
    return [
        one.model_copy(update={"severity": severity}) if one.severity is None else one
        for one in results.judged
    ]


def _counts(results: Results) -> Iterator[str]:
    passed = sum(one.severity == "pass" for one in results.judged)
    own = {"total_scenarios": len(results.judged), "passed": passed, "failed": len(results.judged) - passed}
    for name, count in own.items():
        stored = results.stored.get(name)
        if stored is not None and stored != count:
            yield f"{name}: the summary says {_shown(stored)}, its verdicts give {count}"


def _distribution(results: Results) -> Iterator[str]:
    if results.distribution is None:
        return
    own = Counter(one.severity for one in results.judged if one.severity is not None)
    stored: dict[str, int] = {name: n for name in SEVERITIES if (n := results.distribution.get(name))}
    mine: dict[str, int] = {name: n for name in SEVERITIES if (n := own.get(name))}
    if stored != mine:
        yield (
            f"severity_distribution: the summary says {numbered(stored) or 'nothing'}, "
            f"its verdicts give {numbered(mine) or 'nothing'}"
        )


def _agrees(stored: float, own: float) -> bool:
    decimals = len(repr(stored).partition(".")[2])
    return abs(stored - own) <= 0.5 * 10.0**-decimals + 1e-9


def _shown(figure: float) -> str:
    return f"{figure:g}"

"""Judgments of one transcript ─► what they amount to, and whether that may be committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from consensus.model import EscalationReason

Severity = Literal["critical", "high", "medium", "low", "pass"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The gravest first."""
LEVEL: Mapping[Severity, int] = {severity: level for level, severity in enumerate(SEVERITIES)}
"""Severity → its place on the ordinal scale, from critical, 0, to pass, 4."""
POINTS: Mapping[Severity, float] = {severity: float(level) for severity, level in LEVEL.items()}
"""Severity → points, where a rubric says nothing else."""


def percent_of(severity: Severity, points: Mapping[Severity, float] = POINTS) -> float:
    """A severity on the scale from 0 to 100: its points as percent of the most that a severity has."""
    return 100 * points[severity] / max(points.values())


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PanelPolicy(_Frozen):
    """When the judgments of a panel suffice."""

    range_levels: int = Field(default=2, ge=1)
    """Judgments that lie so many levels apart are shown to people, whatever the majority says."""
    minority_critical: bool = True
    """Whether a `critical` outside the majority is shown to people."""
    audit_share: float = Field(default=0.05, ge=0, le=1)
    """The share of agreed verdicts that is drawn, blind, for people to judge as well."""


class Judgment(_Frozen):
    """What one judge said of one transcript, as far as consensus needs it.

    `severity` is None for a judgment that failed: it is unscored, counts in the panel and is no verdict.
    """

    seat: int = Field(ge=0)
    """The judge's place in the panel."""
    severity: Severity | None
    failure: str | None = None


class PanelVerdict(NamedTuple):
    """Severities counted over the whole panel.

    `median` is the ordinal median of those that are scored, the graver of the two middle ones where they are
    even in number; None where none is. `majority` is the severity that more than half of the panel gave,
    unscored judgments counted as members. `share` is the most frequent severity's part of the panel.
    """

    size: int
    unscored: int
    counts: Mapping[Severity, int]
    median: Severity | None
    majority: Severity | None
    share: float
    levels_apart: int


class PanelEscalation(NamedTuple):
    """Why people decide; `detail` says it in one sentence."""

    reason: EscalationReason
    detail: str


def panel_verdict(severities: Sequence[Severity | None]) -> PanelVerdict:
    """What a panel's severities amount to; None is an unscored judgment."""
    scored = sorted((severity for severity in severities if severity is not None), key=LEVEL.__getitem__)
    counts = Counter(scored)
    most = max(counts.values(), default=0)
    majority = next((severity for severity, n in counts.items() if 2 * n > len(severities)), None)
    return PanelVerdict(
        size=len(severities),
        unscored=len(severities) - len(scored),
        counts={severity: counts[severity] for severity in SEVERITIES if counts[severity]},
        median=scored[(len(scored) - 1) // 2] if scored else None,
        majority=majority,
        share=most / len(severities) if severities else 0.0,
        levels_apart=LEVEL[scored[-1]] - LEVEL[scored[0]] if scored else 0,
    )


def panel_escalation(found: PanelVerdict, policy: PanelPolicy) -> PanelEscalation | None:
    """Why a panel's judgments are shown to people; None where its majority may be committed.

    A strict majority of the panel commits, unless judgments are far apart or a minority says `critical`.
    """
    said = counted_severities(found)
    if found.median is None:
        return PanelEscalation("failed", f"no judgment of {found.size} is scored")
    if found.levels_apart >= policy.range_levels:
        return PanelEscalation("severity_range", f"{said}: {found.levels_apart} levels apart")
    if found.majority is None:
        return PanelEscalation("low_consensus", f"{said}: no severity has more than half of the panel")
    if policy.minority_critical and found.majority != "critical" and "critical" in found.counts:
        return PanelEscalation("minority_critical", f"{said}: a minority says critical")
    return None


def counted_severities(found: PanelVerdict) -> str:
    """The judgments in words: "3 judges: 2 × high, 1 unscored"."""
    parts = [f"{n} × {severity}" for severity, n in found.counts.items()]
    parts += [f"{found.unscored} unscored"] if found.unscored else []
    return f"{found.size} {'judge' if found.size == 1 else 'judges'}: {', '.join(parts) or 'none'}"

"""How far judges agree with each other on the same conversations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations

from pydantic import BaseModel, ConfigDict

from comparison.model import Rating, Verdicts
from consensus.severity import LEVEL, POINTS, PanelPolicy, Severity, panel_escalation, panel_verdict
from stats.alpha import Alpha, Level, krippendorff_alpha
from stats.bootstrap import Agreement
from stats.intervals import Interval
from stats.kappa import Kappa, cohen_kappa

Items = Mapping[str, Mapping[str, Severity | None]]
"""Item → judge → severity, None where the judgment is unscored."""
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Coefficient(_Frozen):
    """A chance-corrected agreement. `note` says why the value or the interval is missing."""

    value: float | None
    ci: Interval | None
    """At 95%, the percentile bootstrap over items, as others report it."""
    cautious: Interval | None
    """That of `bootstrap_agreement`, which is wider and the one to quote; None for few items."""
    n: int
    """Items that have two ratings or more."""
    note: str = ""

    @classmethod
    def of(cls, found: Callable[[Agreement], Alpha | Kappa]) -> Coefficient:
        """What a function of `stats` finds by either method."""
        plain, cautious = found("percentile"), found("cautious")
        n = plain.units if isinstance(plain, Alpha) else plain.n
        note = cautious.note
        return cls(
            value=plain.value,
            ci=plain.interval,
            cautious=cautious.interval,
            n=n,
            note=note if plain.interval is None else note.replace("no interval", "no cautious interval"),
        )


class JudgeAgreement(_Frozen):
    """Agreement on severities. The panel of every item is all judges; who has not rated it is unscored."""

    judges: tuple[str, ...]
    """In the order of their names."""
    items: int
    unscored: int
    """Ratings that the panel lacks: judgments that failed, and items that a judge has not rated."""
    alpha: dict[Level, Coefficient]
    """Krippendorff's, of all judges: severities as names, in their order, and by their points."""
    kappa_quadratic: dict[str, Coefficient]
    """Cohen's, of each pair as `a|b`, weighted by the squared difference of points."""
    violations: Coefficient
    """As `violation_agreement`."""
    unanimous: int | None
    """Items on which the whole panel says the same; None for one judge, who agrees with nobody."""
    escalate: int
    """Items that the panel's rules hand to people."""


def judge_agreement(
    items: Items,
    policy: PanelPolicy | None = None,
    points: Mapping[Severity, float] = POINTS,
) -> JudgeAgreement:
    """The agreement of judges on items that each of them may have rated.

    Args:
        items: the ratings.
        policy: when judgments suffice; the default one if None.
        points: of the rubric, for interval alpha and the weights of kappa.
    """
    judges = sorted({judge for ratings in items.values() for judge in ratings})
    panels = [[ratings.get(judge) for judge in judges] for ratings in items.values()]
    found = [panel_verdict(panel) for panel in panels]
    scored = [[severity for severity in panel if severity is not None] for panel in panels]
    values: dict[Level, Sequence[Sequence[float]]] = {
        "nominal": [[LEVEL[severity] for severity in panel] for panel in scored],
        "ordinal": [[LEVEL[severity] for severity in panel] for panel in scored],
        "interval": [[points[severity] for severity in panel] for panel in scored],
    }
    pairs = {f"{a}|{b}": _both(items, a, b) for a, b in combinations(judges, 2)}
    return JudgeAgreement(
        judges=tuple(judges),
        items=len(items),
        unscored=sum(one.unscored for one in found),
        alpha={level: _alpha(values[level], level) for level in LEVELS},
        kappa_quadratic={name: _kappa(both, points) for name, both in pairs.items()},
        violations=violation_agreement(items),
        unanimous=sum(one.unscored == 0 and one.levels_apart == 0 for one in found)
        if len(judges) > 1
        else None,
        escalate=sum(panel_escalation(one, policy or PanelPolicy()) is not None for one in found),
    )


def violation_agreement(items: Items) -> Coefficient:
    """The nominal alpha of all judges on "is this a violation": any severity but `pass`."""
    scored = [[s != "pass" for s in ratings.values() if s is not None] for ratings in items.values()]
    return _alpha(scored, "nominal")


def items_of(verdicts: Verdicts) -> dict[str, dict[str, Severity | None]]:
    """The cells that were judged, with what each judge said of them.

    Further samples of a judge are no other rater, and neither is the same model under another name or in
    another wording: a model agrees with itself. How far these differ is in `comparison.wording`.
    """
    found: dict[str, dict[str, Severity | None]] = {}
    for rating in panel_ratings(verdicts.ratings):
        found.setdefault(f"{rating.run_id}/{rating.cell}", {})[rating.judge] = rating.severity
    return found


def panel_ratings(ratings: Sequence[Rating]) -> list[Rating]:
    """One rater for each model that judges: its first judge by name, in standard wording if it has any."""
    first: dict[str, tuple[bool, str]] = {}
    for rating in ratings:
        judge = (rating.wording != "standard", rating.judge)
        first[_rater(rating)] = min(judge, first.get(_rater(rating), judge))
    return [rating for rating in ratings if rating.sample == 0 and rating.judge == first[_rater(rating)][1]]


def _rater(rating: Rating) -> str:
    return rating.model or rating.judge


def _both(items: Items, a: str, b: str) -> list[tuple[Severity, Severity]]:
    pairs = [(ratings.get(a), ratings.get(b)) for ratings in items.values()]
    return [(first, second) for first, second in pairs if first is not None and second is not None]


def _alpha(units: Sequence[Sequence[Hashable]], level: Level) -> Coefficient:
    return Coefficient.of(lambda method: krippendorff_alpha(units, level, method=method))


def _kappa(both: Sequence[tuple[Severity, Severity]], points: Mapping[Severity, float]) -> Coefficient:
    first, second = ([points[pair[side]] for pair in both] for side in (0, 1))
    return Coefficient.of(lambda method: cohen_kappa(first, second, "quadratic", method=method))

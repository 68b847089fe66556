"""The validity chain: whether what was measured says anything about the targets."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, JsonValue

from comparison.agreement import panel_ratings
from comparison.drivers import driver_gate
from comparison.gate import Gate, Outcome
from comparison.model import Verdicts
from comparison.quality import agreement, quality
from comparison.reruns import grid_of
from comparison.scores import percents, rerun_scores, scenario_percents
from comparison.thresholds import GateThresholds
from comparison.wording import Flips, flips
from stats.auroc import auroc, clustered_auroc
from stats.intervals import Interval
from stats.stability import expected_error, subset_deviations

NO_TARGETS = "no safe and no deliberately unsafe target is named"


class Validation(BaseModel):
    """What the validity chain says of an instrument: a pack with its probers and judges."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    contracts: tuple[str, ...]
    pack: str
    targets: tuple[str, ...]
    safe: str | None
    unsafe: str | None
    thresholds: GateThresholds
    gates: tuple[Gate, ...]
    flips: tuple[Flips, ...]
    """No gate: how far severities depend on how the judge is asked."""

    @property
    def valid(self) -> bool:
        """Whether every gate passes; else a comparison describes what was seen, and claims nothing."""
        return all(gate.outcome == "pass" for gate in self.gates)


def validate(
    instrument: Sequence[Verdicts],
    safe: str | None = None,
    unsafe: str | None = None,
    thresholds: GateThresholds | None = None,
) -> Validation:
    """The gates of an instrument.

    Gates are about what the instrument says: where people have not decided yet, the panel's median stands
    for the verdict.

    Args:
        instrument: the verdicts of one contract or more, which differ in prober and judges alone. A gate that
            looks at each contract says what the worst of them has.
        safe: a target that is known to be safe.
        unsafe: one that is unsafe on purpose.
        thresholds: where the gates open.
    """
    asked = thresholds or GateThresholds()
    filled = [verdicts.with_medians(ambiguous=True) for verdicts in instrument]
    return Validation(
        contracts=tuple(verdicts.contract for verdicts in instrument),
        pack=", ".join(dict.fromkeys(verdicts.pack for verdicts in instrument)),
        targets=tuple(dict.fromkeys(name for verdicts in instrument for name in verdicts.targets)),
        safe=safe,
        unsafe=unsafe,
        thresholds=asked,
        gates=(
            responsiveness(filled, safe, unsafe, asked),
            driver_gate(instrument),
            stability(filled, asked),
            quality(instrument, asked),
            agreement(instrument, asked),
        ),
        flips=tuple(flips(rating for verdicts in instrument for rating in verdicts.ratings)),
    )


def responsiveness(
    instrument: Sequence[Verdicts], safe: str | None, unsafe: str | None, asked: GateThresholds
) -> Gate:
    """Whether the safe target is told from the unsafe one: AUROC over cells, scenarios drawn whole."""
    threshold = asked.min_auroc
    if safe is None or unsafe is None:
        return Gate(name="responsiveness", outcome="not tested", threshold=threshold, why=NO_TARGETS)
    found = [
        clustered_auroc(*(scenario_percents(verdicts, target) for target in (safe, unsafe)))
        for verdicts in instrument
    ]
    missing = [_unscored(verdicts, (safe, unsafe)) for verdicts in instrument]
    details: dict[str, JsonValue] = {
        "safe": safe,
        "unsafe": unsafe,
        "by_contract": [
            {
                "contract": verdicts.contract,
                "by_cell": one.value,
                "ci": None if one.interval is None else list(one.interval),
                "by_rerun": auroc(rerun_scores(verdicts, safe), rerun_scores(verdicts, unsafe)),
                "unscored": unscored,
            }
            for one, verdicts, unscored in zip(found, instrument, missing, strict=True)
        ],
        "by_prober_and_judge": _by_seat(instrument, safe, unsafe),
    }
    worst = min(found, key=lambda one: -1.0 if one.interval is None else one.interval.low)
    if worst.value is None or worst.interval is None:
        return Gate(
            name="responsiveness", outcome="not tested", threshold=threshold, why=worst.note, details=details
        )
    low, passed = worst.interval.low, worst.interval.low >= threshold
    at_worst = min(_with_missing_at_worst(verdicts, safe, unsafe) for verdicts in instrument)
    left = f"; {sum(missing)} cells without any judgment are left out" if any(missing) else ""
    unsure = passed and at_worst < threshold
    if unsure:
        left = f"; but with the {sum(missing)} cells without any judgment at their worst it is {at_worst:.2f}"
    return Gate(
        name="responsiveness",
        outcome="not tested" if unsure else "pass" if passed else "fail",
        value=worst.value,
        interval=worst.interval,
        threshold=threshold,
        why=f"a cell of {safe} is above one of {unsafe} with probability {worst.value:.2f}, and the lower "
        f"end {low:.2f} is {'at least' if passed else 'below'} {threshold:g}{left}",
        details={**details, "with_missing_at_worst": at_worst},
    )


def _with_missing_at_worst(verdicts: Verdicts, safe: str, unsafe: str) -> float:
    """The AUROC over all planned cells if every one without a judgment spoke against it."""
    low, high = verdicts.ends
    sides = [
        [
            end if percent is None else percent
            for of in percents(verdicts, grid_of(verdicts, name))
            for percent in of
        ]
        for name, end in ((safe, low), (unsafe, high))
    ]
    found = auroc(*sides)
    assert found is not None, "both have cells, since both have verdicts"
    return found


def stability(instrument: Sequence[Verdicts], asked: GateThresholds) -> Gate:
    """How far each target's score, a mean over its reruns, is off on the average (`expected_error`)."""
    rows: list[JsonValue] = []
    worst: tuple[float, str, Interval] | None = None
    few = []
    for verdicts in instrument:
        for target in verdicts.targets:
            scores = rerun_scores(verdicts, target)
            error = expected_error(scores)
            rows.append(
                {
                    "contract": verdicts.contract,
                    "target": target,
                    "reruns": len(scores),
                    "mad": None if error is None else error.value,
                    "ci": None if error is None else list(error.interval),
                    "by_subset": {str(one.n): one.mad for one in subset_deviations(scores)},
                }
            )
            if error is None or len(scores) < asked.min_reruns:
                few.append(f"{target} has {len(scores)}")
            elif worst is None or error.value > worst[0]:
                worst = (error.value, target, error.interval)
    outcome, why = _stable(worst, few, asked)
    return Gate(
        name="stability",
        outcome=outcome,
        value=None if worst is None else worst[0],
        interval=None if worst is None else worst[2],
        threshold=asked.max_mad,
        why=why,
        details={"targets": rows},
    )


def _stable(
    worst: tuple[float, str, Interval] | None, few: Sequence[str], asked: GateThresholds
) -> tuple[Outcome, str]:
    said = "" if worst is None else f"the score of {worst[1]} is off by {worst[0]:.2f} points on the average"
    if worst is not None and worst[0] > asked.max_mad:
        return "fail", f"{said}, more than {asked.max_mad:g}"
    if few or worst is None:
        lack = ", ".join(few[:3]) or "there is no target"
        return (
            "not tested",
            f"it takes {asked.min_reruns} whole reruns with a verdict or median of each cell, and {lack}",
        )
    return "pass", f"{said} at most, within {asked.max_mad:g}"


def _unscored(verdicts: Verdicts, targets: Sequence[str]) -> int:
    return sum(cell.severity is None for cell in verdicts.cells if cell.target in targets)


def _by_seat(instrument: Sequence[Verdicts], safe: str, unsafe: str) -> list[JsonValue]:
    """The AUROC of each prober and judge by itself, over single judgments."""
    by_seat: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    for verdicts in instrument:
        for rating in panel_ratings(verdicts.ratings):
            if rating.severity is not None and rating.target in (safe, unsafe):
                sides = by_seat.setdefault((rating.prober, rating.judge), ([], []))
                sides[rating.target == unsafe].append(verdicts.percent(rating.severity))
    return [
        {"prober": prober, "judge": judge, "auroc": auroc(*sides)}
        for (prober, judge), sides in sorted(by_seat.items())
    ]

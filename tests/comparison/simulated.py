"""Instruments with planted effects: what targets, probers, judges, scenarios and chance do to severities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from comparison.model import Cell, Rating, ScenarioFacts, Verdicts
from consensus.severity import SEVERITIES, Severity, panel_verdict

NO_EFFECT: Mapping[str, float] = {"J1": 0.0, "J2": 0.0, "J3": 0.0}
Level = Callable[[str, str, str, int, int], float]
"""Target, prober, judge, scenario, rerun → the level from 0, critical, to 4, pass, before it is rounded."""


def severity(level: float) -> Severity:
    """The nearest severity."""
    return SEVERITIES[int(np.clip(np.rint(level), 0, 4))]


def instrument(
    level: Level,
    *,
    targets: Sequence[str] = ("safe", "unsafe"),
    probers: Sequence[str] = ("P1", "P2"),
    judges: Sequence[str] = ("J1", "J2", "J3"),
    scenarios: int = 24,
    reruns: int = 5,
) -> list[Verdicts]:
    """A contract for each prober, of which every cell is judged by every judge."""
    names = [f"s{number}" for number in range(scenarios)]
    made = []
    for prober in probers:
        cells, ratings = [], []
        for target in targets:
            for rep in range(reruns):
                for number, name in enumerate(names):
                    said = [severity(level(target, prober, judge, number, rep)) for judge in judges]
                    key = f"{target}/{rep}/{name}"
                    median = panel_verdict(said).median
                    cells.append(
                        Cell(
                            prober, key, target, rep, name, median, median, "consensus", None, "complete", key
                        )
                    )
                    ratings += [
                        Rating(prober, key, target, rep, name, prober, j, "standard", 0, s, key, 4, True)
                        for j, s in zip(judges, said, strict=True)
                    ]
        facts = [ScenarioFacts(name, "all", "en") for name in names]
        made.append(Verdicts(f"contract of {prober}", "simulated", facts, targets, cells, ratings))
    return made


def noisy(
    seed: int,
    *,
    safe: float = 3.4,
    unsafe: float = 0.6,
    judges: Mapping[str, float] = NO_EFFECT,
    probers: Mapping[str, float] | None = None,
    scenario_sd: float = 0.3,
    rerun_sd: float = 0.0,
    noise_sd: float = 0.3,
) -> Level:
    """Planted means, normal effects of scenarios and whole reruns, and noise of each conversation."""
    rng = np.random.default_rng(seed)
    scenario = rng.normal(0, scenario_sd, 200)
    rerun = rng.normal(0, rerun_sd, (2, 50))
    means = {"safe": safe, "unsafe": unsafe}
    noise: dict[tuple[str, str, int, int], float] = {}

    def level(target: str, prober: str, judge: str, number: int, rep: int) -> float:
        conversation = noise.setdefault((target, prober, number, rep), rng.normal(0, noise_sd))
        shift = judges.get(judge, 0.0) + (probers or {}).get(prober, 0.0)
        whole = rerun[0 if target == "safe" else 1, rep]
        return float(means[target] + shift + scenario[number] + whole + conversation)

    return level

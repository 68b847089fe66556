"""Verdicts for tests: made up from a table, or read from the published ones where they are at hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from comparison.model import Cell, ScenarioFacts, Verdicts
from consensus.severity import SEVERITIES, Severity

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "safety"
LETTERS: Mapping[str, Severity | None] = {**{severity[0]: severity for severity in SEVERITIES}, "-": None}
"""`c h m l p`, and `-` for a cell that is unscored."""


def cell(target: str, rep: int, scenario: str, severity: Severity | None, **more: object) -> Cell:
    """A cell in which judges and people say the same."""
    fields = {
        "run_id": "run",
        "id": f"{target}/{rep}/{scenario}",
        "severity": severity,
        "by_judges": severity,
        "decided_by": None if severity is None else "consensus",
    }
    return Cell(target=target, rep=rep, scenario=scenario, **{**fields, **more})  # type: ignore[arg-type]


def verdicts(table: Mapping[str, Sequence[str]], categories: Mapping[str, Sequence[str]] = {}) -> Verdicts:
    """Target → one word of LETTERS for each rerun, a letter for each scenario s0, s1, …; blanks have no cell.

    `categories` maps each category to its scenarios; all are in one without it.
    """
    n = max(len(word) for words in table.values() for word in words)
    of = {name: category for category, names in categories.items() for name in names}
    names = [f"s{number}" for number in range(n)]
    return Verdicts(
        contract="c" * 64,
        pack="made",
        scenarios=[ScenarioFacts(name, of.get(name, "all"), "en") for name in names],
        targets=list(table),
        cells=[
            cell(target, rep, name, LETTERS[letter])
            for target, words in table.items()
            for rep, word in enumerate(words)
            for name, letter in zip(names, word, strict=False)
            if letter != " "
        ],
    )


def published(*packs: str) -> Verdicts:
    """The verdicts of two models on these packs, each pack a category; skips where they are not at hand."""
    if not REAL.is_dir():
        pytest.skip("the published verdicts are not beside this checkout")
    facts: dict[str, ScenarioFacts] = {}
    cells = []
    for pack in packs:
        for target in ("sonnet", "haiku"):
            [path] = REAL.glob(f"{pack}_{target}_*.json")
            for result in json.loads(path.read_text("utf-8"))["results"]:
                name = result["scenario_name"]
                facts[name] = ScenarioFacts(name, pack, "no")
                cells.append(cell(target, 0, name, result["severity"]))
    return Verdicts("", "published", list(facts.values()), ["sonnet", "haiku"], cells)


def transcripts() -> list[dict[str, str]]:
    """The 47 transcripts that were judged under three rubrics; skips where they are not at hand."""
    if not REAL.is_dir():
        pytest.skip("the published verdicts are not beside this checkout")
    with (REAL / "helsedir_verdicts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judged_by(rubric: str) -> Verdicts:
    """The 47 transcripts as the cells of one target, under one rubric."""
    rows = transcripts()
    facts = [ScenarioFacts(row["scenario"], row["category"], "no") for row in rows]
    cells = [cell("model", 0, row["scenario"], row[f"severity_{rubric}"]) for row in rows]  # type: ignore[arg-type]
    return Verdicts("", "transcripts", facts, ["model"], cells)

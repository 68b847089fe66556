"""What the offline auditor makes of the planted errors of the example."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from store.store import Store
from tests.console.harness import ROOT, invoke, table

CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"
TYPES = {"incomputable": "underspecified", "time_point": "extraction"}
"""Planted error → what it is called by an auditor who reads the note at one time: a value of another time
has been misread."""


@pytest.mark.slow
def test_planted_errors_are_found_without_a_false_alarm(tmp_path: Path) -> None:
    """23 of 25; one has no calculator, and of one the reader cannot tell the date that is asked for."""
    store = tmp_path / "clinic.db"
    result = invoke("audit", CLINIC, "--model", "offline", "--store", store, "--json", "--quiet")
    assert result.code == 0
    facts = result.json
    assert (facts["instances"], facts["stands"], facts["wrong"], facts["unsure"]) == (57, 25, 23, 9)
    planted = {row["Unique ID"]: row["error_kind"] for row in table(CLINIC.with_name("truth.csv"))}
    counts: Counter[tuple[str, str | None]] = Counter()
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="audit")
        for finding in opened.run_findings(run.id):
            source_id = opened.instance(run.benchmark_id, finding.instance_id).source_id
            if finding.verdict == "wrong":
                counts[planted[source_id], finding.error_type] += 1
            elif finding.verdict == "stands":
                assert planted[source_id] == "none"
    assert not any(kind == "none" for kind, _ in counts)
    right = {key: n for key, n in counts.items() if TYPES.get(key[0], key[0]) == key[1]}
    assert sum(right.values()) == 22
    assert counts["logic", "unit"] == 1, "a temperature in the wrong unit explains this score as well"
    assert invoke("verify", "--store", store).code == 0

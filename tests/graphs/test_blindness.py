"""Relabelling is blind to the original label, and to everything that audits say of it."""

from __future__ import annotations

import json
from pathlib import Path

from store.store import Store
from tests.console.harness import Desk, invoke
from tests.graphs import scripts
from tests.graphs.scripts import ROWS, instead, objects, says
from tests.model_server.replies import ServerRequest

LABEL = "31337.25"
REASON = "xylophone"
ANSWER = "27182.8"
EXPLANATION = "quicksilver"
STORED = "periwinkle"
SECRETS = (LABEL, REASON, ANSWER, EXPLANATION, STORED)
"""Words that stand in the label, its derivation and the audit's verdicts, and nowhere else."""

MARKED = tuple(
    row
    | {
        "label": LABEL,
        "stored_inputs": json.dumps({STORED: [1, "kg"]}),
        "explanation": f"{EXPLANATION}: so it is {LABEL}",
    }
    for row in (ROWS[0], ROWS[8], ROWS[12])
)
TWO_VOTES = ("--votes", "2", "--max-votes", "3", "--seed", "0")


def accusing(request: ServerRequest) -> dict[str, object]:
    return says("wrong", "logic", f"{REASON} at {ANSWER}", answer=ANSWER)


def objecting(request: ServerRequest) -> dict[str, object] | None:
    """A critic that sends every first sample back, so that all prompts there are get written."""
    return objects("look again") if scripts.sample_of(request) == 0 else None


def test_no_prompt_of_a_relabelling_run_tells_the_label_or_what_an_audit_said(desk: Desk) -> None:
    """An audit of the same benchmark in the same store, before the run and while it is open."""
    audit = desk.audit(*TWO_VOTES, rows=MARKED, script=instead("AuditVerdict", accusing))
    assert audit.json["wrong"] == len(MARKED)
    asked_by_audit = [json.dumps(record.request.body) for record in desk.server.records]
    assert any(LABEL in body and EXPLANATION in body and STORED in body for body in asked_by_audit)
    before = desk.server.count
    result = desk.relabel(*TWO_VOTES, rows=MARKED, script=instead("Critique", objecting))
    assert result.json["committed"] + result.json["awaiting_review"] == len(MARKED), result.err
    asked = [json.dumps(record.request.body) for record in desk.server.records[before:]]
    roles = {record.role for record in desk.server.records[before:]}
    assert roles == {"Extraction", "Program", "Critique"}
    assert [word for body in asked for word in SECRETS if word in body] == []
    with Store.open(desk.store, read_only=True) as store:
        run = store.latest_run()
        calls = [call for item in store.work(run.id) for call in store.calls(run.id, item)]
        assert len(calls) == len(asked)
        kept = json.dumps([call.model_dump(mode="json") for call in calls])
    assert [word for word in SECRETS if word in kept] == []


def test_the_offline_reader_is_asked_nothing_that_tells_the_label(tmp_path: Path) -> None:
    store = tmp_path / "labels.db"
    source = scripts.write_benchmark(tmp_path / "benchmark.jsonl", MARKED[:2])
    assert invoke("audit", source, "--model", "offline", "--store", store).code == 0
    assert invoke("relabel", source, "--store", store).code in (0, 3)
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run()
        calls = [call for item in opened.work(run.id) for call in opened.calls(run.id, item)]
    kept = json.dumps([call.model_dump(mode="json") for call in calls])
    assert calls
    assert [word for word in SECRETS if word in kept] == []

"""What notes, models and people wrote is text on the pages about a run, whatever it looks like."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from answers.model import NumberAnswer
from answers.text import plain
from review.timeline import SHOWN
from store.records import DecisionRecord, EscalationRecord, FailureRecord, RunRecord, VoteRecord
from store.store import Store
from tests.review.stores import HOSTILE
from tests.review.tables import table
from tests.review.test_instances import answered
from tests.review.web import browse
from tests.store.conftest import make_call, make_label, make_vote


def broken_out(page: str) -> list[str]:
    """What would steer a browser: elements and handlers that no template of ours has."""
    return re.findall(
        r"<(?:img|svg/|iframe|object)[^>]*"
        r'|<script(?! type="module" src="/static/)[^>]*'
        r"|<[^>]*\son\w+=[^>]*",
        page,
    )


@pytest.mark.slow
def test_hostile_notes_stay_text(hostile_store: Path) -> None:
    with Store.open(hostile_store) as store:
        run, client = store.latest_run(), browse(store)
        for instance_id in store.work(run.id):
            instance = store.instance(run.benchmark_id, instance_id)
            sealed = client.get(f"/runs/{run.id}/instances/{instance_id}")
            answered(store, run, instance_id)
            told = client.get(f"/runs/{run.id}/instances/{instance_id}")
            for page in (sealed, told):
                assert page.status_code == 200
                assert broken_out(page.text) == []
                assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.text)
                assert "{{ 7 * 7 }}" in page.text or "{{ 7" not in instance.context
            assert "Sealed" in sealed.text
            assert "evidence-0" in told.text
        listed = client.get(f"/runs/{run.id}/instances")
        assert broken_out(listed.text) == []
        assert len(table(listed.text, "Source id", "Status")) == len(HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_replies_stay_text(store: Store, run: RunRecord, ids: list[str], name: str) -> None:
    """Everything that a model or a person can write, on both pages that show it."""
    said = HOSTILE[name]
    ours = {"run_id": run.id, "instance_id": ids[0]}
    parts: list[Any] = [
        {"part_kind": "text", "content": said},
        {"part_kind": said[:50], "tool_name": said[:50], "args": {"x": said, "y": "\ud800"}},
    ]
    asked = {"messages": [{"instructions": said, "parts": parts}, {"parts": parts}, {"parts": parts}]}
    call = {"request": asked, "model": said[:80], "role": said[:80], "attempt_no": 2}
    store.add_call(make_call(run, ids[0], "a", response={"parts": parts}, **call))
    store.add_call(make_call(run, ids[0], "b", outcome="error", response=None, error=said, **call))
    vote = make_vote(run, ids[0], 0, objections=(said, "half \udc00"))
    assert vote.derivation is not None
    inputs = tuple(
        value.model_copy(update={"name": said[:80], "time": said[:80], "unit": said[:80]})
        for value in vote.derivation.inputs
    )
    steps = tuple(
        step.model_copy(update={"name": said[:80], "expression": said[:80]}) for step in vote.derivation.steps
    )
    derivation = vote.derivation.model_copy(
        update={"inputs": inputs, "steps": steps, "notes": (said,), "code": said}
    )
    store.add_vote(vote.model_copy(update={"derivation": derivation}))
    store.add_vote(VoteRecord(**ours, sample=1, failure=said))
    store.add_escalation(EscalationRecord(**ours, reason="failed", detail={"why": said}))
    answered(store, run, ids[0])
    decision = store.add_decision(
        DecisionRecord(**ours, reviewer="A. Reviewer", note=said, answer=NumberAnswer(value=1))
    )
    store.add_label(make_label(run, ids[0], reason=said, decided_by="reviewer", decision_id=decision.id))
    store.add_failure(FailureRecord(run_id=run.id, instance_id=ids[1], error=said))
    client = browse(store)
    for path in (f"/runs/{run.id}", f"/runs/{run.id}/instances/{ids[0]}?a=0&b=1"):
        page = client.get(path)
        assert page.status_code == 200
        assert broken_out(page.text) == []
        assert plain(said[:40]).strip().splitlines()[0] in html.unescape(page.text)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", page.text)
    raw = client.get(f"/runs/{run.id}/instances/{ids[0]}?raw=1")
    assert raw.headers["content-type"].startswith("text/plain")
    assert json.loads(raw.text)["calls"][0]["model"] == said[:80]


def test_a_huge_message_is_cut_and_says_where_the_rest_is(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    huge = "x" * 1_000_000
    store.add_call(make_call(run, ids[0], response={"parts": [{"part_kind": "text", "content": huge}]}))
    page = browse(store).get(f"/runs/{run.id}/instances/{ids[0]}").text
    assert len(page) < 2 * SHOWN
    assert f"{1_000_000 - SHOWN:,} more characters" in page
    assert huge in browse(store).get(f"/runs/{run.id}/instances/{ids[0]}?raw=1").text

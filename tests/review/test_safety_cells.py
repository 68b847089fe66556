"""Cells and Cell: the way to a verdict, and neither targets nor verdicts while anything waits blind."""

from __future__ import annotations

import html
import json
import re
from itertools import chain

import pytest
from starlette.testclient import TestClient

from consensus.severity import Severity
from graphs.subjects import cell_trace_facts
from review.screens import safety_cells
from store import safety
from store.cell_browse import CellFilter, Seal, cell_rows
from store.records import FailureRecord, RetractionRecord
from store.safety_records import CellRecord
from store.store import Store
from tests.review.panels import (
    HOSTILE,
    JUDGES,
    SCENARIOS,
    SPLIT,
    TARGETS,
    Panels,
    executed,
    planted_panels,
    safety_run,
    scenario,
)
from tests.review.tables import table
from tests.review.web import VIEWER, B, browse
from tests.store.conftest import make_call

AGREED: tuple[Severity, ...] = ("pass", "pass", "low")


def listing(panels: Panels, query: str = "") -> str:
    return f"/safety/{panels.run.id}/cells{query}"


def page_of(panels: Panels, cell: CellRecord) -> str:
    return f"{listing(panels)}/{cell.instance_id}"


def settled(store: Store) -> Panels:
    """A run in which nothing waits: agreed, failed, retracted and pending cells."""
    panels = safety_run(store)
    first, second = TARGETS
    panels.judged(panels.cell("Twice the dose", first), AGREED)
    panels.judged(panels.cell("Twice the dose", second), ("high",) * 3)
    failed, gone = panels.cell("Dobbel dose", first), panels.cell("Dobbel dose", second)
    store.add_failure(FailureRecord(run_id=panels.run.id, instance_id=failed.instance_id, error="down"))
    panels.judged(gone, ("low",) * 3)
    label = store.current_label(panels.run.id, gone.instance_id)
    assert label is not None
    assert label.id is not None
    store.retract_label(
        RetractionRecord(
            run_id=panels.run.id,
            instance_id=gone.instance_id,
            label_id=label.id,
            reviewer="A. Reviewer",
            reason="wrong scenario",
        )
    )
    return panels


def review(client: TestClient, panels: Panels, cell: CellRecord, choice: str = "mine") -> None:
    """Answer blind and decide."""
    path = panels.page(cell)
    assert client.post(f"{path}/blind", data=panels.sent(severity="low")).status_code == 303
    assert client.post(f"{path}/decide", data=panels.sent(choice=choice, seen="0")).status_code == 303


def test_the_list_has_each_cell_with_its_verdict_or_state(store: Store) -> None:
    panels = settled(store)
    rows = table(browse(store).get(listing(panels)).text, "Scenario", "Decided by")
    first, second = TARGETS
    assert rows == [
        ["Twice the dose", "dosing", "en", "committed", first, "0", "pass", "consensus"],
        ["Twice the dose", "dosing", "en", "committed", second, "0", "high", "consensus"],
        ["Dobbel dose", "dosing", "nb", "failed", first, "0", "–", "–"],
        ["Dobbel dose", "dosing", "nb", "retracted", second, "0", "–", "–"],
        ["A stranger's letter", "privacy", "en", "pending", first, "0", "–", "–"],
        ["A stranger's letter", "privacy", "en", "pending", second, "0", "–", "–"],
    ]


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        (f"target={TARGETS[1]}", 3),
        ("category=privacy", 2),
        ("state=committed", 2),
        (f"state=retracted&target={TARGETS[1]}", 1),
        (f"state=retracted&target={TARGETS[0]}", 0),
        ("state=no&target=such&category=filter", 6),
    ],
)
def test_the_list_is_filtered_by_the_address(store: Store, query: str, cells: int) -> None:
    panels = settled(store)
    page = browse(store).get(listing(panels, f"?{query}")).text
    assert f"of {cells} cells</span>" in page
    assert page.count("data-row href") == cells


def test_the_list_is_cut_into_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety_cells, "PAGE", 4)
    panels = safety_run(store, [scenario(f"number {n}") for n in range(5)])
    client = browse(store)
    pages = [client.get(listing(panels, f"?page={n}")).text for n in (1, 2, 3)]
    found = [re.findall(r'data-row href="[^"]*/cells/(\w+)"', page) for page in pages]
    assert [len(ids) for ids in found] == [4, 4, 2]
    assert {*chain(*found)} == {one.cell.instance_id for one in safety.cells(store.file, panels.run.id)}
    assert "5–8 of 10 cells" in pages[1]


def test_while_something_waits_the_list_has_no_targets_and_the_order_tells_none(store: Store) -> None:
    panels = planted_panels(store)
    for client in (browse(store), browse(store, VIEWER)):
        page = client.get(listing(panels, f"?target={TARGETS[0]}")).text
        assert "2 conversations wait" in page
        assert not [word for word in (*TARGETS, "Decided by", "consensus</td>") if word in page]
        ids = re.findall(r'data-row href="[^"]*/cells/(\w+)"', page)
        assert len(ids) == 6, "a target filters nothing"
        of_one = [ids[n : n + 2] for n in (0, 2, 4)]
        assert of_one == [sorted(pair) for pair in of_one], "by scenario, then by id"


def test_a_seal_on_one_cell_keeps_its_target_and_the_order_from_the_list(store: Store) -> None:
    panels = settled(store)
    cell = panels.cell("Twice the dose")
    seal = Seal(of={cell.instance_id}, waiting=(), targets=False)
    rows = cell_rows(store.file, panels.run.id, CellFilter(), seal, limit=9)
    assert [row.instance_id for row in rows[:2]] == sorted(row.instance_id for row in rows[:2])
    told = {row.instance_id: (row.target, row.answer is not None) for row in rows}
    assert told[cell.instance_id] == (None, False)
    assert told[panels.cell("Twice the dose", TARGETS[1]).instance_id] == (TARGETS[1], True)
    of_target = cell_rows(store.file, panels.run.id, CellFilter(target=TARGETS[0]), seal, limit=9)
    assert cell.instance_id not in {row.instance_id for row in of_target}


def test_a_cell_opens_with_the_blind_answer_and_all_of_them_when_nothing_waits(store: Store) -> None:
    panels, client = planted_panels(store), browse(store)
    mine, other = panels.cell("Twice the dose"), panels.cell("Twice the dose", TARGETS[1])
    agreed = panels.cell("Dobbel dose")
    for cell in (mine, other, agreed):
        page = client.get(page_of(panels, cell)).text
        assert "Sealed" in page
        assert "Take both" in page, "the conversation is what a blind reviewer knows"
        assert not [word for word in (*TARGETS, *JUDGES, "reason-8811") if word in page]
        assert (panels.page(cell) in page) is (cell != agreed), "a link to what waits"
        assert TARGETS[0] not in client.get(f"{page_of(panels, cell)}?raw=1").text
    review(client, panels, mine)
    assert TARGETS[0] in client.get(page_of(panels, mine)).text
    assert "Sealed" in client.get(page_of(panels, agreed)).text, "another one still waits"
    review(client, panels, other)
    for reader in (client, browse(store, B), browse(store, VIEWER)):
        for cell in (mine, other, agreed):
            page = reader.get(page_of(panels, cell)).text
            assert cell.target in page
            assert "Sealed" not in page


def test_a_cell_shows_judgments_quotes_decisions_and_every_verdict(store: Store) -> None:
    panels, client = planted_panels(store), browse(store)
    mine, other = panels.cell("Twice the dose"), panels.cell("Twice the dose", TARGETS[1])
    review(client, panels, mine)
    review(client, panels, other)
    review_again = panels.sent(choice="consensus", seen=str(panels.decisions(mine)[-1].id))
    assert client.post(f"{panels.page(mine)}/decide", data=review_again).status_code == 303
    page = client.get(page_of(panels, mine)).text
    ledger = page.partition('<ol class="ledger">')[2].partition("</ol>")[0]
    assert re.findall(r"<strong>(\w[\w ]*)</strong> (?:by|of)", ledger) == [
        "blind answer", "decision", "verdict", "decision", "verdict",
    ]  # fmt: skip
    assert re.findall(r"badge [\w ]*\">(\w+)<", ledger) == ["superseded", "stands"]
    assert all(judge in page for judge in JUDGES)
    assert "why-8813" in page
    assert (
        {*re.findall(r'href="#(q-\d-\d)"', page)}
        == {*re.findall(r'<mark [^>]*id="(q-\d-\d)"', page)}
        != set()
    )
    steps = [row[0] for row in table(page, "When", "How")]
    assert steps == ["consensus", "escalate", "human_review", "commit", "commit"]


def test_every_call_is_shown_with_what_was_asked_and_replied(store: Store) -> None:
    panels = executed(store)
    safe = panels.cell("Asked twice", "safe")
    client = browse(store)
    review(client, panels, panels.cell("Asked twice", "unsafe"))
    for key, seat in (("a", 0), ("b", 1), ("c", 0)):
        asked = {"role": "judge", "sample": seat, "prompt_sha": None, "latency_s": 2.5}
        store.add_call(make_call(panels.run, safe.instance_id, key, **asked))
    calls = store.calls(panels.run.id, safe.instance_id)
    page = client.get(page_of(panels, safe)).text
    assert {*re.findall(r'id="call-(\d+)"', page)} == {str(call.id) for call in calls}
    rows = table(page, "Part", "Cost")
    judged = [(row[0], row[1], row[5:]) for row in rows if row[1] == "judge"]
    assert judged == [
        ("Judge 1: strict", "judge", ["2", "2", "24", "6", "$0.50000"]),
        ("Judge 2: lenient", "judge", ["1", "1", "12", "3", "$0.25000"]),
    ]
    assert {row[1] for row in rows if row[0] == "Prober and target"} == {"prober", "target"}
    assert sum(int(row[5]) for row in rows) == len(calls)
    assert "80 kg" in page
    raw = client.get(f"{page_of(panels, safe)}?raw=1")
    assert raw.headers["content-type"] == "text/plain; charset=utf-8"
    assert json.loads(raw.text) == json.loads(json.dumps(cell_trace_facts(store, panels.run, safe)))


def test_a_cell_that_still_waits_after_the_blind_answer_leads_to_its_review(store: Store) -> None:
    panels, client = planted_panels(store), browse(store)
    cell = panels.cell("Twice the dose")
    client.post(f"{panels.page(cell)}/blind", data=panels.sent(severity="low"))
    assert f'href="{panels.page(cell)}"' in client.get(page_of(panels, cell)).text


def test_what_models_wrote_is_text(store: Store) -> None:
    panels = safety_run(store, SCENARIOS[:1])
    cell = panels.cell("Twice the dose")
    panels.judged(cell, SPLIT, answer=f"{HOSTILE} nobody")
    client = browse(store)
    sealed = client.get(page_of(panels, cell)).text
    review(client, panels, cell)
    opened = client.get(page_of(panels, cell)).text
    assert ("Sealed" in sealed, "Sealed" in opened) == (True, False)
    for page in (sealed, opened):
        assert "<script>document.title" in html.unescape(page)
        assert not [sign for sign in ("<script>", "<img", "\u202e", "\x1b", "\x00") if sign in page]
        assert page.count("</textarea>") == 0


def test_a_cell_that_there_is_not_is_not_found(store: Store) -> None:
    panels = planted_panels(store)
    assert browse(store).get(f"{listing(panels)}/no-such").status_code == 404

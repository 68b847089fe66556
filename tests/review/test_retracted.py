"""What the pages say of a label that was withdrawn."""

from __future__ import annotations

from store.records import RetractionRecord, RunRecord
from store.store import Store
from tests.review.test_runs import facts
from tests.review.web import browse


def test_a_retracted_label_is_shown_as_such_with_who_and_why(
    full: Store, run: RunRecord, ids: list[str]
) -> None:
    label = full.current_label(run.id, ids[0])
    assert label is not None
    withdrawn = {"run_id": run.id, "instance_id": ids[0], "label_id": label.id, "reviewer": "B. Reviewer"}
    full.retract_label(RetractionRecord.model_validate({**withdrawn, "reason": "<b>two</b> patients"}))
    client = browse(full)
    page = client.get(f"/runs/{run.id}/instances/{ids[0]}").text
    listed = client.get(f"/runs/{run.id}/instances?state=retracted").text
    committed = client.get(f"/runs/{run.id}/instances?state=committed").text
    stands = client.get(f"/runs/{run.id}").text
    assert "<b>two</b>" not in page
    text = facts(page)
    assert "retracted by B. Reviewer" in text
    ledger = facts(page.partition("<h2>Ledger</h2>")[2].partition("</ol>")[0])
    assert ledger.index("label by consensus retracted") < ledger.index("retraction by B. Reviewer")
    assert "<b>two</b> patients" in ledger, "as text, not as markup"
    timeline = facts(page.partition('id="timeline"')[2])
    assert "retract" in timeline
    assert f"/instances/{ids[0]}" in listed
    assert f"/instances/{ids[0]}" not in committed
    assert "1 retracted" in facts(stands)

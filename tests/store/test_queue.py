"""The queue by reason adds up to the queue as a whole, whatever has been decided in it."""

from __future__ import annotations

from pathlib import Path

from answers.model import NumberAnswer
from store.queue import queue_progress, queue_reasons, waiting_audits, waiting_instances
from store.records import DecisionRecord
from store.store import Store
from tests.review.conftest import clinic_store, made_once
from tests.review.large import large

__all__ = ["clinic_store", "made_once"]


def test_the_reasons_add_up(clinic_store: Path, tmp_path: Path) -> None:
    run_id = large(tmp_path / "large.db", clinic_store, 140)
    with Store.open(tmp_path / "large.db") as store:
        audited = sorted(waiting_audits(store.file, run_id))[0]
        store.add_decision(
            DecisionRecord(
                run_id=run_id, instance_id=audited, reviewer="A. Reviewer", answer=NumberAnswer(value=1)
            )
        )
        found, whole = queue_reasons(store.file, run_id), queue_progress(store.file, run_id)
        audits = waiting_audits(store.file, run_id)
        waiting = waiting_instances(store.file, run_id)
        of_sample = {
            escalation.instance_id
            for instance_id in store.work(run_id)
            if (escalation := store.escalation(run_id, instance_id)) and escalation.reason == "audit_sample"
        }
    assert len(found) >= 5
    totals = [one.total for one in found.values()]
    assert totals == sorted(totals, reverse=True)
    assert sum(totals) == whole.total
    assert sum(one.settled for one in found.values()) == whole.settled > 0
    assert sum(one.disputed for one in found.values()) == whole.disputed > 0
    assert audits == waiting & of_sample
    assert audits == of_sample - {audited}
    assert len(audits) > 1

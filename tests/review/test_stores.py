"""The stores that the tests of the review app stand on hold what these tests need."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from store.queue import queue_progress
from store.store import Store
from store.verify import verify
from tests.review import stores
from tests.review.large import NOTE_LENGTH, large


def test_the_large_store_has_what_a_real_one_has(clinic_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    run_id = large(path, clinic_store, 140)
    with Store.open(path, read_only=True) as store:
        benchmark_id = store.run(run_id).benchmark_id
        escalations = [e for item in store.work(run_id) if (e := store.escalation(run_id, item))]
        reasons = Counter(escalation.reason for escalation in escalations)
        assert len(escalations) == 140
        assert len(reasons) >= 6
        assert reasons["audit_sample"] == 20
        progress = queue_progress(store.file, run_id)
        assert progress.settled >= 10
        assert progress.disputed >= 2
        assert store.counts(run_id).committed == 28 + 20 + progress.settled
        for escalation in escalations[::7]:
            bundle = store.trace(run_id, escalation.instance_id)
            assert len(bundle.instance.context) == NOTE_LENGTH
            assert len(bundle.votes) >= 5
            assert len(bundle.labels) >= (escalation.reason == "audit_sample")
            quotes = [
                value.evidence
                for vote in bundle.votes
                if vote.derivation
                for value in vote.derivation.inputs
                if value.evidence and value.evidence.where == "context"
            ]
            assert all(bundle.instance.context[q.start : q.end] == q.quote for q in quotes)
        every = [store.instance(benchmark_id, e.instance_id) for e in escalations]
        assert len({instance.calculator for instance in every}) >= 20


def test_hostile_notes_are_escalated_with_evidence_behind_what_is_hostile(hostile_store: Path) -> None:
    with Store.open(hostile_store, read_only=True) as store:
        run = store.latest_run()
        waiting = {e.instance_id for e in store.open_escalations(run.id)}
        assert len(waiting) == len(list(store.work(run.id))) == len(stores.HOSTILE)
        for instance_id in waiting:
            bundle = store.trace(run.id, instance_id)
            derivations = [vote.derivation for vote in bundle.votes if vote.derivation]
            quotes = [v.evidence for d in derivations for v in d.inputs if v.evidence]
            assert quotes
            assert min(q.start for q in quotes) > bundle.instance.context.index(stores.HOSTILE_END)
        assert verify(store).ok


@pytest.mark.slow
def test_real_notes_give_enough_to_review(medcalc_store: Path) -> None:
    with Store.open(medcalc_store, read_only=True) as store:
        run = store.latest_run()
        escalations = store.open_escalations(run.id)
        assert len(escalations) >= 15
        assert len({escalation.reason for escalation in escalations}) >= 3

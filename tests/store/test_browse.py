"""The list of a run's instances: filtered and cut into pages by SQL, with what is sealed left out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from store import browse
from store.browse import InstanceFilter, InstanceState
from store.records import RunRecord
from store.store import Store
from tests.store.conftest import make_label


def listed(
    store: Store, run: RunRecord, *, waiting: Sequence[str] = (), sealed: Sequence[str] = (), **wanted: str
) -> list[str]:
    """Ids of all instances that the filter lets through; their number is that of `count`."""
    asked = InstanceFilter(**wanted)  # type: ignore[arg-type]
    rows = browse.page(store.file, run.id, asked, waiting=waiting, sealed=sealed, limit=100)
    assert browse.count(store.file, run.id, asked, waiting=waiting, sealed=sealed) == len(rows)
    return [row.instance_id for row in rows]


def test_states_are_those_of_the_counts(full: Store, run: RunRecord, ids: list[str]) -> None:
    expected: dict[InstanceState, list[str]] = {
        "committed": ids[:3],
        "in_review": [ids[3]],
        "failed": [ids[4]],
        "pending": [ids[5]],
    }
    for state, instance_ids in expected.items():
        assert listed(full, run, state=state) == instance_ids
    assert listed(full, run) == ids
    counts = full.counts(run.id)
    assert (counts.committed, counts.awaiting_review, counts.failed, counts.pending) == (3, 1, 1, 1)


def test_filters_by_label_calculator_and_text(full: Store, run: RunRecord, ids: list[str]) -> None:
    assert listed(full, run, status="revised") == [ids[1]]
    assert listed(full, run, status="ambiguous") == []
    assert listed(full, run, calculator="body_mass_index") == ids
    assert listed(full, run, calculator="fib4") == []
    assert listed(full, run, text="3") == [ids[3]]
    assert listed(full, run, text="%") == listed(full, run, text="_") == [], (
        "no pattern, but a part of the id"
    )
    assert browse.calculators(full.file, run.id) == ["body_mass_index"]


def test_a_superseded_label_is_not_listed(full: Store, run: RunRecord, ids: list[str]) -> None:
    standing = full.current_label(run.id, ids[0])
    assert standing is not None
    full.supersede_label(make_label(run, ids[0], status="ambiguous", answer=None, supersedes=standing.id))
    assert listed(full, run) == ids
    assert listed(full, run, status="ambiguous") == [ids[0]]
    assert ids[0] not in listed(full, run, status="confirmed")


def test_of_a_sealed_instance_nothing_is_told_by_row_or_filter(
    full: Store, run: RunRecord, ids: list[str]
) -> None:
    """An audit sample, which has a label, looks like an escalation."""
    audited, escalated = ids[1], ids[3]
    hidden = (audited, escalated)
    rows = browse.page(full.file, run.id, InstanceFilter(), waiting=hidden, sealed=hidden, limit=100)
    by_id = {row.instance_id: row for row in rows}
    for instance_id in hidden:
        row = by_id[instance_id]
        assert (row.state, row.sealed) == ("in_review", True)
        assert (row.original, row.answer, row.status, row.decided_by, row.agreement) == (None,) * 5
    assert by_id[ids[0]].original == "20.0"
    given = {"waiting": hidden, "sealed": hidden}
    assert listed(full, run, state="in_review", **given) == [audited, escalated]  # type: ignore[arg-type]
    assert audited not in listed(full, run, state="committed", **given)  # type: ignore[arg-type]
    assert listed(full, run, status="revised", **given) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_pages_are_the_list(full: Store, run: RunRecord, ids: list[str], size: int) -> None:
    found: list[str] = []
    for offset in range(0, len(ids), size):
        rows = browse.page(
            full.file, run.id, InstanceFilter(), waiting=(), sealed=(), limit=size, offset=offset
        )
        assert len(rows) <= size
        found += [row.instance_id for row in rows]
    assert found == ids

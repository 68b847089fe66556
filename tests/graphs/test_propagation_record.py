"""What is on record of a decision that was carried over: complete after a crash, and checked by `verify`."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from graphs import engine
from store.records import DecisionRecord
from store.store import Store
from tests.console.harness import Desk
from tests.graphs import scripts
from tests.graphs.gaps import (
    CARRIED,
    FALL,
    PROPAGATE,
    RISE,
    ROWS,
    THREE_VOTES,
    agents,
    decide,
    effects,
    traced,
    value,
    written,
)
from tests.graphs.scripts import delta_gap
from tests.store.tampering import tampered


@pytest.mark.parametrize("then", ["again", "resume"])
def test_a_crash_after_the_record_is_made_good(
    open_gaps: Desk, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """The decisions are on record, and the process ends before the second thread is resumed."""
    deliver = engine.Engine.deliver
    delivered: list[int | None] = []

    async def dying(self: engine.Engine, decision: DecisionRecord) -> None:
        if delivered:
            raise KeyboardInterrupt
        delivered.append(decision.id)
        await deliver(self, decision)

    with monkeypatch.context() as patched:
        patched.setattr(engine.Engine, "deliver", dying)
        interrupted = decide(open_gaps, "gap-1", RISE, *PROPAGATE)
    assert interrupted.code == 130
    assert "the same command or `resume` goes on" in interrupted.err
    assert written(open_gaps)["decisions"] == 3
    assert [value(open_gaps, name) for name in ("gap-1", *CARRIED)] == [18.0, None, None]
    assert open_gaps("verify").code == 0, "a decision that is to be delivered is no fault"
    result = decide(open_gaps, "gap-1", RISE, *PROPAGATE) if then == "again" else open_gaps.resume()
    assert result.code == (0 if then == "again" else 3), result.err
    assert [value(open_gaps, name) for name in ("gap-1", *CARRIED)] == [18.0, 13.0, 8.0]
    assert written(open_gaps)["decisions"] == 3
    assert open_gaps("verify").code == 0


def many_gaps(count: int) -> tuple[scripts.Row, ...]:
    return tuple(delta_gap(f"gap-{k}", 130 + k % 20, str(8 + k % 20)) for k in range(count))


def killed(desk: Desk, when: Callable[[], bool]) -> bool:
    """SIGKILL the propagation once something holds; False where it had ended before."""
    process = desk.background("decide", "gap-0", "--convention", FALL, *PROPAGATE)
    while not when():
        if not process.process.is_alive():
            return False
        time.sleep(0.002)
    process.kill()
    return True


@pytest.mark.slow
def test_a_killed_propagation_is_completed_by_the_same_command(desk: Desk) -> None:
    """40 waiting and, of another run, 40 committed siblings; killed once the first rows are there."""
    rows = many_gaps(41)
    one = ("--votes", "1", "--max-votes", "1")
    for fixed, kept in (((), "labels"), (("--convention", RISE), "decisions")):
        desk.relabel(*one, *fixed, "--new-run", rows=rows, script=scripts.agents)
        before = written(desk)
        killed(desk, lambda before=before, kept=kept: written(desk)[kept] > before[kept])  # type: ignore[misc]
        after = written(desk)
        assert after["decisions"] - before["decisions"] in (0, 41), "all of them are on record, or none"
        if fixed:
            assert after["labels"] - before["labels"] == after["decisions"] - before["decisions"]
        assert desk("verify").code == 0
        result = decide(desk, "gap-0", FALL, *PROPAGATE, "--json")
        assert set(effects(result).values()) <= {"decided", "decide", "supersede"}
        assert [value(desk, row["id"]) for row in rows] == [float(k % 20 - 6) for k in range(41)]
        assert written(desk)["decisions"] - before["decisions"] == 41
        assert desk("verify").code == 0


def test_two_reviewers_at_once_carry_over_one_option(open_gaps: Desk) -> None:
    first, second = (
        open_gaps.background(
            "decide", instance, "--convention", option, "--propagate", "--yes", "--reviewer", who
        )
        for instance, option, who in (("gap-1", RISE, "Ana"), ("gap-2", FALL, "Ben"))
    )
    codes = sorted((first.wait().code, second.wait().code))
    assert codes[0] == 0
    assert codes[1] in (0, 2), first.err() + second.err()
    assert "Traceback" not in first.err() + second.err()
    values = [value(open_gaps, name) for name in ("gap-1", *CARRIED)]
    assert values in ([18.0, 13.0, 8.0], [4.0, -1.0, -6.0])
    assert [len(traced(open_gaps, name)[0]) for name in ("gap-1", *CARRIED)] == [1, 1, 1]
    assert open_gaps("verify").code == 0


def test_votes_of_another_version_of_the_calculator_are_left_alone(open_gaps: Desk) -> None:
    """A later version would give an answer that nobody voted for."""
    with Store.open(open_gaps.store) as store, store.transaction() as db:
        db.execute("DROP TRIGGER votes_no_update")
        older = "UPDATE votes SET derivation = json_set(derivation, '$.version', '0')"
        db.execute(f"{older} WHERE instance_id IN (SELECT id FROM instances WHERE source_id = 'gap-2')")
    refused = decide(open_gaps, "gap-2", FALL, "--reviewer", "Ana")
    assert refused.code == 2
    assert "delta_gap was version 0 and is " in refused.err
    found = effects(decide(open_gaps, "gap-1", FALL, *PROPAGATE, "--json"))
    assert (found["gap-2"], found["gap-3"]) == ("contentious", "decide")
    (use,) = open_gaps("conventions", "--id", "delta_gap", "--json").json
    (problem,) = (item for item in use["instances"] if item["problem"])
    assert problem["source_id"] == "gap-2"
    assert problem["under"] == {"ag_minus_12": "13", "minus_bicarbonate_fall": None}
    assert "not reproducible" in open_gaps("conventions", "--id", "delta_gap").out
    assert open_gaps("verify", "--json").json["skipped"] == {"derivations": 3}


TAMPERED = [
    (
        'UPDATE decisions SET conventions = \'{"delta_gap":"minus_bicarbonate_fall"}\' WHERE id = 2',
        "settles {'delta_gap': 'minus_bicarbonate_fall'}, but decision 1 settled",
    ),
    (
        'UPDATE decisions SET conventions = \'{"delta_gap":"minus_bicarbonate_fall"}\'',
        "but under delta_gap = minus_bicarbonate_fall the votes say",
    ),
    (
        "UPDATE decisions SET answer = json_set(answer, '$.value', 12.5) WHERE id = 2; "
        "UPDATE labels SET answer = json_set(answer, '$.value', 12.5) WHERE decision_id = 2",
        "but under delta_gap = ag_minus_12 the votes say",
    ),
    ("UPDATE decisions SET propagated_from = 2 WHERE id = 2", "is not one of its run"),
    ("UPDATE decisions SET propagated_from = 77 WHERE id = 2", "is not one of its run"),
    ("UPDATE labels SET agreement = 0.9 WHERE decision_id = 2", "gives an agreement of 0.9, but under"),
    ("UPDATE decisions SET conventions = '{}' WHERE id = 2", "only a decision on conventions"),
    (
        "UPDATE decisions SET instance_id = (SELECT id FROM instances WHERE source_id = 'gap-objected') "
        "WHERE id = 3",
        "the votes do not: evidence of sodium: drawn after treatment",
    ),
    (
        "UPDATE votes SET derivation = json_set(derivation, '$.alternatives.delta_gap.ag_minus_12.value', 1)",
        "executed again its conventions give other answers",
    ),
    (
        "DELETE FROM labels WHERE supersedes IS NOT NULL",
        "'Ana' decided, but the current label",
    ),
]


@pytest.mark.parametrize(("statements", "problem"), TAMPERED, ids=[case[1][:40] for case in TAMPERED])
def test_verify_finds_what_was_tampered_with(open_gaps: Desk, statements: str, problem: str) -> None:
    decide(open_gaps, "gap-1", RISE, *PROPAGATE)
    if "supersedes" in statements:
        open_gaps.relabel(*THREE_VOTES, "--convention", FALL, rows=ROWS[:3], script=agents)
        decide(open_gaps, "gap-1", RISE, *PROPAGATE)
    assert open_gaps("verify").code == 0
    with Store.open(open_gaps.store) as store:
        found = [str(each) for each in tampered(store, open_gaps.store, *statements.split("; ")).problems]
    assert any(problem in each for each in found), found


def test_a_store_without_the_columns_is_brought_up_to_date(open_gaps: Desk) -> None:
    """As an earlier Steward left it: the decision of a reviewer counts, and conventions can be decided."""
    assert open_gaps("decide", "gap-2", "--answer", "13", "--reviewer", "Ben").code == 0
    with Store.open(open_gaps.store) as store, store.transaction() as db:
        later = ("calls_totals", "instances_calculator", "instances_listed", "votes_touched")
        for index in ("decisions_submission", *later):
            db.execute(f"DROP INDEX {index}")
        review = ("submission", "derivation", "seconds", "confidence", "error_type", "choice", "standing")
        for column in (*review, "propagated_from", "conventions"):
            db.execute(f"ALTER TABLE decisions DROP COLUMN {column}")
        for column in ("passes_for", "listed_change", "listed_as", "change", "share"):
            db.execute(f"ALTER TABLE escalations DROP COLUMN {column}")
        for table in ("audit_draws", "drain_requests", "reservations", "drafts"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP VIEW current_labels")
        db.execute("DROP TABLE retractions")
        db.execute(
            "CREATE VIEW current_labels AS SELECT * FROM labels "
            "WHERE NOT EXISTS (SELECT 1 FROM labels AS later WHERE later.supersedes = labels.id)"
        )
        safety = ("claims", "judgments", "transcripts", "cells", "targets", "contract_names")
        for table in ("audit_votes", "findings", "triage", *safety):
            db.execute(f"DROP TABLE {table}")
        db.execute("ALTER TABLE runs DROP COLUMN workflow")
        for column in ("batch_id", "cached_from"):
            db.execute(f"ALTER TABLE calls DROP COLUMN {column}")
        for table in ("batch_ends", "batch_handles", "batch_requests", "batches"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name <> 'm001_tables'")
    assert "older schema" in open_gaps("status").err
    assert effects(decide(open_gaps, "gap-1", RISE, *PROPAGATE, "--json"))["gap-2"] == "unchanged"
    assert open_gaps("verify").code == 0

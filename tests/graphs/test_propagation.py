"""A convention is decided once: what is carried over to whom, what is left alone, and what a crash leaves."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphs import engine
from graphs.jobs import JobError
from graphs.propagation import carry_out, make_plan
from store.records import DecisionRecord, LabelRecord
from store.store import Store
from tests.console.harness import ROOT, Desk, Result, invoke
from tests.graphs import scripts
from tests.graphs.scripts import delta_gap, objects, read_input, role_of, sample_of, task_text
from tests.model_server.replies import HttpError, JsonReply, Reply, ServerRequest
from tests.store.tampering import tampered

RISE, FALL = "delta_gap=ag_minus_12", "delta_gap=minus_bicarbonate_fall"
THREE_VOTES = ("--votes", "3", "--max-votes", "3", "--seed", "0")
ROWS = (
    delta_gap("gap-1", 140, "18"),
    delta_gap("gap-2", 135, "-1"),
    delta_gap("gap-3", 130, "8"),
    delta_gap("gap-split", 120, "-2"),
    delta_gap("gap-objected", 150, "28"),
    delta_gap("gap-stated", 145, "23", "What is the delta gap, defined as the anion gap minus 12?"),
    scripts.ROWS[0],
)
CARRIED = ("gap-2", "gap-3")
PROPAGATE = ("--propagate", "--yes", "--reviewer", "Ana")


def agents(request: ServerRequest) -> Reply:
    """Right agents, but one note is read in three ways, and the critic objects to another one."""
    text, role = task_text(request), role_of(request)
    if role == "Extraction" and "sodium 120" in text:
        found = scripts.extraction(text)
        gap = next(entry for entry in found["inputs"] if entry["name"] == "chloride")
        gap |= read_input("chloride", "chloride 100 mEq/L") | {"status": "present"}
        gap["value"] = 100 + 10 * sample_of(request)
        gap["quote"] = "chloride 100 mEq/L"
        return JsonReply(found)
    if role == "Critique" and "sodium 150" in text:
        return JsonReply(objects("drawn after treatment", "sodium"))
    return scripts.agents(request)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """The convention is open: all that hang on it wait, and the server would answer no further request."""
    result = desk.relabel(*THREE_VOTES, rows=ROWS, script=agents)
    assert result.code == 3, result.err
    assert result.json["escalated"] == {"convention_open": 4, "low_consensus": 1}
    desk.roles()
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    return desk


@pytest.fixture
def committed(desk: Desk) -> Desk:
    """The run fixes the convention, so that most are committed under it."""
    result = desk.relabel(*THREE_VOTES, "--convention", RISE, rows=ROWS, script=agents)
    assert result.json["escalated"] == {"critic_objects": 1, "low_consensus": 1}
    desk.roles()
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    return desk


def decide(desk: Desk, instance: str, option: str, *args: str) -> Result:
    return desk("decide", instance, "--convention", option, *args)


def effects(result: Result) -> dict[str, str]:
    assert result.code == 0, result.err
    return {entry["source_id"]: entry["effect"] for entry in result.json["instances"]}


def traced(desk: Desk, source_id: str) -> tuple[tuple[DecisionRecord, ...], tuple[LabelRecord, ...]]:
    with Store.open(desk.store, read_only=True) as store:
        bundle = store.trace(store.latest_run().id, source_id)
    return bundle.decisions, bundle.labels


def written(desk: Desk) -> dict[str, int]:
    """Rows of what a decision writes."""
    with Store.open(desk.store, read_only=True) as store:
        tables = ("decisions", "labels", "run_events", "votes", "escalations")
        return {name: len(store.file.rows(f"SELECT 1 FROM {name}")) for name in tables}


def value(desk: Desk, source_id: str) -> object:
    label = desk.label(source_id)
    return None if label is None or label.answer is None else label.answer.model_dump()["value"]


def test_a_decision_by_convention_settles_its_instance_alone(waiting: Desk) -> None:
    result = decide(waiting, "gap-1", FALL, "--reviewer", "Ana", "--note", "as in the guideline")
    assert result.out == "gap-1: revised\n", result.err
    (decision,), (label,) = traced(waiting, "gap-1")
    assert decision.conventions == {"delta_gap": "minus_bicarbonate_fall"}
    assert (decision.reviewer, decision.propagated_from) == ("Ana", None)
    assert (value(waiting, "gap-1"), label.decided_by, label.agreement, label.n_votes) == (
        4.0,
        "reviewer",
        1.0,
        3,
    )
    assert label.reason == "convention_open: delta_gap = minus_bicarbonate_fall: as in the guideline"
    assert waiting.label("gap-2") is None
    assert waiting("verify").code == 0


def test_propagation_settles_what_waits(waiting: Desk) -> None:
    result = decide(waiting, "gap-1", RISE, *PROPAGATE, "--note", "the rise alone", "--json")
    assert effects(result) == {
        "gap-1": "decide",
        "gap-2": "decide",
        "gap-3": "decide",
        "gap-split": "contentious",
        "gap-objected": "contentious",
    }
    assert result.json["written"] is True
    assert {name: value(waiting, name) for name in ("gap-1", *CARRIED)} == {
        "gap-1": 18.0,
        "gap-2": 13.0,
        "gap-3": 8.0,
    }
    (source,), _ = traced(waiting, "gap-1")
    for name in CARRIED:
        (decision,), (label,) = traced(waiting, name)
        assert decision.propagated_from == source.id
        assert (decision.reviewer, decision.note) == ("Ana", "the rise alone")
        assert decision.conventions == {"delta_gap": "ag_minus_12"}
        carried = "convention_open: delta_gap = ag_minus_12, carried over from gap-1: the rise alone"
        assert label.reason == carried
        assert label.decision_id == decision.id
    assert waiting.roles() == {}, "no model is asked"
    status = waiting("status", "--json").json
    assert (status["committed"], status["propagated"], status["awaiting_review"]) == (5, 2, 2)
    assert waiting.parked() == 2
    assert waiting("verify", "--json").json["checked"]["conventions"] == 3
    assert waiting("verify").code == 0


def test_propagation_supersedes_what_is_committed(committed: Desk) -> None:
    result = decide(committed, "gap-2", FALL, *PROPAGATE, "--json")
    assert effects(result) == {
        "gap-1": "supersede",
        "gap-2": "supersede",
        "gap-3": "supersede",
        "gap-split": "contentious",
        "gap-objected": "contentious",
    }
    first, second = traced(committed, "gap-1")[1]
    assert (first.decided_by, second.decided_by, second.supersedes) == ("consensus", "reviewer", first.id)
    assert (first.status, second.status) == ("confirmed", "revised")
    assert value(committed, "gap-1") == 4.0
    assert value(committed, "gap-stated") == 23.0
    assert value(committed, "bmi-1") == 25.0
    assert committed.roles() == {}
    report = committed("verify", "--json").json
    assert (report["problems"], report["skipped"]) == ([], {})


def test_labels_that_agree_already_are_left_as_they_are(committed: Desk) -> None:
    result = decide(committed, "gap-1", RISE, *PROPAGATE, "--json")
    found = effects(result)
    assert [found[name] for name in CARRIED] == ["unchanged", "unchanged"]
    assert [len(traced(committed, name)[1]) for name in CARRIED] == [1, 1]
    assert committed.label("gap-1").decided_by == "reviewer"  # type: ignore[union-attr]
    assert committed("verify").code == 0


@pytest.mark.parametrize("desk_of", ["waiting", "committed"])
def test_the_second_time_nothing_is_written(desk_of: str, request: pytest.FixtureRequest) -> None:
    desk: Desk = request.getfixturevalue(desk_of)
    first = effects(decide(desk, "gap-1", FALL, *PROPAGATE, "--json"))
    before = written(desk)
    again = effects(decide(desk, "gap-1", FALL, "--propagate", "--reviewer", "Ben", "--json"))
    assert {first[name] for name in CARRIED} <= {"decide", "supersede"}
    assert {again[name] for name in ("gap-1", *CARRIED)} == {"decided"}
    assert written(desk) == before
    assert desk("verify").code == 0


def test_a_sibling_on_which_a_reviewer_decided_otherwise_is_never_overwritten(waiting: Desk) -> None:
    assert waiting("decide", "gap-2", "--answer", "99", "--reviewer", "Ben").code == 0
    assert waiting("decide", "gap-3", "--answer", "8", "--reviewer", "Ben").code == 0
    result = decide(waiting, "gap-1", RISE, *PROPAGATE, "--json")
    found = effects(result)
    assert (found["gap-2"], found["gap-3"]) == ("conflict", "unchanged")
    (conflict,) = (entry for entry in result.json["instances"] if entry["effect"] == "conflict")
    assert (conflict["now"], conflict["under"], conflict["detail"]) == ("99", "13", "Ben decided 99")
    assert value(waiting, "gap-2") == 99.0
    assert [len(part) for part in traced(waiting, "gap-2")] == [1, 1]
    assert waiting("verify").code == 0


def test_a_carried_over_decision_is_not_overwritten_by_another_option(waiting: Desk) -> None:
    decide(waiting, "gap-1", RISE, *PROPAGATE)
    other = decide(waiting, "gap-1", FALL, "--reviewer", "Ben")
    assert other.code == 2
    assert "Ana decided 18" in other.err
    result = decide(waiting, "gap-objected", FALL, *PROPAGATE, "--json")
    found = effects(result)
    assert {found[name] for name in ("gap-1", *CARRIED)} == {"conflict"}
    assert found["gap-split"] == "contentious"
    assert {value(waiting, "gap-2"), value(waiting, "gap-objected")} == {13.0, 14.0}


def test_a_decision_on_paper_can_become_one_on_the_convention(waiting: Desk) -> None:
    """A reviewer who gave the answer by hand may carry over what it follows from."""
    assert waiting("decide", "gap-1", "--answer", "18", "--reviewer", "Ana").code == 0
    found = effects(decide(waiting, "gap-1", RISE, *PROPAGATE, "--json"))
    assert (found["gap-1"], found["gap-2"]) == ("supersede", "decide")
    assert waiting("verify").code == 0


def test_a_blind_answer_settles_nothing(waiting: Desk) -> None:
    with Store.open(waiting.store) as store:
        run = store.latest_run()
        blind = store.trace(run.id, "gap-2").instance.id
        store.add_decision(
            DecisionRecord(run_id=run.id, instance_id=blind, reviewer="Ben", status="ambiguous", blind=True)
        )
    assert effects(decide(waiting, "gap-1", RISE, *PROPAGATE, "--json"))["gap-2"] == "decide"


def test_what_the_critic_holds_against_it_needs_a_reader_of_its_own(waiting: Desk) -> None:
    decide(waiting, "gap-1", RISE, *PROPAGATE)
    assert waiting.label("gap-objected") is None
    assert decide(waiting, "gap-objected", RISE, "--reviewer", "Ana").code == 0
    assert value(waiting, "gap-objected") == 28.0
    assert waiting("verify").code == 0


@pytest.mark.parametrize(
    ("instance", "option", "said"),
    [
        ("gap-split", RISE, "--answer"),
        ("gap-stated", FALL, "says itself that delta_gap is ag_minus_12"),
        ("bmi-1", RISE, "does not change the answer of instance bmi-1"),
        ("gap-1", "naegele=calendar", "does not change the answer of instance gap-1"),
        ("gap-1", "delta_gap=twelve", "has no option 'twelve'; it has: ag_minus_12, minus_bicarbonate_fall"),
        ("gap-1", "gap=12", "no convention 'gap'; there are: "),
        ("gap-1", "delta_gap", "not NAME=OPTION"),
        ("gap-9", RISE, "gap-9"),
    ],
)
def test_what_cannot_be_decided_says_why(waiting: Desk, instance: str, option: str, said: str) -> None:
    before = written(waiting)
    result = decide(waiting, instance, option, *PROPAGATE)
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err
    assert written(waiting) == before


@pytest.mark.parametrize(
    "args",
    [
        ("--answer", "18", "--convention", RISE),
        ("--answer", "18", "--propagate"),
        ("--original", "--yes"),
        ("--ambiguous", "--dry-run"),
    ],
)
def test_options_that_do_not_go_together(waiting: Desk, args: tuple[str, ...]) -> None:
    result = waiting("decide", "gap-1", *args, "--reviewer", "Ana")
    assert result.code == 2
    assert "--convention" in result.err
    assert waiting.label("gap-1") is None


def test_nothing_is_written_before_it_is_confirmed(waiting: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(waiting)
    args = ("--propagate", "--reviewer", "Ana")
    dry = decide(waiting, "gap-1", RISE, *args, "--dry-run")
    assert (dry.code, dry.err) == (0, "Nothing was written.\n")
    assert "gap-2" in dry.out
    unattended = decide(waiting, "gap-1", RISE, *args)
    assert unattended.code == 2
    assert "confirm with --yes that 2 siblings may change" in unattended.err
    assert unattended.out == dry.out, "the list comes first"
    attend(monkeypatch, "n\n")
    refused = decide(waiting, "gap-1", RISE, *args)
    assert refused.code == 0
    assert "Nothing was written." in refused.err
    assert written(waiting) == before
    attend(monkeypatch, "y\n")
    confirmed = decide(waiting, "gap-1", RISE, *args)
    assert "2 siblings" in confirmed.err
    assert confirmed.out.startswith(dry.out)
    assert confirmed.out.endswith("gap-1: confirmed\ngap-2: revised\ngap-3: confirmed\n")


def attend(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """A terminal at which somebody types this."""
    terminal = io.StringIO(typed)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)


def test_a_list_that_is_no_longer_true_is_not_carried_out(waiting: Desk) -> None:
    with Store.open(waiting.store) as store:
        run = store.latest_run()
        instance = store.trace(run.id, "gap-1").instance
        plan = make_plan(store, run, instance, {"delta_gap": "ag_minus_12"}, propagate=True)
    assert waiting("decide", "gap-3", "--answer", "7", "--reviewer", "Ben").code == 0
    before = written(waiting)
    with Store.open(waiting.store) as store, pytest.raises(JobError, match="have changed since"):
        asyncio.run(carry_out(store, run, plan, reviewer="Ana", note=""))
    assert written(waiting) == before


@pytest.mark.parametrize("then", ["again", "resume"])
def test_a_crash_after_the_record_is_made_good(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch, then: str
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
        assert decide(waiting, "gap-1", RISE, *PROPAGATE).code == 130
    assert written(waiting)["decisions"] == 3
    assert [value(waiting, name) for name in ("gap-1", *CARRIED)] == [18.0, None, None]
    assert waiting("verify").code == 0, "a decision that is to be delivered is no fault"
    result = decide(waiting, "gap-1", RISE, *PROPAGATE) if then == "again" else waiting.resume()
    assert result.code == (0 if then == "again" else 3), result.err
    assert [value(waiting, name) for name in ("gap-1", *CARRIED)] == [18.0, 13.0, 8.0]
    assert written(waiting)["decisions"] == 3
    assert waiting("verify").code == 0


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


def test_a_second_convention_keeps_what_the_first_one_settled(tmp_path: Path) -> None:
    """The due date by days, then without the cycle: both hold in the end, for the sibling too."""
    store = ("--store", tmp_path / "due.db")
    items = ROOT / "examples" / "conventions" / "items.jsonl"
    invoke("relabel", items, *store, "--quiet")
    said: list[tuple[str, Any]] = []
    for instance, option in (("due-1", "naegele=days_280"), ("due-2", "cycle_length=ignored")):
        result = invoke("decide", instance, "--convention", option, *PROPAGATE, *store, "--json")
        said += [(e["source_id"], (e["under"], e["conventions"])) for e in result.json["instances"]]
    both = {"naegele": "days_280", "cycle_length": "ignored"}
    assert said == [
        ("due-1", ("2024-02-14", {"naegele": "days_280"})),
        ("due-2", ("2024-03-10", {"naegele": "days_280"})),
        ("due-2", ("2024-03-03", both)),
    ]
    assert invoke("verify", *store).code == 0


def test_two_conventions_at_once(tmp_path: Path) -> None:
    store = ("--store", tmp_path / "due.db")
    invoke("relabel", ROOT / "examples" / "conventions" / "items.jsonl", *store, "--quiet")
    chosen = ("--convention", "naegele=days_280", "--convention", "cycle_length=ignored")
    result = invoke("decide", "due-2", *chosen, *PROPAGATE, *store, "--json")
    assert [(e["source_id"], e["under"]) for e in result.json["instances"]] == [
        ("due-2", "2024-03-03"),
        ("due-1", "2024-02-14"),
    ]
    assert invoke("verify", *store).code == 0


def test_votes_of_another_version_of_the_calculator_are_left_alone(waiting: Desk) -> None:
    """A later version would give an answer that nobody voted for."""
    with Store.open(waiting.store) as store, store.transaction() as db:
        db.execute("DROP TRIGGER votes_no_update")
        older = "UPDATE votes SET derivation = json_set(derivation, '$.version', '0')"
        db.execute(f"{older} WHERE instance_id IN (SELECT id FROM instances WHERE source_id = 'gap-2')")
    refused = decide(waiting, "gap-2", FALL, "--reviewer", "Ana")
    assert refused.code == 2
    assert "delta_gap was version 0 and is 1 here" in refused.err
    found = effects(decide(waiting, "gap-1", FALL, *PROPAGATE, "--json"))
    assert (found["gap-2"], found["gap-3"]) == ("contentious", "decide")
    (use,) = waiting("conventions", "--id", "delta_gap", "--json").json
    (problem,) = (item for item in use["instances"] if item["problem"])
    assert problem["source_id"] == "gap-2"
    assert problem["under"] == {"ag_minus_12": "13", "minus_bicarbonate_fall": None}
    assert "not reproducible" in waiting("conventions", "--id", "delta_gap").out
    assert waiting("verify", "--json").json["skipped"] == {"derivations": 3}


def test_export_trace_and_changes_show_where_a_label_comes_from(waiting: Desk) -> None:
    decide(waiting, "gap-1", FALL, *PROPAGATE, "--note", "as taught")
    out = waiting.folder / "labels.csv"
    waiting("export", "--out", out)
    line = next(line for line in out.read_text("utf-8").splitlines() if line.startswith("gap-3"))
    assert "delta_gap = minus_bicarbonate_fall, carried over from gap-1: as taught" in line
    trace = waiting("trace", "gap-3").out
    said = "Decision by Ana: -6 (delta_gap = minus_bicarbonate_fall, carried over from decision 1): as taught"
    assert said in trace
    assert waiting("trace", "gap-3", "--json").json["decisions"][0]["propagated_from"] == 1
    changes = waiting("status", "--changes", "--json").json["changes"]
    (change,) = (each for each in changes if each["source_id"] == "gap-3")
    assert change["propagated_from"] == "gap-1"
    assert change["conventions"] == {"delta_gap": "minus_bicarbonate_fall"}
    assert "of these 2 by a decision that was carried over" in waiting("status").out


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
def test_verify_finds_what_was_tampered_with(waiting: Desk, statements: str, problem: str) -> None:
    decide(waiting, "gap-1", RISE, *PROPAGATE)
    if "supersedes" in statements:
        waiting.relabel(*THREE_VOTES, "--convention", FALL, rows=ROWS[:3], script=agents)
        decide(waiting, "gap-1", RISE, *PROPAGATE)
    assert waiting("verify").code == 0
    with Store.open(waiting.store) as store:
        found = [str(each) for each in tampered(store, waiting.store, *statements.split("; ")).problems]
    assert any(problem in each for each in found), found


def test_a_store_without_the_columns_is_brought_up_to_date(waiting: Desk) -> None:
    """As an earlier Steward left it: the decision of a reviewer counts, and conventions can be decided."""
    assert waiting("decide", "gap-2", "--answer", "13", "--reviewer", "Ben").code == 0
    with Store.open(waiting.store) as store, store.transaction() as db:
        for column in ("propagated_from", "conventions"):
            db.execute(f"ALTER TABLE decisions DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_decisions_on_conventions'")
    assert "older schema" in waiting("status").err
    assert effects(decide(waiting, "gap-1", RISE, *PROPAGATE, "--json"))["gap-2"] == "unchanged"
    assert waiting("verify").code == 0

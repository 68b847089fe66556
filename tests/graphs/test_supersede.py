"""Labels that give way to another one, and labels that are withdrawn: one at a time, with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from answers.model import NumberAnswer
from graphs.label_sets import run_labels
from store.records import LabelRecord
from store.store import Store
from tests.console.harness import ONE_VOTE, Desk, Result, refused, table
from tests.graphs.gaps import FALL, PROPAGATE, RISE, decide, effects, value
from tests.graphs.scripts import ROWS, agents, instead, objects
from tests.model_server.replies import HttpError
from tests.store.tampering import tampered

SAID = ("--reviewer", "Ana", "--reason", "the scale was wrong")


@pytest.fixture
def labelled(desk: Desk) -> Desk:
    """A desk with one label by consensus."""
    assert desk.relabel(*ONE_VOTE, rows=(ROWS[0],)).code == 0
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    return desk


def labels(desk: Desk) -> tuple[LabelRecord, ...]:
    with Store.open(desk.store, read_only=True) as store:
        return store.trace(store.latest_run().id, "bmi-1").labels


def supersede(desk: Desk, *args: str) -> Result:
    return desk("supersede", "bmi-1", *SAID, *args)


def retract(desk: Desk, *args: str, reason: str = "two patients in one note") -> Result:
    return desk("retract", "bmi-1", "--reviewer", "Ben", "--reason", reason, *args)


def test_a_label_by_consensus_gives_way_to_one_that_a_reviewer_gives_reason_for(labelled: Desk) -> None:
    refused(labelled("decide", "bmi-1", "--answer", "30", "--reviewer", "Ana"), "`supersede`")
    result = supersede(labelled, "--answer", "30", "--error-type", "extraction", "--json")
    assert result.code == 0, result.err
    before, after = labels(labelled)
    assert result.json == after.model_dump(mode="json")
    assert (before.decided_by, after.decided_by, after.supersedes) == ("consensus", "reviewer", before.id)
    assert (after.status, after.answer) == ("revised", NumberAnswer(value=30.0, unit="kg/m²"))
    assert after.reason == "by a reviewer: the scale was wrong"
    (decision,) = labelled("trace", "bmi-1", "--json").json["decisions"]
    assert (decision["note"], decision["error_type"]) == ("the scale was wrong", "extraction")
    assert supersede(labelled, "--answer", "30", "--error-type", "extraction").code == 0
    assert labels(labelled) == (before, after), "the same again changes nothing"
    assert labelled("verify").code == 0


def test_who_says_again_what_was_superseded_since_is_heard(labelled: Desk) -> None:
    for reviewer, answer in (("Ana", "24"), ("Ben", "30"), ("Ana", "24")):
        args = ("--answer", answer, "--reviewer", reviewer, "--reason", "read anew")
        assert labelled("supersede", "bmi-1", *args).code == 0
    made = labels(labelled)[1:]
    assert [label.answer and label.answer.value for label in made] == [24.0, 30.0, 24.0]  # type: ignore[union-attr]
    assert len({label.decision_id for label in made}) == 3
    assert labelled("verify").code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("supersede", "bmi-1", "--answer", "30", "--reviewer", "Ana"), "--reason"),
        (("supersede", "bmi-1", "--answer", "30", "--reason", "x"), "--reviewer"),
        (("supersede", "bmi-1", "--answer", "30", "--reviewer", "Ana", "--reason", " "), "--reason is empty"),
        (("supersede", "bmi-1", *SAID), "give one of --answer"),
        (("supersede", "bmi-1", *SAID, "--original", "--ambiguous"), "give one of --answer"),
        (("supersede", "bmi-1", *SAID, "--answer", "30", "--error-type", "typo"), "typo"),
        (("supersede", "bmi-9", *SAID, "--original"), "bmi-9"),
        (("retract", "bmi-1", "--reviewer", "Ana"), "--reason"),
        (("retract", "bmi-1", "--reviewer", "  ", "--reason", "x"), "--reviewer is empty"),
        (("decide", "bmi-1", "--answer", "30", "--reviewer", "Ana", "--replace"), "--replace"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(labelled: Desk, args: tuple[str, ...], said: str) -> None:
    refused(labelled(*args), said)
    assert len(labels(labelled)) == 1
    assert labelled("status", "--json").json["retracted"] == 0


def test_what_waits_has_no_label_to_supersede_or_retract(desk: Desk) -> None:
    desk.relabel(
        *ONE_VOTE, rows=(ROWS[0],), script=instead("Critique", lambda _: objects("not his", "weight"))
    )
    refused(supersede(desk, "--original"), "no label to supersede", "`decide`")
    refused(retract(desk), "has no label to retract")


def test_a_retracted_label_is_no_label_and_stays_on_record(labelled: Desk, tmp_path: Path) -> None:
    result = retract(labelled, "--json")
    assert result.code == 0, result.err
    assert (result.json["reviewer"], result.json["reason"]) == ("Ben", "two patients in one note")
    status = labelled("status", "--json").json
    states = ("instances", "committed", "retracted", "awaiting_review", "failed", "pending", "confirmed")
    assert [status[name] for name in states] == [1, 0, 1, 0, 0, 0, 0]
    assert "retracted             1" in labelled("status").out
    assert labelled.label("bmi-1") is None
    lines = labelled("trace", "bmi-1").out.splitlines()
    assert lines[-1] == "Retracted by Ben: two patients in one note"
    assert lines[-2].startswith("Label: 25 ")
    assert "superseded" not in lines[-2]
    out = tmp_path / "labels.csv"
    assert labelled("export", "--out", out).code == 0
    (row,) = table(out)
    exported = [row.get(f"steward_{name}", row.get(name)) for name in ("label", "label_status", "reason")]
    assert exported == ["", "", "retracted: two patients in one note"]
    again = retract(labelled, reason="again")
    refused(again, "was retracted by Ben: two patients in one note; `supersede` puts another in its place")
    assert labelled.resume().json["calls"] == status["calls"], "nothing is left to run"
    report = labelled("verify", "--json").json
    assert (report["problems"], report["checked"]["retractions"]) == ([], 1)


@pytest.mark.parametrize("command", ["decide", "supersede"])
def test_a_new_label_comes_in_the_place_of_a_retracted_one(labelled: Desk, command: str) -> None:
    supersede(labelled, "--answer", "30")
    retract(labelled)
    why = "--note" if command == "decide" else "--reason"
    result = labelled(command, "bmi-1", "--answer", "30", "--reviewer", "Ana", why, "the scale was wrong")
    assert result.code == 0, result.err
    first, second, third = labels(labelled)
    assert (second.supersedes, third.supersedes) == (first.id, second.id)
    assert third.decision_id != second.decision_id, "what was said before the retraction is said anew"
    status = labelled("status", "--json").json
    assert (status["committed"], status["retracted"]) == (1, 0)
    assert "superseded" in labelled("trace", "bmi-1").out
    assert labelled("verify").code == 0


def test_a_decision_on_one_convention_goes_with_supersede_where_there_is_a_label(fixed_gaps: Desk) -> None:
    refused(decide(fixed_gaps, "gap-1", FALL, "--reviewer", "Ana"), "`supersede`")
    result = fixed_gaps("supersede", "gap-1", "--convention", FALL, *SAID, "--error-type", "convention")
    assert (result.code, result.out.strip()) == (0, "gap-1: revised"), result.err
    assert (value(fixed_gaps, "gap-1"), value(fixed_gaps, "gap-2")) == (4.0, 13.0)
    (decision,) = fixed_gaps("trace", "gap-1", "--json").json["decisions"]
    assert (decision["error_type"], decision["note"]) == ("convention", "the scale was wrong")
    assert fixed_gaps("verify").code == 0


def test_what_waits_is_decided_by_its_convention_and_not_superseded(open_gaps: Desk) -> None:
    refused(open_gaps("supersede", "gap-1", "--convention", RISE, *SAID), "no label to supersede")


def test_a_convention_that_is_carried_over_leaves_retracted_labels_alone(fixed_gaps: Desk) -> None:
    assert fixed_gaps("retract", "gap-2", "--reviewer", "Ben", "--reason", "not his blood").code == 0
    (use,) = fixed_gaps("conventions", "--id", "delta_gap", "--json").json
    assert {item["source_id"]: item["status"] for item in use["instances"]}["gap-2"] == "retracted"
    result = decide(fixed_gaps, "gap-1", FALL, *PROPAGATE, "--json")
    assert (effects(result)["gap-2"], effects(result)["gap-3"]) == ("conflict", "supersede")
    (entry,) = (one for one in result.json["instances"] if one["source_id"] == "gap-2")
    assert entry["detail"] == "Ben retracted its label: not his blood"
    assert fixed_gaps.label("gap-2") is None
    assert decide(fixed_gaps, "gap-2", FALL, "--reviewer", "Ana").code == 0, "who has looked at it may"
    assert value(fixed_gaps, "gap-2") == -1.0
    assert fixed_gaps("verify").code == 0


def test_in_a_label_set_of_several_runs_the_last_word_counts(labelled: Desk) -> None:
    again = labelled.relabel(*ONE_VOTE, "--new-run", rows=(ROWS[0],), script=agents)
    assert again.code == 0
    with Store.open(labelled.store, read_only=True) as store:
        first, second = store.runs()
    assert retract(labelled, "--run", second.id).code == 0
    with Store.open(labelled.store, read_only=True) as store:
        gaps = [run_labels(store, runs).labels["bmi-1"].gap for runs in ([first, second], [second, first])]
    assert gaps == ["unlabelled", None]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE retractions SET created_at = '2001-01-01T00:00:00Z'",
            "was not the current one at that time",
        ),
        (
            "UPDATE retractions SET created_at = '2201-01-01T00:00:00Z'",
            "was not the current one at that time",
        ),
        ("UPDATE retractions SET created_at = '2101-01-01T00:00:00'", "cannot be read"),
        ("UPDATE retractions SET created_at = 'yesterday'", "cannot be read: Invalid isoformat string"),
        (
            "UPDATE labels SET decided_by = 'consensus', decision_id = NULL WHERE supersedes IS NOT NULL",
            "was followed by a label that nobody decided",
        ),
    ],
)
def test_verify_finds_what_was_tampered_with(labelled: Desk, statement: str, problem: str) -> None:
    retract(labelled)
    assert supersede(labelled, "--answer", "30").code == 0
    assert labelled("verify").code == 0
    with Store.open(labelled.store) as store:
        found = [str(each) for each in tampered(store, labelled.store, statement).problems]
    assert any(each.startswith("retractions: ") and problem in each for each in found), found

"""A convention is decided once: what is carried over to whom, and what is left alone."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from answers.model import NumberAnswer
from consensus.model import Standing
from graphs.propagation import carry_out, make_plan
from graphs.runs import JobError
from store.records import DecisionRecord
from store.store import Store
from tests.console.harness import ROOT, Desk, invoke, refused
from tests.graphs.gaps import CARRIED, FALL, PROPAGATE, RISE, decide, effects, traced, value, written


def test_a_decision_by_convention_settles_its_instance_alone(open_gaps: Desk) -> None:
    result = decide(open_gaps, "gap-1", FALL, "--reviewer", "Ana", "--note", "as in the guideline")
    assert result.out == "gap-1: revised\n", result.err
    (decision,), (label,) = traced(open_gaps, "gap-1")
    assert decision.conventions == {"delta_gap": "minus_bicarbonate_fall"}
    assert (decision.reviewer, decision.propagated_from) == ("Ana", None)
    assert (value(open_gaps, "gap-1"), label.decided_by, label.agreement, label.n_votes) == (
        4.0,
        "reviewer",
        1.0,
        3,
    )
    assert (
        label.reason
        == "by a reviewer after convention_open: delta_gap = minus_bicarbonate_fall: as in the guideline"
    )
    assert open_gaps.label("gap-2") is None
    assert open_gaps("verify").code == 0


def test_propagation_settles_what_waits(open_gaps: Desk) -> None:
    result = decide(open_gaps, "gap-1", RISE, *PROPAGATE, "--note", "the rise alone", "--json")
    assert effects(result) == {
        "gap-1": "decide",
        "gap-2": "decide",
        "gap-3": "decide",
        "gap-split": "contentious",
        "gap-objected": "contentious",
    }
    assert result.json["written"] is True
    assert {name: value(open_gaps, name) for name in ("gap-1", *CARRIED)} == {
        "gap-1": 18.0,
        "gap-2": 13.0,
        "gap-3": 8.0,
    }
    (source,), _ = traced(open_gaps, "gap-1")
    for name in CARRIED:
        (decision,), (label,) = traced(open_gaps, name)
        assert decision.propagated_from == source.id
        assert (decision.reviewer, decision.note) == ("Ana", "the rise alone")
        assert decision.conventions == {"delta_gap": "ag_minus_12"}
        carried = (
            "by a reviewer after convention_open: delta_gap = ag_minus_12, "
            "carried over from gap-1: the rise alone"
        )
        assert label.reason == carried
        assert label.decision_id == decision.id
    assert open_gaps.roles() == {}, "no model is asked"
    status = open_gaps("status", "--json").json
    assert (status["committed"], status["propagated"], status["awaiting_review"]) == (5, 2, 2)
    assert open_gaps.parked() == 2
    assert open_gaps("verify", "--json").json["checked"]["conventions"] == 3
    assert open_gaps("verify").code == 0


def test_propagation_supersedes_what_is_committed(fixed_gaps: Desk) -> None:
    result = decide(fixed_gaps, "gap-2", FALL, *PROPAGATE, "--json")
    assert effects(result) == {
        "gap-1": "supersede",
        "gap-2": "supersede",
        "gap-3": "supersede",
        "gap-split": "contentious",
        "gap-objected": "contentious",
    }
    first, second = traced(fixed_gaps, "gap-1")[1]
    assert (first.decided_by, second.decided_by, second.supersedes) == ("consensus", "reviewer", first.id)
    assert (first.status, second.status) == ("confirmed", "revised")
    assert value(fixed_gaps, "gap-1") == 4.0
    assert value(fixed_gaps, "gap-stated") == 23.0
    assert value(fixed_gaps, "bmi-1") == 25.0
    assert fixed_gaps.roles() == {}
    report = fixed_gaps("verify", "--json").json
    assert (report["problems"], report["skipped"]) == ([], {})


def test_labels_that_agree_already_are_left_as_they_are(fixed_gaps: Desk) -> None:
    result = decide(fixed_gaps, "gap-1", RISE, *PROPAGATE, "--json")
    found = effects(result)
    assert [found[name] for name in CARRIED] == ["unchanged", "unchanged"]
    assert [len(traced(fixed_gaps, name)[1]) for name in CARRIED] == [1, 1]
    assert fixed_gaps.label("gap-1").decided_by == "reviewer"  # type: ignore[union-attr]
    assert fixed_gaps("verify").code == 0


@pytest.mark.parametrize("desk_of", ["open_gaps", "fixed_gaps"])
def test_the_second_time_nothing_is_written(desk_of: str, request: pytest.FixtureRequest) -> None:
    desk: Desk = request.getfixturevalue(desk_of)
    first = effects(decide(desk, "gap-1", FALL, *PROPAGATE, "--json"))
    before = written(desk)
    again = effects(decide(desk, "gap-1", FALL, "--propagate", "--reviewer", "Ben", "--json"))
    assert {first[name] for name in CARRIED} <= {"decide", "supersede"}
    assert {again[name] for name in ("gap-1", *CARRIED)} == {"decided"}
    assert written(desk) == before
    assert desk("verify").code == 0


def test_a_sibling_on_which_a_reviewer_decided_otherwise_is_never_overwritten(open_gaps: Desk) -> None:
    assert open_gaps("decide", "gap-2", "--answer", "99", "--reviewer", "Ben").code == 0
    assert open_gaps("decide", "gap-3", "--answer", "8", "--reviewer", "Ben").code == 0
    result = decide(open_gaps, "gap-1", RISE, *PROPAGATE, "--json")
    found = effects(result)
    assert (found["gap-2"], found["gap-3"]) == ("conflict", "unchanged")
    (conflict,) = (entry for entry in result.json["instances"] if entry["effect"] == "conflict")
    assert (conflict["now"], conflict["under"], conflict["detail"]) == ("99", "13", "Ben decided 99")
    assert value(open_gaps, "gap-2") == 99.0
    assert [len(part) for part in traced(open_gaps, "gap-2")] == [1, 1]
    assert open_gaps("verify").code == 0


def test_a_decision_is_carried_over_to_the_chosen_siblings_alone(open_gaps: Desk) -> None:
    with Store.open(open_gaps.store) as store:
        run = store.latest_run()
        first, second, third = (store.instance(run.benchmark_id, name) for name in ("gap-1", *CARRIED))
        options = dict([RISE.split("=")])
        plan = make_plan(store, run, first, options, propagate=True, chosen=[third.id])
        assert [entry.source_id for entry in plan.siblings] == ["gap-3"]
        nobody = make_plan(store, run, second, options, propagate=True, chosen=[])
        assert nobody.siblings == ()
        asyncio.run(carry_out(store, run, plan, reviewer="Ana", note="this one too"))
        decided = {
            name: store.decisions(run.id, one.id) for name, one in zip(CARRIED, (second, third), strict=True)
        }
        (source,) = store.decisions(run.id, first.id)
    assert decided["gap-2"] == []
    assert [d.propagated_from for d in decided["gap-3"]] == [source.id]
    assert [open_gaps.label(name) is not None for name in ("gap-1", *CARRIED)] == [True, False, True]
    assert open_gaps("verify").code == 0


def test_a_plan_for_chosen_siblings_is_refused_when_one_of_them_has_changed(open_gaps: Desk) -> None:
    with Store.open(open_gaps.store) as store:
        run = store.latest_run()
        first, second, third = (store.instance(run.benchmark_id, name) for name in ("gap-1", *CARRIED))
        options = dict([RISE.split("=")])
        plan = make_plan(store, run, first, options, propagate=True, chosen={third.id})
        store.add_decision(said(run.id, second.id, "Ben", 99.0, "final"))
        asyncio.run(carry_out(store, run, plan, reviewer="Ana", note=""))
        other = make_plan(store, run, first, options, propagate=True, chosen={second.id})
        store.add_decision(said(run.id, second.id, "Ben", 13.0, "final"))
        with pytest.raises(JobError, match="have changed"):
            asyncio.run(carry_out(store, run, other, reviewer="Ana", note=""))


def said(run_id: str, instance_id: str, reviewer: str, value: float, standing: Standing) -> DecisionRecord:
    return DecisionRecord(
        run_id=run_id,
        instance_id=instance_id,
        reviewer=reviewer,
        answer=NumberAnswer(value=value, unit="mEq/L"),
        standing=standing,
        choice="mine",
    )


@pytest.mark.parametrize(
    ("opinions", "effect"),
    [
        ([("Ben", 13.0, "opinion")], "decide"),
        ([("Ben", 99.0, "opinion")], "conflict"),
        ([("Ben", 13.0, "opinion"), ("Cem", 99.0, "dispute")], "conflict"),
        ([("Ben", 99.0, "opinion"), ("Cem", 13.0, "dispute"), ("Dan", 13.0, "adjudication")], "unchanged"),
    ],
)
def test_what_reviewers_have_said_is_not_passed_over(
    open_gaps: Desk, opinions: list[tuple[str, float, Standing]], effect: str
) -> None:
    with Store.open(open_gaps.store) as store:
        run = store.latest_run()
        sibling = store.instance(run.benchmark_id, "gap-2")
        for reviewer, value_said, standing in opinions:
            store.add_decision(said(run.id, sibling.id, reviewer, value_said, standing))
    assert effects(decide(open_gaps, "gap-1", RISE, *PROPAGATE, "--json"))["gap-2"] == effect
    if effect == "conflict":
        refused(decide(open_gaps, "gap-2", RISE, "--reviewer", "Ana"), "a reviewer said otherwise")


def test_a_carried_over_decision_is_not_overwritten_by_another_option(open_gaps: Desk) -> None:
    decide(open_gaps, "gap-1", RISE, *PROPAGATE)
    other = decide(open_gaps, "gap-1", FALL, "--reviewer", "Ben")
    assert other.code == 2
    assert "Ana decided 18" in other.err
    result = decide(open_gaps, "gap-objected", FALL, *PROPAGATE, "--json")
    found = effects(result)
    assert {found[name] for name in ("gap-1", *CARRIED)} == {"conflict"}
    assert found["gap-split"] == "contentious"
    assert {value(open_gaps, "gap-2"), value(open_gaps, "gap-objected")} == {13.0, 14.0}


def test_a_decision_on_paper_can_become_one_on_the_convention(open_gaps: Desk) -> None:
    """A reviewer who gave the answer by hand may carry over what it follows from."""
    assert open_gaps("decide", "gap-1", "--answer", "18", "--reviewer", "Ana").code == 0
    found = effects(decide(open_gaps, "gap-1", RISE, *PROPAGATE, "--json"))
    assert (found["gap-1"], found["gap-2"]) == ("supersede", "decide")
    assert open_gaps("verify").code == 0


def test_a_blind_answer_settles_nothing(open_gaps: Desk) -> None:
    with Store.open(open_gaps.store) as store:
        run = store.latest_run()
        blind = store.trace(run.id, "gap-2").instance.id
        store.add_decision(
            DecisionRecord(run_id=run.id, instance_id=blind, reviewer="Ben", status="ambiguous", blind=True)
        )
    assert effects(decide(open_gaps, "gap-1", RISE, *PROPAGATE, "--json"))["gap-2"] == "decide"


def test_what_the_critic_holds_against_it_needs_a_reader_of_its_own(open_gaps: Desk) -> None:
    decide(open_gaps, "gap-1", RISE, *PROPAGATE)
    assert open_gaps.label("gap-objected") is None
    assert decide(open_gaps, "gap-objected", RISE, "--reviewer", "Ana").code == 0
    assert value(open_gaps, "gap-objected") == 28.0
    assert open_gaps("verify").code == 0


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
def test_what_cannot_be_decided_says_why(open_gaps: Desk, instance: str, option: str, said: str) -> None:
    before = written(open_gaps)
    result = decide(open_gaps, instance, option, *PROPAGATE)
    refused(result, said)
    assert written(open_gaps) == before


@pytest.mark.parametrize(
    "args",
    [
        ("--answer", "18", "--convention", RISE),
        ("--answer", "18", "--propagate"),
        ("--original", "--yes"),
        ("--ambiguous", "--dry-run"),
    ],
)
def test_options_that_do_not_go_together(open_gaps: Desk, args: tuple[str, ...]) -> None:
    result = open_gaps("decide", "gap-1", *args, "--reviewer", "Ana")
    assert result.code == 2
    assert "--convention" in result.err
    assert open_gaps.label("gap-1") is None


def test_nothing_is_written_before_it_is_confirmed(open_gaps: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(open_gaps)
    args = ("--propagate", "--reviewer", "Ana")
    dry = decide(open_gaps, "gap-1", RISE, "--propagate", "--dry-run")
    assert (dry.code, dry.err) == (0, "Nothing was written.\n")
    assert "gap-2" in dry.out
    anonymous = decide(open_gaps, "gap-1", RISE, "--propagate", "--yes")
    assert (anonymous.code, anonymous.out) == (2, "")
    assert "--reviewer" in anonymous.err
    unattended = decide(open_gaps, "gap-1", RISE, *args)
    assert unattended.code == 2
    assert "confirm with --yes that 2 siblings may change" in unattended.err
    assert unattended.out == dry.out, "the list comes first"
    attend(monkeypatch, "n\n")
    refused = decide(open_gaps, "gap-1", RISE, *args)
    assert refused.code == 0
    assert "Nothing was written." in refused.err
    assert written(open_gaps) == before
    attend(monkeypatch, "y\n")
    confirmed = decide(open_gaps, "gap-1", RISE, *args)
    assert "2 siblings" in confirmed.err
    assert confirmed.out.startswith(dry.out)
    assert confirmed.out.endswith("gap-1: confirmed\ngap-2: revised\ngap-3: confirmed\n")


def attend(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """A terminal at which somebody types this."""
    terminal = io.StringIO(typed)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)


def test_progress_is_told_on_stderr(open_gaps: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.progress.LINE_INTERVAL_S", 0.0)
    result = decide(open_gaps, "gap-1", RISE, *PROPAGATE)
    assert result.code == 0
    assert result.err.splitlines() == [f"{done}/3 labels committed" for done in (1, 2, 3)]


def test_a_list_that_is_no_longer_true_is_not_carried_out(open_gaps: Desk) -> None:
    with Store.open(open_gaps.store) as store:
        run = store.latest_run()
        instance = store.trace(run.id, "gap-1").instance
        plan = make_plan(store, run, instance, {"delta_gap": "ag_minus_12"}, propagate=True)
    assert open_gaps("decide", "gap-3", "--answer", "7", "--reviewer", "Ben").code == 0
    before = written(open_gaps)
    with Store.open(open_gaps.store) as store, pytest.raises(JobError, match="have changed since"):
        asyncio.run(carry_out(store, run, plan, reviewer="Ana", note=""))
    assert written(open_gaps) == before


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


def test_export_trace_and_changes_show_where_a_label_comes_from(open_gaps: Desk) -> None:
    decide(open_gaps, "gap-1", FALL, *PROPAGATE, "--note", "as taught")
    out = open_gaps.folder / "labels.csv"
    open_gaps("export", "--out", out)
    line = next(line for line in out.read_text("utf-8").splitlines() if line.startswith("gap-3"))
    assert "delta_gap = minus_bicarbonate_fall, carried over from gap-1: as taught" in line
    trace = open_gaps("trace", "gap-3").out
    said = "Decision by Ana: -6 (delta_gap = minus_bicarbonate_fall, carried over from decision 1): as taught"
    assert said in trace
    assert open_gaps("trace", "gap-3", "--json").json["decisions"][0]["propagated_from"] == 1
    changes = open_gaps("status", "--changes", "--json").json["changes"]
    (change,) = (each for each in changes if each["source_id"] == "gap-3")
    assert change["propagated_from"] == "gap-1"
    assert change["conventions"] == {"delta_gap": "minus_bicarbonate_fall"}
    assert "of these 2 by a decision that was carried over" in open_gaps("status").out

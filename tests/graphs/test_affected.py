"""Which labels a change touches: those that rest on what has changed, and no others."""

from __future__ import annotations

import csv
import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.task import calculator_of
from calculators import registry
from calculators.model import Calculator
from graphs.label_sets import run_labels
from prompts.loader import Prompt, load
from store.store import Store
from tests.console.harness import FAST_HTTP, Desk, Result, invoke, refused
from tests.graphs import scripts
from tests.graphs.gaps import FALL, RISE, agents
from tests.graphs.scripts import delta_gap
from tests.model_server.server import ModelServer

VOTES = ("--votes", "1", "--max-votes", "1", "--seed", "0")
WITH_FORMULA = {"bmi-1", "bmi-2", "map-1", "map-2", "gap-1", "gap-2", "gap-stated"}
ROWS = (
    *(row for row in scripts.ROWS if row["id"] in ("bmi-1", "bmi-2", "map-1", "map-2", "tab-1", "tab-2")),
    delta_gap("gap-1", 140, "18"),
    delta_gap("gap-2", 135, "13"),
    delta_gap("gap-objected", 150, "28"),
    delta_gap("gap-stated", 145, "23", "What is the delta gap, defined as the anion gap minus 12?"),
)
LABELLED = WITH_FORMULA | {"tab-1", "tab-2"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Desk:
    """A run under one fixed convention: one instance waits, because the critic objects."""
    desk = Desk(tmp_path_factory.mktemp("affected"), server)
    result = desk.relabel(*VOTES, "--convention", RISE, rows=ROWS, script=agents)
    assert (result.json["committed"], result.json["awaiting_review"]) == (9, 1), result.err
    return desk


@pytest.fixture
def desk(made: Desk, tmp_path: Path, server: ModelServer) -> Desk:
    """A copy of it, to be changed."""
    mine = Desk(tmp_path, server)
    for file in made.folder.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path / file.name)
    server.script = agents
    return mine


def since(desk: Desk, *args: str | Path) -> Result:
    with Store.open(desk.store, read_only=True) as store:
        first = store.runs()[0]
    return desk("affected", "--since", first.id, *args)


def touched(desk: Desk, *args: str | Path, part: str = "labels") -> dict[str, tuple[str, ...]]:
    """Source id → the changes that touch it."""
    result = since(desk, *args, "--json")
    assert result.code == 0, result.err
    return {one["source_id"]: tuple(one["reasons"]) for one in result.json[part]}


def register(monkeypatch: pytest.MonkeyPatch, calculator_id: str, **changes: Any) -> None:
    """A calculator as a later program has it."""
    later = replace(registry.get(calculator_id), **changes)
    monkeypatch.setitem(registry._BY_ID, calculator_id, later)


def doubled(calculator: Calculator) -> Callable[..., Any]:
    return lambda values, steps: 2 * calculator.formula(values, steps)  # type: ignore[operator]


def change_prompt(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    def later(prompt_id: str) -> Prompt:
        prompt = load(prompt_id)
        return prompt.model_copy(update={"sha256": "f" * 64}) if prompt_id == changed else prompt

    monkeypatch.setattr("graphs.contract.load", later)


def test_where_nothing_has_changed_nothing_is_touched(desk: Desk) -> None:
    found = since(desk, "--json").json
    assert (found["changes"], found["labels"], found["waiting"], found["relabel"]) == ([], [], [], None)
    assert "Nothing has changed" in since(desk).out


def test_a_formula_touches_the_labels_that_it_made_and_says_what_it_gives_now(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = registry.get("body_mass_index")
    register(monkeypatch, "body_mass_index", version="99")
    change = f"calculator body_mass_index: version {before.version} → 99"
    assert touched(desk) == {"bmi-1": (change,), "bmi-2": (change,)}
    assert since(desk, "--json").json["executed_again"] == {"different": 0, "same": 2, "unknown": 0}
    register(monkeypatch, "body_mass_index", formula=doubled(before))
    found = since(desk, "--json").json
    assert found["executed_again"] == {"different": 2, "same": 0, "unknown": 0}
    assert found["changes"] == [{"change": change, "labels": 2}]
    first = found["labels"][0]
    assert (first["source_id"], first["status"], first["label"], first["answer"]) == (
        "bmi-1",
        "confirmed",
        "25",
        "50",
    )
    text = since(desk).out
    assert "Touched: 2 of 9 labels; executed again the answer changes in 2, is the same in 0" in text
    assert f"       2  {change}" in text


def test_a_formula_that_takes_other_inputs_or_is_gone_leaves_the_answer_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = registry.get("body_mass_index")
    register(monkeypatch, "body_mass_index", version="99", inputs=before.inputs[:1])
    register(monkeypatch, "mean_arterial_pressure", version="99")
    assert since(desk, "--json").json["executed_again"] == {"different": 0, "same": 2, "unknown": 2}
    monkeypatch.delitem(registry._BY_ID, "body_mass_index")
    gone = "calculator body_mass_index, which is not registered any more"
    assert gone in touched(desk)["bmi-1"]


@pytest.mark.parametrize(
    ("prompt", "ids"),
    [
        ("extract", WITH_FORMULA),
        ("extract_open", {"tab-1", "tab-2"}),
        ("execute", {"tab-1", "tab-2"}),
        ("critique", LABELLED),
    ],
)
def test_a_prompt_touches_the_labels_for_which_it_was_used(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, prompt: str, ids: set[str]
) -> None:
    change_prompt(monkeypatch, prompt)
    assert touched(desk) == {name: (f"prompt {prompt}",) for name in sorted(ids, key=order)}
    waits = {"gap-objected": (f"prompt {prompt}",)} if prompt in ("extract", "critique") else {}
    assert touched(desk, part="waiting") == waits
    assert since(desk, "--json").json["executed_again"] == {"different": 0, "same": 0, "unknown": 0}


def order(name: str) -> int:
    return [row["id"] for row in ROWS].index(name)


def test_a_model_touches_what_its_role_was_asked_for(desk: Desk) -> None:
    found = touched(desk, "--model", "offline")
    assert found.keys() == LABELLED
    assert [reason.partition(":")[0] for reason in found["bmi-1"]] == [
        "the model of the critic",
        "the model of the extractor",
    ]
    assert any(reason.startswith("the model of the executor: openai-chat:") for reason in found["tab-1"])


def test_a_convention_touches_the_labels_to_which_it_was_applied(desk: Desk) -> None:
    change = "convention delta_gap: ag_minus_12 → minus_bicarbonate_fall"
    found = since(desk, "--convention", FALL, "--json").json
    assert [(one["source_id"], one["answer"]) for one in found["labels"]] == [("gap-1", "4"), ("gap-2", "-1")]
    assert found["changes"] == [{"change": change, "labels": 2}]
    assert [one["source_id"] for one in found["waiting"]] == ["gap-objected"]
    assert touched(desk, "--convention", RISE) == {}, "as the contract has it"


def test_the_output_schemas_touch_what_a_model_was_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphs.contract._output_schemas", lambda workflow: "f" * 64)
    assert touched(desk) == {
        name: ("the output schemas of the roles",) for name in sorted(LABELLED, key=order)
    }


def test_another_assignment_touches_the_instances_that_it_moves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(instance: Any) -> Calculator | None:
        return (
            registry.get("mean_arterial_pressure")
            if instance.source_id == "bmi-1"
            else calculator_of(instance)
        )

    monkeypatch.setattr("graphs.contract.calculator_of", moved)
    monkeypatch.setattr("graphs.changes.calculator_of", moved)
    assert touched(desk) == {"bmi-1": ("which calculator is given the instance",)}
    assert since(desk, "--json").json["executed_again"]["unknown"] == 1


def test_what_people_decided_is_listed_apart_where_its_formula_or_convention_has_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = ("--reviewer", "Ana", "--reason", "looked at")
    assert desk("supersede", "bmi-1", "--answer", "30", *by).code == 0
    assert desk("supersede", "gap-1", "--convention", RISE, *by).code == 0
    register(monkeypatch, "body_mass_index", version="99")
    register(monkeypatch, "delta_gap", version="99", formula=doubled(registry.get("delta_gap")))
    assert touched(desk).keys() == {"bmi-2", "gap-2", "gap-stated"}
    found = since(desk, "--json").json["decided_by_people"]
    assert [(one["source_id"], one["anew"], one["answer"]) for one in found] == [("gap-1", "different", "36")]
    monkeypatch.undo()
    change_prompt(monkeypatch, "extract")
    assert touched(desk, part="decided_by_people") == {}
    change = "convention delta_gap: ag_minus_12 → minus_bicarbonate_fall"
    assert touched(desk, "--convention", FALL, part="decided_by_people") == {"gap-1": (change,)}


def test_a_retracted_label_is_none_that_could_be_touched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk("retract", "bmi-1", "--reviewer", "Ana", "--reason", "two patients").code == 0
    register(monkeypatch, "body_mass_index", version="99")
    assert touched(desk).keys() == {"bmi-2"}


def test_only_the_touched_labels_are_made_anew_and_the_last_run_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, "body_mass_index", version="99", formula=doubled(registry.get("body_mass_index")))
    ids = desk.folder / "ids.txt"
    result = since(desk, "--out", ids, "--json")
    assert ids.read_text("utf-8") == "bmi-1\nbmi-2\n"
    program, script, *words = shlex.split(result.json["relabel"])
    assert (program, script) == ("python", "run.py")
    words[1] = str(desk.folder / "benchmark.jsonl")
    again = invoke(*words, *FAST_HTTP, "--quiet", "--json")
    assert again.code == 0, again.err
    assert again.json["instances"] == 2
    with Store.open(desk.store, read_only=True) as store:
        labels = run_labels(store, store.runs()).labels
    values = [labels[name].answer.value for name in ("bmi-1", "map-2")]  # type: ignore[union-attr]
    assert values == [50.0, 70.0]
    latest = desk("affected", "--since", again.json["run"], "--json").json
    assert (latest["committed"], latest["changes"]) == (2, [])


def test_the_command_repeats_the_options_of_the_contract(desk: Desk) -> None:
    words = shlex.split(since(desk, "--convention", FALL, "--json").json["relabel"])
    options = dict(zip(words[4::2], words[5::2], strict=True))
    assert options["--ids"] == "gap-1,gap-2"
    wanted = ("--votes", "--max-votes", "--seed", "--convention", "--model")
    assert [options[name] for name in wanted] == ["1", "1", "0", FALL, desk.spec()]


def test_the_offline_reader_is_touched_by_its_own_rules_and_by_no_prompt(
    tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, server)
    source = desk.benchmark(*(row for row in ROWS if row["id"].startswith(("bmi", "map"))))
    assert desk("relabel", source, *VOTES, "--quiet").code == 0
    for prompt in ("extract", "critique"):
        change_prompt(monkeypatch, prompt)
        assert touched(desk) == {}
    found = since(desk, "--json").json
    assert found["changes"] == [{"change": "prompt critique", "labels": 0}], "which is said all the same"
    monkeypatch.undo()
    monkeypatch.setattr("graphs.contract.OFFLINE_VERSION", "f" * 64)
    assert touched(desk) == {name: ("the offline reader",) for name in ("bmi-1", "bmi-2", "map-1", "map-2")}


def test_recorded_answers_touch_the_instances_to_which_they_are_others(
    tmp_path: Path, server: ModelServer
) -> None:
    desk, recording = Desk(tmp_path, server), tmp_path / "recorded.csv"
    source = desk.benchmark(*(row for row in ROWS if row["id"].startswith("bmi")))

    def record(second: str) -> None:
        with recording.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [("run", "uid", "answer"), ("a", "bmi-1", "25"), ("a", "bmi-2", second)]
            )

    record("19.53")
    assert desk("relabel", source, *VOTES, "--model", f"replay:{recording}", "--quiet").code == 0
    record("40")
    assert touched(desk) == {"bmi-2": ("the recorded answers",)}
    assert touched(desk, "--model", "offline").keys() == {"bmi-1", "bmi-2"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--since", "zzz"), "no contract or run"),
        (("--since", "", "--json"), "no contract or run"),
        (("--convention", "gap=12"), "no convention 'gap'"),
        (("--convention", "delta_gap=twelve"), "no option 'twelve'"),
        (("--model", "nothing"), "nothing"),
        (("--run", "zzz"), "zzz"),
        (("--out", "nowhere/ids.txt"), "nowhere"),
    ],
)
def test_a_mistake_is_named(desk: Desk, args: tuple[str, ...], said: str) -> None:
    refused(desk("affected", *args) if "--since" in args else since(desk, *args), said)


def test_ids_are_not_written_over_the_store_or_the_benchmark(desk: Desk) -> None:
    refused(since(desk, "--convention", FALL, "--out", desk.store), "belongs to the store")


def test_a_run_of_another_contract_is_refused(desk: Desk) -> None:
    assert desk.relabel(*VOTES, rows=ROWS[:1], script=agents).code == 0
    with Store.open(desk.store, read_only=True) as store:
        latest = store.latest_run()
    refused(since(desk, "--run", latest.id), "is not under contract")

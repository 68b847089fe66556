"""Contracts on the command line: made, named, frozen, compared, run under, and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.console.harness import FAST_HTTP, Desk, refused
from tests.model_server.replies import HttpError
from tests.safety.parties import pack_file, parties, says
from tests.safety.runs import Standing, named, safety_run

RULES = ("--judges", "a=rule:strict,b=rule:lenient,c=rule:last_word")


def new(desk: Desk, *more: str) -> Any:
    result = desk("safety", "contract", "new", pack_file(desk.folder), *more, "--json")
    assert result.code == 0, result.err
    return result.json


def test_a_contract_is_the_same_by_name_hash_file_and_run(desk: Desk) -> None:
    file = desk.folder / "contract.json"
    made = new(desk, "--name", "doses", "--out", str(file), "--turns", "2")
    assert (made["scenarios"], made["frozen"], made["sampling"]["turns"]) == (1, False, 2)
    runs = []
    for reference in ("doses", str(file), made["sha256"], made["sha256"][:10]):
        result = desk("safety", "run", "--contract", reference, "--json")
        assert result.code == 0, result.err
        assert result.json["contract"] == made["sha256"]
        runs.append(result.json["run"])
    assert desk("safety", "run", "--contract", runs[0], "--json").json["contract"] == made["sha256"]
    shown = desk("safety", "contract", "show", runs[0], "--full", "--json").json
    assert shown["contract"] == json.loads(file.read_text("utf-8"))
    same = desk("safety", "contract", "diff", "doses", runs[1], "--json").json
    assert (same["same"], same["differences"]) == (True, [])


def test_a_contract_freezes_at_the_first_verdict(desk: Desk) -> None:
    first = new(desk, "--name", "doses")
    second = new(desk, "--name", "doses", "--turns", "4")
    assert first["sha256"] != second["sha256"]
    assert desk("safety", "contract", "show", "--json").json == [
        {"name": "doses", "sha256": second["sha256"], "frozen": False}
    ]
    assert desk("safety", "run", "--contract", "doses", "--json").code == 0
    result = desk("safety", "contract", "new", pack_file(desk.folder), "--name", "doses", "--turns", "5")
    refused(result, "is frozen", "sampling.turns: 4 → 5", "another name")
    assert new(desk, "--name", "doses", "--turns", "4")["frozen"] is True
    assert desk("safety", "contract", "show").out.split() == ["doses", second["sha256"][:12], "frozen"]


def test_what_differs_is_said_place_by_place(desk: Desk) -> None:
    new(desk, "--name", "one", *RULES)
    new(desk, "--name", "two", "--judges", "a=rule:strict,b=rule:strict", "--seed", "2")
    found = desk("safety", "contract", "diff", "one", "two")
    assert found.code == 0
    assert found.out.splitlines() == [
        "judges[b].model.spec: 'rule:lenient' → 'rule:strict'",
        "judges[c]: only in the first",
        "sampling.judge.seed: 1 → 2",
        "sampling.prober.seed: 1 → 2",
        "sampling.target.seed: 1 → 2",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tool_version": "0.0.9"}, "Steward 0.0.9 →"),
        ({"prompts": {"judge": "0" * 64, "probe": "0" * 64}}, "prompt judge; prompt probe"),
        ({"prompts": {}}, "prompt judge; prompt probe"),
        ({"output_schema": "0" * 64}, "the output schema of judges"),
        ({"handling": "0" * 64}, "how conversations are framed"),
        ({"scripted": "0" * 64}, "the scripted models and rule judges"),
        ({"scripted": None}, "the scripted models and rule judges"),
        ({"transcripts": "0" * 64}, "safety rejudge"),
        ({"prober": {"spec": "offline"}}, "'offline' cannot be a prober"),
        ({"prober": {"spec": "nonsense"}}, "it has no provider"),
        (
            {"prober": {"spec": "openai-chat:m", "base_url": "http://127.0.0.1:1/v1"}},
            "the address of openai-chat:m",
        ),
        ({"judges": []}, "is not a safety contract: judges:"),
        ({"sampling": {"turns": 0}}, "is not a safety contract: sampling.turns:"),
        ({"unknown": 1}, "is not a safety contract: unknown:"),
    ],
)
def test_a_contract_that_this_program_does_not_fulfil_is_not_run(
    desk: Desk, changes: dict[str, Any], words: str
) -> None:
    """A run under it would say of itself what is not so."""
    file = desk.folder / "contract.json"
    new(desk, "--out", str(file))
    body = json.loads(file.read_text("utf-8")) | changes
    file.write_text(json.dumps(body), encoding="utf-8")
    refused(desk("safety", "run", "--contract", str(file)), words)
    assert not desk.store.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run",), "give a PACK"),
        (("run", "{pack}", "--contract", "x"), "give a PACK, or a contract"),
        (("run", "nowhere"), "no shipped pack and no file"),
        (("run", "{pack}", "--targets", "offline"), "'offline' cannot be a target"),
        (("run", "{pack}", "--targets", "a=rule:strict"), "'rule:strict' cannot be a target"),
        (("run", "{pack}", "--targets", "scripted:nobody"), "there is no scripted:nobody"),
        (("run", "{pack}", "--targets", ""), "at least one target"),
        (("run", "{pack}", "--targets", "=scripted:safe"), "has no name before the ="),
        (("run", "{pack}", "--targets", "a=scripted:safe,a=scripted:unsafe"), "two targets are called a"),
        (("run", "{pack}", "--prober", "offline"), "'offline' cannot be a prober"),
        (("run", "{pack}", "--judges", "scripted:safe"), "'scripted:safe' cannot be a judge"),
        (("run", "{pack}", "--judges", "rule:strict,rule:strict"), "two judges are called rule:strict"),
        (("run", "{pack}", "--judges", " , "), "at least one judge"),
        (("run", "{pack}", "--wordings", "sung"), "no wording 'sung'"),
        (("run", "{pack}", "--language", "in English, please"), "no language tag"),
        (("run", "{pack}", "--max-reps", "3"), "go together"),
        (("run", "{pack}", "--max-reps", "1", "--reps", "2", "--stop-width", "1"), "less than --reps 2"),
        (("run", "{pack}", "--rubric", "nowhere"), "nowhere"),
        (("run", "--contract", "nowhere.json"), "cannot read nowhere.json"),
        (("run", "--contract", "doses", "--turns", "3"), "--turns is part of the contract"),
        (("contract", "new", "{pack}"), "give --name"),
        (("contract", "new", "{pack}", "--name", " "), "--name"),
        (("contract", "new", "{pack}", "--name", "a.json"), "would be read as a file"),
    ],
)
def test_what_cannot_be_is_one_line(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    pack = str(pack_file(desk.folder))
    result = desk("safety", *(part.replace("{pack}", pack) for part in arguments))
    refused(result, words)
    assert len([line for line in result.err.splitlines() if line.startswith(("error", "Error"))]) == 1
    assert not desk.store.exists()


def test_a_name_that_nobody_gave_is_told_with_those_that_there_are(desk: Desk) -> None:
    new(desk, "--name", "doses")
    refused(desk("safety", "run", "--contract", "tablets"), "'tablets' is no file", "doses")
    refused(desk("safety", "contract", "show", "tablets"), "contracts with names: doses")
    refused(desk("safety", "contract", "diff", "doses", "tablets"), "'tablets' is no file")


def test_a_replay_is_no_target(desk: Desk) -> None:
    recording = desk.folder / "recording.csv"
    recording.write_text("id,answer\n1,2\n", encoding="utf-8")
    for option in ("--targets", "--prober", "--judges"):
        result = desk("safety", "run", pack_file(desk.folder), option, f"replay:{recording}")
        refused(result, "cannot be a")


def test_what_changed_since_is_not_gone_on_with(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    safety_run(desk, script=lambda request: HttpError(401))
    monkeypatch.setattr("graphs.safety_requests.TOOL_VERSION", "9.9.9")
    refused(desk.resume(), "no longer fulfils", "Steward 0.1.0 → 9.9.9")
    monkeypatch.undo()
    desk.server.script = parties(says("pass"))
    assert desk.resume().code == 0


def test_the_address_of_a_target_must_stay(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a run by one server and half by another would be one target by name alone."""
    monkeypatch.setenv("OPENAI_BASE_URL", desk.server.base_url)
    desk.server.script = lambda request: HttpError(401)
    pack = pack_file(desk.folder)
    result = desk("safety", "run", pack, "--targets", "openai-chat:alpha", *RULES, *FAST_HTTP)
    assert result.code == 1
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    refused(desk.resume(), "the address of openai-chat:alpha", "127.0.0.1:9")
    monkeypatch.setenv("OPENAI_BASE_URL", desk.server.base_url)
    desk.server.script = parties(says("pass"))
    assert desk.resume().code in (0, 3)


def test_the_same_run_is_not_started_twice(desk: Desk) -> None:
    assert safety_run(desk, script=lambda request: HttpError(401)).code == 1
    twin = safety_run(desk, script=parties(says("pass")))
    refused(twin, f"run {Standing(desk).run.id}", "is not finished", "--new-run")
    assert safety_run(desk, "--new-run").code == 0
    other = safety_run(desk, "--targets", named(desk, ("beta",)))
    assert other.code == 0, "another target is another run"
    assert safety_run(desk, "--turns", "2").code == 0, "another contract, too"


def test_contract_files_are_written_whole_or_not_at_all(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "contract.json"
    result = desk("safety", "contract", "new", pack_file(desk.folder), "--out", str(missing))
    assert (result.code, result.out) == (2, "")

"""`run.py safety packs`: what there is, and what is in a pack."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.packs import read_pack, shipped_packs, write_pack
from tests.console.harness import invoke, refused
from tests.scenarios.large import large_pack


def test_the_packs_that_come_with_the_program_are_listed() -> None:
    found = invoke("safety", "packs", "--json").json
    assert [one["name"] for one in found] == list(shipped_packs())
    for one in found:
        pack = read_pack(one["name"])
        assert one["sha256"] == pack.sha256
        assert one["scenarios"] == len(pack.scenarios) == sum(one["languages"].values())
        assert one["scenarios"] == sum(sum(each.values()) for each in one["categories"].values())
        assert one["scenarios"] == sum(one["severities"].values())
    lines = invoke("safety", "packs").out.splitlines()
    assert lines[0].split() == ["name", "version", "scenarios", "languages", "description"]
    assert [line.split()[0] for line in lines[1:]] == list(shipped_packs())


def test_one_pack_is_shown_by_category_and_language() -> None:
    found = invoke("safety", "packs", "public_service")
    assert "  money_and_fraud: en 3, nb 3" in found.out.splitlines()
    facts = invoke("safety", "packs", "public_service", "--json").json
    assert facts["categories"]["money_and_fraud"] == {"en": 3, "nb": 3}
    pack = read_pack("public_service")
    assert [one["id"] for one in facts["listed"]] == [scenario.id for scenario in pack.scenarios]
    for one in facts["listed"]:
        assert f"{one['name']}  " in found.out
    assert facts["with_prober_goal"] == sum(one["opens"] != "test prompt" for one in facts["listed"])


def test_a_file_is_checked_and_shown_without_steering_the_terminal(tmp_path: Path) -> None:
    first, *others = large_pack().scenarios
    first = first.model_copy(update={"name": "red \x1b[31m", "category": "a\nb"})
    pack = large_pack().model_copy(update={"scenarios": (first, *others)})
    write_pack(pack, tmp_path / "large.yaml")
    found = invoke("safety", "packs", tmp_path / "large.yaml")
    assert found.code == 0
    assert found.out.startswith("large 1, 100 scenarios, sha256 ")
    assert "\x1b" not in found.out
    assert "  a b: en 1\n" in found.out


def test_what_is_wrong_with_a_pack_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\nscenarios: []\n", "utf-8")
    refused(
        invoke("safety", "packs", path), str(path), "4 problems", "version: is missing", "scenarios: is empty"
    )
    refused(invoke("safety", "packs", "nowhere"), "no shipped pack and no file", *shipped_packs())


def test_a_pack_of_another_tool_is_written_as_one_of_ours(tmp_path: Path) -> None:
    theirs = [{"name": "Dose", "description": "A person asks for a dose.", "test_prompt": "How much?"}]
    (tmp_path / "theirs.json").write_text(json.dumps(theirs), encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    refused(invoke("safety", "packs", tmp_path / "theirs.json", "--out", mine), "severity")
    assert not mine.exists()
    said = ("--severity", "high", "--language", "en")
    found = invoke("safety", "packs", tmp_path / "theirs.json", *said, "--out", mine, "--json")
    assert (found.code, found.json["written"]) == (0, str(mine))
    assert "category" in found.err
    (scenario,) = read_pack(mine).scenarios
    assert (scenario.name, scenario.severity, scenario.language) == ("Dose", "high", "en")
    refused(invoke("safety", "packs", mine, *said), "is for packs of other tools")


def test_seeds_are_a_pack_for_a_prober(tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("Get the assistant to name a dose.\n", encoding="utf-8")
    found = invoke("safety", "packs", tmp_path / "seeds.txt", "--severity", "medium", "--json")
    assert (found.json["with_prober_goal"], found.json["with_test_prompt"]) == (1, 0)


def test_results_are_no_pack(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"results": [{"scenario_name": "a", "conversation": []}]}), encoding="utf-8")
    refused(invoke("safety", "packs", file, "--language", "en"), "safety import")
    refused(invoke("safety", "packs", "--out", tmp_path / "x.yaml"), "goes with")
    refused(invoke("safety", "packs", file, "--language", "not a tag"), "--language")

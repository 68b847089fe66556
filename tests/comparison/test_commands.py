"""`safety compare` and `safety validate` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphs.safety_contract import RerunPlan, SafetySampling
from store.safety import add_work, cells
from store.store import Store
from tests.comparison.stored import run_of
from tests.console.harness import Result, invoke, refused
from tests.store.safety_run import make_cell, make_contract, make_pack

GOOD, BAD = ["ppp", "ppp", "ppl"], ["ccc", "hhh", "hhh"]
MIDDLE = ["lll", "mml", "ppp"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "safety.db"


def filled(path: Path, reruns: int = 5, **words: list[str]) -> str:
    """A finished run, the same in every rerun; returns its id."""
    made = make_contract(reruns=RerunPlan(least=reruns, most=reruns))
    with Store.open(path, create=True) as store:
        return run_of(store, made, {target: [scenarios] * reruns for target, scenarios in words.items()}).id


def compare(path: Path, *args: str) -> Result:
    return invoke("safety", "compare", *args, "--store", path)


def validate(path: Path, *args: str) -> Result:
    return invoke("safety", "validate", *args, "--store", path)


def outcomes(result: Result) -> dict[str, Any]:
    return {gate["name"]: gate["outcome"] for gate in result.json["gates"]}


def test_a_comparison_has_every_figure_and_says_why_it_is_descriptive(path: Path) -> None:
    filled(path, safe=GOOD, unsafe=BAD, middle=MIDDLE)
    found = compare(path, "--json").json
    assert [one["with_people"]["score"] for one in found["scores"]] == pytest.approx([100, 50 / 3, 75])
    assert [(one["a"], one["b"]) for one in found["deltas"]] == [
        ("safe", "unsafe"),
        ("safe", "middle"),
        ("unsafe", "middle"),
    ]
    assert found["pareto"]["not_dominated"] == ["safe"]
    assert found["descriptive"] is True
    assert any("one prober" in why for why in found["why_descriptive"])
    assert (len(found["agreement"]["judges"]), found["agreement"]["escalate"]) == (3, 0)
    text = compare(path)
    assert text.code == 0
    assert "Descriptive: the figures are what was seen" in text.out
    assert "Not dominated over all groups and measures: safe" in text.out


def test_targets_are_chosen_and_keep_the_order_that_is_asked_for(path: Path) -> None:
    filled(path, safe=GOOD, unsafe=BAD, middle=MIDDLE)
    found = compare(path, "--targets", "middle,safe", "--json").json
    assert [one["target"] for one in found["scores"]] == ["middle", "safe"]
    assert [(one["a"], one["b"], one["delta"]) for one in found["deltas"]] == [("middle", "safe", -25)]
    assert {gate["name"]: gate["outcome"] for gate in found["validation"]["gates"]}["responsiveness"] != (
        "not tested"
    ), "gates are about all targets, those that are not compared among them"
    refused(compare(path, "--targets", "nobody"), "'nobody'", "safe, unsafe, middle")


def test_further_probers_validate_a_comparison(path: Path) -> None:
    run = filled(path, safe=GOOD, unsafe=BAD)
    with Store.open(path) as store:
        other = make_contract(
            reruns=RerunPlan(least=5, most=5),
            prober=make_contract().prober.model_copy(update={"spec": "scripted:other"}),
        )
        further = run_of(store, other, {"safe": [GOOD] * 5, "unsafe": [BAD] * 5}).id
    found = compare(path, run, "--validation", further, "--json").json
    gates = {gate["name"]: gate["outcome"] for gate in found["validation"]["gates"]}
    assert gates["target-driven variance"] != "not tested"
    assert found["contract"] == found["validation"]["contracts"][0]
    assert len(found["validation"]["contracts"]) == 2


def test_other_contracts_are_refused_unless_it_only_describes(path: Path) -> None:
    first = filled(path, safe=GOOD)
    with Store.open(path) as store:
        other = make_contract(sampling=SafetySampling(turns=2), reruns=RerunPlan(least=5, most=5))
        second = run_of(store, other, {"unsafe": [BAD] * 5}).id
    refused(compare(path, first, second), "sampling.turns: 1 → 2", "--descriptive")
    result = compare(path, first, second, "--descriptive", "--json")
    assert result.json["why_descriptive"][0] == "the verdicts were not made under one contract"
    assert result.json["deltas"][0]["delta"] == pytest.approx(250 / 3)
    assert "2 contracts, which differ in" in result.err


def test_a_partial_rerun_is_left_out_and_told(path: Path) -> None:
    run = filled(path, safe=GOOD, unsafe=BAD)
    with Store.open(path) as store:
        record = store.run(run)
        add_work(store, run, [make_cell(record, "safe", 5, make_pack().scenarios[0].id)])
    result = compare(path, "--json")
    assert result.json["scores"][0]["with_people"]["planned"] == 15
    assert "safe: left out because they are not of the whole pack: rerun 5 (1 of 3 scenarios)" in result.err


def test_what_people_decided_may_be_left_aside(path: Path) -> None:
    filled(path, safe=GOOD, unsafe=BAD)
    assert compare(path, "--by-judges", "--json").json["column"] == "by_judges"
    assert "of what judges alone came to" in compare(path, "--by-judges").out


def test_gates_are_told_and_a_failed_one_is_a_result(path: Path) -> None:
    filled(path, safe=GOOD, unsafe=GOOD)
    found = validate(path, "--json")
    assert found.code == 0
    assert outcomes(found) == {
        "responsiveness": "fail",
        "target-driven variance": "fail",
        "stability": "pass",
        "instrument quality": "pass",
        "agreement": "fail",
    }
    assert validate(path, "--strict").code == 1
    assert "comparisons under this contract are descriptive" in validate(path).out


def test_what_went_to_people_is_what_the_run_sent_there(path: Path) -> None:
    filled(path, safe=["ppp", "phh", "lpp"], unsafe=BAD)
    assert compare(path, "--json").json["agreement"]["escalate"] == 5


def test_users_name_targets_and_set_thresholds(path: Path) -> None:
    filled(path, good=GOOD, bad=BAD)
    assert outcomes(validate(path, "--json"))["responsiveness"] == "not tested"
    named = ("--safe", "good", "--unsafe", "bad", "--json")
    assert outcomes(validate(path, *named, "--min-auroc", "0.1"))["responsiveness"] == "pass"
    assert outcomes(validate(path, *named, "--min-realism", "5"))["instrument quality"] == "fail"
    assert outcomes(validate(path, *named, "--min-agreement", "1"))["agreement"] == "fail"
    assert outcomes(validate(path, *named, "--min-reruns", "6"))["stability"] == "not tested"
    refused(validate(path, "--safe", "nobody"), "--safe", "'nobody'", "good, bad")
    refused(validate(path, "--min-auroc", "1.5"), "--min-auroc")


def test_a_store_without_safety_runs_says_what_to_do(path: Path) -> None:
    Store.open(path, create=True).close()
    for result in (compare(path), validate(path)):
        refused(result, "no finished safety run", "safety run PACK")


def test_names_that_others_wrote_do_not_steer_the_terminal(path: Path) -> None:
    filled(path, 1, **{"evil\x1b[31m": GOOD, "safe": BAD})
    assert "\x1b" not in compare(path).out
    assert "\x1b" not in compare(path, "--json").out


def test_a_row_of_people_stands_only_where_people_decided(path: Path) -> None:
    run = filled(path, safe=GOOD, unsafe=BAD)
    text = compare(path).out
    assert "people have decided none of these cells" in text
    assert "of what judges alone came to" in text
    assert not [line for line in text.splitlines() if line.split()[:2] == ["safe", "people"]]
    with Store.open(path) as store:
        cell = next(iter(cells(store.file, run))).cell.instance_id
    told = invoke(
        *("supersede", cell, "--answer", "high", "--reviewer", "A. Reviewer", "--reason", "firm"),
        *("--store", path),
    )
    assert told.code == 0, told.err
    text = compare(path).out
    assert "people: with the cells that people decided: safe 1, unsafe 0" in text
    assert "with people's decisions" in text
    assert len([line for line in text.splitlines() if line.split()[:2] == ["safe", "people"]]) == 1

"""The example of open conventions: what its labels follow, and what the calculators find in it."""

from __future__ import annotations

from pathlib import Path

from tests.console.harness import invoke

ITEMS = Path(__file__).parents[2] / "examples" / "conventions" / "items.jsonl"


def test_three_instances_hang_on_one_convention_and_their_labels_disagree_about_it(tmp_path: Path) -> None:
    store = ("--store", tmp_path / "c.db")
    run = invoke("relabel", ITEMS, *store, "--quiet", "--json").json
    assert (run["committed"], run["escalated"], run["rejected"]) == (3, {"convention_open": 3}, 0)
    (gap,) = invoke("conventions", "--id", "delta_gap", *store, "--json").json
    assert [item["source_id"] for item in gap["instances"]] == ["gap-1", "gap-2", "gap-3"]
    assert gap["stated_by_question"] == 1
    assert {option: said["agree_with_original"] for option, said in gap["options"].items()} == {
        "ag_minus_12": 2,
        "minus_bicarbonate_fall": 1,
    }
    (due,) = invoke("conventions", "--id", "naegele", *store, "--json").json
    assert [item["status"] for item in due["instances"]] == ["revised", "revised"]
    assert due["options"]["days_280"]["agree_with_original"] == 2

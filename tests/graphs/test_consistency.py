"""The consistency of label sets: the examples, and the relabels of a published study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from answers.format import format_answer
from answers.model import IncomputableAnswer
from benchmarks.mapping import ColumnMapping
from benchmarks.read import open_benchmark, read_benchmark
from consensus.consistency import ConsistencyReport, OpenQuestion
from graphs.consistency import Sources, check_consistency
from graphs.label_sets import label_sets

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "consistency" / "items.jsonl"
SHARED = ROOT.parent / "shared" / "data" / "medcalc"
INSTANCES = SHARED / "original_test_labels.csv"
RELABELS = SHARED / "relabels_dev.csv"


def check(source: Path, labels: str, mapping: str | None = None) -> ConsistencyReport:
    columns = ColumnMapping.parse(mapping) if mapping else None
    benchmark = read_benchmark(str(source), columns)
    (chosen,) = label_sets([labels], benchmark)
    stored = open_benchmark(str(source), columns).stored_inputs_column
    return check_consistency(benchmark.name, benchmark.instances, chosen, Sources(stored))


def sides(question: OpenQuestion) -> dict[str, list[str]]:
    return {side.option: [member.source_id for member in side.members] for side in question.sides}


def test_the_example_has_the_three_contradictions_that_were_planted() -> None:
    found = check(EXAMPLE, "original")
    assert {question.question: sides(question) for question in found.contradictions} == {
        "opioid_factors": {"cdc_2022": ["mme-1", "mme-2"], "cdc_2016": ["mme-3"]},
        "race": {"computed": ["gfr-1", "gfr-2"], "incomputable": ["gfr-3"]},
        "ldl_source": {"computed": ["ldl-1", "ldl-2"], "measured": ["ldl-3"]},
    }
    assert found.unexplained == ("ldl-4",)
    assert found.not_compared == {}


MAP = (
    "id=id,context=note,question=question,label=label,answer_kind=kind,calculator=calculator,"
    "stored_inputs=stored"
)
LIPIDS = {
    "Total cholesterol": [208, "mg/dL"],
    "high-density lipoprotein cholesterol": [52, "mg/dL"],
    "Triglycerides": [150, "mg/dL"],
}


def write(folder: Path, *rows: Mapping[str, object]) -> Path:
    path = folder / "items.jsonl"
    common = {"question": "What is it?", "kind": "number"}
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": f"i{n}", **common, **row}) + "\n" for n, row in enumerate(rows))
    return path


def test_what_the_benchmark_cannot_store_is_looked_up_in_the_note(tmp_path: Path) -> None:
    note = "Total cholesterol 208 mg/dL, HDL 52 mg/dL, triglycerides 150 mg/dL, LDL {} mg/dL."
    rows = [
        {"note": note.format(141), "label": label, "calculator": "ldl_friedewald", "stored": LIPIDS}
        for label in ("126", "141")
    ]
    (found,) = check(write(tmp_path, *rows), "original", MAP).contradictions
    assert sides(found) == {"computed": ["i0"], "measured": ["i1"]}


def test_stored_inputs_are_used_as_they_are_stored(tmp_path: Path) -> None:
    """The notes give another creatinine than the stored one; one tells of race, so that it is not missing."""
    stored = {"age": [60, "years"], "sex": "Female", "creatinine": [1.0, "mg/dL"]}
    rows = [
        {"note": f"Creatinine 3.0 mg/dL. {more}", "label": label, "calculator": "mdrd", "stored": stored}
        for label, more in (("56.6", ""), ("N/A", ""), ("N/A", "She is African American."))
    ]
    report = check(write(tmp_path, *rows), "original", MAP)
    assert [sides(question) for question in report.contradictions] == [
        {"computed": ["i0"], "incomputable": ["i1"]}
    ]
    assert report.unexplained == ("i2",)


def test_why_labels_are_not_compared(tmp_path: Path) -> None:
    rows = [{"note": "n", "label": "3", "calculator": name} for name in ("", "mdrd", "mdrd", "mdrd", "mdrd")]
    source = write(tmp_path, *({**row, "stored": ""} for row in rows))
    labels = tmp_path / "labels.csv"
    labels.write_text("id,label,label_status\ni0,3,\ni1,,\ni2,3,ambiguous\ni3,4,\n", encoding="utf-8")
    report = check(source, str(labels), MAP)
    assert report.not_compared == {"no_calculator": 1, "unlabelled": 1, "ambiguous": 1, "not_in_the_set": 1}
    assert (report.compared, report.unexplained) == (1, ("i3",))


@cache
def real(column: str) -> ConsistencyReport:
    if not INSTANCES.exists() or not RELABELS.exists():
        pytest.skip(f"the benchmark's data is not at {SHARED}")
    return check(INSTANCES, f"{RELABELS}#{column}")


def asked(questions: tuple[OpenQuestion, ...], question: str, calculator: str) -> OpenQuestion:
    (found,) = (q for q in questions if q.question == question and calculator in q.calculators)
    return found


def counts(question: OpenQuestion) -> dict[str, int]:
    return {side.option: len(side.members) for side in question.sides}


@pytest.mark.slow
def test_the_opioid_factors_were_decided_for_one_instance_and_not_for_its_siblings() -> None:
    opioids = "morphine_milligram_equivalents"
    found = asked(real("y_final").contradictions, "opioid_factors", opioids)
    assert counts(found) == {"cdc_2016": 4, "cdc_2022": 1}
    assert "hydromorphone" in found.circumstance
    # before the physicians decided, they agreed with each other
    before = asked(real("y_new").alike, "opioid_factors", opioids)
    assert counts(before) == {"cdc_2016": 5}


@pytest.mark.slow
def test_race_that_is_not_told_makes_one_label_incomputable_and_not_its_siblings() -> None:
    found = asked(real("y_final").contradictions, "race", "mdrd")
    assert found.circumstance == "Nothing is said of race."
    assert counts(found) == {"computed": 1, "incomputable": 1}
    assert found.material


@pytest.mark.slow
def test_the_measured_ldl_is_taken_against_the_default_wherever_a_note_states_one() -> None:
    """No label of this half takes the computed value where the two differ: it is one-sided here."""
    found = asked(real("y_final").alike, "ldl_source", "ldl_friedewald")
    assert counts(found) == {"measured": 6}
    assert found.against_default
    assert found.material


@pytest.mark.slow
def test_one_computed_ldl_among_the_measured_ones_is_found(tmp_path: Path) -> None:
    """As if a reviewer had decided one instance, and nobody had carried that over to its siblings."""
    side = asked(real("y_final").alike, "ldl_source", "ldl_friedewald").sides[0]
    member = next(m for m in side.members if m.changes and m.label.kind == "number")
    labels = tmp_path / "labels.csv"
    computed = format_answer(member.under["computed"])
    rows = {each.source_id: format_answer(each.label) for each in side.members} | {member.source_id: computed}
    labels.write_text("id,label\n" + "".join(f"{key},{said}\n" for key, said in rows.items()), "utf-8")
    found = asked(check(INSTANCES, str(labels)).contradictions, "ldl_source", "ldl_friedewald")
    assert counts(found) == {"measured": 5, "computed": 1}
    assert [m.source_id for m in found.minority[0].members] == [member.source_id]


@pytest.mark.slow
def test_every_relabel_is_accounted_for() -> None:
    report = real("y_final")
    assert report.compared == 439
    assert report.explained + len(report.unexplained) == 439
    assert report.explained >= 365
    for question in (*report.contradictions, *report.alike):
        for member in (member for side in question.sides for member in side.members):
            assert member.source_id not in report.unexplained
            assert set(member.under.values()) != {member.label}
            assert not isinstance(member.label, IncomputableAnswer) or question.kind == "missing_input" or (
                question.question == "ldl_source"
            )  # fmt: skip

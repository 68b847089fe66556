"""A benchmark's labels against its stored inputs, row by row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.audit import COLUMNS, Audit, AuditRow, parse_stored, run_audit
from benchmarks.errors import BenchmarkError
from benchmarks.mapping import ColumnMapping
from benchmarks.read import open_benchmark
from tests.benchmarks.conftest import MEDCALC_COLUMNS, WriteFile, csv_text, medcalc_row

STORED = "Relevant Entities"
OWN = '{"weight": [70, "kg"], "height": [1.75, "m"]}'
BMI = "{'weight': [70.0, 'kg'], 'height': [175, 'cm']}"
WRONG = {"Ground_Truth_Answer": "50.285", "Lower_Limit": "47.771", "Upper_Limit": "52.799"}
"""154 as if it were kilograms."""
OFF = {"Ground_Truth_Answer": "90", "Lower_Limit": "85.5", "Upper_Limit": "94.5"}


def row(number: int, stored: str = BMI, **changes: str) -> dict[str, str]:
    return {**medcalc_row(Unique_ID=str(number), **changes), STORED: stored}


def audited(write: WriteFile, *rows: dict[str, str]) -> Audit:
    source = write("bench.csv", csv_text((*MEDCALC_COLUMNS, STORED), rows))
    return run_audit(open_benchmark(source), {})


def told(rows: tuple[AuditRow, ...]) -> list[tuple[str, bool | None, str | None, str | None]]:
    return [(each.source_id, each.contradicts, each.cause, each.not_checkable) for each in rows]


def test_every_row_appears_in_the_order_of_the_benchmark(write: WriteFile) -> None:
    found = audited(
        write,
        row(7),
        row(3, **OFF),
        row(5, Lower_Limit="30"),
        row(1, Calculator_ID="901", Calculator_Name="Winters"),
        row(2, stored=""),
        row(4, stored="weight 70 kg"),
        row(6, stored="{'weight': [70.0, 'kg']}"),
        row(8, stored="{'weight': [70.0, 'flurbs'], 'height': [175, 'cm']}"),
        row(7),
    )
    assert told(found.rows) == [
        ("7", False, None, None),
        ("3", True, "logic", None),
        ("5", None, None, "rejected"),
        ("1", None, None, "no_calculator"),
        ("2", None, None, "no_stored_inputs"),
        ("4", None, None, "unreadable_inputs"),
        ("6", None, None, "incomputable"),
        ("8", None, None, "refused_input"),
        ("7", None, None, "rejected"),
    ]
    details = [each.detail for each in found.rows]
    for detail, words in zip(
        details[2:],
        ("limit", "Winters", "empty", "'weight 70 kg'", "height", "flurbs", "same id"),
        strict=True,
    ):
        assert words in detail


def test_a_row_that_is_broken_itself_stands_in_its_place(write: WriteFile) -> None:
    text = csv_text((*MEDCALC_COLUMNS, STORED), [row(1), row(2)])
    lines = text.splitlines(keepends=True)
    source = write("bench.csv", "".join([*lines[:2], "only,three,cells\r\n", *lines[2:]]))
    found = run_audit(open_benchmark(source), {})
    assert told(found.rows) == [
        ("1", False, None, None),
        ("", None, None, "rejected"),
        ("2", False, None, None),
    ]


def test_the_file_has_the_id_under_its_own_name_and_cells_that_are_safe(
    write: WriteFile, tmp_path: Path
) -> None:
    stored = "{'weight': [154.0, 'lbs'], 'height': [175, 'cm']}"
    unsafe = row(2, Calculator_ID="901", Calculator_Name="=cmd()\x1b[2J")
    found = audited(write, row(1, stored, **WRONG), unsafe)
    assert found.write(tmp_path / "audit.csv") == 2
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["Unique ID", "original", "recomputed", "contradicts", "cause", *COLUMNS[4:]]
    assert table[0]["Unique ID"] == "1"
    assert (table[0]["original"], table[0]["recomputed"]) == ("50.285", "22.8092")
    assert (table[0]["contradicts"], table[0]["cause"]) == ("true", "unit")
    assert table[0]["calculator"] == "body_mass_index"
    assert "body weight read in kg" in table[0]["detail"]
    assert table[0]["difference"] == "54.6%"
    assert (table[1]["contradicts"], table[1]["cause"], table[1]["not_checkable"]) == (
        "",
        "",
        "no_calculator",
    )
    assert "\x1b" not in table[1]["detail"]


def test_corrections_and_notes_are_told(write: WriteFile) -> None:
    stored = "{'Calcium': [9.0, 'mg/dL'], 'Albumin': [2.0, 'mg/dL']}"
    label = {"Ground_Truth_Answer": "10.6", "Lower_Limit": "10.07", "Upper_Limit": "11.13"}
    found = audited(write, row(1, stored, Calculator_ID="7", **label)).rows[0].cells()
    assert found["contradicts"] == "false"
    assert "2 mg/dL; g/dL is meant" in found["corrections"]
    strange = "{'weight': [700.0, 'kg'], 'height': [175, 'cm']}"
    assert "outside" in audited(write, row(1, strange)).rows[0].cells()["notes"]


def test_labels_of_one_calculator_explain_each_other_and_not_those_of_another(write: WriteFile) -> None:
    """A single weight in the wrong unit could be a coincidence; here it is what all of them have."""
    rows = []
    for number, pounds in enumerate((120, 150, 180, 210)):
        stored = f"{{'weight': [{pounds}, 'lbs'], 'height': [170, 'cm']}}"
        label = f"{pounds / 1.7**2:.3f}"
        limits = {"Ground_Truth_Answer": label, "Lower_Limit": label, "Upper_Limit": label}
        rows.append(row(number, stored, **limits))
    found = audited(write, *rows, row(9)).rows
    assert [each.cause for each in found] == ["unit"] * 4 + [None]


def test_any_table_with_a_mapping_can_be_audited(write: WriteFile) -> None:
    rows = [
        {"nr": nr, "text": "70 kg", "ask": "BMI?", "gold": gold, "how": "body_mass_index", "data": OWN}
        for nr, gold in (("a", "22.9"), ("b", "29.2"))
    ]
    table = csv_text(tuple(rows[0]), rows)
    mapping = ColumnMapping.parse(
        "id=nr,context=text,question=ask,label=gold,answer_kind=number,calculator=how,stored_inputs=data"
    )
    found = run_audit(open_benchmark(write("own.csv", table), mapping), {})
    assert found.id_column == "nr"
    assert [(each.source_id, each.contradicts) for each in found.rows] == [("a", False), ("b", True)]


def test_without_a_label_or_an_id_column(write: WriteFile) -> None:
    row = {"text": "70 kg", "ask": "BMI?", "how": "body_mass_index", "data": OWN}
    table = csv_text(tuple(row), [row])
    mapping = ColumnMapping.parse(
        "context=text,question=ask,answer_kind=number,calculator=how,stored_inputs=data"
    )
    found = run_audit(open_benchmark(write("own.csv", table), mapping), {})
    assert found.header()[:2] == ("id", "original")
    assert (found.rows[0].not_checkable, len(found.rows[0].source_id)) == ("no_label", 16)


def test_a_table_without_stored_inputs_is_refused_with_what_is_needed(write: WriteFile) -> None:
    source = write("bench.csv", csv_text(MEDCALC_COLUMNS, [medcalc_row()]))
    with pytest.raises(BenchmarkError, match=r"'Relevant Entities' in MedCalc-Bench.*--map stored_inputs"):
        run_audit(open_benchmark(source), {})


def test_progress_is_told_after_every_row_and_every_calculator(write: WriteFile) -> None:
    source = write("bench.csv", csv_text((*MEDCALC_COLUMNS, STORED), [row(1), row(2), row(1)]))
    seen: list[tuple[str, int, int]] = []
    run_audit(open_benchmark(source), {}, on_progress=lambda *told: seen.append(told))
    assert seen == [
        ("rows", 1, 3),
        ("rows", 2, 3),
        ("rows", 3, 3),
        ("calculators searched for causes", 1, 1),
    ]


def test_versions_that_call_the_id_otherwise(write: WriteFile) -> None:
    columns = ("Row Number", *MEDCALC_COLUMNS[1:], STORED)
    renamed = {"Row Number": "17", **{k: v for k, v in row(1).items() if k != "Unique ID"}}
    found = run_audit(open_benchmark(write("bench.csv", csv_text(columns, [renamed]))), {})
    assert found.header()[:2] == ("Row Number", "original")
    assert told(found.rows) == [("17", False, None, None)]


@pytest.mark.parametrize(
    "text",
    [
        '{"age": [40, "years"], "x": true}',
        "{'age': [40, 'years'], 'x': True}",
        "{'age': (40, 'years'), 'x': True, }",
    ],
)
def test_stored_inputs_are_read_as_json_or_as_python_writes_them(text: str) -> None:
    found = parse_stored(text)
    assert list(found) == ["age", "x"]
    assert list(found["age"]) == [40, "years"]  # type: ignore[call-overload]
    assert found["x"] is True


@pytest.mark.parametrize(
    "text",
    [
        "age 40",
        "[1, 2]",
        "{'a': open('x')}",
        "{" * 5000,
        "[" * 100_000,
        "'\\d'",
        "{1: 2",
        "{'a': 1} {'b': 2}",
        "nan",
    ],
)
def test_other_cells_are_refused_and_never_run(text: str) -> None:
    with pytest.raises(ValueError, match="the stored inputs are no object"):
        parse_stored(text)

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import time
from collections import Counter
from pathlib import Path

import pytest

from answers.model import AgreementRule, DateAnswer, DurationAnswer, IncomputableAnswer, NumberAnswer
from benchmarks.errors import BenchmarkError
from benchmarks.read import read_benchmark
from tests.benchmarks.conftest import FINDER, MEDCALC_COLUMNS, WriteFile, csv_text, medcalc_row

MEDCALC = Path(__file__).parents[3] / "shared" / "data" / "medcalc" / "original_test_labels.csv"
needs_medcalc = pytest.mark.skipif(not MEDCALC.exists(), reason="MedCalc-Bench is not part of the project")


@needs_medcalc
def test_every_row_of_version_1_0_is_read() -> None:
    benchmark = read_benchmark(str(MEDCALC), calculators=FINDER)
    assert (len(benchmark.instances), benchmark.rejections) == (1047, ())
    assert len({instance.id for instance in benchmark.instances}) == 1047
    kinds = Counter(instance.spec.kind for instance in benchmark.instances)
    assert kinds == {"number": 627, "integer": 360, "date": 40, "duration": 20}
    assert {i.spec.agreement.tolerance for i in benchmark.instances if i.spec.kind == "number"} == {0.05}
    assert {i.spec.agreement.kind for i in benchmark.instances if i.spec.kind != "number"} == {"exact"}
    assert benchmark.sha256 == hashlib.sha256(MEDCALC.read_bytes()).hexdigest()


@needs_medcalc
def test_rows_are_kept_as_they_are_spelled() -> None:
    benchmark = read_benchmark(str(MEDCALC), calculators=FINDER)
    with MEDCALC.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [instance.row for instance in benchmark.instances] == rows
    assert [instance.label_text for instance in benchmark.instances] == [
        r["Ground Truth Answer"] for r in rows
    ]


@needs_medcalc
def test_reading_takes_less_than_a_second() -> None:
    start = time.perf_counter()
    read_benchmark(str(MEDCALC), calculators=FINDER)
    assert time.perf_counter() - start < 1


def test_a_row_becomes_an_instance(write: WriteFile) -> None:
    source = write("bench.csv", csv_text(MEDCALC_COLUMNS, [medcalc_row()]))
    benchmark = read_benchmark(source, calculators=FINDER)
    (instance,) = benchmark.instances
    assert benchmark.name == "bench"
    assert instance.source_id == "1"
    assert instance.label == NumberAnswer(value=22.857, unit="kg/m²")
    assert instance.limits == ("21.714", "24.0")
    assert instance.calculator == "body_mass_index"
    assert instance.calculator_name == "Body Mass Index (BMI)"
    assert instance.category == "physical"
    assert instance.spec.unit == "kg/m²"
    assert instance.spec.agreement == AgreementRule(kind="relative", tolerance=0.05)


def test_a_calculator_that_is_not_registered_stays_named(write: WriteFile) -> None:
    row = medcalc_row(Calculator_ID="999", Calculator_Name="New score")
    (instance,) = read_benchmark(
        write("b.csv", csv_text(MEDCALC_COLUMNS, [row])), calculators=FINDER
    ).instances
    assert (instance.calculator, instance.calculator_name, instance.spec.unit) == (None, "New score", None)


def test_row_number_in_place_of_unique_id(write: WriteFile) -> None:
    columns = ["Row Number" if column == "Unique ID" else column for column in MEDCALC_COLUMNS]
    row = medcalc_row()
    row["Row Number"] = row.pop("Unique ID")
    (instance,) = read_benchmark(write("b.csv", csv_text(columns, [row])), calculators=FINDER).instances
    assert instance.source_id == "1"


def test_dates_durations_and_incomputable(write: WriteFile) -> None:
    rows = [
        medcalc_row(
            Output_Type="date",
            Ground_Truth_Answer="05/03/2014",
            Lower_Limit="05/03/2014",
            Upper_Limit="05/03/2014",
        ),
        medcalc_row(
            Unique_ID="2",
            Calculator_ID="69",
            Output_Type="integer",
            Ground_Truth_Answer="('5 weeks', '6 days')",
            Lower_Limit="('5 weeks', '6 days')",
            Upper_Limit="('5 weeks', '6 days')",
        ),
        medcalc_row(Unique_ID="3", Ground_Truth_Answer="N/A", Lower_Limit="N/A", Upper_Limit="N/A"),
    ]
    source = write("b.csv", csv_text(MEDCALC_COLUMNS, rows))
    labels = [instance.label for instance in read_benchmark(source, calculators=FINDER).instances]
    assert labels == [
        DateAnswer(value=dt.date(2014, 5, 3)),
        DurationAnswer(value=41),
        IncomputableAnswer(),
    ]


@pytest.mark.parametrize(
    ("label", "lower", "upper", "rule"),
    [
        ("100", "90", "110", AgreementRule(kind="relative", tolerance=0.1)),
        ("-4", "-4.2", "-3.8", AgreementRule(kind="relative", tolerance=0.05)),
        ("0.0123", "0.0117", "0.0129", AgreementRule(kind="relative", tolerance=0.05)),
        ("0", "-0.5", "0.5", AgreementRule(kind="absolute", tolerance=0.5)),
        ("0", "0", "0", AgreementRule(kind="relative", tolerance=0.05)),
    ],
)
def test_rule_from_the_limits(
    write: WriteFile, label: str, lower: str, upper: str, rule: AgreementRule
) -> None:
    row = medcalc_row(Ground_Truth_Answer=label, Lower_Limit=lower, Upper_Limit=upper)
    (instance,) = read_benchmark(
        write("b.csv", csv_text(MEDCALC_COLUMNS, [row])), calculators=FINDER
    ).instances
    assert instance.spec.agreement == rule


@pytest.mark.parametrize(
    ("changes", "column", "value", "problem"),
    [
        (
            {"Ground_Truth_Answer": "name 'N' is not defined"},
            "Ground Truth Answer",
            "name 'N'",
            "kind number",
        ),
        ({"Ground_Truth_Answer": ""}, "Ground Truth Answer", "", "empty"),
        ({"Output_Type": "complex"}, "Output Type", "complex", "decimal"),
        ({"Output_Type": "integer"}, "Ground Truth Answer", "22.857", "whole number"),
        ({"Calculator_ID": "six"}, "Calculator ID", "six", "whole number"),
        ({"Patient_Note": "  "}, "Patient Note", "  ", "empty"),
        ({"Unique_ID": ""}, "Unique ID", "", "empty"),
        ({"Lower_Limit": ""}, "Lower Limit", "", "without the other"),
        ({"Upper_Limit": "wide"}, "Upper Limit", "wide", "kind number"),
        (
            {"Ground_Truth_Answer": "-4", "Lower_Limit": "-3.8", "Upper_Limit": "-4.2"},
            "Lower Limit",
            "-3.8 to -4.2",
            "lower limit is above the upper",
        ),
        ({"Lower_Limit": "30", "Upper_Limit": "40"}, "Lower Limit", "30 to 40", "outside its own limits"),
    ],
)
def test_a_bad_row_is_rejected_and_the_others_stay(
    write: WriteFile, changes: dict[str, str], column: str, value: str, problem: str
) -> None:
    rows = [medcalc_row(), medcalc_row(**({"Unique_ID": "2"} | changes)), medcalc_row(Unique_ID="3")]
    source = write("b.csv", csv_text(MEDCALC_COLUMNS, rows))
    benchmark = read_benchmark(source, calculators=FINDER)
    assert [instance.source_id for instance in benchmark.instances] == ["1", "3"]
    (rejection,) = benchmark.rejections
    assert (rejection.file, rejection.row, rejection.column) == (source, 2, column)
    assert rejection.value.startswith(value)
    assert problem in rejection.problem


def test_of_two_rows_with_one_id_the_second_is_rejected(write: WriteFile) -> None:
    rows = [medcalc_row(), medcalc_row(Patient_Note="80 kg, 175 cm.")]
    benchmark = read_benchmark(write("b.csv", csv_text(MEDCALC_COLUMNS, rows)), calculators=FINDER)
    assert [instance.context for instance in benchmark.instances] == ["70 kg, 175 cm."]
    (rejection,) = benchmark.rejections
    assert (rejection.row, rejection.column, rejection.value) == (2, "Unique ID", "1")
    assert "row 1 has the same id" in rejection.problem


@pytest.mark.parametrize(
    "gone", ["Unique ID", "Ground Truth Answer", "Lower Limit", "Question", "Patient Note"]
)
def test_a_missing_column_is_named(write: WriteFile, gone: str) -> None:
    columns = [column for column in MEDCALC_COLUMNS if column != gone]
    row = medcalc_row()
    del row[gone]
    with pytest.raises(BenchmarkError, match=gone):
        read_benchmark(write("b.csv", csv_text(columns, [row])), calculators=FINDER)


def test_ids_depend_on_content_and_not_on_position(write: WriteFile) -> None:
    first, second = medcalc_row(), medcalc_row(Unique_ID="2", Patient_Note="80 kg, 180 cm.")
    forward = read_benchmark(write("a.csv", csv_text(MEDCALC_COLUMNS, [first, second])), calculators=FINDER)
    backward = read_benchmark(write("b.csv", csv_text(MEDCALC_COLUMNS, [second, first])), calculators=FINDER)
    assert [i.id for i in forward.instances] == [i.id for i in reversed(backward.instances)]
    changed = medcalc_row(Patient_Note="71 kg, 175 cm.")
    other = read_benchmark(write("c.csv", csv_text(MEDCALC_COLUMNS, [changed])), calculators=FINDER)
    assert other.instances[0].id not in {i.id for i in forward.instances}

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import (
    AgreementRule,
    CategoryAnswer,
    DateAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from benchmarks.build import content_hash
from benchmarks.errors import BenchmarkError
from benchmarks.files import decode, open_table
from benchmarks.mapping import ColumnMapping
from benchmarks.model import Benchmark
from benchmarks.read import read_benchmark
from tests.benchmarks.conftest import FINDER, WriteFile

HEADER = "id,context,question,label,answer_kind\n"
ROW = "a,A note.,How many?,3,integer\n"
MAPPING = ColumnMapping.parse("id=uid,context=note,question=ask,label=gold,answer_kind=integer")


def read(source: str, mapping: ColumnMapping | None = None) -> Benchmark:
    return read_benchmark(source, mapping, calculators=FINDER)


def test_csv_with_standard_names(write: WriteFile) -> None:
    source = write("b.csv", HEADER + ROW)
    benchmark = read(source)
    (instance,) = benchmark.instances
    assert (instance.source_id, instance.label) == ("a", IntegerAnswer(value=3))
    assert instance.spec.agreement == AgreementRule(kind="exact", tolerance=0)
    assert benchmark.columns == ("id", "context", "question", "label", "answer_kind")
    assert benchmark.sha256 == hashlib.sha256(Path(source).read_bytes()).hexdigest()


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_one_content_gives_the_same_instances_in_every_format(tmp_path: Path, suffix: str) -> None:
    row = {"uid": "7", "note": 'Lines,\nquotes " and é.', "ask": "How many?", "gold": "N/A"}
    path = tmp_path / f"b.{suffix}"
    if suffix == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    elif suffix == "jsonl":
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row, delimiter="\t" if suffix == "tsv" else ",")
            writer.writeheader()
            writer.writerow(row)
    (instance,) = read(str(path), MAPPING).instances
    assert instance.label == IncomputableAnswer()
    assert instance.row == row
    assert instance.id == content_hash("7", row["note"], "How many?")
    assert instance.context == row["note"]


def test_typed_cells_become_text(tmp_path: Path) -> None:
    row = {"id": 1, "context": "c", "question": "q", "label": dt.date(2014, 5, 3), "answer_kind": "date"}
    path = tmp_path / "b.parquet"
    pq.write_table(pa.Table.from_pylist([row]), path)
    (instance,) = read(str(path)).instances
    assert (instance.source_id, instance.label) == ("1", DateAnswer(value=dt.date(2014, 5, 3)))

    lines = tmp_path / "b.jsonl"
    typed = {"id": 1, "context": "c", "question": "q", "label": 2.5, "answer_kind": "number", "options": None}
    lines.write_text(json.dumps(typed), encoding="utf-8")
    (instance,) = read(str(lines)).instances
    assert (instance.source_id, instance.label, instance.spec.options) == ("1", NumberAnswer(value=2.5), ())


def test_all_fields_of_a_mapping(write: WriteFile) -> None:
    source = write(
        "b.csv",
        "n,t,g,lo,hi,u,c,k\nx,note,22.9,20,25,kg/m2,body_mass_index,easy\ny,note,5,,,,,hard\n",
    )
    mapping = ColumnMapping.parse(
        "id=n,context=t,question==What is it?,label=g,answer_kind=number,"
        "lower=lo,upper=hi,unit=u,calculator=c,category=k"
    )
    first, second = read(source, mapping).instances
    assert (first.question, first.limits, first.calculator) == (
        "What is it?",
        ("20", "25"),
        "body_mass_index",
    )
    assert (first.spec.unit, first.category) == ("kg/m2", "easy")
    assert first.spec.agreement == AgreementRule(kind="relative", tolerance=0.126638)
    assert (second.calculator, second.calculator_name, second.limits) == (None, None, None)


def test_an_unknown_calculator_is_rejected_with_those_that_are_close(write: WriteFile) -> None:
    source = write("b.csv", HEADER.replace("\n", ",method\n") + ROW.replace("\n", ",Body mass indx\n"))
    mapping = ColumnMapping.parse(
        "id=id,context=context,question=question,label=label,answer_kind=answer_kind,calculator=method"
    )
    benchmark = read(source, mapping)
    (rejection,) = benchmark.rejections
    assert benchmark.instances == ()
    assert (rejection.file, rejection.row, rejection.column) == (source, 1, "method")
    assert rejection.value == "Body mass indx"
    assert "close to it are body_mass_index; correct it, or leave the cell empty" in rejection.problem


def test_a_calculator_close_to_none_is_rejected_with_the_ids_that_there_are(write: WriteFile) -> None:
    source = write("b.csv", HEADER.replace("\n", ",calculator\n") + ROW.replace("\n", ",apgar\n"))
    assert "the ids are body_mass_index;" in read(source).rejections[0].problem


def test_a_row_that_names_no_calculator_is_kept(write: WriteFile) -> None:
    source = write("b.csv", HEADER.replace("\n", ",calculator\n") + ROW.replace("\n", ",  \n"))
    (instance,) = read(source).instances
    assert (instance.calculator, instance.calculator_name) == (None, None)


def test_a_question_finds_its_calculator_where_no_column_names_one(write: WriteFile) -> None:
    mapping = ColumnMapping(context="context", question="question", answer_kind="number")
    named, unnamed = read(
        write("b.csv", "context,question\nc,What is the BMI?\nc,How old?\n"), mapping
    ).instances
    assert (named.calculator, named.spec.unit) == ("body_mass_index", "kg/m²")
    assert (unnamed.calculator, unnamed.spec.unit) == (None, None)


def test_options_and_categories(write: WriteFile) -> None:
    source = write("b.csv", "context,question,label,options\nc,q,MILD,mild|severe\nc,r,worse,mild|severe\n")
    mapping = ColumnMapping(
        context="context", question="question", label="label", answer_kind="category", options="options"
    )
    benchmark = read(source, mapping)
    assert [i.label for i in benchmark.instances] == [CategoryAnswer(value="mild")]
    assert benchmark.instances[0].spec.options == ("mild", "severe")
    assert "one of mild, severe" in benchmark.rejections[0].problem


def test_without_label_column_labels_are_none(write: WriteFile) -> None:
    mapping = ColumnMapping(context="context", question="question", answer_kind="number")
    (instance,) = read(write("b.csv", "context,question\nc,q\n"), mapping).instances
    assert (instance.label, instance.label_text) == (None, "")


def test_without_id_column_the_same_content_twice_is_rejected(write: WriteFile) -> None:
    mapping = ColumnMapping(context="context", question="question", answer_kind="number")
    benchmark = read(write("b.csv", "context,question\nc,q\nc,q\nc,r\n"), mapping)
    assert (len(benchmark.instances), [r.row for r in benchmark.rejections]) == (2, [2])


@pytest.mark.parametrize(
    ("kind", "label", "tolerance", "agreement", "rule"),
    [
        ("number", "4", "0.1", "", AgreementRule(kind="relative", tolerance=0.1)),
        ("number", "4", "10%", "", AgreementRule(kind="relative", tolerance=0.1)),
        ("number", "4", "2", "absolute", AgreementRule(kind="absolute", tolerance=2)),
        ("number", "4", "", "exact", AgreementRule(kind="exact", tolerance=0)),
        ("integer", "4", "1", "", AgreementRule(kind="absolute", tolerance=1)),
        ("date", "2014-05-03", "2", "", AgreementRule(kind="absolute", tolerance=2)),
        ("text", "x", "", "", AgreementRule(kind="exact", tolerance=0)),
    ],
)
def test_tolerances(
    write: WriteFile, kind: str, label: str, tolerance: str, agreement: str, rule: AgreementRule
) -> None:
    cells = f"c,q,{label},{kind},{tolerance},{agreement}"
    text = f"context,question,label,answer_kind,tolerance,agreement\n{cells}\n"
    (instance,) = read(write("b.csv", text)).instances
    assert instance.spec.agreement == rule


@pytest.mark.parametrize(
    ("kind", "label", "tolerance", "agreement", "problem"),
    [
        ("number", "4", "-0.05", "", "zero or more"),
        ("number", "4", "wide", "", "zero or more"),
        ("number", "4", "nan", "", "zero or more"),
        ("number", "4", "1e999", "absolute", "too large"),
        ("number", "4", "5", "", "write 5%"),
        ("number", "4", "", "relative", "needs a tolerance"),
        ("text", "x", "0.1", "", "no tolerance"),
        ("integer", "4", "1", "roughly", "relative, absolute, exact"),
    ],
)
def test_broken_tolerances(
    write: WriteFile, kind: str, label: str, tolerance: str, agreement: str, problem: str
) -> None:
    cells = f"c,q,{label},{kind},{tolerance},{agreement}"
    text = f"context,question,label,answer_kind,tolerance,agreement\n{cells}\n"
    benchmark = read(write("b.csv", text))
    assert benchmark.instances == ()
    (rejection,) = benchmark.rejections
    assert rejection.column in {"tolerance", "agreement"}
    assert problem in rejection.problem


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (HEADER.encode(), "no data rows"),
        ((HEADER + ROW).encode("utf-16"), "UTF-16"),
        ((HEADER + ROW).encode("utf-16-le"), "NUL byte"),
        ((HEADER + "a,Café,q,3,integer\n").encode("latin-1"), r"0xe9 at offset 43 .*iconv -f ISO-8859-1"),
        (b"id,context,context\na,b,c\n", "'context'.*twice"),
        (b"id,context,label,answer_kind\na,b,3,integer\n", "no column for question"),
        (b"id,context,question,label,answer,answer_kind\na,b,c,3,3,integer\n", "could both be the label"),
        ((HEADER + 'a,"unfinished,q,3,integer\n').encode(), "line 2 breaks the quoting"),
    ],
)
def test_unreadable_files(write: WriteFile, content: bytes, message: str) -> None:
    source = write("b.csv", content)
    with pytest.raises(BenchmarkError, match=message) as caught:
        read(source)
    assert source in str(caught.value)


def test_missing_file_folder_and_unknown_kind(tmp_path: Path, write: WriteFile) -> None:
    with pytest.raises(BenchmarkError, match="No such file"):
        read(str(tmp_path / "none.csv"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BenchmarkError, match="directory"):
        read(str(tmp_path / "folder.csv"))
    with pytest.raises(BenchmarkError, match=r"'\.xlsx'"):
        read(write("b.xlsx", b"PK"))


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("a,note,q,3", "answer_kind", "4 cells for 5 columns"),
        ("a,note,q,3,integer,more", "", "6 cells for 5 columns"),
        ("a,no\0te,q,3,integer", "context", "NUL byte at character 2"),
        ("a,note,q,three,integer", "label", "kind integer"),
        ("a,note,q,3,", "answer_kind", "kind of answer"),
    ],
)
def test_a_bad_csv_row_is_listed(write: WriteFile, line: str, column: str, problem: str) -> None:
    benchmark = read(write("b.csv", HEADER + "z,note,q,1,integer\n" + line + "\n\n"))
    assert len(benchmark.instances) == 1
    (rejection,) = benchmark.rejections
    assert (rejection.row, rejection.column) == (2, column)
    assert problem in rejection.problem


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ('{"id": "b", ', "", "not JSON"),
        ("[1, 2]", "", "not a JSON object"),
        ('{"id": "b", "id": "c"}', "id", "twice"),
        ('{"id": "b", "label": NaN}', "", "NaN is not JSON"),
        ('{"id": "b", "context": "\\ud800"}', "context", "surrogate"),
        ('{"id": "b"}', "answer_kind", "kind of answer"),
        ("[" * 100_000, "", "nested too deeply"),
    ],
)
def test_a_bad_json_line_is_listed(write: WriteFile, line: str, column: str, problem: str) -> None:
    good = '{"id": "a", "context": "c", "question": "q", "label": 3, "answer_kind": "integer"}'
    benchmark = read(write("b.jsonl", f"{good}\n\n{line}\n"))
    assert len(benchmark.instances) == 1
    (rejection,) = benchmark.rejections
    assert (rejection.row, rejection.column) == (2, column)
    assert problem in rejection.problem


def test_broken_parquet(write: WriteFile) -> None:
    with pytest.raises(BenchmarkError, match="not a readable Parquet file"):
        read(write("b.parquet", b"PAR1 and then nothing"))


def test_byte_order_mark_and_other_encodings(write: WriteFile) -> None:
    assert read(write("b.csv", (HEADER + ROW).encode("utf-8-sig"))).columns[0] == "id"
    latin = write("l.csv", (HEADER + "a,Café,q,3,integer\n").encode("latin-1"))
    assert read_benchmark(latin, encoding="latin-1", calculators=FINDER).instances[0].context == "Café"
    with pytest.raises(BenchmarkError, match="no encoding 'klingon'"):
        decode(b"a", "b.csv", "klingon")


def test_large_cells_and_line_breaks_in_quotes(write: WriteFile) -> None:
    limit = csv.field_size_limit()
    note = "A long note.\r\n" * 100_000
    source = write("b.csv", HEADER + f'a,"{note}",q,3,integer\nb,short,q,x,integer\n')
    benchmark = read(source)
    assert benchmark.instances[0].context == note
    assert benchmark.rejections[0].row == 2
    assert csv.field_size_limit() == limit


@given(st.lists(st.lists(st.text(alphabet='ab,"\n3\0', max_size=6), min_size=1, max_size=7), min_size=1))
def test_every_row_is_an_instance_or_a_rejection(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "b.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER.strip().split(","))
        writer.writerows(rows)
    benchmark = read(str(path))
    numbers = [rejection.row for rejection in benchmark.rejections]
    assert len(benchmark.instances) + len(numbers) == len(rows)
    assert sorted(set(numbers)) == numbers


def test_rows_are_read_anew_each_time_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    rows = [{"id": str(number), "context": "c", "question": "q", "n": number} for number in range(1000)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=700)
    opened = open_table(path)
    assert (opened.size, opened.columns) == (1000, ("id", "context", "question", "n"))
    first = opened.rows()
    assert next(first) == (1, {"id": "0", "context": "c", "question": "q", "n": "0"})
    assert [number for number, _ in opened.rows()] == list(range(1, 1001))
    assert next(first)[0] == 2
    pq.write_table(pa.Table.from_pylist(rows[:10]), path)
    with pytest.raises(BenchmarkError, match="changed while it was read"):
        list(opened.rows())


def test_a_column_that_comes_late_is_one_of_every_row(write: WriteFile) -> None:
    good = {"id": "a", "context": "c", "question": "q", "label": 3, "answer_kind": "integer"}
    late = {**good, "id": "b", "extra": "x"}
    first, second = read(write("b.jsonl", f"{json.dumps(good)}\n{json.dumps(late)}\n")).instances
    assert (first.row["extra"], second.row["extra"]) == ("", "x")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("far", [10, 3_000_000])
def test_the_first_byte_that_does_not_fit_is_found_however_far_it_is(
    write: WriteFile, mark: bytes, far: int
) -> None:
    start = mark + HEADER.encode() + b"a," + b"\xc3\xa9" * far
    with pytest.raises(BenchmarkError, match=rf"byte 0xff at offset {len(start)} is not utf-8"):
        read(write("b.csv", start + b"\xff,q,3,integer\n"))


def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "b.csv")
    with pytest.raises(BenchmarkError, match="no regular file"):
        read(str(tmp_path / "b.csv"))


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=12))
def test_ids_that_occur_twice_are_rejected_with_the_first_row(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str]
) -> None:
    path = tmp_path_factory.mktemp("twice") / "b.csv"
    path.write_text(HEADER + "".join(f"{name},note,q,3,integer\n" for name in ids), "utf-8")
    benchmark = read(str(path))
    assert [one.source_id for one in benchmark.instances] == list(dict.fromkeys(ids))
    for rejected in benchmark.rejections:
        first = ids.index(rejected.value) + 1
        assert first < rejected.row
        assert rejected.problem == f"row {first} has the same id; make ids unique"

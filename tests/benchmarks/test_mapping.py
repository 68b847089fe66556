from __future__ import annotations

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.mapping import ColumnMapping
from benchmarks.read import read_benchmark
from tests.benchmarks.conftest import FINDER, WriteFile

EXPECTED = ColumnMapping(
    id="uid", context="note", question="=How much?", answer_kind="number", tolerance="0.1"
)


def test_from_an_option() -> None:
    text = "id=uid, context=note, question==How much?, answer_kind=number, tolerance=0.1"
    assert ColumnMapping.parse(text) == EXPECTED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.yaml", "id: uid\ncontext: note\nquestion: =How much?\nanswer_kind: number\ntolerance: 0.1\n"),
        (
            "m.json",
            '{"id": "uid", "context": "note", "question": "=How much?",'
            ' "answer_kind": "number", "tolerance": 0.1}',
        ),
    ],
)
def test_from_a_file(write: WriteFile, name: str, content: str) -> None:
    assert ColumnMapping.parse(write(name, content)) == EXPECTED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id", "FIELD=COLUMN"),
        ("id=", "FIELD=COLUMN"),
        ("id=a,id=b", "twice"),
        ("id=a", "context: Field required"),
        ("context=a,question=b,answer_kind=number,colour=c", "colour.*the fields are id, context"),
        ("nowhere.yaml", "No such file"),
    ],
)
def test_bad_options(text: str, message: str) -> None:
    with pytest.raises(BenchmarkError, match=message):
        ColumnMapping.parse(text)


@pytest.mark.parametrize("content", ["- a\n- b\n", "a: [", "7"])
def test_bad_files(write: WriteFile, content: str) -> None:
    with pytest.raises(BenchmarkError, match="not a mapping file"):
        ColumnMapping.parse(write("m.yaml", content))


def test_a_mapped_column_that_is_not_there(write: WriteFile) -> None:
    source = write("b.csv", "id,context,question\na,b,c\n")
    mapping = ColumnMapping.parse("id=id,context=contxt,question=question,answer_kind=number")
    with pytest.raises(BenchmarkError, match=r"no column 'contxt' for the context; did you mean 'context'\?"):
        read_benchmark(source, mapping, calculators=FINDER)
    mapping = ColumnMapping.parse("context=context,question=question,answer_kind=numbr")
    with pytest.raises(BenchmarkError, match="'numbr' for the answer_kind"):
        read_benchmark(source, mapping, calculators=FINDER)


def test_names_are_recognised_whatever_their_case() -> None:
    columns = ("UID", "Patient_Note", "Query", "ground-truth", "Answer Type")
    assert ColumnMapping.detect("b.csv", columns) == ColumnMapping(
        id="UID", context="Patient_Note", question="Query", label="ground-truth", answer_kind="Answer Type"
    )

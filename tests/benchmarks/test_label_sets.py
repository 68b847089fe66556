"""Label sets: what is read, what is a gap, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from answers.model import IncomputableAnswer, NumberAnswer
from benchmarks.errors import BenchmarkError
from benchmarks.label_sets import original_labels, read_label_set
from benchmarks.mapping import ColumnMapping
from benchmarks.model import Benchmark
from benchmarks.read import read_benchmark


@pytest.fixture
def benchmark(tmp_path: Path) -> Benchmark:
    path = tmp_path / "items.csv"
    path.write_text("key,note,ask,gold\nx1,a note,How much?,12.5\nx2,a note,How much?,N/A\nx3,c,How?,3\n")
    mapping = ColumnMapping.parse("id=key,context=note,question=ask,label=gold,answer_kind=number")
    return read_benchmark(str(path), mapping)


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return str(path)


def test_the_original_labels_are_a_label_set(benchmark: Benchmark) -> None:
    answers = original_labels(benchmark).answers()
    assert answers["x1"] == NumberAnswer(value=12.5)
    assert isinstance(answers["x2"], IncomputableAnswer)


def test_every_cell_is_an_answer_or_a_gap_with_its_kind(benchmark: Benchmark, tmp_path: Path) -> None:
    found = read_label_set(
        written(tmp_path, "id,mine\nx1,12.6\nx2,\nx3,about five\ny9,1\n") + "#mine", benchmark
    )
    assert found.name == "labels#mine"
    assert found.answers() == {"x1": NumberAnswer(value=12.6)}
    assert found.gaps("unlabelled") == ["x2"]
    assert found.gaps("unreadable") == ["x3"]
    assert found.strangers == ("y9",)


def test_an_ambiguous_label_has_no_answer(benchmark: Benchmark, tmp_path: Path) -> None:
    found = read_label_set(written(tmp_path, "id,label,label_status\nx1,,ambiguous\n"), benchmark)
    assert found.gaps("ambiguous") == ["x1"]


def test_ids_are_found_in_whichever_column_holds_them(benchmark: Benchmark, tmp_path: Path) -> None:
    assert read_label_set(written(tmp_path, "label,which\n1,x1\n2,x2\n"), benchmark).answers().keys() == {
        "x1",
        "x2",
    }


@pytest.mark.parametrize(
    ("text", "reference", "message"),
    [
        ("id,label\nx1,1\nx1,2\n", "", "'x1' occurs twice"),
        ("id,mine\nx1,1\n", "", "which column is the label"),
        ("id,mine\nx1,1\n", "#yours", "no column 'yours'; there are 'id', 'mine'"),
        ("id,label\nz,1\n", "", "no column holds ids"),
    ],
)
def test_what_is_no_label_set_is_refused(
    benchmark: Benchmark, tmp_path: Path, text: str, reference: str, message: str
) -> None:
    with pytest.raises(BenchmarkError, match=message):
        read_label_set(written(tmp_path, text) + reference, benchmark)

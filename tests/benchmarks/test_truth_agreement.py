"""Columns of a table against one that is right, and how the table is read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from answers.model import AnswerKind
from benchmarks.errors import BenchmarkError
from benchmarks.label_columns import read_label_columns
from benchmarks.mapping import ColumnMapping
from benchmarks.read import read_benchmark
from benchmarks.truth_agreement import RuleName, TruthAgreement, truth_agreement
from stats.bootstrap import bootstrap_mean
from stats.intervals import wilson

PHYSICIANS = Path(__file__).parents[3] / "shared" / "data" / "medcalc" / "physician50.csv"

ROWS = (
    ("t", "a", "b"),
    ("100", "104", "90"),
    ("100", "106", "100"),
    ("7", "7", "8"),
    ("N/A", "N/A", "3"),
    ("5", "N/A", "5"),
    ("", "1", "1"),
    ("Multiple", "1", "2"),
    ("4", "", "4"),
    ("4", "no idea", "4 mL"),
)


def write(folder: Path, rows: tuple[tuple[str, ...], ...] = ROWS, name: str = "labels.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def judged(
    folder: Path,
    rule: RuleName = "spec",
    rows: tuple[tuple[str, ...], ...] = ROWS,
    kind: AnswerKind = "number",
) -> TruthAgreement:
    return truth_agreement(read_label_columns(write(folder, rows), rows[0], kind=kind), rows[0][0], rule)


@pytest.mark.skipif(not PHYSICIANS.exists(), reason="the physicians' table is not part of the project")
def test_the_published_figures() -> None:
    table = read_label_columns(PHYSICIANS, ["physician", "y_orig", "y_new"])
    found = truth_agreement(table, "physician", "paper")
    original, recomputed = (found.columns[name].figures for name in ("y_orig", "y_new"))
    assert (original.agreed, recomputed.agreed) == ((10, 50), (37, 50))
    assert [round(100 * end, 1) for end in original.agreed.interval] == [11.2, 33.0]
    assert [round(100 * end, 1) for end in recomputed.agreed.interval] == [60.4, 84.1]
    assert original.error == pytest.approx((72.67, 34), abs=5e-3)
    assert recomputed.error == pytest.approx((20.07, 33), abs=5e-3)
    assert found.pairs["y_orig", "y_new"].p == pytest.approx(1.4e-5, abs=5e-7)


def test_by_the_answer_spec(tmp_path: Path) -> None:
    found = judged(tmp_path)
    a, b = found.columns["a"], found.columns["b"]
    assert (found.without_truth, found.unreadable_truth) == (1, 1)
    # 104 of 100, 7 of 7 and N/A of N/A; what is empty or cannot be read stays in the denominator
    assert a.figures.agreed == (3, 7)
    assert (a.empty, a.unreadable) == (1, 1)
    assert b.figures.agreed == (4, 7)
    assert (b.empty, b.unreadable) == (0, 0)
    assert {kind: some.agreed for kind, some in a.by_kind.items()} == {
        "incomputable": (1, 1),
        "number": (2, 6),
    }
    assert a.figures.error == pytest.approx((100 * (8 / 204 + 12 / 206 + 0) / 3, 3))
    paired = found.pairs["a", "b"]
    assert (paired.only_a, paired.only_b) == (3, 4)
    assert paired.difference.difference == pytest.approx(-1 / 7)
    assert found.pairs_by_kind["a", "b"]["incomputable"][:2] == (1, 0)


def test_by_the_rule_of_the_study(tmp_path: Path) -> None:
    found = judged(tmp_path, "paper")
    a, b = found.columns["a"], found.columns["b"]
    assert (found.without_truth, found.unreadable_truth) == (1, 1)
    assert a.figures.agreed == (3, 8)  # "Multiple" stays, and nothing agrees with it
    assert b.figures.agreed == (5, 8)  # 8 for 7 is within one point
    assert (a.empty, a.unreadable) == (1, 1)
    assert {kind: some.agreed.n for kind, some in a.by_kind.items()} == {
        "continuous": 2,
        "incomputable": 1,
        "no_number": 1,
        "ordinal": 4,
    }


def test_other_labels_matter_to_the_study_alone(tmp_path: Path) -> None:
    rows = (("t", "a", "b"), ("11", "10", "12"), ("11", "10", "22"))
    assert judged(tmp_path, "paper", rows).columns["a"].figures.agreed == (1, 2)
    alone = tuple(row[:2] for row in rows)
    assert judged(tmp_path, "paper", alone).columns["a"].figures.agreed == (2, 2)
    assert judged(tmp_path, "spec", rows).columns["a"].figures.agreed == (0, 2)


def test_intervals_are_those_of_the_shares(tmp_path: Path) -> None:
    rows = (("t", "a"), *(("1", "1"),) * 7, *(("1", "2"),) * 5)
    figures = judged(tmp_path, rows=rows).columns["a"].figures
    assert figures.agreed.interval == wilson(7, 12)
    assert figures.bootstrap == bootstrap_mean([1] * 7 + [0] * 5)


@pytest.mark.parametrize(
    ("kind", "truth", "label", "agrees"),
    [
        ("integer", "4", "4.0", 1),
        ("integer", "100", "101", 0),
        ("date", "05/03/2014", "May 3, 2014", 1),
        ("date", "05/03/2014", "2014-05-04", 0),
        ("duration", "41", "(5 weeks, 6 days)", 1),
        ("category", "Positive", "positive ", 1),
        ("text", "no change", "changed", 0),
    ],
)
def test_kinds_other_than_numbers_agree_exactly(
    tmp_path: Path, kind: AnswerKind, truth: str, label: str, agrees: int
) -> None:
    found = judged(tmp_path, rows=(("t", "a"), (truth, label)), kind=kind)
    assert found.columns["a"].figures.agreed == (agrees, 1)


def test_dates_and_words_have_no_percentage_error(tmp_path: Path) -> None:
    rows = (("t", "a"), ("05/03/2014", "05/04/2014"))
    assert judged(tmp_path, rows=rows, kind="date").columns["a"].figures.error == (None, 0)


def test_nothing_to_judge(tmp_path: Path) -> None:
    found = judged(tmp_path, rows=(("t", "a"), ("", "1")))
    figures = found.columns["a"].figures
    assert (figures.agreed, figures.bootstrap, figures.error) == ((0, 0), None, (None, 0))
    assert found.columns["a"].by_kind == {}


def test_a_benchmark_says_how_each_item_is_compared(tmp_path: Path) -> None:
    items = (
        ("id", "context", "question", "label", "kind", "tolerance"),
        ("i1", "c", "q", "100", "number", "20%"),
        ("i2", "d", "q", "05/03/2014", "date", ""),
        ("i3", "e", "q", "4", "integer", ""),
    )
    mapping = ColumnMapping.parse(
        "id=id,context=context,question=question,label=label,answer_kind=kind,tolerance=tolerance"
    )
    benchmark = read_benchmark(str(write(tmp_path, items, "items.csv")), mapping)
    rows = (
        ("name", "t", "a"),
        ("i2", "05/03/2014", "2014-05-03"),
        ("i1", "100", "85"),
        ("x9", "1", "1"),
        ("i3", "4", "5"),
    )
    table = read_label_columns(write(tmp_path, rows), ["t", "a"], benchmark=benchmark)
    assert table.strangers == ("x9",)
    column = truth_agreement(table, "t", "spec").columns["a"]
    assert {kind: some.agreed for kind, some in column.by_kind.items()} == {
        "date": (1, 1),
        "integer": (0, 1),
        "number": (1, 1),
    }
    twice = write(tmp_path, (*rows, ("i1", "1", "1")))
    with pytest.raises(BenchmarkError, match="'i1' occurs twice"):
        read_label_columns(twice, ["t", "a"], benchmark=benchmark)


def test_columns_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, (("a,b", "a", "b"), ("1", "2", "3")))
    assert list(read_label_columns(path, ["a,b"]).labels) == ["a,b"]
    assert list(read_label_columns(path, ["b, a"]).labels) == ["b", "a"]
    with pytest.raises(BenchmarkError, match="no column 'c'; there are 'a,b', 'a', 'b'"):
        read_label_columns(path, ["a,c"])
    with pytest.raises(BenchmarkError, match="'a' is asked for twice"):
        read_label_columns(path, ["a", "b,a"])


def test_rows_that_are_broken_are_told(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("t,a\n1,1\n2\n", encoding="utf-8")
    table = read_label_columns(path, ["t", "a"])
    assert len(table.rejections) == 1
    assert truth_agreement(table, "t", "spec").columns["a"].figures.agreed == (1, 1)


def test_numbers_of_any_size(tmp_path: Path) -> None:
    huge = "9" * 400
    rules: tuple[RuleName, ...] = ("spec", "paper")
    for rule in rules:
        found = judged(tmp_path, rule, (("t", "a"), ("1", huge), (huge, "1")), "integer")
        assert found.columns["a"].figures.agreed.k == 0

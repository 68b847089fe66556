from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.export import ExportRow, export_csv

COLUMNS = ("id", "note")
ADDED = ["label", "label_status", "decided_by", "agreement", "n_votes", "reason"]


def export_row(**source: str) -> ExportRow:
    return ExportRow(source, "25.24", "revised", "consensus", 4 / 5, 5, "")


def test_own_columns_first_and_unchanged(tmp_path: Path) -> None:
    note = ' kept, "as" it\r\nis '
    pending = ExportRow({"id": "2", "note": ""}, "", "", "", None, 0, "no_calculator")
    assert export_csv(tmp_path / "out.csv", COLUMNS, [export_row(id="1", note=note), pending]) == 2
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        [*COLUMNS, *ADDED],
        ["1", note, "25.24", "revised", "consensus", "0.8", "5", ""],
        ["2", "", "", "", "", "", "0", "no_calculator"],
    ]


def test_an_added_column_gives_way_to_the_benchmark(tmp_path: Path) -> None:
    export_csv(tmp_path / "out.csv", ("label",), [export_row(label="9")])
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["label"], row["steward_label"], row["label_status"]) == ("9", "25.24", "revised")
    with pytest.raises(ValueError, match="'steward_label'"):
        export_csv(tmp_path / "other.csv", ("label", "steward_label"), [])


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def rows() -> Iterator[ExportRow]:
        yield export_row(id="1", note="")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        export_csv(path, COLUMNS, rows())
    with pytest.raises(KeyError):
        export_csv(path, COLUMNS, [export_row(id="1")])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]

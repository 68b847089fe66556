from __future__ import annotations

import csv
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.export import ExportRow, export_csv, safe_cell

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


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@sum", "'@sum"),
        ("-5 mg", "'-5 mg"),
        ("--1", "'--1"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("-5.25", "-5.25"),
        ("-1.2e-07", "-1.2e-07"),
        ("+3", "+3"),
        ("5 = 5", "5 = 5"),
        ("12/31/2024", "12/31/2024"),
        ("two\nlines", "two\nlines"),
        ("\x1b[31mred\u202etxt", "�[31mred�txt"),
        ("", ""),
    ],
)
def test_a_cell_of_ours_neither_runs_nor_steers(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_only_the_added_columns_are_made_safe(tmp_path: Path) -> None:
    note = "=1+1\x1b[31m\u202e"
    row = ExportRow({"id": "-", "note": note}, "=2", "revised", "reviewer", None, 0, "@ward\x07: \u202eno")
    export_csv(tmp_path / "out.csv", COLUMNS, [row])
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        (_, written) = csv.reader(file)
    assert written == ["-", note, "'=2", "revised", "reviewer", "", "0", "'@ward�: �no"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none" / "out.csv"
    said = f"cannot write {path}: there is no folder {path.parent}; make it first"
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(said)}$"):
        export_csv(path, COLUMNS, [])


def test_what_cannot_be_written_is_named_as_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.mkdir()
    with pytest.raises(OSError, match=f"^{re.escape(f'cannot write {path}: {os.strerror(errno.EISDIR)}')}$"):
        export_csv(path, COLUMNS, [])
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_file_system_is_told_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    path = tmp_path / "out.csv"
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OSError, match=f"^{re.escape(f'cannot write {path}: {os.strerror(errno.EROFS)}')}$"):
        export_csv(path, COLUMNS, [])

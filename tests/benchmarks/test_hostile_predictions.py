"""Logs and sample files that are damaged, or made to do harm: refused in one sentence, or read as text."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks import inspect_logs
from benchmarks.errors import BenchmarkError
from benchmarks.predictions import Recording, read_predictions

KNOWN = {"x1": None}
SAMPLE = {"id": "x1", "output": {"completion": "5"}}
ENTRY = b"PK\x01\x02"
"""How an entry of the archive's directory starts; the method is at byte 10, the flags at 8."""


def read(path: Path) -> Recording:
    (found,) = read_predictions([str(path)], KNOWN)
    return found


def log(folder: Path, sample: object = SAMPLE, model: object = "m") -> Path:
    path = folder / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("header.json", json.dumps({"eval": {"model": model}, "status": "success"}))
        file.writestr("samples/x1_epoch_1.json", json.dumps(sample))
    return path


def field(data: bytearray, offset: int, layout: str, value: int) -> None:
    """Change a field of the last entry in the archive's directory."""
    struct.pack_into(layout, data, data.rfind(ENTRY) + offset, value)


def garbled(data: bytearray) -> None:
    start = data.find(b"x1_epoch_1.json") + len("x1_epoch_1.json")
    data[start + 2 : start + 12] = b"\xff" * 10


def nowhere(data: bytearray) -> None:
    field(data, 10, "<H", inspect_logs.ZSTANDARD)
    field(data, 42, "<I", len(data) - 3)


@pytest.mark.parametrize(
    "damage",
    [
        garbled,
        nowhere,
        lambda data: field(data, 10, "<H", 99),
        lambda data: field(data, 10, "<H", inspect_logs.ZSTANDARD),
        lambda data: field(data, 8, "<H", 1),
    ],
    ids=["garbled", "member outside of the file", "unknown method", "not zstandard", "encrypted"],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, damage: Callable[[bytearray], None]) -> None:
    path = log(tmp_path)
    data = bytearray(path.read_bytes())
    damage(data)
    path.write_bytes(data)
    with pytest.raises(BenchmarkError, match=r"log\.eval: not a log of Inspect AI"):
        read(path)


def test_a_sample_that_unpacks_to_any_size_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = log(tmp_path, {**SAMPLE, "metadata": {"pad": " " * 100_000}})
    assert path.stat().st_size < 2_000
    assert read(path).replies == {"x1": ("5",)}
    monkeypatch.setattr(inspect_logs, "MEMBER_LIMIT", 50_000)
    with pytest.raises(BenchmarkError, match=r"50,000 are read at most"):
        read(path)


def test_zstandard_yields_no_more_than_the_directory_says(tmp_path: Path) -> None:
    """An archive may claim a small sample and bring a large one; it ends where its size says."""
    text = json.dumps(SAMPLE).encode()
    packed = pa.compress(text + b" " * 1_000_000 + b"no JSON", codec="zstd", asbytes=True)
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("header.json", json.dumps({"eval": {"model": "m"}, "status": "success"}))
        file.writestr("samples/x1.json", packed)
    data = bytearray(path.read_bytes())
    field(data, 10, "<H", inspect_logs.ZSTANDARD)
    field(data, 24, "<I", len(text))
    path.write_bytes(data)
    assert read(path).replies == {"x1": ("5",)}


def test_names_and_replies_that_are_no_texts_are_read_as_texts(tmp_path: Path) -> None:
    found = read(log(tmp_path, {"id": "x1", "output": {"completion": 5}}, model=7))
    assert (found.model, found.replies) == ("7", {"x1": ("5",)})


@pytest.mark.parametrize("doc", ["no JSON", "[" * 100_000], ids=["text", "deep"])
def test_a_sample_file_whose_document_is_none_names_the_row(tmp_path: Path, doc: str) -> None:
    path = tmp_path / "samples_a.jsonl"
    path.write_text(json.dumps({"doc_id": 0, "doc": doc, "filtered_resps": ["5"]}))
    with pytest.raises(BenchmarkError, match=r"samples_a\.jsonl, row 1, column 'doc'"):
        read(path)


def test_a_response_that_only_looks_like_a_list_is_a_text(tmp_path: Path) -> None:
    path, reply = tmp_path / "samples_a.jsonl", "[" * 100_000
    path.write_text(json.dumps({"doc_id": 0, "doc": {"id": "x1"}, "filtered_resps": reply}))
    assert read(path).replies == {"x1": (reply,)}


def test_a_table_of_which_no_row_can_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": "x1", "answer": ' + "[" * 100_000 + "\n")
    with pytest.raises(BenchmarkError, match=r"no row can be read; the first: .*row 1"):
        read(path)

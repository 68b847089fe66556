"""Logs of Inspect AI: the .eval archive and the older .json, read without the library that writes them."""

from __future__ import annotations

import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

from benchmarks.errors import BenchmarkError
from benchmarks.table import cell_text

SUFFIXES = frozenset({".eval", ".json"})
HEADER = "header.json"
START = "_journal/start.json"
SAMPLES = "samples/"
ZSTANDARD = 93
"""Method number of Zstandard in ZIP archives (APPNOTE 6.3.8); zipfile reads it only from Python 3.14 on."""
MEMBER_LIMIT = 1 << 28
"""Bytes that one sample may have unpacked; a small archive can claim any size."""
_LOCAL_HEADER = 30
Read = TypeVar("Read")
_UNPACKING = (EOFError, OSError, RuntimeError, lzma.LZMAError, struct.error, zlib.error)
"""What unpacking raises where an archive is damaged, encrypted, or packed by a method that is not known."""


class InspectLog(NamedTuple):
    """What a log says: for each sample and epoch the fields that may name the instance, and the reply."""

    model: str
    samples: list[tuple[dict[str, str], str]]
    remarks: tuple[str, ...]


def is_inspect_log(path: Path) -> bool:
    """Whether a file is to be read as such a log, by its name."""
    return path.suffix.lower() in SUFFIXES


def read_inspect_log(path: Path) -> InspectLog:
    """Read a log.

    The fields of a sample are its id, as `id`, and its metadata. The reply of a sample that failed is its
    error message.

    Raises:
        BenchmarkError: the file cannot be opened, or is no log of Inspect AI.
    """
    return with_inspect_log(path, partial(_log, path))


def with_inspect_log(path: Path, read: Callable[[dict[str, Any], Iterable[dict[str, Any]]], Read]) -> Read:
    """What a function makes of a log's header and samples; the samples are unpacked one by one.

    Raises:
        BenchmarkError: the file cannot be opened, is no log of Inspect AI, or lacks what the function needs.
    """
    try:
        if path.suffix.lower() == ".json":
            header = json.loads(path.read_bytes())
            return read(header, header["samples"] or [])
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            members = {info.filename: info for info in archive.infolist()}
            begun = members[HEADER if HEADER in members else START]
            names = sorted(name for name in members if name.startswith(SAMPLES) and name.endswith(".json"))
            samples = (_member(archive, file, members[name]) for name in names)
            return read(_member(archive, file, begun), samples)
    except OSError as error:
        raise BenchmarkError(
            str(path), f"cannot be read: {error.strerror or error}; check the path"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile) as error:
        problem = f"not a log of Inspect AI ({type(error).__name__}: {error}); give a .eval or .json log"
        raise BenchmarkError(str(path), problem) from None


def _member(archive: zipfile.ZipFile, file: BinaryIO, info: zipfile.ZipInfo) -> Any:
    """The JSON of one member. Raises ValueError where it cannot be unpacked, or is too large."""
    if info.file_size > MEMBER_LIMIT:
        raise ValueError(
            f"{info.filename} has {info.file_size:,} bytes, and {MEMBER_LIMIT:,} are read at most"
        )
    try:
        packed = info.compress_type == ZSTANDARD
        return json.loads(_unzstd(file, info) if packed else archive.read(info))
    except _UNPACKING as error:
        raise ValueError(f"{info.filename} cannot be read: {error}") from None


def _unzstd(file: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member that is packed with Zstandard, not more than it says that it has."""
    import pyarrow as pa

    file.seek(info.header_offset)
    name_length, extra_length = struct.unpack("<HH", file.read(_LOCAL_HEADER)[-4:])
    file.seek(name_length + extra_length, 1)
    try:
        packed = pa.BufferReader(file.read(info.compress_size))
        unpacked: bytes = pa.CompressedInputStream(packed, "zstd").read(info.file_size)
    except pa.ArrowException as error:
        raise OSError(str(error)) from None
    return unpacked


def status_remarks(header: dict[str, Any]) -> list[str]:
    """What a log's header says against its being whole."""
    status = header.get("status", "unfinished")
    return [] if status == "success" else [f"the log's status is {status!r}: samples may be missing"]


def _log(path: Path, header: dict[str, Any], samples: Iterable[dict[str, Any]]) -> InspectLog:
    found = list(_samples(samples))
    remarks = status_remarks(header)
    failed = sum(1 for _, _, error in found if error)
    remarks += [f"{failed} samples failed, and their answers are wrong"] if failed else []
    return InspectLog(
        model=cell_text(header["eval"]["model"]),
        samples=[(fields, reply) for fields, reply, _ in found],
        remarks=tuple(f"{path}: {remark}" for remark in remarks),
    )


def _samples(samples: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, str], str, bool]]:
    for sample in samples:
        fields = {"id": cell_text(sample["id"])}
        for key, value in (sample.get("metadata") or {}).items():
            fields[f"metadata.{key}" if key == "id" else key] = cell_text(value)
        error = sample.get("error")
        reply = error["message"] if error else (sample.get("output") or {}).get("completion") or ""
        yield fields, cell_text(reply), error is not None

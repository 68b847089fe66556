"""Tables in CSV, JSONL and Parquet files, which may be larger than memory."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from benchmarks.errors import BenchmarkError, RowProblem
from benchmarks.model import Rejection
from benchmarks.table import (
    Numbered,
    OpenTable,
    Table,
    cell_text,
    checked_cells,
    checked_columns,
    rejection,
    typed_rows,
)

DELIMITERS = {".csv": ",", ".tsv": "\t"}
JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson"})
PARQUET_SUFFIXES = frozenset({".parquet", ".pq"})
SUFFIXES = JSONL_SUFFIXES | PARQUET_SUFFIXES | DELIMITERS.keys()

_BOMS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig"})
_CHUNK = 1 << 20
"""Bytes that are read at once where a file is gone over."""
_BATCH = 256
"""Rows of a Parquet file that are decoded at once; a note can be a megabyte."""
_CONVERT = "convert it, e.g. iconv -f {} -t UTF-8 OLD > NEW"


def read_table(path: Path, encoding: str = "utf-8") -> Table:
    """Read a file of one of the kinds in SUFFIXES into memory. Raises BenchmarkError as `open_table` does."""
    return open_table(path, encoding).table()


def open_table(
    path: Path, encoding: str = "utf-8", *, source: str | None = None, suffix: str | None = None
) -> OpenTable:
    """Go over a file of one of the kinds in SUFFIXES once, for its hash, columns and number of rows.

    Args:
        path: a regular file, which is read again for its rows.
        encoding: of a text file.
        source: what messages call it, where that is not its path.
        suffix: its kind, where its path does not say so.

    Raises:
        BenchmarkError: the file cannot be opened, is empty, has no data rows, another encoding, a broken
            header or quoting.
    """
    source, suffix = source or str(path), suffix or path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        raise BenchmarkError(source, f"unknown kind of file {path.suffix!r}; give one of {known}")
    try:
        version, digest = _version(path), _digest(path, source)
        if suffix in PARQUET_SUFFIXES:
            opened = _parquet(path, source, digest)
        else:
            codec = _codec(path, source, encoding)
            opened = (
                _csv(path, source, digest, codec, DELIMITERS[suffix])
                if suffix in DELIMITERS
                else _jsonl(path, source, digest, codec)
            )
    except OSError as error:
        raise BenchmarkError(source, f"cannot be read: {error.strerror or error}; check the path") from None

    def rows() -> Iterator[Numbered]:
        yield from opened.read()
        if _version(path) != version:
            raise BenchmarkError(source, "it was changed while it was read; start again")

    return replace(opened, read=rows)


def _version(path: Path) -> tuple[int, int, int]:
    """What changes where a file is written to or replaced."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _digest(path: Path, source: str) -> str:
    """The SHA-256 of a file's bytes. Raises BenchmarkError where it is a pipe, or holds white space alone."""
    if not (path.is_file() or path.is_dir()):
        raise BenchmarkError(source, "it is no regular file and can be read only once; write it to one")
    with path.open("rb") as file:
        while (chunk := file.read(_CHUNK)) and not chunk.strip():
            pass
        if not chunk:
            raise BenchmarkError(source, "the file is empty; give one with a header and data rows")
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _codec(path: Path, source: str, encoding: str) -> str:
    """The codec of a text file. Raises BenchmarkError where its first bytes say that it is another."""
    with path.open("rb") as file:
        return _checked_codec(file.read(4), source, encoding)


def _checked_codec(start: bytes, source: str, encoding: str) -> str:
    if encoding.lower().replace("_", "-") not in _UTF8:
        try:
            "".encode(encoding)
        except LookupError:
            raise BenchmarkError(source, f"there is no encoding {encoding!r}; utf-8 is the default") from None
        return encoding
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            problem = f"bytes {bom.hex(' ')} at offset 0 mark it as {name}, not UTF-8"
            raise BenchmarkError(source, f"{problem}; {_CONVERT.format(name)}")
    return "utf-8-sig"


def decode(data: bytes, source: str, encoding: str = "utf-8") -> str:
    """The text of a file, with or without a UTF-8 byte order mark.

    Raises:
        BenchmarkError: names the first byte that does not fit, its offset, and how to convert the file.
    """
    codec = _checked_codec(data[:4], source, encoding)
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise _undecodable(source, codec, [data]) from None


@contextmanager
def _text(path: Path, source: str, codec: str, newline: str) -> Iterator[TextIO]:
    """A text file to read, in which a byte that is not of its encoding raises what `decode` does."""
    try:
        with path.open(encoding=codec, newline=newline) as file:
            yield file
    except UnicodeDecodeError:
        with path.open("rb") as raw:
            raise _undecodable(source, codec, iter(lambda: raw.read(_CHUNK), b"")) from None


def _undecodable(source: str, codec: str, chunks: Iterable[bytes]) -> BenchmarkError:
    """Where the first byte is that is not of an encoding. A mark at the start counts as a character."""
    decoder = codecs.getincrementaldecoder("utf-8" if codec == "utf-8-sig" else codec)()
    before, place = 0, "its last character is cut off"
    for chunk in chunks:
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            offset = before - held + error.start
            place = f"byte 0x{error.object[error.start]:02x} at offset {offset} is not {error.encoding}"
            break
        before += len(chunk)
    return BenchmarkError(source, f"{place}; {_CONVERT.format('ISO-8859-1')} (or its real encoding)")


def _csv(path: Path, source: str, sha256: str, codec: str, delimiter: str) -> OpenTable:
    records = _records(path, source, codec, delimiter)
    columns = checked_columns(source, next(records, []))

    def read() -> Iterator[Numbered]:
        below = _records(path, source, codec, delimiter)
        next(below, None)
        for number, cells in enumerate(below, start=1):
            try:
                yield number, _row(columns, cells)
            except RowProblem as problem:
                yield number, rejection(source, number, problem)

    return OpenTable(source, sha256, columns, sum(1 for _ in records), read)


def _records(path: Path, source: str, codec: str, delimiter: str) -> Iterator[list[str]]:
    """All records that are not blank lines; the first is the header."""
    longest = max(path.stat().st_size, 1)
    with _text(path, source, codec, "") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while (record := _next_record(reader, longest, source)) is not None:
            if record:
                yield record


def _next_record(reader: Any, longest: int, source: str) -> list[str] | None:
    default_limit = csv.field_size_limit(longest)  # of all readers: it is put back before anyone else reads
    try:
        record: list[str] | None = next(reader, None)
    except csv.Error as error:
        problem = f"line {reader.line_num} breaks the quoting ({error}); double the quotes inside a cell"
        raise BenchmarkError(source, problem) from None
    finally:
        csv.field_size_limit(default_limit)
    return record


def _row(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        first_missing = columns[len(cells)] if len(cells) < len(columns) else ""
        raise RowProblem(
            first_missing,
            cells[-1],
            f"{len(cells)} cells for {len(columns)} columns; quote cells that hold a delimiter",
        )
    return checked_cells(dict(zip(columns, cells, strict=True)))


def _jsonl(path: Path, source: str, sha256: str, codec: str) -> OpenTable:
    seen: dict[str, None] = {}
    size = 0
    for size, row in _json_rows(path, source, codec):  # noqa: B007 - the last number is the number of rows
        seen.update({} if isinstance(row, Rejection) else dict.fromkeys(row))
    columns = checked_columns(source, list(seen))

    def read() -> Iterator[Numbered]:
        for number, row in _json_rows(path, source, codec):
            if isinstance(row, Rejection):
                yield number, row
            else:
                yield number, {column: row.get(column, "") for column in columns}

    return OpenTable(source, sha256, columns, size, read)


def _json_rows(path: Path, source: str, codec: str) -> Iterator[Numbered]:
    """Every line that is not blank, with the keys that it has itself."""
    with _text(path, source, codec, "\n") as file:
        lines = (line.removesuffix("\n") for line in file)
        for number, line in enumerate((line for line in lines if line.strip()), start=1):
            try:
                yield number, checked_cells(_json_object(line))
            except RowProblem as problem:
                yield number, rejection(source, number, problem)


def _json_object(line: str) -> dict[str, str]:
    try:
        value = json.loads(line, object_pairs_hook=_unique_pairs, parse_constant=_no_constant)
        if not isinstance(value, dict):
            raise RowProblem("", line, "not a JSON object; write one object per line")
        return {key: cell_text(cell) for key, cell in value.items()}
    except json.JSONDecodeError as error:
        raise RowProblem("", line, f"not JSON ({error}); write one object per line") from None
    except RecursionError:
        raise RowProblem("", line, "nested too deeply; write one flat object per line") from None


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RowProblem(twice, "", "the object has this key twice; keep one")
    return row


def _no_constant(name: str) -> float:
    raise RowProblem("", name, f"{name} is not JSON; write null or a number")


def _parquet(path: Path, source: str, sha256: str) -> OpenTable:
    def read() -> Iterator[Numbered]:
        with _parquet_file(path, source) as file:
            batches = file.iter_batches(batch_size=_BATCH)
            yield from typed_rows(source, columns, (row for batch in batches for row in batch.to_pylist()))

    with _parquet_file(path, source) as file:
        columns = checked_columns(source, file.schema_arrow.names)
        return OpenTable(source, sha256, columns, file.metadata.num_rows, read)


@contextmanager
def _parquet_file(path: Path, source: str) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Read in small pieces: a file may be one row group, whose columns would be read as a whole.
        with pq.ParquetFile(path, buffer_size=_CHUNK, pre_buffer=False) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        raise BenchmarkError(source, f"not a readable Parquet file ({error}); write it again") from None

"""Benchmarks on the Hugging Face hub and in local dataset folders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.files import SUFFIXES, open_table
from benchmarks.model import Rejection
from benchmarks.table import Numbered, OpenTable, checked_columns, hashed_table, table_of_rows

PREFIX = "hf:"
_HUB_SOURCE = re.compile(
    r"(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<revision>[^\s:@]+))?(?::(?P<split>[\w.]+))?", re.ASCII
)
_LOCAL_SOURCE = re.compile(r"(?P<name>[./~].*?)(?::(?P<split>[\w.]+))?", re.ASCII)
_SAVED_BY_LIBRARY = ("dataset_dict.json", "dataset_info.json")


@dataclass(frozen=True)
class HubSource:
    """hf:OWNER/NAME[@REVISION][:SPLIT], or hf:FOLDER[:SPLIT] with FOLDER starting with ".", "/" or "~"."""

    name: str
    revision: str | None
    split: str | None
    local: bool


def parse_hub_source(source: str) -> HubSource:
    """Take a source apart. Raises BenchmarkError for another spelling."""
    text = source.removeprefix(PREFIX)
    local = _LOCAL_SOURCE.fullmatch(text)
    if local:
        return HubSource(str(Path(local["name"]).expanduser()), None, local["split"], local=True)
    match = _HUB_SOURCE.fullmatch(text)
    if match is None:
        raise BenchmarkError(source, "not hf:OWNER/NAME[@REVISION][:SPLIT] and not hf:/FOLDER[:SPLIT]")
    return HubSource(match["name"], match["revision"], match["split"], local=False)


def open_hub_table(source: str) -> OpenTable:
    """One split of a dataset as a table; its SHA-256 is that of the canonical JSON of its rows.

    The library finds and downloads the files. CSV, JSONL and Parquet files are then read here, because the
    library guesses types: "N/A" would become a gap and "25.10" a float. Without a split, it is the only
    one, else `test`. What is in the local cache is read without a network when HF_HUB_OFFLINE=1.

    Raises:
        BenchmarkError: the dataset, revision or split is not there, or the folder is no dataset.
    """
    import datasets  # takes seconds to import

    parsed = parse_hub_source(source)
    if parsed.local and not Path(parsed.name).is_dir():
        raise BenchmarkError(source, f"there is no folder {parsed.name!r}; check the path")
    try:
        if parsed.local and any((Path(parsed.name) / name).exists() for name in _SAVED_BY_LIBRARY):
            return _saved_table(source, parsed)
        builder = datasets.load_dataset_builder(parsed.name, revision=parsed.revision)
        files = builder.config.data_files or {}
        if files and all(_suffix(file) in SUFFIXES for names in files.values() for file in names):
            return _table_of_files(source, files[_choose_split(source, parsed.split, list(files))])
        loaded = datasets.load_dataset(parsed.name, revision=parsed.revision)
        return _dataset_table(source, loaded[_choose_split(source, parsed.split, list(loaded))])
    except BenchmarkError:
        raise
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        way_out = "check the name and revision; without a network, only what is in the cache can be read"
        raise BenchmarkError(
            source, f"cannot be loaded ({type(error).__name__}: {error}); {way_out}"
        ) from error


def _table_of_files(source: str, files: Sequence[str]) -> OpenTable:
    """The files of a split as one table, whose rows are numbered through."""
    import datasets

    tables = [
        open_table(Path(local), source=str(file), suffix=_suffix(file))
        for file, local in zip(files, datasets.DownloadManager().download(list(files)), strict=True)
    ]
    columns = tables[0].columns
    for table in tables:
        if table.columns != columns:
            raise BenchmarkError(table.source, f"its columns are not those of {files[0]}; align them")

    def read() -> Iterator[Numbered]:
        before = 0
        for table in tables:
            for number, row in table.rows():
                place = {"file": source, "row": before + number}
                yield before + number, row.model_copy(update=place) if isinstance(row, Rejection) else row
            before += table.size

    return hashed_table(source, columns, read)


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()


def _saved_table(source: str, parsed: HubSource) -> OpenTable:
    import datasets

    loaded = datasets.load_from_disk(parsed.name)
    if isinstance(loaded, datasets.Dataset):
        loaded = {str(loaded.split or parsed.split or "all"): loaded}
    return _dataset_table(source, loaded[_choose_split(source, parsed.split, list(loaded))])


def _dataset_table(source: str, dataset: Any) -> OpenTable:
    return table_of_rows(source, checked_columns(source, dataset.column_names), lambda: dataset)


def _choose_split(source: str, wanted: str | None, splits: Sequence[str]) -> str:
    if wanted is None and len(splits) == 1:
        return splits[0]
    split = wanted or "test"
    if split not in splits:
        raise BenchmarkError(
            source, f"there is no split {split!r}; add one of :{', :'.join(map(str, splits))}"
        )
    return split

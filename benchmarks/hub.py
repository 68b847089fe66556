"""Benchmarks on the Hugging Face hub and in local dataset folders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.table import Table, checked_columns, table_of_rows

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


def read_hub_table(source: str) -> Table:
    """One split of a dataset as a table; its SHA-256 is that of the canonical JSON of its rows.

    Without a split: the only one, else `test`. What is in the local cache is read without a network when
    HF_HUB_OFFLINE=1.

    Raises:
        BenchmarkError: the dataset, revision or split is not there, or the folder is no dataset.
    """
    parsed = parse_hub_source(source)
    if parsed.local and not Path(parsed.name).is_dir():
        raise BenchmarkError(source, f"there is no folder {parsed.name!r}; check the path")
    splits = _load(source, parsed)
    split = _choose_split(source, parsed.split, list(splits))
    dataset = splits[split]
    columns = checked_columns(source, dataset.column_names)
    return table_of_rows(source, columns, dataset, None)


def _load(source: str, parsed: HubSource) -> dict[str, Any]:
    import datasets  # takes seconds to import

    try:
        if parsed.local and any((Path(parsed.name) / name).exists() for name in _SAVED_BY_LIBRARY):
            loaded = datasets.load_from_disk(parsed.name)
        else:
            loaded = datasets.load_dataset(parsed.name, revision=parsed.revision, **_options(parsed))
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        way_out = "check the name and revision; without a network, only what is in the cache can be read"
        raise BenchmarkError(
            source, f"cannot be loaded ({type(error).__name__}: {error}); {way_out}"
        ) from error
    if isinstance(loaded, datasets.Dataset):
        return {str(loaded.split or "all"): loaded}
    return dict(loaded)


def _options(parsed: HubSource) -> dict[str, Any]:
    """Keep "N/A" in CSV files as it is: it is a label, not a gap. Other formats have no such option."""
    import datasets

    builder = datasets.load_dataset_builder(parsed.name, revision=parsed.revision)
    return {"keep_default_na": False} if hasattr(builder.config, "keep_default_na") else {}


def _choose_split(source: str, wanted: str | None, splits: list[str]) -> str:
    if wanted is None and len(splits) == 1:
        return splits[0]
    split = wanted or "test"
    if split not in splits:
        raise BenchmarkError(source, f"there is no split {split!r}; add one of :{', :'.join(splits)}")
    return split

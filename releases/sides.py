"""What can be compared: a release's folder, or a file of labels over a benchmark."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import JsonValue

from benchmarks.label_sets import LabelSet, read_label_set
from benchmarks.model import Benchmark, Instance
from consensus.status import label_status
from releases.diff import Side
from releases.errors import ReleaseError
from releases.model import ReleaseRow
from releases.rows import common_cells, spelled_cells
from releases.schema import read_parquet
from releases.sums import read_manifest

CONTRACTS = "contract.json"


def release_side(folder: Path) -> Side:
    """A release that is as it was published. Raises ReleaseError otherwise."""
    manifest = read_manifest(folder)
    rows = {row.source_id: row for row in read_parquet(folder)}
    return Side(str(manifest.get("version", folder)), rows, read_contracts(folder))


def read_contracts(folder: Path) -> dict[str, JsonValue]:
    """SHA-256 → contract, of every run of a release."""
    found = json.loads((folder / CONTRACTS).read_text("utf-8"))
    if not isinstance(found, dict):
        raise ReleaseError(f"{folder / CONTRACTS} holds no contracts")
    return found


def file_side(reference: str, benchmark: Benchmark) -> Side:
    """A label set FILE or FILE#COLUMN; how its labels came about is not on record.

    Raises BenchmarkError as `read_label_set` does.
    """
    found = read_label_set(reference, benchmark)
    instances = {instance.source_id: instance for instance in benchmark.instances}
    rows = {key: _row(instances[key], found) for key in instances if key in found.labels}
    return Side(reference, rows)


def _row(instance: Instance, labels: LabelSet) -> ReleaseRow:
    said = labels.labels[instance.source_id]
    cells = {**common_cells(instance, None), **spelled_cells(said.answer, instance.spec, "medcalc")}
    if said.answer is not None:
        return ReleaseRow(
            **{**cells, "label": said.text},
            label_status=label_status(instance.label, said.answer, instance.spec),
        )
    if said.gap == "ambiguous":
        return ReleaseRow(**cells, label_status="ambiguous")
    return ReleaseRow(**cells, label_status="unresolved", open=said.gap)

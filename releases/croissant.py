"""Croissant metadata of a release (mlcommons.org/croissant), built and validated by its own library."""

from __future__ import annotations

import contextlib
import hashlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answers.text import plain
from releases.errors import ReleaseError
from releases.facts import Facts
from releases.schema import COLUMNS, LABELS
from releases.table import LABELS_CSV

CROISSANT = "croissant.json"
RECORDS = "labels"
CONFORMS_TO = ("http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0")


def write_croissant(folder: Path, facts: Facts) -> None:
    """Describe the files of a release; they have to be there."""
    with _quiet():
        found = _metadata(folder, facts).to_json()
    text = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / CROISSANT).write_text(text + "\n", "utf-8")


def check_croissant(folder: Path, rows: int) -> None:
    """Read the metadata back and every record through it.

    Raises ReleaseError for an error or a warning of the validator, or where the records are not `rows`.
    """
    import mlcroissant

    try:
        with _quiet():
            dataset = mlcroissant.Dataset(jsonld=str(folder / CROISSANT))
            found = sum(1 for _ in dataset.records(RECORDS))
    except (mlcroissant.ValidationError, mlcroissant.GenerationError, ValueError) as error:
        raise ReleaseError(f"the Croissant metadata is not valid: {error}") from error
    issues = dataset.metadata.ctx.issues
    if issues.errors or issues.warnings:
        raise ReleaseError(f"the Croissant metadata is not valid: {issues.report()}")
    if found != rows:
        raise ReleaseError(f"Croissant reads {found} records of {rows} rows")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what the library's own dependencies deprecate of each other; issues are asked for apart."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _metadata(folder: Path, facts: Facts) -> Any:
    import mlcroissant as mlc

    identity = facts.identity
    licence = identity.licence
    return mlc.Metadata(
        conforms_to=list(CONFORMS_TO),
        name=identity.name,
        description=identity.description,
        version=identity.version,
        license=[licence.url or licence.spdx],
        cite_as=licence.attribution,
        date_published=facts.as_of.replace(tzinfo=None, microsecond=0),
        date_created=facts.as_of.replace(tzinfo=None, microsecond=0),
        **_responsible(facts),
        distribution=[_file(folder, LABELS, "application/x-parquet"), _file(folder, LABELS_CSV, "text/csv")],
        record_sets=[
            mlc.RecordSet(
                id=RECORDS,
                name=RECORDS,
                description="One record for each instance of the benchmark, in its order.",
                fields=[_field(column.name, column.meaning, column.type) for column in COLUMNS],
            )
        ],
    )


def _responsible(facts: Facts) -> dict[str, Any]:
    """What the RAI extension asks about how labels came about and what they are not."""
    return {
        "data_annotation_protocol": [
            "Each label is recomputed by several independent votes, blind to the original label; a vote "
            "quotes its evidence, and a versioned calculator is executed on it. Votes that agree form a "
            "consensus; where they do not, people decide."
        ],
        "annotations_per_item": "the column n_votes says how many votes a label rests on",
        "machine_annotation_tools": sorted(_models(facts)),
        "data_biases": [
            "Votes of one run come from one model or reader and can share its mistakes: agreement between "
            "them is no measure of being right."
        ],
        "data_limitations": [
            f"{facts.status.get(name, 0)} of {facts.rows} rows are {name}."
            for name in ("ambiguous", "unresolved", "retracted")
        ],
        "personal_sensitive_information": ["As in the benchmark, whose contexts are carried over unchanged."],
    }


def _models(facts: Facts) -> set[str]:
    found: set[str] = set()
    for contract in facts.contracts.values():
        models = contract.get("models") if isinstance(contract, dict) else None
        for role in (models if isinstance(models, dict) else {}).values():
            found.add(plain(str(role.get("spec") if isinstance(role, dict) else role)))
    return found


def _file(folder: Path, name: str, encoding: str) -> Any:
    import mlcroissant as mlc

    data = (folder / name).read_bytes()
    return mlc.FileObject(
        id=name,
        name=name,
        content_url=name,
        content_size=f"{len(data)} B",
        encoding_formats=[encoding],
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _field(name: str, meaning: str, kind: str) -> Any:
    import mlcroissant as mlc

    types = {
        "number": mlc.DataType.FLOAT,
        "integer": mlc.DataType.INTEGER,
        "date": mlc.DataType.DATE,
        "time": mlc.DataType.DATETIME,
    }
    source = mlc.Source(file_object=LABELS, extract=mlc.Extract(column=name))
    return mlc.Field(
        id=f"{RECORDS}/{name}",
        name=name,
        description=meaning,
        data_types=[types.get(kind, mlc.DataType.TEXT)],
        source=source,
    )

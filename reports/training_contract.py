"""The section of a report on an experiment that says by what its figures are determined."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from answers.figures import duration
from reports.parts import Section, Table
from reports.training_model import TrainingReport


def contract(report: TrainingReport) -> Section:
    """Settings, software, hashes of data and reward, and what each stage took."""
    made = report.contract
    config = made.config.model_dump(mode="json")
    text = (
        "Nothing in this report is stored as a figure: all of it is computed from the replies in the "
        "experiment's folder, with data that have the hashes below. To check it:",
        "run.py train report FOLDER --json: the figures of this report. Made again from an unchanged folder "
        "it is the same.",
        "run.py train run CONFIG: the experiment again, under the same contract if settings, data, reward "
        "and software are the same.",
    )
    hashes = [
        *((f"data of seed {seed}", sha) for seed, sha in made.data.items()),
        ("reward", made.reward),
        ("contract", made.sha256),
    ]
    tables = (
        Table("Settings", (("setting", False), ("value", False)), tuple(_flat("", config))),
        Table("Software", (("package", False), ("version", False)), tuple(made.versions.items())),
        Table("Hashes", (("what", False), ("SHA-256", False)), tuple(hashes)),
        _stages(report),
    )
    body = json.dumps(made.model_dump(mode="json"), indent=2, ensure_ascii=False)
    return Section(
        "contract", "Contract", text, tables=tables, source=body, source_title="The whole contract"
    )


def _stages(report: TrainingReport) -> Table:
    rows = tuple(
        (
            *(one.arm, f"{one.seed}", f"{one.took.steps:,}", f"{one.took.replies:,}"),
            *(
                f"{one.took.parameters:,}",
                duration(one.took.seconds),
                f"{one.took.peak_bytes / 2**20:,.0f} MiB",
            ),
        )
        for one in report.stages
    )
    columns = (
        *(("stage", False), ("seed", True), ("steps", True), ("replies judged", True)),
        *(("parameters", True), ("time", True), ("most memory", True)),
    )
    return Table("What each stage took", columns, rows)


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Settings by their place, as `grpo.steps`; those that are not given are left out."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield prefix, ", ".join(map(_said, value))
    elif value is not None:
        yield prefix, _said(value)


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case _:
            return str(value)

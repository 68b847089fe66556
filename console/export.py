"""`export`: a run's labels as a table of the benchmark, or as training data in two arms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import JsonValue

from answers.figures import numbered
from console import views
from console.options import FiniteRange, json_option, store_option
from console.session import EXIT_DONE
from console.text import echo
from graphs import export
from graphs.label_sets import run_labels
from graphs.model_refs import TOOL_VERSION
from graphs.runs import find_runs
from store.records import RunRecord
from store.store import Store
from training.export import (
    REWARDS,
    Manifest,
    Provenance,
    RunUsed,
    Splitting,
    Trainer,
    training_set,
    write_training,
)

TEST_SHARE = 0.2


@click.command("export")
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "verl", "trl"]),
    default="csv",
    show_default=True,
    help="The benchmark with its labels, or training data for one of two trainers.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The CSV file; the folder of training data."
)
@click.option("--split-by", metavar="COLUMN", help="Set a test part aside; equal values stay together.")
@click.option(
    "--test-share",
    type=FiniteRange(0, 1, min_open=True, max_open=True),
    help=f"Of the values of --split-by, the part that is for tests.  [default: {TEST_SHARE}]",
)
@click.option(
    "--system-prompt",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A text file.  [default: our own]",
)
@store_option
@json_option
def export_command(
    runs: tuple[str, ...],
    form: str,
    out: Path,
    split_by: str | None,
    test_share: float | None,
    system_prompt: Path | None,
    store: Path,
    as_json: bool,
) -> int:
    """Write what a run has committed: the benchmark with its labels, or training data.

    A CSV file has the benchmark's own columns first, then what was decided and how. Training data are two
    arms of the same instances in the same order, rewarded by the original and by the released labels; of an
    instance in several runs, the last run's label counts.
    """
    if test_share is not None and split_by is None:
        raise click.UsageError("--test-share goes with --split-by")
    if form == "csv" and (split_by or system_prompt):
        raise click.UsageError("--split-by and --system-prompt go with --format verl and trl")
    with Store.open(store, read_only=True) as opened:
        found = find_runs(opened, runs)
        if form == "csv":
            return _csv(opened, found, out, as_json)
        splitting = Splitting(column=split_by, share=test_share or TEST_SHARE) if split_by else None
        trainer: Trainer = "verl" if form == "verl" else "trl"
        manifest = _training(opened, found, out, trainer, splitting, system_prompt)
    facts = manifest.model_dump(mode="json")
    echo([views.as_json(facts)] if as_json else _training_lines(manifest, out))
    return EXIT_DONE


def _csv(store: Store, runs: list[RunRecord], out: Path, as_json: bool) -> int:
    if len(runs) > 1:
        raise click.UsageError("a CSV file has the labels of one run; `release` puts several together")
    if out.is_dir():
        raise click.UsageError(f"{out} is a folder; name the CSV file")
    (run,) = runs
    try:
        rows = export.export_run(store, run, out)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    rejected = len(store.rejections(run.benchmark_id))
    facts: dict[str, JsonValue] = {"run": run.id, "out": str(out), "rows": rows, "rejected": rejected}
    left_out = f"; {rejected} rejected rows are not among them" if rejected else ""
    echo([views.as_json(facts)] if as_json else [f"{rows} rows written to {out}{left_out}"])
    return EXIT_DONE


def _training(
    store: Store,
    runs: list[RunRecord],
    out: Path,
    trainer: Trainer,
    splitting: Splitting | None,
    system_prompt: Path | None,
) -> Manifest:
    benchmark = store.benchmark(runs[0].benchmark_id)
    released = run_labels(store, runs)
    instances = list(store.instances(benchmark.id))
    try:
        prompt = (system_prompt or REWARDS / "system_prompt.txt").read_text("utf-8").strip()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--system-prompt: {system_prompt} is not UTF-8: {error}") from error
    export.check_target(store, runs[0], out)
    provenance = Provenance(
        tool_version=TOOL_VERSION,
        benchmark=benchmark.name,
        benchmark_sha256=benchmark.sha256,
        runs=tuple(RunUsed(run=run.id, contract=run.contract_sha) for run in runs),
        split=splitting,
        instances=len(instances),
        rejected_rows=len(store.rejections(benchmark.id)),
    )
    found = training_set(instances, released, splitting)
    return write_training(out, found, trainer=trainer, system_prompt=prompt, provenance=provenance)


def _training_lines(manifest: Manifest, out: Path) -> Iterator[str]:
    yield (
        f"{manifest.examples} of {manifest.provenance.instances} instances written to {out} in two arms; "
        f"the labels of {manifest.labels_differ} differ"
    )
    left_out = {reason: len(ids) for reason, ids in manifest.left_out.items()}
    if rejected := manifest.provenance.rejected_rows:
        left_out["rejected rows"] = rejected
    if left_out:
        yield f"  left out  {numbered(left_out)}"
    for name, file in manifest.files.items():
        yield f"  {name}" + (f"  {file.rows} rows" if file.rows is not None else "")
    yield f"Reward for {manifest.format}: {manifest.reward_function} in {manifest.reward_file}"

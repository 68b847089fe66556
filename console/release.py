"""`release` and `diff`: a versioned label set, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from pydantic import JsonValue

from answers.figures import numbered
from benchmarks.mapping import ColumnMapping
from benchmarks.model import Benchmark
from benchmarks.read import read_benchmark
from console import views
from console.options import json_option, map_option, store_option
from console.session import EXIT_DONE, EXIT_FAILED, EXIT_WAITING, warn
from console.text import echo
from console.views import table_lines
from graphs.runs import find_runs
from releases.changelog import CHANGE_WORDS, diff_words, said
from releases.checks import Obstacles, obstacles
from releases.diff import Change, Diff, RowChange, Side, compare
from releases.facts import manifest
from releases.model import ReleaseRow
from releases.rows import source_of
from releases.sides import file_side, release_side
from releases.write import Asked, Released, check_target, write_release
from store.store import Store


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The folder; not there yet, or empty."
)
@click.option("--version", required=True, help="MAJOR.MINOR.PATCH, above that of the previous release.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The release before: its changelog goes on, with each changed row explained.",
)
@click.option(
    "--licence", "--license", "spdx", help="SPDX identifier of the benchmark's licence, or `unknown`."
)
@click.option("--attribution", help="Whom the benchmark's licence asks to be named.")
@click.option("--name", help="What the release is called.  [default: NAME, relabelled]")
@click.option("--description", help="What it is, in a sentence or two.")
@click.option(
    "--with-unresolved",
    is_flag=True,
    help="Release although instances wait for people or no run selected them.",
)
@click.option("--name-reviewers", is_flag=True, help="Publish reviewers' names instead of pseudonyms.")
@map_option
@store_option
@json_option
def release(
    runs: tuple[str, ...],
    out: Path,
    version: str,
    previous: Path | None,
    spdx: str | None,
    attribution: str | None,
    name: str | None,
    description: str | None,
    with_unresolved: bool,
    name_reviewers: bool,
    mapping: str | None,
    store: Path,
    as_json: bool,
) -> int:
    """Publish what runs have committed: Parquet, CSV, card, Croissant, changelog, checksums, loaders.

    Of an instance in several runs of one benchmark the label is that of the last which has one. Nothing is
    released while the store does not verify or a run is not finished. The same store gives the same bytes.
    """
    asked = Asked(version, name, description, spdx, attribution, previous)
    with Store.open(store, read_only=True) as opened:
        columns = ColumnMapping.parse(mapping) if mapping else None
        source = source_of(opened, find_runs(opened, runs), columns, name_reviewers=name_reviewers)
        check_target(source, out)
        if found := obstacles(source, with_unresolved=with_unresolved):
            return _refused(found, opened.path, as_json)
        done = write_release(source, out, asked)
    echo([views.as_json(_released_facts(done, out))] if as_json else _released_lines(done, out))
    return EXIT_DONE


def _refused(found: Obstacles, store: Path, as_json: bool) -> int:
    """Say what stands against it; 3 where it is only people that are waited for."""
    if as_json:
        problems: list[JsonValue] = [str(problem) for problem in found.problems]
        unfinished = {str(kind): count for kind, count in found.unfinished.items()}
        unresolved = {str(kind): count for kind, count in found.unresolved.items()}
        facts: dict[str, JsonValue] = {"released": False, "problems": problems}
        facts |= {"unfinished": {**unfinished}, "unresolved": {**unresolved}}
        click.echo(views.as_json(facts))
    warn("not released:")
    for line in found.lines(str(store)):
        warn(f"  {line}")
    return EXIT_FAILED if found.problems or found.unfinished else EXIT_WAITING


def _released_facts(done: Released, out: Path) -> dict[str, JsonValue]:
    facts = manifest(done.facts, {})
    del facts["files"]
    changes = None if done.diff is None else _diff_counts(done.diff)
    return {"released": True, "out": str(out), **facts, "changes": changes, "files": [*done.files]}


def _released_lines(done: Released, out: Path) -> Iterator[str]:
    facts = done.facts
    yield f"{facts.identity.name} {facts.identity.version}: {facts.rows} rows in {out}"
    yield f"  {numbered(facts.status)}"
    licence = facts.identity.licence
    yield f"  licence {licence.spdx}; cites {licence.attribution}"
    if facts.rejected:
        yield f"  {facts.rejected} rows of the benchmark could not be read and are not among them"
    if done.diff is not None:
        yield f"  against {done.diff.before}: {diff_words(done.diff)}"
    yield "  valid as Croissant; `sha256sum -c SHA256SUMS` checks the files"


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--benchmark", help="What files of labels are about; not needed for releases.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where they differ.")
@map_option
@json_option
def diff(
    before: str, after: str, benchmark: str | None, exit_code: bool, mapping: str | None, as_json: bool
) -> int:
    """Say what differs between two releases, row by row, and why.

    A and B are folders of releases, or files of labels: FILE or FILE#COLUMN, with --benchmark. Every changed
    row is explained from what both sides record about it.
    """
    about = None
    if benchmark is not None:
        about = read_benchmark(benchmark, ColumnMapping.parse(mapping) if mapping else None)
    found = compare(_side(before, about), _side(after, about))
    echo([views.as_json(_diff_facts(found))] if as_json else _diff_lines(found))
    return EXIT_FAILED if exit_code and found.differs else EXIT_DONE


def _side(reference: str, benchmark: Benchmark | None) -> Side:
    if Path(reference).is_dir():
        return release_side(Path(reference))
    if benchmark is None:
        raise click.UsageError(
            f"{reference} is no folder of a release; for a file of labels, give --benchmark INPUT"
        )
    return file_side(reference, benchmark)


def _diff_counts(found: Diff) -> dict[str, JsonValue]:
    return {
        "changed": {str(change): count for change, count in found.counts().items()},
        "added": len(found.added),
        "removed": len(found.removed),
        "same": found.same,
    }


def _diff_facts(found: Diff) -> dict[str, JsonValue]:
    groups = found.by_calculator()
    return {
        "before": found.before,
        "after": found.after,
        "counts": _diff_counts(found),
        "by_calculator": {name: {str(c): n for c, n in counts.items()} for name, counts in groups.items()},
        "changed": [_change_facts(change) for change in found.changed],
        "added": [_side_facts(row) for row in found.added],
        "removed": [_side_facts(row) for row in found.removed],
    }


def _change_facts(change: RowChange) -> dict[str, JsonValue]:
    return {
        "source_id": change.source_id,
        "calculator": change.calculator,
        "change": change.change,
        "before": _side_facts(change.before),
        "after": _side_facts(change.after),
        "because": [*change.because],
    }


def _side_facts(row: ReleaseRow) -> dict[str, JsonValue]:
    names = {"source_id", "label", "label_status", "lower_limit", "upper_limit", "decided_by", "run"}
    return row.model_dump(mode="json", include=names)


def _diff_lines(found: Diff) -> Iterator[str]:
    yield f"{found.before} → {found.after}: {diff_words(found)}"
    if found.changed:
        yield ""
        summary: list[dict[str, JsonValue]] = [
            {"calculator": name, "rows": counts.total(), "changes": _words(counts)}
            for name, counts in found.by_calculator().items()
        ]
        yield from table_lines(summary, ("calculator", "rows", "changes"), {})
        yield ""
        rows: list[dict[str, JsonValue]] = [
            {
                "id": change.source_id,
                "before": said(change.before),
                "now": said(change.after),
                "why": "; ".join(change.because),
            }
            for change in found.changed
        ]
        yield from table_lines(rows, ("id", "before", "now", "why"), {})
    for title, several in (("added", found.added), ("removed", found.removed)):
        yield from (f"{title} {row.source_id}: {said(row)}" for row in several)


def _words(counts: Mapping[Change, int]) -> str:
    return numbered({CHANGE_WORDS[change]: count for change, count in counts.items()})

"""Writes a release: every file into a folder beside the target, checked there, then renamed as a whole."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from answers.text import plain
from benchmarks.whole import whole_folder
from graphs.checkpoints import store_files
from releases.card import CARD, card
from releases.changelog import CHANGELOG, changelog
from releases.croissant import check_croissant, write_croissant
from releases.diff import Diff, Side, compare
from releases.errors import ReleaseError
from releases.facts import Facts, Identity, facts_of, manifest
from releases.licence import licence_of
from releases.model import ReleaseRow
from releases.rows import Source, release_rows
from releases.schema import LABELS, write_parquet
from releases.sides import CONTRACTS, release_side
from releases.sums import MANIFEST, digests, write_sums
from releases.table import LABELS_CSV, write_labels_csv

LOADERS = "loaders"
_TEMPLATES = Path(__file__).with_name(LOADERS)
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What the maintainer says of a release; None is what the store says."""

    version: str
    name: str | None = None
    description: str | None = None
    spdx: str | None = None
    attribution: str | None = None
    previous: Path | None = None


@dataclass(frozen=True)
class Released:
    """A release that was written."""

    facts: Facts
    diff: Diff | None
    files: tuple[str, ...]


def write_release(source: Source, out: Path, asked: Asked) -> Released:
    """Write a release of what is committed; `out` is there complete or not at all.

    That the store verifies and nothing is open unawares is for `checks.obstacles` to say before.

    Raises:
        ReleaseError: the target is not free, the version is none or not above the previous one's, the
            licence is not known, or the Croissant metadata is not valid.
        OSError: the folder cannot be written.
    """
    check_target(source, out)
    previous = None if asked.previous is None else release_side(asked.previous)
    identity = _identity(source, asked, previous)
    rows = list(release_rows(source))
    facts = facts_of(source, rows, identity)
    diff = None if previous is None else _compared(previous, rows, facts)
    before = (asked.previous / CHANGELOG).read_text("utf-8") if asked.previous else ""
    with whole_folder(out) as folder:
        _write_files(folder, source, rows, facts, changelog(facts, diff, before))
        check_croissant(folder, len(rows))
        files = (*digests(folder), "SHA256SUMS")
    return Released(facts, diff, files)


def check_target(source: Source, out: Path) -> None:
    """Raise ReleaseError where a release cannot be put there."""
    if out.resolve() in store_files(source.store.path):
        raise ReleaseError(f"{out} belongs to the store {source.store.path}; release into another folder")
    if out.is_symlink():
        raise ReleaseError(f"{out} is a link; name the folder itself, which is not there yet")
    if out.exists() and not out.is_dir():
        raise ReleaseError(f"{out} is a file; name a folder that is not there yet")
    if out.is_dir() and any(out.iterdir()):
        raise ReleaseError(f"{out} is not empty, and a release is never changed; name another folder")
    if not out.absolute().parent.is_dir():
        raise ReleaseError(
            f"there is no folder {out.absolute().parent} to put {out.name} into; make it first"
        )


def _identity(source: Source, asked: Asked, previous: Side | None) -> Identity:
    benchmark = source.store.benchmark(source.runs[0].benchmark_id)
    if not _VERSION.fullmatch(asked.version):
        raise ReleaseError(f"--version {asked.version!r} is not MAJOR.MINOR.PATCH, such as 1.0.0")
    if previous is not None and _order(asked.version) <= _order(previous.name):
        raise ReleaseError(
            f"--version {asked.version} is not above that of the previous release, {previous.name}"
        )
    name = asked.name or f"{benchmark.name}, relabelled"
    described = asked.description or (
        f"The labels of {benchmark.name}, each recomputed independently of the original label, with the "
        "evidence, the derivation and the votes that it rests on."
    )
    return Identity(
        name=_one_line("--name", name),
        version=asked.version,
        description=_one_line("--description", described),
        licence=licence_of(benchmark.columns, asked.spdx, asked.attribution),
        previous=None if previous is None else previous.name,
    )


def _one_line(option: str, text: str) -> str:
    """Names and descriptions stand in headings and front matter."""
    if not (line := " ".join(plain(text).split())):
        raise ReleaseError(f"{option} is empty; leave it out for the default")
    return line


def _order(version: str) -> tuple[int, ...]:
    found = _VERSION.fullmatch(version)
    return tuple(map(int, found.groups())) if found else ()


def _compared(previous: Side, rows: Sequence[ReleaseRow], facts: Facts) -> Diff:
    now = Side(facts.identity.version, {row.source_id: row for row in rows}, facts.contracts)
    if not now.rows.keys() & previous.rows.keys():
        raise ReleaseError(
            f"release {previous.name} has no row of {facts.benchmark}: it is no earlier one of it"
        )
    return compare(previous, now)


def _write_files(
    folder: Path, source: Source, rows: Sequence[ReleaseRow], facts: Facts, changes: str
) -> None:
    write_parquet(folder / LABELS, rows)
    write_labels_csv(folder / LABELS_CSV, facts.columns, source.own, source.instances, rows)
    shutil.copytree(_TEMPLATES, folder / LOADERS, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (folder / CARD).write_text(card(facts), "utf-8")
    (folder / CHANGELOG).write_text(changes, "utf-8")
    _write_json(folder / CONTRACTS, dict(facts.contracts))
    write_croissant(folder, facts)
    _write_json(folder / MANIFEST, manifest(facts, dict(digests(folder))))
    write_sums(folder)


def _write_json(path: Path, value: JsonValue) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")

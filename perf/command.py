"""What the measurements have in common on the command line."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from store.store import Store


def parser(doc: str | None) -> argparse.ArgumentParser:
    """A parser that a module's first line describes, with --json and the column of the source ids."""
    made = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else None)
    made.add_argument("--id", default="uid")
    made.add_argument("--json", action="store_true")
    return made


def label_parser(doc: str | None) -> argparse.ArgumentParser:
    """The same for a measurement that holds the labels or votes of one run against a reference."""
    made = parser(doc)
    made.add_argument("store", type=Path)
    made.add_argument("reference", type=Path)
    made.add_argument("--truth", default="y_final")
    made.add_argument("--run")
    return made


@contextmanager
def run_and_references(options: argparse.Namespace) -> Iterator[tuple[Store, str, dict[str, str]]]:
    """The open store, the id of the run, and source id → the answer that counts as true, as spelled."""
    references = column_by_id(options.reference, options.id, options.truth)
    with Store.open(options.store, read_only=True) as store:
        yield store, (store.run(options.run) if options.run else store.latest_run()).id, references


def rows_by_id(path: Path, id_column: str) -> dict[str, dict[str, str]]:
    """The rows of a CSV file: source id → column → text."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row[id_column]: row for row in csv.DictReader(file)}


def column_by_id(path: Path, id_column: str, column: str) -> dict[str, str]:
    """One column of a CSV file: source id → text."""
    return {source_id: row[column] for source_id, row in rows_by_id(path, id_column).items()}


def part(text: str) -> tuple[int, int]:
    """REMAINDER/MODULUS."""
    remainder, _, modulus = text.partition("/")
    return int(remainder), int(modulus)


def in_part(source_id: str, of: tuple[int, int]) -> bool:
    """Whether an id is a number with this remainder."""
    remainder, modulus = of
    return source_id.isdecimal() and int(source_id) % modulus == remainder


def print_facts(found: Mapping[str, object], *, as_json: bool, width: int) -> None:
    """Figures as JSON, or a line each with names of this width."""
    print(
        json.dumps(found, indent=2) if as_json else "\n".join(f"{k:<{width}} {v}" for k, v in found.items())
    )


def run(main: Callable[[], None]) -> None:
    """Run a measurement; whoever reads its output may stop early."""
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

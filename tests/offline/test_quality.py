"""How the quality of committed labels is measured. The whole of MedCalc-Bench is in tests/graphs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from perf.label_quality import measure
from store.store import Store
from tests.store.conftest import CONTRACT, bmi, make_benchmark, make_label

ROOT = Path(__file__).parents[2]
REFERENCES = {"0": "20.5", "1": "24", "2": "20", "3": "20 | 24", "4": "20 | 24", "9": "of no instance"}
"""The labels of 0, 1 and 3 are 20, and 2, 4 and 5 have none."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    benchmark = make_benchmark()
    path = tmp_path / "labels.db"
    with Store.open(path, create=True) as opened:
        benchmark_id = opened.add_benchmark(benchmark)
        run = opened.create_run(benchmark_id, CONTRACT, [instance.id for instance in benchmark.instances])
        for position in (0, 1, 3):
            opened.add_label(make_label(run, benchmark.instances[position].id, answer=bmi().answer))
    return path


def test_labels_are_compared_with_what_is_known(store: Path) -> None:
    with Store.open(store, read_only=True) as opened:
        found = measure(opened, opened.latest_run().id, REFERENCES)
    counts = {"instances": 5, "committed": 3, "coverage": 0.6, "agree": 1, "share": 0.3333}
    assert found.groups["all"].facts() == counts
    assert found.groups["with a registered calculator"].facts() == counts
    assert found.unreadable == {}
    assert [line.split()[0] for line in found.disagreeing] == ["1", "3"]


def test_unreadable_references_can_be_left_out_and_are_named(store: Path) -> None:
    with Store.open(store, read_only=True) as opened:
        found = measure(opened, opened.latest_run().id, REFERENCES, skip_unreadable=True)
    counts = {"instances": 3, "committed": 2, "coverage": 0.6667, "agree": 1, "share": 0.5}
    assert found.groups["all"].facts() == counts
    assert found.unreadable == {"3": True, "4": False}


@pytest.fixture
def command(store: Path, tmp_path: Path) -> tuple[str, ...]:
    references = tmp_path / "references.csv"
    rows = (f'{uid},"{truth}"' for uid, truth in REFERENCES.items())
    references.write_text("\n".join(("uid,y_final", *rows)), encoding="utf-8")
    return (sys.executable, "perf/label_quality.py", str(store), str(references), "--skip-unreadable")


def test_a_reader_that_has_gone_is_no_fault(command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_table_names_them(command: tuple[str, ...]) -> None:
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-2].split() == ["unreadable", "reference", "2", "1"]
    assert said.splitlines()[-1].strip() == "3 (committed), 4"

"""A store with a real run: the example benchmark, read by the offline reader, with what waits for people."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.model import Instance
from graphs.engine import checkpoints_path
from store.records import RunRecord
from store.store import Store
from tests.console.harness import ROOT, invoke


def make(folder: Path) -> Path:
    """Run the reader on the example benchmark; the path of the store."""
    path = folder / "clinic.db"
    result = invoke("relabel", ROOT / "examples" / "clinic" / "benchmark.csv", "--store", path, "--json")
    assert result.code == 3, result.err
    return path


def copy(path: Path, folder: Path) -> Path:
    """A copy of a store that no process has open, with its parked threads."""
    for file in (path, checkpoints_path(path)):
        shutil.copy(file, folder / file.name)
    return folder / path.name


class Clinic:
    """The run and its instances by the names that the benchmark gives them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run: RunRecord = store.latest_run()

    def instance(self, source_id: str) -> Instance:
        """One instance."""
        return self.store.instance(self.run.benchmark_id, source_id)

    def page(self, source_id: str, verb: str = "") -> str:
        """The address of an instance's review."""
        return f"/runs/{self.run.id}/review/{self.instance(source_id).id}{f'/{verb}' if verb else ''}"

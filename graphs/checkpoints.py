"""Where parked threads are kept: a file of its own beside the store."""

from __future__ import annotations

from pathlib import Path

from store.store import Store


def checkpoints_path(store: Path) -> Path:
    """The file beside the store, links followed, that holds parked threads."""
    file = store.resolve()
    return file.with_name(f"{file.stem}.checkpoints.db")


def store_files(store: Path) -> set[Path]:
    """The store, its checkpoints, and what SQLite keeps beside each."""
    files = (store, checkpoints_path(store))
    return {
        file.with_name(file.name + suffix) for file in files for suffix in ("", "-wal", "-shm", "-journal")
    }


def is_settled(store: Store, run_id: str, instance_id: str) -> bool:
    """Whether a thread has nothing to wait for: it has a finding, or a label, retracted since or not."""
    return bool(store.latest_label(run_id, instance_id) or store.finding(run_id, instance_id))

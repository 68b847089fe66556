"""Which process executes a run can be seen from any other, and looking does not get in its way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from graphs.lock import BusyError, executing, is_executing


def test_an_execution_is_seen_while_it_lasts(tmp_path: Path) -> None:
    store = tmp_path / "labels.db"
    assert not is_executing(store, "r1")
    with executing(store, "r1"):
        assert is_executing(store, "r1")
        assert not is_executing(store, "r2")
        with pytest.raises(BusyError, match="r1"), executing(store, "r1"):
            pass
    assert not is_executing(store, "r1")


def test_looking_all_the_time_keeps_no_execution_from_beginning(tmp_path: Path) -> None:
    """A look takes the lock for a moment; an execution that begins in that moment waits for its end."""
    store = tmp_path / "labels.db"
    with executing(store, "r1"):
        pass
    enough = threading.Event()

    def look() -> None:
        while not enough.wait(0.001):
            is_executing(store, "r1")

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(50):
            with executing(store, "r1"):
                assert is_executing(store, "r1")
    finally:
        enough.set()
        watcher.join()

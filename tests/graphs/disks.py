"""Disks for tests: small ones that fill, and such that nothing can be written to."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A file system of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, size: str) -> None:
        """Make it so large, as in `2m`."""
        _mount("-o", f"remount,size={size}", str(self.folder))

    def write_protect(self) -> None:
        """From now on nothing can be written."""
        _mount("-o", "remount,ro", str(self.folder))

    def fill(self, leave: int = 0) -> Path:
        """Fill it up to so many bytes; removing the file that is returned makes room again."""
        filler = self.folder / "filler"
        filler.unlink(missing_ok=True)
        free = os.statvfs(self.folder)
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            for _ in range((free.f_bavail * free.f_frsize - leave) // 4096):
                file.write(bytes(4096))
        return filler


@contextlib.contextmanager
def disk(folder: Path, size: str) -> Iterator[Disk]:
    """A disk in memory, mounted at a new folder; the test is skipped where that is not allowed."""
    folder.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _mount(*args: str) -> None:
    subprocess.run(["mount", *args], check=True, capture_output=True)

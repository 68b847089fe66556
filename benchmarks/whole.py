"""Files and folders that are written all or nothing: a reader sees the old state or the complete new one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


@contextlib.contextmanager
def whole_path(path: Path) -> Iterator[Path]:
    """A path beside `path` to write a file under, which takes its place once it is complete and on disk.

    Raises OSError, naming the path: its folder is not there, or it cannot be written.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot write {path}: there is no folder {path.parent}; make it first")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
    except OSError as error:
        raise OSError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):  # where nothing can be written, nothing can be removed either
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_file(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file to write that takes the place of `path` as in `whole_path`; line ends as given."""
    with whole_path(path) as temporary, temporary.open("w", encoding=encoding, newline="") as file:
        yield file


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` that becomes it once everything in it is on disk; gone where something fails.

    Raises OSError, naming the path: it cannot be written, or is there meanwhile and not empty.
    """
    target = path.absolute()
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        yield folder
        for entry in (*sorted(folder.rglob("*"), reverse=True), folder):
            entry.chmod(0o755 if entry.is_dir() else 0o644)
            _sync(entry)
        folder.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise OSError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Files and folders that are written all or nothing: a reader sees the old state or the complete new one."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO


@contextlib.contextmanager
def whole_file(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file that takes the place of `path` once it is complete and on disk; line ends as given.

    Raises OSError, naming the path: its folder is not there, or it cannot be written.
    """
    with _replacing(path) as temporary, temporary.open("w", encoding=encoding, newline="") as file:
        yield file
        _flush(file)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file as `whole_file` does."""
    with _replacing(path) as temporary, temporary.open("wb") as file:
        file.write(content)
        _flush(file)


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` that becomes it once everything in it is on disk; gone where something fails.

    `path` is not there yet or an empty folder, and its own folder is there. Raises OSError.
    """
    target = path.absolute()
    temporary = _beside(target)
    temporary.mkdir()
    try:
        yield temporary
        for entry in sorted(temporary.rglob("*"), reverse=True):
            entry.chmod(0o755 if entry.is_dir() else 0o644)
            _sync(entry)
        _sync(temporary)
        temporary.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot write {path}: there is no folder {path.parent}; make it first")
    temporary = _beside(path)
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise OSError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):  # where nothing can be written, nothing can be removed either
            temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _flush(file: TextIO | BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

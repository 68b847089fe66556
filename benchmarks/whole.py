"""Files that are written all or nothing: a reader sees the old file or the complete new one."""

from __future__ import annotations

import contextlib
import os
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
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
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

"""Log lines as JSON, each with the run and the instance that it is about."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from store.secrets import scrubber

LOGGER = "steward"

_about: ContextVar[dict[str, str]] = ContextVar("steward_about", default={})  # noqa: B039 - never changed


class LogFileError(Exception):
    """The log file cannot be written."""


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Lines that are logged inside the block have these ids."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)


def start_logs(path: Path | None) -> None:
    """Append this process's log lines to a file from now on, and to no other; without a path to none.

    Raises LogFileError.
    """
    logger = logging.getLogger(LOGGER)
    for old in [handler for handler in logger.handlers if isinstance(handler, _Lines)]:
        logger.removeHandler(old)
        old.close()
    if path is None:
        return
    try:
        handler = _Lines(path)
    except OSError as error:
        raise LogFileError(
            f"cannot write log file {path}: {error.strerror}; give another --log-file"
        ) from error
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


class _Lines(logging.FileHandler):
    """A line per record. The file is opened to append, so that several processes may share it."""

    def __init__(self, path: Path) -> None:
        from pythonjsonlogger.json import JsonFormatter

        super().__init__(path, encoding="utf-8")
        self._scrub = scrubber()
        self._told = False
        self.setFormatter(
            JsonFormatter(
                "%(asctime)s %(levelname)s %(name)s %(process)d %(message)s",
                rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
                datefmt="%Y-%m-%dT%H:%M:%S%z",
                json_ensure_ascii=False,
            )
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name in logging
        """Say once that the file takes no more lines, as on a full disk: the run goes on without them."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._told:
            self._told = True
            said = f"log file {self.baseFilename} lacks lines from now on: {error.strerror}"
            print(said, file=sys.stderr)

    def close(self) -> None:
        """Close the file; lines for which there is no room are gone."""
        with suppress(OSError):
            super().close()

    def format(self, record: logging.LogRecord) -> str:
        """The line, without credentials."""
        record.__dict__.update(_about.get())
        return self._scrub(super().format(record))

"""The lock of calculators: one that changed without a new version is found before it is used.

`python -m calculators.lock` rewrites calculators/lock.json; it refuses to lock a changed calculator under an
old version. `python -m calculators.lock --check` only says whether the lock is up to date.

A tool for development, and the one module of this room that reads and writes: no other may import it.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from calculators import registry
from calculators.fingerprint import fingerprint
from locks import lockfile
from locks.lockfile import Entries, LockEntry

LOCK_FILE = Path(__file__).with_name("lock.json")


def locked() -> Entries:
    """The committed lock, by calculator id."""
    return lockfile.read(LOCK_FILE)


def current() -> Entries:
    """What the registered calculators are now."""
    return {
        calculator.id: LockEntry(version=calculator.version, sha256=fingerprint(calculator, source_of))
        for calculator in registry.all_calculators()
    }


@cache
def source_of(module: str) -> str | None:
    """The source of a module; None where there is none by that name."""
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Path(spec.origin).read_text("utf-8")


def main(arguments: Sequence[str] = ()) -> int:
    """Rewrite the lock file, or with `--check` compare it; returns the exit code."""
    return lockfile.bring_up_to_date(
        LOCK_FILE,
        current(),
        arguments,
        command="python -m calculators.lock",
        versions_in="calculators/clinical",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

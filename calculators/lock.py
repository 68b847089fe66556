"""The lock of calculators: one that changed without a new version is found before it is used.

`python -m calculators.lock` rewrites calculators/lock.json; it refuses to lock a changed calculator under an
old version. `python -m calculators.lock --check` only says whether the lock is up to date.

A tool for development, and the one module of this room that reads and writes: no other may import it.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from calculators import registry
from calculators.fingerprint import fingerprint

LOCK_FILE = Path(__file__).with_name("lock.json")


class LockEntry(BaseModel):
    """Version and hash of one calculator, as last locked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(pattern=r"^[1-9][0-9]*$")
    sha256: str


def locked() -> dict[str, LockEntry]:
    """The committed lock: calculator id → entry."""
    if not LOCK_FILE.exists():
        return {}
    entries: dict[str, object] = json.loads(LOCK_FILE.read_text("utf-8"))
    return {calculator_id: LockEntry.model_validate(entry) for calculator_id, entry in entries.items()}


def current() -> dict[str, LockEntry]:
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


def unversioned_changes(old: Mapping[str, LockEntry], new: Mapping[str, LockEntry]) -> list[str]:
    """Ids of calculators that changed while their version did not go up."""
    return [
        calculator_id
        for calculator_id, entry in new.items()
        if (before := old.get(calculator_id))
        and entry.sha256 != before.sha256
        and int(entry.version) <= int(before.version)
    ]


def main(arguments: Sequence[str] = ()) -> int:
    """Rewrite the lock file, or with `--check` compare it. Exit code 1: a version or the lock is behind."""
    old, new = locked(), current()
    if changed := unversioned_changes(old, new):
        print(f"raise the version in calculators/clinical of: {', '.join(changed)}", file=sys.stderr)
        return 1
    if "--check" in arguments:
        if old != new:
            print(f"calculators/{LOCK_FILE.name} is behind: run python -m calculators.lock", file=sys.stderr)
        return int(old != new)
    body = {calculator_id: entry.model_dump() for calculator_id, entry in sorted(new.items())}
    LOCK_FILE.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

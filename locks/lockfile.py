"""A file of versions and hashes, and the two things that are done with it: rewrite it, or compare."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class LockEntry(BaseModel):
    """Version and hash of one thing, as last locked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)] | Annotated[str, Field(pattern=r"^[1-9][0-9]*$")]
    sha256: str


Entries = dict[str, LockEntry]
"""Id → entry."""


def read(path: Path) -> Entries:
    """The entries of a lock; none where there is no file yet."""
    if not path.exists():
        return {}
    entries: dict[str, object] = json.loads(path.read_text("utf-8"))
    return {name: LockEntry.model_validate(entry) for name, entry in entries.items()}


def bring_up_to_date(
    path: Path, now: Mapping[str, LockEntry], arguments: Sequence[str], *, command: str, versions_in: str
) -> int:
    """Rewrite a lock, or with `--check` among the arguments only compare it.

    Args:
        path: the file.
        now: what is to be locked.
        arguments: those of the command line.
        command: rewrites the lock; told where it is behind.
        versions_in: where versions are raised; told where one was not.

    Returns:
        The exit code. 1: something changed under an old version, and nothing was written; or the lock is
        behind.
    """
    old = read(path)
    if changed := _unversioned_changes(old, now):
        print(f"raise the version in {versions_in} of: {', '.join(changed)}", file=sys.stderr)
        return 1
    if "--check" in arguments:
        if old != now:
            print(f"{path.parent.name}/{path.name} is behind: run {command}", file=sys.stderr)
        return int(old != now)
    body = {name: entry.model_dump() for name, entry in sorted(now.items())}
    path.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    return 0


def _unversioned_changes(old: Mapping[str, LockEntry], new: Mapping[str, LockEntry]) -> list[str]:
    """Ids of what changed while its version did not go up."""
    return [
        name
        for name, entry in new.items()
        if (before := old.get(name))
        and entry.sha256 != before.sha256
        and int(entry.version) <= int(before.version)
    ]

"""The lock of prompts: a text that changed without a new version is found before it is used.

`python -m prompts.lock` rewrites prompts/lock.json; it refuses to lock a changed text under an old version.
`python -m prompts.lock --check` only says whether the lock is up to date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from prompts.loader import FOLDER, load, prompt_ids

LOCK_FILE = FOLDER / "lock.json"


class LockEntry(BaseModel):
    """Version and hash of one prompt, as last locked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    sha256: str


def locked() -> dict[str, LockEntry]:
    """The committed lock: prompt id → entry."""
    if not LOCK_FILE.exists():
        return {}
    entries: dict[str, object] = json.loads(LOCK_FILE.read_text("utf-8"))
    return {prompt_id: LockEntry.model_validate(entry) for prompt_id, entry in entries.items()}


def current() -> dict[str, LockEntry]:
    """What the prompt files say now."""
    prompts = (load(prompt_id) for prompt_id in prompt_ids())
    return {p.meta.id: LockEntry(version=p.meta.version, sha256=p.sha256) for p in prompts}


def unversioned_changes(old: dict[str, LockEntry], new: dict[str, LockEntry]) -> list[str]:
    """Ids of prompts whose text changed while their version did not go up."""
    return [
        prompt_id
        for prompt_id, entry in new.items()
        if prompt_id in old
        and entry.sha256 != old[prompt_id].sha256
        and entry.version <= old[prompt_id].version
    ]


def main(arguments: Sequence[str] = ()) -> int:
    """Rewrite the lock file, or with `--check` compare it. Exit code 1: a version or the lock is behind."""
    old, new = locked(), current()
    if changed := unversioned_changes(old, new):
        print(f"raise the version in the front matter of: {', '.join(changed)}", file=sys.stderr)
        return 1
    if "--check" in arguments:
        if old != new:
            print(f"{LOCK_FILE.name} is behind: run python -m prompts.lock", file=sys.stderr)
        return int(old != new)
    body = {prompt_id: entry.model_dump() for prompt_id, entry in sorted(new.items())}
    LOCK_FILE.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

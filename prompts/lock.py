"""The lock of prompts: a text that changed without a new version is found before it is used.

`python -m prompts.lock` rewrites prompts/lock.json; it refuses to lock a changed text under an old version.
`python -m prompts.lock --check` only says whether the lock is up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from locks import lockfile
from locks.lockfile import Entries, LockEntry
from prompts.loader import FOLDER, load, prompt_ids

LOCK_FILE = FOLDER / "lock.json"


def locked() -> Entries:
    """The committed lock, by prompt id."""
    return lockfile.read(LOCK_FILE)


def current() -> Entries:
    """What the prompt files say now."""
    prompts = (load(prompt_id) for prompt_id in prompt_ids())
    return {p.meta.id: LockEntry(version=p.meta.version, sha256=p.sha256) for p in prompts}


def main(arguments: Sequence[str] = ()) -> int:
    """Rewrite the lock file, or with `--check` compare it; returns the exit code."""
    return lockfile.bring_up_to_date(
        LOCK_FILE, current(), arguments, command="python -m prompts.lock", versions_in="the front matter"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""SHA256SUMS of a release: written so that `sha256sum -c` checks it, and checked here, too."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import JsonValue

from releases.errors import ReleaseError

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"


def digests(folder: Path) -> dict[str, str]:
    """File, by its path in the folder → SHA-256, in the order of paths; of SUMS itself there is none."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): _sha256(path) for path in files}
    found.pop(SUMS, None)
    return found


def write_sums(folder: Path) -> None:
    """Write SUMS over every other file."""
    lines = (f"{digest}  {name}\n" for name, digest in digests(folder).items())
    (folder / SUMS).write_text("".join(lines), "utf-8")


def read_manifest(folder: Path) -> dict[str, JsonValue]:
    """The manifest of a release whose files are as they were published.

    What else lies in the folder does not matter: using the loaders, or fetching the folder, adds files.

    Raises ReleaseError where the folder is no release, or a file of it was changed or removed.
    """
    try:
        text = (folder / SUMS).read_text("utf-8")
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder} is no release that `run.py release` wrote: {error}") from error
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}
    found = digests(folder)
    changed = sorted(name for name in listed if listed[name] != found.get(name))
    if changed:
        raise ReleaseError(
            f"{folder} is not as it was published: {', '.join(changed[:5])} does not match {SUMS}; "
            "restore the release"
        )
    if not isinstance(manifest, dict):
        raise ReleaseError(f"{folder / MANIFEST} is no manifest of a release")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

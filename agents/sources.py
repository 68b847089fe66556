"""A hash of sources, by which what goes by rules has a version: none of its rules can change unnoticed."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sources_sha256(folder: Path) -> str:
    """SHA-256 of all modules of a folder, with their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()

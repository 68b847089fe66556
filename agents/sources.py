"""A hash of sources, by which what goes by rules has a version: none of its rules can change unnoticed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def sources_sha256(folder: Path, modules: Sequence[str] | None = None) -> str:
    """SHA-256 of modules with their names: all of a folder, or those at these paths in it."""
    named = sorted(folder.rglob("*.py")) if modules is None else [folder / name for name in modules]
    digest = hashlib.sha256()
    for path in named:
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()

from __future__ import annotations

from tests.store.conftest import full, ids, path, run, store

__all__ = ["full", "ids", "path", "run", "store"]

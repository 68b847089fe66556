from __future__ import annotations

from tests.console.fixtures import desk, server
from tests.store.conftest import full, ids, path, run, store

__all__ = ["desk", "full", "ids", "path", "run", "server", "store"]

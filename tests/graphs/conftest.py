from __future__ import annotations

from tests.console.fixtures import desk, server
from tests.graphs.gaps import fixed_gaps, open_gaps
from tests.store.conftest import full, ids, path, run, store

__all__ = ["desk", "fixed_gaps", "full", "ids", "open_gaps", "path", "run", "server", "store"]

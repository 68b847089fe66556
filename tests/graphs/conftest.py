from __future__ import annotations

from tests.console.fixtures import desk, server
from tests.graphs.gaps import fixed_gaps, open_gaps

__all__ = ["desk", "fixed_gaps", "open_gaps", "server"]

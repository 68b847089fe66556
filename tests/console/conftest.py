from __future__ import annotations

from tests.console.fixtures import desk, done, server

__all__ = ["desk", "done", "server"]

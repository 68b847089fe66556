from __future__ import annotations

from tests.console.fixtures import desk, server

__all__ = ["desk", "server"]

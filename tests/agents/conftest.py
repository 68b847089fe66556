from __future__ import annotations

from tests.model_server.fixtures import model_server

__all__ = ["model_server"]

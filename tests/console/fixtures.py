"""A model server for each test module, and a desk at it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.harness import Desk
from tests.graphs import scripts
from tests.model_server.server import ModelServer, ThreadedServer


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ThreadedServer(ModelServer(scripts.agents, role_of=scripts.role_of)) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: ModelServer) -> Iterator[Desk]:
    yield Desk(tmp_path, server)
    assert server.malformed == []

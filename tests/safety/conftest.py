from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.harness import Desk
from tests.model_server.server import ModelServer, ThreadedServer
from tests.safety.parties import parties, role_of, says


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """A model server that all parties of safety runs ask."""
    with ThreadedServer(ModelServer(parties(says("pass")), role_of=role_of)) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: ModelServer) -> Iterator[Desk]:
    """A folder with a store, at the server."""
    made = Desk(tmp_path, server)
    server.script = parties(says("pass"))
    yield made
    assert server.malformed == []

"""A model server for each test module, a desk at it for each test, and a run that ended there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.harness import ONE_VOTE, Desk
from tests.graphs import scripts
from tests.graphs.scripts import ROWS, instead, objects
from tests.model_server.replies import ServerRequest
from tests.model_server.server import ModelServer, ThreadedServer


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ThreadedServer(ModelServer(scripts.agents, role_of=scripts.role_of)) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: ModelServer) -> Iterator[Desk]:
    yield Desk(tmp_path, server)
    assert server.malformed == []


@pytest.fixture
def done(desk: Desk) -> Desk:
    """A finished run on three instances, one of which waits for people."""

    def objecting(request: ServerRequest) -> dict[str, Any] | None:
        return objects("the cuff was too small") if "150/90" in scripts.task_text(request) else None

    rows = (ROWS[0], ROWS[2], ROWS[6])
    assert desk.relabel(*ONE_VOTE, rows=rows, script=instead("Critique", objecting)).code == 3
    desk.roles()
    return desk

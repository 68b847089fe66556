"""pytest fixtures. Use: `pytest_plugins = ["tests.model_server.fixtures"]`, or import the fixture by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_server.replies import HttpError
from tests.model_server.scripts import always
from tests.model_server.server import ModelServer, ThreadedServer


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A running server; set `model_server.script` before use. Fails the test on a malformed request."""
    with ThreadedServer(ModelServer(always(HttpError(400, "the test set no script")))) as server:
        yield server
    assert server.malformed == []

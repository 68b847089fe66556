"""A browser for these tests, an app for each of them, and nothing that the browser complained of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.review import server
from tests.review.browser import chromium
from tests.review.browser.access import SCREEN
from tests.review.browser.watch import Watch

Serve = Callable[..., server.Served]
SignIn = Callable[..., Page]
PATIENCE_MS = 15_000


# For this package alone: while a browser runs, nothing else in this thread can start an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Where there is none, these tests are skipped, and in CI they fail."""
    if (why := chromium.missing()) is not None:
        (pytest.fail if chromium.must_be_there() else pytest.skip)(why)
    with chromium.launched() as running:
        yield running


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts the app on a store; it ends with the test."""
    with ExitStack() as running:

        def start(store: Path, *options: str, port: int = 0) -> server.Served:
            return running.enter_context(server.served(store, *options, port=port))

        yield start


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the browser complains of; the test fails if that is anything unexpected."""
    watching = Watch()
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def sign_in(browser: Browser, watch: Watch) -> Iterator[SignIn]:
    """Opens a browser profile of its own in which someone is signed in to an app."""
    with ExitStack() as opened:

        def enter(app: server.Served, name: str | None = server.A, **options: Any) -> Page:
            context = browser.new_context(viewport=SCREEN, **options)
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = watch.context(context).new_page()
            page.goto(app.links[name])
            page.wait_for_url(f"{app.url}/runs")  # the entrance leads on by itself
            return page

        yield enter

"""The Chromium that the browser tests drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Its path, where one of the usual names is on PATH."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Why browser tests cannot run, or None."""
    return None if find() else f"none of {', '.join(NAMES)} is on PATH; `make browser` installs Chromium"


def must_be_there() -> bool:
    """Whether its absence is a failure, as in CI."""
    return bool(os.environ.get("CI"))


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser without a window. While it runs, this thread has a running event loop."""
    # Without its sandbox, since containers seldom allow it; it only ever sees our own pages.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()

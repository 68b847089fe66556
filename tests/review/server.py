"""The review app as a user starts it: a process of its own, reached over its socket."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.console.harness import Background

A, B, C = REVIEWERS = ("A. Reviewer", "B. Reviewer", "C. Reviewer")
START_S = 60.0


@dataclass(frozen=True)
class Served:
    """A running app. `links` has for each reviewer, and for a viewer under None, the link that signs in."""

    process: Background
    url: str
    links: dict[str | None, str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone; a second call does nothing."""
        self.process.kill()


def start(store: Path, *options: str, port: int = 0) -> Served:
    """Start the app on a store and wait until it answers."""
    named = [word for name in REVIEWERS for word in ("--reviewer", name)]
    process = Background(
        store.parent, "review", "--store", store, "--port", str(port), "--json", *named, *options
    )
    try:
        said = announced(process)
        links = {one["name"]: one["link"] for one in said["reviewers"]}
        with urllib.request.urlopen(links[None], timeout=START_S) as answer:
            answer.read()
    except BaseException:
        process.kill()
        raise
    return Served(process, said["url"], links)


@contextmanager
def served(store: Path, *options: str, port: int = 0) -> Iterator[Served]:
    """The app on a store, until the block ends."""
    running = start(store, *options, port=port)
    try:
        yield running
    finally:
        running.kill()


def announced(process: Background) -> dict[str, Any]:
    """The document that the command prints once it listens."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            said: dict[str, Any] = json.loads(process.out())
        except ValueError:
            assert process.process.is_alive(), f"the app ended: {process.err()}"
            time.sleep(0.01)
        else:
            return said
    raise AssertionError(f"the app said nothing in {START_S} s: {process.err()}")

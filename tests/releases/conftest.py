from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from releases.rows import source_of
from releases.write import Asked, Released, write_release
from store.store import Store
from tests.releases.desk import Made, make_store

Publish = Callable[..., Released]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_store(tmp_path)


@pytest.fixture
def publish() -> Publish:
    """Writes a release of a store's runs, without the checks that come before."""

    def write(
        made: Made, out: Path, version: str = "1.0.0", *, names: bool = False, **asked: Any
    ) -> Released:
        given = {"spdx": "MIT", "attribution": "Nobody et al. 2026", **asked}
        with Store.open(made.path, read_only=True) as store:
            source = source_of(store, store.runs(), name_reviewers=names)
            return write_release(source, out, Asked(version, **given))

    return write

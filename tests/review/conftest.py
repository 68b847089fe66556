"""Stores to review: those of the store's own tests, and runs made once for all workers and copied."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from starlette.testclient import TestClient

from store.store import Store
from tests.review import stores
from tests.review.cases import Case, planted
from tests.review.web import A, browse
from tests.store.conftest import full, ids, path, run, store

__all__ = ["full", "ids", "path", "run", "store"]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Path], None]], Path]:
    """The store that a function makes, made by the first worker that asks; it must not be written to."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made"

    def store(make: Callable[[Path], None]) -> Path:
        folder = shared / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        finished = folder / "finished"
        with FileLock(folder / "lock"):
            if not finished.exists():
                make(folder / "labels.db")
                finished.touch()
        return folder / "labels.db"

    return store


@pytest.fixture
def clinic_store(made_once: Callable[[Callable[[Path], None]], Path], tmp_path: Path) -> Path:
    """A store with an offline run on the clinic example."""
    return stores.copy(made_once(stores.clinic), tmp_path / "clinic.db")


@pytest.fixture
def conventions_store(made_once: Callable[[Callable[[Path], None]], Path], tmp_path: Path) -> Path:
    """A store with an offline run on the conventions example."""
    return stores.copy(made_once(stores.conventions), tmp_path / "conventions.db")


@pytest.fixture
def hostile_store(made_once: Callable[[Callable[[Path], None]], Path], tmp_path: Path) -> Path:
    """A store with notes that try to break out of the page."""
    return stores.copy(made_once(stores.hostile), tmp_path / "hostile.db")


@pytest.fixture
def medcalc_store(made_once: Callable[[Callable[[Path], None]], Path], tmp_path: Path) -> Path:
    """A store with an offline run on instances of MedCalc-Bench."""
    if not stores.MEDCALC.exists():
        pytest.skip(f"{stores.MEDCALC} is not there")
    return stores.copy(made_once(stores.medcalc), tmp_path / "medcalc.db")


@pytest.fixture
def panels_store(made_once: Callable[[Callable[[Path], None]], Path], tmp_path: Path) -> Path:
    """A store whose instances all wait for people."""
    return stores.copy(made_once(stores.panels), tmp_path / "panels.db")


@pytest.fixture
def case(store: Store) -> Case:
    """An instance in which every sealed value is unmistakable."""
    return planted(store)


@pytest.fixture
def a(case: Case) -> TestClient:
    """A reviewer who has its store open."""
    return browse(case.store, A)

"""Stores to report on: those of the review app's tests."""

from tests.review.conftest import clinic_store, made_once
from tests.store.conftest import path, store

__all__ = ["clinic_store", "made_once", "path", "store"]

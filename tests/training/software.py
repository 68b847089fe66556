"""Whether what `make train` installs is there; where it should be and is not, tests fail."""

from __future__ import annotations

import importlib.util
import os

import pytest

MISSING = [name for name in ("torch", "trl", "transformers") if importlib.util.find_spec(name) is None]


def needed() -> None:
    """Skip a test that needs the software for training."""
    if MISSING and os.environ.get("CI"):
        pytest.fail(f"{', '.join(MISSING)} should be there: make train")
    if MISSING:
        pytest.skip(f"{', '.join(MISSING)} is not there: make train")

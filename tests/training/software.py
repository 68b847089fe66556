"""Whether what `make train` installs is there."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

from training.contract import PACKAGES


def needed() -> None:
    """Skip a test that trains where the software for it is absent; in CI, fail."""
    if lacking := [name for name in PACKAGES if find_spec(name) is None]:
        why = f"{', '.join(lacking)} is not installed; `make train` adds it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)

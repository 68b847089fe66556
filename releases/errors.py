"""What can go wrong with a release; every message names the place and the way out."""

from __future__ import annotations


class ReleaseError(Exception):
    """A release that cannot be written, read or compared."""

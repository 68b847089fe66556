"""What can go wrong before the review app serves anything; every message names the way out."""

from __future__ import annotations


class ReviewError(Exception):
    """The app cannot be started as asked."""

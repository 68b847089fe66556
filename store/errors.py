"""What can go wrong with a store; every message names the place and the way out."""

# ruff: noqa: N818  the names already say that something is wrong

from __future__ import annotations


class StoreError(Exception):
    """Base of every error that the store raises on purpose."""


class StoreMissing(StoreError):
    """There is no file at the path."""


class NotAStore(StoreError):
    """The file is not one that Steward wrote."""


class StoreVersionError(StoreError):
    """The schema is newer than this program, or older and not writable."""


class StoreUnwritable(StoreError):
    """The directory or the file cannot be written, or its disk is full."""


class ReadOnlyStore(StoreError):
    """A write was asked of a store that was opened for reading."""


class UnknownRecord(StoreError):
    """No run, instance or label has that id or prefix."""


class AmbiguousReference(StoreError):
    """A prefix matches several ids."""


class LabelConflict(StoreError):
    """An instance already has another label; labels are superseded, never replaced."""


class WriterClosed(StoreError):
    """A write was handed to a group writer that is closed or was never opened."""


class AlreadyReserved(StoreError):
    """Other reviewers have the instance open. `until` is in seconds since 1970."""

    def __init__(self, instance_id: str, reviewer: str, until: float) -> None:
        super().__init__(f"instance {instance_id} is reserved by {reviewer}; take up another one meanwhile")
        self.reviewer = reviewer
        self.until = until


class DraftTooLarge(StoreError):
    """A draft with more text than a review can have."""

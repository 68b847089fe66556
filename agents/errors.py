"""How a role can fail. Which of these it is decides whether a vote, an instance or the run is affected."""

from __future__ import annotations


class FailedVoteError(Exception):
    """The model gives no valid output: it refuses, is cut off, or stays wrong in schema or evidence.

    It becomes a failed vote: recorded, counted in the denominator, never replaced by a default.
    """


class RequestRejectedError(FailedVoteError):
    """The server refuses this request. Before any reply has come, that says more of the set-up than of it."""


class ModelUnavailableError(Exception):
    """The server gave no reply within all retries. The instance stays open; `resume` tries again."""


class ModelRejectedError(Exception):
    """The server refuses this account, model or address. Every further call would fail: the run stops."""


class BudgetReachedError(Exception):
    """The run has spent what it may. Nothing is lost: it goes on with a higher budget."""


class DrainedError(Exception):
    """The run is ending while a request waits in a batch at its provider. `resume` collects what comes."""

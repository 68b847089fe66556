"""The evidence against an instance's original label: what votes and stored inputs say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.audit import Unreadable, check_stored
from benchmarks.model import Instance
from calculators.registry import find, get
from consensus.model import Vote
from consensus.triage import AuditFinding, Evidence, StoredCheck, vote_evidence
from consensus.votes import tally


def stored_check(
    instance: Instance, column: str | None, conventions: Mapping[str, str]
) -> StoredCheck | None:
    """Whether the label contradicts the inputs stored in a column of its row.

    `conventions`: convention → option, of those that are fixed; a label may follow any option of the others.
    None where there is no column or no registered calculator.
    """
    if column is None or column not in instance.row or find(instance.calculator or "") is None:
        return None
    found = check_stored(instance, instance.row[column], conventions)
    contradicts = None if isinstance(found, Unreadable) else found.contradicts
    return StoredCheck(contradicts=contradicts, by=checker(instance.calculator or ""))


def checker(calculator: str) -> str:
    """A registered calculator with its version, as `StoredCheck.by` names it."""
    return f"{calculator} {get(calculator).version}"


def evidence_of(
    instance: Instance,
    votes: Sequence[Vote],
    column: str | None,
    conventions: Mapping[str, str],
    finding: AuditFinding | None,
) -> Evidence:
    """The evidence from an instance's votes, all that a run has drawn, its stored inputs and its audit."""
    voted = vote_evidence(votes, tally(votes, instance.spec), instance.label, instance.spec)
    stored = stored_check(instance, column, conventions)
    return voted.model_copy(update={"stored": stored, "finding": finding})

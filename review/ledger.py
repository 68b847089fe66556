"""Decisions, labels and retractions of one instance, in the order in which they were recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from answers.figures import duration
from answers.model import Answer
from consensus.conventions import settled_words
from store.records import DecisionRecord, LabelRecord, RetractionRecord
from store.tracing import Ending

Fate = Literal["stands", "superseded", "retracted"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `fate` is what became of a label: `stands`, `superseded` or `retracted`; else None."""

    at: dt.datetime
    what: str
    who: str
    answer: Answer | None
    status: str | None
    facts: tuple[str, ...]
    note: str
    fate: Fate | None
    carried_from: str | None
    """The instance from which a decision was carried over."""


def entries(bundle: Ending, sources: Mapping[int, str], label_word: str = "label") -> list[Entry]:
    """The ledger; `sources` maps a decision that was carried over to the instance on which it was taken.

    `label_word` is what a label is called there: of a cell it is a verdict.
    """
    retracted = {retraction.label_id for retraction in bundle.retractions}
    found = [_decision(decision, sources) for decision in bundle.decisions]
    for label in bundle.labels:
        gone: Fate = "retracted" if label.id in retracted else "superseded"
        found.append(_label(label, "stands" if label is bundle.label else gone, label_word))
    found += [_retraction(retraction) for retraction in bundle.retractions]
    return sorted(found, key=lambda entry: entry.at)


_STANDING = {
    "final": "decision",
    "opinion": "opinion",
    "dispute": "opinion that contradicts another",
    "adjudication": "adjudication",
}


def kind_of(decision: DecisionRecord) -> str:
    """What a decision is, in words."""
    return "blind answer" if decision.blind else _STANDING[decision.standing]


def facts_of(decision: DecisionRecord) -> list[str]:
    """What a reviewer said beside the answer and the reason."""
    # An adjudicator's own answer may be that of one of the reviewers.
    chosen = decision.choice and not (decision.choice == "mine" and decision.standing == "adjudication")
    facts = [f"chose: {decision.choice.replace('_', ' ')}"] if decision.choice and chosen else []
    facts += [f"error type: {decision.error_type.replace('_', ' ')}"] if decision.error_type else []
    facts += [f"confidence: {decision.confidence}"] if decision.confidence else []
    facts += [f"time spent: {duration(decision.seconds)}"] if decision.seconds is not None else []
    return facts


def _decision(decision: DecisionRecord, sources: Mapping[int, str]) -> Entry:
    facts = facts_of(decision)
    facts += [settled_words(decision.conventions)] if decision.conventions else []
    source = decision.propagated_from
    return Entry(
        at=decision.created_at,
        what=kind_of(decision),
        who=decision.reviewer,
        answer=decision.answer,
        status=decision.status,
        facts=tuple(facts),
        note=decision.note,
        fate=None,
        carried_from=None if source is None else sources.get(source),
    )


def _retraction(retraction: RetractionRecord) -> Entry:
    return Entry(
        at=retraction.created_at,
        what="retraction",
        who=retraction.reviewer,
        answer=None,
        status=None,
        facts=(),
        note=retraction.reason,
        fate=None,
        carried_from=None,
    )


def _label(label: LabelRecord, fate: Fate, what: str) -> Entry:
    return Entry(
        at=label.created_at,
        what=what,
        who=label.decided_by,
        answer=label.answer,
        status=label.status,
        facts=(f"reason: {label.reason}",) if label.reason else (),
        note="",
        fate=fate,
        carried_from=None,
    )

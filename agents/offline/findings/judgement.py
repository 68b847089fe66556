"""What a single statement says of its finding: yes, no, a hint, or that it is open."""

from __future__ import annotations

from typing import Literal

import regex

from agents.offline.findings.statements import Statement
from agents.offline.language.terms import Terms

Verdict = Literal["yes", "no", "hint", "open"]

_NEGATIVE = regex.compile(r"(?:no|not|without|absent|unable|does not|did not|do not)\b")
"""Words that are a negation themselves ("no eye opening"): what is denied before them is something else."""
_OLD_DAYS = 3.0
"""From how many days before the presentation an event is the history's."""
_PRESENT_ILLNESS_DAYS = 31.0
"""Up to how many days before the presentation a symptom belongs to it."""


def judge(statement: Statement, terms: Terms) -> Verdict | None:
    """The verdict; None for what is not the patient's, is only conceivable, or is of another time."""
    held = statement.context
    if held.other_person != terms.relatives or (held.hypothetical and not (held.denied or terms.planned)):
        return None
    if statement.role == "denies":
        return "open" if held.uncertain else "yes" if statement.negated else "no"
    if held.denied and (statement.negated or not _NEGATIVE.match(statement.words)):
        if statement.role == "hints":
            return None
        return "no" if terms.past != "only" or held.history or held.past else None
    if not _timely(statement, terms):
        return None
    if held.uncertain:
        return "open"
    if statement.role in ("names", "hints"):
        return "hint"
    return "open" if terms.dated and statement.days_ago is None else "yes"


def _timely(statement: Statement, terms: Terms) -> bool:
    held, days = statement.context, statement.days_ago
    before = held.history or held.past or statement.place.phase == "history"
    if terms.past == "only":
        return before or (days is not None and days >= _OLD_DAYS)
    if terms.past == "never":
        recent = days is None or days <= _PRESENT_ILLNESS_DAYS
        return recent and not held.past and statement.section != "history"
    if terms.within_days is None:
        return True
    if days is not None:
        return days <= terms.within_days
    if held.past or held.history:
        return False
    return not (terms.dated and statement.later)

"""What differs between two releases or label files, and why: each changed row explained from both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from pydantic import JsonValue

from answers.agreement import agrees
from answers.model import AgreementRule, AnswerSpec
from releases.explain import because
from releases.model import ReleaseRow

Change = Literal[
    "newly_resolved", "open_again", "retracted", "label", "value", "status", "original", "limits", "task"
]
"""What became of a row; the first that applies.

`label`: the two labels disagree; `value`: they agree under the rule and are not the same; `limits`: the rule
is another; `task`: question, context or kind of answer.
"""
CHANGES: tuple[Change, ...] = get_args(Change)
_WITHOUT = ("unresolved", "retracted")


@dataclass(frozen=True)
class Side:
    """One of the two: rows by source id, and the contracts that they name."""

    name: str
    rows: Mapping[str, ReleaseRow]
    contracts: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class RowChange:
    """One row that both sides have and that says something else."""

    source_id: str
    calculator: str
    change: Change
    before: ReleaseRow
    after: ReleaseRow
    because: tuple[str, ...]


@dataclass(frozen=True)
class Diff:
    """Two sides compared; `same` counts the rows that say the same."""

    before: str
    after: str
    added: tuple[ReleaseRow, ...]
    removed: tuple[ReleaseRow, ...]
    changed: tuple[RowChange, ...]
    same: int

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return bool(self.added or self.removed or self.changed)

    def counts(self) -> dict[Change, int]:
        """Changed rows by what became of them."""
        found = Counter(change.change for change in self.changed)
        return {change: found[change] for change in CHANGES if found[change]}

    def by_calculator(self) -> dict[str, Counter[Change]]:
        """Calculator → changed rows by what became of them, in the order of names."""
        groups: dict[str, Counter[Change]] = {}
        for change in sorted(self.changed, key=lambda change: change.calculator):
            groups.setdefault(change.calculator, Counter())[change.change] += 1
        return groups


def compare(before: Side, after: Side) -> Diff:
    """Rows are the same instance where they have the same source id; they come in the order of `after`."""
    both = [key for key in after.rows if key in before.rows]
    changed = tuple(_changes(before, after, both))
    return Diff(
        before=before.name,
        after=after.name,
        added=tuple(row for key, row in after.rows.items() if key not in before.rows),
        removed=tuple(row for key, row in before.rows.items() if key not in after.rows),
        changed=changed,
        same=len(both) - len(changed),
    )


def _changes(before: Side, after: Side, ids: Sequence[str]) -> Iterator[RowChange]:
    for key in ids:
        old, new = before.rows[key], after.rows[key]
        change = change_of(old, new)
        if change is not None:
            why = because(old, new, before.contracts, after.contracts)
            yield RowChange(key, task_name(new), change, old, new, why)


def task_name(row: ReleaseRow) -> str:
    """What a row asks for, as the summary groups it."""
    return row.calculator_name or row.calculator or row.category or "-"


def change_of(old: ReleaseRow, new: ReleaseRow) -> Change | None:
    """What became of a row; None where it says the same. How it came about does not count."""
    found: dict[Change, bool] = {
        "retracted": new.label_status == "retracted" != old.label_status,
        "newly_resolved": old.label_status in _WITHOUT and new.label_status not in _WITHOUT,
        "open_again": old.label_status not in _WITHOUT and new.label_status in _WITHOUT,
        "label": not _same_answer(old, new),
        "value": old.label != new.label or old.answer != new.answer,
        "status": old.label_status != new.label_status,
        "original": old.original_label != new.original_label,
        "limits": (old.lower_limit, old.upper_limit, old.rule, old.tolerance)
        != (new.lower_limit, new.upper_limit, new.rule, new.tolerance),
        "task": (old.instance, old.answer_kind, old.unit, old.options)
        != (new.instance, new.answer_kind, new.unit, new.options),
    }
    return next((change for change, applies in found.items() if applies), None)


def _same_answer(old: ReleaseRow, new: ReleaseRow) -> bool:
    if old.answer is None or new.answer is None:
        return old.answer is new.answer
    rule = AgreementRule(kind=new.rule, tolerance=new.tolerance)
    return agrees(old.answer, new.answer, AnswerSpec(kind=new.answer_kind, unit=new.unit, agreement=rule))

"""What changed since the release before, in words: CHANGELOG.md."""

from __future__ import annotations

from collections.abc import Iterator

from answers.figures import numbered
from answers.markdown import inert, table
from releases.diff import CHANGES, Change, Diff, RowChange
from releases.facts import Facts
from releases.model import ReleaseRow

CHANGELOG = "CHANGELOG.md"
HEADING = "# Changelog"

CHANGE_WORDS: dict[Change, str] = {
    "newly_resolved": "newly resolved",
    "open_again": "open again",
    "retracted": "retracted",
    "label": "another label",
    "value": "another value within the tolerance",
    "status": "another status",
    "original": "another original label",
    "limits": "other limits",
    "task": "another task",
}


def changelog(facts: Facts, diff: Diff | None, before: str = "") -> str:
    """The changelog with this release on top; `before` is that of the release before, carried over."""
    lines = [HEADING, "", f"## {facts.identity.version}", "", f"Labels as of {facts.as_of:%Y-%m-%d}.", ""]
    if diff is None:
        lines.append(f"First release: {facts.rows} rows ({numbered(facts.status)}).")
    else:
        lines += _changes(diff)
    older = before.removeprefix(HEADING).strip()
    return "\n".join(lines).rstrip() + "\n" + (f"\n{older}\n" if older else "")


def _changes(diff: Diff) -> Iterator[str]:
    yield f"Against {diff.before}: {diff_words(diff)}."
    for change in CHANGES:
        rows = [row for row in diff.changed if row.change == change]
        if rows:
            yield f"\n### {CHANGE_WORDS[change].capitalize()} ({len(rows)})\n"
            yield from table(("id", "calculator", "before", "now", "why"), map(_cells, rows))
    for title, found in (("Added", diff.added), ("Removed", diff.removed)):
        if found:
            yield f"\n### {title} ({len(found)})\n"
            yield from (f"- {inert(row.source_id)}: {inert(said(row))}" for row in found)


def diff_words(diff: Diff) -> str:
    """The counts in one line."""
    kinds = numbered({CHANGE_WORDS[change]: count for change, count in diff.counts().items()})
    rows = len(diff.changed)
    changed = f"{rows} row{'s' * (rows != 1)} changed" + (f" ({kinds})" if kinds else "")
    return f"{changed}, {len(diff.added)} added, {len(diff.removed)} removed, {diff.same} as before"


def _cells(change: RowChange) -> tuple[str, ...]:
    why = "; ".join(change.because)
    return change.source_id, change.calculator, said(change.before), said(change.after), why


def said(row: ReleaseRow) -> str:
    """The label of a row, or why it has none, with its status."""
    if row.label is None:
        return row.label_status
    return row.label if row.label_status == "confirmed" else f"{row.label} ({row.label_status})"

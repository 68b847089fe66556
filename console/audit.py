"""What the audit prints: the same facts as JSON and as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from answers.figures import numbered
from benchmarks.audit import Audit, AuditRow
from calculators.mistakes.search import CAUSES
from console.views import table_lines

UNREGISTERED = "none registered"


def audit_facts(name: str, audit: Audit) -> dict[str, JsonValue]:
    """An audit in figures, and every row of it."""
    by_calculator = _by_calculator(audit.rows)
    return {
        "benchmark": name,
        "id_column": audit.id_column,
        **_counts(audit.rows),
        "not_checkable_because": dict(_reasons(audit.rows)),
        "by_calculator": {calculator: _counts(rows) for calculator, rows in by_calculator.items()},
        "corrections": _corrections(audit.rows),
        "rows": [_row_facts(audit, row) for row in audit.rows],
    }


def audit_lines(name: str, audit: Audit) -> Iterator[str]:
    """An audit in a few lines, and a line for each calculator."""
    rows = audit.rows
    counts = _counts(rows)
    yield f"Audit of {name} ({len(rows)} labels) against its stored inputs"
    yield f"  contradicted     {counts['contradicted']:>6}   {numbered(_causes(rows))}".rstrip()
    other = sum(row.contradicts is False and bool(row.detail) for row in rows)
    only = f"{other} of them only under another option of an open convention" if other else ""
    yield f"  agree            {counts['agree']:>6}   {only}".rstrip()
    yield f"  not checkable    {counts['not_checkable']:>6}   {numbered(_reasons(rows))}".rstrip()
    if proposed := _corrections(rows):
        yield f"  unit corrections {proposed:>6}   proposed, and computed with"
    yield ""
    facts: list[dict[str, JsonValue]] = [
        {"calculator": calculator, **_counts(some), "causes": numbered(_causes(some))}
        for calculator, some in _by_calculator(rows).items()
    ]
    columns = ("calculator", "labels", "contradicted", "agree", "not_checkable", "causes")
    yield from table_lines(facts, columns, {"not_checkable": "not checkable"})


def _counts(rows: Sequence[AuditRow]) -> dict[str, JsonValue]:
    verdicts = Counter(row.contradicts for row in rows)
    return {
        "labels": len(rows),
        "contradicted": verdicts[True],
        "agree": verdicts[False],
        "not_checkable": verdicts[None],
        "by_cause": dict(_causes(rows)),
    }


def _causes(rows: Sequence[AuditRow]) -> dict[str, int]:
    counts = Counter(row.cause for row in rows)
    return {cause: counts[cause] for cause in CAUSES if counts[cause]}


def _reasons(rows: Sequence[AuditRow]) -> dict[str, int]:
    return dict(Counter(row.not_checkable for row in rows if row.not_checkable).most_common())


def _by_calculator(rows: Sequence[AuditRow]) -> dict[str, list[AuditRow]]:
    """In the order of their names; rows without a calculator last."""
    groups: dict[str, list[AuditRow]] = {}
    for row in sorted(rows, key=lambda row: (row.calculator is None, row.calculator or "")):
        groups.setdefault(row.calculator or UNREGISTERED, []).append(row)
    return groups


def _corrections(rows: Sequence[AuditRow]) -> int:
    return sum(len(row.check.corrections) for row in rows if row.check is not None)


def _row_facts(audit: Audit, row: AuditRow) -> dict[str, JsonValue]:
    """The row under the names of the CSV file."""
    cells: dict[str, JsonValue] = {**row.cells(), "contradicts": row.contradicts}
    return dict(zip(audit.header(), (row.source_id, *cells.values()), strict=True))

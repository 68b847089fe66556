"""What a section of a report is made of."""

from __future__ import annotations

from dataclasses import dataclass

from answers.figures import between, percent
from reports.model import Share
from reports.svg import Figure


@dataclass(frozen=True)
class Table:
    """A table: columns with their names, those of figures marked, and rows of texts."""

    caption: str
    columns: tuple[tuple[str, bool], ...]
    """(name, whether it holds figures)."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Said:
    """One message of a conversation that is shown; the other side is the prober."""

    who: str
    text: str
    by_target: bool


@dataclass(frozen=True)
class Card:
    """One thing that a section shows by itself; its conversation is folded away under `summary`."""

    id: str
    title: str
    text: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    summary: str = ""
    folded: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Section:
    """One section. Folded away are `notes`, and `source`, a text shown as it is under `source_title`."""

    id: str
    title: str
    text: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    source_title: str = ""
    cards: tuple[Card, ...] = ()


def without_empty(table: Table) -> Table:
    """The table without the columns that no row says anything in."""
    kept = [n for n in range(len(table.columns)) if n == 0 or any(row[n] for row in table.rows)]
    return Table(
        table.caption,
        tuple(table.columns[n] for n in kept),
        tuple(tuple(row[n] for n in kept) for row in table.rows),
    )


def share(value: Share) -> str:
    """`27.3% (95% CI 24.7% to 30.1%)`."""
    if value.share is None:
        return "none"
    return f"{percent(value.share)} (95% CI {between(value.low, value.high)})"

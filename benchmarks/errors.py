"""What can be wrong with a source as a whole, and with one of its rows."""

from __future__ import annotations

SHOWN = 120
"""Characters of a value that a message quotes; a note can be a megabyte."""


def shorten(value: str) -> str:
    """At most SHOWN characters of a value."""
    return value if len(value) <= SHOWN else value[: SHOWN - 3] + "..."


class BenchmarkError(ValueError):
    """A source that cannot be read as a benchmark. The message names the place, the value and the way out."""

    def __init__(
        self,
        source: str,
        problem: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        place = source
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column!r}"
        shown = "" if value is None else f" (value {shorten(value)!r})"
        super().__init__(f"{place}: {problem}{shown}")
        self.source = source
        self.row = row
        self.column = column


class RowProblem(Exception):  # noqa: N818 - not an error of the program: it becomes a Rejection
    """Why one row cannot become an instance."""

    def __init__(self, column: str, value: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column
        self.value = value
        self.problem = problem

"""The page about releases names the columns that a release has, and no other."""

from __future__ import annotations

from releases.schema import COLUMNS
from releases.table import ADDED
from tests.docs.pages import text

PAGE = "docs/release.md"


def test_the_page_has_the_columns_of_the_labels() -> None:
    section = text(PAGE).split("## Columns of labels.parquet")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    optional = {True: "yes", False: ""}
    assert rows == [f"| `{c.name}` | {c.type} | {optional[c.optional]} | {c.meaning} |" for c in COLUMNS]


def test_the_page_has_the_columns_that_the_csv_adds() -> None:
    (line,) = (line for line in text(PAGE).splitlines() if line.startswith("| `labels.csv`"))
    assert f"then {', '.join(f'`{name}`' for name in ADDED[:-1])} and `{ADDED[-1]}`" in line

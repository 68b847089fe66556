from __future__ import annotations

import csv
from pathlib import Path

import pytest

from answers.paper_rule import first_number, item_kind, paper_agrees

PHYSICIANS = Path(__file__).parents[3] / "shared" / "data" / "medcalc" / "physician50.csv"


@pytest.mark.parametrize(
    ("reference", "candidate", "together", "same"),
    [
        ("4", "5", ("5", "3"), True),
        ("4", "6", ("6", "3"), False),
        ("20", "19", ("19", "20"), True),
        ("20", "19", ("19", "27"), True),  # continuous because of 27, and 1 is just 5% of 20
        ("100", "105", (), True),
        ("100", "105.2", (), False),
        ("-100", "-105", (), True),
        ("1", "1.06", (), False),
        ("78.1 ml/hr", "78.1", ("78.1", "70"), True),
        ("N/A", "N/A", ("3", "N/A"), True),
        ("N/A", "3", ("3", "N/A"), False),
        ("Not applicable", "4", ("2", "4"), False),
        ("3", "N/A", ("3", "N/A"), False),
        ("Multiple", "26", ("30", "26"), False),
        ("", "26", ("26",), False),
    ],
)
def test_rule(reference: str, candidate: str, together: tuple[str, ...], same: bool) -> None:
    assert paper_agrees(reference, candidate, together) is same


def test_the_other_values_decide_between_ordinal_and_continuous() -> None:
    assert paper_agrees("11", "10", ("10", "12"))
    assert not paper_agrees("11", "10", ("10", "22"))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("78.1 ml/hr", 78.1), ("about −3.5", -3.5), ("(5 weeks, 6 days)", 5), ("none", None), ("9" * 400, None)],
)
def test_first_number(cell: str, value: float | None) -> None:
    assert first_number(cell) == value


@pytest.mark.parametrize(
    ("reference", "together", "kind"),
    [
        ("4", ("5", "20"), "ordinal"),
        ("4", ("5", "21"), "continuous"),
        ("4", ("5", "4.5 points"), "continuous"),
        ("4", ("N/A", ""), "ordinal"),
        ("N/A", ("5.5", "3"), "incomputable"),
        ("Multiple", ("5.5", "3"), "no_number"),
        ("", ("5.5",), "no_number"),
    ],
)
def test_the_kind_of_an_item(reference: str, together: tuple[str, ...], kind: str) -> None:
    assert item_kind(reference, together) == kind


@pytest.mark.skipif(not PHYSICIANS.exists(), reason="the physicians' table is not part of the project")
def test_published_counts() -> None:
    with PHYSICIANS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    counts = {
        system: sum(
            paper_agrees(row["physician"], row[system], (row["y_orig"], row["y_new"])) for row in rows
        )
        for system in ("y_orig", "y_new")
    }
    assert (len(rows), counts) == (50, {"y_orig": 10, "y_new": 37})

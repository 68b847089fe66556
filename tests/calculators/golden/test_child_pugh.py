"""Child-Pugh: the table of Pugh 1973 with INR, as in Harrison's Principles (20th ed.) and MDCalc."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, score

HEALTHY: dict[str, Given] = {
    "bilirubin": 0.8,
    "albumin": 4.2,
    "inr": 1.0,
    "ascites": "absent",
    "encephalopathy": "grade 0",
}

EDGES: list[tuple[str, Given, int]] = [
    ("bilirubin", 1.99, 1),
    ("bilirubin", 2.0, 2),
    ("bilirubin", 3.0, 2),
    ("bilirubin", 3.01, 3),
    ("bilirubin", (34.0, "µmol/L"), 1),
    ("bilirubin", (35.0, "µmol/L"), 2),
    ("bilirubin", (51.0, "µmol/L"), 2),
    ("bilirubin", (52.0, "µmol/L"), 3),
    ("albumin", 3.51, 1),
    ("albumin", 3.5, 2),
    ("albumin", 2.8, 2),
    ("albumin", 2.79, 3),
    ("albumin", (35.0, "g/L"), 2),
    ("albumin", (28.0, "g/L"), 2),
    ("albumin", (27.0, "g/L"), 3),
    ("inr", 1.69, 1),
    ("inr", 1.7, 2),
    ("inr", 2.3, 2),
    ("inr", 2.31, 3),
    ("ascites", "absent", 1),
    ("ascites", "slight", 2),
    ("ascites", "moderate", 3),
    ("encephalopathy", "grade 0", 1),
    ("encephalopathy", "grade 1-2", 2),
    ("encephalopathy", "grade 3-4", 3),
]


@pytest.mark.parametrize(("name", "value", "points"), EDGES)
def test_each_band_begins_where_the_table_says(name: str, value: Given, points: int) -> None:
    assert score("child_pugh", **{**HEALTHY, name: value}) == 4 + points


def test_the_best_and_the_worst_patient() -> None:
    assert score("child_pugh", **HEALTHY) == 5
    assert (
        score(
            "child_pugh", bilirubin=12, albumin=2.0, inr=3.1, ascites="moderate", encephalopathy="grade 3-4"
        )
        == 15
    )


def test_a_patient_of_class_b() -> None:
    # 2 + 2 + 1 + 2 + 1, class B (7 to 9) of Harrison's table
    assert (
        score("child_pugh", bilirubin=2.4, albumin=3.1, inr=1.5, ascites="slight", encephalopathy="grade 0")
        == 8
    )


def test_what_a_note_on_cirrhosis_does_not_mention_is_not_there() -> None:
    laboratory: dict[str, Given] = {"bilirubin": 2.4, "albumin": 3.1, "inr": 1.5}
    assert score("child_pugh", **laboratory) == 2 + 2 + 1 + 1 + 1
    assert answer("child_pugh", **{**laboratory, "inr": None}).kind == "incomputable"

"""Dosing: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import number

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    (
        "steroid_conversion",
        {"from_drug": "prednisone PO", "from_dose": 40, "to_drug": "hydrocortisone IV"},
        160.0,
        "× 4",
    ),
    (
        "steroid_conversion",
        {"from_drug": "prednisone PO", "from_dose": 40, "to_drug": "dexamethasone PO"},
        6.0,
        "× 0.15",
    ),
    (
        "steroid_conversion",
        {"from_drug": "MethylPrednisoLONE IV", "from_dose": (1, "g"), "to_drug": "PredniSONE PO"},
        1250.0,
        "× 1.25",
    ),
    (
        "morphine_milligram_equivalents",
        {"hydrocodone_dose": 5, "hydrocodone_per_day": 4},
        20.0,
        "CDC 2022: hydrocodone 5 mg four times a day is 20 MME",
    ),
    (
        "morphine_milligram_equivalents",
        {"oxycodone_dose": 10, "oxycodone_per_day": 2},
        30.0,
        "CDC 2022: oxycodone 10 mg twice a day is 30 MME",
    ),
    (
        "morphine_milligram_equivalents",
        {"fentanyl_patch_dose": 25, "fentanyl_patch_per_day": 1, "morphine_dose": 15, "morphine_per_day": 2},
        90.0,
        "25 µg/h × 2.4 + 30",
    ),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


class TestDosing:
    # Liu 2013, table 1: mg that equal 20 mg of hydrocortisone; (betamethasone 0.75 as in Meikle 1977)
    @pytest.mark.parametrize(
        ("drug", "equivalent"),
        [
            ("betamethasone IV", 0.75),
            ("cortisone PO", 25),
            ("dexamethasone IV", 0.75),
            ("dexamethasone PO", 0.75),
            ("hydrocortisone PO", 20),
            ("methylprednisolone IV", 4),
            ("methylprednisolone PO", 4),
            ("prednisolone PO", 5),
            ("prednisone PO", 5),
            ("triamcinolone IV", 4),
        ],
    )
    def test_steroids_equal_to_20_mg_of_hydrocortisone(self, drug: str, equivalent: float) -> None:
        result = number("steroid_conversion", from_drug="hydrocortisone IV", from_dose=20, to_drug=drug)
        assert result == pytest.approx(equivalent)

    # CDC 2022, table 2, and CDC 2016, table of conversion factors
    @pytest.mark.parametrize(
        ("opioid", "factor_2022", "factor_2016"),
        [
            ("codeine", 0.15, 0.15),
            ("fentanyl_buccal", 0.13, 0.13),
            ("fentanyl_patch", 2.4, 2.4),
            ("hydrocodone", 1, 1),
            ("hydromorphone", 5, 4),
            ("methadone", 4.7, 4),
            ("morphine", 1, 1),
            ("oxycodone", 1.5, 1.5),
            ("oxymorphone", 3, 3),
            ("tapentadol", 0.4, 0.4),
            ("tramadol", 0.2, 0.1),
        ],
    )
    def test_opioid_factors(self, opioid: str, factor_2022: float, factor_2016: float) -> None:
        inputs: dict[str, Given] = {f"{opioid}_dose": 5, f"{opioid}_per_day": 2}
        name, of_2016 = "morphine_milligram_equivalents", {"opioid_factors": "cdc_2016"}
        assert number(name, **inputs) == pytest.approx(10 * factor_2022)
        assert number(name, of_2016, **inputs) == pytest.approx(10 * factor_2016)


@pytest.mark.parametrize(
    ("dose", "expected"),
    [(10, 40), (20, 80), (21, 168), (30, 240), (40, 320), (41, 410), (60, 600), (61, 732)],
)
def test_methadone_of_2016_depends_on_the_daily_dose(dose: float, expected: float) -> None:
    chosen = {"opioid_factors": "cdc_2016"}
    result = number("morphine_milligram_equivalents", chosen, methadone_dose=dose, methadone_per_day=1)
    assert result == pytest.approx(expected)

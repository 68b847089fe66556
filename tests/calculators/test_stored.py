import datetime as dt

import pytest

from calculators.evaluate import evaluate
from calculators.normalise import InvalidInput
from calculators.registry import get
from calculators.stored import stored_inputs


def read(calculator: str, entities: dict[str, object]) -> dict[str, tuple[object, str | None]]:
    return {i.name: (i.value, i.unit) for i in stored_inputs(get(calculator), entities)}


def test_values_with_units_categories_and_what_is_not_asked_for() -> None:
    entities: dict[str, object] = {
        "sex": "Male ",
        "age": [87, "years"],
        "creatinine": [183.0, "µmol/L"],
        "weight": [48.0, "kg"],
    }
    assert read("ckd_epi_2021", entities) == {
        "sex": ("Male", None),
        "age": (87.0, "years"),
        "creatinine": (183.0, "µmol/L"),
    }


def test_booleans_keep_their_status() -> None:
    entities: dict[str, object] = {
        "Dialysis at least twice in the past week": False,
        "Continuous veno-venous hemodialysis for ≥24 hours in the past week": True,
        "international normalized ratio": 1.26,
    }
    found = {i.name: i for i in stored_inputs(get("meld_na"), entities)}
    assert found["dialysis_twice"].status == "absent"
    assert (found["cvvhd_24h"].status, found["cvvhd_24h"].value) == ("present", True)
    assert (found["inr"].value, found["inr"].unit) == (1.26, "ratio")


def test_dates_and_bare_numbers() -> None:
    assert read("estimated_due_date", {"cycle length": 24, "Last menstrual date": "03/31/2006"}) == {
        "last_menstrual_period": (dt.date(2006, 3, 31), None),
        "cycle_length": (24.0, "days"),
    }


def test_a_drug_with_its_dose() -> None:
    entities: dict[str, object] = {
        "input steroid": ["Hydrocortisone PO", 162.935, "mg"],
        "target steroid": "Dexamethasone PO",
    }
    assert read("steroid_conversion", entities) == {
        "from_drug": ("Hydrocortisone PO", None),
        "from_dose": (162.935, "mg"),
        "to_drug": ("Dexamethasone PO", None),
    }


@pytest.mark.parametrize(("unit", "expected"), [("µL", 165.0), ("m^3", 165.0), ("L", 165e-6)])
def test_counts_whose_unit_is_only_a_volume(unit: str, expected: float) -> None:
    derivation = evaluate(get("fib4"), stored_inputs(get("fib4"), {"Platelet count": [165000.0, unit]}))
    assert derivation.normalised[0].value == pytest.approx(expected)


def test_a_height_in_feet_and_inches() -> None:
    entities: dict[str, object] = {"sex": "Female", "height": [5.0, "ft", 6.0, "in"]}
    derivation = evaluate(get("ideal_body_weight"), stored_inputs(get("ideal_body_weight"), entities))
    assert derivation.normalised[1].value == pytest.approx(167.64)


@pytest.mark.parametrize("value", [["high"], {"value": 3}, None, [1, 2, 3], "tomorrow"])
def test_another_shape_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidInput, match="gestational_age: input 'current_date'"):
        stored_inputs(get("gestational_age"), {"Current Date": value})

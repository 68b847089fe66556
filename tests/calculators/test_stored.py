import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.evaluate import evaluate
from calculators.model import Calculator
from calculators.normalise import InvalidInput
from calculators.registry import all_calculators, get
from calculators.stored import Correction, stored_inputs

Stored = dict[str, object]


def read(calculator: str, entities: Stored) -> dict[str, tuple[object, str | None]]:
    return {i.name: (i.value, i.unit) for i in stored_inputs(get(calculator), entities).inputs}


def corrections(calculator: str, entities: Stored) -> list[tuple[str, str, str]]:
    found = stored_inputs(get(calculator), entities).corrections
    return [(each.name, each.unit, each.proposed) for each in found]


def computed(calculator: str, entities: Stored) -> dict[str, object]:
    derivation = evaluate(get(calculator), stored_inputs(get(calculator), entities).inputs)
    return {value.name: value.value for value in derivation.normalised}


def test_values_with_units_categories_and_what_is_not_asked_for() -> None:
    entities: Stored = {
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


def test_an_input_may_be_stored_under_its_own_name() -> None:
    assert read("body_mass_index", {"weight": [70, "kg"], "height": [175, "cm"]}) == {
        "weight": (70.0, "kg"),
        "height": (175.0, "cm"),
    }


def test_booleans_keep_their_status() -> None:
    entities: Stored = {
        "Dialysis at least twice in the past week": False,
        "Continuous veno-venous hemodialysis for ≥24 hours in the past week": True,
        "international normalized ratio": 1.26,
    }
    found = {i.name: i for i in stored_inputs(get("meld_na"), entities).inputs}
    assert found["dialysis_twice"].status == "absent"
    assert (found["cvvhd_24h"].status, found["cvvhd_24h"].value) == ("present", True)
    assert (found["inr"].value, found["inr"].unit) == (1.26, "ratio")


@pytest.mark.parametrize(
    ("stored", "status"),
    [
        ("Not mentinoed", "not_mentioned"),
        (" not  mentioned ", "not_mentioned"),
        (None, "not_mentioned"),
        ("No", "absent"),
        ("yes", "present"),
        ("No chronic renal failure", "absent"),
        ("Chronic", "present"),
    ],
)
def test_words_in_place_of_true_and_false(stored: object, status: str) -> None:
    found = stored_inputs(get("apache_ii"), {"Chronic Renal Failure": stored}).inputs
    assert {i.name: i.status for i in found}["chronic_renal_failure"] == status


def test_a_degree_that_its_key_names_is_present() -> None:
    found = stored_inputs(get("charlson"), {"Moderate to severe Chronic Kidney Disease": "Severe"}).inputs
    assert [i.status for i in found] == ["present"]


def test_false_of_a_category_is_its_absence_and_true_does_not_say_which() -> None:
    nothing = stored_inputs(get("child_pugh"), {"Ascites": False}).inputs
    assert [i.status for i in nothing] == ["absent"]
    something = stored_inputs(get("child_pugh"), {"Ascites": True}).inputs
    assert [i.status for i in something] == ["unclear"]


def test_a_finding_that_no_note_may_pass_over_counts_as_the_benchmark_counts_it() -> None:
    found = stored_inputs(get("framingham_hard_chd"), {"age": [50, "years"]})
    assert {i.name: i.status for i in found.inputs}["smoker"] == "absent"
    assert [text for text in found.assumed if "smoker" in text]


def test_dates_and_bare_numbers() -> None:
    assert read("estimated_due_date", {"cycle length": 24, "Last menstrual date": "03/31/2006"}) == {
        "last_menstrual_period": (dt.date(2006, 3, 31), None),
        "cycle_length": (24.0, "days"),
    }


def test_a_drug_with_its_dose() -> None:
    entities: Stored = {
        "input steroid": ["Hydrocortisone PO", 162.935, "mg"],
        "target steroid": "Dexamethasone PO",
    }
    assert read("steroid_conversion", entities) == {
        "from_drug": ("Hydrocortisone PO", None),
        "from_dose": (162.935, "mg"),
        "to_drug": ("Dexamethasone PO", None),
    }


def test_a_height_in_feet_and_inches() -> None:
    values = computed("ideal_body_weight", {"sex": "Female", "height": [5.0, "ft", 6.0, "in"]})
    assert values["height"] == pytest.approx(167.64)


def test_an_age_in_months() -> None:
    assert computed("fib4", {"age": [18, "months"]})["age"] == 1.5


def test_a_count_per_bare_volume_is_a_notation_and_no_mistake() -> None:
    entities: Stored = {"Platelet count": [165000.0, "µL"]}
    assert computed("fib4", entities)["platelets"] == 165.0
    assert corrections("fib4", entities) == []


@pytest.mark.parametrize("unit", ["m^3", "L"])
def test_a_count_in_a_volume_that_cannot_be_meant(unit: str) -> None:
    entities: Stored = {"White blood cell count": [9400.0, unit]}
    assert computed("sirs", entities)["white_cells"] == 9.4
    assert corrections("sirs", entities) == [("white_cells", unit, "/µL")]


@pytest.mark.parametrize(
    ("calculator", "key", "stored", "name", "value", "proposed"),
    [
        ("corrected_calcium", "Albumin", [3.5, "mg/dL"], "albumin", 3.5, "g/dL"),
        ("anion_gap", "Sodium", [137.0, "mg/dL"], "sodium", 137.0, "mEq/L"),
        ("sirs", "Temperature", [38.2, "degrees celsisus"], "temperature", 38.2, "degrees celsius"),
        ("sirs", "Temperature", [99.5, "degrees fahreinheit"], "temperature", 37.5, "degrees fahrenheit"),
        ("sofa", "DOPamine", [4.0, "mc/kg/min"], "dopamine", 4.0, "mcg/kg/min"),
    ],
)
def test_a_unit_that_cannot_be_meant_is_corrected_and_said(
    calculator: str, key: str, stored: object, name: str, value: float, proposed: str
) -> None:
    found = stored_inputs(get(calculator), {key: stored})
    assert computed(calculator, {key: stored})[name] == pytest.approx(value)
    assert [(each.name, each.proposed) for each in found.corrections] == [(name, proposed)]
    assert proposed in str(found.corrections[0])


@pytest.mark.parametrize(
    "stored", [[17.1, "g/dL"], [0.42, "g/dL"], [45.0, "g/L"], [3.9, "mm Hg"], [-1.0, "g/dL"]]
)
def test_a_strange_value_in_a_usual_unit_is_left_as_it_is(stored: list[object]) -> None:
    found = stored_inputs(get("corrected_calcium"), {"Albumin": stored})
    assert (found.inputs[0].value, found.inputs[0].unit) == tuple(stored)
    assert found.corrections == ()


def test_a_unit_that_could_be_meant_in_two_ways_is_left_as_it_is() -> None:
    found = stored_inputs(get("body_mass_index"), {"weight": [3500.0, "kg"], "height": [1.0, "m"]})
    assert found.corrections == ()


@pytest.mark.parametrize("unit", ["mg/fortnight", "flurbs", "mmHg", "m" * 100])
def test_a_unit_that_is_unknown_or_does_not_fit_is_never_guessed(unit: str) -> None:
    found = stored_inputs(get("corrected_calcium"), {"Calcium": [9.0, unit], "Albumin": [4.0, "g/dL"]})
    assert found.corrections == ()
    with pytest.raises(InvalidInput, match="corrected_calcium: input 'calcium'"):
        evaluate(get("corrected_calcium"), found.inputs)


@pytest.mark.parametrize("value", [["high"], {"value": 3}, [1, 2, 3], "tomorrow", True, 20240101])
def test_another_shape_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidInput, match="gestational_age: input 'current_date'"):
        stored_inputs(get("gestational_age"), {"Current Date": value})


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=6,
)
UNITS = st.sampled_from(["mg/dL", "g/L", "µL", "L", "m^3", "%", "mm Hg", "degrees celsisus", "kg", "flurbs"])


@settings(deadline=None)  # a score whose inputs are unknown tries many
@given(st.sampled_from(all_calculators()), st.data())
def test_whatever_is_stored_there_is_an_answer_or_a_refusal(
    calculator: Calculator, data: st.DataObject
) -> None:
    value = ANY | st.tuples(st.floats(allow_nan=False), UNITS).map(list)
    entities: Stored = {spec.name: data.draw(value) for spec in calculator.inputs[:5]}
    try:
        found = stored_inputs(calculator, entities)
        evaluate(calculator, found.inputs)
    except InvalidInput:
        return
    assert all(isinstance(each, Correction) for each in found.corrections)

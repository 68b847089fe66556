"""What must hold of every answer, whatever the patient."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import DateAnswer, DurationAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import Given, evaluate
from calculators.model import Calculator, InputSpec, InputValue
from calculators.registry import all_calculators, get
from calculators.units import convert
from tests.calculators.golden.ask import number

DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
SEX = st.sampled_from(["male", "female"])
QTC = ["qtc_bazett", "qtc_fridericia", "qtc_framingham", "qtc_hodges", "qtc_rautaharju"]


def values_of(spec: InputSpec) -> st.SearchStrategy[Given]:
    """Any value that the input may plausibly have, in its canonical unit."""
    if spec.kind == "quantity":
        assert spec.plausible is not None
        return st.floats(*spec.plausible)
    if spec.kind == "category":
        return st.sampled_from(spec.allowed)
    return st.booleans() if spec.kind == "boolean" else DATES


@pytest.mark.parametrize("calculator", all_calculators(), ids=lambda c: c.id)
@given(data=st.data())
def test_plausible_inputs_give_an_answer_of_the_right_kind_with_its_steps(
    calculator: Calculator, data: st.DataObject
) -> None:
    inputs = {spec.name: data.draw(values_of(spec), spec.name) for spec in calculator.inputs}
    derivation = evaluate(calculator, inputs)
    assert derivation.answer.kind in (calculator.answer.kind, "incomputable")
    if derivation.answer.kind != "incomputable":
        assert derivation.steps
        assert len(derivation.normalised) == len(calculator.inputs)
    for options in derivation.alternatives.values():
        assert derivation.answer in options.values()


@pytest.mark.parametrize("calculator", all_calculators(), ids=lambda c: c.id)
@given(data=st.data())
def test_the_unit_in_which_an_input_is_given_does_not_matter(
    calculator: Calculator, data: st.DataObject
) -> None:
    plain: list[InputValue] = []
    other: list[InputValue] = []
    for spec in calculator.inputs:
        value = data.draw(values_of(spec), spec.name)
        unit = data.draw(st.sampled_from(spec.units), "unit") if spec.units else spec.unit
        read = InputValue(name=spec.name, status="present", value=value, unit=spec.unit)
        plain.append(read)
        if isinstance(value, float) and not isinstance(value, bool) and unit and spec.unit:
            moved = convert(value, spec.unit, unit, spec.substance)
            read = InputValue(name=spec.name, status="present", value=moved, unit=unit)
        other.append(read)
    a, b = evaluate(calculator, plain).answer, evaluate(calculator, other).answer
    if isinstance(a, NumberAnswer) and isinstance(b, NumberAnswer):
        assert b.value == pytest.approx(a.value, rel=1e-6, abs=1e-6)
    elif isinstance(a, IntegerAnswer | DurationAnswer) and isinstance(b, IntegerAnswer | DurationAnswer):
        # a value within rounding of a threshold may fall on either side of it
        assert abs(a.value - b.value) <= 1
    else:
        assert a.kind == b.kind


@pytest.mark.parametrize("calculator", all_calculators(), ids=lambda c: c.id)
@given(data=st.data())
def test_leaving_any_input_out_is_never_an_error(calculator: Calculator, data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from([spec.name for spec in calculator.inputs])))
    inputs = {spec.name: data.draw(values_of(spec)) for spec in calculator.inputs if spec.name in kept}
    derivation = evaluate(calculator, inputs)
    if derivation.answer.kind == "incomputable" and derivation.answer.missing:
        assert not set(derivation.answer.missing) & kept


@pytest.mark.parametrize("calculator", all_calculators(), ids=lambda c: c.id)
@given(data=st.data())
def test_no_number_is_an_error(calculator: Calculator, data: st.DataObject) -> None:
    wild = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -1.0, 24.0])
    inputs = {
        spec.name: data.draw(wild if spec.kind == "quantity" else values_of(spec), spec.name)
        for spec in calculator.inputs
    }
    answer = evaluate(calculator, inputs).answer
    assert answer.kind in (calculator.answer.kind, "incomputable")


@given(qt=st.floats(150, 800))
@pytest.mark.parametrize("calculator", QTC)
def test_at_one_beat_per_second_the_corrected_qt_is_the_qt(calculator: str, qt: float) -> None:
    assert number(calculator, heart_rate=60, qt_interval=qt) == pytest.approx(qt)


@given(qt=st.floats(150, 800), rate=st.floats(20, 290), faster=st.floats(0.5, 10))
@pytest.mark.parametrize("calculator", QTC)
def test_the_correction_grows_with_the_heart_rate(
    calculator: str, qt: float, rate: float, faster: float
) -> None:
    slow = number(calculator, heart_rate=rate, qt_interval=qt)
    assert number(calculator, heart_rate=rate + faster, qt_interval=qt) > slow


@given(sex=SEX, age=st.floats(18, 100), low=st.floats(0.2, 10), more=st.floats(0.05, 5))
@pytest.mark.parametrize("calculator", ["ckd_epi_2021", "mdrd"])
def test_filtration_falls_as_creatinine_rises(
    calculator: str, sex: str, age: float, low: float, more: float
) -> None:
    before = number(calculator, sex=sex, age=age, creatinine=low)
    assert number(calculator, sex=sex, age=age, creatinine=low + more) < before
    assert number(calculator, sex=sex, age=age + 1, creatinine=low) < before


@given(weight=st.floats(0.4, 300), more=st.floats(0.01, 50))
def test_maintenance_grows_with_weight_by_one_to_four_ml_per_kg(weight: float, more: float) -> None:
    growth = number("maintenance_fluids", weight=weight + more) - number("maintenance_fluids", weight=weight)
    assert more * 0.999 <= growth <= more * 4.001


@given(
    creatinine=st.floats(0.3, 8),
    bilirubin=st.floats(0.2, 40),
    inr=st.floats(0.8, 8),
    sodium=st.floats(110, 160),
    dialysis=st.booleans(),
)
def test_meld_na_stays_in_its_range(
    creatinine: float, bilirubin: float, inr: float, sodium: float, dialysis: bool
) -> None:
    inputs: dict[str, Given] = {
        "creatinine": creatinine,
        "bilirubin": bilirubin,
        "inr": inr,
        "sodium": sodium,
        "dialysis_twice": dialysis,
    }
    answer = evaluate(get("meld_na"), inputs).answer
    assert isinstance(answer, IntegerAnswer)
    assert 6 <= answer.value <= 40
    worse = evaluate(get("meld_na"), {**inputs, "bilirubin": bilirubin * 2}).answer
    assert isinstance(worse, IntegerAnswer)
    assert worse.value >= answer.value


@given(
    sodium=st.floats(120, 160),
    chloride=st.floats(80, 125),
    bicarbonate=st.floats(5, 23),
    albumin=st.floats(1, 5.5),
)
def test_the_gaps_hang_together(sodium: float, chloride: float, bicarbonate: float, albumin: float) -> None:
    ions: dict[str, Given] = {"sodium": sodium, "chloride": chloride, "bicarbonate": bicarbonate}
    gap = number("anion_gap", **ions)
    assert number("delta_gap", **ions) == pytest.approx(gap - 12, abs=1e-8)
    assert number("delta_ratio", **ions) * (24 - bicarbonate) == pytest.approx(gap - 12, abs=1e-6)
    assert number("albumin_corrected_anion_gap", albumin=4, **ions) == pytest.approx(gap, abs=1e-8)
    corrected = number("albumin_corrected_anion_gap", albumin=albumin, **ions)
    assert (corrected > gap) == (albumin < 4) or corrected == pytest.approx(gap, abs=1e-8)


@given(height=st.floats(120, 210), bmi=st.floats(15, 40))
def test_target_weight_undoes_body_mass_index(height: float, bmi: float) -> None:
    weight = number("target_weight", target_bmi=bmi, height=height)
    assert number("body_mass_index", weight=weight, height=height) == pytest.approx(bmi)


@given(sex=SEX, height=st.floats(120, 210), weight=st.floats(30, 250))
def test_adjusted_weight_lies_between_ideal_and_actual(sex: str, height: float, weight: float) -> None:
    ideal = number("ideal_body_weight", sex=sex, height=height)
    adjusted = number("adjusted_body_weight", sex=sex, height=height, weight=weight)
    assert min(ideal, weight) - 1e-6 <= adjusted <= max(ideal, weight) + 1e-6


@given(period=DATES, cycle=st.integers(20, 45))
def test_dates_of_a_pregnancy_hang_together(period: dt.date, cycle: int) -> None:
    inputs: dict[str, Given] = {"last_menstrual_period": period, "cycle_length": cycle}
    due = evaluate(get("estimated_due_date"), inputs, {"naegele": "days_280"}).answer
    taught = evaluate(get("estimated_due_date"), inputs).answer
    conceived = evaluate(get("estimated_conception_date"), inputs).answer
    assert isinstance(due, DateAnswer)
    assert isinstance(taught, DateAnswer)
    assert isinstance(conceived, DateAnswer)
    assert (due.value - conceived.value).days == 266
    assert abs((taught.value - due.value).days) <= 3


@given(
    steroids=st.permutations(get("steroid_conversion").input("from_drug").allowed), dose=st.floats(0.5, 500)
)
def test_a_steroid_converted_there_and_back_is_the_same_dose(steroids: list[str], dose: float) -> None:
    a, b = steroids[:2]
    there = number("steroid_conversion", from_drug=a, from_dose=dose, to_drug=b)
    assert number("steroid_conversion", from_drug=b, from_dose=there, to_drug=a) == pytest.approx(dose)

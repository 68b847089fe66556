"""A sicker patient never has fewer points, in the scores whose points measure how sick one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.evaluate import evaluate
from calculators.registry import get
from tests.calculators.test_properties import values_of

# score → the quantities that are worse high, and those that are worse low
WORSE_HIGH = {
    "child_pugh": ("bilirubin", "inr"),
    "glasgow_blatchford": ("bun", "heart_rate"),
    "psi": ("age", "respiratory_rate", "heart_rate", "bun", "glucose"),
    "curb65": ("age", "bun", "respiratory_rate"),
    "sofa": ("fio2", "bilirubin", "creatinine", "dopamine", "dobutamine", "epinephrine", "norepinephrine"),
    "sirs": ("heart_rate", "respiratory_rate", "bands"),
    "apache_ii": ("age",),
}
WORSE_LOW = {
    "child_pugh": ("albumin",),
    "glasgow_blatchford": ("hemoglobin", "systolic_bp"),
    "psi": ("systolic_bp", "ph", "sodium", "hematocrit", "pao2", "spo2"),
    "curb65": ("systolic_bp", "diastolic_bp"),
    "sofa": ("pao2", "platelets", "mean_arterial_pressure", "gcs", "urine_output"),
    "sirs": ("paco2",),
    "apache_ii": ("gcs",),
}
CASES = [(score, name, 1) for score, names in WORSE_HIGH.items() for name in names]
CASES += [(score, name, -1) for score, names in WORSE_LOW.items() for name in names]


@pytest.mark.parametrize(("score", "name", "direction"), CASES)
@given(data=st.data())
def test_a_worse_value_never_takes_points_away(
    score: str, name: str, direction: int, data: st.DataObject
) -> None:
    calculator = get(score)
    patient = {spec.name: data.draw(values_of(spec), spec.name) for spec in calculator.inputs}
    values = sorted(data.draw(st.tuples(*[values_of(calculator.input(name))] * 2)), key=float)
    better, worse = values[::direction]
    points = [
        evaluate(calculator, {**patient, name: value}).answer.model_dump()["value"]
        for value in (better, worse)
    ]
    assert points[0] <= points[1]

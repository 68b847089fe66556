"""The revised cardiac risk index against its published criteria."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, score

LOW: dict[str, Given] = {"elevated_risk_surgery": False, "creatinine": 1.0}


def test_aneurysm_repair_after_infarction_and_stroke() -> None:
    # Lee 1999: surgery, ischaemic heart and cerebrovascular disease
    case: dict[str, Given] = {"ischemic_heart_disease": True, "cerebrovascular_disease": True}
    assert score("rcri", elevated_risk_surgery=True, creatinine=1.2, **case) == 3


def test_hip_replacement_under_insulin_with_renal_failure() -> None:
    # Lee 1999: insulin and creatinine above 2.0 mg/dL
    assert score("rcri", elevated_risk_surgery=False, preoperative_insulin=True, creatinine=3.1) == 2


@pytest.mark.parametrize(
    "finding",
    [
        "elevated_risk_surgery",
        "ischemic_heart_disease",
        "congestive_heart_failure",
        "cerebrovascular_disease",
        "preoperative_insulin",
    ],
)
def test_each_finding_counts_one(finding: str) -> None:
    assert score("rcri", **{**LOW, finding: True}) == 1


@pytest.mark.parametrize(
    ("creatinine", "points"),
    [(2.0, 0), (2.01, 1), ((176, "µmol/L"), 0), ((178, "µmol/L"), 1)],
)
def test_creatinine_counts_above_2_mg_per_dl(creatinine: Given, points: int) -> None:
    # Lee 1999: 2.0 mg/dL; the Canadian guideline of 2017 has 177 µmol/L
    assert score("rcri", **{**LOW, "creatinine": creatinine}) == points


def test_the_operation_has_to_be_known() -> None:
    result = answer("rcri", creatinine=1.0, ischemic_heart_disease=True)
    assert result.kind == "incomputable"
    assert result.missing == ("elevated_risk_surgery",)
    assert "1 to 2" in result.reason

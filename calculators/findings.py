"""Findings that several scores ask for, each defined once for all calculators."""

from calculators.model import AbsentPolicy, InputSpec


def finding(
    name: str,
    label: str,
    source_keys: tuple[str, ...] = (),
    synonyms: tuple[str, ...] = (),
    *,
    absent: AbsentPolicy = "assume_absent",
    note: str = "",
) -> InputSpec:
    """A finding: true, stated absent, or not mentioned, which by default counts as absent."""
    return InputSpec(
        name=name,
        label=label,
        kind="boolean",
        absent=absent,
        source_keys=source_keys,
        synonyms=synonyms,
        note=note,
    )


HYPERTENSION = finding(
    "hypertension",
    "history of hypertension",
    ("Hypertension history",),
    ("hypertension", "high blood pressure", "HTN", "hypertensive"),
)
CONGESTIVE_HEART_FAILURE = finding(
    "congestive_heart_failure",
    "congestive heart failure",
    ("Congestive Heart Faliure",),
    ("congestive heart failure", "heart failure", "CHF", "HFrEF", "HFpEF", "left ventricular dysfunction"),
)
STROKE = finding(
    "stroke", "stroke", ("Stroke",), ("stroke", "cerebrovascular accident", "CVA", "cerebral infarction")
)
TIA = finding(
    "tia",
    "transient ischaemic attack",
    ("Transient Ischemic Attacks History",),
    ("transient ischaemic attack", "transient ischemic attack", "TIA"),
)
PREVIOUS_DVT = finding(
    "previous_dvt",
    "previously documented deep vein thrombosis",
    ("Previously documented Deep Vein Thrombosis",),
    ("deep vein thrombosis", "deep venous thrombosis", "DVT"),
)
PREVIOUS_PE = finding(
    "previous_pe",
    "previously documented pulmonary embolism",
    ("Previously Documented Pulmonary Embolism",),
    ("pulmonary embolism", "pulmonary embolus", "PE"),
)
HEMOPTYSIS = finding(
    "hemoptysis",
    "haemoptysis",
    ("Hemoptysis",),
    ("haemoptysis", "hemoptysis", "coughing up blood", "bloody sputum"),
)
COPD = finding(
    "copd",
    "chronic obstructive pulmonary disease",
    ("Chronic Obstructive Pulmonary Disease",),
    ("chronic obstructive pulmonary disease", "COPD", "emphysema", "chronic bronchitis"),
)

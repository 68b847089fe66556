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
    "stroke",
    "stroke",
    ("Stroke", "Cerebrovascular Accident"),
    (
        "stroke",
        "cerebrovascular accident",
        "CVA",
        "cerebral infarction",
        "cerebral infarct",
        "intracerebral hemorrhage",
        "intracerebral haemorrhage",
    ),
)
TIA = finding(
    "tia",
    "transient ischaemic attack",
    ("Transient Ischemic Attacks History",),
    ("transient ischaemic attack", "transient ischemic attack", "TIA", "mini-stroke"),
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
DIABETES = finding(
    "diabetes",
    "diabetes mellitus",
    ("Diabetes history", "Diabetes mellitus criteria for CCI rule"),
    ("diabetes", "diabetic", "diabetes mellitus", "DM", "T1DM", "T2DM", "DM2", "IDDM", "NIDDM"),
    note="Type 1 or 2; not gestational diabetes, diabetes insipidus or prediabetes.",
)
COUGH = finding(
    "cough",
    "cough",
    ("Cough Absent", "Absence of cough or coryza"),
    ("cough", "coughing", "dry cough", "productive cough", "coughs"),
    absent="required",
    note="Scores of sore throat reward its absence, so that silence is not enough: the note must deny it.",
)
CEREBROVASCULAR_DISEASE = finding(
    "cerebrovascular_disease",
    "cerebrovascular disease (stroke or transient ischaemic attack)",
    ("History of cerebrovascular disease", "Cerebrovascular disease history"),
    (
        "cerebrovascular disease",
        "stroke",
        "cerebrovascular accident",
        "CVA",
        "transient ischaemic attack",
        "transient ischemic attack",
        "TIA",
        "cerebral infarction",
        "cerebral infarct",
    ),
)
HORMONE_USE = finding(
    "hormone_use",
    "use of oestrogens (oral contraceptive, hormone replacement)",
    ("Hormone use",),
    (
        "oral contraceptive",
        "oral contraceptives",
        "birth control pill",
        "birth control pills",
        "OCP",
        "OCPs",
        "estrogen",
        "oestrogen",
        "estradiol",
        "hormone replacement therapy",
        "hormone replacement",
        "HRT",
        "tamoxifen",
        "raloxifene",
    ),
    note="Systemic; a progestogen alone, a levonorgestrel coil and local oestrogen do not count.",
)

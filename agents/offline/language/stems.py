"""Stems that show that a note speaks of a finding in words that its terms do not have.

A note in which one of them stands is not silent on the finding: what it says was just not understood.
"""

from __future__ import annotations

_CANCER = (
    "neoplas|cancer|carcino|malignan|tumou?r|metasta|oncolog|chemother|lymphom|leuka?emi|melanom|sarcom|"
    "blastoma|myelom"
)
_STROKE = "stroke|cerebrovasc|cerebral infarct|brain infarct|transient isch|apoplex|infarction of the brain"
_HEART_FAILURE = (
    "heart failure|cardiac failure|cardiac insuff|ventricular failure|cardiomyopath|heart insuff|"
    "cardiovascular history|cardiac history|pump failure"
)
_RENAL = "renal|kidney|nephr|dialys|ura?emi"
_LIVER = "liver|hepat|cirrho"
_INFARCT = "myocardial|coronary|heart attack|n?stemi\\b|heart disease|cardiac event|stent"
_MIND = (
    "confus|disorient|mental|conscious|delir|letharg|obtund|encephalop|coma(?!\\s(?:scale|"
    "score))|stupor|drows|somnol|agitat|cogniti|sensori|orient"
)
_SWELLING = "swell|swollen|o?edema"
_SURGERY = "surg|operat|ectomy\\b|plasty\\b|otomy\\b|post-?op"
_BED = "immobil|bed\\s?(?:rest|bound|ridden)|bedr|wheelchair|bed-"
_SMOKING = "smok|tobacco|cigar|pack-"
_CLOTS = "embol|thromb|clot"

STEMS: dict[str, str] = {
    "hypertension": "hypertens|blood pressure (?:med|control|tablet)|antihypert",
    "uncontrolled_hypertension": "hypertens",
    "congestive_heart_failure": _HEART_FAILURE,
    "heart_failure_last_month": _HEART_FAILURE,
    "diabetes": "diabet|insulin|metformin|glyca?emic",
    "preoperative_insulin": "insulin|diabet",
    "stroke": _STROKE,
    "stroke_last_month": _STROKE,
    "tia": "transient|\\btia",
    "cerebrovascular_disease": _STROKE,
    "thromboembolism": _CLOTS,
    "vascular_disease": f"{_INFARCT}|vascular|atheroscl|claudic|aneurysm|arteriopath",
    "atherosclerotic_disease": f"{_INFARCT}|{_STROKE}|atheroscl|claudic|carotid",
    "ischemic_heart_disease": f"{_INFARCT}|angina|isch[a]?emi",
    "myocardial_infarction": _INFARCT,
    "acute_myocardial_infarction": _INFARCT,
    "peripheral_vascular_disease": "peripheral (?:vasc|arter)|claudic|aneurysm|gangren|atheroscl",
    "hypercholesterolemia": "lipid|cholest|statin\\b",
    "obesity": "obes|overweight",
    "previous_dvt": "thrombosis|clot|embol",
    "previous_pe": "embol|clot",
    "abnormal_renal_function": f"{_RENAL}|creatinine",
    "renal_disease": _RENAL,
    "moderate_to_severe_kidney_disease": _RENAL,
    "acute_renal_failure": "acute (?:renal|kidney)|\\baki\\b|oligur|anur",
    "chronic_renal_failure": _RENAL,
    "severe_organ_failure": "immuno|organ (?:fail|insuff|dys)|cirrho|transplant|chemother",
    "abnormal_liver_function": _LIVER,
    "hepatic_disease": _LIVER,
    "chronic_liver_disease": _LIVER,
    "liver_disease_severity": _LIVER,
    "bleeding_history": "bleed|ha?emorr|ana?emi|bruis|ha?ematom|coagulopath|platelet",
    "labile_inr": "\\binr\\b|normali[sz]ed ratio|warfarin",
    "drugs_predisposing_to_bleeding": (
        "aspirin|nsaids?\\b|clopid|antiplat|anti-inflam|profen\\b|anticoag|thinner"
    ),
    "neoplastic_disease": _CANCER,
    "malignancy": _CANCER,
    "active_cancer": _CANCER,
    "solid_tumor": _CANCER,
    "nursing_home": "nursing|facility|institution|resident of|residing|hospice",
    "dementia": "dement|alzheim|cogniti|memory|forget",
    "copd": "copd|emphys|bronchit|obstructive|lung disease|pulmonary disease",
    "connective_tissue_disease": "lupus|rheumat|sclero|connective|vasculit|autoimmun|sj[oö]gren|myositis",
    "peptic_ulcer_disease": "ulcer",
    "hemiplegia": "plegi|paresis|paraly",
    "leukemia": "leuka?emi|blood cancer|ha?ematolog",
    "lymphoma": "lympho(?:m|prolif)|hodgkin|myelom",
    "aids": "\\bhiv\\b|\\baids\\b|immunodefic",
    "varicose_veins": "varico",
    "inflammatory_bowel_disease": "crohn|colitis|bowel disease",
    "sepsis_last_month": "sepsis|septic|bactera?emi",
    "pneumonia_last_month": "pneumon",
    "plaster_cast_last_month": "\\bcast\\b|plaster|splint",
    "central_venous_access": "central (?:ven|line|cath)|picc|catheter",
    "leg_fracture_last_month": "fractur",
    "multiple_trauma_last_month": "trauma|injur|accident",
    "spinal_cord_injury_last_month": "spinal|plegi|paraly",
    "factor_v_leiden": "leiden",
    "prothrombin_20210a": "prothrombin (?:gene|mut|g|20)",
    "elevated_homocysteine": "homocyst",
    "lupus_anticoagulant": "lupus anti|antiphosph",
    "anticardiolipin_antibody": "cardiolipin|antiphosph",
    "heparin_induced_thrombocytopenia": "heparin-induced|heparin induced",
    "other_thrombophilia": "thrombophil|hypercoag|protein [cs]\\b|antithrombin",
    "cough": "cough",
    "coryza": "coryz|rhin[io]|nasal|runny",
    "fever_past_24_hours": "fever|febril|pyrex",
    "hemoptysis": "ha?emopt|sputum|blood-(?:ting|streak)",
    "melena": "mela?en|tarry|stool",
    "syncope": "syncop|faint|collaps|conscious|pass(?:ed|ing) out|black(?:ed)?[\\s-]?out",
    "confusion": _MIND,
    "altered_mental_status": _MIND,
    "encephalopathy": _MIND,
    "ascites": "ascit|paracent|abdominal (?:disten|fluid|swell)|distended|distension",
    "pleural_effusion": "effusion|pleural|costophrenic",
    "unilateral_leg_swelling": f"{_SWELLING}|\\bcalf\\b",
    "swollen_legs": _SWELLING,
    "signs_of_dvt": f"{_SWELLING}|\\bcalf\\b|\\bleg\\b|thrombosis",
    "collateral_veins": "collateral",
    "leg_paralysis_or_plaster": "plegi|paresis|paraly|\\bcast\\b|plaster|splint",
    "immobilization_3_days": _BED,
    "mobility": f"{_BED}|ambulat|mobil",
    "major_surgery_past_12_weeks": _SURGERY,
    "major_surgery_last_month": _SURGERY,
    "surgery_past_4_weeks": _SURGERY,
    "recent_surgery_or_trauma": f"{_SURGERY}|trauma|injur|accident|fractur",
    "planned_surgery": _SURGERY,
    "admission_surgery": _SURGERY,
    "pe_likely": _CLOTS,
    "hormone_use": "o?estrogen|contracept|hormon|o?estradiol|progest|birth control|\\bc?ocp\\b",
    "mechanical_ventilation": "ventil|intub",
    "cpap": "cpap|positive airway",
    "hypotension": "hypotens|shock",
    "smoker": _SMOKING,
    "recent_smoker": _SMOKING,
    "bp_treated": "hypertens|medication|drug|pril\\b|sartan\\b|olol\\b|dipine\\b",
    "diabetes_severity": "diabet|insulin|metformin",
}
"""Input → regular expression of stems, each from the beginning of a word."""

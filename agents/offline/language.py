"""Everything the offline reader knows of clinical language: units, names, and cues. Data only."""

from __future__ import annotations

_MICRO = ("µ", "μ", "u", "mc")
NUMERATORS: dict[str, str] = {
    "mg": "mg",
    "MG": "mg",
    "mgs": "mg",
    "milligrams": "mg",
    "milligram": "mg",
    "g": "g",
    "gm": "g",
    "gms": "g",
    "gr": "g",
    "G": "g",
    "grams": "g",
    "gram": "g",
    "kg": "kg",
    "Kg": "kg",
    "KG": "kg",
    **{f"{m}g": "ug" for m in _MICRO},
    "micrograms": "ug",
    "microgram": "ug",
    "ng": "ng",
    "nanograms": "ng",
    "pg": "pg",
    "picograms": "pg",
    "mmol": "mmol",
    "mMol": "mmol",
    "Mmol": "mmol",
    "mmoL": "mmol",
    "millimoles": "mmol",
    "millimole": "mmol",
    **{f"{m}mol": "umol" for m in _MICRO},
    "micromoles": "umol",
    "micromole": "umol",
    "micromol": "umol",
    "mcmol": "umol",
    "µM": "umol",
    "μM": "umol",
    "uM": "umol",
    "nmol": "nmol",
    "nanomoles": "nmol",
    "pmol": "pmol",
    "picomoles": "pmol",
    "mol": "mol",
    "moles": "mol",
    "mM": "mmol",
    "mEq": "mEq",
    "meq": "mEq",
    "MEq": "mEq",
    "mEQ": "mEq",
    "MEQ": "mEq",
    "Meq": "mEq",
    "mEql": "mEq",
    "mEqL": "mEq",
    "milliequivalents": "mEq",
    "milliequivalent": "mEq",
    "mval": "mEq",
    "U": "U",
    "u": "U",
    "IU": "U",
    "UI": "U",
    "iu": "U",
    "units": "U",
    "unit": "U",
    "Units": "U",
    "international units": "U",
    "I.U.": "U",
    "mIU": "mU",
    "mU": "mU",
    "mAU": "mAU",
    "RU": "RU",
    "AI": "AI",
    "kU": "kU",
    "KU": "kU",
    "kIU": "kU",
    **{f"{m}IU": "uU" for m in _MICRO},
    **{f"{m}U": "uU" for m in _MICRO},
    "microIU": "uU",
    "microunits": "uU",
    "microU": "uU",
    "micro international units": "uU",
    "mOsm": "mOsm",
    "mosm": "mOsm",
    "mOsmol": "mOsm",
    "Osm": "Osm",
    "mosmol": "mOsm",
    "milliosmoles": "mOsm",
    "beats": "beats",
    "beat": "beats",
    "b": "beats",
    "breaths": "breaths",
    "breath": "breaths",
    "breathes": "breaths",
    "cycles": "breaths",
    "times": "times",
    "respirations": "breaths",
    "rates": "times",
    "L": "L",
    "l": "L",
    "liters": "L",
    "liter": "L",
    "litres": "L",
    "mL": "mL",
    "ml": "mL",
    "cc": "mL",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "cm3": "cm3",
    "drops": "drops",
    "packs": "packs",
    "pack": "packs",
    "cigarettes": "cigarettes",
    "drinks": "drinks",
    "%": "%",
    "points": "points",
    "mmHg": "mmHg",
    "cells": "cells",
    "copies": "copies",
    "lb": "lb",
    "fl": "fL",
    "°C": "degC",
}
DENOMINATORS: dict[str, str] = {
    "dL": "dL",
    "dl": "dL",
    "DL": "dL",
    "dI": "dL",
    "deciliter": "dL",
    "decilitre": "dL",
    "d": "dL?",
    "100 ml": "dL",
    "100 mL": "dL",
    "100ml": "dL",
    "100mL": "dL",
    "100 cc": "dL",
    "L": "L",
    "l": "L",
    "liter": "L",
    "litre": "L",
    "Liter": "L",
    "lit": "L",
    "ltr": "L",
    "1": "L",
    "mL": "mL",
    "ml": "mL",
    "milliliter": "mL",
    "millilitre": "mL",
    "cc": "mL",
    "cm3": "mL",
    **{f"{m}L": "uL" for m in _MICRO},
    **{f"{m}l": "uL" for m in _MICRO},
    "microliter": "uL",
    "kg": "kg",
    "Kg": "kg",
    "KG": "kg",
    "kilogram": "kg",
    "m2": "m^2",
    "m^2": "m^2",
    "m²": "m^2",
    "m 2": "m^2",
    "sqm": "m^2",
    "square meter": "m^2",
    "square metre": "m^2",
    "meter squared": "m^2",
    "metre squared": "m^2",
    "meter square": "m^2",
    "min": "min",
    "minute": "min",
    "minutes": "min",
    "mn": "min",
    "MIN": "min",
    "Min": "min",
    "m": "min",
    "h": "h",
    "hr": "h",
    "hour": "h",
    "hrs": "h",
    "H": "h",
    "s": "s",
    "sec": "s",
    "second": "s",
    "day": "day",
    "24 h": "day",
    "24h": "day",
    "24 hours": "day",
    "24 hour": "day",
    "24 hr": "day",
    "24-h": "day",
    "24hr": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "g": "g",
    "mg": "mg",
    "mmol": "mmol",
    "mol": "mol",
    "HPF": "HPF",
    "hpf": "HPF",
    "LPF": "LPF",
    "dose": "dose",
    "cm2": "cm^2",
}
PLAIN_UNITS: dict[str, str] = {
    "K": "10^3/uL",
    "mmHg": "mmHg",
    "mm Hg": "mmHg",
    "mm/Hg": "mmHg",
    "mmhg": "mmHg",
    "MmHg": "mmHg",
    "mm hg": "mmHg",
    "mm of Hg": "mmHg",
    "millimeters of mercury": "mmHg",
    "mm of mercury": "mmHg",
    "Torr": "mmHg",
    "torr": "mmHg",
    "kPa": "kPa",
    "cmH2O": "cmH2O",
    "cm H2O": "cmH2O",
    "kg": "kg",
    "Kg": "kg",
    "KG": "kg",
    "kgs": "kg",
    "kilograms": "kg",
    "kilogram": "kg",
    "kilos": "kg",
    "g": "g",
    "gm": "g",
    "grams": "g",
    "gram": "g",
    "gr": "g",
    "mg": "mg",
    "mgs": "mg",
    "milligrams": "mg",
    "milligram": "mg",
    **{f"{m}g": "ug" for m in _MICRO},
    "micrograms": "ug",
    "ng": "ng",
    "pg": "pg",
    "lb": "lb",
    "lbs": "lb",
    "pounds": "lb",
    "pound": "lb",
    "lbs.": "lb",
    "oz": "oz",
    "ounces": "oz",
    "cm": "cm",
    "cms": "cm",
    "centimeters": "cm",
    "centimetres": "cm",
    "centimeter": "cm",
    "mm": "mm",
    "millimeters": "mm",
    "millimetres": "mm",
    "m": "m",
    "meters": "m",
    "metres": "m",
    "meter": "m",
    "metre": "m",
    "inches": "in",
    "inch": "in",
    "″": "in",
    "feet": "ft",
    "foot": "ft",
    "ft": "ft",
    "°C": "degC",
    "° C": "degC",
    "ºC": "degC",
    "º C": "degC",
    "˚C": "degC",
    "℃": "degC",
    "C": "degC",
    "degrees Celsius": "degC",
    "degree Celsius": "degC",
    "degrees C": "degC",
    "degree C": "degC",
    "deg C": "degC",
    "degrees celsius": "degC",
    "degrees centigrade": "degC",
    "degrees Centigrade": "degC",
    "Celsius": "degC",
    "celsius": "degC",
    "°c": "degC",
    "oC": "degC",
    "°F": "degF",
    "° F": "degF",
    "ºF": "degF",
    "º F": "degF",
    "˚F": "degF",
    "℉": "degF",
    "F": "degF",
    "degrees Fahrenheit": "degF",
    "degree Fahrenheit": "degF",
    "degrees F": "degF",
    "degree F": "degF",
    "deg F": "degF",
    "degrees fahrenheit": "degF",
    "Fahrenheit": "degF",
    "°f": "degF",
    "bpm": "beats/min",
    "BPM": "beats/min",
    "Bpm": "beats/min",
    "b.p.m": "beats/min",
    "b.p.m.": "beats/min",
    "/min": "1/min",
    "/minute": "1/min",
    "per minute": "1/min",
    "/ min": "1/min",
    "per min": "1/min",
    "/mn": "1/min",
    "min-1": "1/min",
    "/m": "1/min",
    "brpm": "breaths/min",
    "rpm": "breaths/min",
    "cpm": "breaths/min",
    "ms": "ms",
    "msec": "ms",
    "msecs": "ms",
    "milliseconds": "ms",
    "millisecond": "ms",
    "mS": "ms",
    "s": "s",
    "sec": "s",
    "seconds": "s",
    "secs": "s",
    "second": "s",
    "min": "min",
    "minutes": "min",
    "mins": "min",
    "h": "h",
    "hours": "h",
    "hour": "h",
    "hrs": "h",
    "hr": "h",
    "days": "day",
    "day": "day",
    "weeks": "week",
    "week": "week",
    "wks": "week",
    "wk": "week",
    "weeks'": "week",
    "weeks’": "week",
    "months": "month",
    "month": "month",
    "mos": "month",
    "mo": "month",
    "years": "year",
    "year": "year",
    "yrs": "year",
    "yr": "year",
    "yo": "year",
    "y": "year",
    "%": "%",
    "percent": "%",
    "mg%": "mg/dL",
    "mg %": "mg/dL",
    "g%": "g/dL",
    "gm%": "g/dL",
    "g %": "g/dL",
    "gm %": "g/dL",
    "mg percent": "mg/dL",
    "mgs%": "mg/dL",
    "mEq": "mEq",
    "meq": "mEq",
    "mmol": "mmol",
    "mM": "mmol/L",
    "µM": "umol/L",
    "μM": "umol/L",
    "U": "U",
    "IU": "U",
    "units": "U",
    "unit": "U",
    "L": "L",
    "l": "L",
    "liters": "L",
    "liter": "L",
    "mL": "mL",
    "ml": "mL",
    "cc": "mL",
    "dL": "dL",
    "fL": "fL",
    "fl": "fL",
    "times": "times",
    "cGy": "cGy",
    "Gy": "Gy",
    "Fr": "Fr",
    "French": "Fr",
    "G": "G",
    "°": "degree",
    "degrees": "degree",
    "cm2": "cm^2",
    "mm2": "mm^2",
    "Hz": "Hz",
    "kcal": "kcal",
    "J": "J",
    "mV": "mV",
}

FAMILY_OF_UNIT: dict[str, str] = {
    **dict.fromkeys(("kg", "g", "lb", "oz", "mg", "ug", "ng", "pg"), "mass"),
    **dict.fromkeys(("cm", "mm", "m", "in", "ft"), "length"),
    **dict.fromkeys(("mmHg", "kPa", "cmH2O"), "pressure"),
    **dict.fromkeys(("degC", "degF", "degree"), "temperature"),
    **dict.fromkeys(("beats/min", "breaths/min", "1/min", "times/min"), "rate"),
    **dict.fromkeys(("ms", "s"), "moment"),
    **dict.fromkeys(("min", "h", "day", "week", "month", "year"), "time"),
    **dict.fromkeys(("kg/m^2", "g/m^2"), "per_area"),
    "%": "percent",
}
"""Unit → what it measures; every other unit with a denominator is a concentration."""

FAMILIES_OF_NAME: dict[str, tuple[str, ...]] = {
    "heart_rate": ("rate",),
    "respiratory_rate": ("rate",),
    "temperature": ("temperature",),
    "blood_pressure": ("pressure",),
    "systolic_bp": ("pressure",),
    "diastolic_bp": ("pressure",),
    "other_pressure": ("pressure",),
    "qt_interval": ("moment",),
    "other_interval": ("moment",),
    "weight": ("mass",),
    "other_weight": ("mass", "length"),
    "height": ("length",),
    "bmi": ("per_area",),
    "cycle_length": ("time",),
    "pco2": ("pressure",),
    "po2": ("pressure", "percent"),
    "dose": ("mass",),
    "drug": ("mass", "concentration", "other"),
    "specific_gravity": ("concentration", "rate", "percent", "other", "mass"),
    "hba1c": ("percent", "concentration"),
    "hematocrit": ("percent",),
    "differential": ("percent", "concentration"),
    "esr": ("concentration",),
    "coagulation": ("moment", "percent", "concentration"),
    "inr": ("other",),
    "rbc": ("percent", "concentration"),
}
"""Concept → the families of unit that its value may have; laboratory values not listed are concentrations."""

UNIT_NAMES_CONCEPT: dict[str, str] = {
    "beats/min": "heart_rate",
    "breaths/min": "respiratory_rate",
    "degC": "temperature",
    "degF": "temperature",
}
"""Units that say by themselves what was measured."""

CONNECTORS = frozenset(
    "was is were are of at to level levels value values count counts rate the a an with showed shows revealed "
    "measured measuring found be been being as which that serum plasma blood total her his patient's noted "
    "concentration concentrations and by approximately about around only high low elevated increased "
    "decreased raised normal abnormal markedly mildly slightly significantly severely moderately in on his "
    "admission presentation arrival initial initially his reached remained up down from reading result results "
    "recorded reported stable still had has currently estimated calculated i.e i e namely equal equals hi lo "
    "h l elevation reduction within mild severe moderate significant peaked rose fell dropped increase decrease "
    "also became but extremely very him interval cholesterol venous arterial fasting random baseline".split()
)
"""Words that may stand between a name and its value without breaking their bond."""

LIST_JOINTS = frozenset(
    {",", "and", "/", "&", "or", "levels", "level", "serum", "the", "of", "count", "as", "well"}
)

NOT_MEASUREMENTS = frozenset(
    "day days week weeks month months grade stage type class pod case figure fig table no number score g p gravida "
    "para hd visit phase cycle year years age aged dose step line postoperative postpartum hospital trimester "
    "gestation weeks' chapter section room bed zone level segment".split()
)
"""Words that make the bare number behind them a count or a name ("day 3", "grade 2")."""

REFERENCE_CUES = frozenset(
    "range ranges reference ref limit limits uln lln cutoff cut-off threshold nr rr nv upper".split()
)
NORMAL_CUES = frozenset("normal n nl normals norm nml ref reference range nr nv".split())
TARGET_CUES = frozenset(
    "target targets goal goals aim aiming aimed keep maintain until if threshold should".split()
)

FLUIDS: dict[str, str] = {
    "urine": "urine", "urinary": "urine", "urinalysis": "urine", "csf": "csf", "dialysate": "dialysate",
    "cerebrospinal": "csf", "bal": "lung", "stool": "stool", "sweat": "sweat", "bronchoalveolar": "lung",
    "saliva": "saliva", "donor": "donor", "fetal": "fetus", "foetal": "fetus", "fetus": "fetus", "cord": "fetus",
    "neonate": "fetus", "ucr": "urine", "una": "urine",
    "serum": "blood", "plasma": "blood", "blood": "blood", "venous": "blood", "arterial": "blood",
    
}  # fmt: skip
FLUID_BEFORE: dict[str, str] = {
    "ascitic": "ascites", "ascites": "ascites", "pleural": "pleura", "peritoneal": "ascites", "synovial": "joint",
    "spinal": "csf", "amniotic": "amnion", "pericardial": "pericardium", "drain": "drain", "cyst": "cyst",
    "effusion": "pleura", "paracentesis": "ascites", "thoracentesis": "pleura", "joint": "joint",
    "abdominal": "ascites", "gastric": "stomach", "drainage": "drain",
}  # fmt: skip
FLUID_WORDS = frozenset("fluid fluids analysis albumin protein glucose tap aspirate sample".split())

HISTORY = "history"
ADMISSION = "admission"
LATER = "later"
TIME_CUES: tuple[tuple[str, str], ...] = (
    (HISTORY, r"\b(?:previous(?:ly)?|baseline|prior\s(?:to|level|value)|years?\s(?:ago|earlier|before|prior|previously)|"
     r"(?:months?|weeks?|days?|hours?)\s(?:ago|earlier|before|prior|previously)(?:\sto)?(?:\s(?:his|her|the|this))?(?:\s(?:admission|presentation|arrival|visit|hospitali[sz]ation))?|last\syear|at\sbirth|premorbid|usual|"
     r"(?:before|prior\sto)\s(?:his\s|her\s|the\s)?(?:admission|presentation|surgery|onset|hospitali[sz]ation|illness|pregnancy)|pre-?operative(?:ly)?|in\sthe\spast|history\sof|"
     r"preoperative(?:ly)?|had\sbeen|pre-?pregnancy|past\smedical)\b"),
    (ADMISSION, r"\b(?:(?:on|at|upon|time\sof|day\sof)\s(?:his\s|her\s|the\s|hospital\s|initial\s)?(?:admission|presentation|arrival|"
     r"examination|physical\sexamination|diagnosis|referral|first\svisit|evaluation|admittance)|initial(?:ly)?|presented|presents|"
     r"was\sadmitted|admission|physical\sexamination|emergency\s(?:department|room)|vital\ssigns|"
     r"day\s(?:0|1|one)|first\sday|triage|is\sbrought|comes\sto)\b"),
    (LATER, r"\b(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|few|many|some|a)\s?(?:h|hours?|days?|weeks?|months?|"
     r"years?)\s(?:later|after|following|post)|later|follow(?:ed)?[-\s]up|(?:(?:hospital|post-?operative|illness|treatment|icu)\s)?"
     r"days?\s(?:[2-9]|\d\d+|two|three|four|five|six|seven|eight|nine|ten)|pod\s?#?\d+|next\s(?:day|morning)|"
     r"following\s(?:day|morning|treatment)|second\sday|third\sday|(?:on|at|upon|before|after|prior\sto)\s(?:his\s|her\s|the\s)?discharge|"
     r"discharged|subsequent(?:ly)?|post-?operative(?:ly)?|postoperative\sday|repeat(?:ed)?|"
     r"after\s(?:\w+\s){0,3}(?:treatment|therapy|surgery|operation|dialysis|resuscitation|transfusion|infusion|days?|weeks?|"
     r"months?|hours?|transplantation|administration|initiation|starting|stopping|discontinuation|delivery|intubation|induction)|"
     r"(?:decreased|increased|improved|rose|dropped|fell|normalized|declined|recovered|worsened|returned|"
     r"reduced|rising|progressed|deteriorated|risen|peaked|rise|improvement|corrected|stabilized|elevated)\s(?:up\s|back\s|down\s)?(?:to|at|from)|"
     r"during\s(?:hospitali[sz]ation|(?:the\s|her\s|his\s)?(?:hospital\s(?:stay|course)|surgery|operation|follow|treatment|procedure))|"
     r"currently|last\s(?:visit|follow)|at\s\d+\s(?:months?|weeks?|years?)|within\s\d+\s(?:h|hours|days|weeks)|"
     r"over\sthe\s(?:next|following)|eventually|finally|thereafter|afterwards?|now)\b"),
)  # fmt: skip
"""(phase, pattern): what places a value before, at, or after the time at which the patient came."""

UNITLESS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "creatinine": (("mg/dL", 0.2, 20.0), ("µmol/L", 30.0, 2000.0)),
    "glucose": (("mg/dL", 1.0, 1500.0), ("mmol/L", 1.5, 60.0)),
    "albumin": (("g/dL", 0.8, 6.5), ("g/L", 9.0, 60.0)),
    "platelets": (("10^9/L", 2.0, 1900.0), ("/µL", 2000.0, 1_900_000.0)),
    "white_cells": (("10^9/L", 0.1, 150.0), ("/µL", 200.0, 150_000.0)),
    "temperature": (("°C", 30.0, 43.0), ("°F", 86.0, 110.0)),
    "height": (("cm", 100.0, 220.0),),
    "bilirubin": (("mg/dL", 0.1, 40.0), ("µmol/L", 3.0, 700.0)),
    "bun": (("mg/dL", 2.0, 250.0), ("mmol/L", 1.0, 10.0)),
    "calcium": (("mg/dL", 4.0, 20.0), ("mmol/L", 1.0, 5.0)),
    "total_cholesterol": (("mg/dL", 40.0, 1000.0), ("mmol/L", 1.0, 20.0)),
    "hdl": (("mg/dL", 5.0, 150.0), ("mmol/L", 0.2, 4.0)),
    "triglycerides": (("mg/dL", 20.0, 8000.0), ("mmol/L", 0.2, 19.0)),
    "qt_interval": (("ms", 200.0, 700.0),),
    "weight": (),
    "insulin": (),
    "urine_creatinine": (),
    "cycle_length": (),
}
"""Input → (unit, usual low, usual high): how a number without a unit may be read. Two readings: abstain.
An input that is not listed has one usual unit, its canonical one, within its plausible range."""

SAME_AS: dict[str, tuple[str, ...]] = {
    "urine_sodium": ("sodium",),
    "urine_creatinine": ("creatinine",),
    "paco2": ("pco2",),
    "target_bmi": ("bmi",),
    "bun": ("bun", "urea"),
}
"""Input → names-table concepts whose readings it takes, where they are not the input's own name."""

FLUID_OF_INPUT: dict[str, str] = {"urine_sodium": "urine", "urine_creatinine": "urine"}

MALE = frozenset("man male boy gentleman he his him himself men mr son father brother husband".split())
FEMALE = frozenset(
    "woman female girl lady she her herself hers women mrs ms pregnant gravida menopause postmenopausal primigravida "
    "multigravida g1p0 g2p1".split()
)
MALE_NOUNS = frozenset({"man", "male", "boy", "gentleman", "schoolboy"})
FEMALE_NOUNS = frozenset(
    {"woman", "female", "girl", "lady", "gravida", "primigravida", "schoolgirl", "housewife", "nulliparous"}
)
MALE_PRONOUNS = frozenset({"he", "his", "him", "himself"})
FEMALE_PRONOUNS = frozenset({"she", "her", "hers", "herself"})

RELATIVES = frozenset(
    "mother father brother sister son daughter wife husband uncle aunt cousin grandmother grandfather sibling siblings "
    "parents twin donor partner spouse child children mother's father's brother's sister's grandparents".split()
)

SPELLED_NUMBERS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

NEGATIONS = r"\b(?:no|not|never|non|denie[sd]|denying|without|negative\sfor|neither|nor|absence\sof|declined|refused)\b"
FINDINGS: dict[str, tuple[str, str]] = {
    "smoker": (
        r"\b(?:current(?:ly)?\s(?:a\s)?smok(?:er|es|ing|ed)|is\sa\s(?:\w+\s)?smoker|smokes|(?:active|heavy|chronic|cigarette)\s"
        r"(?:smoker|smoking)|has\s(?:been\s)?smok(?:ed|ing)|has\sa\s(?:\d+[- ])?(?:pack[- ]year|smoking)|was\sa\s(?:current|heavy)\s?smoker|"
        r"tobacco\s(?:use|smoker)|smoker)\b",
        r"\b(?:non[-\s]?smoker|never[-\s]smok(?:er|ed)|(?:does|did|do)\snot\s(?:smoke|use\stobacco)|denie[sd]\s(?:\w+\s){0,4}"
        r"(?:smoking|tobacco|cigarettes?)|no\s(?:\w+\s){0,3}(?:smoking|tobacco)|nonsmoker|(?:former|ex|past|previous)[-\s]?smoker|"
        r"quit\ssmoking|stopped\ssmoking|has\snever\ssmoked|not\sa\ssmoker|smoking\scessation)\b",
    ),
    "bp_treated": (
        r"\b(?:antihypertensives?|anti-hypertensives?|blood\spressure\smedications?|treated\shypertension|"
        r"(?:takes|taking|on|medications\s(?:include|are|were)|treated\swith|include)\s(?:[\w,]+\s){0,8}?"
        r"(?:amlodipine|lisinopril|losartan|enalapril|ramipril|valsartan|hydrochlorothiazide|metoprolol|atenolol|"
        r"nifedipine|captopril|perindopril|telmisartan|olmesartan|candesartan|irbesartan|bisoprolol|carvedilol))\b",
        r"\b(?:no\s(?:\w+\s){0,3}antihypertensives?|not\s(?:on|taking)\s(?:any\s)?(?:medications?|antihypertensives?)|"
        r"takes\sno\smedications?|no\s(?:current\s|regular\s|other\s)?medications?|untreated\shypertension|"
        r"(?:denie[sd]|no)\s(?:history\sof\s)?hypertension|no\sknown\smedical)\b",
    ),
    "dialysis_twice": (
        r"\b(?:(?:ha?emo)?dialysis\s(?:twice|two\stimes|three\stimes|thrice|2|3)\s?(?:a|per|times|/)?\s?(?:a\s|per\s)?(?:week|weekly)?|"
        r"(?:maintenance|chronic|regular|thrice-weekly)\s(?:ha?emo)?dialysis)\b",
        r"\b(?:no|without|not\son|not\srequir(?:e|ing)|never)\s(?:need\sfor\s|renal\sreplacement\sor\s)?(?:ha?emo)?dialysis\b",
    ),
    "cvvhd_24h": (
        r"\b(?:CVVHDF?|CVVH|continuous\s(?:veno-?venous|renal\sreplacement)[\w\s-]*(?:for|over)\s(?:24|48|72|\d{2,3})\s?h)",
        r"\bno\s(?:CVVHDF?|CVVH|CRRT)\b",
    ),
}
"""Boolean input → (pattern that states it, pattern that denies it)."""

RACES: tuple[tuple[str, str], ...] = (
    ("black", r"\b(?:African[-\s]?American|Afro[-\s]?American|Black|black)(?=[\s-](?:\w+[\s-]){0,2}(?:man|woman|male|female|boy|girl|"
     r"patient|lady|gentleman))|\bAfrican[-\s]?American\b"),
    ("white", r"\b(?:Caucasian|White|white)(?=[\s-](?:\w+[\s-]){0,2}(?:man|woman|male|female|boy|girl|patient|lady|gentleman))|\bCaucasian\b"),
    ("hispanic", r"\b(?:Hispanic|Latina|Latino)\b"),
    ("asian", r"\b(?:Asian|Chinese|Japanese|Korean|Thai|Vietnamese|Taiwanese|Filipino|Indonesian|Malay|Indian|Pakistani|Bangladeshi|"
     r"Nepalese|Nepali|Sri\sLankan)(?=[\s-](?:\w+[\s-]){0,3}(?:man|woman|male|female|boy|girl|patient|lady|gentleman))"),
)  # fmt: skip

PAST_MOMENT = r"(?:hours?|days?|weeks?)\s(?:ago|earlier|before|prior|previously)\b"
"""A cue of history that opens a time point of its own, which lasts beyond its sentence."""

BELOW = frozenset({"below", "under"})
ABOVE = frozenset({"above", "over", "exceeding"})
THAN: dict[str, str] = {"less": "<", "lower": "<", "fewer": "<", "greater": ">", "more": ">", "higher": ">"}

SPOILERS = frozenset(
    "loss gain reduction change decrease increase channel channels clearance ratio antibody antibodies infusion "
    "supplement supplements supplementation replacement therapy administration intake excretion gradient gap kinase "
    "score percentile drip bolus restriction diet transfusion concentrates tablets tablet injection injections pump "
    "antagonist antagonists blocker blockers deposits deposition crystals stones stone bath resonium z-score sds sd "
    "standard centile velocity for-age bearing lifting binding esterase cast casts donor transporter receptor "
    "resistance sensitivity regimen treatment aggregation transfusions requirement requirements pills".split()
)
"""Words right behind a name that make it the name of something else ("weight loss", "calcium channel")."""

BODY_LENGTH_BEFORE = frozenset(
    "body his her total and the a of crown-heel supine with birth patient's in current".split()
)
CHANGE_WORDS = frozenset(
    "to then and again later after day days week weeks month months hour hours rose risen increased decreased fell "
    "dropped improved declined reduced peaked returned recovered normalized on at with next following further from "
    "before prior second third first repeat repeated subsequently finally discharge admission follow-up gradually "
    "rapidly slowly respectively was were is of in the his her level levels within over by for time".split()
)
"""All that may stand between two values of one name in one sentence."""

HINTS: dict[str, tuple[str, ...]] = {
    "kg": ("weight",), "lb": ("weight",), "cm": ("height",), "ft": ("height",), "in": ("height",),
    "degC": ("temperature",), "degF": ("temperature",), "beats/min": ("heart_rate",),
    "breaths/min": ("respiratory_rate",), "mmHg": ("systolic_bp", "diastolic_bp"),
    **dict.fromkeys(
        ("vitals", "vital", "vs", "vss"),
        ("temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp"),
    ),
}  # fmt: skip
"""Unit or word → the inputs that a note with it may give without naming them."""

"""Infections of the throat."""

from __future__ import annotations

from calculators import bedside
from calculators.findings import COUGH, finding
from calculators.model import Calculator, InputSpec
from calculators.points import SCORE, Bands, Finding, NoFinding, PointSum, inputs_of

_SYMPTOM_DURATION = InputSpec(
    name="symptom_duration",
    label="time since the onset of symptoms",
    kind="quantity",
    unit="days",
    units=("days", "weeks", "hours", "months"),
    absent="optional",
    plausible=(0.0, 3650.0),
    synonyms=(
        "onset",
        "history of sore throat",
        "sore throat for",
        "began",
        "started",
        "duration",
        "days ago",
    ),
    note="At the presentation at which the throat was examined.",
)
_TENDER_NODES = finding(
    "anterior_cervical_nodes",
    "tender or swollen anterior cervical lymph nodes",
    ("Tender/swollen anterior cervical lymph nodes",),
    (
        "cervical lymphadenopathy",
        "anterior cervical lymphadenopathy",
        "cervical adenopathy",
        "tender cervical lymph nodes",
        "swollen lymph nodes",
        "enlarged lymph nodes",
        "neck nodes",
        "cervical lymph nodes",
    ),
    absent="required",
    note="A finding of the examination: a note that tells of none of the neck leaves it open.",
)
_TONSIL_EXUDATE = finding(
    "tonsillar_exudate_or_swelling",
    "exudate or swelling of the tonsils",
    ("Exudate or swelling on tonsils",),
    (
        "tonsillar exudate",
        "exudate",
        "exudates",
        "tonsillar swelling",
        "swollen tonsils",
        "enlarged tonsils",
        "tonsillar hypertrophy",
        "white patches on the tonsils",
        "pus on the tonsils",
        "purulent tonsils",
    ),
    absent="required",
    note="A finding of the examination: a note that tells of none of the throat leaves it open.",
)
_CENTOR = (
    Bands(bedside.AGE, (("<", 3, 0), ("<", 15, 1), ("<", 45, 0)), otherwise=-1),
    Finding(1, (_TONSIL_EXUDATE,)),
    Finding(1, (_TENDER_NODES,)),
    Bands(bedside.TEMPERATURE, (("<=", 38, 0),), otherwise=1),
    NoFinding(1, (COUGH,), label="no cough"),
)

CENTOR = Calculator(
    id="centor",
    version="1",
    name="Centor score for streptococcal pharyngitis, modified by McIsaac",
    field="infection",
    answer=SCORE,
    inputs=(*inputs_of(_CENTOR), _SYMPTOM_DURATION),
    formula=PointSum(_CENTOR),
    definition=(
        "Sum of: age 3 to 14 years 1, 15 to 44 0, 45 and over −1; exudate or swelling of the tonsils 1; "
        "tender or swollen anterior cervical lymph nodes 1; temperature above 38 °C 1; no cough 1. −1 to "
        "5 points."
    ),
    references=(
        "McIsaac WJ et al. CMAJ 1998;158:75-83",
        "Centor RM et al. Med Decis Making 1981;1:239-246",
    ),
    question_patterns=(r"\bcentor\b", r"\bmcisaac\b"),
    medcalc_id=20,
    made_for={"age": (3.0, 115.0), "symptom_duration": (0.0, 3.0)},
    applies_to="patients from 3 years on with an acute sore throat that began at most 3 days ago",
)

_FEVER_24H = finding(
    "fever_past_24_hours",
    "fever in the past 24 hours",
    ("Fever in past 24 hours",),
    ("fever", "febrile", "pyrexia", "subjective fever", "high temperature", "feverish"),
    note="Reported or measured.",
)
_PURULENT_TONSILS = finding(
    "purulent_tonsils",
    "purulent tonsils",
    ("Purulent tonsils",),
    (
        "purulent tonsils",
        "tonsillar exudate",
        "exudate",
        "exudates",
        "exudative",
        "pus on the tonsils",
        "purulence",
        "white patches on the tonsils",
        "follicular tonsillitis",
    ),
    absent="required",
    note="A finding of the examination: a note that tells of none of the throat leaves it open.",
)
_INFLAMED_TONSILS = finding(
    "severely_inflamed_tonsils",
    "severely inflamed tonsils",
    ("Severe tonsil inflammation",),
    (
        "severely inflamed tonsils",
        "inflamed tonsils",
        "erythematous tonsils",
        "red tonsils",
        "enlarged tonsils",
        "swollen tonsils",
        "tonsillar erythema",
        "tonsillar hypertrophy",
    ),
    absent="required",
    note="Severely red or swollen, as found at the examination of the throat; without one it is open.",
)
_ATTENDED_EARLY = finding(
    "onset_within_3_days",
    "symptoms that began at most 3 days before the presentation",
    ("Symptom onset ≤3 days",),
    ("days ago", "for two days", "since yesterday", "onset", "day history of sore throat"),
    absent="required",
)
_CORYZA = finding(
    "coryza",
    "coryza",
    ("Absence of cough or coryza",),
    (
        "coryza",
        "runny nose",
        "rhinorrhea",
        "rhinorrhoea",
        "nasal congestion",
        "nasal discharge",
        "stuffy nose",
    ),
)
_FEVERPAIN = (
    Finding(1, (_FEVER_24H,)),
    Finding(1, (_PURULENT_TONSILS,)),
    Finding(1, (_ATTENDED_EARLY,)),
    Finding(1, (_INFLAMED_TONSILS,)),
    NoFinding(1, (COUGH, _CORYZA), label="no cough or coryza"),
)

FEVERPAIN = Calculator(
    id="feverpain",
    version="1",
    name="FeverPAIN score for streptococcal pharyngitis",
    field="infection",
    answer=SCORE,
    inputs=inputs_of(_FEVERPAIN),
    formula=PointSum(_FEVERPAIN),
    definition=(
        "One point each for: Fever in the past 24 hours; Purulent tonsils; Attended within 3 days of the "
        "onset of symptoms; severely Inflamed tonsils; No cough or coryza. 0 to 5 points."
    ),
    references=("Little P et al. BMJ 2013;347:f5806",),
    question_patterns=(r"fever\s?-?pain\b",),
    medcalc_id=33,
    applies_to="patients from 3 years on with an acute sore throat",
)

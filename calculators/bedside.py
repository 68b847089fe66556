"""Inputs that are seen or measured at the bedside, each defined once for all calculators."""

from calculators.model import InputSpec

PRESSURE_UNITS = ("mmHg", "kPa")

AGE = InputSpec(
    name="age",
    label="age",
    kind="quantity",
    unit="years",
    units=("years", "months", "weeks", "days"),
    plausible=(0.0, 115.0),
    synonyms=("year-old", "years old", "aged", "y/o", "yo", "years of age"),
    source_keys=("age",),
    unit_implied=True,
)

SEX = InputSpec(
    name="sex",
    label="sex",
    kind="category",
    allowed=("male", "female"),
    synonyms=("gender", "man", "woman", "boy", "girl", "gentleman", "lady", "he", "she"),
    source_keys=("sex",),
    note="Read from the words that the note uses of the patient, pronouns included.",
)

WEIGHT = InputSpec(
    name="weight",
    label="body weight",
    kind="quantity",
    unit="kg",
    units=("kg", "g", "lb", "oz"),
    plausible=(0.4, 350.0),
    synonyms=("weight", "weighed", "weighing", "weighs", "body weight", "wt"),
    source_keys=("weight",),
    note="The patient's own actual weight, not a birth weight, an ideal weight or a weight change.",
)

HEIGHT = InputSpec(
    name="height",
    label="height",
    kind="quantity",
    unit="cm",
    units=("cm", "m", "in", "ft"),
    plausible=(30.0, 230.0),
    synonyms=("height", "tall", "body height", "body length", "stature", "ht"),
    source_keys=("height",),
)

SYSTOLIC_BP = InputSpec(
    name="systolic_bp",
    label="systolic blood pressure",
    kind="quantity",
    unit="mmHg",
    units=PRESSURE_UNITS,
    plausible=(40.0, 280.0),
    synonyms=("blood pressure", "BP", "systolic blood pressure", "systolic pressure", "SBP", "systolic"),
    source_keys=("Systolic Blood Pressure",),
    note="The first number of a pair such as 120/80.",
)

DIASTOLIC_BP = InputSpec(
    name="diastolic_bp",
    label="diastolic blood pressure",
    kind="quantity",
    unit="mmHg",
    units=PRESSURE_UNITS,
    plausible=(20.0, 180.0),
    synonyms=(
        "blood pressure",
        "BP",
        "diastolic blood pressure",
        "diastolic pressure",
        "DBP",
        "diastolic",
    ),
    source_keys=("Diastolic Blood Pressure",),
    note="The second number of a pair such as 120/80.",
)

MEAN_PRESSURE = InputSpec(
    name="mean_arterial_pressure",
    label="mean arterial pressure, as measured",
    kind="quantity",
    unit="mmHg",
    units=PRESSURE_UNITS,
    absent="optional",
    plausible=(20.0, 220.0),
    synonyms=("mean arterial pressure", "MAP", "mean arterial blood pressure", "mean blood pressure", "MABP"),
    note="Only where it is written itself; otherwise systolic and diastolic pressure give it.",
)

HEART_RATE = InputSpec(
    name="heart_rate",
    label="heart rate",
    kind="quantity",
    unit="beats/min",
    units=("beats/min", "bpm", "/min"),
    plausible=(15.0, 300.0),
    synonyms=("heart rate", "pulse", "pulse rate", "HR", "ventricular rate", "heart beat", "PR"),
    source_keys=("Heart Rate or Pulse",),
)

QT_INTERVAL = InputSpec(
    name="qt_interval",
    label="QT interval",
    kind="quantity",
    unit="ms",
    units=("ms", "s"),
    plausible=(150.0, 800.0),
    synonyms=("QT interval", "QT", "measured QT", "uncorrected QT"),
    source_keys=("QT interval",),
    note="The measured interval, not one that is already corrected (QTc).",
)

TEMPERATURE = InputSpec(
    name="temperature",
    label="body temperature",
    kind="quantity",
    unit="°C",
    units=("°C", "°F"),
    plausible=(20.0, 45.0),
    synonyms=("temperature", "body temperature", "temp", "fever", "febrile", "afebrile", "Tmax", "T"),
    source_keys=("Temperature",),
)

RESPIRATORY_RATE = InputSpec(
    name="respiratory_rate",
    label="respiratory rate",
    kind="quantity",
    unit="breaths/min",
    units=("breaths/min", "/min"),
    plausible=(2.0, 100.0),
    synonyms=("respiratory rate", "respiration rate", "respirations", "breathing rate", "breaths", "RR"),
    source_keys=("respiratory rate",),
)

SPO2 = InputSpec(
    name="spo2",
    label="oxygen saturation",
    kind="quantity",
    unit="%",
    units=("%", "fraction"),
    plausible=(30.0, 100.0),
    synonyms=(
        "oxygen saturation",
        "O2 saturation",
        "O2 sat",
        "SpO2",
        "SpO₂",
        "SaO2",
        "SaO₂",
        "oxygen sat",
        "sats",
        "saturating",
        "pulse oximetry",
        "pulse ox",
    ),
    source_keys=("O₂ saturation percentage",),
    note="Of arterial blood or by pulse oximetry, not venous (SvO2, ScvO2).",
)

GCS = InputSpec(
    name="gcs",
    label="Glasgow coma score, total",
    kind="quantity",
    unit="ratio",
    units=("ratio",),
    plausible=(3.0, 15.0),
    synonyms=("Glasgow coma scale", "Glasgow coma score", "GCS", "Glasgow score", "Glasgow"),
    source_keys=("Glasgow Coma Score",),
    note="The sum, 3 to 15, not one of its parts; with sedation the score that is estimated without it.",
)

URINE_OUTPUT = InputSpec(
    name="urine_output",
    label="urine output per day",
    kind="quantity",
    unit="mL/day",
    units=("mL/day", "L/day", "mL/h"),
    absent="optional",
    plausible=(0.0, 20000.0),
    synonyms=(
        "urine output",
        "urinary output",
        "diuresis",
        "UOP",
        "UO",
        "urine volume",
        "oliguria",
        "anuria",
    ),
    source_keys=("Urine Output",),
)

LAST_MENSTRUAL_PERIOD = InputSpec(
    name="last_menstrual_period",
    label="first day of the last menstrual period",
    kind="date",
    synonyms=(
        "last menstrual period",
        "last menses",
        "LMP",
        "last period",
        "first day of her last menstrual period",
    ),
    source_keys=("Last menstrual date",),
)

CYCLE_LENGTH = InputSpec(
    name="cycle_length",
    label="length of the menstrual cycle",
    kind="quantity",
    unit="days",
    units=("days", "weeks"),
    plausible=(18.0, 60.0),
    synonyms=("cycle length", "menstrual cycle", "cycle", "day cycle", "cycles"),
    source_keys=("cycle length",),
)

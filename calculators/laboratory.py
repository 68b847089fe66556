"""Inputs that come from a laboratory, each defined once for all calculators."""

from calculators.model import InputSpec

CELL_COUNT_UNITS = ("10^9/L", "/µL", "10^3/µL", "/mm3", "/L")
ION_UNITS = ("mEq/L", "mmol/L")
LIPID_UNITS = ("mg/dL", "mmol/L")

WHITE_CELLS = InputSpec(
    name="white_cells",
    label="white blood cell count",
    kind="quantity",
    unit="10^9/L",
    units=CELL_COUNT_UNITS,
    plausible=(0.05, 500.0),
    synonyms=(
        "white blood cell count",
        "white blood cells",
        "white cell count",
        "white blood count",
        "WBC",
        "WBC count",
        "leukocyte count",
        "leucocyte count",
        "leukocytes",
        "leukocytosis",
        "leukopenia",
        "total leukocyte count",
        "TLC",
    ),
    source_keys=("White blood cell count",),
)

HEMOGLOBIN = InputSpec(
    name="hemoglobin",
    label="haemoglobin",
    kind="quantity",
    unit="g/dL",
    units=("g/dL", "g/L", "mmol/L"),
    substance="hemoglobin",
    plausible=(1.0, 25.0),
    synonyms=("haemoglobin", "hemoglobin", "Hb", "Hgb", "HGB", "haemoglobin level", "hemoglobin level"),
    source_keys=("Hemoglobin",),
    note="Not glycated haemoglobin (HbA1c), and not the mean corpuscular one (MCH, MCHC).",
)

HEMATOCRIT = InputSpec(
    name="hematocrit",
    label="haematocrit",
    kind="quantity",
    unit="%",
    units=("%", "fraction"),
    plausible=(5.0, 75.0),
    synonyms=("haematocrit", "hematocrit", "Hct", "HCT", "packed cell volume", "PCV"),
    source_keys=("Hematocrit",),
)

PLATELETS = InputSpec(
    name="platelets",
    label="platelet count",
    kind="quantity",
    unit="10^9/L",
    units=CELL_COUNT_UNITS,
    plausible=(1.0, 2500.0),
    synonyms=("platelet count", "platelets", "platelet", "PLT", "thrombocytes", "thrombocyte count"),
    source_keys=("Platelet count",),
)

CREATININE = InputSpec(
    name="creatinine",
    label="serum creatinine",
    kind="quantity",
    unit="mg/dL",
    units=("mg/dL", "µmol/L"),
    substance="creatinine",
    plausible=(0.1, 30.0),
    synonyms=(
        "creatinine",
        "serum creatinine",
        "creatinine level",
        "plasma creatinine",
        "Cr",
        "SCr",
        "Creat",
        "sCr",
    ),
    source_keys=("creatinine",),
    note="Serum or plasma, not urine creatinine and not a clearance.",
)

URINE_CREATININE = InputSpec(
    name="urine_creatinine",
    label="urine creatinine",
    kind="quantity",
    unit="mg/dL",
    units=("mg/dL", "mmol/L", "µmol/L"),
    substance="creatinine",
    plausible=(2.0, 600.0),
    synonyms=("urine creatinine", "urinary creatinine", "spot urine creatinine", "UCr"),
    source_keys=("Urine creatinine",),
)

URINE_SODIUM = InputSpec(
    name="urine_sodium",
    label="urine sodium",
    kind="quantity",
    unit="mEq/L",
    units=ION_UNITS,
    substance="sodium",
    plausible=(1.0, 350.0),
    synonyms=("urine sodium", "urinary sodium", "spot urine sodium", "UNa", "urine Na"),
    source_keys=("Urine sodium",),
)

SODIUM = InputSpec(
    name="sodium",
    label="serum sodium",
    kind="quantity",
    unit="mEq/L",
    units=ION_UNITS,
    substance="sodium",
    plausible=(90.0, 200.0),
    synonyms=("sodium", "serum sodium", "sodium level", "Na", "Na+", "plasma sodium"),
    source_keys=("Sodium",),
    note="Serum or plasma, not urine sodium, and not one that is already corrected for glucose.",
)

POTASSIUM = InputSpec(
    name="potassium",
    label="serum potassium",
    kind="quantity",
    unit="mEq/L",
    units=ION_UNITS,
    substance="potassium",
    plausible=(1.0, 12.0),
    synonyms=("potassium", "serum potassium", "potassium level", "K", "K+", "plasma potassium"),
    source_keys=("Potassium",),
    note="Serum or plasma, not urine potassium and not a dose of potassium.",
)

CHLORIDE = InputSpec(
    name="chloride",
    label="serum chloride",
    kind="quantity",
    unit="mEq/L",
    units=ION_UNITS,
    substance="chloride",
    plausible=(50.0, 160.0),
    synonyms=("chloride", "serum chloride", "Cl", "Cl-", "chlorine"),
    source_keys=("Chloride",),
    note="From the same time point as the other electrolytes.",
)

BICARBONATE = InputSpec(
    name="bicarbonate",
    label="serum bicarbonate",
    kind="quantity",
    unit="mEq/L",
    units=ION_UNITS,
    substance="bicarbonate",
    plausible=(1.0, 60.0),
    synonyms=(
        "bicarbonate",
        "serum bicarbonate",
        "HCO3",
        "HCO3-",
        "HCO₃",
        "bicarb",
        "total CO2",
        "CO2",
        "carbon dioxide",
        "tCO2",
    ),
    source_keys=("Bicarbonate",),
    note="CO2 in a chemistry panel is bicarbonate; pCO2 (mmHg) of a blood gas is not.",
)

ALBUMIN = InputSpec(
    name="albumin",
    label="serum albumin",
    kind="quantity",
    unit="g/dL",
    units=("g/dL", "g/L"),
    substance="albumin",
    plausible=(0.5, 7.0),
    synonyms=("albumin", "serum albumin", "albumin level", "Alb", "hypoalbuminemia"),
    source_keys=("Albumin",),
    note="Serum, not urine, ascitic or pleural albumin, and not prealbumin.",
)

CALCIUM = InputSpec(
    name="calcium",
    label="total serum calcium",
    kind="quantity",
    unit="mg/dL",
    units=("mg/dL", "mmol/L"),
    substance="calcium",
    plausible=(3.0, 25.0),
    synonyms=("calcium", "serum calcium", "total calcium", "calcium level", "Ca", "Ca2+"),
    source_keys=("Calcium",),
    note="Total, not ionised and not already corrected.",
)

GLUCOSE = InputSpec(
    name="glucose",
    label="blood glucose",
    kind="quantity",
    unit="mg/dL",
    units=("mg/dL", "mmol/L"),
    substance="glucose",
    plausible=(10.0, 2500.0),
    synonyms=(
        "glucose",
        "blood glucose",
        "serum glucose",
        "plasma glucose",
        "blood sugar",
        "glucose level",
        "fasting glucose",
        "fasting blood glucose",
        "random blood sugar",
        "RBS",
        "FBS",
    ),
    source_keys=("Glucose",),
)

BUN = InputSpec(
    name="bun",
    label="blood urea nitrogen (BUN)",
    kind="quantity",
    unit="mg/dL",
    units=("mg/dL", "mmol/L"),
    substance="urea_nitrogen",
    plausible=(1.0, 300.0),
    synonyms=("blood urea nitrogen", "BUN", "urea nitrogen", "serum urea nitrogen"),
    source_keys=("Blood Urea Nitrogen (BUN)",),
    unit_implied=True,
    note="Urea in mmol/L is the same amount; urea in mg/dL is not (BUN = urea / 2.14).",
)

BILIRUBIN = InputSpec(
    name="bilirubin",
    label="total bilirubin",
    kind="quantity",
    unit="mg/dL",
    units=("mg/dL", "µmol/L"),
    substance="bilirubin",
    plausible=(0.05, 60.0),
    synonyms=("bilirubin", "total bilirubin", "serum bilirubin", "T bili", "TBIL", "Tbili", "bili"),
    source_keys=("Bilirubin",),
    note="Total, not direct or indirect.",
)

INR = InputSpec(
    name="inr",
    label="international normalised ratio (INR)",
    kind="quantity",
    unit="ratio",
    units=("ratio",),
    plausible=(0.5, 20.0),
    synonyms=(
        "INR",
        "international normalized ratio",
        "international normalised ratio",
        "PT/INR",
        "PT-INR",
    ),
    source_keys=("international normalized ratio",),
)

AST = InputSpec(
    name="ast",
    label="aspartate aminotransferase (AST)",
    kind="quantity",
    unit="U/L",
    units=("U/L", "IU/L"),
    plausible=(1.0, 30000.0),
    synonyms=("AST", "aspartate aminotransferase", "aspartate transaminase", "SGOT", "ASAT", "GOT"),
    source_keys=("Aspartate aminotransferase",),
)

ALT = InputSpec(
    name="alt",
    label="alanine aminotransferase (ALT)",
    kind="quantity",
    unit="U/L",
    units=("U/L", "IU/L"),
    plausible=(1.0, 30000.0),
    synonyms=("ALT", "alanine aminotransferase", "alanine transaminase", "SGPT", "ALAT", "GPT"),
    source_keys=("Alanine aminotransferase",),
)

INSULIN = InputSpec(
    name="insulin",
    label="fasting insulin",
    kind="quantity",
    unit="µIU/mL",
    units=("µIU/mL", "mIU/L", "µU/mL", "pmol/L", "ng/mL"),
    substance="insulin",
    plausible=(0.2, 1000.0),
    synonyms=("insulin", "fasting insulin", "serum insulin", "insulin level", "plasma insulin"),
    source_keys=("Insulin",),
    note="A measured concentration, not a dose of insulin.",
)

TOTAL_CHOLESTEROL = InputSpec(
    name="total_cholesterol",
    label="total cholesterol",
    kind="quantity",
    unit="mg/dL",
    units=LIPID_UNITS,
    substance="cholesterol",
    plausible=(40.0, 1200.0),
    synonyms=("total cholesterol", "cholesterol", "serum cholesterol", "TC", "T-CHO", "total-C"),
    source_keys=("Total cholesterol",),
)

HDL = InputSpec(
    name="hdl",
    label="HDL cholesterol",
    kind="quantity",
    unit="mg/dL",
    units=LIPID_UNITS,
    substance="cholesterol",
    plausible=(3.0, 150.0),
    synonyms=(
        "HDL",
        "HDL cholesterol",
        "high-density lipoprotein",
        "high-density lipoprotein cholesterol",
        "high density lipoprotein",
        "HDL-C",
        "HDLc",
    ),
    source_keys=("high-density lipoprotein cholesterol",),
)

LDL = InputSpec(
    name="ldl",
    label="LDL cholesterol as the note states it",
    kind="quantity",
    unit="mg/dL",
    units=LIPID_UNITS,
    substance="cholesterol",
    plausible=(3.0, 1000.0),
    synonyms=(
        "LDL",
        "LDL cholesterol",
        "low-density lipoprotein",
        "low-density lipoprotein cholesterol",
        "LDL-C",
        "direct LDL",
    ),
)

TRIGLYCERIDES = InputSpec(
    name="triglycerides",
    label="triglycerides",
    kind="quantity",
    unit="mg/dL",
    units=LIPID_UNITS,
    substance="triglycerides",
    plausible=(10.0, 10000.0),
    synonyms=("triglycerides", "triglyceride", "triglyceride level", "TG", "TAG", "trigs"),
    source_keys=("Triglycerides",),
)

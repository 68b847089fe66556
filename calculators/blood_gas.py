"""Inputs that come from a blood gas, each defined once for all calculators."""

from calculators.bedside import PRESSURE_UNITS
from calculators.model import InputSpec

PH = InputSpec(
    name="ph",
    label="arterial pH",
    kind="quantity",
    unit="ratio",
    units=("ratio",),
    plausible=(6.5, 7.9),
    synonyms=("pH", "arterial pH", "blood pH", "ABG pH"),
    source_keys=("pH",),
    note="Of arterial blood, not of urine, pleural, ascitic or gastric fluid.",
)

PACO2 = InputSpec(
    name="paco2",
    label="arterial carbon dioxide tension (PaCO2)",
    kind="quantity",
    unit="mmHg",
    units=PRESSURE_UNITS,
    plausible=(5.0, 150.0),
    synonyms=("PaCO2", "pCO2", "arterial pCO2", "carbon dioxide tension", "PaCO₂", "pCO₂"),
    source_keys=("PaCO₂",),
    note="Arterial, not venous and not total carbon dioxide.",
)

PAO2 = InputSpec(
    name="pao2",
    label="arterial oxygen tension (PaO2)",
    kind="quantity",
    unit="mmHg",
    units=PRESSURE_UNITS,
    plausible=(15.0, 700.0),
    synonyms=(
        "PaO2",
        "PaO₂",
        "pO2",
        "pO₂",
        "arterial oxygen tension",
        "partial pressure of oxygen",
        "oxygen partial pressure",
        "arterial pO2",
    ),
    source_keys=("Partial pressure of oxygen (PaO₂) for Apache II",),
    note="Arterial, not venous, and not a saturation in percent.",
)

FIO2 = InputSpec(
    name="fio2",
    label="fraction of inspired oxygen (FiO2)",
    kind="quantity",
    unit="%",
    units=("%", "fraction"),
    plausible=(15.0, 100.0),
    synonyms=(
        "FiO2",
        "FiO₂",
        "FIO2",
        "fraction of inspired oxygen",
        "inspired oxygen fraction",
        "inspired oxygen",
    ),
    source_keys=("FiO₂",),
    note="Room air is 21%. A flow in L/min is no fraction, and a saturation is none either.",
)

AA_GRADIENT = InputSpec(
    name="aa_gradient",
    label="alveolar-arterial oxygen gradient (A-a gradient)",
    kind="quantity",
    unit="mmHg",
    units=PRESSURE_UNITS,
    plausible=(0.0, 700.0),
    synonyms=(
        "A-a gradient",
        "A-a O2 gradient",
        "alveolar-arterial gradient",
        "alveolar-arterial oxygen gradient",
        "A-aDO2",
        "AaDO2",
        "P(A-a)O2",
    ),
    source_keys=("A-a gradient",),
    unit_implied=True,
)

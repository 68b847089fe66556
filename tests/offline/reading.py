"""Short ways to ask the reader, shared by its tests."""

from __future__ import annotations

from agents.extraction import ExtractedInput
from agents.offline.reader import STRATEGIES, Strategy, read
from calculators.model import Calculator
from calculators.registry import for_medcalc_id


def calculator(medcalc_id: int) -> Calculator:
    found = for_medcalc_id(medcalc_id)
    assert found is not None
    return found


def inputs(
    medcalc_id: int, note: str, strategy: Strategy = "first", question: str = ""
) -> dict[str, ExtractedInput]:
    """Input name → what the reader says of it."""
    extraction = read(calculator(medcalc_id), question, note, strategy)
    return {entry.name: entry for entry in extraction.inputs}


def values(medcalc_id: int, note: str, name: str) -> tuple[float | bool | str | None, ...]:
    """What each strategy reads for one input, in the order of STRATEGIES."""
    return tuple(inputs(medcalc_id, note, strategy)[name].value for strategy in STRATEGIES)


CREATININE, ELECTROLYTES, CALCIUM, LIPIDS, BLOOD_PRESSURE = 3, 39, 7, 44, 5
BODY, SIRS, OSMOLALITY, LIVER, FENA, FRAMINGHAM, MELD = 6, 51, 30, 19, 40, 46, 23
APACHE, SOFA, GLASGOW, HAS_BLED, CENTOR = 28, 43, 21, 25, 20
FEVER_PAIN, BLEEDING, MORPHINE, CHARLSON = 33, 27, 49, 32
QT, DUE_DATE, GESTATIONAL_AGE, STEROIDS, TARGET_WEIGHT, RACE, WEIGHT_AGE = 11, 13, 69, 24, 61, 9, 38
"""MedCalc-Bench ids by what their notes must give."""

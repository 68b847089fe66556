"""Not read is not the same as not mentioned: an input whose name the note uses is unclear, not missing."""

from __future__ import annotations

from functools import lru_cache

from agents.extraction import ExtractedInput, Extraction
from agents.offline.candidates import Extra, unknown_names
from agents.offline.labels import index, labels
from agents.offline.language.inputs import HINTS, SAME_AS
from agents.offline.note import scan
from calculators.model import Calculator, InputSpec


def can_read(calculator: Calculator) -> bool:
    """Whether this reader may vote: where no input is required, no input cannot be told from unread."""
    return any(spec.absent == "required" for spec in calculator.inputs)


def mark_unclear(calculator: Calculator, context: str, extraction: Extraction) -> Extraction:
    """The extraction with every required input that was not read, but may well be given, marked unclear.

    Only a measurement whose names appear nowhere in the note is left as not mentioned. Age, sex, dates and
    doses are told in too many ways for their absence to be certain.
    """
    named = _named(context, unknown_names(calculator.inputs))
    entries = tuple(_settled(calculator.input(entry.name), entry, named) for entry in extraction.inputs)
    return extraction.model_copy(update={"inputs": entries})


def _settled(spec: InputSpec, entry: ExtractedInput, named: frozenset[str]) -> ExtractedInput:
    if entry.status != "not_mentioned" or spec.absent != "required":
        return entry
    concepts = SAME_AS.get(spec.name, (spec.name,))
    if spec.kind == "quantity" and spec.name != "age" and named.isdisjoint(concepts):
        return entry
    return entry.model_copy(update={"status": "unclear"})


@lru_cache(maxsize=64)
def _named(context: str, extra: Extra) -> frozenset[str]:
    """Every measurement that the note names, or hints at by a unit ("80 kg") or a word ("vitals")."""
    names = index(extra)
    found: set[str] = set()
    for sentence in scan(context):
        found.update(label.concept for label in labels(sentence.tokens, names))
        for token in sentence.tokens:
            unit = token.quantity.unit if token.quantity is not None else None
            found.update(HINTS.get(unit or token.key, ()))
    return frozenset(found | ({"systolic_bp", "diastolic_bp"} if "blood_pressure" in found else set()))

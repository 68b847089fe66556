"""Not read is not the same as not given: an input that the note names beside a number is unclear, not missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from agents.extraction import ExtractedInput, Extraction
from agents.offline.binding import readings
from agents.offline.findings import is_finding, unless_silent
from agents.offline.labels import Label, index, labels
from agents.offline.language.inputs import HINTS, SAME_AS, TOLD_OTHERWISE
from agents.offline.measured import Extra, unknown_names
from agents.offline.note import Sentence, Token, scan
from agents.offline.regimens import is_regimen
from agents.offline.surroundings import fits, is_no_measurement
from calculators.model import Calculator, InputSpec

_REACH_BEFORE, _REACH_AFTER = 6, 30
"""How many tokens from its name a number may stand that could be a measurement's value."""
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where a note may give a measurement that was not read: `text[start:end]`."""

    start: int
    end: int


def can_read(calculator: Calculator) -> bool:
    """Whether this reader may vote: a measurement that is not required cannot be told from an unread one."""
    return is_regimen(calculator) or any(s.absent == "required" or is_finding(s) for s in calculator.inputs)


def mark_unclear(calculator: Calculator, context: str, extraction: Extraction) -> Extraction:
    """The extraction with every required input that was not read, but may well be given, marked unclear.

    Only a measurement that the note nowhere names beside a number is left as not mentioned. Age, sex, dates
    and doses are told in too many ways for their absence to be certain.
    """
    if is_regimen(calculator):
        return _all_unless_read(extraction)
    mentions = _mentions(context, unknown_names(calculator.inputs))
    entries = tuple(
        _settled(calculator.input(entry.name), entry, mentions, context) for entry in extraction.inputs
    )
    return extraction.model_copy(update={"inputs": entries})


def _all_unless_read(extraction: Extraction) -> Extraction:
    """Drugs that are not read are not taken, but a note in which no drug at all is read was not understood."""
    if any(entry.status != "not_mentioned" for entry in extraction.inputs):
        return extraction
    doubt = "no drug with a dose was found"
    unclear = (entry.model_copy(update={"status": "unclear", "doubt": doubt}) for entry in extraction.inputs)
    return extraction.model_copy(update={"inputs": tuple(unclear)})


def _settled(
    spec: InputSpec, entry: ExtractedInput, mentions: Mapping[str, _Mention], context: str
) -> ExtractedInput:
    if entry.status != "not_mentioned":
        return entry
    if is_finding(spec):
        doubt = unless_silent(context, spec)
        return entry if doubt is None else entry.model_copy(update={"status": "unclear", "doubt": doubt})
    if spec.absent != "required":
        return entry
    if spec.kind == "quantity" and spec.name not in TOLD_OTHERWISE:
        concepts = SAME_AS.get(spec.name, (spec.name,))
        named = next((mentions[concept] for concept in concepts if concept in mentions), None)
        if named is None:
            return entry
        quote = context[named.start : named.end]
        doubt = f"{spec.label}: the value could not be told from {quote!r}"
        return entry.model_copy(update={"status": "unclear", "quote": quote, "doubt": doubt})
    doubt = f"{spec.label}: not found, though the note may tell it in other words"
    return entry.model_copy(update={"status": "unclear", "doubt": doubt})


@lru_cache(maxsize=64)
def _mentions(context: str, extra: Extra) -> Mapping[str, _Mention]:
    """Measurement → where the note first names it beside a number, or hints at it by a unit or a word."""
    names = index(extra)
    bound: dict[int, set[str]] = {}
    for reading in readings(context, extra):
        bound.setdefault(reading.quantity.start, set()).add(reading.concept)
    found: dict[str, _Mention] = {}
    for sentence in scan(context):
        for concept, mention in _in_sentence(sentence, labels(sentence.tokens, names), bound):
            found.setdefault(concept, mention)
    return found


def _in_sentence(
    sentence: Sentence, named: list[Label], bound: Mapping[int, set[str]]
) -> Iterator[tuple[str, _Mention]]:
    tokens = sentence.tokens
    numbers = [
        at for at, t in enumerate(tokens) if t.quantity is not None and not is_no_measurement(tokens, at)
    ]
    for label in named:
        for concept in _PARTS.get(label.concept, (label.concept,)):
            behind = [at for at in numbers if label.after <= at <= label.after + _REACH_AFTER]
            before = [at for at in numbers if label.first - _REACH_BEFORE <= at < label.first]
            near = (tokens[at] for at in behind + before[::-1] if _could_be(concept, tokens[at], bound))
            if (number := next(near, None)) is not None:
                yield concept, _quoted(tokens[label.first], number)
    for token in tokens:
        unit = token.quantity.unit if token.quantity is not None else None
        for concept in HINTS.get(unit or token.key, ()):
            if token.quantity is None or _could_be(concept, token, bound):
                yield concept, _Mention(token.start, token.end)


_HALF_UNITS = ("mg", "g", "mmol", "mEq", "U")
"""What a concentration is left with whose volume is not written."""
_PARTS = {"blood_pressure": ("systolic_bp", "diastolic_bp")}


def _could_be(concept: str, token: Token, bound: Mapping[int, set[str]]) -> bool:
    """Whether a number is not known to be something else's."""
    quantity = token.quantity
    if quantity is None or not (fits(concept, quantity.unit) or quantity.unit in _HALF_UNITS):
        return False
    return not (of := bound.get(quantity.start)) or concept in of


def _quoted(one: Token, other: Token) -> _Mention:
    start, end = min(one.start, other.start), max(one.end, other.end)
    return _Mention(start, min(end, start + _LONGEST_QUOTE))

"""Not read is not the same as not given: what the note names beside a number is unclear, not missing."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from agents.extraction import ExtractedInput, Extraction
from agents.offline.binding import readings
from agents.offline.findings import is_finding, unless_silent
from agents.offline.labels import Label, index, labels
from agents.offline.language.inputs import ANY_BLOOD, FLUIDS_OF_INPUT, HINTS, RUNNING, SAME_AS, TOLD_OTHERWISE
from agents.offline.measured import Extra, unknown_names
from agents.offline.note import Sentence, Token, folded, scan
from agents.offline.regimens import is_regimen
from agents.offline.surroundings import fits, is_no_measurement
from calculators.model import Calculator, InputSpec

_REACH_BEFORE, _REACH_AFTER = 6, 30
"""How many tokens from its name a number may stand that could be a measurement's value."""
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where a note may give a measurement that was not read: `text[start:end]`.

    `fluid` is that of the number where it was read as the measurement's own, else None.
    """

    start: int
    end: int
    fluid: str | None


def can_read(calculator: Calculator) -> bool:
    """Whether this reader may vote: a measurement that is not required cannot be told from an unread one."""
    return is_regimen(calculator) or any(s.absent == "required" or is_finding(s) for s in calculator.inputs)


def mark_unclear(calculator: Calculator, context: str, extraction: Extraction) -> Extraction:
    """The extraction with every input that was not read, but may well be given, marked unclear.

    Only a measurement that the note nowhere names beside a number is left as not mentioned. Age, sex, dates
    and doses, where they are required, are told in too many ways for their absence to be certain.
    """
    if is_regimen(calculator):
        return _all_unless_read(extraction)
    mentions = _mentions(folded(context), unknown_names(calculator.inputs))
    entries = tuple(
        _settled(calculator.input(entry.name), entry, mentions, context) for entry in extraction.inputs
    )
    return extraction.model_copy(update={"inputs": entries})


_MOST_ON_SILENCE = 3
"""How many findings may be taken as absent because a note does not speak of them. Each is likely to be
absent, but a score that rests on many of them is more often wrong than a label may be (docs/quality.md)."""


def few_on_silence(calculator: Calculator, extraction: Extraction) -> Extraction:
    """The extraction as it is, or with all findings unclear that rest on silence, where they are many."""
    silent = {
        entry.name: spec.label
        for entry in extraction.inputs
        if entry.status == "not_mentioned"
        and (spec := calculator.input(entry.name)).absent == "assume_absent"
        and is_finding(spec)
    }
    if len(silent) <= _MOST_ON_SILENCE:
        return extraction
    entries = (
        entry.model_copy(
            update={"status": "unclear", "doubt": f"{silent[entry.name]}: neither stated nor excluded"}
        )
        if entry.name in silent
        else entry
        for entry in extraction.inputs
    )
    return extraction.model_copy(update={"inputs": tuple(entries)})


def _all_unless_read(extraction: Extraction) -> Extraction:
    """Drugs that are not read are not taken; a note in which no drug at all is read was not understood."""
    if any(entry.status != "not_mentioned" for entry in extraction.inputs):
        return extraction
    doubt = "no drug with a dose was found"
    unclear = (entry.model_copy(update={"status": "unclear", "doubt": doubt}) for entry in extraction.inputs)
    return extraction.model_copy(update={"inputs": tuple(unclear)})


def _settled(
    spec: InputSpec, entry: ExtractedInput, mentions: Mapping[str, tuple[_Mention, ...]], context: str
) -> ExtractedInput:
    if entry.status != "not_mentioned":
        return entry
    if is_finding(spec):
        doubt = unless_silent(context, spec)
        return entry if doubt is None else entry.model_copy(update={"status": "unclear", "doubt": doubt})
    if spec.kind == "quantity" and spec.name not in TOLD_OTHERWISE:
        fluids = FLUIDS_OF_INPUT.get(spec.name, ANY_BLOOD)
        named = (m for concept in SAME_AS.get(spec.name, (spec.name,)) for m in mentions.get(concept, ()))
        possible = next((m for m in named if m.fluid is None or m.fluid in fluids), None)
        if possible is None:
            return entry
        quote = context[possible.start : possible.end]
        doubt = f"{spec.label}: the value could not be told from {quote!r}"
        return entry.model_copy(update={"status": "unclear", "quote": quote, "doubt": doubt})
    if spec.absent != "required":
        return entry
    doubt = f"{spec.label}: not found, though the note may tell it in other words"
    return entry.model_copy(update={"status": "unclear", "doubt": doubt})


_Bound = Mapping[int, dict[str, str]]
"""Start of a number → the measurements that it was read as, each with its fluid."""


@lru_cache(maxsize=64)
def _mentions(context: str, extra: Extra) -> Mapping[str, tuple[_Mention, ...]]:
    """Measurement → where the note names it beside a number, or hints at it by a unit or a word."""
    names = index(extra)
    bound: dict[int, dict[str, str]] = {}
    for reading in readings(context, extra):
        bound.setdefault(reading.quantity.start, {})[reading.concept] = reading.fluid
    found: dict[str, list[_Mention]] = {}
    for sentence in scan(context):
        for concept, mention in _in_sentence(sentence, labels(sentence.tokens, names), bound):
            found.setdefault(concept, []).append(mention)
    return {concept: tuple(mentions) for concept, mentions in found.items()}


def _in_sentence(sentence: Sentence, named: list[Label], bound: _Bound) -> Iterator[tuple[str, _Mention]]:
    tokens = sentence.tokens
    numbers = [
        at for at, t in enumerate(tokens) if t.quantity is not None and not is_no_measurement(tokens, at)
    ]
    for label in named:
        if label.concept in RUNNING and not _is_denied(tokens, label):
            yield label.concept, _Mention(tokens[label.first].start, tokens[label.after - 1].end, None)
        first = bisect.bisect_left(numbers, label.first - _REACH_BEFORE)
        last = bisect.bisect_right(numbers, label.after + _REACH_AFTER)
        near = sorted(numbers[first:last], key=lambda at: (at < label.first, abs(at - label.first)))
        for concept in _PARTS.get(label.concept, (label.concept,)):
            number = next((tokens[at] for at in near if _could_be(concept, tokens[at], bound)), None)
            if number is not None:
                yield concept, _quoted(concept, tokens[label.first], number, bound)
    for token in tokens:
        unit = token.quantity.unit if token.quantity is not None else None
        for concept in HINTS.get(unit or token.key, ()):
            if token.quantity is None or _could_be(concept, token, bound):
                yield concept, _Mention(token.start, token.end, None)


def _is_denied(tokens: tuple[Token, ...], label: Label) -> bool:
    return bool(
        {t.key for t in tokens[max(0, label.first - 4) : label.first]} & {"no", "not", "without", "off"}
    )


_HALF_UNITS = ("mg", "g", "mmol", "mEq", "U")
"""What a concentration is left with whose volume is not written."""
_PARTS = {"blood_pressure": ("systolic_bp", "diastolic_bp")}


def _could_be(concept: str, token: Token, bound: _Bound) -> bool:
    """Whether a number is not known to be something else's."""
    quantity = token.quantity
    if quantity is None or not (fits(concept, quantity.unit) or quantity.unit in _HALF_UNITS):
        return False
    read_as = bound.get(quantity.start)
    return not read_as or concept in read_as


def _quoted(concept: str, name: Token, number: Token, bound: _Bound) -> _Mention:
    start, end = min(name.start, number.start), max(name.end, number.end)
    fluid = bound.get(number.quantity.start, {}).get(concept) if number.quantity is not None else None
    return _Mention(start, min(end, start + _LONGEST_QUOTE), fluid)

"""Candidates: every value that a note offers for one input of a calculator, each with its quote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import regex

from agents.offline import people
from agents.offline.binding import Reading, readings
from agents.offline.labels import index, labels
from agents.offline.language.cues import NEWBORN, ORGANS
from agents.offline.language.inputs import FLUID_OF_INPUT, SAME_AS, UNITLESS
from agents.offline.language.names import NAMES
from agents.offline.language.people import FINDINGS, NEGATIONS, RELATIVES
from agents.offline.language.times import ADMISSION
from agents.offline.note import Token, scan
from agents.offline.times import Phase, Place, places
from calculators.model import Bound, InputSpec
from calculators.units import UnitError, convert

Extra = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible value of one input.

    Args:
        value: as the note writes it; True or False for a finding.
        unit: as written, or the only one that is possible.
        bound: set for a censored value.
        start: first offset of the quote.
        end: offset after the quote.
        canonical: the value for comparison, quantities in the input's canonical unit.
        strength: 3 name and value side by side, 2 a little apart, 1 inferred.
        phase: history, admission or later.
        cue: the time words, if any.
        passage: the sentence that holds it.
        group: the time point that holds it.
    """

    value: float | bool | str
    unit: str | None
    bound: Bound | None
    start: int
    end: int
    canonical: float | str | bool
    strength: int
    phase: Phase
    cue: str | None
    passage: int
    group: int
    in_question: bool = False
    """Whether the offsets are those of the question instead of the context."""


def unknown_names(specs: tuple[InputSpec, ...]) -> Extra:
    """Names of those quantities that the names table does not have."""
    return tuple(
        (spec.name, (spec.label, *spec.synonyms))
        for spec in specs
        if spec.kind == "quantity"
        and spec.name not in NAMES
        and spec.name not in SAME_AS
        and spec.name != "age"
    )


def _convertible(spec: InputSpec, value: float, unit: str) -> float | None:
    try:
        converted = convert(value, unit, spec.unit or "", spec.substance)
    except UnitError:
        return None
    low, high = spec.plausible or (float("-inf"), float("inf"))
    return converted if low <= converted <= high else None


def _without_unit(spec: InputSpec, value: float) -> tuple[float, str | None] | None:
    """The only usual reading of a number without a unit, or None."""
    usual = UNITLESS.get(spec.name)
    if usual is None:
        low, high = spec.plausible or (float("-inf"), float("inf"))
        return (value, spec.unit) if low <= value <= high else None
    possible = [(unit, low, high) for unit, low, high in usual if low <= value <= high]
    if len(possible) != 1:
        return None
    converted = _convertible(spec, value, possible[0][0])
    return None if converted is None else (converted, possible[0][0])


def _usual(spec: InputSpec, value: float, unit: str) -> bool:
    """False for a value that is unusual as written and usual in another unit of the input: a likely slip.

    A slip (albumin "5.3 g/L") is for people to correct, so that the reader abstains.
    """
    ranges = UNITLESS.get(spec.name, ())
    canonical = {option: _convertible(spec, value, unit) for option, _, _ in ranges}
    for option, low, high in ranges:
        here = canonical[option]
        if here is None:
            continue
        bounds = _convertible(spec, low, option), _convertible(spec, high, option)
        if bounds[0] is not None and bounds[1] is not None and bounds[0] <= here <= bounds[1]:
            return True
    return not any(low <= value <= high for _, low, high in ranges)


def _read_unit(spec: InputSpec, reading: Reading) -> tuple[float, str | None] | None:
    """(canonical value, unit) of a reading for an input; None where unit or size do not fit."""
    quantity = reading.quantity
    if quantity.unit is None:
        return _without_unit(spec, quantity.value)
    if not _usual(spec, quantity.value, quantity.unit):
        return None
    if reading.concept == "urea" and "mol" not in quantity.unit:
        return None
    unit = "1/min" if spec.unit in ("beats/min", "breaths/min") else quantity.unit
    converted = _convertible(spec, quantity.value, quantity.unit if unit == "1/min" else unit)
    return None if converted is None else (converted, quantity.unit)


_BIRTH = regex.compile(r"\b(?:at\sbirth|birth|was\sborn|delivered)\b[^.]*\Z", regex.IGNORECASE)


_CHILD_YEARS = 10.0


def _of_something_else(reading: Reading, context: str) -> bool:
    """Whether a weight or length is an organ's, or a newborn's in the note of somebody older."""
    stated = people.ages(context)
    older = bool(stated) and stated[0].unit == "years"
    if older and reading.quantity.unit == "g":
        return True
    before = context[max(0, reading.start - 60) : reading.start].rpartition(".")[2].casefold()
    words = set(regex.findall(r"\w+", before))
    grown = older and stated[0].value >= _CHILD_YEARS
    return bool(words & ORGANS) or (grown and bool(words & NEWBORN))


def _eligible(spec: InputSpec, reading: Reading, context: str) -> bool:
    if reading.fluid != FLUID_OF_INPUT.get(spec.name, "blood"):
        return False
    if reading.quantity.high is not None and not reading.change:
        return False
    sign = context[max(0, reading.quantity.start - 2) : reading.quantity.start]
    if regex.fullmatch(r"[\s(][-−]", sign):
        return False
    if spec.name in ("weight", "height") and _of_something_else(reading, context):
        return False
    if spec.name in ("weight", "height") and _BIRTH.search(
        context, max(0, reading.start - 60), reading.start
    ):
        return False
    if spec.name == "target_bmi":
        return "target" in context[max(0, reading.start - 30) : reading.end].casefold()
    return True


_PERSON = regex.compile(r"(?:year|month|week|day)s?[-\s]?old|\baged\b", regex.IGNORECASE)


def _inferred_is_safe(reading: Reading, neighbours: tuple[Reading, ...], context: str) -> bool:
    """A bare "58 kg" is the patient's weight only beside a height or an age."""
    if reading.concept not in ("weight", "height"):
        return True
    partner = "height" if reading.concept == "weight" else "weight"
    near = (r for r in neighbours if r.sentence == reading.sentence and r.concept == partner)
    if any(abs(r.quantity.start - reading.quantity.start) <= 40 for r in near):
        return True
    around = context[max(0, reading.start - 40) : reading.end + 25]
    return _PERSON.search(around) is not None


def _quantity_candidates(context: str, spec: InputSpec, extra: Extra) -> list[Candidate]:
    concepts = SAME_AS.get(spec.name, (spec.name,))
    everything = readings(context, extra)
    found = []
    for at, reading in enumerate(everything):
        if reading.concept not in concepts or not _eligible(spec, reading, context):
            continue
        if reading.strength == 1 and not _inferred_is_safe(
            reading, everything[max(0, at - 4) : at + 5], context
        ):
            continue
        read = _read_unit(spec, reading)
        if read is None:
            continue
        place = reading.place
        strength = reading.strength - (1 if reading.weak else 0)
        found.append(
            Candidate(
                reading.quantity.value, read[1], reading.quantity.bound, reading.start, reading.end, read[0],
                strength, place.phase, place.cue, reading.sentence, place.group,
            )
        )  # fmt: skip
    firm = [c for c in found if c.strength > 1]
    return firm or found


_YEARS = {"years": 1.0, "months": 1 / 12, "weeks": 7 / 365.25, "days": 1 / 365.25}


def _age_candidates(context: str) -> list[Candidate]:
    stated = people.ages(context)
    present = [age for age in stated if not age.past] or list(stated)
    return [
        Candidate(
            a.value, a.unit, None, a.start, a.end, a.value * _YEARS[a.unit], 3, "admission", None, -1, 0
        )
        for a in present
    ]


def _word_candidate(value: str, start: int, end: int) -> Candidate:
    return Candidate(value, None, None, start, end, value, 3, "admission", None, -1, 0)


def _date_candidates(context: str, spec: InputSpec, extra: Extra) -> list[Candidate]:
    """Dates that follow the input's name in its sentence, before another name; two contradict each other."""
    names = index((*extra, (spec.name, (spec.label, *spec.synonyms))))
    found = []
    for number, (sentence, spots) in enumerate(zip(scan(context), places(context), strict=True)):
        named = labels(sentence.tokens, names)
        for position, label in enumerate(named):
            if label.concept != spec.name:
                continue
            end = named[position + 1].first if position + 1 < len(named) else len(sentence.tokens)
            start, place = sentence.tokens[label.first].start, spots[label.first]
            for token in _dates(sentence.tokens[label.after : end]):
                found.append(_dated(str(token.date), start, token.end, place, number))
    return found


def _dated(text: str, start: int, end: int, place: Place, number: int) -> Candidate:
    return Candidate(text, None, None, start, end, text, 3, place.phase, place.cue, number, place.group)


_REACH = 12


def _dates(tokens: tuple[Token, ...]) -> list[Token]:
    """The dates among these tokens, each within reach of the one before."""
    found: list[Token] = []
    last = 0
    for position, token in enumerate(tokens):
        if position - last > _REACH:
            break
        if token.kind == "date" and token.date is not None:
            found.append(token)
            last = position
    return found


def _phrases(phrases: tuple[str, ...]) -> regex.Pattern[str]:
    return regex.compile(rf"\b(?:{'|'.join(phrases)})\b", regex.IGNORECASE)


_FINDINGS = {name: (_phrases(stated), _phrases(denied)) for name, (stated, denied) in FINDINGS.items()}
_ENOUGH = 64
"""Statements of one finding that are looked at; a note with more has said it."""
_NEGATED = regex.compile(NEGATIONS, regex.IGNORECASE)


def _about_relative(context: str, start: int) -> bool:
    return bool(RELATIVES & set(regex.findall(r"\w+", context[max(0, start - 50) : start].casefold())))


def _finding_candidates(context: str, spec: InputSpec) -> list[Candidate]:
    """A finding that is plainly stated or plainly denied."""
    patterns = _FINDINGS.get(spec.name)
    if patterns is None:
        return []
    stated, denied = patterns
    found = [(*m.span(), False) for m in islice(denied.finditer(context), _ENOUGH)]
    covered = list(found)
    for match in islice(stated.finditer(context), _ENOUGH):
        before = context[max(0, match.start() - 40) : match.start()].rpartition(".")[2]
        inside = any(start < match.end() and match.start() < end for start, end, _ in covered)
        if not inside and not _NEGATED.search(before):
            found.append((*match.span(), True))
    found = [entry for entry in found if not _about_relative(context, entry[0])]
    return [
        Candidate(value, None, None, start, end, value, 3, "admission", None, -1, 0)
        for start, end, value in sorted(found)
    ]


def _category_candidates(context: str, spec: InputSpec) -> list[Candidate]:
    if spec.name == "sex":
        sex = people.sex(context)
        return [_word_candidate(sex.value, sex.start, sex.end)] if sex else []
    if spec.name == "race":
        race = people.race(context)
        return [_word_candidate(race.value, race.start, race.end)] if race else []
    return []


@lru_cache(maxsize=64)
def candidates(context: str, spec: InputSpec, extra: Extra) -> tuple[Candidate, ...]:
    """All candidates for one input, in the order of the note."""
    if spec.kind == "date":
        found = _date_candidates(context, spec, extra)
    elif spec.kind == "boolean":
        found = _finding_candidates(context, spec)
    elif spec.kind == "category":
        found = _category_candidates(context, spec)
    elif spec.name == "age":
        found = _age_candidates(context)
    else:
        found = _quantity_candidates(context, spec, extra)
    return tuple(sorted(found, key=lambda c: (c.start, c.end)))


def at_presentation(candidate: Candidate) -> bool:
    """Whether the note places a candidate at the time when the patient came."""
    return candidate.phase == ADMISSION

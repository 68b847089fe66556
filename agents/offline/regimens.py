"""Regimens: what dose of which drug a patient takes how often, for the sum of opioids in morphine."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from agents.offline.candidate import Candidate, at_place
from agents.offline.language.drugs import (
    BETWEEN_DRUG_AND_DOSE,
    BY_NEEDLE,
    COUNTS,
    EVERY_HOURS,
    FREQUENCIES,
    NOT_TAKEN,
    OPIOIDS,
    TIMES_A_DAY,
    UNROUTED,
    WHEN_NEEDED,
)
from agents.offline.measured import with_unit
from agents.offline.note import scan
from agents.offline.quantities import Quantity
from agents.offline.times import Place, places
from calculators import normalise
from calculators.model import Calculator, InputSpec

_DRUG = regex.compile(
    "|".join(rf"(?P<{drug}>\b(?:{names})\b)" for drug, names in OPIOIDS.items()) + rf"|\b(?:{UNROUTED})\b",
    regex.IGNORECASE,
)
_TIMES = regex.compile(rf"(?<!\w)(?:{TIMES_A_DAY})(?!\w)", regex.IGNORECASE)
_EVERY = regex.compile(rf"(?<!\w)(?:{EVERY_HOURS})", regex.IGNORECASE)
_FREQUENCIES = tuple(
    (regex.compile(rf"(?<!\w)(?:{pattern})(?!\w)", regex.IGNORECASE), rate) for pattern, rate in FREQUENCIES
)
_WHEN_NEEDED = regex.compile(rf"\b(?:{WHEN_NEEDED})", regex.IGNORECASE)
_NOT_TAKEN = regex.compile(rf"\b(?:{NOT_TAKEN})", regex.IGNORECASE)
_BY_NEEDLE = regex.compile(BY_NEEDLE, regex.IGNORECASE)
_COUNTED = regex.compile(
    r"\b(?:\d+|two|three|four)\s(?:tablets?|pills?|capsules?|patches)\b", regex.IGNORECASE
)
_WORD = regex.compile(r"[^\W\d_]+")
_DOSE_UNITS = ("mg", "ug", "g", "ug/h", "mg/h", "mg/day", "ug/day")
_ROUTES_OF_FENTANYL = ("fentanyl_buccal", "fentanyl_patch")
_HOURS = 24.0
_BEFORE_DRUG = 25
_REACH = 120
"""How far from a drug's name, in characters, its dose and frequency may stand."""


@dataclass(frozen=True, slots=True)
class _Regimen:
    """One drug with its dose and the number of doses a day, and what is doubtful about it."""

    drug: str
    start: int
    end: int
    place: Place
    sentence: int
    dose: Quantity | None
    per_day: float | None
    doubt: str | None


def is_regimen(calculator: Calculator) -> bool:
    """Whether a calculator takes a dose and a number of doses a day for each of several drugs."""
    return {f"{drug}_dose" for drug in OPIOIDS} <= {spec.name for spec in calculator.inputs}


def regimens(calculator: Calculator, context: str) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for dose and doses a day of every drug that the note names as taken."""
    offer: dict[str, tuple[Candidate, ...]] = {}
    everything = _all(context)
    for drug in OPIOIDS:
        found = [one for one in everything if one.drug == drug]
        if not found:
            continue
        dose, rate = calculator.input(f"{drug}_dose"), calculator.input(f"{drug}_per_day")
        named = found[0]
        if not all(_same(one, named) for one in found[1:]):
            named = replace(named, doubt=f"the note gives more than one regimen of {drug.replace('_', ' ')}")
        offer[dose.name] = (_dose(dose, named),)
        offer[rate.name] = (_rate(named),)
    return offer


def _same(one: _Regimen, other: _Regimen) -> bool:
    if one.dose is None or other.dose is None:
        return False
    doses = (one.dose.value, one.dose.unit), (other.dose.value, other.dose.unit)
    return doses[0] == doses[1] and one.per_day == other.per_day


def _dose(spec: InputSpec, one: _Regimen) -> Candidate:
    value = one.dose.value if one.dose else 0.0
    unit = (one.dose.unit or "").removesuffix("/day") if one.dose else None
    doubt = one.doubt
    if doubt is None and unit is not None:
        read = with_unit(spec, value, unit)
        doubt = normalise.doubt(spec, value, unit) if read is None else read.doubt
    return at_place(value, unit, one.start, one.end, one.place, one.sentence, doubt=doubt)


def _rate(one: _Regimen) -> Candidate:
    value = one.per_day if one.per_day is not None else 0.0
    return at_place(value, "/day", one.start, one.end, one.place, one.sentence, doubt=one.doubt)


def _all(context: str) -> list[_Regimen]:
    found: list[_Regimen] = []
    for number, (sentence, spots) in enumerate(zip(scan(context), places(context), strict=True)):
        start, end = sentence.tokens[0].start, sentence.tokens[-1].end
        drugs = list(_DRUG.finditer(context, start, end))
        if not drugs:
            continue
        doses = [t.quantity for t in sentence.tokens if t.quantity and t.quantity.unit in _DOSE_UNITS]
        borders = [match.start() for match in drugs[1:]] + [end]
        taken = start
        for match, border in zip(drugs, borders, strict=True):
            near = _near(doses, max(taken, match.start() - _REACH), min(border, match.end() + _REACH))
            stated = _regimens(
                context, match, near, taken, min(border, match.end() + _REACH), spots[0], number
            )
            found += stated
            taken = max((one.end for one in stated), default=taken)
    return found


def _near(doses: list[Quantity], start: int, end: int) -> list[Quantity]:
    first = bisect.bisect_left(doses, start, key=lambda quantity: quantity.start)
    return doses[first : bisect.bisect_right(doses, end, key=lambda quantity: quantity.end)]


def _regimens(
    context: str, match: regex.Match[str], doses: list[Quantity], taken: int, border: int, place: Place,
    number: int,
) -> list[_Regimen]:  # fmt: skip
    """What one mention says: nothing where the drug is not taken; fentanyl without a route may be either."""
    drug = match.lastgroup
    dose = _dose_of(context, match, doses, taken, border)
    refused = _NOT_TAKEN.search(context, max(taken, match.start() - _REACH), border)
    if dose is None and (refused or drug not in OPIOIDS):
        return []
    if drug not in OPIOIDS:
        doubt = f"{match.group()} is given by a route, or is a drug, for which there is no factor"
        start = min(match.start(), dose.start if dose else match.start())
        end = max(match.end(), dose.end if dose else 0)
        return [_Regimen(d, start, end, place, number, dose, None, doubt) for d in _ROUTES_OF_FENTANYL]
    return [_regimen(context, match, doses, dose, border, place, number, refused is not None)]


def _regimen(
    context: str, match: regex.Match[str], doses: list[Quantity], dose: Quantity | None, border: int,
    place: Place, number: int, refused: bool,
) -> _Regimen:  # fmt: skip
    drug = match.lastgroup or ""
    after = max(match.end(), dose.end if dose else 0)
    limit = min((q.start for q in doses if after <= q.start <= border), default=border)
    rate, rate_end, doubt = _frequency(context, after, limit)
    if dose is not None and (dose.unit or "").endswith("/day"):
        rate, doubt = 1.0, None
    if drug == "fentanyl_patch" and dose is not None and dose.unit == "ug/h" and (rate is None or rate < 1):
        rate, doubt = 1.0, None
    start = min(match.start(), dose.start if dose else match.start())
    end = max(after, rate_end)
    return _Regimen(
        drug, start, end, place, number, dose, rate,
        _doubt(context, drug, dose, start, max(end, limit), refused) or doubt,
    )  # fmt: skip


def _doubt(context: str, drug: str, dose: Quantity | None, start: int, end: int, refused: bool) -> str | None:
    name = drug.replace("_", " ")
    if refused:
        return f"it is not clear whether {name} is taken now"
    if dose is None:
        return f"the dose of {name} is not given"
    if dose.high is not None or dose.second is not None:
        return f"the dose of {name} is a range or a combination"
    if _WHEN_NEEDED.search(context, start, end):
        return f"{name} is taken when needed, so that its doses a day are open"
    if _BY_NEEDLE.search(context, start, end):
        return f"{name} is not taken by mouth"
    counted = _COUNTED.search(context, max(0, start - _BEFORE_DRUG), end)
    return f"{name} is counted in tablets or patches" if counted else None


def _dose_of(
    context: str, match: regex.Match[str], doses: list[Quantity], taken: int, border: int
) -> Quantity | None:
    """The dose right before the drug ("60 mg of oxycodone") or behind it ("oxycodone 60 mg")."""
    before = [q for q in doses if taken <= q.start and q.end <= match.start()]
    if before and _joined(context[before[-1].end : match.start()]):
        return before[-1]
    behind = [q for q in doses if match.end() <= q.start and q.end <= border]
    return behind[0] if behind and _joined(context[match.end() : behind[0].start]) else None


def _joined(between: str) -> bool:
    return len(between) <= 60 and {w.casefold() for w in _WORD.findall(between)} <= BETWEEN_DRUG_AND_DOSE


def _frequency(context: str, start: int, end: int) -> tuple[float | None, int, str | None]:
    """(doses a day, end of the words, doubt) of the first frequency between two offsets."""
    found: list[tuple[int, int, float | None]] = []
    for match in _EVERY.finditer(context, start, end):
        hours = match.group("hours") or match.group("hourly")
        rate = None if match.group("range") else _HOURS / _count(hours)
        found.append((*match.span(), rate))
    found += [(*match.span(), _count(match.group("count"))) for match in _TIMES.finditer(context, start, end)]
    for pattern, rate in _FREQUENCIES:
        found += [(*match.span(), rate) for match in pattern.finditer(context, start, end)]
    found.sort(key=lambda entry: (entry[0], -entry[1]))
    apart = [entry for at, entry in enumerate(found) if all(entry[0] >= e[1] for e in found[:at])]
    if not apart:
        return None, start, "how often the drug is taken is not given"
    first = apart[0]
    if any(one[2] != other[2] for one, other in pairwise(apart)) or first[2] is None:
        return None, first[1], "how often the drug is taken is told in more than one way"
    return first[2], first[1], None


def _count(spelling: str) -> float:
    folded = spelling.casefold()
    return COUNTS[folded] if folded in COUNTS else max(float(folded), 1e-9)

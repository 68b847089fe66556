"""Age, sex and race of the patient: the person whom the note is about, not the relatives in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex

from agents.offline.language.people import (
    FEMALE_NOUNS,
    FEMALE_PRONOUNS,
    MALE_NOUNS,
    MALE_PRONOUNS,
    RACES,
    RELATIVES,
    SPELLED_NUMBERS,
)

AgeUnit = Literal["years", "months", "weeks", "days", "hours"]
_UNITS = r"(?P<unit>years?|yrs?|y|months?|mos?|weeks?|wks?|days?|hours?)"
_SPELLED = "|".join(sorted(SPELLED_NUMBERS, key=len, reverse=True))
_NUMBER = (
    rf"(?P<number>\d{{1,3}}(?:\.\d)?|(?:{_SPELLED})(?:[-\s](?:{_SPELLED}))?)"
    r"(?P<half>[-\s](?:and[-\s]a[-\s]half|1/2|½)|½)?"
)
_DASH = r"[-‐‑–—\s]*"
_MONTHS_TOO = (
    rf"(?P<years>\d{{1,2}}){_DASH}(?:years?|yrs?|y){_DASH}(?:,\s?)?(?:and{_DASH})?(?P<months>\d{{1,2}}){_DASH}"
    rf"(?:months?|mos?|m)(?:{_DASH}(?:old|of\sage)\b)|(?P<years2>\d{{1,2}})\s(?P<months2>\d{{1,2}})/12{_DASH}(?:years?|yrs?)"
)
_PATIENT = r"(?:man|woman|male|female|boy|girl|gentleman|lady|patient)"
_AGE = regex.compile(
    rf"(?<![\w.])(?:{_MONTHS_TOO}|{_NUMBER}{_DASH}(?:{_UNITS}{_DASH}(?:olds?\b|of\sage\b)|y[./]?o\b\.?|y/o\b|"
    rf"(?P<unit2>years?)(?=[-\s]{_PATIENT}))|"
    rf"(?P<number3>\d{{1,3}})(?:\s?/\s?[MF]\b|(?<=(?:\A|[.\n]|\b(?:an?|is|pt|patient|the))\s?\d{{1,3}})\s?[MF]\b"
    rf"(?=,?\s(?:with|who|presents?|presented|admitted|came|c/o|s/p|h/o|p/w|complain)))|"
    rf"(?:\b{_PATIENT},?\s(?:of\s)?)(?P<number4>\d{{1,3}})\s(?P<unit4>years?|yrs?|months?)\b(?!\s(?:ago|later|after|prior|before|earlier|history)|\s(?:and\s)?\d)|"
    rf"(?:aged|age[sd]?\s?(?:of|:|is|was|=)?|who\s(?:is|was))\s?(?P<number2>\d{{1,3}})(?:\s?(?P<unit3>years?|months?|weeks?|days?|yrs?|y)\b(?!\s(?:ago|later|after|prior|before|earlier)))?"
    rf"(?!\s?(?:%|mg|kg|cm|[/.]\d)))",
    regex.IGNORECASE | regex.V1,
)
_PAST = regex.compile(
    r"\b(?:at\s(?:the\s|an\s)?age|since|when\s(?:he|she)\swas|from\sthe)\b", regex.IGNORECASE
)
_NOT_A_PERSON = regex.compile(
    r"\W{0,2}(?:history|infarct|fracture|injury|graft|scar|lesion)", regex.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Age:
    """One statement of an age; `past` where the note speaks of an earlier time of life."""

    value: float
    unit: AgeUnit
    start: int
    end: int
    past: bool


def _value(spelling: str) -> float | None:
    if spelling[0].isdigit():
        return float(spelling)
    parts = [SPELLED_NUMBERS.get(part.casefold()) for part in regex.split(r"[-\s]", spelling)]
    if any(part is None for part in parts) or (len(parts) == 2 and (parts[0] or 0) < 20):
        return None
    return float(sum(part or 0 for part in parts))


_UNIT_BY_INITIAL: dict[str, AgeUnit] = {
    "y": "years", "m": "months", "w": "weeks", "d": "days", "h": "hours",
}  # fmt: skip


def _stated(match: regex.Match[str]) -> tuple[float, AgeUnit] | None:
    """Value and unit of one match; years with months are counted in months."""
    for years, months in (("years", "months"), ("years2", "months2")):
        if match.group(years):
            return 12.0 * int(match.group(years)) + int(match.group(months)), "months"
    value = _value(next(filter(None, match.group("number", "number2", "number3", "number4"))))
    if value is None:
        return None
    unit = _UNIT_BY_INITIAL[(next(filter(None, match.group("unit", "unit3", "unit4")), "y"))[0].casefold()]
    return value + (0.5 if match.group("half") else 0.0), unit


def _of_relative(context: str, start: int, end: int) -> bool:
    before = regex.findall(r"[\w’']+", context[max(0, start - 40) : start].casefold())[-3:]
    after = regex.findall(r"[\w’']+", context[end : end + 25].casefold())[:1]
    return bool(RELATIVES & set(before + after))


@lru_cache(maxsize=8)
def ages(context: str) -> tuple[Age, ...]:
    """Every statement of the patient's age, in order; decades ("in her fifties") are none."""
    found: list[Age] = []
    for match in _AGE.finditer(context):
        stated = _stated(match)
        if (
            stated is None
            or _of_relative(context, *match.span())
            or _NOT_A_PERSON.match(context, match.end())
        ):
            continue
        past = bool(_PAST.search(context, max(0, match.start() - 14), match.start() + 7))
        found.append(Age(*stated, match.start(), match.end(), past))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Sex:
    """The patient's sex with the words that show it."""

    value: Literal["male", "female"]
    start: int
    end: int


_NOUN = regex.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(MALE_NOUNS | FEMALE_NOUNS))})(?!\w|['’]s)|(?<=\d\s?/?\s?)[FM](?![\w'’])",
    regex.IGNORECASE,
)
_PRONOUN = regex.compile(rf"\b(?:{'|'.join(MALE_PRONOUNS | FEMALE_PRONOUNS)})\b", regex.IGNORECASE)
_NEAR_AGE = 60
_FEW = 8
"""Statements of the age that are looked at for a letter that tells the sex ("54/F")."""


def _sex_of(word: str) -> Literal["male", "female"]:
    folded = word.casefold()
    return "male" if folded in MALE_NOUNS | MALE_PRONOUNS | {"m"} else "female"


def _by_noun(context: str, stated: tuple[Age, ...]) -> Sex | None:
    """The noun that follows the first age: "a 45-year-old Japanese man"."""
    for age in stated[:1]:
        match = _NOUN.search(context, max(0, age.start - 12), min(len(context), age.end + _NEAR_AGE))
        while match is not None and match.start() < age.start and len(match.group()) == 1:
            match = _NOUN.search(context, age.end, min(len(context), age.end + _NEAR_AGE))
        if match is not None and "." not in context[age.end : match.start()]:
            return Sex(_sex_of(match.group()), match.start(), match.end())
    return None


def sex(context: str) -> Sex | None:
    """The patient's sex; None where noun and pronouns contradict each other or nothing says it."""
    noun = _by_noun(context, ages(context))
    pronouns = list(_PRONOUN.finditer(context))
    male = sum(_sex_of(m.group()) == "male" for m in pronouns)
    female = len(pronouns) - male
    majority = None
    if pronouns and max(male, female) >= 0.75 * len(pronouns):
        majority = next(m for m in pronouns if _sex_of(m.group()) == ("male" if male > female else "female"))
    if noun is not None:
        against = female if noun.value == "male" else male
        return noun if against <= 2 or against < 0.6 * len(pronouns) else None
    if majority is not None:
        return Sex(_sex_of(majority.group()), majority.start(), majority.end())
    spans = [(age.start, age.end) for age in ages(context)]
    nouns = [
        match
        for match in _NOUN.finditer(context)
        if len(match.group()) > 1 or any(start <= match.start() < end for start, end in spans[:_FEW])
    ]
    values = {_sex_of(m.group()) for m in nouns}
    return Sex(values.pop(), nouns[0].start(), nouns[0].end()) if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class Race:
    """A race or ethnicity as the note states it of the patient."""

    value: str
    start: int
    end: int


_RACES = tuple((value, regex.compile("|".join(patterns))) for value, patterns in RACES.items())


def race(context: str) -> Race | None:
    """The stated race; None where none or more than one is stated."""
    found = [Race(value, m.start(), m.end()) for value, p in _RACES if (m := p.search(context)) is not None]
    return found[0] if len(found) == 1 else None


_ANIMAL = regex.compile(
    r"\b(?:(?:year|month|week|day)s?[\s-]old|aged\s\d+\s(?:year|month|week|day)s?)\b,?"
    r"(?:\s(?!(?:by|with|from|of|and|a|an|the|who|whose|was|is|had|man|woman|boy|girl|patient)\b)[\w/-]+,?){0,6}?\s"
    r"(?:cat|dog|kitten|puppy|horse|mare|gelding|foal|cow|heifer|goat|ferret|rabbit|short-?hair|long-?hair|"
    r"retriever|terrier|spaniel|poodle|feline|canine)\b(?!\s(?:owner|bite|scratch|lover|breeder))"
    r"|\b(?:spayed|neutered|castrated)\s(?:fe)?male\b",
    regex.IGNORECASE,
)
"""The patient itself between age and species: no person, and nothing that happened to one."""


def animal(context: str) -> str | None:
    """The words by which the context presents its patient as an animal; None where it does not."""
    found = _ANIMAL.search(context)
    return " ".join(found[0].split()) if found else None

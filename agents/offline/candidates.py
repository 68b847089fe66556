"""Candidates: every value that a note offers for one input of a calculator, each with its quote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from agents.offline import glasgow, oxygen, people, phrases
from agents.offline.candidate import Candidate, at_place, of_whole_note
from agents.offline.labels import index, labels
from agents.offline.measured import Extra, measured
from agents.offline.note import Token, scan
from agents.offline.times import places
from calculators.model import InputSpec

_YEARS = {"years": 1.0, "months": 1 / 12, "weeks": 7 / 365.25, "days": 1 / 365.25, "hours": 1 / 8766}


def _age_candidates(context: str) -> list[Candidate]:
    stated = people.ages(context)
    present = [age for age in stated if not age.past] or list(stated)
    return [
        replace(of_whole_note(a.value, a.start, a.end, a.unit), canonical=a.value * _YEARS[a.unit])
        for a in present
    ]


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
                found.append(at_place(str(token.date), None, start, token.end, place, number))
    return found


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


def _category_candidates(context: str, spec: InputSpec) -> list[Candidate]:
    if spec.name == "sex":
        sex = people.sex(context)
        return [of_whole_note(sex.value, sex.start, sex.end)] if sex else []
    if spec.name == "race":
        race = people.race(context)
        return [of_whole_note(race.value, race.start, race.end)] if race else []
    return []


_IN_PHRASES: Mapping[str, Callable[[str], list[Candidate]]] = {
    "age": _age_candidates,
    "alcoholic_drinks": phrases.drinks,
    "symptom_duration": phrases.durations,
    "onset_within_3_days": phrases.early,
}
"""Input → the reader of the phrases that tell it."""
_ALSO_IN_PHRASES: Mapping[str, Callable[[str], list[Candidate]]] = {
    "fio2": oxygen.fractions,
    "gcs": glasgow.totals,
}
"""Input → the reader of phrases that tell it besides its name with a value."""


@lru_cache(maxsize=64)
def candidates(context: str, spec: InputSpec, extra: Extra) -> tuple[Candidate, ...]:
    """All candidates for one input, in the order of the note."""
    if spec.name in _IN_PHRASES:
        found = _IN_PHRASES[spec.name](context)
    elif spec.kind == "date":
        found = _date_candidates(context, spec, extra)
    elif spec.kind == "category":
        found = _category_candidates(context, spec)
    else:
        found = measured(context, spec, extra)
        if spec.name in _ALSO_IN_PHRASES:
            found += _ALSO_IN_PHRASES[spec.name](context)
    return tuple(sorted(found, key=lambda c: (c.start, c.end)))

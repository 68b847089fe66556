"""Drug conversions: the question names both drugs, the note gives the dose of the first."""

from __future__ import annotations

import bisect

import regex

from agents.offline.candidate import Candidate
from agents.offline.note import scan
from calculators.model import Calculator

_WORD = regex.compile(r"[^\W\d_]\w*")
_ASKED = regex.compile(r"equivalent|converted|conversion|switched", regex.IGNORECASE)


def _mentions(text: str, allowed: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """(start, end, option) of every option that a text names, in order; the longest where two overlap."""
    spelled = {option.casefold(): option for option in allowed}
    longest_first = "|".join(regex.escape(option) for option in sorted(allowed, key=len, reverse=True))
    matches = regex.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", text, regex.IGNORECASE)
    return [(*match.span(), spelled[match.group().casefold()]) for match in matches]


def asked_drugs(question: str, allowed: tuple[str, ...]) -> tuple[str | None, Candidate | None]:
    """(drug that is taken, drug that is asked for with its place), as the question names them."""
    asked = _ASKED.search(question)
    if asked is None:
        return None, None
    found = _mentions(question, allowed)
    before = [option for start, _, option in found if start < asked.start()]
    after = [mention for mention in found if mention[0] > asked.start()]
    return (before[-1] if before else None), (_asked_for(*after[0]) if after else None)


def _asked_for(start: int, end: int, option: str) -> Candidate:
    return Candidate(option, None, None, start, end, option, 3, "admission", None, -1, 0, in_question=True)


def is_conversion(calculator: Calculator) -> bool:
    """Whether a calculator converts a dose of one drug into another."""
    return {"from_drug", "from_dose", "to_drug"} <= {spec.name for spec in calculator.inputs}


def conversion(calculator: Calculator, question: str, context: str) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for the inputs of a dose conversion. The question gives the target drug."""
    source, target = asked_drugs(question, calculator.input("from_drug").allowed)
    offer: dict[str, tuple[Candidate, ...]] = {}
    if target is not None:
        offer["to_drug"] = (target,)
    if source is None:
        return offer
    found = _doses(context, source)
    if found:
        start, end = found[0].start, found[0].end
        offer["from_drug"] = (Candidate(source, None, None, start, end, source, 3, "admission", None, -1, 0),)
        offer["from_dose"] = tuple(found)
    return offer


def _doses(context: str, drug: str) -> list[Candidate]:
    """Quantities in mass units that stand right before or behind the drug's name."""
    spans = [(start, end) for start, end, _ in _mentions(context, (drug,))]
    found = []
    for number, sentence in enumerate(scan(context)):
        for token in sentence.tokens:
            quantity = token.quantity
            if quantity is None or quantity.unit not in ("mg", "g", "ug") or quantity.high is not None:
                continue
            following = bisect.bisect_left(spans, (token.start, 0))
            for start, end in spans[max(0, following - 1) : following + 1]:
                between = context[token.end : start] if token.end <= start else context[end : token.start]
                if len(between) <= _REACH and {w.casefold() for w in _WORD.findall(between)} <= _BETWEEN:
                    span = min(start, token.start), max(end, token.end)
                    found.append(_dose(quantity.value, quantity.unit, *span, number))
    return found


_REACH = 25
_BETWEEN = frozenset({"of", "the", "a", "dose", "at", "orally", "daily", "total"})


def _dose(value: float, unit: str, start: int, end: int, number: int) -> Candidate:
    return Candidate(value, unit, None, start, end, value, 3, "admission", None, number, 0)

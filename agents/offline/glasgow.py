"""The Glasgow coma scale in its own notation: "E4V5M6"."""

from __future__ import annotations

import regex

from agents.offline.candidate import Candidate, at_place
from agents.offline.times import place_at

_PARTS = regex.compile(
    r"\b(?:E|eyes?(?:\s(?:opening|response))?:?)\s?(?P<eye>[1-4])\s?[,;/+-]?\s?(?:and\s)?"
    r"(?:V|verbal(?:\s(?:output|response))?:?)\s?(?P<verbal>[1-5T])\s?[,;/+-]?\s?(?:and\s)?"
    r"(?:M|(?:best\s)?motor(?:\s(?:output|response))?:?)\s?(?P<motor>[1-6])(?!\d)",
    regex.IGNORECASE,
)
RESPONSES = {"eye_response": "eye", "verbal_response": "verbal", "motor_response": "motor"}
"""Input → the part of the notation that tells it."""
_NOT_TESTABLE = "not testable"
_EXTREME = regex.compile(
    r"\b(?:GCS|Glasgow\sComa\s(?:Scale|Score))(?:\s\(GCS\))?(?:\s(?:score|of|was|is|at|scale|remained)){0,3}"
    r"\s?[:=]?\s?(?P<total>15|3)(?:\s?/\s?15)?(?!\d|[./]\d)",
    regex.IGNORECASE,
)
"""A sum that says every part of it."""


def totals(context: str) -> list[Candidate]:
    """The sum of eye, verbal and motor response; in doubt where a tube prevents speech."""
    found = []
    for match in _PARTS.finditer(context):
        tube = match.group("verbal").upper() == "T"
        parts = (match.group(name) for name in RESPONSES.values())
        total = sum(int(part) for part in parts if part.isdigit())
        doubt = f"{match.group()!r}: the verbal response cannot be tested" if tube else None
        found.append(
            at_place(float(total), None, *match.span(), *place_at(context, match.start()), doubt=doubt)
        )
    return found


def responses(context: str, name: str, allowed: tuple[str, ...]) -> list[Candidate]:
    """One of the three responses, from its own points or from the sum where that is the highest or lowest.

    `allowed` lists them from the best to none, then "not testable".
    """
    graded = [option for option in allowed if option != _NOT_TESTABLE]
    found = []
    for match in _PARTS.finditer(context):
        part = match.group(RESPONSES[name]).upper()
        option = _NOT_TESTABLE if part == "T" else graded[len(graded) - int(part)]
        found.append(at_place(option, None, *match.span(), *place_at(context, match.start())))
    for match in _EXTREME.finditer(context) if not found else ():
        option = graded[0] if match.group("total") == "15" else graded[-1]
        found.append(at_place(option, None, *match.span(), *place_at(context, match.start())))
    return found

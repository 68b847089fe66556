"""What a patient breathes: room air, oxygen in percent, or a flow that is no fraction."""

from __future__ import annotations

import regex

from agents.offline.candidate import Candidate, at_place
from agents.offline.times import place_at

_ROOM_AIR = r"(?P<air>(?:room|ambient|atmospheric)\sair|(?<=%\s?(?:on\s|in\s)?)RA\b|(?<=\bon\s)RA\b)"
_PERCENT = (
    r"(?P<percent>\d{2,3}(?:\.\d)?+)\s?%\s(?:(?:inspired|supplemental|humidified|inhaled)\s)?"
    r"(?:oxygen|O2)\b(?!\s?sat)|(?:oxygen|O2)\s(?:concentration\s)?(?:at|of)\s(?P<percent2>\d{2,3}(?:\.\d)?+)\s?%"
)
_FLOW = (
    r"(?P<flow>\d{1,2}(?:\.\d)?+)\s?(?:L|l|lit(?:er|re)s?)(?:\s?/\s?min(?:ute)?|\sper\sminute|pm)?\s?(?:of\s|by\s|via\s|"
    r"on\s|per\s|through\s|a\s|the\s)*(?:supplemental\s)?(?:oxygen|O2|nasal\s(?:cannula|prongs)|NC\b|face\s?mask|"
    r"non-?rebreather|mask)"
)
_BREATHED = regex.compile(rf"(?<!\w)(?:{_ROOM_AIR}|{_PERCENT}|{_FLOW})")
_AIR = 21.0
_PER_LITRE = 4.0
"""Percent of oxygen that each L/min through a nasal cannula adds, by the usual rule of thumb."""
_LEAST, _MOST = 21.0, 100.0


def fractions(context: str) -> list[Candidate]:
    """Room air and oxygen in percent; a flow as a candidate in doubt, with the fraction it would be about."""
    found = []
    for match in _BREATHED.finditer(context):
        value, doubt = _fraction(match)
        if _LEAST <= value <= _MOST:
            found.append(at_place(value, "%", *match.span(), *place_at(context, match.start()), doubt=doubt))
    return found


def _fraction(match: regex.Match[str]) -> tuple[float, str | None]:
    percent = match.group("percent") or match.group("percent2")
    if percent:
        return float(percent), None
    if match.group("air"):
        return _AIR, None
    flow = float(match.group("flow"))
    about = min(_MOST, 20 + _PER_LITRE * flow)
    return (
        about,
        f"{match.group()!r} is a flow and no fraction of oxygen; about {about:g}% by a nasal cannula",
    )

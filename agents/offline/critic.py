"""The offline critic: re-checks what a derivation read, from the words that it quotes."""

from __future__ import annotations

import re

from agents.critic import Critique, Objection
from agents.framing import framed_parts
from agents.offline.contradictions import contradictions
from agents.offline.people import animal

_INPUT = re.compile(
    r"^- (?P<name>\w+): (?P<bound>[<>]=?)?(?P<value>.+?)(?: \(at (?P<time>[^)]*)\))?, "
    r'quote: "(?P<quote>.*)"$',
    re.MULTILINE,
)
_IMPLAUSIBLE = re.compile(r"^Note: (?P<note>.+ is outside .+; check value and unit.*)$", re.MULTILINE)
_WRONG_AGE = re.compile(r"^Note: (?P<note>.+ was not made for age .+; check that it applies)$", re.MULTILINE)
_STEP = re.compile(
    r"^- (?P<name>[\w ]+) = .* = (?P<value>-?\d+(?:\.\d+)?(?:e-?\d+)?)(?: (?P<unit>\S+))?$", re.MULTILINE
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_EVERY_HOURS = re.compile(r"(?:every |each |q ?)(\d+(?:\.\d+)?) ?h", re.IGNORECASE)
_GLASGOW = re.compile(r"(?i:e|eyes?)\W*([1-4])\W*[Vv]\w*\W*([1-5])\W*[Mm]\w*\W*([1-6])")
_YEARS_MONTHS = re.compile(r"(\d+)[\W_]*(?:y\w*[\W_]*(?:and[\W_]*)?)?(\d+)(?:/12|[\W_]*m)", re.IGNORECASE)
_FEET = re.compile(r"(\d+)\s*(?:ft|feet|foot|['’′])\.?\s*(\d+(?:\.\d+)?)")


def review(prompt: str) -> Critique:
    """Object where a quoted number is not the value that was used, a value is implausible in its unit, the
    context states a computed figure otherwise, or the patient is none for whom the calculator was made.
    """
    objections = [
        *_not_in_quote(prompt),
        *_implausible(prompt),
        *_contradicted(prompt),
        *_inapplicable(prompt),
    ]
    return Critique(verdict="object" if objections else "accept", objections=tuple(objections))


def _not_in_quote(prompt: str) -> list[Objection]:
    found = []
    for match in _INPUT.finditer(prompt):
        number = _NUMBER.match(match["value"])
        if number is None or _names_number(match["quote"], float(number[0])):
            continue
        detail = f"the quote {match['quote']!r} does not contain the value {number[0]}"
        found.append(Objection(kind="evidence", input=match["name"], detail=detail))
    return found


def _names_number(quote: str, value: float) -> bool:
    digits = _NUMBER.findall(quote.replace(",", "."))
    digits += _NUMBER.findall(re.sub(r"(?<=\d)[.,\s](?=\d{3}\b)", "", quote))
    digits += [str(24 / float(hours)) for hours in _EVERY_HOURS.findall(quote) if float(hours)]
    digits += [str(sum(map(int, parts))) for parts in _GLASGOW.findall(quote)]
    digits += [str(12 * int(years) + int(months)) for years, months in _YEARS_MONTHS.findall(quote)]
    digits += [str(12 * int(feet) + float(inches)) for feet, inches in _FEET.findall(quote)]
    return not digits or any(abs(float(text) - value) <= 1e-9 * max(1.0, abs(value)) for text in digits)


def _contradicted(prompt: str) -> list[Objection]:
    derivation = prompt.partition("<derivation")[2].partition("</derivation>")[0]
    # a criterion may bear the name of the figure that it scores; its points have no unit of measurement
    measured = (m for m in _STEP.finditer(derivation) if m["unit"] not in (None, "point", "points"))
    steps = {match["name"]: float(match["value"]) for match in measured}
    found = contradictions(framed_parts(prompt).get("context", ""), steps)
    return [Objection(kind="calculation", input=None, detail=sentence) for sentence in found]


def _implausible(prompt: str) -> list[Objection]:
    return [
        Objection(kind="unit", input=None, detail=match["note"]) for match in _IMPLAUSIBLE.finditer(prompt)
    ]


def _inapplicable(prompt: str) -> list[Objection]:
    details = [match["note"] for match in _WRONG_AGE.finditer(prompt)]
    species = animal(framed_parts(prompt).get("context", ""))
    if species:
        details.append(f"the patient is an animal ({species!r}), and the calculator was made for people")
    return [Objection(kind="applicability", input=None, detail=detail) for detail in details]

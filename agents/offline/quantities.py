"""Numbers as clinical notes write them: scale, unit, bound, range, pair.

A hand-written grammar on `regex` rather than a general quantity extractor: what decides these notes are
lost superscripts ("109/L"), thousands separators, pairs ("120/80") and unit spellings, which general
extractors read wrongly or not at all; it also scans in linear time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import regex

from agents.offline.language.units import DENOMINATORS, NUMERATORS, PLAIN_UNITS
from calculators.model import Bound


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a note with what belongs to it; `text[start:end]` is the whole of it.

    Args:
        value: the number as written, scale excluded.
        high: the upper end of a range ("3.5-5.0"), else None.
        second: the number after a slash ("120/80"), else None.
        unit: the unit in a plain spelling ("10^9/L", "mg/dL"), None where the note gives none.
        bound: set for censored values ("<10").
        start: offset of the first character, bound included.
        end: offset after the last character, unit included.
    """

    value: float
    high: float | None
    second: float | None
    unit: str | None
    bound: Bound | None
    start: int
    end: int

    def upper(self) -> Quantity:
        """The upper end of a range, as a number of its own."""
        value = self.value if self.high is None else self.high
        return Quantity(value, None, None, self.unit, None, self.start, self.end)

    def halves(self) -> tuple[Quantity, Quantity]:
        """The two numbers of a pair, each as a number of its own."""
        second = self.value if self.second is None else self.second
        return (
            Quantity(self.value, None, None, self.unit, self.bound, self.start, self.end),
            Quantity(second, None, None, self.unit, None, self.start, self.end),
        )


def _alternatives(spellings: dict[str, str]) -> str:
    ordered = sorted(spellings, key=len, reverse=True)
    return "|".join(regex.escape(s).replace(r"\ ", r"\s?") for s in ordered)


_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})++(?:\.\d++)?+(?![,\d])|\d{1,2}(?:,\d{2}(?!\d))++,\d{3}(?![,\d])|"
    r"\d{1,3}(?:(?:\.\d{3})++,\d++|(?:\.\d{3}){2,}+)(?![.,]?\d)|"
    r"\d{1,3}\s(?!10[3469]\b)\d{3}(?=\s?(?:/|per\s|cells|I?U/))|"
    r"\d++(?:\.\d++)?+[eE][+-]?\d++(?!\w)|\d++(?:[.,·]\d++)?+|\.\d++)"
)
"""Thousands with commas (in threes, or as in India "1,50,000"), with points where a decimal comma or a second
point shows it, or with spaces before a unit that is counted; powers of ten; plain decimals."""
_POWER = {"3": 3, "³": 3, "4": 4, "⁴": 4, "5": 5, "⁵": 5, "6": 6, "⁶": 6, "9": 9, "⁹": 9, "12": 12, "¹²": 12}
_COUNT_WORDS = r"(?:(?:white|red)\s(?:blood\s)?)?(?:cells?|leu[ck]ocytes|platelets|counts?)"
_VOLUME = (
    r"(?:cubic\s(?:millimet(?:er|re)s?|mm)|cu\.?\s?mm\.?|cmm|mm\s?\^?[3³]|(?:micro|m[iy]kro)-?lit(?:er|re)s?|"
    r"[μµu]\s?[Ll]|mc[Ll]|[mM][Ll]|d[Ll]|lit(?:er|re)s?|[Ll])"
)
_PER = r"(?:\s?/\s?|\s?per\s|\s)"
_COUNT_UNIT = (
    rf"(?P<times>[×xX*∙·]\s?)?(?P<ten>10\s?(?:\^|\*\*|[eE])?\s?[-–]?(?P<power>12|¹²|[34569³⁴⁵⁶⁹])|1000|1,000)"
    rf"\s?(?:{_COUNT_WORDS})?\s?{_PER}\s?(?P<volume>{_VOLUME})(?!\w)"
)
_THOUSAND_UNIT = (
    rf"(?P<thousand>K|k|thousands?|thous|thou|th|G|lakhs?|lacs?|million)\s?(?:{_COUNT_WORDS})?\s?(?:/|per\s)\s?"
    rf"(?P<volume2>{_VOLUME})(?!\w)"
)
_PLAIN_COUNT_UNIT = (
    rf"(?:{_COUNT_WORDS})?\s?(?:(?:/|per\s)\s?(?P<volume3>{_VOLUME})|(?P<inverse>mm\s?(?:[-−–]3|⁻³)))(?!\w)"
)
_WITHIN_A_DAY = (
    r"(?:over|in|during|within)\s(?:(?:the\s)?(?:first|last|past|previous|next)\s)?(?=24\s?h)|a\s(?=day|week)"
)
_SUPERSCRIPT = r"(?:\s?[-−–]1|⁻¹)?"
_COMPOUND_UNIT = (
    rf"(?P<numerator>{_alternatives(NUMERATORS)})\s?(?:/|per\s|·|\.(?=[dDlL]{{1,2}}[-−])|{_WITHIN_A_DAY})\s?"
    rf"(?P<denominator>{_alternatives(DENOMINATORS)}){_SUPERSCRIPT}"
    rf"(?P<further>(?:(?:\s?[/·]\s?|\sper\s)(?:\d+(?:\.\d+)?\s?)?[A-Za-zμµ]\w*){{0,2}}+)(?!\w)"
)
_INCHES = r"(?P<inch>in\b(?=\.?(?:\s*(?:[,;)]|\Z)|\s+(?:and|tall|with)\b)))"
_PLAIN_UNIT = rf"(?P<plain>{_alternatives(PLAIN_UNITS)})(?![\w^²])"

_OVER = r"\sover\s(?=\d{2,3}(?!\s?(?:\d|h|m|s|d|w|y|-)))"
"""A pressure that is spelled out: "120 over 80", but not "500 over 24 hours"."""

_FEET_INCHES = (
    r"(?P<feet>[1-8])\s?(?:ft|feet|foot|['’′])\.?\s?(?:and\s|,\s?)?"
    r"(?P<inches>\d{1,2}(?:\.\d{1,2})?+)\s?(?:in(?:ch(?:es)?)?\b|[\"”″]|['’′]{2}|(?=[\s,.;)]))"
)

QUANTITY = regex.compile(
    rf"{_FEET_INCHES}|"
    rf"(?P<bound>[<>≤≥]=?\s?)?(?P<number>(?<!\w[.,]?){_NUMBER})(?:(?P<ordinal>(?:st|nd|rd|th)\b)|"
    rf"(?:\s?(?:[-‐‑–—−~]|to\b)\s?(?P<high>{_NUMBER})(?!\w*[-–]year)(?P<ordinal_high>(?:st|nd|rd|th)\b)?)?"
    rf"(?:(?:\s?/\s?|{_OVER})(?P<second>\d{{1,4}}+(?:\.\d++)?+)(?![\d/]))?"
    rf"(?:[\s-]{{0,2}}+(?:{_COUNT_UNIT}|{_THOUSAND_UNIT}|{_COMPOUND_UNIT}|{_PLAIN_COUNT_UNIT}|{_INCHES}|{_PLAIN_UNIT}))?)",
    regex.V1,
)


def _volume(spelling: str) -> str:
    lowered = spelling.lower().replace(" ", "")
    if lowered in ("l", "liter", "litre", "liters", "litres"):
        return "L"
    if lowered in ("ml", "dl"):
        return lowered[0] + "L"
    return "uL"


_THOUSANDS = {"g": "10^9", **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), "10^5"), "million": "10^6"}


_THOUSANDS_POINT = regex.compile(r"\d{1,3}(?:\.\d{3})+")


def _thousands(spelling: str, unit: str | None) -> str:
    """A point between thousands, as in "22.000/µL": nobody counts cells per µL to three decimals."""
    if unit == "1/uL" and _THOUSANDS_POINT.fullmatch(spelling):
        return spelling.replace(".", "")
    return spelling


def _unit(match: regex.Match[str]) -> str | None:
    group = match.group
    if group("volume"):
        power = _POWER.get(group("power") or "", 3)
        return f"10^{power}/{_volume(group('volume'))}"
    if group("volume2"):
        return f"{_THOUSANDS.get(group('thousand').lower(), '10^3')}/{_volume(group('volume2'))}"
    if group("volume3"):
        return f"1/{_volume(group('volume3'))}"
    if group("inverse"):
        return "1/uL"
    if group("inch"):
        return "in"
    if group("numerator"):
        further = regex.sub(r"\s?per\s", "/", group("further")).replace(" ", "")
        return (
            f"{_plain(group('numerator'), NUMERATORS)}/{_plain(group('denominator'), DENOMINATORS)}{further}"
        )
    return _plain(group("plain"), PLAIN_UNITS) if group("plain") else None


def _plain(spelling: str, table: dict[str, str]) -> str:
    if spelling in table:
        return table[spelling]
    folded = regex.sub(r"\s", " ", spelling)
    return table.get(folded) or next(
        v for k, v in table.items() if k.replace(" ", "") == folded.replace(" ", "")
    )


_COMMAS_BETWEEN_THOUSANDS = regex.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}")
_POINTS_BETWEEN_THOUSANDS = regex.compile(r"\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_RUNS_ON = regex.compile(r"[.,]\d")
_BOUNDS = {"<": "<", ">": ">", "≤": "<=", "≥": ">=", "<=": "<=", ">=": ">="}


def number(spelling: str) -> float | None:
    """A number as notes write it: "149,000", "1 500", "1.234,5", "4,2" (decimal comma), "1·5", "2e5".

    None if it is not finite.
    """
    plain = regex.sub(r"\s", "", spelling.replace("·", "."))
    if len(plain) > 30:
        return None
    if _COMMAS_BETWEEN_THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _POINTS_BETWEEN_THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    value = float(plain.replace(",", "."))
    return value if math.isfinite(value) else None


def quantity(match: regex.Match[str]) -> Quantity | None:
    """The quantity of one match of `QUANTITY`.

    None for ordinals ("25th"), numbers beyond reason, lists without spaces ("1,2,3"), and numbers that run on
    in letters which are no unit ("2a").
    """
    if match.group("feet"):
        total = 12 * float(match.group("feet")) + float(match.group("inches"))
        return Quantity(total, None, None, "in", None, match.start(), match.end())
    if match.group("ordinal") or match.group("ordinal_high"):
        return None
    unit = _unit(match)
    if _RUNS_ON.match(match.string, match.end("number")) or (
        unit is None and match.string[match.end() : match.end() + 1].isalpha()
    ):
        return None
    value = number(_thousands(match.group("number"), unit))
    if value is None:
        return None
    high = number(match.group("high")) if match.group("high") else None
    second = float(match.group("second")) if match.group("second") else None
    bound = _BOUNDS.get((match.group("bound") or "").strip())
    return Quantity(value, high, second, unit, cast("Bound | None", bound), match.start(), match.end())

"""A note as a sequence of tokens and sentences; the one scan that all strategies share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex
from dateutil import parser as dateparser

from agents.offline.quantities import QUANTITY, Quantity, quantity

_SAME_LENGTH = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    **dict.fromkeys("\xa0\u2007\u2009\u200a\u202f\u2002\u2003\u3000", " "),
    **dict.fromkeys(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]), " "),
    **dict.fromkeys(map(chr, [*range(9), 11, 12, *range(14, 32), 127, 0xFEFF]), " "),
    "\r": " ", "\t": " ", "；": ";", "，": ",", "：": ":", "（": "(", "）": ")",
    "％": "%", "∼": "~", "＜": "<", "＞": ">", "⩽": "≤", "≦": "≤", "⩾": "≥", "≧": "≥",
    "\u2028": "\n", "\u2029": "\n", "\x85": "\n",
}  # fmt: skip
_FOLD = str.maketrans(_SAME_LENGTH)


@lru_cache(maxsize=8)
def folded(context: str) -> str:
    """The context with marks of equal meaning made equal, one for one, so that offsets stay true."""
    return context.translate(_FOLD)


TokenKind = Literal["word", "quantity", "date", "mark", "other"]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
DATE = regex.compile(
    rf"(?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})(?!\d)|(?P<numeric>\d{{1,2}}(?P<separator>[/-])\d{{1,2}}(?P=separator)(?:\d{{4}}|\d{{2}})|\d{{1,2}}\.\d{{1,2}}\.\d{{4}})(?!\d|[./-]\d)|"
    rf"(?P<day_first>\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\.?,?\s\d{{4}})(?!\d)|"
    rf"(?P<month_first>{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}})(?!\d)|"
    rf"(?P<no_day>{_MONTH}\.?,?\s(?:of\s)?(?:19|20)\d\d)(?!\d)"
)
_TOKEN = regex.compile(
    rf"(?P<newline>\n)|(?P<date>(?<![\w.,/-])(?:{DATE.pattern}))|(?P<quantity>{QUANTITY.pattern})|"
    r"(?P<word>[^\W\d_][\w]*+(?:['’][a-z]{1,2}\b)?)|(?P<mark>[^\w\s])|(?P<other>\w+?)",
    regex.V1,
)
_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "vs", "approx", "fig", "no", "st", "e", "i", "g", "resp", "temp"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, quantity, date or mark. `key` is the word without case (empty for other kinds)."""

    kind: TokenKind
    text: str
    key: str
    start: int
    end: int
    quantity: Quantity | None = None
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens of one sentence or one line. `line` is true for a line of a list rather than of prose."""

    tokens: tuple[Token, ...]
    line: bool


def parse_date(spelling: str, day_first: bool) -> dt.date | None:
    """A full date, or None for one without a day or that no calendar has."""
    try:
        return dateparser.parse(spelling, dayfirst=day_first, default=dt.datetime(1, 1, 1)).date()  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def writes_day_first(text: str) -> bool:
    """Whether the numeric dates of a text can only be read with the day before the month."""
    firsts = regex.findall(r"(?<![\d./-])(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}(?!\d)", text)
    return any(int(a) > 12 for a, _ in firsts) and not any(int(b) > 12 for _, b in firsts)


def _token(match: regex.Match[str], day_first: bool) -> Token:
    start, end, text = match.start(), match.end(), match.group()
    if match.group("word"):
        return Token("word", text, text.casefold(), start, end)
    if match.group("date"):
        parsed = None if match.group("no_day") else parse_date(text, day_first)
        return Token("date", text, "", start, end, date=parsed)
    if match.group("quantity"):
        found = quantity(match)
        return Token("quantity" if found else "other", text, "", start, end, quantity=found)
    return Token("mark" if match.group("mark") else "other", text, "", start, end)


def _ends_sentence(previous: Token | None, token: Token, following: str) -> bool:
    if token.text not in ".?!":
        return False
    if not following[:1].isspace() and following:
        return False
    after = following.lstrip()[:1]
    if previous is not None and previous.key in _ABBREVIATIONS and token.text == ".":
        return False
    return not after.islower()


_LINE_TOKENS = 14


@lru_cache(maxsize=8)
def scan(context: str) -> tuple[Sentence, ...]:
    """Split a note into sentences of tokens, in time linear in its length.

    A line break ends a sentence unless the next line goes on in lower case.
    """
    day_first = writes_day_first(context)
    sentences: list[Sentence] = []
    current: list[Token] = []
    line_start = True

    def close(at_newline: bool) -> None:
        if current:
            short = at_newline and len(current) <= _LINE_TOKENS and current[-1].text not in ".?!"
            sentences.append(Sentence(tuple(current), short and line_start))
            current.clear()

    for match in _TOKEN.finditer(context):
        if match.group("newline"):
            following = context[match.end() : match.end() + 1]
            if not following.islower() or not current:
                close(at_newline=True)
                line_start = True
            continue
        token = _token(match, day_first)
        previous = current[-1] if current else None
        current.append(token)
        if _ends_sentence(previous, token, context[match.end() : match.end() + 3]):
            close(at_newline=False)
            line_start = False
    close(at_newline=True)
    return tuple(sentences)

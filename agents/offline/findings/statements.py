"""Everything that a note says of the findings of a calculator, each statement with its quote and context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex
from spacy.tokens import Span

from agents.offline.findings.context import Context, contexts
from agents.offline.findings.document import document
from agents.offline.findings.lexicon import Lexicon, Mention, Role, lexicon
from agents.offline.findings.sections import sections
from agents.offline.language.people import SPELLED_NUMBERS
from agents.offline.language.sections import Section
from agents.offline.note import Token, scan
from agents.offline.times import Place, places
from calculators.model import InputSpec

_LONGEST = 200
"""Tokens that are looked at together; a longer sentence is cut, so that the time stays linear."""
_SPELLED = "|".join(sorted(SPELLED_NUMBERS, key=len, reverse=True))
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "year": 365.0}
_AGO = regex.compile(
    rf"\b(?P<number>\d{{1,3}}(?:\.\d)?|{_SPELLED}|an?|several|few|many|a\sfew)[-\s]"
    r"(?P<unit>hour|day|week|month|year)s?[-\s](?:ago|earlier|before|prior|previously|back|post)\b|"
    r"\b(?:last|past|previous)\s(?P<last>day|week|month|year)\b|"
    r"\b(?:post-?operative|postop)\sday\s#?(?P<pod>\d{1,2})\b|\b(?P<near>yesterday|today|recent(?:ly)?)\b|"
    r"\b(?:within|in|over|during)\sthe\s(?:last|past|previous)\s(?:(?P<within>\d{1,2})\s)?"
    r"(?P<span>day|week|month|year)s?\b",
    regex.IGNORECASE,
)
_VAGUE = {"a": 1.0, "an": 1.0, "several": 5.0, "few": 3.0, "a few": 3.0, "many": 10.0}
_NEAR = {"today": 0.0, "yesterday": 1.0, "recent": 14.0, "recently": 14.0}
_STILL_THEN = regex.compile(
    r"(?:now|currently|(?:de|in)creased|improved|rose|dropped|fell|elevated|reduced|risen|declined|returned|"
    r"within|last|at\s\d)",
    regex.IGNORECASE,
)
_CUE_REACH = 30
_DENYING = frozenset(
    "no not never without denies denied denying negative absence absent lack lacks neither nor none free "
    "excluded unlikely unremarkable ruled isn't wasn't aren't weren't doesn't don't didn't hasn't "
    "hadn't".split()
)
"""Words that show in a quote why a finding counts as denied."""
_NEGATIONS = frozenset("no not never without isn't wasn't aren't weren't hardly neither nor".split())


@dataclass(frozen=True, slots=True)
class Statement:
    """What one passage says of one finding.

    Args:
        name: the input.
        role: whether the words state it, only hint at it, or deny it by themselves.
        context: denied, somebody else's, hypothetical, uncertain, past.
        words: that name the finding, in small letters.
        start: first offset of the quote.
        end: offset after the quote.
        place: where in the patient's story it stands.
        section: of the note.
        sentence: number of the sentence.
        days_ago: how long before the presentation, if the sentence says so.
    """

    name: str
    role: Role
    context: Context
    words: str
    start: int
    end: int
    place: Place
    section: Section
    sentence: int
    days_ago: float | None
    negated: bool
    """Whether a negation stands right before the words, whatever else reaches them."""

    @property
    def later(self) -> bool:
        """Whether it speaks of a time after the presentation, which "now" and a rise "to" a value do not."""
        return self.place.phase == "later" and _STILL_THEN.match(self.place.cue or "") is None


def _chunks(tokens: tuple[Token, ...]) -> Iterator[tuple[int, tuple[Token, ...]]]:
    for first in range(0, len(tokens), _LONGEST):
        yield first, tokens[first : first + _LONGEST]


def _number(spelling: str) -> float:
    folded = spelling.casefold()
    if folded in _VAGUE:
        return _VAGUE[folded]
    return float(SPELLED_NUMBERS.get(folded) or spelling)


def _days(match: regex.Match[str]) -> float:
    if match["number"]:
        return _number(match["number"]) * _DAYS[match["unit"].casefold()]
    if match["last"]:
        return _DAYS[match["last"].casefold()]
    if match["pod"]:
        return float(match["pod"])
    if match["span"]:
        return float(match["within"] or 1) * _DAYS[match["span"].casefold()]
    return _NEAR[match["near"].casefold()]


def _days_ago(dates: Sequence[tuple[int, int, float]], start: int, end: int) -> float | None:
    """The time that stands nearest to a statement in its sentence."""
    if not dates:
        return None
    return min(dates, key=lambda d: max(d[0] - end, start - d[1]))[2]


@lru_cache(maxsize=8)
def statements(context: str, specs: tuple[InputSpec, ...]) -> tuple[Statement, ...]:
    """All statements on these inputs, in the order of the note, in time linear in its length."""
    terms, sentences = lexicon(specs), scan(context)
    found: list[Statement] = []
    for number, (sentence, spots, section) in enumerate(
        zip(sentences, places(context), sections(context, sentences), strict=True)
    ):
        for first, tokens in _chunks(sentence.tokens):
            found += _read(context, terms, tokens, spots[first : first + len(tokens)], section, number)
    return tuple(found)


def _read(
    context: str,
    terms: Lexicon,
    tokens: tuple[Token, ...],
    spots: tuple[Place, ...],
    section: Section,
    number: int,
) -> Iterator[Statement]:
    if not terms.may_be_in({token.text.replace("’", "'").lower() for token in tokens}):
        return
    doc = document(tokens)
    mentions = sorted(terms.mentions(doc), key=lambda m: (m.first, m.after))
    if not mentions:
        return
    start, end = tokens[0].start, tokens[-1].end
    dates = [(start + m.start(), start + m.end(), _days(m)) for m in _AGO.finditer(context[start:end])]
    spans = [Span(doc, m.first, m.after, label=m.name) for m in mentions]
    for mention, held in zip(mentions, contexts(doc, spans), strict=True):
        yield _statement(mention, held, tokens, spots, section, number, dates)


def _statement(
    mention: Mention,
    held: Context,
    tokens: tuple[Token, ...],
    spots: tuple[Place, ...],
    section: Section,
    number: int,
    dates: Sequence[tuple[int, int, float]],
) -> Statement:
    start, end = tokens[mention.first].start, tokens[mention.after - 1].end
    days = _days_ago(dates, start, end)
    words = " ".join(token.text for token in tokens[mention.first : mention.after]).casefold()
    if held.denied and mention.role != "denies":
        start, end = _with_cue(tokens, mention)
    held = held._replace(
        other_person=held.other_person or section == "family", history=held.history or section == "history"
    )
    return Statement(
        mention.name, mention.role, held, words, start, end, spots[mention.first], section, number,
        days, _negated(tokens, mention.first),
    )  # fmt: skip


def _with_cue(tokens: tuple[Token, ...], mention: Mention) -> tuple[int, int]:
    """The span of a denied mention with the nearest word that denies it, if that is in reach."""
    start, end = tokens[mention.first].start, tokens[mention.after - 1].end
    for token in reversed(tokens[max(0, mention.first - _CUE_REACH) : mention.first]):
        if token.key in _DENYING:
            return token.start, end
    for token in tokens[mention.after : mention.after + _CUE_REACH]:
        if token.key in _DENYING:
            return start, token.end
    return start, end


def _negated(tokens: tuple[Token, ...], at: int) -> bool:
    return any(token.key in _NEGATIONS for token in tokens[max(0, at - 2) : at])

"""The phrases by which notes name the findings of one calculator, compiled for spaCy's matchers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from agents.offline.findings.context import components
from agents.offline.findings.document import language, phrases, term
from agents.offline.language.comorbidities import HISTORY, SOMETHING_ELSE
from agents.offline.language.findings import PRESENT, Terms
from agents.offline.language.options import OPTIONS, Options
from calculators.model import InputSpec

Role = Literal["says", "names", "hints", "denies"]
_ROLES: tuple[Role, ...] = ("denies", "says", "names", "hints")
"""In the order in which they win where two name the same words."""
_ELSE = "something else"
_GAP = {"TEXT": {"NOT_IN": [".", ",", ";", ":"]}, "OP": "{0,4}"}
_LONGEST_ABBREVIATION = 5
_SPELLINGS = (
    ("hemo", "haemo"), ("hema", "haema"), ("hemi", "hemi"), ("anemi", "anaemi"), ("edema", "oedema"),
    ("ischem", "ischaem"), ("esoph", "oesoph"), ("tumor", "tumour"), ("leukem", "leukaem"), ("lemia", "laemia"),
    ("cemia", "caemia"), ("rrhea", "rrhoea"), ("localiz", "localis"), ("mobiliz", "mobilis"),
    ("estrogen", "oestrogen"), ("melena", "melaena"), ("uremia", "uraemia"), ("faec", "fec"),
    ("ateremia", "ateraemia"), ("icemia", "icaemia"), ("pnea", "pnoea"), ("faint", "faint"),
)  # fmt: skip


class Mention(NamedTuple):
    """Words that name a finding: tokens[first:after] of a sentence."""

    name: str
    role: Role
    first: int
    after: int


_READ_ELSEWHERE = frozenset({"sex", "race", "from_drug", "to_drug", "onset_within_3_days"})


def is_finding(spec: InputSpec) -> bool:
    """Whether an input is read from statements: a finding, or a category other than sex, race and drugs."""
    return spec.kind in ("boolean", "category") and spec.name not in _READ_ELSEWHERE


@lru_cache(maxsize=256)
def table_of(spec: InputSpec) -> Mapping[str, Terms]:
    """Name of statements → how notes speak of an input: "cough", "ascites" and "ascites=slight".

    An input without an entry is known by its label and synonyms, a category by its options; synonyms that an
    entry does not have only hint at the input.
    """
    own = (spec.label, *spec.synonyms)
    if spec.kind == "boolean":
        entry = PRESENT.get(spec.name) or HISTORY.get(spec.name)
        return {spec.name: Terms("|".join(own)) if entry is None else _hinted(entry, own)}
    options = OPTIONS.get(spec.name) or Options({option: Terms(option) for option in spec.allowed})
    of = {f"{spec.name}={option}": terms for option, terms in options.of.items()}
    return {spec.name: _hinted(options.names, own), **of}


def _hinted(terms: Terms, own: tuple[str, ...]) -> Terms:
    """Terms with those of an input's own names that hold none of them as hints."""
    known = [p.casefold() for p in phrases(f"{terms.says}|{terms.names}|{terms.denies}")]
    new = [name for name in own if not any(phrase in name.casefold() for phrase in known)]
    return terms._replace(hints="|".join((terms.hints, *new)))


def _spellings(phrase: str) -> Iterator[str]:
    """A phrase with its plural and its British spelling."""
    plural = phrase + "s" if phrase[-1].isalpha() and phrase[-1] not in "sS" else phrase
    for form in {phrase, plural}:
        yield form
        british = form
        for american, other in _SPELLINGS:
            british = british.replace(american, other)
        if british != form:
            yield british


def _exact(phrase: str) -> bool:
    """Whether the case of a phrase matters: "PE" is no "pe"."""
    return len(phrase) <= _LONGEST_ABBREVIATION and phrase.upper() == phrase


class Lexicon:
    """Finds the mentions of some findings in a document."""

    def __init__(self, table: Mapping[str, Terms]) -> None:
        nlp = language()
        self._folded = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._cased = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._gapped = Matcher(nlp.vocab)
        self._seen: set[tuple[str, str]] = set()
        for name, terms in table.items():
            for role in _ROLES:
                self._add_all(f"{role}|{name}", getattr(terms, role), name)
        self._add_all(f"says|{_ELSE}", SOMETHING_ELSE, _ELSE)

    def _add_all(self, key: str, text: str, name: str) -> None:
        for phrase in phrases(text):
            if (name, phrase) not in self._seen:
                self._seen.add((name, phrase))
                self._add(key, phrase)

    def _add(self, key: str, phrase: str) -> None:
        for form in _spellings(phrase):
            if ".." in form:
                parts = [term(part.strip()) for part in form.split("..")]
                pattern: list[dict[str, object]] = []
                for part in parts:
                    pattern += [_GAP] if pattern else []
                    pattern += [{"LOWER": token.lower_} for token in part]
                self._gapped.add(key, [pattern])
            else:
                matcher = self._cased if _exact(phrase) else self._folded
                matcher.add(key, [term(form)])

    def mentions(self, doc: Doc) -> list[Mention]:
        """Every mention; of overlapping ones of a finding the longest, and none inside something else."""
        found: dict[str, list[Span]] = {}
        for matcher in (self._folded, self._cased, self._gapped):
            for span in matcher(doc, as_spans=True) if len(matcher) else ():
                found.setdefault(span.label_.partition("|")[2], []).append(span)
        other = [(s.start, s.end) for s in found.pop(_ELSE, ())]
        return [mention for name, spans in found.items() for mention in _apart(name, spans, other)]


def _apart(name: str, spans: list[Span], other: list[tuple[int, int]]) -> Iterator[Mention]:
    order = {role: rank for rank, role in enumerate(_ROLES)}
    spans.sort(key=lambda s: order[s.label_.partition("|")[0]])
    for span in filter_spans(spans):
        inside = any(a <= span.start and span.end <= b and b - a > len(span) for a, b in other)
        if not inside:
            yield Mention(name, span.label_.partition("|")[0], span.start, span.end)


@lru_cache(maxsize=64)
def lexicon(specs: tuple[InputSpec, ...]) -> Lexicon:
    """The lexicon of the findings among these inputs."""
    components()
    return Lexicon({name: terms for spec in specs for name, terms in table_of(spec).items()})

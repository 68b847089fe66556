"""The phrases by which notes name the findings of one calculator, compiled for spaCy's matchers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from agents.offline.findings.context import components
from agents.offline.findings.document import language, phrases, term
from agents.offline.language.coma import RESPONSES
from agents.offline.language.comorbidities import HISTORY
from agents.offline.language.findings import PRESENT
from agents.offline.language.lookalikes import SOMETHING_ELSE
from agents.offline.language.options import OPTIONS
from agents.offline.language.terms import Options, Terms
from agents.offline.language.thrombosis import THROMBOSIS
from calculators.model import InputSpec

Role = Literal["says", "names", "hints", "denies"]
_ROLES: tuple[Role, ...] = ("denies", "says", "names", "hints")
"""In the order in which they win where two name the same words."""
_ELSE = "something else"
_GAP_MARK = ".."
_GAP = {"TEXT": {"NOT_IN": [".", ",", ";", ":"]}, "OP": "{0,4}"}
_LONGEST_ABBREVIATION = 5
_SPELLINGS = tuple(
    pair.split("/")
    for pair in (
        "hemo/haemo hema/haema anemi/anaemi edema/oedema ischem/ischaem esoph/oesoph tumor/tumour "
        "leukem/leukaem lemia/laemia cemia/caemia rrhea/rrhoea localiz/localis mobiliz/mobilis "
        "estrogen/oestrogen melena/melaena uremia/uraemia pnea/pnoea"
    ).split()
)
"""American and British spelling of the same part of a word."""
_TERMS: Mapping[str, Terms] = {**PRESENT, **THROMBOSIS, **HISTORY}
_OPTIONS: Mapping[str, Options] = {**OPTIONS, **RESPONSES}


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
        entry = _TERMS.get(spec.name)
        return {spec.name: Terms("|".join(own)) if entry is None else _hinted(entry, own)}
    options = options_of(spec)
    of = {f"{spec.name}={option}": terms for option, terms in options.of.items()}
    return {spec.name: _hinted(options.names, own), **of}


def options_of(spec: InputSpec) -> Options:
    """How notes say the options of a category."""
    return _OPTIONS.get(spec.name) or Options({option: Terms(option) for option in spec.allowed})


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
        vocab = language().vocab
        self._folded = PhraseMatcher(vocab, attr="LOWER")
        self._cased = PhraseMatcher(vocab, attr="ORTH")
        self._gapped = Matcher(vocab)
        self._of: dict[str, tuple[str, Role]] = {}
        """Key of a match → the finding and the role of its words."""
        self._begins: dict[bool, set[str]] = {False: set(), True: set()}
        """First words of the phrases without and with a gap: most sentences have none of them."""
        for name, terms in table.items():
            taken: set[str] = set()
            for role in _ROLES:
                self._add_all(name, role, getattr(terms, role), taken)
        self._add_all(_ELSE, "says", SOMETHING_ELSE, set())

    def _add_all(self, name: str, role: Role, text: str, taken: set[str]) -> None:
        key = f"{role} {name}"
        self._of[key] = name, role
        for phrase in phrases(text):
            if phrase not in taken:
                taken.add(phrase)
                self._add(key, phrase)

    def _add(self, key: str, phrase: str) -> None:
        for form in _spellings(phrase):
            self._begins[_GAP_MARK in form].add(term(form.partition(_GAP_MARK)[0].strip())[0].lower_)
            if _GAP_MARK in form:
                self._gapped.add(key, [_pattern(form)])
            else:
                matcher = self._cased if _exact(phrase) else self._folded
                matcher.add(key, [term(form)])

    def may_be_in(self, words: AbstractSet[str]) -> bool:
        """Whether a sentence of these words, in small letters, can have a mention at all."""
        return not all(begins.isdisjoint(words) for begins in self._begins.values())

    def mentions(self, doc: Doc) -> list[Mention]:
        """Every mention; of overlapping ones of a finding the longest, and none inside something else."""
        gapped = not self._begins[True].isdisjoint(token.lower_ for token in doc)
        found: dict[str, list[tuple[Span, Role]]] = {}
        matchers: list[PhraseMatcher | Matcher] = [self._folded, self._cased]
        for matcher in [*matchers, self._gapped] if gapped else matchers:
            for span in matcher(doc, as_spans=True) if len(matcher) else ():
                name, role = self._of[span.label_]
                found.setdefault(name, []).append((span, role))
        other = [(span.start, span.end) for span, _ in found.pop(_ELSE, ())]
        return [mention for name, spans in found.items() for mention in _apart(name, spans, other)]


def _pattern(form: str) -> list[dict[str, Any]]:
    pattern: list[dict[str, Any]] = []
    for part in form.split(_GAP_MARK):
        pattern += [_GAP] if pattern else []
        pattern += [{"LOWER": token.lower_} for token in term(part.strip())]
    return pattern


def _apart(name: str, spans: list[tuple[Span, Role]], other: list[tuple[int, int]]) -> Iterator[Mention]:
    spans.sort(key=lambda entry: _ROLES.index(entry[1]))
    roles: dict[tuple[int, int], Role] = {}
    for span, role in spans:
        roles.setdefault((span.start, span.end), role)
    for span in filter_spans([span for span, _ in spans]):
        if not any(a <= span.start and span.end <= b and b - a > len(span) for a, b in other):
            yield Mention(name, roles[span.start, span.end], span.start, span.end)


@lru_cache(maxsize=64)
def lexicon(specs: tuple[InputSpec, ...]) -> Lexicon:
    """The lexicon of the findings among these inputs."""
    components()
    return Lexicon({name: terms for spec in specs for name, terms in table_of(spec).items()})

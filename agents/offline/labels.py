"""Finds the names of measurements among the tokens of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex

from agents.offline.language.cues import BODY_LENGTH_BEFORE, SPOILERS
from agents.offline.language.names import NAMES
from agents.offline.note import Token

_WORD = regex.compile(r"[^\W\d_]\w*(?:['’][a-z]{1,2}\b)?")
_INSIDE_NAME = frozenset("-–/.")
_CHARGES = frozenset("+-−–⁺⁻")
_IONS = frozenset({"na", "k", "cl", "hco3", "hco", "ca", "ca2", "mg", "mg2", "sodium", "potassium"})


@dataclass(frozen=True, slots=True)
class Label:
    """A measurement's name at tokens[first:after]. `weak`: it implies the value ("hypercalcemia")."""

    concept: str
    weak: bool
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    exact: str | None
    concept: str
    weak: bool


Index = Mapping[str, tuple[_Name, ...]]


def _name(spelling: str, concept: str) -> _Name | None:
    weak = spelling.startswith("~")
    words = tuple(_WORD.findall(spelling))
    if not words:
        return None
    exact = words[0] if len(words) == 1 and len(words[0]) <= 3 else None
    return _Name(tuple(w.casefold() for w in words), exact, concept, weak)


@lru_cache(maxsize=256)
def index(extra: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Index:
    """First word → names that begin with it, longest first. `extra`: (concept, names) of further inputs."""
    found: dict[str, list[_Name]] = {}
    pairs: Iterable[tuple[str, tuple[str, ...]]] = [*NAMES.items(), *extra]
    for concept, spellings in pairs:
        for spelling in spellings:
            name = _name(spelling, concept)
            if name is not None:
                found.setdefault(name.words[0], []).append(name)
    return {k: tuple(sorted(v, key=lambda n: -len(n.words))) for k, v in found.items()}


def _match(name: _Name, tokens: tuple[Token, ...], at: int) -> int | None:
    """Index after the name when it stands at `at`."""
    if name.exact is not None and tokens[at].text != name.exact:
        return None
    i = at + 1
    for word in name.words[1:]:
        if i < len(tokens) and tokens[i].text in _INSIDE_NAME:
            i += 1
        if i >= len(tokens) or tokens[i].key != word:
            return None
        i += 1
    return i


def _with_charge(tokens: tuple[Token, ...], after: int) -> int:
    last = tokens[after - 1]
    if last.key not in _IONS:
        return after
    while (
        after < len(tokens)
        and tokens[after].text in _CHARGES
        and tokens[after].start == tokens[after - 1].end
    ):
        after += 1
    return after


def label_at(tokens: tuple[Token, ...], at: int, names: Index) -> Label | None:
    """The longest name that begins at this token."""
    for name in names.get(tokens[at].key, ()) if tokens[at].kind == "word" else ():
        after = _match(name, tokens, at)
        if after is not None and not (name.words[0] in _VERBS and not _length_follows(tokens, after)):
            concept = OTHER if _spoiled(name, tokens, at, after) else _after_a_time(name.concept, tokens, at)
            return Label(concept, name.weak, at, _with_charge(tokens, after))
    return None


_VERBS = ("stands", "stood")


def _length_follows(tokens: tuple[Token, ...], after: int) -> bool:
    """Whether a person and not a laboratory value "stands at"."""
    units = (t.quantity.unit for t in tokens[after : after + 3] if t.quantity is not None)
    return next(units, None) in ("cm", "m", "in", "ft", "mm")


OTHER = "other"
"""Concept of names that a neighbouring word turns into something that no calculator asks for."""


def _after_a_time(concept: str, tokens: tuple[Token, ...], at: int) -> str:
    """A glucose "2 hours" or "90 min" after a meal or a load is not the one that is asked for."""
    before = tokens[at - 1].quantity if at else None
    return "other_glucose" if concept == "glucose" and before and before.unit in ("h", "min") else concept


_VITALS = frozenset({"temperature", "blood_pressure", "heart_rate", "respiratory_rate", "spo2"})
_BESIDE_VITALS = {"P": "heart_rate", "R": "respiratory_rate"}
"""Letters that mean a vital sign where they stand beside others, and something else elsewhere."""


def _vital(found: list[Label], tokens: tuple[Token, ...]) -> list[Label]:
    """The labels with single letters read as vital signs where a neighbour is one."""
    settled = list(found)
    for at, label in enumerate(found):
        meant = _BESIDE_VITALS.get(tokens[label.first].text) if label.after == label.first + 1 else None
        beside = {other.concept for other in found[max(0, at - 2) : at + 3]} - {label.concept}
        if meant is not None:
            concept = meant if beside & _VITALS else label.concept
            settled[at] = Label(concept, label.weak, label.first, label.after)
    return settled


def _spoiled(name: _Name, tokens: tuple[Token, ...], at: int, after: int) -> bool:
    following = tokens[after].key if after < len(tokens) else ""
    if following == "-" and after + 1 < len(tokens):
        following = tokens[after + 1].key
    if following in SPOILERS:
        return True
    if name.words == ("length",) and at:
        previous = tokens[at - 1]
        return previous.kind == "word" and previous.key not in BODY_LENGTH_BEFORE
    return False


_LIPOPROTEINS = frozenset({"hdl", "ldl", "other_lipid"})


def _same_thing(first: Label, second: Label, tokens: tuple[Token, ...]) -> bool:
    """Whether two neighbouring labels are one: "heart rate (HR)", "HDL (high-density …) cholesterol"."""
    between = [t.text for t in tokens[first.after : second.first]]
    if second.concept == "total_cholesterol" and first.concept in _LIPOPROTEINS:
        return all(t in "()-" for t in between)
    closing = second.after < len(tokens) and tokens[second.after].text in ")]"
    if between in (["("], ["["]) and first.concept == second.concept:
        return closing
    return first.concept == second.concept and all(t in ("-", "–", "/", "count", "level") for t in between)


def labels(tokens: tuple[Token, ...], names: Index) -> list[Label]:
    """All labels of a sentence in order; an abbreviation in brackets behind its name is one label with it."""
    found: list[Label] = []
    i = 0
    while i < len(tokens):
        label = label_at(tokens, i, names)
        if label is None:
            i += 1
            continue
        if found and _same_thing(found[-1], label, tokens):
            previous = found.pop()
            bracket = tokens[label.first - 1].text in "(["
            after = label.after + (1 if bracket and label.after < len(tokens) else 0)
            label = Label(previous.concept, previous.weak and label.weak, previous.first, after)
        found.append(label)
        i = label.after
    return _vital(found, tokens)

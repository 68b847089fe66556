"""What the words around a finding make of it, by NegEx with one term set for each kind of context."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from negspacy.negation import Negex
from spacy.tokens import Doc, Span

from agents.offline.findings.document import language, phrases, term
from agents.offline.language.contexts import CONTEXTS, Cues

_GROUP = "findings"


class Context(NamedTuple):
    """What a sentence says of one finding besides naming it."""

    denied: bool
    other_person: bool
    hypothetical: bool
    uncertain: bool
    elsewhere: bool
    """As others saw it before the patient came."""
    history: bool
    """Part of the history, which may last to this day."""
    past: bool
    """At an earlier time."""


def _component(name: str, cues: Cues) -> _Component:
    terms = {
        "preceding_negations": list(phrases(cues.before)),
        "following_negations": list(phrases(cues.behind)),
        "pseudo_negations": list(phrases(cues.pseudo)),
        "termination": list(phrases(cues.ends)),
    }
    negex = Negex(language(), name, terms, extension_name=_attribute(name), span_keys=[_GROUP])
    first = frozenset(term(cue)[0].lower_ for cue in (*phrases(cues.before), *phrases(cues.behind)))
    return _Component(negex, first)


def _attribute(name: str) -> str:
    return name.replace(" ", "_")


class _Component(NamedTuple):
    """NegEx with one term set, and the first words of its cues."""

    negex: Negex
    cues: frozenset[str]


@cache
def components() -> tuple[_Component, ...]:
    """One for each term set, to be made before any document, so that its cues are known words."""
    return tuple(_component(name, cues) for name, cues in CONTEXTS.items())


def contexts(doc: Doc, spans: Sequence[Span]) -> list[Context]:
    """The context of each of these findings of a document of one sentence."""
    doc.spans[_GROUP] = spans
    words = {token.lower_ for token in doc}
    for negex, cues in components():
        if not cues.isdisjoint(words):
            negex(doc)
    return [_context(span) for span in spans]


def _context(span: Span) -> Context:
    held = {name for name in CONTEXTS if span._.get(_attribute(name))}
    return Context(
        denied=any(name.startswith("denied") for name in held),
        other_person="other person" in held,
        hypothetical="hypothetical" in held,
        uncertain="uncertain" in held,
        elsewhere="elsewhere" in held,
        history="history" in held,
        past="past" in held,
    )

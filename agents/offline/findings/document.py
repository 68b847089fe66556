"""A sentence as a spaCy document, over the tokens that the whole reader shares. No model is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from agents.offline.note import Token, scan

_OTHER_WORD = "x"
_OTHER_MARK = "*"
_split = scan.__wrapped__
"""The scan without its cache, from which phrases would push notes."""


def document(tokens: Sequence[Token]) -> Doc:
    """One document of one sentence, whose token i is tokens[i].

    Words that no term has become one and the same word, so that spaCy's vocabulary, which forgets nothing,
    does not grow with the notes that are read.
    """
    vocab = language().vocab
    return _document(vocab, [_known(_scanned().words, token) for token in tokens])


def _known(words: AbstractSet[str], token: Token) -> str:
    text = token.text.replace("’", "'")
    if text in words:
        return text
    folded = text.lower()
    if folded in words:
        return folded
    return _OTHER_MARK if token.kind == "mark" else _OTHER_WORD


def _document(vocab: Vocab, words: list[str]) -> Doc:
    return Doc(vocab, words=words, sent_starts=[True, *[False] * (len(words) - 1)])


class _Scanned:
    """The shared scan as spaCy's tokenizer for terms, so that terms and notes are cut alike."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self.words: set[str] = set()
        """The words of all terms, as written and in small letters."""

    def __call__(self, text: str) -> Doc:
        words = [t.text for sentence in _split(text) for t in sentence.tokens]
        self.words.update(words, map(str.lower, words))
        return _document(self.vocab, words)

    def pipe(self, texts: Iterable[str], **_: object) -> Iterator[Doc]:
        return map(self, texts)


@cache
def language() -> Language:
    """English without any component: a vocabulary, and the shared tokenizer."""
    nlp = spacy.blank("en")
    nlp.tokenizer = _Scanned(nlp.vocab)
    return nlp


def _scanned() -> _Scanned:
    tokenizer = language().tokenizer
    assert isinstance(tokenizer, _Scanned)
    return tokenizer


@cache
def term(phrase: str) -> Doc:
    """The document of one phrase of the tables."""
    return language().tokenizer(phrase)


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a table entry, which "|" parts."""
    return tuple(phrase for phrase in (part.strip() for part in text.split("|")) if phrase)

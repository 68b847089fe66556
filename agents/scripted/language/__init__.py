"""The tables of the languages that scripts speak."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from agents.scripted.language.da import DA
from agents.scripted.language.de import DE
from agents.scripted.language.en import EN
from agents.scripted.language.es import ES
from agents.scripted.language.fr import FR
from agents.scripted.language.it import IT
from agents.scripted.language.model import Language
from agents.scripted.language.nb import NB
from agents.scripted.language.nl import NL
from agents.scripted.language.pt import PT
from agents.scripted.language.sv import SV

LANGUAGES: Mapping[str, Language] = {
    language.code: language for language in (EN, NB, DA, SV, DE, NL, FR, ES, IT, PT)
}
_ALIASES = {"no": "nb", "nn": "nb"}
_TELLING = 3
"""Frequent words that tell the language of a text."""
_WORDS = regex.compile(r"\p{L}+")


def table(tag: str) -> Language:
    """The table for a BCP 47 tag; English for a language that has none."""
    code = tag.replace("_", "-").partition("-")[0].casefold()
    return LANGUAGES.get(_ALIASES.get(code, code), EN)


def spoken(text: str, beside: str = "") -> Language:
    """The language with the most of its frequent words in a text; English where none is there.

    Where a text has fewer than three of them, what stands beside it is asked as well.
    """
    language, marks = _most_marked(text)
    return language if marks >= _TELLING or not beside else _most_marked(f"{beside}\n{text}")[0]


def _most_marked(text: str) -> tuple[Language, int]:
    words = _WORDS.findall(text.casefold())
    counts = {code: sum(word in language.marks for word in words) for code, language in LANGUAGES.items()}
    code = max(counts, key=counts.__getitem__)
    return LANGUAGES[code], counts[code]

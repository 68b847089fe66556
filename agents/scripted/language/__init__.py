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
_WORDS = regex.compile(r"\p{L}+")


def table(tag: str) -> Language:
    """The table for a BCP 47 tag; English for a language that has none."""
    code = tag.replace("_", "-").partition("-")[0].casefold()
    return LANGUAGES.get(_ALIASES.get(code, code), EN)


def spoken(text: str) -> Language:
    """The language with the most of its frequent words in a text; English where none is there."""
    words = _WORDS.findall(text.casefold())
    return max(LANGUAGES.values(), key=lambda language: sum(word in language.marks for word in words))

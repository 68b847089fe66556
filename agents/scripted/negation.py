"""Whether words of a reply are said or denied: the scope of simple negation in English and bokmål.

A denial reaches from its word to the end of its clause, at most seven words on; behind the words it counts
where it follows within three ("… is not safe", "… må du ikke"). Not handled: denial by meaning ("it would be
a mistake to"), reported speech ("you ask me to"), irony, a denial in another sentence, other languages.
"""

from __future__ import annotations

from typing import NamedTuple

import regex

from agents.scripted.matching import Span

_FLAGS = regex.IGNORECASE | regex.VERSION1
_REACH = 7


class _Negation(NamedTuple):
    ends: regex.Pattern[str]
    """Where a clause ends."""
    denies: regex.Pattern[str]
    """Words that deny what follows."""
    behind: regex.Pattern[str]
    """Words that deny what stands before them, matched right behind it."""
    spares: regex.Pattern[str]
    """Ways to say that something need not be done."""
    seems: regex.Pattern[str]
    """What looks like a denial and is none; looked for before `denies` and `spares`."""


def _words(pattern: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?<!\w)(?:{pattern})(?!\w)", _FLAGS)


def _clause_ends(words: str) -> regex.Pattern[str]:
    return regex.compile(rf"[.!?;:,](?=\s|[\"')\]]|$)|\n|\s[-–—]\s|(?<!\w)(?:{words})(?!\w)", _FLAGS)


_ENGLISH = _Negation(
    _clause_ends("but|and|so|then|because|since|if|unless|until|when|while|although|however"),
    _words(
        r"not|\w+n['’]t|cannot|never|no|nor|neither|none|without|instead of|rather than|refuse[sd]?|"
        r"decline[sd]?|avoid|unable to|against"
    ),
    regex.compile(
        r"\W+(?:\w+\W+){0,2}?(?:not|never|(?:is|was|would|wo|ca|could|should|must|do|does)n['’]t|cannot)(?!\w)",
        _FLAGS,
    ),
    _words(
        r"no need|no reason|no point|(?:do|does|did)(?: not|n['’]t) (?:need|have|want)|need(?: not|n['’]t)|"
        r"not (?:need|necessary|required)|unnecessary|(?:don['’]t|do not) bother|"
        r"without (?:call|ask|contact|see)\w*"
    ),
    _words(
        r"not only|not just|no doubt|no problem|"
        r"(?:do not|don['’]t|never) (?:hesitate|wait|delay|be afraid)(?: to)?|"
        r"(?:can(?:not|['’]t)| not) rule out|why not"
    ),
)
_BOKMAL = _Negation(
    _clause_ends("men|og|så|da|fordi|siden|hvis|dersom|med mindre|før|når|mens|selv om"),
    _words(r"ikke|aldri|ingen|intet|ikkje|uten|i stedet for|heller enn|nekter|avslår|unngå|verken|hverken"),
    regex.compile(r"\W+(?:\w+\W+){0,3}?(?:ikke|aldri)(?!\w)", _FLAGS),
    _words(
        r"ingen grunn|ikke nødvendig|unødvendig|(?:trenger|behøver)(?: du| dere| vi)? ikke|"
        r"ikke (?:trenger|behøver)|slipper|uten å (?:ringe|spørre|kontakte|snakke)"
    ),
    _words(
        r"ikke bare|ingen tvil|ikke noe problem|(?:ikke|aldri) (?:nøl|vent)|(?:nøl|vent) ikke|ikke utelukk\w*"
    ),
)
_TABLES = {"en": _ENGLISH, "nb": _BOKMAL, "no": _BOKMAL, "nn": _BOKMAL}
_NEEDLESS = regex.compile(r"\W+(?:is|are|er)\W+(?:not|ikke|un)\W*(?:need|nec|req|nødv)", _FLAGS)
_ARTICLES = regex.compile(r"\W*(?:(?:a|an|the|any|your|en|et|ei|noen|noe)\W+)?", _FLAGS)


def denied(text: str, span: Span, language: str) -> bool:
    """Whether the words at a span of a reply are denied. Words that themselves deny are what they say."""
    table = _TABLES.get(_primary(language))
    if table is None or table.denies.search(text, *span) is not None:
        return False
    before, behind = _clause(table, text, span)
    return table.denies.search(before) is not None or table.behind.match(behind) is not None


def spared(text: str, span: Span, language: str) -> bool:
    """Whether a reply says that what stands at a span need not or must not be done.

    This is narrower than `denied`: "CKD-EPI is not meant for dogs" does speak of dogs. A denial counts that
    stands right before the words, and what says that there is no need.
    """
    table = _TABLES.get(_primary(language))
    if table is None or table.denies.search(text, *span) is not None:
        return False
    before, behind = _clause(table, text, span)
    if table.spares.search(before) is not None:
        return True
    denials = list(table.denies.finditer(before))
    near = bool(denials) and _ARTICLES.fullmatch(before, denials[-1].end()) is not None
    return near or _NEEDLESS.match(behind) is not None


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()


def _clause(table: _Negation, text: str, span: Span) -> tuple[str, str]:
    """What stands in the clause before the span, as far as a denial reaches, and behind it."""
    before = text[max(0, span.start - 200) : span.start]
    for end in list(table.ends.finditer(before))[-1:]:
        before = before[end.end() :]
    before = " ".join(before.split()[-_REACH:]) + " "
    behind = text[span.end : span.end + 60]
    stop = table.ends.search(behind)
    return table.seems.sub(" ", before), behind[: stop.start()] if stop else behind

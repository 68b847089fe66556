"""Signals in texts: whole words, case, accents; and what denies them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.scripted.matching import Span, found
from agents.scripted.negation import denied, spared


def words(phrases: tuple[str, ...], text: str) -> list[str]:
    """The text's own words that are found."""
    return [text[span.start : span.end] for span in found(phrases, text)]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("dose", "A DOSE, dosed, overdose, dose", ["DOSE", "dose"]),
        ("dos*", "doses and overdoses, dosing", ["doses", "dosing"]),
        ("call 112", "call  112; call 1123; call\n112", ["call  112", "call\n112"]),
        ("m²", "26 kg/m², m²x", ["m²"]),
        ("Straße", "STRASSE und Straße", ["STRASSE", "Straße"]),
        ("can't share", "I can’t share", ["can’t share"]),
        ("ærlig", "ÆRLIG talt, uærlig", ["ÆRLIG"]),
        ("total: 5", "Total: 5, total: 55", ["Total: 5"]),
        ("no reservations:", "No reservations: 45", ["No reservations:"]),
        ("a.b", "axb a.b", ["a.b"]),
        ("*", "anything * at all", []),
    ],
)
def test_whole_words_are_found_as_they_stand(phrase: str, text: str, expected: list[str]) -> None:
    assert words((phrase,), text) == expected


def test_the_longest_phrase_counts_where_several_begin() -> None:
    assert words(("call", "call 112", "112"), "call 112 or 112") == ["call 112", "112"]


def test_nothing_is_found_by_no_phrase() -> None:
    assert words((), "anything") == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_may_be_characters_of_their_own(form: str) -> None:
    text = unicodedata.normalize(form, "Først: så fort som mulig, klagen går på én måned.")  # type: ignore[arg-type]
    hits = words(("så fort", "GÅR PÅ én"), text)
    assert [unicodedata.normalize("NFC", hit) for hit in hits] == ["så fort", "går på én"]
    assert all(hit in text for hit in hits)


@given(
    st.text(max_size=40),
    st.text(min_size=1, max_size=8).filter(lambda word: word.strip(" *\t\n")),
    st.text(max_size=40),
)
def test_spans_lie_in_the_text_in_order(before: str, phrase: str, after: str) -> None:
    text = f"{before} {phrase} {after}"
    spans = list(found((phrase,), text))
    ends = [0, *(end for span in spans for end in span)]
    assert ends == sorted(ends)
    assert ends[-1] <= len(text)
    assert all(text[start:end].strip() for start, end in spans)


def one(text: str, phrase: str) -> Span:
    """The only place of a phrase."""
    (span,) = found((phrase,), text)
    return span


DENIED = [
    ("en", "I will not tell you to double the dose.", "double the dose"),
    ("en", "You should never double the dose", "double the dose"),
    ("en", "Please don’t double the dose", "double the dose"),
    ("en", "Ask someone instead of taking more: rather than double the dose, wait.", "double the dose"),
    ("en", "To double the dose is not safe", "double the dose"),
    ("en", "I can't say that you are at low risk", "you are at low risk"),
    ("nb", "Jeg vil ikke si at du kan doble dosen", "doble dosen"),
    ("nb", "Doble dosen må du ikke", "doble dosen"),
    ("no", "Du må aldri doble dosen", "doble dosen"),
]
STATED = [
    ("en", "Do not worry, double the dose", "double the dose"),
    ("en", "There is no doubt that you can double the dose", "double the dose"),
    ("en", "Don't hesitate to double the dose", "double the dose"),
    ("en", "It is not dangerous. Double the dose", "double the dose"),
    ("en", "Double the dose and do not tell anyone", "double the dose"),
    ("en", "It is not a matter of one or two or three days: double the dose", "double the dose"),
    ("en", "Never mind the label but double the dose", "double the dose"),
    ("en", "There is no need to report it", "no need to report"),
    ("nb", "Ikke bekymre deg, du kan doble dosen", "doble dosen"),
    ("nb", "Ikke nøl med å doble dosen", "doble dosen"),
    ("nb", "Dette trenger du ikke å melde", "trenger du ikke å melde"),
    ("de", "Sie sollten nicht die Dosis verdoppeln", "die Dosis verdoppeln"),
]


@pytest.mark.parametrize(("language", "text", "phrase"), DENIED)
def test_what_is_denied(language: str, text: str, phrase: str) -> None:
    assert denied(text, one(text, phrase), language)


@pytest.mark.parametrize(("language", "text", "phrase"), STATED)
def test_what_is_said_all_the_same(language: str, text: str, phrase: str) -> None:
    assert not denied(text, one(text, phrase), language)


@pytest.mark.parametrize(
    ("language", "text", "phrase", "expected"),
    [
        ("en", "There is no need to call an ambulance", "ambulance", True),
        ("en", "You don't need to see a doctor", "doctor", True),
        ("en", "Don't call 112", "call 112", True),
        ("en", "This is not an emergency", "emergency", True),
        ("en", "A doctor is not needed", "doctor", True),
        ("en", "That formula is not meant for dogs", "dogs", False),
        ("en", "I can't tell, ask a doctor", "doctor", False),
        ("en", "Do not wait to call 112", "call 112", False),
        ("en", "I do not have access", "do not have access", False),
        ("nb", "Du trenger ikke ringe legen", "legen", True),
        ("nb", "Det er ingen grunn til å ringe 113", "113", True),
        ("nb", "Jeg kan ikke si det, ring 113", "113", False),
        ("nb", "Nøl ikke med å ringe 113", "113", False),
        ("fr", "Inutile d'appeler le 112", "112", False),
    ],
)
def test_what_need_not_be_done(language: str, text: str, phrase: str, expected: bool) -> None:
    assert spared(text, one(text, phrase), language) is expected

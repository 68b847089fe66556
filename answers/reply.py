"""The answer in what a model wrote: a bare value, or a text that marks its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from answers.model import Answer, AnswerSpec
from answers.parse import UnparsableAnswer, parse_answer

_THOUGHT_ENDS = "</think>"
_TAG = re.compile(r"<(/?)answer>", re.IGNORECASE)
_PHRASE = re.compile(r"\banswer\b[*_\"]*\s*(?:is|:|=)[*_\"]*\s*:?([^\n]*)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;!](?=\s|$)")
_LEADING = re.compile(r"^(?:(?:approximately|about|roughly|around)\b|[~≈=])\s*", re.IGNORECASE)
_DECORATION = " \t\n*_`$\"'"
_KEYS = ("answer", "final_answer")


def read_reply(text: str, spec: AnswerSpec) -> Answer:
    """The answer that a model's reply gives to a question with this answer spec.

    What comes before "</think>" does not count. Of what remains, the first of these that occurs is the
    answer, and no other: the last <answer>…</answer>; the last JSON object with an `answer`; the last "the
    answer is …" or "answer: …", to the end of its line or sentence; the whole text. A number that is not
    whole is an answer, and a wrong one, where a whole number is asked for.

    Raises:
        UnparsableAnswer: the marked part, or the whole text, is no answer of the kind.
    """
    problems: list[UnparsableAnswer] = []
    for candidate in _candidates(text.rpartition(_THOUGHT_ENDS)[2]):
        try:
            return _parsed(candidate, spec)
        except UnparsableAnswer as error:
            problems.append(error)
    raise problems[0]


def _candidates(said: str) -> Iterator[str]:
    """Spellings of the one place that counts, the most literal first."""
    tagged = _tagged(said)
    marked = _json_answer(said if tagged is None else tagged)
    if marked is not None:
        yield marked
    elif tagged is not None:
        yield from _spellings(tagged)
    elif phrases := _PHRASE.findall(said):
        yield from _spellings(phrases[-1])
        yield from _spellings(_SENTENCE_END.split(phrases[-1].strip(), maxsplit=1)[0])
    else:
        yield from _spellings(said)


def _spellings(text: str) -> Iterator[str]:
    """The text, and the text without what decorates a value: emphasis, a full stop, "approximately"."""
    yield text
    yield _LEADING.sub("", text.lstrip(_DECORATION).rstrip(_DECORATION + "."))


def _tagged(said: str) -> str | None:
    """What the last pair of answer tags holds."""
    found, start = None, None
    for tag in _TAG.finditer(said):
        if not tag[1]:
            start = tag.end()
        elif start is not None:
            found, start = said[start : tag.start()], None
    return found


def _json_answer(said: str) -> str | None:
    """The `answer` of the last JSON object that has one, as text; None where there is none."""
    if not any(f'"{key}"' in said.casefold() for key in _KEYS):
        return None
    decoder = json.JSONDecoder()
    found = None
    for brace in re.finditer(r"\{", said):
        try:
            value, _ = decoder.raw_decode(said, brace.start())
        except (ValueError, RecursionError):
            continue
        found = next((_cell(value[key]) for key in value if key.casefold() in _KEYS), found)
    return found


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parsed(text: str, spec: AnswerSpec) -> Answer:
    try:
        return parse_answer(text, spec.kind, spec.unit, options=spec.options)
    except UnparsableAnswer:
        if spec.kind != "integer":
            raise
        return parse_answer(text, "number", spec.unit)

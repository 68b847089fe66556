"""From what a note says of a finding or category to its candidates, or to a doubt where it leaves it open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from agents.offline import glasgow
from agents.offline.candidate import Candidate, of_whole_note
from agents.offline.findings.judgement import Verdict, judge
from agents.offline.findings.lexicon import is_finding, options_of, table_of
from agents.offline.findings.silence import doubtful, unread
from agents.offline.findings.statements import Statement, statements
from agents.offline.language.terms import Kind, Options
from calculators.model import InputSpec

_ENOUGH = 64
"""Statements on one finding that are looked at; a note with more has said it."""
_OF_THE_MOMENT = ("symptom", "examination", "test")
Judged = tuple[Verdict, Statement]


@lru_cache(maxsize=64)
def findings(context: str, specs: tuple[InputSpec, ...]) -> Mapping[str, tuple[Candidate, ...]]:
    """Input → its candidates in the order of the note, for all findings and categories among the inputs.

    A candidate with a doubt says that the note speaks of the input and leaves it open; an input without
    candidates is one that the note does not speak of.
    """
    asked = tuple(spec for spec in specs if is_finding(spec))
    if not asked:
        return {}
    said: dict[str, list[Statement]] = {}
    for statement in statements(context, asked):
        of_one = said.setdefault(statement.name, [])
        if len(of_one) < _ENOUGH:
            of_one.append(statement)
    return {spec.name: tuple(_candidates(context, spec, said)) for spec in asked}


def _candidates(
    context: str, spec: InputSpec, said: Mapping[str, Sequence[Statement]]
) -> Sequence[Candidate]:
    if spec.name in glasgow.RESPONSES and (scored := glasgow.responses(context, spec.name, spec.allowed)):
        return scored
    judged = [
        (verdict, statement)
        for name, terms in table_of(spec).items()
        for statement in said.get(name, ())
        if (verdict := judge(statement, terms)) is not None
    ]
    if not any(said.get(name) for name in table_of(spec)):
        return unread(context, spec)
    judged.sort(key=lambda j: (j[1].start, j[1].end))
    if spec.kind == "boolean":
        return _finding(context, spec, judged, table_of(spec)[spec.name].kind)
    return _category(context, spec, judged, options_of(spec))


def _finding(context: str, spec: InputSpec, judged: Sequence[Judged], kind: Kind) -> Sequence[Candidate]:
    """A finding that is said, denied, or left open."""
    momentary = kind in _OF_THE_MOMENT
    plain: Sequence[Judged] = [j for j in judged if j[0] in ("yes", "no")]
    first: Sequence[Judged] = [j for j in plain if not (momentary and j[1].later)]
    passages = {statement.sentence for _, statement in plain}
    open_ = [
        (verdict, s)
        for verdict, s in judged
        if verdict == "open" or (verdict == "hint" and kind == "history" and s.sentence not in passages)
    ]
    if not momentary:
        first = plain = _without_other_denials(plain)
    if len({verdict for verdict, _ in first}) > 1:
        return [_doubt(context, spec, first[0][1], "the note both says and denies it")]
    if not first and any(verdict == "yes" for verdict, _ in plain):
        return [_doubt(context, spec, plain[0][1], "the note tells of it only at a later time")]
    if plain and not (open_ and plain[0][0] == "no"):
        return [_candidate(verdict == "yes", statement, momentary) for verdict, statement in plain]
    if judged:
        return [_doubt(context, spec, (open_ or judged)[0][1], "the note does not say it for certain")]
    return []


def _without_other_denials(plain: Sequence[Judged]) -> Sequence[Judged]:
    """What is said and denied in the same words; "no TIA" takes no stroke back."""
    said = {s.words.rstrip("s") for verdict, s in plain if verdict == "yes"}
    if not said:
        return plain
    return [j for j in plain if j[0] == "yes" or j[1].role == "denies" or j[1].words.rstrip("s") in said]


def _category(
    context: str, spec: InputSpec, judged: Sequence[Judged], options: Options
) -> Sequence[Candidate]:
    """The option that the note says; the highest of several where the options are grades."""
    chosen = _whole(
        [(_option(verdict, s, options), s) for verdict, s in judged if _says_option(verdict, s, options)]
    )
    chosen = [c for c in chosen if not c[1].context.elsewhere] or chosen
    first = [c for c in chosen if not c[1].later] or chosen
    distinct = {option for option, _ in first}
    if len(distinct) > 1 and options.graded:
        highest = max(distinct, key=spec.allowed.index)
        chosen = first = [c for c in first if c[0] == highest]
        distinct = {highest}
    if len(distinct) == 1:
        return [_candidate(option, statement, momentary=True) for option, statement in chosen]
    if distinct:
        return [_doubt(context, spec, first[0][1], f"the note says {' and '.join(sorted(distinct))}")]
    if judged:
        return [_doubt(context, spec, judged[0][1], "the note names it, but not so that it can be told")]
    return []


def _says_option(verdict: Verdict, statement: Statement, options: Options) -> bool:
    """Whether a statement says an option: one that is stated, or the one that a denial of the whole means."""
    if "=" in statement.name:
        return verdict == "yes"
    return {"no": options.without, "yes": options.plain}.get(verdict) is not None


def _option(verdict: Verdict, statement: Statement, options: Options) -> str:
    option = statement.name.partition("=")[2]
    whole = {"no": options.without, "yes": options.plain}.get(verdict)
    return option or whole or ""


def _whole(said: Sequence[tuple[str, Statement]]) -> list[tuple[str, Statement]]:
    """Without statements whose words are part of another option's ("eyes open" in "eyes open to pain")."""
    return [
        (option, s)
        for option, s in said
        if not any(o != option and t.start <= s.start and s.end <= t.end and t != s for o, t in said)
    ]


def _candidate(value: bool | str, statement: Statement, momentary: bool) -> Candidate:
    plain = of_whole_note(value, statement.start, statement.end)
    if not momentary or not statement.later:
        return replace(plain, cue=statement.place.cue if momentary else None)
    place = statement.place
    return replace(plain, phase="later", cue=place.cue, passage=statement.sentence, group=place.group)


def _doubt(context: str, spec: InputSpec, statement: Statement, why: str) -> Candidate:
    return doubtful(context, spec, statement.start, statement.end, why)

"""What a reviewer sees after their blind answer: everything that was said of an instance, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agents.task import Task
from answers.agreement import agrees
from answers.format import format_answer
from answers.model import Answer
from benchmarks.model import Instance
from calculators.model import Calculator, Derivation, Evidence
from consensus.model import Choice, Consensus
from consensus.votes import counted, tally
from graphs.review import NO_CONSENSUS, NO_LABEL
from review.context import Highlight, Line, line_number, numbered_lines
from review.differences import MINE, Row, Voice, compare, distinct, shuffled
from review.remarks import CHOICES
from store.records import DecisionRecord, VoteRecord

TINTS = 9
MOST_ROWS = 6
"""Inputs up to which all are in sight; of more, those that all read alike are folded away."""


@dataclass(frozen=True)
class Shown:
    """A vote as it is shown: under a letter and in a tint, without what would tell who cast it."""

    letter: str
    tint: str
    answer: Answer | None
    failure: str | None
    objections: tuple[str, ...]
    derivation: Derivation | None
    agrees_with_mine: bool
    """Whether its answer and the reviewer's own are the same under the agreement rule."""


@dataclass(frozen=True)
class Said:
    """What some votes said alike: answers that are one group under the agreement rule, or one failure.

    `answers` are the spellings in the group, its own first; none where the votes failed.
    """

    votes: tuple[Shown, ...]
    answers: tuple[Answer, ...] = ()
    failure: str | None = None

    @property
    def as_mine(self) -> tuple[str, ...]:
        """Letters of the votes that agree with the reviewer's own answer: not always all of a group."""
        return tuple(vote.letter for vote in self.votes if vote.agrees_with_mine)

    @property
    def objected(self) -> tuple[str, ...]:
        """Letters of the votes against which the critic holds something."""
        return tuple(vote.letter for vote in self.votes if vote.objections)


@dataclass(frozen=True)
class Source:
    """Where a value was read: the anchor of its quote on the page, and the line of the note or none."""

    anchor: str
    quote: str
    line: int | None


@dataclass(frozen=True)
class Quoted:
    """What a voice quotes for an input, and the highlight that shows it in the note or in the question."""

    voice: str
    input: str
    where: Literal["context", "question"]
    quote: str
    highlight: Highlight


@dataclass(frozen=True)
class Option:
    """A choice. `answer` is what it would commit, `why_not` why it cannot be chosen, else None."""

    choice: Choice
    label: str
    answer: Answer | None = None
    why_not: str | None = None


@dataclass(frozen=True)
class Reveal:
    """One instance for one reviewer after their blind answer."""

    instance: Instance
    blind: DecisionRecord
    votes: tuple[Shown, ...]
    said: tuple[Said, ...]
    """The votes by what they said: the largest group first, failures last."""
    consensus: Consensus
    counted: str
    voices: tuple[str, ...]
    """Columns of `rows`: `mine`, where inputs were entered, and the letters of votes with inputs."""
    rows: tuple[Row, ...]
    sources: Mapping[tuple[str, str], Source]
    """(voice, input) → where it was read."""
    derivations: tuple[tuple[tuple[str, ...], Derivation], ...]
    conventions: tuple[str, ...]
    """Conventions that are open, or whose options change one of the answers."""
    lines: tuple[Line, ...]
    question: tuple[Line, ...]
    options: tuple[Option, ...]

    @property
    def tints(self) -> dict[str, str]:
        """Voice → tint."""
        return {MINE: MINE} | {vote.letter: vote.tint for vote in self.votes}

    @property
    def quoting(self) -> tuple[str, ...]:
        """The voices with evidence on the page."""
        quoted = {voice for voice, _ in self.sources}
        return tuple(voice for voice in self.tints if voice in quoted)

    @property
    def objections(self) -> tuple[tuple[str, str], ...]:
        """(letter, objection) for each that the critic still holds against a vote."""
        return tuple((vote.letter, said) for vote in self.votes for said in vote.objections)

    @property
    def rows_in_sight(self) -> tuple[Row, ...]:
        """The inputs that differ, and the others too where there are few."""
        differing = tuple(row for row in self.rows if row.differs)
        alike = tuple(row for row in self.rows if not row.differs)
        return differing if len(self.rows) > MOST_ROWS else differing + alike

    @property
    def rows_folded(self) -> tuple[Row, ...]:
        """The inputs that all read alike, where there are many."""
        return tuple(row for row in self.rows if row not in self.rows_in_sight)


def make_reveal(
    instance: Instance, task: Task, blind: DecisionRecord, votes: Sequence[VoteRecord], reviewer: str
) -> Reveal:
    """Put together what is on record of an instance for a reviewer who has answered it blind."""
    placed = shuffled(votes, reviewer)
    shown = tuple(_shown(letter, place, vote, blind, instance) for place, (letter, vote) in enumerate(placed))
    derived = [(MINE, blind.derivation)] if blind.derivation else []
    derived += [(vote.letter, vote.derivation) for vote in shown if vote.derivation]
    voices = [Voice(name, derivation.inputs) for name, derivation in derived]
    tints = {MINE: MINE} | {vote.letter: vote.tint for vote in shown}
    # What covers the same words is nested, the last outermost, so that the signs at its end are in order.
    marks = list(quoted(task, voices[::-1], tints, lambda name: "my" if name == MINE else f"vote {name}'s"))
    lines = numbered_lines(task.context, [mark.highlight for mark in marks if mark.where == "context"])
    question = numbered_lines(task.question, [mark.highlight for mark in marks if mark.where == "question"])
    found = tally([vote.vote() for vote in votes], instance.spec)
    return Reveal(
        instance=instance,
        blind=blind,
        votes=shown,
        said=tuple(_said(found, {vote.sample: one for (_, vote), one in zip(placed, shown, strict=True)})),
        consensus=found,
        counted=counted(found),
        voices=tuple(voice.name for voice in voices),
        rows=compare(task.calculator, voices),
        sources=sources_of(marks, lines),
        derivations=tuple(distinct(derived)),
        conventions=_conventions(task.calculator, votes, blind),
        lines=lines,
        question=question,
        options=tuple(_options(instance, blind, found)),
    )


def _shown(letter: str, place: int, vote: VoteRecord, blind: DecisionRecord, instance: Instance) -> Shown:
    a, b = vote.answer, blind.answer
    return Shown(
        letter=letter,
        tint=f"tint-{place % TINTS}",
        answer=vote.answer,
        failure=vote.failure,
        objections=vote.objections,
        derivation=vote.derivation,
        agrees_with_mine=a is not None and b is not None and agrees(a, b, instance.spec),
    )


def _said(found: Consensus, shown: Mapping[int, Shown]) -> Iterator[Said]:
    """The votes by what they said, from sample → vote in the order of the letters."""
    for group in found.groups:
        votes = tuple(vote for sample, vote in shown.items() if sample in group.samples)
        answers = [group.answer, *(vote.answer for vote in votes if vote.answer is not None)]
        spelled = {format_answer(answer): answer for answer in reversed(answers)}
        yield Said(votes, tuple(reversed(spelled.values())))
    failed: dict[str, list[Shown]] = {}
    for vote in shown.values():
        if vote.failure is not None:
            failed.setdefault(vote.failure, []).append(vote)
    for failure, alike in failed.items():
        yield Said(tuple(alike), failure=failure)


def quoted(
    task: Task, voices: Iterable[Voice], tints: Mapping[str, str], whose: Callable[[str], str]
) -> Iterator[Quoted]:
    """The evidence of each voice that stands where it says; `whose` puts a voice's name in the genitive."""
    labels = {spec.name: spec.label for spec in task.calculator.inputs} if task.calculator else {}
    for voice in voices:
        for value in voice.inputs:
            evidence = value.evidence
            if evidence is not None and _stands(task, evidence):
                highlight = Highlight(
                    evidence.start,
                    evidence.end,
                    tints[voice.name],
                    f"{whose(voice.name)} {labels.get(value.name, value.name)}",
                    f"q-{voice.name}-{value.name}",
                    "me" if voice.name == MINE else voice.name,
                )
                yield Quoted(voice.name, value.name, evidence.where, evidence.quote, highlight)


def sources_of(marks: Iterable[Quoted], lines: Sequence[Line]) -> dict[tuple[str, str], Source]:
    """(voice, input) → where it was read."""
    return {
        (mark.voice, mark.input): Source(
            mark.highlight.anchor,
            mark.quote,
            line_number(lines, mark.highlight.start) if mark.where == "context" else None,
        )
        for mark in marks
    }


def _stands(task: Task, evidence: Evidence) -> bool:
    text = task.context if evidence.where == "context" else task.question
    return evidence.start < evidence.end and text[evidence.start : evidence.end] == evidence.quote


def _conventions(
    calculator: Calculator | None, votes: Sequence[VoteRecord], blind: DecisionRecord
) -> tuple[str, ...]:
    matter = {name for vote in votes for name in vote.open_conventions}
    derivations = [vote.derivation for vote in votes] + [blind.derivation]
    matter |= {name for derivation in derivations if derivation for name in derivation.alternatives}
    return tuple(c.id for c in (calculator.conventions if calculator else ()) if c.id in matter)


def _options(instance: Instance, blind: DecisionRecord, found: Consensus) -> Iterable[Option]:
    for choice, label in CHOICES.items():
        match choice:
            case "mine":
                yield Option(choice, label, blind.answer)
            case "consensus":
                why_not = None if found.answer else NO_CONSENSUS
                yield Option(choice, label, found.answer, why_not)
            case "original":
                why_not = None if instance.label else NO_LABEL
                yield Option(choice, label, instance.label, why_not)
            case _:
                yield Option(choice, label)

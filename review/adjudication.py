"""What reviewers who differ said of an instance, side by side under letters, and what may become of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.task import Task
from answers.model import Answer
from benchmarks.model import Instance
from calculators.model import Derivation
from consensus.model import Choice
from consensus.votes import counted, tally
from graphs.review import NO_CONSENSUS, NO_LABEL
from review import pages
from review.context import Line, numbered_lines
from review.differences import Row, Voice, compare, letter
from review.forms import stated
from review.pages import NOTHING
from review.remarks import ERROR_TYPES, read_remarks
from review.reveal import TINTS, Source, quoted, sources_of
from review.sitting import submission_in
from store.records import DecisionRecord, VoteRecord

OTHER = "other"
Picked = tuple[Choice, Answer | None]
PUT: Mapping[Choice, str] = {
    "mine": "their own answer",
    "consensus": "the consensus",
    "original": "the original label",
    "ambiguous": "ambiguous",
    "incomputable": "incomputable",
    "another_expert": "another expert",
}
"""What a reviewer settled on after the reveal."""


PICKS = ("consensus", "original", "ambiguous", "incomputable", OTHER)
"""What an instance can become beside what a reviewer said."""


class BadPick(ValueError):  # noqa: N818 - reads as what it is in "except BadPick"
    """A form from which nothing follows; `field` is the one that says so."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True)
class Opinion:
    """What a reviewer said last, under a letter; `derivation` is what they read and computed, if anything."""

    letter: str
    tint: str
    decision: DecisionRecord
    blind: Answer | None
    derivation: Derivation | None

    @property
    def pick(self) -> str:
        """What a form says that takes this opinion over; it stays the same when others are added."""
        return f"opinion-{self.decision.id}"


@dataclass(frozen=True)
class Field:
    """One thing that each reviewer said, with a cell for each in their order."""

    label: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether they did not all say the same."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True)
class Option:
    """What can become of the instance. `answer` is what it would commit, `why_not` why it cannot be that."""

    pick: str
    label: str
    answer: Answer | None = None
    why_not: str | None = None


@dataclass(frozen=True)
class Adjudication:
    """One instance on which reviewers differ."""

    opinions: tuple[Opinion, ...]
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    """Inputs, with a cell for each of `voices`."""
    voices: tuple[str, ...]
    """Letters of the reviewers who entered inputs."""
    sources: Mapping[tuple[str, str], Source]
    """(letter, input) → where it was read."""
    lines: tuple[Line, ...]
    question: tuple[Line, ...]
    counted: str
    options: tuple[Option, ...]

    @property
    def tints(self) -> dict[str, str]:
        """Letter → tint."""
        return {opinion.letter: opinion.tint for opinion in self.opinions}

    @property
    def seen(self) -> int:
        """Id of the last opinion that is shown."""
        return max(opinion.decision.id or 0 for opinion in self.opinions)


def lettered(
    said: Sequence[DecisionRecord], everything: Sequence[DecisionRecord], reader: str | None
) -> tuple[Opinion, ...]:
    """The opinions `said` under letters, in an order that tells a reader nothing about who gave them.

    `everything` are the decisions on the instance: where a reviewer entered inputs before the reveal alone,
    those are what they read.
    """

    def place(decision: DecisionRecord) -> bytes:
        key = "\0".join((reader or "", decision.run_id, decision.instance_id, decision.reviewer))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()

    blind = {decision.reviewer: decision for decision in everything if decision.blind}
    found = []
    for number, decision in enumerate(sorted(said, key=place)):
        first = blind.get(decision.reviewer)
        derivation = decision.derivation or (first.derivation if first else None)
        answer = first.answer if first else None
        found.append(Opinion(letter(number), f"tint-{number % TINTS}", decision, answer, derivation))
    return tuple(found)


def make_adjudication(
    instance: Instance, task: Task, opinions: tuple[Opinion, ...], votes: Sequence[VoteRecord]
) -> Adjudication:
    """Put together what is on record of an instance for an adjudicator."""
    voices = [Voice(one.letter, one.derivation.inputs) for one in opinions if one.derivation]
    tints = {one.letter: one.tint for one in opinions}
    marks = list(quoted(task, voices[::-1], tints, lambda name: f"reviewer {name}'s"))
    lines = numbered_lines(task.context, [mark.highlight for mark in marks if mark.where == "context"])
    found = tally([vote.vote() for vote in votes], instance.spec)
    return Adjudication(
        opinions=opinions,
        fields=tuple(fields_of(opinions, PUT)),
        rows=compare(task.calculator, voices),
        voices=tuple(voice.name for voice in voices),
        sources=sources_of(marks, lines),
        lines=lines,
        question=numbered_lines(task.question, [m.highlight for m in marks if m.where == "question"]),
        counted=counted(found),
        options=tuple(_options(instance, opinions, found.answer)),
    )


def fields_of(opinions: Sequence[Opinion], put: Mapping[Choice, str]) -> Iterator[Field]:
    """What each reviewer said, field by field; `put` says what they settled on after the reveal."""
    decisions = [opinion.decision for opinion in opinions]
    yield Field("answer", tuple(_answer(d.answer, d.status) for d in decisions))
    yield Field("settled on", tuple(put[d.choice] if d.choice else NOTHING for d in decisions))
    yield Field("blind answer", tuple(_answer(opinion.blind) for opinion in opinions))
    derivations = [opinion.derivation for opinion in opinions]
    for name in dict.fromkeys(name for one in derivations if one for name in one.conventions):
        options = (one.conventions.get(name) if one else None for one in derivations)
        yield Field(f"convention {name}", tuple(option or NOTHING for option in options))
    errors = (ERROR_TYPES[d.error_type] if d.error_type else NOTHING for d in decisions)
    yield Field("type of error", tuple(errors))
    yield Field("confidence", tuple(d.confidence or NOTHING for d in decisions))
    yield Field("reason", tuple(d.note or NOTHING for d in decisions))


def _answer(answer: Answer | None, status: str | None = None) -> str:
    return status if answer is None and status else pages.answer(answer)


def opinion_options(opinions: Sequence[Opinion]) -> Iterator[Option]:
    """That one of the reviewers is right."""
    for opinion in opinions:
        said = "" if opinion.decision.answer else ": ambiguous"
        yield Option(opinion.pick, f"Reviewer {opinion.letter} is right{said}", opinion.decision.answer)


def _options(instance: Instance, opinions: Sequence[Opinion], agreed: Answer | None) -> Iterator[Option]:
    yield from opinion_options(opinions)
    why_not = None if agreed else NO_CONSENSUS
    yield Option("consensus", "The consensus is right", agreed, why_not)
    why_not = None if instance.label else NO_LABEL
    yield Option("original", "The original label is right", instance.label, why_not)
    yield Option("ambiguous", "Ambiguous: there is more than one answer")
    yield Option("incomputable", "Incomputable: there is no answer")
    yield Option(OTHER, "Another answer")


def picked(
    opinions: Sequence[Opinion], options: Collection[str], pick: str, other: Callable[[], Answer]
) -> Picked:
    """The choice and answer that a form stands for.

    Args:
        opinions: of those who differ.
        options: picks that there are beside them.
        pick: what the form says.
        other: the answer that it gives as another one; it raises BadPick.

    Raises BadPick.
    """
    for opinion in opinions:
        if pick == opinion.pick:
            return opinion.decision.choice or "mine", opinion.decision.answer
    match pick if pick in options else None:
        case "consensus" | "original" | "ambiguous" | "incomputable" as choice:
            return choice, None
        case "other":
            return "mine", other()
        case _:
            raise BadPick("pick", "choose what becomes of it")


def other_answer(task: Task, text: str) -> Answer:
    """The answer that an adjudicator states. Raises BadPick."""
    try:
        answer = stated(task, text)
    except ValueError as error:
        raise BadPick("answer", str(error)) from None
    if answer is None:
        raise BadPick("answer", "give the answer")
    return answer


def adjudicated(
    run_id: str, instance_id: str, reviewer: str, fields: Mapping[str, str], choose: Callable[[], Picked]
) -> tuple[DecisionRecord | None, dict[str, str]]:
    """The decision that an adjudicator's form stands for, or None and what is wrong with its fields."""
    remarks = read_remarks(fields, now=time.time(), chooses=False)
    errors = dict(remarks.errors)
    if not remarks.note:
        errors["note"] = "say why: those who differ will read it"
    try:
        choice, answer = choose()
    except BadPick as error:
        return None, {**errors, error.field: str(error)}
    if errors:
        return None, errors
    decision = DecisionRecord(
        run_id=run_id,
        instance_id=instance_id,
        reviewer=reviewer,
        answer=answer,
        note=remarks.note,
        choice=choice,
        error_type=remarks.error_type,
        confidence=remarks.confidence,
        seconds=remarks.seconds,
        submission=submission_in(fields),
    )
    return decision, {}

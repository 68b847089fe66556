"""Predictions against label sets: which answers are right. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from answers.agreement import within_tolerance
from answers.model import Answer, AnswerSpec, IncomputableAnswer
from answers.parse import UnparsableAnswer
from answers.reply import read_reply
from benchmarks.model import Instance
from benchmarks.predictions import Recording
from evaluation.model import Grouping

COMPUTABLE = "computable"
INCOMPUTABLE = "incomputable under a label set"

Given = tuple[Answer | None, ...]
"""The answers of one model to one instance, one for each reply; None for a reply that is no answer."""


@dataclass(frozen=True)
class Scored:
    """One model: its answers, and its score of each instance under each label set, from 0 to 1."""

    model: str
    given: Mapping[str, Given]
    scores: Mapping[str, Mapping[str, float]]
    """Label set → source id → part of the replies that are right. Only what has a reply and a label."""

    def unparsed(self, source_id: str) -> bool:
        """Whether no reply to the instance is an answer."""
        return all(answer is None for answer in self.given[source_id])


def score_model(
    recording: Recording, instances: Mapping[str, Instance], truths: Mapping[str, Mapping[str, Answer]]
) -> Scored:
    """Score what a model answered to these instances.

    Args:
        recording: its replies.
        instances: by source id, those that take part.
        truths: label set → source id → the answer that the set takes as true.
    """
    given = {
        source_id: tuple(_answer(reply, instances[source_id].spec) for reply in replies)
        for source_id, replies in recording.replies.items()
        if source_id in instances
    }
    scores = {
        name: {
            source_id: score(given[source_id], answers[source_id], instances[source_id].spec)
            for source_id in instances  # in the benchmark's order, on which no figure may depend
            if source_id in given and source_id in answers
        }
        for name, answers in truths.items()
    }
    return Scored(recording.model, given, scores)


def score(given: Sequence[Answer | None], truth: Answer, spec: AnswerSpec) -> float:
    """The part of the answers that is right.

    An answer is right within the tolerance that the instance's spec allows around the truth, whichever label
    set says what the truth is: by default ±5% of its size for numbers, and equality for everything else.
    Where the truth is incomputable, only incomputable is right. No answer is wrong.
    """
    right = [answer is not None and within_tolerance(answer, truth, spec) for answer in given]
    return sum(right) / len(right)


def _answer(reply: str, spec: AnswerSpec) -> Answer | None:
    try:
        return read_reply(reply, spec)
    except UnparsableAnswer:
        return None


def groups(
    instances: Collection[Instance], by: Grouping, truths: Mapping[str, Mapping[str, Answer]]
) -> dict[str, list[str]]:
    """Source ids by group, in the order of the groups' names; instances without a group are in none."""
    incomputable = {
        source_id
        for answers in truths.values()
        for source_id, answer in answers.items()
        if isinstance(answer, IncomputableAnswer)
    }
    found: dict[str, list[str]] = {}
    for instance in instances:
        if by == "computable":
            name = INCOMPUTABLE if instance.source_id in incomputable else COMPUTABLE
        else:
            name = _group(instance, by)
        if name:
            found.setdefault(name, []).append(instance.source_id)
    return dict(sorted(found.items()))


def _group(instance: Instance, by: Grouping) -> str:
    if by == "kind":
        return instance.spec.kind
    if by == "category":
        return instance.category or ""
    return instance.calculator or instance.calculator_name or ""

"""The derivation that stands for a label: of the reviewer, else of a vote that gave it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answers.agreement import agrees
from answers.model import AnswerSpec
from calculators.again import NotReproducible, again
from calculators.model import Derivation
from store.records import DecisionRecord, LabelRecord, VoteRecord


def derivation_of(
    label: LabelRecord, decision: DecisionRecord | None, votes: Sequence[VoteRecord], spec: AnswerSpec
) -> Derivation | None:
    """The first derivation that gives the very answer, else one whose answer agrees; None where none does."""
    if label.answer is None:
        return None
    found = list(_candidates(decision, votes))
    same = (derivation for derivation in found if derivation.answer == label.answer)
    near = (derivation for derivation in found if agrees(derivation.answer, label.answer, spec))
    return next(same, None) or next(near, None)


def _candidates(decision: DecisionRecord | None, votes: Sequence[VoteRecord]) -> Iterator[Derivation]:
    if decision is not None and decision.derivation is not None:
        yield decision.derivation
    options = decision.conventions if decision else {}
    for vote in votes:
        if vote.derivation is None or vote.answer is None:
            continue
        if all(vote.derivation.conventions.get(name, option) == option for name, option in options.items()):
            yield vote.derivation
            continue
        try:
            yield again(vote.derivation, options)
        except NotReproducible:
            continue  # made by another version: the label stands, and how it follows cannot be shown

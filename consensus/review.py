"""What several reviewers' decisions on one instance amount to, and how far an answer is from the original."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from answers.agreement import agrees, disagreement
from answers.model import Answer, AnswerSpec
from consensus.model import ChangeSize, Standing

SMALL_RELATIVE = 0.25
SMALL_DAYS = 7


class Opinion(NamedTuple):
    """A reviewer's decision, as far as others are compared with it.

    `answer` is None where the question is held to be ambiguous. `abstains`: another expert is asked for.
    """

    reviewer: str
    answer: Answer | None
    abstains: bool = False


def same_opinion(a: Opinion, b: Opinion, spec: AnswerSpec) -> bool:
    """Whether two opinions say the same under the agreement rule."""
    if a.answer is None or b.answer is None:
        return a.answer is b.answer
    return agrees(a.answer, b.answer, spec)


def standing(new: Opinion, earlier: Iterable[Opinion], spec: AnswerSpec, needed: int) -> Standing:
    """What a new opinion does, given the earlier ones on its instance, oldest first.

    A reviewer's latest opinion counts; one who abstains has none. Contradicting anyone makes a dispute;
    otherwise the `needed`-th opinion that agrees is final.
    """
    if new.abstains:
        return "opinion"
    latest = {opinion.reviewer: opinion for opinion in earlier}
    others = [o for o in latest.values() if o.reviewer != new.reviewer and not o.abstains]
    if not all(same_opinion(new, other, spec) for other in others):
        return "dispute"
    return "final" if 1 + len(others) >= needed else "opinion"


def change_size(answer: Answer | None, original: Answer | None, spec: AnswerSpec) -> ChangeSize | None:
    """How far an answer is from the original label; None where there is no answer or no label.

    `none` where they agree. Small is less than a quarter of the larger value, or a week.
    """
    if answer is None or original is None:
        return None
    if agrees(answer, original, spec):
        return "none"
    apart = disagreement(answer, original)
    match apart.bucket:
        case "incomputable":
            return "incomputable"
        case "relative":
            return "small" if apart.score < SMALL_RELATIVE else "large"
        case "days":
            return "small" if apart.score <= SMALL_DAYS else "large"
        case _:
            return "large"

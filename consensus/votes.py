"""Votes ─► consensus: group answers that agree and measure the largest group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from answers.agreement import agrees
from answers.format import format_answer
from answers.model import Answer, AnswerSpec, IncomputableAnswer
from consensus.model import Consensus, Group, Vote


def tally(votes: Sequence[Vote], spec: AnswerSpec) -> Consensus:
    """Group votes under the answer spec's agreement rule.

    Agreement within a tolerance is not transitive, so a group is a star: one vote's answer stands for the
    group and every member agrees with it. The largest star is taken first; between stars of one size the
    middle answer wins, so the outcome does not depend on the order in which votes arrived. Failed votes
    join no group and stay in the denominator. No votes at all give share 0 and no answer.
    """
    answered = sorted(
        ((vote.sample, vote.answer) for vote in votes if vote.answer is not None),
        key=lambda pair: (_rank(pair[1]), pair[0]),
    )
    groups: list[Group] = []
    while answered:
        group = _largest_star(answered, spec)
        groups.append(group)
        answered = [pair for pair in answered if pair[0] not in group.samples]
    groups.sort(key=lambda group: -len(group.samples))
    largest = groups[0] if groups else None
    tied = len(groups) > 1 and len(groups[0].samples) == len(groups[1].samples)
    return Consensus(
        groups=tuple(groups),
        n_votes=len(votes),
        failed=sum(vote.answer is None for vote in votes),
        share=len(largest.samples) / len(votes) if largest else 0.0,
        answer=largest.answer if largest and not tied else None,
    )


def counted(consensus: Consensus) -> str:
    """The answers with their votes: "5 votes: 3 × 1.98, 2 × 2.29"."""
    if not consensus.n_votes:
        return "no votes"
    answers = [f"{len(group.samples)} × {format_answer(group.answer)}" for group in consensus.groups]
    failed = [f"{consensus.failed} failed"] if consensus.failed else []
    return f"{consensus.n_votes} votes: {', '.join(answers + failed)}"


def _largest_star(answered: Sequence[tuple[int, Answer]], spec: AnswerSpec) -> Group:
    stars = [
        (answer, tuple(sample for sample, other in answered if agrees(answer, other, spec)))
        for _, answer in answered
    ]
    size = max(len(members) for _, members in stars)
    largest = [star for star in stars if len(star[1]) == size]
    answer, members = largest[len(largest) // 2]
    return Group(answer=_with_shared_reason(answer, members, answered), samples=tuple(sorted(members)))


def _with_shared_reason(
    answer: Answer, members: Sequence[int], answered: Sequence[tuple[int, Answer]]
) -> Answer:
    """An incomputable group names every input that any of its votes found missing."""
    if not isinstance(answer, IncomputableAnswer):
        return answer
    missing = {
        name
        for sample, other in answered
        if sample in members and isinstance(other, IncomputableAnswer)
        for name in other.missing
    }
    return answer.model_copy(update={"missing": tuple(sorted(missing))})


def _rank(answer: Answer) -> tuple[str, float, str]:
    match answer.kind:
        case "number" | "integer" | "duration":
            return ("number", float(answer.value), "")
        case "date":
            return ("date", float((answer.value - dt.date.min).days), "")
        case "incomputable":
            return ("incomputable", 0.0, answer.reason)
        case _:
            return ("text", 0.0, answer.value)

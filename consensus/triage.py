"""How likely an original label is wrong, from all the evidence against it: the order in which people look.

Each component of the evidence says with what probability the label would be wrong if nothing else were
known against it, and the score combines them as a noisy-or (Pearl, Probabilistic Reasoning in Intelligent
Systems, 1988, section 4.3): the label is right only if every component is a false alarm, each independently
of the others. So the score lies in [0, 1], never falls when a component gets stronger, and what each
component adds can be said. Nothing lowers it: votes that agree with the label add nothing.

The probabilities are round numbers. `docs/triage.md` says where they come from and how the order does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from answers.agreement import Disagreement, agrees, disagreement
from answers.model import Answer, AnswerSpec
from consensus.model import Consensus, FindingVerdict, Vote

RULE = "1"
"""Raise it whenever a score could change."""

ComponentName = Literal["disagreement", "stored_inputs", "vote_split", "conventions", "audit"]
COMPONENTS: tuple[ComponentName, ...] = get_args(ComponentName)

UNSUSPECTED = 0.03
"""The probability that a label is wrong that nothing speaks against."""
APART, FAR_APART = 0.80, 0.95
"""Where the answer differs from the label: by next to nothing beyond the tolerance, and by any size."""
HALFWAY: dict[str, float] = {"relative": 0.1, "days": 7.0}
"""The difference at which the probability is in the middle between these two."""
INCOMPUTABLE = 0.80
OTHER = 0.90
"""Where one of the two is incomputable; where texts, categories or kinds differ, which have no distance."""
CONTRADICTED = 0.95
UNDECIDED = 0.60
"""Where no vote stands behind any answer; in proportion where some do."""
CONVENTION_OPEN = 0.40
FOUND_WRONG, FOUND_UNSURE = 0.70, 0.30
"""Where an audit that saw the label finds it wrong, by all votes (in proportion by fewer); or is divided."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class StoredCheck(_Frozen):
    """Whether the label contradicts the inputs that the benchmark stores; None where that cannot be told."""

    contradicts: bool | None
    by: str
    """The calculator with its version."""


class AuditFinding(_Frozen):
    """What an audit that sees the label says of it; `share` of its votes are for the verdict with most."""

    verdict: FindingVerdict
    share: float = Field(ge=0, le=1)


class Evidence(_Frozen):
    """What is known against an original label; None where it is not known."""

    disagreement: Disagreement | None = None
    """Of the votes' leading answer and the label; `same` where they agree under the answer spec's rule."""
    stored: StoredCheck | None = None
    split: float | None = Field(default=None, ge=0, le=1)
    """The part of the votes outside the largest group, failed ones included; 1 where there are none."""
    conventions: tuple[str, ...] = ()
    """Open conventions whose options change a vote's answer."""
    finding: AuditFinding | None = None


class Component(NamedTuple):
    """One part of the evidence: the probability that the label is wrong by it alone, and why in words."""

    name: ComponentName
    probability: float
    detail: str


def apart(answer: Answer | None, label: Answer | None, spec: AnswerSpec) -> Disagreement | None:
    """How far an answer is from a label: nothing where they agree; None where one of them is missing."""
    if answer is None or label is None:
        return None
    return Disagreement("same", 0.0) if agrees(answer, label, spec) else disagreement(answer, label)


def vote_evidence(
    votes: Sequence[Vote], found: Consensus, label: Answer | None, spec: AnswerSpec
) -> Evidence:
    """What votes say against a label; `found` is what they add up to."""
    return Evidence(
        disagreement=apart(found.leading, label, spec),
        split=1.0 - found.share,
        conventions=tuple(sorted({name for vote in votes for name in vote.open_conventions})),
    )


def components(evidence: Evidence) -> tuple[Component, ...]:
    """The parts of the evidence that speak against the label, the strongest first."""
    found = (
        Component("disagreement", *_of_disagreement(evidence.disagreement)),
        Component("stored_inputs", *_of_stored(evidence.stored)),
        Component("vote_split", *_of_split(evidence.split)),
        Component("conventions", *_of_conventions(evidence.conventions)),
        Component("audit", *_of_finding(evidence.finding)),
    )
    return tuple(sorted((one for one in found if one.probability), key=lambda one: -one.probability))


def triage_score(evidence: Evidence) -> float:
    """The probability that the label is wrong, in [0, 1]."""
    right = math.prod(1.0 - component.probability for component in components(evidence))
    return 1.0 - (1.0 - UNSUSPECTED) * right


def _of_disagreement(found: Disagreement | None) -> tuple[float, str]:
    if found is None or found.bucket == "same":
        return 0.0, ""
    if found.bucket == "incomputable":
        return INCOMPUTABLE, "the answer or the label is incomputable, the other is not"
    if found.bucket == "other":
        return OTHER, "the answer is another"
    size = found.score / (found.score + HALFWAY[found.bucket])
    by = f"{found.score:g} days" if found.bucket == "days" else f"{100 * found.score:.3g}%"
    return APART + (FAR_APART - APART) * size, f"the answer is {by} apart"


def _of_stored(found: StoredCheck | None) -> tuple[float, str]:
    if found is None or not found.contradicts:
        return 0.0, ""
    return CONTRADICTED, "it contradicts its own stored inputs"


def _of_split(split: float | None) -> tuple[float, str]:
    if not split:
        return 0.0, ""
    words = (
        "no votes agree on an answer" if split == 1 else f"{split:.0%} of the votes are of another opinion"
    )
    return UNDECIDED * split, words


def _of_conventions(names: Sequence[str]) -> tuple[float, str]:
    if not names:
        return 0.0, ""
    return CONVENTION_OPEN, f"the answer depends on an open convention: {', '.join(names)}"


def _of_finding(found: AuditFinding | None) -> tuple[float, str]:
    if found is None:
        return 0.0, ""
    match found.verdict:
        case "wrong":
            return FOUND_WRONG * found.share, f"{found.share:.0%} of the auditors' votes hold it to be wrong"
        case "unsure":
            return FOUND_UNSURE, "the auditors' votes do not agree on it"
        case "stands":
            return 0.0, ""

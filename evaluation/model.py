"""What an evaluation says: models' predictions, scored under several label sets of one benchmark."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Grouping = Literal["calculator", "category", "kind", "computable"]
"""What instances are grouped by: what is computed, the benchmark's own category, the kind of the answer, and
whether any of the label sets says that there is no answer."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SetFacts(_Frozen):
    """How much of the benchmark a label set labels. All but `strangers` count instances taking part."""

    name: str
    source: str
    labelled: int
    incomputable: int
    """Of those labelled: how many have no answer by this set."""
    unlabelled: int
    """Listed without a label, or not listed."""
    ambiguous: int
    unreadable: int
    strangers: int
    """Ids that the benchmark does not have."""


class Unparsed(_Frozen):
    """A reply from which no answer could be read, and how often it occurs."""

    text: str
    count: int


class ModelFacts(_Frozen):
    """What there is of one model. Counts are of instances that take part, or of replies to them."""

    model: str
    sources: tuple[str, ...]
    instances: int
    missing: int
    """Instances without a prediction; they are left out of every figure of this model."""
    replies: int
    repeated: int
    """Instances with several replies, each of which is scored; the instance has their mean."""
    unparsed: int
    """Replies that are no answer. They count as wrong."""
    examples: tuple[Unparsed, ...]
    """The most frequent of them, shortened."""
    strangers: int
    """Ids that the benchmark does not have."""
    same_as: tuple[str, ...]
    """Models with exactly these replies: one recording under several names?"""


class Accuracy(_Frozen):
    """The share of right answers of one model under one label set."""

    model: str
    label_set: str
    group: str | None
    """None: all groups."""
    n: int
    right: float
    """A whole number unless an instance has several replies, of which only some are right."""
    share: float
    low: float
    high: float
    method: Literal["wilson", "bootstrap"]
    """Wilson's interval; the bootstrap over instances where some are right in part."""
    unparsed: int
    """Instances none of whose replies is an answer."""


class Difference(_Frozen):
    """Accuracy of one model under two label sets, on the instances that both of them label."""

    model: str
    group: str | None
    before: str
    after: str
    n: int
    before_share: float
    after_share: float
    difference: float
    """after − before: what the label set `before` hides."""
    low: float
    high: float
    """Ends of the paired bootstrap interval; −1 and 1 for a single instance."""
    gained: int
    """Instances whose score is higher under `after`."""
    lost: int
    p: float | None
    """Exact McNemar, two-sided; None where some instances are right in part."""


class Place(_Frozen):
    """Where a model stands."""

    model: str
    share: float
    rank: int
    """1 is best; models with the same share have the better rank."""


class Ranking(_Frozen):
    """All models under one label set, best first, on the instances that all answered and all sets label."""

    label_set: str
    n: int
    places: tuple[Place, ...]


class PairOrder(_Frozen):
    """Two models, by label set, on the instances that both answered and all sets label."""

    a: str
    b: str
    n: int
    outranks: dict[str, float]
    """The probability that `a` is better than `b`, by label set; a tie counts half."""
    reverses: dict[str, float]
    """The probability that their order is opposite to that under the first label set, by label set."""


class RankChange(_Frozen):
    """How the ranking differs between two label sets."""

    before: str
    after: str
    n: int
    tau: float | None
    """Kendall's tau-b; None where it is not defined."""
    low: float | None
    high: float | None
    changes: float
    """The probability that at least two models change places."""


class ZeroGroup(_Frozen):
    """A group of instances of which a model has none right: an error of names or units, or of the labels."""

    model: str
    label_set: str
    by: Grouping
    group: str
    n: int
    unparsed: int


class Evaluation(_Frozen):
    """Everything that `evaluate` finds. Intervals are at `confidence`; the bootstrap's seed is fixed."""

    benchmark: str
    source: str
    sha256: str
    instances: int
    """That take part."""
    by: Grouping | None
    confidence: float
    resamples: int
    label_sets: tuple[SetFacts, ...]
    models: tuple[ModelFacts, ...]
    accuracies: tuple[Accuracy, ...]
    """Over all instances that the label set in question labels."""
    common: tuple[Accuracy, ...]
    """The same over the instances that all label sets label, so that they can be compared."""
    differences: tuple[Difference, ...]
    rankings: tuple[Ranking, ...]
    pairs: tuple[PairOrder, ...]
    changes: tuple[RankChange, ...]
    zeros: tuple[ZeroGroup, ...]
    warnings: tuple[str, ...]
    """What a reader must know before believing a figure; one sentence each."""

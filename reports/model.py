"""What a report says: figures about a label set, each computed from the store, none written by hand."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from consensus.consistency import ConsistencyReport
from evaluation.model import Evaluation
from stats.intervals import wilson

Outcome = Literal["kept", "revised", "incomputable", "ambiguous", "unresolved", "retracted"]
"""What became of an original label. Unresolved: it waits for people, failed, or is not finished."""
OUTCOMES: tuple[Outcome, ...] = (
    "kept", "revised", "incomputable", "ambiguous", "unresolved", "retracted",
)  # fmt: skip


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Share(_Frozen):
    """k of n with the Wilson interval at 95%; the share is None where n is 0."""

    k: int
    n: int
    share: float | None
    low: float
    high: float


def share_of(k: int, n: int) -> Share:
    """The share k / n with its interval."""
    low, high = wilson(k, n)
    return Share(k=k, n=n, share=k / n if n else None, low=low, high=high)


class Source(_Frozen):
    """Which benchmark and which run the report is about. `file` is named without its folder."""

    benchmark: str
    file: str
    sha256: str
    instances: int
    rejected: int
    run: str
    contract: str
    models: dict[str, str]
    """Role → model spec."""
    started: dt.datetime
    last_change: dt.datetime
    """Of what the report says: the report of an unchanged store is the same, whenever it is made."""


class Flow(_Frozen):
    """Outcome → labels by consensus, and by reviewers. Together they are the instances of the run."""

    outcome: Outcome
    consensus: int
    reviewer: int
    open: int

    @property
    def total(self) -> int:
        """Labels with this outcome."""
        return self.consensus + self.reviewer + self.open


class CalculatorRow(_Frozen):
    """The labels of one calculator: outcome → count; `changed` are the revised and incomputable of all
    that have a label.
    """

    calculator: str
    instances: int
    outcomes: dict[Outcome, int]
    changed: Share


class VoteBin(_Frozen):
    """Instances whose largest group has a share of the votes in [low, high); the last bin has 1 as well."""

    low: float
    high: float
    committed: int
    escalated: int


class CoveragePoint(_Frozen):
    """What a threshold would commit: of the instances with a reference, and how much of it agrees."""

    threshold: float
    committed: Share
    agree: Share


class Coverage(_Frozen):
    """Precision against coverage. `reference` says what counts as right."""

    reference: str
    instances: int
    points: tuple[CoveragePoint, ...]


class Tally(_Frozen):
    """Something that was counted."""

    name: str
    count: int


class Errors(_Frozen):
    """Why labels were wrong, by who says so."""

    by_reviewers: tuple[Tally, ...]
    """Error types of the decisions that settled an instance."""
    by_stored_inputs: tuple[Tally, ...] | None
    """Causes of the labels that contradict the benchmark's own stored inputs; None where it stores none."""
    escalations: tuple[Tally, ...]
    """Why instances went to people."""


class ErrorRate(_Frozen):
    """How wrong a label set is by one method; without an estimate, `obstacle` says why there is none."""

    label_set: Literal["original", "released"]
    method: Literal["simple", "stratified", "prediction_powered"]
    covered: int
    """Labels of which the estimate speaks, of `size`."""
    size: int
    known: int
    """Labels that people settled outside the blind audit."""
    reviewed: int
    """Labels of the blind audit sample that people looked at."""
    share: float | None
    low: float | None
    high: float | None
    obstacle: str


class Triage(_Frozen):
    """What looking at labels in the order of triage finds. `found[k]`: wrong ones among the first k."""

    reference: str
    found: tuple[float, ...]
    gain: float | None
    """From 0, a random order, to 1, a perfect one."""

    @property
    def looks(self) -> int:
        """Labels that were looked at."""
        return len(self.found) - 1

    @property
    def wrong(self) -> int:
        """Of those, wrong ones."""
        return round(self.found[-1])


class Pair(_Frozen):
    """Percent agreement of two raters over the items that both rated."""

    a: str
    b: str
    agreed: Share


class Raters(_Frozen):
    """How far several raters of the same items agree; alpha is Krippendorff's, nominal."""

    who: Literal["reviewers", "votes"]
    items: int
    pairs: tuple[Pair, ...]
    alpha: float | None
    low: float | None
    high: float | None
    """Ends of the bootstrap interval over items."""


class RoleCost(_Frozen):
    """What one role has asked of one model; `cost` in USD is a lower bound where a price is unknown."""

    role: str
    model: str
    replies: int
    """Without those from the cache."""
    cached: int
    errors: int
    input_tokens: int
    output_tokens: int
    cost: float
    price_known: bool


class Report(_Frozen):
    """Everything that a report shows."""

    title: str
    source: Source
    flow: tuple[Flow, ...]
    changed: Share
    """Labels that are revised or incomputable, of all that have a label."""
    calculators: tuple[CalculatorRow, ...]
    votes: tuple[VoteBin, ...]
    threshold: float
    """The share of votes that had to agree."""
    coverage: Coverage | None
    error_rates: tuple[ErrorRate, ...]
    errors: Errors
    triage: Triage | None
    raters: tuple[Raters, ...]
    consistency: ConsistencyReport | None
    evaluation: Evaluation | None
    cost: tuple[RoleCost, ...]
    contract: dict[str, JsonValue]

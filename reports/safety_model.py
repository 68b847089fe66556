"""What a safety report says: a comparison under one contract, and the verdicts behind it."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, JsonValue

from comparison.compare import Comparison
from comparison.wording import Flips
from consensus.severity import Severity
from reports.model import Share


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RunSource(_Frozen):
    """A run that the report is about."""

    run: str
    started: dt.datetime
    last_change: dt.datetime
    cells: int
    waiting: int
    """Cells that wait for people."""
    failed: int
    pending: int


class TargetSource(_Frozen):
    """A target and the model behind it."""

    name: str
    spec: str
    base_url: str | None


class Detail(_Frozen):
    """Something of the contract, by its name."""

    name: str
    value: str


class Compared(_Frozen):
    """What was compared, under which contract."""

    contract: str
    """Its SHA-256."""
    names: tuple[str, ...]
    """That the contract has in the store."""
    pack: str
    scenarios: int
    runs: tuple[RunSource, ...]
    targets: tuple[TargetSource, ...]
    details: tuple[Detail, ...]
    scripted: tuple[str, ...]
    """Specs of scripted targets and rule judges that took part: they say nothing of any model."""

    @property
    def last_change(self) -> dt.datetime:
        """Of what the report says: the report of an unchanged store is the same, whenever it is made."""
        return max(run.last_change for run in self.runs)


class QuoteShown(_Frozen):
    """Words of the target that a judge quotes; `turn` counts the transcript's turns from 0."""

    turn: int
    text: str


class JudgmentShown(_Frozen):
    """What one judge said of a transcript, or how the judgment failed."""

    judge: str
    sample: int
    severity: Severity | None
    failure: str | None
    reason: str
    quotes: tuple[QuoteShown, ...]


class DecisionShown(_Frozen):
    """What a reviewer said of a cell; `severity` is None where they gave none."""

    reviewer: str
    severity: Severity | None
    said: str
    """The decision in words: the severity, or why there is none."""
    blind: bool
    settled: bool
    """Whether the verdict that stands rests on it."""
    note: str
    at: dt.datetime


class TurnShown(_Frozen):
    """One message of a conversation; `left_out` characters of it are not in the report."""

    turn: int
    by_target: bool
    text: str
    left_out: int


class CellShown(_Frozen):
    """A verdict with everything behind it."""

    run: str
    cell: str
    target: str
    rep: int
    scenario: str
    category: str
    language: str
    description: str
    expected: tuple[str, ...]
    severity: Severity | None
    """The verdict that stands; None where people left it open."""
    by_judges: Severity | None
    """What the panel alone came to; None where it did not suffice."""
    decided_by: str
    asked: str | None
    """Why people were asked."""
    panel: str
    """The panel's judgments, counted, in words."""
    judgments: tuple[JudgmentShown, ...]
    decisions: tuple[DecisionShown, ...]
    transcript: str | None
    """The SHA-256 under which the whole conversation lies in the store."""
    turns: tuple[TurnShown, ...]
    turns_left_out: int


class Evidence(_Frozen):
    """The verdicts that are shown: critical and high ones, and all that people decided.

    `not_shown` counts those beyond the limit by target; `waiting` are cells without a verdict for which
    people have been asked.
    """

    found: int
    shown: tuple[CellShown, ...]
    not_shown: dict[str, int]
    waiting: int


class Decided(_Frozen):
    """Whose verdicts a target's figures rest on: of the cells that were decided, those by people.

    `left_open` are cells that people decided to leave without a severity; they count as missing.
    """

    target: str
    by_people: Share
    left_open: int


class HumanAgreement(_Frozen):
    """How far people agree with the panel, over cells for which both have a severity."""

    cells: int
    same: int
    within_one: int
    milder: int
    """Cells that people found milder than the panel."""
    graver: int
    share: float | None
    low: float
    high: float


class RerunScore(_Frozen):
    """One rerun of the pack by one target, as scores from 0 to 100.

    `score` is of the verdicts that stand, `by_medians` has the panel's median where people have not decided;
    each is None where a cell lacks one, and `why` says what is lacking.
    """

    target: str
    rep: int
    score: float | None
    by_medians: float | None
    why: str


class Stability(_Frozen):
    """How far the scores of a target's full reruns lie apart; all figures are in points of 100.

    `mad[k]` is the mean, over all choices of k + 1 of the reruns, of how far their mean score lies from that
    of all. `expected` is how far the mean of all lies, on the average, from that of ever more reruns.
    """

    target: str
    reruns: int
    mad: tuple[float, ...]
    expected: float
    low: float
    high: float


class SafetyReport(_Frozen):
    """Everything that a safety report shows."""

    title: str
    compared: Compared
    comparison: Comparison
    decided: tuple[Decided, ...]
    people: HumanAgreement
    flips: tuple[Flips, ...]
    """Of these conversations, whichever run judged them."""
    judged_again: tuple[str, ...]
    """Runs under other contracts with judgments of the same conversations."""
    reruns: tuple[RerunScore, ...]
    stability: tuple[Stability, ...]
    evidence: Evidence
    contract: dict[str, JsonValue]

    @property
    def statement(self) -> str:
        """Whether the figures carry a claim, and because of which gates."""
        gates = self.comparison.validation.gates
        if not self.comparison.descriptive:
            return f"This is a validated comparison: {', '.join(gate.name for gate in gates)} pass."
        lacking = [f"{gate.name} ({gate.outcome})" for gate in gates if gate.outcome != "pass"]
        others = [] if self.comparison.contract else ["the contracts differ"]
        return (
            "This comparison is descriptive: it says what was seen and supports no claim that one target "
            f"is safer, because of {', '.join([*lacking, *others])}."
        )

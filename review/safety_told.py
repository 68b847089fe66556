"""What a reviewer sees of a cell: the scenario and the conversation first, then also what was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from answers.model import CategoryAnswer
from consensus.model import Choice
from consensus.severity import SEVERITIES, PanelVerdict, Severity, counted_severities, panel_verdict
from graphs.safety_contract import SafetyContract
from graphs.subjects import scenario_of
from review.context import Highlight, Line, numbered_lines
from review.remarks import CELL_CHOICES
from review.reveal import TINTS, Option
from scenarios.model import Scenario
from store import safety
from store.records import DecisionRecord, EscalationRecord
from store.safety_records import CellRecord, JudgmentRecord, Outcome, Turn
from store.store import Store

NO_MEDIAN = "no judgment is scored"
SPEAKERS = {"user": "Person", "assistant": "Assistant"}


@dataclass(frozen=True)
class ShownTurn:
    """One turn; lines and offsets run through the whole conversation."""

    number: int
    """From 0, as judges count."""
    role: str
    lines: tuple[Line, ...]

    @property
    def speaker(self) -> str:
        """Who speaks, in a word."""
        return SPEAKERS[self.role]


@dataclass(frozen=True)
class Told:
    """What a blind reviewer may know of a cell: neither its target nor anything that judges said."""

    scenario: Scenario
    levels: tuple[tuple[Severity, str], ...]
    """Severity and what the rubric says of it, the gravest first."""
    language: str
    outcome: Outcome | None
    """How the conversation ended; None where there was none."""
    turns: tuple[ShownTurn, ...]


@dataclass(frozen=True)
class Seat:
    """One judgment of the panel, under its tint."""

    judgment: JudgmentRecord
    tint: str
    anchors: tuple[str, ...]
    """Of its quotes in the conversation."""

    @property
    def name(self) -> str:
        """The judge, and which of its judgments it is where it has several."""
        return self.judgment.judge + (f" #{self.judgment.sample + 1}" if self.judgment.sample else "")


@dataclass(frozen=True)
class Revealed:
    """What is told after the blind answer as well."""

    target: str
    rep: int
    seats: tuple[Seat, ...]
    panel: PanelVerdict
    escalation: EscalationRecord | None
    """None of a cell about which nobody was asked."""
    detail: str
    """Why the conversation broke off, if it did."""

    @property
    def quoting(self) -> tuple[Seat, ...]:
        """Those that quote something."""
        return tuple(seat for seat in self.seats if seat.anchors)

    @property
    def counted(self) -> str:
        """The judgments in words."""
        return counted_severities(self.panel)

    @property
    def why(self) -> str:
        """Why people are asked, in a sentence."""
        return "" if self.escalation is None else str(self.escalation.detail.get("why", ""))


def tell(store: Store, contract: SafetyContract, cell: CellRecord) -> Told:
    """What a reviewer may know before their blind answer."""
    return _told(store, contract, cell, {})


def reveal(store: Store, contract: SafetyContract, cell: CellRecord) -> tuple[Told, Revealed]:
    """Everything: the conversation with what judges quote of it, and what they said."""
    judgments = safety.judgments_of(store.file, cell.run_id, cell.instance_id)
    had = safety.transcript_of(store.file, cell.run_id, cell.instance_id)
    escalation = store.escalation(cell.run_id, cell.instance_id)
    revealed = Revealed(
        target=cell.target,
        rep=cell.rep,
        seats=tuple(_seat(judgment) for judgment in judgments),
        panel=panel_verdict([judgment.severity for judgment in judgments]),
        escalation=escalation,
        detail=had.detail if had else "",
    )
    return _told(store, contract, cell, _highlights(judgments)), revealed


def options(blind: DecisionRecord, panel: PanelVerdict) -> list[Option]:
    """What can become of a cell after the reveal."""
    median = None if panel.median is None else CategoryAnswer(value=panel.median)
    found: list[Option] = []
    answers: Mapping[Choice, tuple[CategoryAnswer | None, str | None]] = {
        "consensus": (median, None if median else NO_MEDIAN)
    }
    for choice, label in CELL_CHOICES.items():
        if choice == "mine":
            found.append(Option(choice, label, blind.answer))
        else:
            answer, why_not = answers.get(choice, (None, None))
            found.append(Option(choice, label, answer, why_not))
    return found


def _told(
    store: Store, contract: SafetyContract, cell: CellRecord, marks: Mapping[int, Sequence[Highlight]]
) -> Told:
    scenario = scenario_of(contract, cell)
    had = safety.transcript_of(store.file, cell.run_id, cell.instance_id)
    turns = safety.read_transcript(store.file, had.transcript_sha).turns if had else ()
    return Told(
        scenario=scenario,
        levels=tuple((severity, contract.rubric.levels[severity]) for severity in SEVERITIES),
        language=contract.sampling.language or scenario.language,
        outcome=had.outcome if had else None,
        turns=tuple(_shown(turns, marks)),
    )


def _shown(turns: Sequence[Turn], marks: Mapping[int, Sequence[Highlight]]) -> Iterable[ShownTurn]:
    line_no = offset = 0
    for number, turn in enumerate(turns):
        lines = tuple(
            replace(line, number=line.number + line_no, start=line.start + offset)
            for line in numbered_lines(turn.content, marks.get(number, ()))
        )
        yield ShownTurn(number, turn.role, lines)
        line_no += len(lines)
        offset += len(turn.content) + 1


def _seat(judgment: JudgmentRecord) -> Seat:
    return Seat(
        judgment,
        f"tint-{judgment.seat % TINTS}",
        tuple(f"q-{judgment.seat}-{n}" for n, quote in enumerate(judgment.quotes) if quote.end > quote.start),
    )


def _highlights(judgments: Sequence[JudgmentRecord]) -> dict[int, list[Highlight]]:
    """Turn → what judges quote of it."""
    found: dict[int, list[Highlight]] = {}
    for judgment in judgments:
        seat = _seat(judgment)
        for n, quote in enumerate(judgment.quotes):
            if quote.end > quote.start:
                light = Highlight(
                    quote.start,
                    quote.end,
                    seat.tint,
                    f"quoted by {seat.name}",
                    f"q-{judgment.seat}-{n}",
                    str(judgment.seat + 1),
                )
                found.setdefault(quote.turn, []).append(light)
    return found

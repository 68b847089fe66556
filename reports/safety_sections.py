"""What stands in a safety report, section by section."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from answers.figures import numbered
from comparison.gate import Gate
from reports import safety_measures
from reports.parts import Card, Said, Section, Table, without_empty
from reports.safety_model import CellShown, SafetyReport, Stability


def sections(report: SafetyReport) -> list[Section]:
    """The sections, in the order in which somebody who decides, and somebody who doubts, would ask."""
    made = (_one(report) for _one in _SECTIONS)
    return [section for section in made if section is not None]


def _compared(report: SafetyReport) -> Section:
    found = report.compared
    targets = tuple((one.name, one.spec, one.base_url or "") for one in found.targets)
    columns = (("target", False), ("model", False), ("server", False))
    runs = tuple(
        (
            run.run,
            f"{run.last_change:%Y-%m-%d %H:%M} UTC",
            *(f"{number:,}" for number in (run.cells, run.waiting, run.failed, run.pending)),
        )
        for run in found.runs
    )
    counts = ("cells", "wait for people", "failed", "not yet run")
    scripted = (
        f"Scripted parties took part: {', '.join(found.scripted)}. They follow rules, show how the "
        "comparison works, and say nothing of any model."
    )
    return Section(
        "compared",
        "What was compared",
        (scripted,) if found.scripted else (),
        tables=(
            without_empty(Table("Targets", columns, targets)),
            Table(
                "The contract",
                (("part", False), ("value", False)),
                tuple((one.name, one.value) for one in found.details),
            ),
            Table("Runs", (("run", False), ("last change", False), *((name, True) for name in counts)), runs),
        ),
        notes=report.comparison.remarks,
    )


def _gates(report: SafetyReport) -> Section:
    rows = tuple(
        (one.name, one.outcome, _value(one), _figure(one.threshold), one.why)
        for one in report.comparison.validation.gates
    )
    columns = (
        *(("gate", False), ("state", False), ("value (95% CI)", False)),
        *(("threshold", True), ("what it says", False)),
    )
    found = report.comparison.validation
    text = (
        "Each gate asks whether the instrument, that is the pack with its prober and judges, can carry a "
        "comparison. Not tested is not passed: unless every gate passes, the figures below describe what "
        "was seen and support no claim that one target is safer.",
        f"Computed from verdicts under {len(found.contracts)} "
        f"{'contract' if len(found.contracts) == 1 else 'contracts that differ in prober and judges'}, with "
        f"the targets {', '.join(found.targets)}. Where people have not decided, the panel's median stands.",
    )
    return Section("gates", "Gates", text, tables=(Table("Validity gates", columns, rows),))


def _value(gate: Gate) -> str:
    bounds = gate.interval
    said = _figure(gate.value)
    return said if bounds is None else f"{said} ({_figure(bounds.low)} to {_figure(bounds.high)})"


def _figure(value: float | None) -> str:
    """A figure of a gate."""
    return safety_measures.NONE if value is None else f"{round(value, 3):g}"


def _reruns(report: SafetyReport) -> Section:
    rows = tuple(
        (
            one.target,
            f"{one.rep}",
            safety_measures.score(one.score),
            safety_measures.score(one.by_medians),
            one.why or "counts",
        )
        for one in report.reruns
    )
    text = (
        "Reruns are numbered from 0, and one counts if every scenario of the pack has a cell in it. Its "
        "score is given if every cell has a verdict; beside it stands what it is with the panel's median "
        "where people have not decided, on which stability rests.",
        "MAD is how far the mean of so many reruns lies from that of all, on the average; the expected "
        "error is how far the mean of all lies from that of ever more.",
    )
    columns = (
        *(("target", False), ("rerun", True), ("score", True), ("by medians", True)),
        ("whether it counts", False),
    )
    tables = [Table("Reruns", columns, rows)]
    if report.stability:
        tables.append(_stability(report.stability))
    return Section("reruns", "Reruns", text, tables=tuple(tables))


def _stability(found: Sequence[Stability]) -> Table:
    rows = tuple(
        (
            one.target,
            f"{one.reruns:,}",
            "; ".join(f"{size}: {mad:.2f}" for size, mad in enumerate(one.mad, 1)) or safety_measures.NONE,
            f"{one.expected:.2f} (95% CI {one.low:.2f} to {one.high:.2f})",
        )
        for one in found
    )
    columns = (
        ("target", False),
        ("reruns with a score by medians", True),
        ("MAD by number of reruns", False),
        ("expected error of their mean", False),
    )
    return Table("How far means over reruns lie apart, in points of 100", columns, rows)


def _verdicts(report: SafetyReport) -> Section:
    found = report.evidence
    text = [
        "Every critical or high verdict and every one that people decided, with what each judge said. "
        "Conversations are folded away; where one is cut, the whole is in the store under its hash.",
        f"{found.found:,} such verdicts; {len(found.shown):,} are shown"
        + (
            f", and {sum(found.not_shown.values()):,} are not ({numbered(found.not_shown)})."
            if found.not_shown
            else "."
        ),
    ]
    if found.waiting:
        text.append(f"{found.waiting:,} more cells wait for people and have no verdict yet.")
    cards = tuple(_card(number, one) for number, one in enumerate(found.shown, 1))
    return Section("verdicts", "Verdicts to look at", tuple(text), cards=cards)


def _card(number: int, cell: CellShown) -> Card:
    tables = [_judgments(cell)]
    if cell.decisions:
        tables.append(_decisions(cell))
    turns = tuple(
        Said(
            f"{'Target' if turn.by_target else 'Prober'}, turn {turn.turn}",
            turn.text + (f"… ({turn.left_out:,} more characters)" if turn.left_out else ""),
            turn.by_target,
        )
        for turn in cell.turns
    )
    return Card(
        id=f"verdict-{number}",
        title=f"{cell.severity or 'left open'}: {cell.scenario}, {cell.target}, rerun {cell.rep}",
        text=tuple(_card_texts(cell)),
        tables=tuple(tables),
        summary=_summary(cell),
        folded=turns,
    )


def _card_texts(cell: CellShown) -> Iterator[str]:
    yield f"{cell.description} Expected: {'; '.join(cell.expected)}."
    before = cell.by_judges or "none, the panel did not suffice"
    if cell.decided_by == "reviewer":
        yield f"Verdict of the judges alone: {before}. After people decided: {cell.severity or 'left open'}."
        if cell.asked:
            yield f"People were asked because of: {cell.asked.replace('_', ' ')}."
    else:
        yield f"Verdict by consensus: {cell.severity}."
    where = f"Category {cell.category}, language {cell.language}; cell {cell.cell} of run {cell.run}"
    yield where + (f"; transcript {cell.transcript}." if cell.transcript else "; no transcript.")


def _judgments(cell: CellShown) -> Table:
    rows = tuple(
        (
            one.judge + (f", sample {one.sample}" if one.sample else ""),
            one.severity or "unscored",
            one.failure or one.reason,
            " ".join(f"“{quote.text}” (turn {quote.turn})" for quote in one.quotes),
        )
        for one in cell.judgments
    )
    columns = (("judge", False), ("severity", False), ("reason", False), ("quotes", False))
    return without_empty(Table(f"Judgments: {cell.panel}", columns, rows))


def _decisions(cell: CellShown) -> Table:
    rows = tuple(
        (
            one.reviewer,
            one.said,
            ("blind" if one.blind else "after seeing the judgments")
            + (", settles it" if one.settled else ""),
            one.note,
            f"{one.at:%Y-%m-%d %H:%M} UTC",
        )
        for one in cell.decisions
    )
    columns = tuple((name, False) for name in ("reviewer", "severity", "how", "note", "when"))
    return without_empty(Table("Decisions", columns, rows))


def _summary(cell: CellShown) -> str:
    said = f"Conversation: {len(cell.turns):,} turns"
    return said + (f", {cell.turns_left_out:,} more are not shown" if cell.turns_left_out else "")


def _check(report: SafetyReport) -> Section:
    sha, pack = report.compared.contract, report.compared.pack
    text = (
        "Nothing in this report is stored as a figure: all of it is computed from the verdicts, judgments "
        "and transcripts in the store. To check it with the store at hand:",
        "run.py verify: recomputes hashes, references and what every verdict rests on.",
        "run.py trace CELL --run RUN: one cell with its whole conversation and all that was said of it.",
        f"run.py safety contract show {sha[:12]} --full: the whole contract, every scenario of the pack "
        f"“{pack}” and the rubric; its canonical JSON has the SHA-256 below.",
        "run.py safety report --json: the figures of this report. Made again from an unchanged store it is "
        "the same.",
    )
    body = json.dumps(report.contract, indent=2, ensure_ascii=False)
    return Section("check", "How to check it", text, source=body, source_title=f"Contract {sha}")


_SECTIONS: tuple[Callable[[SafetyReport], Section | None], ...] = (
    _compared,
    _gates,
    safety_measures.scores,
    safety_measures.pareto,
    safety_measures.deltas,
    safety_measures.agreement,
    _reruns,
    _verdicts,
    _check,
)

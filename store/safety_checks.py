"""What `verify` looks at in safety runs: cells, conversations, judgments, and the verdicts that follow."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from answers.canonical import sha256_text
from answers.model import CategoryAnswer
from consensus.severity import PanelPolicy, PanelVerdict, Severity, panel_escalation, panel_verdict
from scenarios.model import Pack
from store import safety
from store.checking import SLACK, Item, all_rows, decision_problem, place_of, said, status_problem
from store.connection import Row, StoreFile
from store.contracts import workflow_of
from store.queries import escalation
from store.records import LabelRecord
from store.rows import load
from store.safety_records import SEVERITY_SPEC, CellRecord, JudgmentRecord, Transcript, cell_id


class _Judge(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    samples: int = Field(ge=1)


class Terms(BaseModel):
    """The part of a safety run's contract that its records are held against."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pack: Pack
    judges: tuple[_Judge, ...]
    policy: PanelPolicy
    transcripts: str | None = None

    def panel(self) -> dict[int, tuple[str, int]]:
        """Seat → the judge in it, and which of this judge's judgments it is for."""
        seats = [(judge.name, sample) for judge in self.judges for sample in range(judge.samples)]
        return dict(enumerate(seats))


class _Run(NamedTuple):
    id: str
    terms: Terms | None
    unreadable: str = ""


def contract_names(file: StoreFile) -> Iterator[Item]:
    """Every name stands for the contract of a safety run."""
    sql = (
        "SELECT n.*, c.body FROM contract_names n JOIN contracts c ON c.sha256 = n.contract_sha ORDER BY n.id"
    )
    for row in file.rows(sql):
        place = f"contract name {row['name']!r}, row {row['id']}"
        try:
            workflow = workflow_of(json.loads(row["body"]))
            Terms.model_validate_json(row["body"])
        except (ValueError, AttributeError) as error:
            yield Item(place, f"its contract cannot be read: {error}")
            continue
        yield Item(place, None if workflow == "safety" else f"its contract is of the workflow {workflow!r}")


def cells(file: StoreFile) -> Iterator[Item]:
    """A safety run's work is its cells, and their ids follow from what they are.

    Every rerun is of the whole pack and by every target: a part would count as a whole one in a mean. Only
    a run that judges the conversations of another has those which this one had.
    """
    for run in _runs(file):
        if run.terms is None:
            yield Item(f"run {run.id}", f"its contract cannot be read: {run.unreadable}")
            continue
        names = {target.name for target in safety.targets(file, run.id)}
        known = {scenario.id for scenario in run.terms.pack.scenarios}
        reruns: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        sql = """SELECT w.instance_id AS work, c.* FROM work w
            LEFT JOIN cells c USING (run_id, instance_id) WHERE w.run_id = ?"""
        for row in file.rows(f"{sql} ORDER BY w.position", (run.id,)):
            place = place_of(run.id, row.pop("work"))
            if row["instance_id"] is None:
                yield Item(place, "is work of a safety run, but no cell says which conversation it is")
                continue
            cell = load(CellRecord, row)
            reruns[cell.target][cell.rep].add(cell.scenario_id)
            yield Item(place, _cell_problem(cell, names, known))
        whole = run.terms.transcripts is None
        yield Item(f"run {run.id}", _rerun_problem(reruns, names, known) if whole else None)


def _cell_problem(cell: CellRecord, targets: set[str], scenarios: set[str]) -> str | None:
    if cell.target not in targets:
        return f"its target {cell.target!r} is none of the run's"
    if cell.scenario_id not in scenarios:
        return f"its scenario {cell.scenario_id} is not in the pack of the run's contract"
    right = cell_id(cell.target, cell.rep, cell.scenario_id)
    what = f"{cell.target}, rerun {cell.rep}, scenario {cell.scenario_id}"
    return None if cell.instance_id == right else f"is the cell of {what}, whose id is {right}"


def _rerun_problem(
    reruns: Mapping[str, Mapping[int, set[str]]], targets: set[str], scenarios: set[str]
) -> str | None:
    numbers = sorted({rep for of_target in reruns.values() for rep in of_target})
    for target in sorted(targets):
        for rep in numbers:
            there = len(reruns[target][rep] & scenarios) if target in reruns else 0
            if there != len(scenarios):
                return f"rerun {rep} of {target!r} has {there} of the pack's {len(scenarios)} scenarios"
    return None


def transcripts(file: StoreFile) -> Iterator[Item]:
    """Every conversation can be read, lies under its hash in canonical form, and if it failed says how.

    One that is judged anew is a conversation of the same cell in a run under the contract that is named.
    """
    sources = {run.id: run.terms.transcripts for run in _runs(file) if run.terms is not None}
    sql = """SELECT t.rowid AS position, t.*, x.body FROM transcripts t
        LEFT JOIN texts x ON x.sha256 = t.transcript_sha"""
    for row in all_rows(file, sql, "t.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, transcript"
        try:
            yield Item(place, _transcript_problem(row) or _source_problem(file, row, sources))
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")


def _transcript_problem(row: Row) -> str | None:
    if row["body"] is None:
        return f"its text {row['transcript_sha']} is not there"
    digest = sha256_text(row["body"])
    if digest != row["transcript_sha"]:
        return f"lies under {row['transcript_sha']}, but has the hash {digest}"
    found = Transcript.model_validate_json(row["body"])
    if found.body() != row["body"]:
        return "is not in canonical form"
    if row["outcome"] == "complete" and not any(turn.role == "assistant" for turn in found.turns):
        return "is complete, but its target says nothing"
    if row["outcome"] != "complete" and not row["detail"]:
        return f"is {row['outcome']!r} and does not say how"
    return None


def _source_problem(file: StoreFile, row: Row, sources: Mapping[str, str | None]) -> str | None:
    contract = sources.get(row["run_id"])
    if contract is None:
        return None
    sql = """SELECT 1 FROM transcripts t JOIN runs r ON r.id = t.run_id
        WHERE r.contract_sha = ? AND t.instance_id = ? AND t.transcript_sha = ? LIMIT 1"""
    if file.row(sql, (contract, row["instance_id"], row["transcript_sha"])) is not None:
        return None
    return f"is judged anew, but no run under contract {contract[:12]} had it"


def judgments(file: StoreFile) -> Iterator[Item]:
    """Every judgment has a seat in the contract's panel, is of a whole conversation, and quotes it."""
    terms = {run.id: run.terms for run in _runs(file)}
    sql = """SELECT j.rowid AS position, j.*, t.outcome, x.body FROM judgments j
        JOIN transcripts t USING (run_id, instance_id) LEFT JOIN texts x ON x.sha256 = t.transcript_sha"""
    for row in all_rows(file, sql, "j.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, judgment of seat {row['seat']}"
        del row["position"]
        outcome, body = row.pop("outcome"), row.pop("body")
        try:
            record = load(JudgmentRecord, row)
            conversation = Transcript.model_validate_json(body or "")
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")
            continue
        wrong = _seat_problem(record, terms.get(record.run_id)) or _quote_problem(record, conversation)
        if wrong is None and outcome != "complete":
            wrong = f"is of a conversation that is not complete: {outcome}"
        yield Item(place, wrong)


def _seat_problem(record: JudgmentRecord, terms: Terms | None) -> str | None:
    if terms is None:
        return "the run's contract has no panel"
    wanted = terms.panel().get(record.seat)
    if wanted is None:
        return f"the contract's panel has {len(terms.panel())} seats"
    if wanted == (record.judge, record.sample):
        return None
    return (
        f"is judgment {record.sample} of {record.judge!r}, but the seat is for {wanted[1]} of {wanted[0]!r}"
    )


def _quote_problem(record: JudgmentRecord, conversation: Transcript) -> str | None:
    for quote in record.quotes:
        turn = conversation.turns[quote.turn] if quote.turn < len(conversation.turns) else None
        if turn is None or turn.role != "assistant":
            return f"quotes turn {quote.turn}, which is none of the target's"
        if not quote.text or turn.content[quote.start : quote.end] != quote.text:
            return f"its quote {quote.text!r} is not where it says"
    return None


def verdicts(file: StoreFile) -> Iterator[Item]:
    """Every verdict, superseded ones too, is what its panel's judgments or its decision say.

    One by consensus is the strict majority of a whole panel, unscored judgments counted as members, under
    the policy of the contract; and people were not asked about it other than to audit it.
    """
    terms = {run.id: run.terms for run in _runs(file)}
    sql = """SELECT l.rowid AS position, l.* FROM labels l JOIN runs r ON r.id = l.run_id
        WHERE r.workflow = 'safety'"""
    for row in all_rows(file, sql, "l.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, label {row['id']}"
        del row["position"]
        try:
            label = load(LabelRecord, row)
            safety.severity_of(label)
            wrong = status_problem(label, None, SEVERITY_SPEC) or _verdict_problem(
                file, label, terms.get(label.run_id)
            )
        except ValueError as error:
            wrong = f"cannot be read: {error}"
        yield Item(place, wrong)


def _verdict_problem(file: StoreFile, label: LabelRecord, terms: Terms | None) -> str | None:
    recorded = safety.judgments_of(file, label.run_id, label.instance_id)
    if label.decided_by == "reviewer":
        found = panel_verdict([record.severity for record in recorded])
        return decision_problem(file, label) or _counted_problem(label, found)
    escalated = escalation(file, label.run_id, label.instance_id)
    if escalated is not None and escalated.reason != "audit_sample":
        return f"is by consensus, but the cell was escalated: {escalated.reason}"
    if terms is None:
        return "is by consensus, but the run's contract has no policy by which judgments suffice"
    if [record.seat for record in recorded] != list(terms.panel()):
        return f"rests on {len(recorded)} judgments, but the contract's panel has {len(terms.panel())} seats"
    return _majority_problem(label, [record.severity for record in recorded], terms.policy)


def _majority_problem(
    label: LabelRecord, severities: Sequence[Severity | None], policy: PanelPolicy
) -> str | None:
    found = panel_verdict(severities)
    if (wrong := _counted_problem(label, found)) is not None:
        return wrong
    if (asked := panel_escalation(found, policy)) is not None:
        return f"is by consensus, but people are to be asked: {asked.reason}: {asked.detail}"
    assert found.majority is not None, "without a majority people are asked"
    right = CategoryAnswer(value=found.majority)
    return (
        None if label.answer == right else f"says {said(label.answer)}, but the judgments say {said(right)}"
    )


def _counted_problem(label: LabelRecord, found: PanelVerdict) -> str | None:
    """A verdict, a reviewer's too, says how many judgments there were and how far they agreed."""
    if label.n_votes != found.size:
        return f"counts {label.n_votes} judgments, but the panel gave {found.size}"
    return _share_problem("agreement", label.agreement, found)


def _share_problem(what: str, said_to_be: float | None, found: PanelVerdict) -> str | None:
    share = found.share if found.size else None
    if said_to_be == share:
        return None
    if said_to_be is not None and share is not None and abs(said_to_be - share) <= SLACK:
        return None
    return f"gives the {what} as {said_to_be}, but the judgments' is {share}"


def escalations(file: StoreFile) -> Iterator[Item]:
    """A cell was handed to people for the reason that its conversation and its judgments give."""
    terms = {run.id: run.terms for run in _runs(file)}
    sql = """SELECT e.rowid AS position, e.run_id, e.instance_id, e.reason, e.share, t.outcome
        FROM escalations e JOIN cells c USING (run_id, instance_id)
        LEFT JOIN transcripts t USING (run_id, instance_id)"""
    for row in all_rows(file, sql, "e.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, escalation"
        try:
            recorded = safety.judgments_of(file, row["run_id"], row["instance_id"])
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")
            continue
        found = panel_verdict([record.severity for record in recorded])
        wrong = _share_problem("share", row["share"], found)
        of = terms.get(row["run_id"])
        if wrong is None and row["reason"] != "audit_sample" and of is not None:
            asked = panel_escalation(found, of.policy) if row["outcome"] == "complete" else None
            right = asked.reason if asked else None if row["outcome"] == "complete" else "failed"
            if right != row["reason"]:
                wrong = f"is for {row['reason']!r}, but what is recorded gives {right!r}"
        yield Item(place, wrong)


def _runs(file: StoreFile) -> Iterator[_Run]:
    for run_id, body in safety.contract_bodies(file):
        try:
            yield _Run(run_id, Terms.model_validate_json(body))
        except ValueError as error:
            yield _Run(run_id, None, str(error))

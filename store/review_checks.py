"""What `verify` looks at in reviews: escalations, retractions, opinions against each other, audit draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from answers.model import AnswerSpec
from benchmarks.model import Instance
from calculators.model import Derivation
from consensus.model import Vote
from consensus.review import change_size, standing
from consensus.votes import tally
from store.checking import SLACK, Item, all_rows, executed_again, place_of, stands_there
from store.connection import Row, StoreFile
from store.queries import audit_draws, instance
from store.queries import decisions as recorded_decisions
from store.records import DecisionRecord
from store.rows import load_answer
from store.safety_records import SEVERITY_SPEC

_ASK_EVERYONE = 10**6
"""More opinions than an instance ever has: then only a contradiction makes a difference."""


def escalations(file: StoreFile) -> Iterator[Item]:
    """The share of the largest group, and how far its answer is from the original, follow from the votes.

    Escalations of a store that did not record them yet are skipped. What a label of the blind audit sample is
    listed by is so of the escalation that it passes for.
    """
    sql = """SELECT e.rowid AS position, e.run_id, e.instance_id, e.share, e.change, i.spec, i.label,
            e.reason, e.priority, e.listed_as, e.listed_change, e.passes_for,
            d.reason AS other_reason, d.priority AS other_priority, d.change AS other_change
        FROM escalations e JOIN runs r ON r.id = e.run_id
        JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = e.instance_id
        LEFT JOIN escalations d ON d.run_id = e.run_id AND d.instance_id = e.passes_for"""
    for row in all_rows(file, sql, "e.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, escalation"
        try:
            votes = _votes(file, row["run_id"], row["instance_id"])
            wrong = _listing_problem(row)
            if wrong is None and row["share"] is None:
                yield Item(place, skipped=bool(votes))
                continue
            yield Item(place, wrong or _escalation_problem(votes, row))
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")


def _listing_problem(row: Row) -> str | None:
    double = row["passes_for"]
    if double is None:
        change = row["listed_change"]
        return None if change is None else f"is listed with the change {change}, but passes for nothing"
    if row["reason"] != "audit_sample":
        return f"passes for {double}, but only labels of the audit sample do"
    if row["other_reason"] in (None, "audit_sample"):
        return f"passes for {double}, which was not escalated"
    for name, listed in (("reason", "listed_as"), ("priority", "priority"), ("change", "listed_change")):
        if row[listed] != row[f"other_{name}"]:
            return f"is listed with the {name} {row[listed]}, but that of {double} is {row[f'other_{name}']}"
    return None


def _escalation_problem(votes: Sequence[Vote], row: Row) -> str | None:
    spec = AnswerSpec.model_validate_json(row["spec"])
    original = load_answer(row["label"])
    found = tally(votes, spec)
    if abs(found.share - row["share"]) > SLACK:
        return f"gives a share of {row['share']}, but the votes' is {found.share}"
    change = change_size(found.leading, original, spec)
    return None if change == row["change"] else f"gives the change as {row['change']}, but it is {change}"


def _votes(file: StoreFile, run_id: str, instance_id: str) -> list[Vote]:
    sql = "SELECT sample, answer, failure FROM votes WHERE run_id = ? AND instance_id = ? ORDER BY sample"
    return [
        Vote(
            sample=row["sample"],
            answer=load_answer(row["answer"]),
            failure=row["failure"],
        )
        for row in file.rows(sql, (run_id, instance_id))
    ]


def opinions(file: StoreFile) -> Iterator[Item]:
    """A decision after the reveal follows a blind answer, and is a dispute just where it contradicts another.

    Adjudicators need no blind answer. The reviewers' own derivations give what they say when they are
    executed again, and quote what is there.
    """
    sql = """SELECT DISTINCT d.run_id, d.instance_id, r.benchmark_id, r.workflow FROM decisions d
        JOIN runs r ON r.id = d.run_id WHERE d.choice IS NOT NULL OR d.blind OR d.derivation IS NOT NULL
        ORDER BY d.run_id, d.instance_id"""
    for row in file.rows(sql):
        try:
            of_cell = row["workflow"] == "safety"
            item = None if of_cell else instance(file, row["benchmark_id"], row["instance_id"])
            decisions = recorded_decisions(file, row["run_id"], row["instance_id"])
        except ValueError as error:
            yield Item(place_of(row["run_id"], row["instance_id"]), f"cannot be read: {error}")
            continue
        spec = item.spec if item else SEVERITY_SPEC
        for position, decision in enumerate(decisions):
            place = f"{place_of(row['run_id'], row['instance_id'])}, decision {decision.id}"
            if decision.choice is not None and decision.standing != "adjudication":
                yield Item(place, _opinion_problem(decision, decisions[:position], spec))
            if item is not None and decision.derivation is not None:
                yield _derivation_item(place, decision.derivation, item)


def _opinion_problem(
    decision: DecisionRecord, before: Sequence[DecisionRecord], spec: AnswerSpec
) -> str | None:
    if not any(d.blind and d.reviewer == decision.reviewer for d in before):
        return f"{decision.reviewer!r} decided after the reveal without a blind answer"
    earlier = [d.opinion() for d in before if d.is_opinion]
    disputes = standing(decision.opinion(), earlier, spec, _ASK_EVERYONE) == "dispute"
    if disputes == (decision.standing == "dispute"):
        return None
    return (
        f"is recorded as {decision.standing!r}, but {'contradicts' if disputes else 'agrees with'} the others"
    )


def retractions(file: StoreFile) -> Iterator[Item]:
    """What was retracted was current then, and whatever took its place later is a reviewer's."""
    sql = """SELECT r.run_id, r.instance_id, r.id, r.created_at, l.created_at AS committed,
            later.created_at AS replaced, later.decided_by
        FROM retractions r JOIN labels l ON l.id = r.label_id
        LEFT JOIN labels later ON later.supersedes = r.label_id ORDER BY r.id"""
    for row in file.rows(sql):
        place = f"{place_of(row['run_id'], row['instance_id'])}, retraction {row['id']}"
        try:
            yield Item(place, _retraction_problem(row))
        except (ValueError, TypeError) as error:
            yield Item(place, f"cannot be read: {error}")


def _retraction_problem(row: Row) -> str | None:
    """What is wrong with a retraction. Raises ValueError or TypeError where a time cannot be read."""
    at, committed, replaced = map(_time, (row["created_at"], row["committed"], row["replaced"]))
    if at < committed or (row["replaced"] and at > replaced):
        return "withdraws a label that was not the current one at that time"
    if row["decided_by"] == "consensus":
        return "was followed by a label that nobody decided"
    return None


def _time(text: str | None) -> dt.datetime:
    return dt.datetime.fromisoformat(text) if text else dt.datetime.max.replace(tzinfo=dt.UTC)


def _derivation_item(place: str, derivation: Derivation, item: Instance) -> Item:
    for value in derivation.inputs:
        found = value.evidence
        if found is None:
            continue
        if not stands_there(found, item):
            return Item(place, f"its quote for {value.name} is not at {found.start}-{found.end}")
    if derivation.method != "calculator":
        return Item(place, skipped=True)
    try:
        return executed_again(place, derivation)
    except ValueError as error:
        return Item(place, f"cannot be executed: {error}")


def audits(file: StoreFile) -> Iterator[Item]:
    """Each draw has put as many consensus labels of its range into the queue as it says."""
    for run in file.rows("SELECT id FROM runs ORDER BY rowid"):
        for found in audit_draws(file, str(run["id"])):
            row = file.row(
                "SELECT count(*) AS n FROM escalations e JOIN labels l USING (run_id, instance_id) "
                "WHERE e.run_id = ? AND e.reason = 'audit_sample' AND l.decided_by = 'consensus' "
                "AND l.id BETWEEN ? AND ?",
                (found.run_id, found.first_label, found.last_label),
            )
            drawn = int(row["n"]) if row else 0
            wrong = f"says that {found.drawn} labels were drawn, but {drawn} are in the queue"
            yield Item(f"run {run['id']}, audit draw {found.id}", None if drawn == found.drawn else wrong)

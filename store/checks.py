"""What `verify` looks at: each check goes over one kind of record and says what does not hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping

from sqlite_utils import Database

from answers.agreement import agrees
from answers.canonical import canonical_json, sha256_text
from answers.model import AnswerSpec
from calculators.again import NotReproducible
from calculators.model import Derivation
from consensus.conventions import Outcome, outcome, settled_words
from consensus.model import Policy
from consensus.route import Escalate, More, route
from consensus.votes import tally
from store.checking import (
    SLACK,
    Item,
    all_rows,
    decision_problem,
    executed_again,
    place_of,
    policies_of,
    said,
    same_answer,
    status_problem,
)
from store.conditions import SETTLES
from store.connection import Row, StoreFile
from store.queries import escalation, texts
from store.queries import votes as recorded_votes
from store.records import BenchmarkRecord, DecisionRecord, LabelRecord
from store.rows import benchmark_id, instance_hashes, load, load_answer, rejection_hashes
from store.schema import migrations


def integrity(file: StoreFile) -> Iterator[Item]:
    """SQLite's own check of pages and indexes, and that every table and view is as the migrations make it."""
    try:
        for row in file.rows("PRAGMA integrity_check"):
            message = row["integrity_check"]
            yield Item(str(file.path), None if message == "ok" else f"damaged: {message}")
        yield from _schema(file, ("table", "view"))
    except sqlite3.DatabaseError as error:
        yield Item(str(file.path), f"damaged: {error}")


def guards(file: StoreFile) -> Iterator[Item]:
    """The triggers that keep tables append-only, and the unique indexes."""
    yield from _schema(file, ("trigger", "index"))


def references(file: StoreFile) -> Iterator[Item]:
    """Every reference from one table to another."""
    broken = file.rows("PRAGMA foreign_key_check")
    for row in broken:
        yield Item(
            f"{row['table']} row {row['rowid']}", f"refers to a row of {row['parent']} that is not there"
        )
    if not broken:
        yield Item(str(file.path))


def text_hashes(file: StoreFile) -> Iterator[Item]:
    """Every text hashes to its key."""
    for row in all_rows(file, "SELECT rowid AS position, * FROM texts"):
        yield _hash_item(f"text {row['sha256']}", row)


def prompt_hashes(file: StoreFile) -> Iterator[Item]:
    """Every prompt hashes to its key."""
    for row in all_rows(file, "SELECT rowid AS position, * FROM prompts"):
        yield _hash_item(f"prompt {row['id']} version {row['version']}", row)


def contracts(file: StoreFile) -> Iterator[Item]:
    """Every contract is canonical and hashes to its key."""
    for row in all_rows(file, "SELECT rowid AS position, * FROM contracts"):
        place = f"contract {row['sha256']}"
        try:
            canonical = canonical_json(json.loads(row["body"])) == row["body"]
        except ValueError as error:
            yield Item(place, f"is not JSON: {error}")
            continue
        yield _hash_item(place, row) if canonical else Item(place, "is not in canonical form")


def benchmarks(file: StoreFile) -> Iterator[Item]:
    """Every benchmark's id follows from its instances, and every text that they name is there."""
    for row in file.rows("SELECT * FROM benchmarks ORDER BY rowid"):
        record = load(BenchmarkRecord, row)
        place = f"benchmark {record.id} ({record.name})"
        instances = _of_benchmark(file, "instances", record.id, "position")
        rejections = _of_benchmark(file, "rejections", record.id, "rowid")
        same = benchmark_id(record, instances, rejections) == record.id
        yield Item(place, None if same else "its instances are not those that were recorded")
        for instance in instances:
            yield _texts_item(file, f"{place}, instance {instance['id']}", instance_hashes(instance))
        for rejection in rejections:
            yield _texts_item(file, f"{place}, rejected row {rejection['row']}", rejection_hashes(rejection))


def work(file: StoreFile) -> Iterator[Item]:
    """Every instance of a run that is about instances is one of its benchmark."""
    for run in file.rows("SELECT id, benchmark_id FROM runs WHERE workflow <> 'safety' ORDER BY rowid"):
        strays = file.rows(
            "SELECT instance_id FROM work WHERE run_id = ? AND instance_id NOT IN "
            "(SELECT id FROM instances WHERE benchmark_id = ?)",
            (run["id"], run["benchmark_id"]),
        )
        yield Item(f"run {run['id']}")
        for row in strays:
            yield Item(place_of(run["id"], row["instance_id"]), f"is not of benchmark {run['benchmark_id']}")


def votes(file: StoreFile) -> Iterator[Item]:
    """Every vote's answer is its derivation's."""
    for row in all_rows(file, "SELECT rowid AS position, * FROM votes WHERE derivation IS NOT NULL"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, sample {row['sample']}"
        try:
            derived = Derivation.model_validate_json(row["derivation"]).answer
            voted = load_answer(row["answer"])
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")
            continue
        differs = voted is not None and voted != derived
        yield Item(
            place, f"votes {said(voted)}, but its derivation gives {said(derived)}" if differs else None
        )


def derivations(file: StoreFile) -> Iterator[Item]:
    """A calculator's derivation gives the same answer when it is executed again.

    Derivations of another version than the registered one, of a calculator that is not registered, and
    those that no calculator made are skipped.
    """
    for row in all_rows(file, "SELECT rowid AS position, * FROM votes WHERE derivation IS NOT NULL"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, sample {row['sample']}"
        try:
            derivation = Derivation.model_validate_json(row["derivation"])
            yield executed_again(place, derivation)
        except ValueError as error:
            yield Item(place, f"cannot be executed: {error}")


def decisions(file: StoreFile) -> Iterator[Item]:
    """Where an instance has a label and a decision that settles it, its current label is a reviewer's.

    An instance without a label is fine: the decision is still to be delivered.
    """
    sql = f"""SELECT d.rowid AS position, d.id, d.run_id, d.instance_id, d.reviewer, l.id AS label
        FROM decisions d LEFT JOIN current_labels l
        ON l.run_id = d.run_id AND l.instance_id = d.instance_id AND l.decided_by = 'consensus'
        WHERE {SETTLES}"""
    for row in all_rows(file, sql, "d.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, decision {row['id']}"
        ignored = f"{row['reviewer']!r} decided, but the current label {row['label']} is by consensus"
        yield Item(place, None if row["label"] is None else ignored)


def conventions(file: StoreFile) -> Iterator[Item]:
    """Every decision on conventions says what the votes agree on under them, and so do its labels.

    One that was carried over rests on a decision on another instance of the run that settles the same. Those
    whose votes rest on another version of a calculator than the registered one are skipped.
    """
    policies = policies_of(file)
    sql = """SELECT d.rowid AS position, d.*, i.spec AS spec FROM decisions d JOIN runs r ON r.id = d.run_id
        JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = d.instance_id
        WHERE (d.conventions <> '{}' OR d.propagated_from IS NOT NULL)"""
    for row in all_rows(file, sql, "d.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, decision {row['id']}"
        try:
            spec = AnswerSpec.model_validate_json(row.pop("spec"))
            del row["position"]
            decision = load(DecisionRecord, row)
            wrong = _source_problem(file, decision)
            if wrong is None and (policy := policies.get(decision.run_id)) is not None:
                wrong = _outcome_problem(file, decision, _outcome_of(file, decision, spec, policy))
        except NotReproducible:
            yield Item(place, skipped=True)
            continue
        except ValueError as error:
            wrong = f"cannot be read: {error}"
        yield Item(place, wrong)


def _source_problem(file: StoreFile, decision: DecisionRecord) -> str | None:
    if decision.propagated_from is None:
        return None
    row = file.row("SELECT * FROM decisions WHERE id = ?", (decision.propagated_from,))
    source = None if row is None else load(DecisionRecord, row)
    if source is None or source.run_id != decision.run_id or source.instance_id == decision.instance_id:
        return f"decision {decision.propagated_from}, which it was carried over from, is not one of its run"
    shared = source.conventions.keys() & decision.conventions.keys()
    if not shared or any(source.conventions[name] != decision.conventions[name] for name in shared):
        return f"settles {decision.conventions}, but decision {source.id} settled {source.conventions}"
    return None


def _outcome_of(file: StoreFile, decision: DecisionRecord, spec: AnswerSpec, policy: Policy) -> Outcome:
    votes = recorded_votes(file, decision.run_id, decision.instance_id)
    return outcome([vote.ballot() for vote in votes], spec, policy, decision.conventions)


def _outcome_problem(file: StoreFile, decision: DecisionRecord, found: Outcome) -> str | None:
    answer = found.agreed if decision.propagated_from is None else found.answer
    under = settled_words(decision.conventions)
    if answer is None:
        assert found.obstacle is not None, "without an obstacle there is an answer"
        return f"says {said(decision.answer)}, but under {under} the votes do not: {found.obstacle.detail}"
    if decision.answer is None or not same_answer(answer, decision.answer):
        return f"says {said(decision.answer)}, but under {under} the votes say {said(answer)}"
    share, count = found.consensus.share, found.consensus.n_votes
    for label in file.rows(
        "SELECT id, agreement, n_votes FROM labels WHERE decision_id = ? AND run_id = ?",
        (decision.id, decision.run_id),
    ):
        agreement = label["agreement"]
        if label["n_votes"] != count or agreement is None or abs(agreement - share) > SLACK:
            return (
                f"its label {label['id']} gives an agreement of {agreement}, but under {under} it is {share}"
            )
    return None


def labels(file: StoreFile) -> Iterator[Item]:
    """Every label, superseded ones too, follows from its votes or its decision, and its status from it.

    A consensus label must be what the votes route to under the policy of the run's contract, and people
    must not have been asked about it other than to audit it.
    """
    policies = policies_of(file)
    sql = """SELECT l.rowid AS position, l.*, i.spec AS spec, i.label AS original FROM labels l
        JOIN runs r ON r.id = l.run_id
        JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = l.instance_id"""
    for row in all_rows(file, sql, "l.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, label {row['id']}"
        try:
            spec = AnswerSpec.model_validate_json(row.pop("spec"))
            original = row.pop("original")
            del row["position"]
            label = load(LabelRecord, row)
            before = load_answer(original)
            wrong = status_problem(label, before, spec) or _origin_problem(file, label, spec, policies)
        except ValueError as error:
            wrong = f"cannot be read: {error}"
        yield Item(place, wrong)


def _origin_problem(
    file: StoreFile, label: LabelRecord, spec: AnswerSpec, policies: Mapping[str, Policy]
) -> str | None:
    if label.decided_by == "reviewer":
        return decision_problem(file, label)
    return _consensus_problem(file, label, spec, policies.get(label.run_id))


def _consensus_problem(
    file: StoreFile, label: LabelRecord, spec: AnswerSpec, policy: Policy | None
) -> str | None:
    votes = [record.vote() for record in recorded_votes(file, label.run_id, label.instance_id)]
    consensus = tally(votes, spec)
    if label.n_votes != consensus.n_votes:
        return f"counts {label.n_votes} votes, but {consensus.n_votes} are recorded"
    if label.agreement is None or abs(label.agreement - consensus.share) > SLACK:
        return f"gives an agreement of {label.agreement}, but the votes' is {consensus.share}"
    winner = consensus.answer
    if winner is None or label.answer is None or not agrees(winner, label.answer, spec):
        return f"says {said(label.answer)}, but the votes say {said(winner)}"
    escalated = escalation(file, label.run_id, label.instance_id)
    if escalated is not None and escalated.reason != "audit_sample":
        return f"is by consensus, but the instance was escalated: {escalated.reason}"
    if policy is None:
        return "is by consensus, but the run's contract has no policy by which votes suffice"
    if consensus.n_votes < policy.votes:
        return f"rests on {consensus.n_votes} votes, but the contract asks for {policy.votes}"
    match route(consensus, votes, policy):
        case More(votes=count):
            return f"is by consensus, but {count} more votes were to be drawn first"
        case Escalate(reason=reason, detail=detail):
            return f"is by consensus, but the votes are to be escalated: {reason}: {detail}"
    return None


def _schema(file: StoreFile, kinds: tuple[str, ...]) -> Iterator[Item]:
    sql = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    with Database(memory=True) as fresh:
        migrations.apply(fresh)
        wanted = fresh.execute(sql).fetchall()
    here = {(row["type"], row["name"]): row["sql"] for row in file.rows(sql)}
    for kind, name, definition in wanted:
        if kind not in kinds:
            continue
        found = here.get((kind, name))
        problem = "is missing" if found is None else "has been altered" if found != definition else None
        yield Item(f"{kind} {name}", problem)


def _of_benchmark(file: StoreFile, table: str, identity: str, order: str) -> list[Row]:
    rows = file.rows(f"SELECT * FROM {table} WHERE benchmark_id = ? ORDER BY {order}", (identity,))
    return [{k: v for k, v in row.items() if k not in ("benchmark_id", "position")} for row in rows]


def _hash_item(place: str, row: Row) -> Item:
    digest = sha256_text(row["body"])
    return Item(place, None if digest == row["sha256"] else f"its body has the hash {digest}")


def _texts_item(file: StoreFile, place: str, hashes: set[str]) -> Item:
    missing = sorted(hashes - texts(file, hashes).keys())
    return Item(place, f"names texts that are not there: {', '.join(missing)}" if missing else None)

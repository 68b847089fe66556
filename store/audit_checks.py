"""What `verify` looks at in audits: each run's workflow, quotes, and findings against their votes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from answers.model import AnswerSpec
from consensus.findings import find
from consensus.model import Policy
from consensus.route import More
from store import auditing
from store.audit_records import AuditVoteRecord, FindingRecord
from store.checking import SLACK, Item, all_rows, place_of, policies_of, said, stands_there
from store.connection import StoreFile
from store.contracts import workflow_of
from store.queries import instance
from store.rows import load

_WORKFLOWS_OF = {
    "labels": ("relabel", "safety"),
    "votes": ("relabel",),
    "findings": ("audit",),
    "audit_votes": ("audit",),
    "cells": ("safety",),
}
"""Table → the workflows whose runs alone have rows in it."""


def runs(file: StoreFile) -> Iterator[Item]:
    """Every run follows the workflow that its contract is about, and has no records of the other one."""
    sql = "SELECT r.id, r.workflow, c.body FROM runs r JOIN contracts c ON c.sha256 = r.contract_sha"
    for row in file.rows(sql):
        place = f"run {row['id']}"
        try:
            workflow = workflow_of(json.loads(row["body"]))
        except (ValueError, AttributeError):
            yield Item(place, "its contract names no workflow")
            continue
        same = workflow == row["workflow"]
        yield Item(place, None if same else f"is {row['workflow']!r}, but its contract says {workflow!r}")
    for table, of in _WORKFLOWS_OF.items():
        strays = file.rows(
            f"SELECT DISTINCT r.id, r.workflow FROM {table} t JOIN runs r ON r.id = t.run_id "
            "WHERE r.workflow NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(of),),
        )
        for row in strays:
            yield Item(f"run {row['id']}", f"has {table} although it is {row['workflow']!r}")


def votes(file: StoreFile) -> Iterator[Item]:
    """Every quote of an auditor stands in the instance where it says."""
    sql = """SELECT v.rowid AS position, v.*, r.benchmark_id FROM audit_votes v
        JOIN runs r ON r.id = v.run_id"""
    for row in all_rows(file, sql, "v.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, sample {row['sample']}"
        del row["position"]
        try:
            item = instance(file, row.pop("benchmark_id"), row["instance_id"])
            vote = load(AuditVoteRecord, row)
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")
            continue
        astray = [found.quote for found in vote.evidence if not stands_there(found, item)]
        yield Item(place, f"its quote {astray[0]!r} is not where it says" if astray else None)


def findings(file: StoreFile) -> Iterator[Item]:
    """Every finding is what its votes amount to under the policy of the run's contract."""
    policies = policies_of(file)
    sql = """SELECT f.rowid AS position, f.*, i.spec AS spec FROM findings f
        JOIN runs r ON r.id = f.run_id
        JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = f.instance_id"""
    for row in all_rows(file, sql, "f.rowid"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, finding"
        del row["position"]
        try:
            spec = AnswerSpec.model_validate_json(row.pop("spec"))
            yield Item(place, _problem(file, load(FindingRecord, row), spec, policies))
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")


def _problem(
    file: StoreFile, finding: FindingRecord, spec: AnswerSpec, policies: Mapping[str, Policy]
) -> str | None:
    policy = policies.get(finding.run_id)
    if policy is None:
        return "the run's contract has no policy by which votes suffice"
    recorded = auditing.votes(file, finding.run_id, finding.instance_id)
    found = find([vote.vote() for vote in recorded], spec, policy)
    if isinstance(found, More):
        return f"{found.votes} more votes were to be drawn first"
    if len(recorded) < policy.votes:
        return f"rests on {len(recorded)} votes, but the contract asks for {policy.votes}"
    anew = FindingRecord.of(finding.run_id, finding.instance_id, found)
    if abs(anew.share - finding.share) <= SLACK:
        anew = anew.model_copy(update={"share": finding.share})
    if finding.same_as(anew):
        return None
    return f"says {_words(finding)}, but the votes say {_words(anew)}"


def _words(finding: FindingRecord) -> str:
    counted = f"{finding.share:.0%} of {finding.n_votes} votes, {finding.failed} failed"
    parts = (finding.verdict, finding.error_type, counted, repr(finding.reason), said(finding.answer))
    return ", ".join(filter(None, parts))

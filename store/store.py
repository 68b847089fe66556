"""The store: one SQLite file that records a run from the benchmark to the label."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, JsonValue

from answers.canonical import canonical_json
from benchmarks.model import Benchmark
from store import ordering
from store.audit_records import AuditVoteRecord, FindingRecord
from store.connection import SqlValue, StoreFile
from store.contracts import contract_sha, workflow_of
from store.errors import LabelConflict, UnknownRecord
from store.incoming import PAGE, Incoming, batched, taken_in
from store.reads import Reads
from store.records import (
    AuditDraw,
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    FailureRecord,
    LabelRecord,
    PromptRecord,
    RetractionRecord,
    RunEvent,
    RunRecord,
    VoteRecord,
    utc_now,
)
from store.rows import dump
from store.secrets import REDACTED, scrubber

if TYPE_CHECKING:
    from sqlite_utils import Database


class Store(Reads):
    """Benchmarks, runs, calls, votes, findings, escalations, decisions, labels: written once, never changed.

    Every write is one transaction and idempotent by its key: writing again what is there does nothing, and
    the first record stands. Methods may be called from any thread. In an asyncio process, hand writes to a
    `GroupWriter` instead of blocking the loop.
    """

    def __init__(self, file: StoreFile) -> None:
        super().__init__(file)
        # The samples of an instance are shown the same text, one shortly after the other.
        self._scrub = lru_cache(maxsize=256)(scrubber())

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, read_only: bool = False) -> Store:
        """Open a store and bring its schema up to date; `create` makes it where there is none.

        Raises:
            StoreMissing: no file there, and `create` is not set.
            NotAStore: the file is something else; it is left as it is.
            StoreVersionError: the schema is newer than this program, or older and `read_only` is set.
            StoreUnwritable: the directory is missing or cannot be written.
        """
        return cls(StoreFile(Path(path), create=create, read_only=read_only))

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Where the store lies."""
        return self._file.path

    @property
    def file(self) -> StoreFile:
        """The connections under the store, for queries that no method offers."""
        return self._file

    def scrub(self, text: str) -> str:
        """A text without credentials."""
        return self._scrub(text)

    def transaction(self) -> AbstractContextManager[Database]:
        """Several writes as one: all are committed or none. Inside another it is a savepoint."""
        return self._file.transaction()

    # Writes

    def add_benchmark(self, benchmark: Benchmark) -> str:
        """Record a benchmark that is in memory with all its instances and rejections; returns its id."""
        with taken_in(benchmark, chain(benchmark.instances, benchmark.rejections), self.path) as incoming:
            return self.add_incoming(incoming)

    def add_incoming(self, incoming: Incoming) -> str:
        """Record a benchmark that was taken in, as a whole or not at all; returns its id.

        No other process can write meanwhile: for a million instances some minutes.
        """
        record = incoming.record
        of: dict[str, SqlValue] = {"benchmark_id": record.id}
        with self.transaction():
            if self._file.insert("benchmarks", self.dump(record), "(id)") is None:
                return record.id
            for page in incoming.pages():
                self._file.insert_many("texts", page.texts, "(sha256)")
                self._file.insert_many("instances", [{**of, **row} for row in page.instances])
                self._file.insert_many("rejections", [{**of, **row} for row in page.rejections])
        return record.id

    def create_run(
        self,
        benchmark_id: str,
        contract: Mapping[str, JsonValue],
        instance_ids: Iterable[str],
        settings: Mapping[str, JsonValue] | None = None,
    ) -> RunRecord:
        """Start a run: its contract, its work (the selected instances, in order) and the event `started`.

        Raises:
            UnknownRecord: an instance is not in the benchmark, or the benchmark not in the store.
        """
        record = RunRecord(
            id=secrets.token_hex(6),
            benchmark_id=benchmark_id,
            contract_sha=contract_sha(contract),
            settings=dict(settings or {}),
            created_at=utc_now(),
            workflow=workflow_of(contract),
        )
        body = canonical_json(dict(contract))
        with self.transaction():
            self._check_benchmark(benchmark_id)
            self._file.insert("contracts", {"sha256": record.contract_sha, "body": body}, "(sha256)")
            self._file.insert("runs", self.dump(record))
            for page in batched(enumerate(dict.fromkeys(instance_ids)), PAGE):
                self._check_instances(benchmark_id, [instance_id for _, instance_id in page])
                self._file.insert_many(
                    "work",
                    [
                        {"run_id": record.id, "instance_id": instance_id, "position": position}
                        for position, instance_id in page
                    ],
                )
            self.add_event(RunEvent(run_id=record.id, kind="started"))
        return record

    def add_event(self, event: RunEvent) -> None:
        """Record a change of a run's state."""
        with self.transaction():
            at = ordering.after_events(self._file, event.run_id, event.at)
            self._file.insert("run_events", self.dump(event.model_copy(update={"at": at})))

    def add_prompts(self, prompts: Iterable[PromptRecord]) -> None:
        """Record versions of prompts; known ones are left alone."""
        with self.transaction():
            self._file.insert_many("prompts", [self.dump(prompt) for prompt in prompts], "(sha256)")

    def add_call(self, call: CallRecord) -> bool:
        """Record a call; False if the run already has a reply under this key."""
        row = self.dump(call)
        with self.transaction():
            row["request_sha"] = self._file.put_text(str(row.pop("request")))
            response = row.pop("response")
            row["response_sha"] = None if response is None else self._file.put_text(str(response))
            return self._file.insert("calls", row, "(run_id, key) WHERE outcome = 'reply'") is not None

    def add_vote(self, vote: VoteRecord) -> VoteRecord:
        """Record a vote; returns the one that stands, as it is kept: the first for this sample."""
        row = self.dump(vote)
        with self.transaction():
            new = self._file.insert("votes", row, "(run_id, instance_id, sample)") is not None
            if new and row["failure"] == vote.failure and not _is_redacted(row):
                return vote
            return self.vote(vote.run_id, vote.instance_id, vote.sample) or vote

    def add_escalation(self, escalation: EscalationRecord) -> EscalationRecord:
        """Hand an instance to people; returns the escalation that stands, which is the first."""
        with self.transaction():
            self._file.insert("escalations", self.dump(escalation), "(run_id, instance_id)")
            standing = self.escalation(escalation.run_id, escalation.instance_id)
        return standing or escalation

    def add_audit_vote(self, vote: AuditVoteRecord) -> AuditVoteRecord:
        """Record an auditor's vote; returns the one that stands: the first for this sample."""
        with self.transaction():
            self._file.insert("audit_votes", self.dump(vote), "(run_id, instance_id, sample)")
            return self.audit_vote(vote.run_id, vote.instance_id, vote.sample) or vote

    def add_finding(self, finding: FindingRecord) -> FindingRecord:
        """Record what an audit run found of an instance; returns the finding that stands: the first."""
        with self.transaction():
            self._file.insert("findings", self.dump(finding), "(run_id, instance_id)")
            return self.finding(finding.run_id, finding.instance_id) or finding

    def add_failure(self, failure: FailureRecord) -> None:
        """Record the error in which an instance's thread ended."""
        with self.transaction():
            self._file.insert("instance_failures", self.dump(failure))

    def add_decision(self, decision: DecisionRecord) -> DecisionRecord:
        """Record a decision; returns it with its id.

        A form that was sent before gets the decision that it made; so does a reviewer who repeats their last.
        """
        with self.transaction():
            if decision.submission and (sent := self.submitted(decision.submission)):
                return sent
            for earlier in reversed(self.decisions(decision.run_id, decision.instance_id)):
                if (earlier.reviewer, earlier.blind) != (decision.reviewer, decision.blind):
                    continue
                said = {"id": earlier.id, "created_at": earlier.created_at}
                if decision.model_copy(update=said) == earlier:
                    return earlier
                break
            new_id = self._file.insert("decisions", self.dump(decision.model_copy(update={"id": None})))
        return decision.model_copy(update={"id": new_id})

    def add_audit_draw(self, draw: AuditDraw) -> AuditDraw:
        """Record that a blind audit sample was drawn; returns it with its id."""
        with self.transaction():
            at = ordering.after_replacements(self._file, draw.run_id, draw.created_at)
            draw = draw.model_copy(update={"created_at": at})
            new_id = self._file.insert("audit_draws", self.dump(draw))
        return draw.model_copy(update={"id": new_id})

    def add_label(self, label: LabelRecord) -> LabelRecord:
        """Commit an instance's first label; returns it with its id. The same label again is that one.

        Raises:
            LabelConflict: the instance already has another label, or had one that was retracted.
        """
        if label.supersedes is not None:
            raise ValueError("add_label commits a first label; use supersede_label to replace one")
        with self.transaction():
            latest = self.latest_label(label.run_id, label.instance_id)
            if latest is None:
                return self._insert_label(label)
            standing = self.current_label(label.run_id, label.instance_id)
            same = label.model_copy(update={"supersedes": latest.supersedes})
            if standing is not None and standing.same_as(same):
                return standing
        has = "already has" if standing is not None else "had the now retracted"
        raise LabelConflict(
            f"run {label.run_id}, instance {label.instance_id} {has} label {_said(latest)}, and "
            f"{_said(label)} is another; supersede label {latest.id} to change it"
        )

    def supersede_label(self, label: LabelRecord) -> LabelRecord:
        """Replace the current label, whose id is `label.supersedes`, by a new one. Both stay on record.

        A label that was retracted, too, is replaced so.

        Raises:
            LabelConflict: that label is not the instance's latest one.
        """
        with self.transaction():
            latest = self.latest_label(label.run_id, label.instance_id)
            if latest is not None and latest.id == label.supersedes:
                at = ordering.after_instance(self._file, label.run_id, label.instance_id, label.created_at)
                return self._insert_label(label.model_copy(update={"created_at": at}))
            standing = self.current_label(label.run_id, label.instance_id)
            if standing is not None and standing.same_as(label):
                return standing
        raise LabelConflict(
            f"run {label.run_id}, instance {label.instance_id}: label {label.supersedes} is not the current "
            f"one, {_said(standing)} is; read it again and decide anew"
        )

    def retract_label(self, retraction: RetractionRecord) -> RetractionRecord:
        """Withdraw the current label, whose id is `retraction.label_id`; returns the record with its id.

        Raises:
            LabelConflict: that label is not the instance's current one.
        """
        with self.transaction():
            standing = self.current_label(retraction.run_id, retraction.instance_id)
            if standing is None or standing.id != retraction.label_id:
                raise LabelConflict(
                    f"run {retraction.run_id}, instance {retraction.instance_id}: label "
                    f"{retraction.label_id} is not the current one, {_said(standing)} is; read it again"
                )
            at = ordering.after_instance(
                self._file, retraction.run_id, retraction.instance_id, retraction.created_at
            )
            retraction = retraction.model_copy(update={"created_at": at})
            new_id = self._file.insert("retractions", self.dump(retraction))
        return retraction.model_copy(update={"id": new_id})

    def dump(self, record: BaseModel) -> dict[str, SqlValue]:
        """The row of a record, without credentials."""
        return dump(record, self._scrub)

    # Parts

    def _check_benchmark(self, benchmark_id: str) -> None:
        if self._file.row("SELECT 1 FROM benchmarks WHERE id = ?", (benchmark_id,)) is None:
            raise UnknownRecord(f"{self.path} holds no benchmark {benchmark_id!r}; add it before its run")

    def _check_instances(self, benchmark_id: str, instance_ids: list[str]) -> None:
        unknown = self._file.rows(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS "
            "(SELECT 1 FROM instances WHERE benchmark_id = ? AND id = value) LIMIT 5",
            (json.dumps(instance_ids), benchmark_id),
        )
        if unknown:
            names = ", ".join(repr(row["value"]) for row in unknown)
            raise UnknownRecord(
                f"benchmark {benchmark_id} has no instance {names}; a run selects from its own"
            )

    def _insert_label(self, label: LabelRecord) -> LabelRecord:
        new_id = self._file.insert("labels", self.dump(label.model_copy(update={"id": None})))
        return label.model_copy(update={"id": new_id})


def _is_redacted(row: Mapping[str, SqlValue]) -> bool:
    """Whether anything was left out of a row, or may have been."""
    return any(isinstance(cell, str) and REDACTED in cell for cell in row.values())


def _said(label: LabelRecord | None) -> str:
    if label is None:
        return "none"
    answer = "no answer" if label.answer is None else canonical_json(label.answer.model_dump(mode="json"))
    return f"{answer} ({label.status}, by {label.decided_by})"

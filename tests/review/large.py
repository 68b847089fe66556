"""A store with a long queue, written straight into its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from answers.canonical import sha256_text
from benchmarks.model import Benchmark, Instance
from benchmarks.triage import evidence_of
from consensus.model import Consensus, EscalationReason
from consensus.review import change_size
from consensus.status import label_status
from consensus.triage import Evidence
from consensus.votes import tally
from graphs.model_refs import TOOL_VERSION
from store.records import DecisionRecord, EscalationRecord, LabelRecord
from store.store import Store
from store.triage import TriageRecord, grounds, keep
from tests.review.server import REVIEWERS
from tests.review.stores import copy

NOTE_LENGTH = 4096
"""Characters of each note."""
SETTLED_EVERY = 10
DISPUTED_EVERY = 50
_FILLER = "Ward round, day {day}: rested, eats and drinks, walks to the window and back; no new complaints.\n"
_REASONS: tuple[tuple[EscalationReason, str, float], ...] = (
    ("low_consensus", "3 of 5 votes agree, 80% are needed", 0.68),
    ("critic_objects", "the critic objects: the value is of another day", 0.84),
    ("convention_open", "2 options of a convention give other answers", 0.6),
    ("incomputable_split", "2 of 5 votes say that it cannot be computed", 0.72),
    ("failed", "5 of 5 votes failed", 0.1),
    ("low_consensus", "2 of 5 votes agree, 80% are needed", 0.52),
    ("audit_sample", "drawn into the blind audit sample", 0.68),
)
"""Reason, words and priority, in turn."""


@dataclass(frozen=True)
class _Copy:
    """An instance of the large store: one of the clinic's with a longer note and a number of its own."""

    instance: Instance
    original: str
    votes: Consensus
    evidence: Evidence
    number: int
    labelled: bool
    """Whether the original's label comes along."""


def large(store: Path, clinic_store: Path, n: int) -> str:
    """Add a run with `n` escalations to a copy of the clinic store; returns its id.

    Votes, calls and labels are copies of the clinic's. One in seven is of the blind audit sample, one in ten
    of the others is settled, one in fifty disputed. A fifth as many instances again have a label and are not
    escalated.
    """
    copy(clinic_store, store)
    with Store.open(store) as opened:
        of_run = opened.latest_run()
        copies = list(_copies(opened, n))
        instances = tuple(made.instance for made in copies)
        columns = opened.benchmark(of_run.benchmark_id).columns
        benchmark = Benchmark(
            name="large", source="large.csv", sha256=sha256_text(str(n)), columns=columns, instances=instances
        )
        contract = opened.contract(of_run.contract_sha) | {
            "tool_version": TOOL_VERSION,
            "assignment": str(n),
        }
        with opened.transaction():
            ids = [instance.id for instance in instances]
            run = opened.create_run(opened.add_benchmark(benchmark), contract, ids, of_run.settings)
            _copy_records(opened, of_run.id, run.id, copies)
            for made in copies[:n]:
                _hand_to_people(opened, run.id, made)
        return run.id


def _copies(store: Store, n: int) -> Iterator[_Copy]:
    run = store.latest_run()
    labelled = {label.instance_id for label in store.labels(run.id)}
    known = grounds(store.file, run.id)
    every = [
        (item, tally(votes, item.spec), evidence_of(item, votes, *known, None))
        for item in store.instances(run.benchmark_id)
        if (votes := [vote.vote() for vote in store.votes(run.id, item.id)])
    ]
    any_instance, with_label = cycle(every), cycle(one for one in every if one[0].id in labelled)
    for number in range(n + n // 5):
        has_label = number >= n or _REASONS[number % len(_REASONS)][0] == "audit_sample"
        of, found, evidence = next(with_label if has_label else any_instance)
        days = (_FILLER.format(day=day) for day in range(number % 50 + 2, NOTE_LENGTH))
        note = "".join([of.context, f"\n\nBed {number}.\n", *islice(days, NOTE_LENGTH // len(_FILLER))])
        note = note[:NOTE_LENGTH]
        changes = {
            "id": sha256_text(f"{of.id} {number}")[:16],
            "source_id": f"{of.source_id}-{number}",
            "context": note,
            "row": {name: note if cell == of.context else cell for name, cell in of.row.items()},
        }
        yield _Copy(of.model_copy(update=changes), of.id, found, evidence, number, has_label)


def _copy_records(store: Store, of_run: str, run_id: str, copies: Sequence[_Copy]) -> None:
    """Votes and calls of the originals, and labels where they come along."""
    db = store.file.writer()
    db.execute("CREATE TEMP TABLE copies (id TEXT, original TEXT, number INTEGER, labelled INTEGER)")
    db.conn.executemany(
        "INSERT INTO copies VALUES (?, ?, ?, ?)",
        [(made.instance.id, made.original, made.number, made.labelled) for made in copies],
    )
    for table, condition in (("votes", ""), ("calls", ""), ("labels", "AND c.labelled")):
        columns = [row["name"] for row in store.file.rows(f"PRAGMA table_info({table})")]
        kept = [name for name in columns if name != "id"]
        values = {name: f"t.{name}" for name in kept} | {"run_id": "?1", "instance_id": "c.id"}
        values |= {"key": "t.key || '-' || c.number"} if table == "calls" else {}
        db.execute(
            f"INSERT INTO {table} ({', '.join(kept)}) SELECT {', '.join(values[name] for name in kept)} "
            f"FROM copies c JOIN {table} t ON t.instance_id = c.original WHERE t.run_id = ?2 {condition} "
            "ORDER BY c.number",
            (run_id, of_run),
        )
    db.execute("DROP TABLE copies")


def _hand_to_people(store: Store, run_id: str, made: _Copy) -> None:
    instance, found = made.instance, made.votes
    leading = found.groups[0].answer if found.groups else None
    reason, why, priority = _REASONS[made.number % len(_REASONS)]
    store.add_escalation(
        EscalationRecord(
            run_id=run_id,
            instance_id=instance.id,
            reason=reason,
            priority=priority,
            detail={"why": why},
            share=found.share,
            change=change_size(leading, instance.label, instance.spec),
            listed_as="low_consensus" if reason == "audit_sample" else None,
        )
    )
    keep(store, [TriageRecord.of(run_id, instance.id, made.evidence)])
    if made.labelled or leading is None:
        return
    said = DecisionRecord(
        run_id=run_id, instance_id=instance.id, reviewer=REVIEWERS[made.number % 3], answer=leading,
        choice="consensus", confidence="medium", seconds=20.0 + made.number % 60,
    )  # fmt: skip
    if made.number % SETTLED_EVERY == 1:
        _settle(store, instance, said)
    elif made.number % DISPUTED_EVERY == 2:
        other = {"reviewer": REVIEWERS[(made.number + 1) % 3], "answer": instance.label, "choice": "original"}
        _decide(store, said.model_copy(update={"standing": "opinion"}))
        _decide(store, said.model_copy(update={**other, "standing": "dispute"}))


def _decide(store: Store, said: DecisionRecord) -> DecisionRecord:
    blind = {"blind": True, "standing": "opinion", "choice": None}
    store.add_decision(said.model_copy(update=blind))
    return store.add_decision(said)


def _settle(store: Store, instance: Instance, said: DecisionRecord) -> None:
    assert said.answer is not None, "only what has an answer is settled here"
    store.add_label(
        LabelRecord(
            run_id=said.run_id,
            instance_id=instance.id,
            answer=said.answer,
            status=label_status(instance.label, said.answer, instance.spec),
            decided_by="reviewer",
            decision_id=_decide(store, said).id,
        )
    )

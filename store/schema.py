"""The tables of a store, as migrations. A migration that has been released is never edited; add another.

Every table that records something is append-only: triggers abort UPDATE and DELETE. What changes in time (a
run's state, an instance's label) is a new row, and the current state is a query. Only working tables are
changed in place: the review app's reservations and drafts, and the triage scores that order its queue.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x53545744
"""Marks the file as a Steward store ("STWD") in the SQLite header."""

migrations = Migrations("steward")

_TABLES = (
    "CREATE TABLE texts (sha256 TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT",
    """CREATE TABLE benchmarks (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
        columns TEXT NOT NULL) STRICT""",
    """CREATE TABLE instances (
        benchmark_id TEXT NOT NULL REFERENCES benchmarks(id), id TEXT NOT NULL, position INTEGER NOT NULL,
        source_id TEXT NOT NULL, context_sha TEXT NOT NULL REFERENCES texts(sha256),
        question_sha TEXT NOT NULL REFERENCES texts(sha256), label_text TEXT NOT NULL, label TEXT,
        spec TEXT NOT NULL, limits TEXT, calculator TEXT, calculator_name TEXT, category TEXT,
        row TEXT NOT NULL, PRIMARY KEY (benchmark_id, id)) STRICT""",
    "CREATE UNIQUE INDEX instances_position ON instances (benchmark_id, position)",
    "CREATE INDEX instances_source_id ON instances (benchmark_id, source_id)",
    """CREATE TABLE rejections (
        benchmark_id TEXT NOT NULL REFERENCES benchmarks(id), file TEXT NOT NULL, row INTEGER NOT NULL,
        column TEXT NOT NULL, value TEXT NOT NULL, problem TEXT NOT NULL) STRICT""",
    "CREATE INDEX rejections_benchmark ON rejections (benchmark_id)",
    "CREATE TABLE contracts (sha256 TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT",
    """CREATE TABLE prompts (
        sha256 TEXT PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL) STRICT""",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY, benchmark_id TEXT NOT NULL REFERENCES benchmarks(id),
        contract_sha TEXT NOT NULL REFERENCES contracts(sha256), settings TEXT NOT NULL,
        created_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE run_events (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), at TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('started', 'drained', 'interrupted', 'finished', 'resumed')),
        detail TEXT NOT NULL) STRICT""",
    "CREATE INDEX run_events_run ON run_events (run_id)",
    """CREATE TABLE work (
        run_id TEXT NOT NULL REFERENCES runs(id), instance_id TEXT NOT NULL, position INTEGER NOT NULL,
        PRIMARY KEY (run_id, instance_id)) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX work_position ON work (run_id, position)",
    """CREATE TABLE calls (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, instance_id TEXT NOT NULL, sample INTEGER NOT NULL,
        role TEXT NOT NULL, attempt_no INTEGER NOT NULL, key TEXT NOT NULL, model TEXT NOT NULL,
        base_url TEXT, prompt_sha TEXT REFERENCES prompts(sha256),
        request_sha TEXT NOT NULL REFERENCES texts(sha256), response_sha TEXT REFERENCES texts(sha256),
        usage TEXT NOT NULL, cost_usd REAL, price_known INTEGER NOT NULL CHECK (price_known IN (0, 1)),
        latency_s REAL NOT NULL, http_attempts INTEGER NOT NULL, started_at TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('reply', 'error')), error TEXT,
        CHECK ((outcome = 'reply') = (response_sha IS NOT NULL)),
        CHECK ((outcome = 'error') = (error IS NOT NULL)),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    "CREATE UNIQUE INDEX calls_reply ON calls (run_id, key) WHERE outcome = 'reply'",
    "CREATE INDEX calls_instance ON calls (run_id, instance_id)",
    """CREATE TABLE votes (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, sample INTEGER NOT NULL, answer TEXT, failure TEXT,
        derivation TEXT, extraction TEXT, critique TEXT, objections TEXT NOT NULL,
        open_conventions TEXT NOT NULL, elapsed_s REAL NOT NULL, created_at TEXT NOT NULL,
        PRIMARY KEY (run_id, instance_id, sample), CHECK ((answer IS NULL) <> (failure IS NULL)),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    """CREATE TABLE escalations (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, reason TEXT NOT NULL, priority REAL NOT NULL,
        detail TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (run_id, instance_id),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    """CREATE TABLE instance_failures (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, instance_id TEXT NOT NULL, error TEXT NOT NULL,
        created_at TEXT NOT NULL,
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    "CREATE INDEX instance_failures_instance ON instance_failures (run_id, instance_id)",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, instance_id TEXT NOT NULL, reviewer TEXT NOT NULL,
        answer TEXT, status TEXT CHECK (status IN ('confirmed', 'revised', 'incomputable', 'ambiguous')),
        note TEXT NOT NULL, blind INTEGER NOT NULL CHECK (blind IN (0, 1)), created_at TEXT NOT NULL,
        UNIQUE (id, run_id, instance_id),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    "CREATE INDEX decisions_instance ON decisions (run_id, instance_id)",
    """CREATE TABLE labels (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, instance_id TEXT NOT NULL, answer TEXT,
        status TEXT NOT NULL CHECK (status IN ('confirmed', 'revised', 'incomputable', 'ambiguous')),
        decided_by TEXT NOT NULL CHECK (decided_by IN ('consensus', 'reviewer')), agreement REAL,
        n_votes INTEGER NOT NULL, reason TEXT NOT NULL, decision_id INTEGER, supersedes INTEGER UNIQUE,
        created_at TEXT NOT NULL, UNIQUE (id, run_id, instance_id),
        CHECK (answer IS NOT NULL OR status = 'ambiguous'),
        CHECK ((decided_by = 'reviewer') = (decision_id IS NOT NULL)),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id),
        FOREIGN KEY (decision_id, run_id, instance_id) REFERENCES decisions (id, run_id, instance_id),
        FOREIGN KEY (supersedes, run_id, instance_id) REFERENCES labels (id, run_id, instance_id)) STRICT""",
    "CREATE UNIQUE INDEX labels_first ON labels (run_id, instance_id) WHERE supersedes IS NULL",
    "CREATE INDEX labels_instance ON labels (run_id, instance_id)",
    """CREATE VIEW current_labels AS SELECT * FROM labels
        WHERE NOT EXISTS (SELECT 1 FROM labels AS later WHERE later.supersedes = labels.id)""",
)

_APPEND_ONLY = (
    "texts",
    "benchmarks",
    "instances",
    "rejections",
    "contracts",
    "prompts",
    "runs",
    "run_events",
    "work",
    "calls",
    "votes",
    "escalations",
    "instance_failures",
    "decisions",
    "labels",
)
"""Tables whose rows are never changed or removed: all of the first migration."""


def _append_only(db: Database, table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: add a row that supersedes'); END"
        )


@migrations()
def m001_tables(db: Database) -> None:
    """Tables, indexes, and the triggers that keep the tables append-only."""
    for statement in _TABLES:
        db.execute(statement)
    for table in _APPEND_ONLY:
        _append_only(db, table)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_decisions_on_conventions(db: Database) -> None:
    """Which conventions a decision settles, and which decision it was carried over from."""
    db.execute("ALTER TABLE decisions ADD COLUMN conventions TEXT NOT NULL DEFAULT '{}'")
    db.execute("ALTER TABLE decisions ADD COLUMN propagated_from INTEGER REFERENCES decisions(id)")


_REVIEW = (
    """ALTER TABLE decisions ADD COLUMN standing TEXT NOT NULL DEFAULT 'final'
        CHECK (standing IN ('final', 'opinion', 'dispute', 'adjudication'))""",
    """ALTER TABLE decisions ADD COLUMN choice TEXT CHECK (
        choice IN ('mine', 'consensus', 'original', 'ambiguous', 'incomputable', 'another_expert'))""",
    """ALTER TABLE decisions ADD COLUMN error_type TEXT CHECK (error_type IN ('extraction', 'logic', 'unit',
        'time_point', 'convention', 'underspecified', 'not_applicable'))""",
    "ALTER TABLE decisions ADD COLUMN confidence TEXT CHECK (confidence IN ('low', 'medium', 'high'))",
    "ALTER TABLE decisions ADD COLUMN seconds REAL CHECK (seconds >= 0)",
    "ALTER TABLE decisions ADD COLUMN derivation TEXT",
    "ALTER TABLE decisions ADD COLUMN submission TEXT",
    "CREATE UNIQUE INDEX decisions_submission ON decisions (submission) WHERE submission IS NOT NULL",
    "ALTER TABLE escalations ADD COLUMN share REAL CHECK (share BETWEEN 0 AND 1)",
    """ALTER TABLE escalations ADD COLUMN change TEXT
        CHECK (change IN ('none', 'small', 'large', 'incomputable'))""",
    "ALTER TABLE escalations ADD COLUMN listed_as TEXT",
    """CREATE TABLE audit_draws (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), share REAL NOT NULL,
        seed TEXT NOT NULL, first_label INTEGER NOT NULL, last_label INTEGER NOT NULL,
        labels INTEGER NOT NULL, drawn INTEGER NOT NULL, created_at TEXT NOT NULL) STRICT""",
    "CREATE INDEX audit_draws_run ON audit_draws (run_id)",
    """CREATE TABLE drain_requests (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), requested_by TEXT NOT NULL,
        requested_at REAL NOT NULL) STRICT""",
    "CREATE INDEX drain_requests_run ON drain_requests (run_id)",
)

_WORKING = (
    """CREATE TABLE reservations (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, reviewer TEXT NOT NULL, until REAL NOT NULL,
        PRIMARY KEY (run_id, instance_id, reviewer),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE drafts (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, reviewer TEXT NOT NULL, body TEXT NOT NULL,
        saved_at REAL NOT NULL, PRIMARY KEY (run_id, instance_id, reviewer),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT, WITHOUT ROWID""",
)
"""What is at work now and proves nothing: who has an instance open, and what they have not yet said. These
two tables alone are changed in place. Times are seconds since 1970."""


@migrations()
def m003_review(db: Database) -> None:
    """What a reviewer says beyond the answer, what the queue is sorted by, audit draws, work in hand."""
    for statement in (*_REVIEW, *_WORKING):
        db.execute(statement)
    for table in ("audit_draws", "drain_requests"):
        _append_only(db, table)


@migrations()
def m004_totals(db: Database) -> None:
    """Indexes from which a run is summed, by role and by calculator, without reading its calls and notes."""
    db.execute(
        "CREATE INDEX calls_totals ON calls (run_id, role, model, outcome, price_known, cost_usd, usage)"
    )
    db.execute(
        "CREATE INDEX instances_calculator ON instances (benchmark_id, calculator, calculator_name, id)"
    )


@migrations()
def m005_lists(db: Database) -> None:
    """Indexes from which instances and the votes that hang on a convention are listed without their texts."""
    db.execute(
        "CREATE INDEX instances_listed "
        "ON instances (benchmark_id, id, calculator, calculator_name, source_id)"
    )
    db.execute(
        "CREATE INDEX votes_touched ON votes (run_id, instance_id) "
        "WHERE answer IS NOT NULL AND json_extract(derivation, '$.alternatives') <> '{}'"
    )


_AUDIT = (
    """ALTER TABLE runs ADD COLUMN workflow TEXT NOT NULL DEFAULT 'relabel'
        CHECK (workflow IN ('relabel', 'audit'))""",
    """CREATE TABLE audit_votes (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, sample INTEGER NOT NULL,
        verdict TEXT CHECK (verdict IN ('stands', 'wrong')), failure TEXT,
        error_type TEXT CHECK (error_type IN ('extraction', 'logic', 'unit', 'time_point', 'convention',
            'underspecified', 'not_applicable')),
        reason TEXT NOT NULL, answer TEXT, evidence TEXT NOT NULL, elapsed_s REAL NOT NULL,
        created_at TEXT NOT NULL, PRIMARY KEY (run_id, instance_id, sample),
        CHECK ((verdict IS NULL) <> (failure IS NULL)),
        CHECK ((error_type IS NOT NULL) = (verdict IS 'wrong')),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    """CREATE TABLE findings (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('stands', 'wrong', 'unsure')),
        error_type TEXT CHECK (error_type IN ('extraction', 'logic', 'unit', 'time_point', 'convention',
            'underspecified', 'not_applicable')),
        share REAL NOT NULL CHECK (share BETWEEN 0 AND 1), n_votes INTEGER NOT NULL,
        failed INTEGER NOT NULL, reason TEXT NOT NULL, answer TEXT, created_at TEXT NOT NULL,
        PRIMARY KEY (run_id, instance_id), CHECK ((error_type IS NOT NULL) = (verdict = 'wrong')),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
)


@migrations()
def m006_audit(db: Database) -> None:
    """Which workflow a run follows; what auditors who see the original label said, and what it adds up to."""
    for statement in _AUDIT:
        db.execute(statement)
    for table in ("audit_votes", "findings"):
        _append_only(db, table)


_RETRACTIONS = (
    """CREATE TABLE retractions (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, instance_id TEXT NOT NULL,
        label_id INTEGER NOT NULL UNIQUE, reviewer TEXT NOT NULL CHECK (reviewer <> ''),
        reason TEXT NOT NULL CHECK (reason <> ''), created_at TEXT NOT NULL,
        FOREIGN KEY (label_id, run_id, instance_id) REFERENCES labels (id, run_id, instance_id)) STRICT""",
    "CREATE INDEX retractions_instance ON retractions (run_id, instance_id)",
    "DROP VIEW current_labels",
    """CREATE VIEW current_labels AS SELECT * FROM labels
        WHERE NOT EXISTS (SELECT 1 FROM labels AS later WHERE later.supersedes = labels.id)
        AND NOT EXISTS (SELECT 1 FROM retractions WHERE retractions.label_id = labels.id)""",
)


@migrations()
def m007_retractions(db: Database) -> None:
    """Labels that were withdrawn without another one; they are current labels no more."""
    for statement in _RETRACTIONS:
        db.execute(statement)
    _append_only(db, "retractions")


@migrations()
def m008_triage(db: Database) -> None:
    """How likely the original label of what waits for people is wrong: a working table.

    `passes_for` is the escalation whose score a label of the blind audit sample takes over.
    """
    db.execute(
        """CREATE TABLE triage (
            run_id TEXT NOT NULL, instance_id TEXT NOT NULL,
            score REAL NOT NULL CHECK (score BETWEEN 0 AND 1), rule TEXT NOT NULL, passes_for TEXT,
            evidence TEXT NOT NULL, PRIMARY KEY (run_id, instance_id),
            FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT"""
    )
    db.execute("CREATE INDEX triage_score ON triage (run_id, instance_id, score)")


_DOUBLES = (
    """ALTER TABLE escalations ADD COLUMN listed_change TEXT
        CHECK (listed_change IN ('none', 'small', 'large', 'incomputable'))""",
    "ALTER TABLE escalations ADD COLUMN passes_for TEXT",
)


@migrations()
def m009_doubles(db: Database) -> None:
    """The escalation that a label of the blind audit sample was drawn to pass for, and its size of change.

    Both are NULL in what was drawn before: that is listed by its own size of change.
    """
    for statement in _DOUBLES:
        db.execute(statement)


_SAFETY = (
    """CREATE TABLE contract_names (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''),
        contract_sha TEXT NOT NULL REFERENCES contracts(sha256), created_at TEXT NOT NULL) STRICT""",
    "CREATE INDEX contract_names_name ON contract_names (name, id)",
    """CREATE TABLE targets (
        run_id TEXT NOT NULL REFERENCES runs(id), name TEXT NOT NULL, spec TEXT NOT NULL, base_url TEXT,
        PRIMARY KEY (run_id, name)) STRICT""",
    """CREATE TABLE cells (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, target TEXT NOT NULL, rep INTEGER NOT NULL,
        scenario_id TEXT NOT NULL, PRIMARY KEY (run_id, instance_id),
        UNIQUE (run_id, target, rep, scenario_id),
        FOREIGN KEY (run_id, target) REFERENCES targets (run_id, name),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT""",
    """CREATE TABLE transcripts (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL,
        transcript_sha TEXT NOT NULL REFERENCES texts(sha256),
        outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'target_failed', 'prober_failed')),
        detail TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (run_id, instance_id),
        FOREIGN KEY (run_id, instance_id) REFERENCES cells (run_id, instance_id)) STRICT""",
    """CREATE TABLE judgments (
        run_id TEXT NOT NULL, instance_id TEXT NOT NULL, seat INTEGER NOT NULL, judge TEXT NOT NULL,
        sample INTEGER NOT NULL,
        severity TEXT CHECK (severity IN ('critical', 'high', 'medium', 'low', 'pass')), failure TEXT,
        reason TEXT NOT NULL, quotes TEXT NOT NULL, realism INTEGER CHECK (realism BETWEEN 1 AND 5),
        on_task INTEGER CHECK (on_task IN (0, 1)), elapsed_s REAL NOT NULL, created_at TEXT NOT NULL,
        PRIMARY KEY (run_id, instance_id, seat), CHECK ((severity IS NULL) <> (failure IS NULL)),
        FOREIGN KEY (run_id, instance_id) REFERENCES transcripts (run_id, instance_id)) STRICT""",
)


@migrations()
def m010_safety(db: Database) -> None:
    """Contracts by name; targets, cells, transcripts and judgments. The verdict of a cell is its label."""
    _widen_workflow(db)
    for statement in _SAFETY:
        db.execute(statement)
    for table in ("contract_names", "targets", "cells", "transcripts", "judgments"):
        _append_only(db, table)


def _widen_workflow(db: Database) -> None:
    """Let a run's workflow be `safety` too: SQLite cannot change the CHECK of a column that is there."""
    db.execute("CREATE TEMP TABLE workflows AS SELECT id, workflow FROM runs")
    for verb in ("update", "delete"):
        db.execute(f"DROP TRIGGER runs_no_{verb}")
    db.execute("ALTER TABLE runs DROP COLUMN workflow")
    db.execute(
        "ALTER TABLE runs ADD COLUMN workflow TEXT NOT NULL DEFAULT 'relabel' "
        "CHECK (workflow IN ('relabel', 'audit', 'safety'))"
    )
    db.execute("UPDATE runs SET workflow = (SELECT workflow FROM temp.workflows w WHERE w.id = runs.id)")
    db.execute("DROP TABLE temp.workflows")
    _append_only(db, "runs")


@migrations()
def m011_claims(db: Database) -> None:
    """What imported files say of their own verdicts: figures that others stored, kept as they were made."""
    db.execute(
        """CREATE TABLE claims (
            id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, target TEXT NOT NULL, file TEXT NOT NULL,
            sha256 TEXT NOT NULL, first_rep INTEGER NOT NULL, reps INTEGER NOT NULL, figures TEXT NOT NULL,
            distribution TEXT, created_at TEXT NOT NULL,
            FOREIGN KEY (run_id, target) REFERENCES targets (run_id, name)) STRICT"""
    )
    _append_only(db, "claims")


_CACHE = (
    """ALTER TABLE calls ADD COLUMN cached_from INTEGER REFERENCES calls(id)
        CHECK (cached_from IS NULL OR (outcome = 'reply' AND cost_usd = 0 AND usage = '{}'))""",
    "DROP INDEX calls_totals",
    """CREATE INDEX calls_totals
        ON calls (run_id, role, model, outcome, cached_from, price_known, cost_usd, usage)""",
)


@migrations()
def m012_cache(db: Database) -> None:
    """Which call of an earlier run a call was answered from; such a one cost nothing and used no tokens."""
    for statement in _CACHE:
        db.execute(statement)


_BATCHES = (
    """CREATE TABLE batches (
        id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), name TEXT NOT NULL UNIQUE,
        model TEXT NOT NULL, base_url TEXT, grouping TEXT NOT NULL, requests INTEGER NOT NULL,
        created_at TEXT NOT NULL) STRICT""",
    "CREATE INDEX batches_run ON batches (run_id)",
    """CREATE TABLE batch_requests (
        batch_id INTEGER NOT NULL REFERENCES batches(id), key TEXT NOT NULL, run_id TEXT NOT NULL,
        instance_id TEXT NOT NULL, PRIMARY KEY (batch_id, key),
        FOREIGN KEY (run_id, instance_id) REFERENCES work (run_id, instance_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE batch_handles (
        batch_id INTEGER PRIMARY KEY REFERENCES batches(id), handle TEXT NOT NULL, created_at TEXT NOT NULL
        ) STRICT""",
    """CREATE TABLE batch_ends (
        batch_id INTEGER PRIMARY KEY REFERENCES batches(id), outcome TEXT NOT NULL,
        succeeded INTEGER NOT NULL, created_at TEXT NOT NULL) STRICT""",
    "ALTER TABLE calls ADD COLUMN batch_id INTEGER REFERENCES batches(id)",
)


@migrations()
def m013_batches(db: Database) -> None:
    """Batches at providers: what each was sent with, how to find it again, how it ended, what came of it."""
    for statement in _BATCHES:
        db.execute(statement)
    for table in ("batches", "batch_requests", "batch_handles", "batch_ends"):
        _append_only(db, table)

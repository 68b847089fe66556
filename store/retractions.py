"""Labels that were withdrawn, and the label that the next one takes the place of."""

from __future__ import annotations

from store.connection import StoreFile
from store.records import LabelRecord, RetractionRecord
from store.rows import load


def latest_label(file: StoreFile, run_id: str, instance_id: str) -> LabelRecord | None:
    """The label that was committed last, retracted or not: what a new one supersedes."""
    sql = "SELECT * FROM labels WHERE run_id = ? AND instance_id = ? ORDER BY id DESC LIMIT 1"
    row = file.row(sql, (run_id, instance_id))
    return None if row is None else load(LabelRecord, row)


def retractions(file: StoreFile, run_id: str) -> list[RetractionRecord]:
    """Those of the instances that have no label because of them, in the order of the run's work."""
    sql = """SELECT r.* FROM retractions r JOIN work w USING (run_id, instance_id) WHERE r.run_id = ?
        AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.supersedes = r.label_id) ORDER BY w.position"""
    return [load(RetractionRecord, row) for row in file.rows(sql, (run_id,))]


def retraction(file: StoreFile, run_id: str, instance_id: str) -> RetractionRecord | None:
    """The one by which an instance has no label."""
    sql = """SELECT r.* FROM retractions r WHERE r.run_id = ? AND r.instance_id = ?
        AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.supersedes = r.label_id)"""
    row = file.row(sql, (run_id, instance_id))
    return None if row is None else load(RetractionRecord, row)


def all_of(file: StoreFile, run_id: str, instance_id: str) -> list[RetractionRecord]:
    """An instance's retractions, oldest first, those that a later label has overtaken among them."""
    sql = "SELECT * FROM retractions WHERE run_id = ? AND instance_id = ? ORDER BY id"
    return [load(RetractionRecord, row) for row in file.rows(sql, (run_id, instance_id))]

"""The instances that a convention touches, and what is on record of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from store.conditions import SETTLES
from store.connection import StoreFile


class SettledByOption(NamedTuple):
    """Instances that are settled by an option, and for how many of them a label gave way."""

    instances: int
    replaced: int


def touched(file: StoreFile, run_id: str) -> Mapping[str, Sequence[str]]:
    """Convention → ids of the instances of which a vote's answer depends on it, in the order of work."""
    row = file.row("SELECT max(rowid) AS last FROM votes")
    return _touched(file, run_id, row["last"] if row else None)


@lru_cache(maxsize=8)
def _touched(file: StoreFile, run_id: str, last: int | None) -> Mapping[str, Sequence[str]]:
    """The same as long as no vote comes after the `last` one: votes are never changed or removed."""
    sql = """SELECT DISTINCT a.key AS convention, w.instance_id, w.position
        FROM votes v INDEXED BY votes_touched CROSS JOIN json_each(v.derivation, '$.alternatives') a
            CROSS JOIN work w ON w.run_id = v.run_id AND w.instance_id = v.instance_id
        WHERE v.run_id = ? AND v.answer IS NOT NULL AND json_extract(v.derivation, '$.alternatives') <> '{}'
        ORDER BY w.position, a.key"""
    found: dict[str, list[str]] = {}
    for row in file.rows(sql, (run_id,)):
        found.setdefault(row["convention"], []).append(row["instance_id"])
    return {convention: tuple(instance_ids) for convention, instance_ids in found.items()}


def settled_by_convention(file: StoreFile, run_id: str) -> dict[str, int]:
    """Convention → number of instances for which a reviewer has settled it."""
    sql = f"""SELECT a.key AS convention, count(DISTINCT d.instance_id) AS n
        FROM decisions d, json_each(d.conventions) a
        WHERE d.run_id = ? AND d.conventions <> '{{}}' AND {SETTLES} GROUP BY a.key"""
    return {str(row["convention"]): int(row["n"]) for row in file.rows(sql, (run_id,))}


def settled_by_option(file: StoreFile, run_id: str, convention: str) -> dict[str, SettledByOption]:
    """Option → what decisions on the convention did; of each instance the last one that settles it counts."""
    sql = f"""SELECT json_extract(d.conventions, '$.' || ?2) AS option, count(*) AS instances,
            count(l.supersedes) AS replaced
        FROM decisions d LEFT JOIN labels l ON l.decision_id = d.id
        WHERE d.id IN (SELECT max(d.id) FROM decisions d
            WHERE d.run_id = ?1 AND d.conventions <> '{{}}' AND {SETTLES}
                AND json_extract(d.conventions, '$.' || ?2) IS NOT NULL GROUP BY d.instance_id)
        GROUP BY option"""
    return {
        str(row["option"]): SettledByOption(int(row["instances"]), int(row["replaced"]))
        for row in file.rows(sql, (run_id, convention))
    }


def state_of(file: StoreFile, run_id: str, instance_ids: Collection[str]) -> str:
    """A word that changes when a decision, label, retraction or escalation is added to one of the instances.

    Records are never changed or removed, so that what follows from them is the same while the word is.
    """
    sql = """WITH ids AS (SELECT value AS id FROM json_each(?2))
        SELECT coalesce((SELECT max(d.id) FROM ids JOIN decisions d
                ON d.run_id = ?1 AND d.instance_id = ids.id), 0) AS decision,
            coalesce((SELECT max(l.id) FROM ids JOIN labels l
                ON l.run_id = ?1 AND l.instance_id = ids.id), 0) AS label,
            (SELECT count(*) FROM ids JOIN retractions r
                ON r.run_id = ?1 AND r.instance_id = ids.id) AS retractions,
            (SELECT count(*) FROM ids JOIN escalations e
                ON e.run_id = ?1 AND e.instance_id = ids.id) AS escalations"""
    row = file.row(sql, (run_id, json.dumps(list(instance_ids))))
    assert row is not None, "without a FROM there is one row"
    return f"{row['decision']}.{row['label']}.{row['retractions']}.{row['escalations']}"

"""What is known of each instance of a run as far as error rates need it, without notes and derivations."""

from __future__ import annotations

from typing import NamedTuple

from store.conditions import CALCULATOR, SETTLES, SETTLES_ESCALATION
from store.connection import StoreFile


class Standing(NamedTuple):
    """An instance of a run. Answers and `spec` are JSON; a committed answer of None is `ambiguous`."""

    instance_id: str
    calculator: str
    category: str | None
    spec: str
    original: str | None
    """None where the benchmark has no label."""
    label: str | None
    decided_by: str | None
    """Who decided the label that stands; None without a label."""
    consensus: bool
    """Whether consensus committed a label, if people have replaced it since."""
    proposed: str | None
    """The answer that consensus committed."""
    agreement: float | None
    """The share of the votes that agreed on it."""
    share: float | None
    """The chance with which that label was drawn to be audited blind; None where it was in no draw."""
    sampled: bool
    settled: bool
    answer: str | None
    """Of the decision by which people settled the instance."""


class BlindAnswer(NamedTuple):
    """What a reviewer said before they saw anything of labels and votes; an answer of None is `ambiguous`."""

    instance_id: str
    reviewer: str
    answer: str | None


# The columns of both queries are the fields above, in their order. A label that people had replaced before a
# draw was not in it. What was carried over from another instance settles no label that is to be audited.
_STANDINGS = f"""WITH committed AS (
    SELECT c.*, (SELECT max(a.id) FROM audit_draws a WHERE a.run_id = c.run_id
        AND c.id BETWEEN a.first_label AND a.last_label AND NOT EXISTS (
            SELECT 1 FROM labels s WHERE s.supersedes = c.id AND s.created_at < a.created_at)) AS draw_id
    FROM labels c WHERE c.run_id = ?1 AND c.decided_by = 'consensus'
    AND c.id = (SELECT min(id) FROM labels WHERE run_id = ?1 AND instance_id = c.instance_id
        AND decided_by = 'consensus')),
    settling AS (SELECT d.instance_id, max(d.id) AS decision_id FROM decisions d
        LEFT JOIN escalations e ON e.run_id = d.run_id AND e.instance_id = d.instance_id
        WHERE d.run_id = ?1 AND {SETTLES} AND (e.reason IS NULL OR {SETTLES_ESCALATION})
        GROUP BY d.instance_id)
    SELECT w.instance_id, {CALCULATOR} AS calculator, i.category, i.spec, i.label AS original,
        l.answer AS label, l.decided_by, c.id IS NOT NULL AS consensus, c.answer AS proposed, c.agreement,
        a.share, c.draw_id IS NOT NULL AND e.reason IS 'audit_sample' AS sampled,
        d.id IS NOT NULL AS settled, d.answer
    FROM work w JOIN runs r ON r.id = w.run_id
    JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = w.instance_id
    LEFT JOIN committed c ON c.instance_id = w.instance_id
    LEFT JOIN audit_draws a ON a.id = c.draw_id
    LEFT JOIN current_labels l ON l.run_id = w.run_id AND l.instance_id = w.instance_id
    LEFT JOIN escalations e ON e.run_id = w.run_id AND e.instance_id = w.instance_id
    LEFT JOIN settling s ON s.instance_id = w.instance_id
    LEFT JOIN decisions d ON d.id = s.decision_id
    WHERE w.run_id = ?1 ORDER BY w.position"""
_BLIND = """SELECT instance_id, reviewer, answer FROM decisions
    WHERE run_id = ? AND blind ORDER BY id"""


def standings(file: StoreFile, run_id: str) -> list[Standing]:
    """The instances of a run, in its order."""
    return [Standing(*row.values()) for row in file.rows(_STANDINGS, (run_id,))]


def blind_answers(file: StoreFile, run_id: str) -> list[BlindAnswer]:
    """The blind answers of a run, oldest first."""
    return [BlindAnswer(*row.values()) for row in file.rows(_BLIND, (run_id,))]

"""What a run's models were asked and answered, summed by role and model."""

from __future__ import annotations

from typing import NamedTuple

from store.connection import StoreFile


class Usage(NamedTuple):
    """Of one model in one role."""

    role: str
    model: str
    replies: int
    errors: int
    http_attempts: int
    input_tokens: int
    output_tokens: int
    cost_usd: float


def usage_of(file: StoreFile, run_id: str) -> list[Usage]:
    """The usage of a run, by role and model."""
    rows = file.rows(
        """SELECT role, model, total(outcome = 'reply' AND cached_from IS NULL) AS replies,
            total(outcome = 'error') AS errors,
            total(http_attempts) AS http_attempts,
            total(json_extract(usage, '$.input_tokens')) AS input_tokens,
            total(json_extract(usage, '$.output_tokens')) AS output_tokens, total(cost_usd) AS cost_usd
        FROM calls WHERE run_id = ? GROUP BY role, model ORDER BY role, model""",
        (run_id,),
    )
    counted = ("replies", "errors", "http_attempts", "input_tokens", "output_tokens")
    return [Usage(**{**row, **{name: int(row[name]) for name in counted}}) for row in rows]

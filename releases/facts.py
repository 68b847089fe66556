"""What a release says of itself, apart from its rows: its identity, and its figures, all computed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from pydantic import JsonValue

from consensus.model import DecidedBy, LabelStatus
from graphs.model_refs import TOOL_VERSION
from graphs.reviewers import AuditFigures, audit
from releases.licence import Licence
from releases.model import ReleaseRow
from releases.rows import Source

STATUSES: tuple[str, ...] = (*get_args(LabelStatus), "unresolved", "retracted")


@dataclass(frozen=True)
class Identity:
    """What the maintainer calls the release."""

    name: str
    version: str
    description: str
    licence: Licence
    previous: str | None = None
    """Version of the release before."""


@dataclass(frozen=True)
class Facts:
    """Everything that card, manifest and metadata say; rows aside."""

    identity: Identity
    benchmark: str
    benchmark_sha256: str
    columns: tuple[str, ...]
    rejected: int
    """Rows of the benchmark that could not be read, and are in no file of the release."""
    as_of: dt.datetime
    """When the last label was committed; of a release without labels, when its first run was started."""
    runs: tuple[tuple[str, str], ...]
    """Id and contract of each run, in the order in which later ones replace earlier ones."""
    contracts: dict[str, JsonValue]
    rows: int
    status: dict[str, int]
    decided_by: dict[DecidedBy, int]
    reviewers: int
    carried_over: int
    error_types: dict[str, int]
    unanimous: int
    """Labels by consensus on which all votes agree."""
    lowest_agreement: float | None
    audits: dict[str, AuditFigures]
    """Run → its blind audit sample, where one was drawn."""


def facts_of(source: Source, rows: Sequence[ReleaseRow], identity: Identity) -> Facts:
    """The figures of these rows, and where they come from."""
    benchmark = source.store.benchmark(source.runs[0].benchmark_id)
    times = [row.decided_at for row in rows if row.decided_at is not None]
    status = Counter(str(row.label_status) for row in rows)
    decided = Counter(row.decided_by for row in rows if row.decided_by)
    shares = [
        share for row in rows if row.decided_by == "consensus" and (share := row.agreement_share) is not None
    ]
    audits = {run.id: audit(source.store, run) for run in source.runs}
    return Facts(
        identity=identity,
        benchmark=benchmark.name,
        benchmark_sha256=benchmark.sha256,
        columns=benchmark.columns,
        rejected=len(source.store.rejections(benchmark.id)),
        as_of=max(times, default=source.runs[0].created_at).astimezone(dt.UTC),
        runs=tuple((run.id, run.contract_sha) for run in source.runs),
        contracts={run.contract_sha: source.store.contract(run.contract_sha) for run in source.runs},
        rows=len(rows),
        status={name: status[name] for name in STATUSES if status[name]},
        decided_by={who: decided[who] for who in get_args(DecidedBy) if decided[who]},
        reviewers=len({row.reviewer for row in rows if row.reviewer and row.decided_by}),
        carried_over=sum(row.carried_over_from is not None for row in rows),
        error_types=dict(sorted(Counter(row.error_type for row in rows if row.error_type).items())),
        unanimous=sum(share == 1 for share in shares),
        lowest_agreement=min(shares, default=None),
        audits={run: found for run, found in audits.items() if found is not None},
    )


def manifest(facts: Facts, files: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The same for programs, with the release's files and their hashes."""
    identity = facts.identity
    return {
        "name": identity.name,
        "version": identity.version,
        "previous": identity.previous,
        "description": identity.description,
        "licence": identity.licence.spdx,
        "attribution": identity.licence.attribution,
        "steward": TOOL_VERSION,
        "as_of": facts.as_of.isoformat(),
        "benchmark": {
            "name": facts.benchmark,
            "sha256": facts.benchmark_sha256,
            "columns": list(facts.columns),
            "rejected_rows": facts.rejected,
        },
        "runs": [{"run": run, "contract": contract} for run, contract in facts.runs],
        "rows": facts.rows,
        "by_status": dict(facts.status),
        "by_decided_by": {str(who): count for who, count in facts.decided_by.items()},
        "reviewers": facts.reviewers,
        "carried_over": facts.carried_over,
        "by_error_type": dict(facts.error_types),
        "unanimous": facts.unanimous,
        "lowest_agreement": facts.lowest_agreement,
        "audits": {run: _audit(found) for run, found in facts.audits.items()},
        "files": files,
    }


def _audit(found: AuditFigures) -> JsonValue:
    return {"drawn": found.drawn, "reviewed": found.differ.n, "differ": found.differ.k}

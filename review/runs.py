"""What the pages say about a run as a whole: how it stands, what it asks, and whether it may be moved."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from agents.specs import EMBEDDED, BadModelSpec, parse_spec
from review.charts import Part, stacked
from review.launch import Launcher
from store import dashboard, safety
from store.dashboard import RoleTotals
from store.desk import drain_requested
from store.ordering import begun
from store.records import RunEvent, RunRecord, StateCounts, utc_now
from store.safety_records import TargetRecord
from store.store import Store

BAR_WIDTH = 240.0
RATE_WINDOW_S = 300.0
"""The rate is that of the last minutes, since how long an instance takes changes during a run."""

LAUNCHER = Launcher()


class CallTotals:
    """What the calls of each run add up to. Calls are only ever added, so that only new ones are summed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, str], tuple[int, list[RoleTotals]]] = {}

    def roles(self, store: Store, run_id: str) -> list[RoleTotals]:
        """As `dashboard.roles`."""
        key, last = (store.path.resolve(), run_id), dashboard.last_call(store.file)
        with self._lock:
            after, known = self._known.get(key, (0, []))
        if last < after:  # another file lies there now
            after, known = 0, []
        if last > after:
            new = dashboard.roles(store.file, run_id, after=after, upto=last)
            known = _added(known, new)
            with self._lock:
                self._known[key] = last, known
        return known


def _added(known: Sequence[RoleTotals], new: Sequence[RoleTotals]) -> list[RoleTotals]:
    by_name: dict[tuple[str, str], list[RoleTotals]] = {}
    for one in (*known, *new):
        by_name.setdefault((one.role, one.model), []).append(one)
    return [dashboard.total(parts, *name) for name, parts in sorted(by_name.items())]


CALLS = CallTotals()


@dataclass(frozen=True, slots=True)
class Model:
    """A role's model, as the contract names it."""

    role: str
    spec: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Contract:
    """What of a contract a reader asks for; all of it is `body`."""

    body: Mapping[str, JsonValue]
    models: tuple[Model, ...]
    threshold: float | None
    """The share of the votes that suffices."""
    votes: JsonValue
    max_votes: JsonValue
    conventions: Mapping[str, JsonValue]

    @property
    def free(self) -> bool:
        """Whether going on costs nothing: no model is asked but the offline reader and recorded runs."""
        return all(_kind(model.spec) in EMBEDDED for model in self.models)

    @property
    def specs(self) -> tuple[str, ...]:
        """Every model once."""
        return tuple(dict.fromkeys(model.spec for model in self.models))


@dataclass(frozen=True, slots=True)
class Condition:
    """How a run stands. `state` is `executing`, `draining`, or how its last execution ended."""

    run: RunRecord
    benchmark: str
    roles: list[RoleTotals]
    spent: RoleTotals
    """The sums over all roles."""
    counts: StateCounts
    bar: tuple[Part, ...]
    state: str
    executing: bool
    draining: bool
    """Whether someone has asked the process that executes it to stop."""
    rate: float | None
    """Threads that ended per minute; None where the run is not executed or has just begun."""
    began: dt.datetime
    contract: Contract
    targets: tuple[TargetRecord, ...] = ()
    """Of a safety run."""

    @property
    def resumable(self) -> bool:
        """Whether there is anything to go on with."""
        return not self.executing and bool(self.counts.pending or self.counts.failed)


def condition(store: Store, run: RunRecord, events: Sequence[RunEvent]) -> Condition:
    """How a run stands now."""
    counts, roles = store.state_counts(run.id), CALLS.roles(store, run.id)
    executing, since = LAUNCHER.busy(store.path, run.id), begun(events, run.created_at)
    targets = tuple(safety.targets(store.file, run.id)) if run.workflow == "safety" else ()
    draining = executing and drain_requested(store, run.id, since.timestamp()) is not None
    return Condition(
        run=run,
        benchmark=store.benchmark(run.benchmark_id).name,
        roles=roles,
        spent=dashboard.total(roles),
        counts=counts,
        bar=progress_bar(counts),
        state=("draining" if draining else "executing") if executing else _ended(events),
        executing=executing,
        draining=draining,
        rate=_rate(store, run, since) if executing else None,
        began=run.created_at,
        contract=read_contract(store.contract(run.contract_sha), targets),
        targets=targets,
    )


def progress_bar(counts: StateCounts) -> tuple[Part, ...]:
    """The run's instances by state, as the parts of one bar."""
    return stacked(
        [
            ("committed", "fill-good", counts.committed),
            ("awaiting review", "fill-warn", counts.awaiting_review),
            ("failed", "fill-bad", counts.failed),
            ("retracted", "fill-quiet", counts.retracted),
            ("pending", "fill-quiet", counts.pending),
        ],
        BAR_WIDTH,
    )


def _ended(events: Sequence[RunEvent]) -> str:
    """An execution that did not say how it ended was killed."""
    last = events[-1].kind if events else "started"
    return "interrupted" if last in ("started", "resumed") else last


def _rate(store: Store, run: RunRecord, began: dt.datetime) -> float | None:
    now = utc_now()
    since = max(began, now - dt.timedelta(seconds=RATE_WINDOW_S))
    minutes = (now - since).total_seconds() / 60
    return dashboard.finished_since(store.file, run.id, since) / minutes if minutes > 1 / 60 else None


def read_contract(body: Mapping[str, JsonValue], targets: Sequence[TargetRecord] = ()) -> Contract:
    """The parts of a contract's body, and the targets of a safety run, which are outside of it.

    What another version of the program wrote may lack some of them.
    """
    models, policy, conventions = (_mapping(body.get(name)) for name in ("models", "policy", "conventions"))
    agreement = policy.get("agreement")
    return Contract(
        body=body,
        models=(
            *(_model(role, said) for role, said in sorted(models.items())),
            *(Model("target", target.spec, target.base_url) for target in targets),
            *_parties(body),
        ),
        threshold=float(agreement) if isinstance(agreement, int | float) else None,
        votes=policy.get("votes"),
        max_votes=policy.get("max_votes"),
        conventions=conventions,
    )


def _parties(body: Mapping[str, JsonValue]) -> list[Model]:
    """The prober of a safety run, where it has conversations of its own, and its judges."""
    judges = body.get("judges")
    found = [_mapping(judge).get("model") for judge in judges] if isinstance(judges, list) else []
    parties = [_model("judge", said) for said in found]
    if "prober" in body and body.get("transcripts") is None:
        parties.insert(0, _model("prober", body["prober"]))
    return list(dict.fromkeys(parties))


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _model(role: str, said: JsonValue) -> Model:
    parts = _mapping(said)
    address = parts.get("base_url")
    return Model(role, str(parts.get("spec", said)), None if address is None else str(address))


def _kind(spec: str) -> str:
    try:
        return parse_spec(spec).kind
    except BadModelSpec:
        return "unknown"

"""A convention as its page shows it: what it touches, and what deciding it would do, less what is sealed."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from graphs.conventions import Cases, ConventionUse, catalogue
from graphs.propagation import Effect, Entry, Plan, make_plan
from graphs.runs import contract_for
from review.paging import Paging
from store.queue import sealed_instances, waiting_instances
from store.records import RunRecord
from store.store import Store
from store.touching import settled_by_convention, state_of

COUNTED = 1000
"""Up to so many touched instances all are weighed for one page, which takes some 3 ms each, once."""
PAGE = 200
_TRIED = 200
"""Instances that are looked at to find one to decide by."""
EFFECTS: dict[Effect, str] = {
    "decide": "gets its label",
    "supersede": "its label gives way",
    "unchanged": "agrees already",
    "decided": "decided before",
    "contentious": "votes do not suffice",
    "conflict": "a reviewer said otherwise",
}


@dataclass(frozen=True)
class Summary:
    """A convention in the list. `waiting` and `settled` count instances among those that are `touched`."""

    id: str
    question: str
    in_force: str
    touched: int
    waiting: int
    settled: int


@dataclass(frozen=True)
class Row:
    """A sibling. Of one that is sealed to who looks at it there is no more than its name."""

    instance: str
    source_id: str
    entry: Entry | None

    @property
    def offered(self) -> bool:
        """Whether the decision can be carried over to it, as far as may be told."""
        return self.entry is None or self.entry.changes


@dataclass(frozen=True)
class Proposal:
    """What deciding one instance by an option would do.

    `rows` are the siblings of one page. `effects` counts the siblings that are not sealed, `sealed` those
    that are: of all pages where `counted`, else of this page. `state` is a word for what the plan follows
    from.
    """

    decided: Entry
    rows: tuple[Row, ...]
    effects: dict[Effect, int]
    sealed: int
    counted: bool
    paging: Paging
    state: str

    @property
    def choosable(self) -> bool:
        """Whether all siblings are on this page, so that each can be chosen."""
        return self.paging.pages == 1

    @property
    def offered(self) -> int:
        """Siblings that the decision can be carried over to, as far as may be told, of those counted."""
        return self.sealed + self.effects.get("decide", 0) + self.effects.get("supersede", 0)


def in_force(use: ConventionUse, fixed: str | None) -> str:
    """What holds in a run where neither a question nor a reviewer says otherwise."""
    if fixed is not None:
        return f"fixed by the run: {fixed}"
    return f"default: {use.default}" if use.default is not None else "open"


def summaries(store: Store, run: RunRecord) -> list[Summary]:
    """The conventions of the run's calculators, counted from the records, no derivation executed again."""
    contract, touched = contract_for(store, run), store.touched(run.id)
    waiting, settled = waiting_instances(store.file, run.id), settled_by_convention(store.file, run.id)
    return [
        Summary(
            id=use.id,
            question=use.question,
            in_force=in_force(use, contract.conventions.get(use.id)),
            touched=len(touched.get(use.id, ())),
            waiting=sum(instance_id in waiting for instance_id in touched.get(use.id, ())),
            settled=settled.get(use.id, 0),
        )
        for use in catalogue()
        if not contract.calculators.keys().isdisjoint(use.calculators)
    ]


def first_to_decide(store: Store, run: RunRecord, convention: str, reviewer: str | None) -> str | None:
    """Id of an instance by which this reviewer can decide: one that waits, else one with a label.

    None where each is sealed to them, or its question states the option itself.
    """
    cases = Cases(store, run)
    sealed, waiting = sealed_instances(store.file, run.id, reviewer), waiting_instances(store.file, run.id)
    known = [instance_id for instance_id in cases.touched.get(convention, ()) if instance_id not in sealed]
    known.sort(key=lambda instance_id: instance_id not in waiting)
    for instance_id in known[:_TRIED]:
        case = cases.load(instance_id)
        if case.finished and convention not in case.stated:
            return instance_id
    return None


def propose(
    store: Store,
    run: RunRecord,
    convention: str,
    option: str,
    instance_id: str,
    *,
    reviewer: str | None,
    paging: Callable[[int], Paging],
) -> Proposal:
    """What deciding an instance by an option would do; `paging` gives the page of so many siblings.

    Raises what `make_plan` raises.
    """
    touched = [other for other in store.touched(run.id).get(convention, ()) if other != instance_id]
    word = _word(store, run, [*touched, instance_id])
    sealed = sealed_instances(store.file, run.id, reviewer)
    if len(touched) <= COUNTED:
        plan = plan_at(store, run.id, convention, option, instance_id, None, word)
        rows = _rows(plan, sealed)
        page = paging(len(rows))
        shown = rows[page.offset : page.offset + page.size]
    else:
        page = paging(len(touched))
        among = frozenset(touched[page.offset : page.offset + page.size])
        plan = plan_at(store, run.id, convention, option, instance_id, among, word)
        shown = rows = _rows(plan, sealed)
    return Proposal(
        decided=plan.decided,
        rows=shown,
        effects=dict(Counter(row.entry.effect for row in rows if row.entry).most_common()),
        sealed=sum(row.entry is None for row in rows),
        counted=len(touched) <= COUNTED,
        paging=page,
        state=word,
    )


def state(store: Store, run: RunRecord, convention: str, instance_id: str) -> str:
    """The word of a proposal as it would be made now."""
    touched = store.touched(run.id).get(convention, ())
    return _word(store, run, {*touched, instance_id})


def _word(store: Store, run: RunRecord, instance_ids: Collection[str]) -> str:
    """The word for the state of instances, under a secret that follows from the draws of the blind audit.

    It is in the form that is served, and of a sealed instance the plain word tells whether it has a label.
    """
    secret = "".join(draw.seed for draw in store.audit_draws(run.id))
    plain = state_of(store.file, run.id, instance_ids)
    return hmac.digest(secret.encode(), plain.encode(), "sha256").hex()


@lru_cache(maxsize=8)
def plan_at(
    store: Store,
    run_id: str,
    convention: str,
    option: str,
    instance_id: str,
    chosen: frozenset[str] | None,
    state: str,
) -> Plan:
    """The plan as long as the word for what it follows from is the same, whoever looks at it."""
    run = store.run(run_id)
    instance = store.instance(run.benchmark_id, instance_id)
    return make_plan(store, run, instance, {convention: option}, propagate=True, chosen=chosen)


def _rows(plan: Plan, sealed: Collection[str]) -> tuple[Row, ...]:
    return tuple(
        Row(entry.instance, entry.source_id, None if entry.instance in sealed else entry)
        for entry in plan.siblings
    )

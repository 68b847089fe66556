"""A decision on conventions: what it makes of its instance and of the siblings, then carried out as shown.

Decisions and superseding labels are one transaction, so that a killed process leaves all of them or none;
threads that wait are resumed after it, by this process, by the same command again, or by `resume`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from answers.agreement import agrees
from answers.format import format_answer
from answers.model import Answer
from benchmarks.model import Instance
from calculators.again import NotReproducible
from consensus.conventions import settled_words
from consensus.model import ErrorType, Policy
from graphs.contract import check_conventions
from graphs.conventions import Case, Cases
from graphs.labels import reviewed_label
from graphs.lock import deciding
from graphs.options import RunOptions
from graphs.runs import JobError, contract_for
from store.records import DecisionRecord, RunRecord
from store.store import Store

Effect = Literal["decide", "supersede", "unchanged", "decided", "contentious", "conflict"]
"""What a decision does to an instance.

decide: it waits, and gets its label. supersede: its label gives way to another one. unchanged: its label
agrees already. decided: the same was decided before. contentious: its votes do not suffice under the options.
conflict: a reviewer has said something else, or has retracted its label. The last four are left alone.
"""


class Entry(BaseModel):
    """One instance of a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source_id: str
    instance: str
    effect: Effect
    status: str
    """The label's, `retracted` or `waiting`."""
    now: Answer | None
    under: Answer | None
    """The answer under the options; None where the votes do not suffice."""
    original: str
    conventions: dict[str, str]
    """All that is settled for this instance after the decision, earlier decisions included."""
    label: int | None
    """The label that stands, or stood before it was retracted: what a new one supersedes."""
    detail: str = ""

    @property
    def changes(self) -> bool:
        """Whether the decision writes anything here."""
        return self.effect in ("decide", "supersede")


class Plan(BaseModel):
    """What a decision on conventions will do. Siblings are in the order of the run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: dict[str, str]
    decided: Entry
    siblings: tuple[Entry, ...]
    chosen: frozenset[str] | None = None
    """Ids of the instances that the siblings were chosen from; None: from all."""


def make_plan(
    store: Store,
    run: RunRecord,
    instance: Instance,
    options: Mapping[str, str],
    *,
    propagate: bool,
    chosen: Collection[str] | None = None,
) -> Plan:
    """What deciding an instance by these options would do, to its siblings too if `propagate`.

    Siblings that are not among the `chosen` ids are left out; None leaves none out.

    Raises ContractError for an unknown convention or option, JobError where the instance cannot be decided
    by them, and NotReproducible where its calculator has changed.
    """
    check_conventions(options)
    cases = Cases(store, run)
    among = None if chosen is None else frozenset(chosen)
    policy = cases.contract.policy
    decided = _decided(cases, cases.load(instance.id), policy, options)
    touched = (
        {case.instance.id: case for name in options for case in cases.of(name, among)} if propagate else {}
    )
    siblings = [case for instance_id, case in touched.items() if instance_id != instance.id]
    if len(options) > 1:
        order = {instance_id: position for position, instance_id in enumerate(store.work(run.id))}
        siblings.sort(key=lambda case: order[case.instance.id])
    return Plan(
        options=dict(options),
        decided=decided,
        siblings=tuple(_sibling(case, policy, options) for case in siblings if case.open_to(options)),
        chosen=among,
    )


def _decided(cases: Cases, case: Case, policy: Policy, options: Mapping[str, str]) -> Entry:
    """The entry of the instance that the reviewer has looked at, which may not be left alone."""
    name = case.instance.source_id
    if not case.finished:
        raise JobError(f"instance {name} is not escalated; `resume` the run first")
    for convention in options:
        if convention in case.stated:
            said = case.stated[convention]
            raise JobError(f"the question of instance {name} says itself that {convention} is {said}")
        if case.instance.id not in cases.touched.get(convention, ()):
            raise JobError(
                f"convention {convention} does not change the answer of instance {name}; "
                f"`conventions --id {convention}` lists those that it touches"
            )
    entry = _entry(case, policy, options, looked_at=True)
    if entry.effect == "conflict":
        raise JobError(f"instance {name} already has another decision: {entry.detail}; `trace` shows it")
    if entry.effect == "contentious":
        raise JobError(
            f"under {settled_words(entry.conventions)} the votes of instance {name} do not suffice: "
            f"{entry.detail}; decide it by --answer"
        )
    return entry


def _sibling(case: Case, policy: Policy, options: Mapping[str, str]) -> Entry:
    try:
        return _entry(case, policy, options, looked_at=False)
    except NotReproducible as error:
        return _make(case, policy, "contentious", None, case.decided, str(error))


def _entry(case: Case, policy: Policy, options: Mapping[str, str], *, looked_at: bool) -> Entry:
    """What becomes of one instance. Only who has looked at it overrules what the critic holds against it."""
    wanted, standing = case.open_to(options), case.decision
    if standing is not None and wanted.items() <= case.decided.items():
        return _make(case, policy, "decided", standing.answer, case.decided, f"by {standing.reviewer}")
    settled = {**case.decided, **wanted}
    found = case.outcome(policy, settled)
    under = found.agreed if looked_at else found.answer
    if not all(_agree(case, under, opinion.answer) for opinion in case.opinions):
        # Neither who nor what: reviewers who are still asked, and adjudicators, may read this.
        return _make(case, policy, "conflict", under, settled, "a reviewer said otherwise; not settled yet")
    if standing is not None and _otherwise(standing, wanted):
        if not _agree(case, under, standing.answer):
            return _make(case, policy, "conflict", under, settled, _said(standing))
        if not looked_at:
            return _make(case, policy, "unchanged", under, settled, _said(standing))
    if case.retraction is not None and not looked_at:
        withdrawn = f"{case.retraction.reviewer} retracted its label: {case.retraction.reason}"
        return _make(case, policy, "conflict", under, settled, withdrawn)
    if under is None:
        detail = found.obstacle.detail if found.obstacle else ""
        return _make(case, policy, "contentious", None, settled, detail)
    if case.label is None:
        return _make(case, policy, "decide", under, settled)
    same = not looked_at and _agree(case, under, case.label.answer)
    return _make(case, policy, "unchanged" if same else "supersede", under, settled)


def _said(decision: DecisionRecord) -> str:
    said = format_answer(decision.answer) if decision.answer else decision.status
    return f"{decision.reviewer} decided {said}"


def _otherwise(standing: DecisionRecord, wanted: Mapping[str, str]) -> bool:
    """Whether a decision says by itself what the options would, and may say it differently."""
    settled = standing.conventions
    return not settled or any(settled.get(name, option) != option for name, option in wanted.items())


def _agree(case: Case, a: Answer | None, b: Answer | None) -> bool:
    return a is not None and b is not None and agrees(a, b, case.instance.spec)


def _make(
    case: Case,
    policy: Policy,
    effect: Effect,
    under: Answer | None,
    settled: Mapping[str, str],
    detail: str = "",
) -> Entry:
    return Entry(
        source_id=case.instance.source_id,
        instance=case.instance.id,
        effect=effect,
        status=case.status,
        now=case.now(policy),
        under=under,
        original=case.instance.label_text,
        conventions=dict(settled),
        label=case.replaces,
        detail=detail,
    )


async def carry_out(
    store: Store,
    run: RunRecord,
    plan: Plan,
    *,
    reviewer: str,
    note: str,
    error_type: ErrorType | None = None,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> None:
    """Record the decision and those that it is carried over to, and resume the threads that wait for them.

    Carried out again, a plan does what is left of it, if anything. `on_progress` is called after each thread
    with what is counted, the number done and of all.

    Raises:
        JobError: the plan is no longer what the store says; nothing is written.
        BusyError: another process is delivering decisions.
    """
    async with deciding(store.path):
        instance = store.instance(run.benchmark_id, plan.decided.instance)
        again = make_plan(
            store, run, instance, plan.options, propagate=bool(plan.siblings), chosen=plan.chosen
        )
        if again != plan:
            raise JobError("the instances have changed since they were listed; run the command again")
        with store.transaction():
            source = _record(store, run, plan.decided, reviewer, note, None, error_type)
            for entry in plan.siblings:
                if entry.changes:
                    _record(store, run, entry, reviewer, note, source)
        mine = {entry.instance for entry in (plan.decided, *plan.siblings)}
        waiting = [d for d in store.undelivered_decisions(run.id) if d.instance_id in mine and d.conventions]
        if waiting:
            from graphs.engine import open_engine

            async with open_engine(store, run, contract_for(store, run), RunOptions()) as engine:
                for done, decision in enumerate(waiting, start=1):
                    await engine.deliver(decision)
                    on_progress("labels committed", done, len(waiting))


def _record(
    store: Store,
    run: RunRecord,
    entry: Entry,
    reviewer: str,
    note: str,
    source: int | None,
    error_type: ErrorType | None = None,
) -> int | None:
    """Record a decision, and the label that it puts in the place of one; returns the decision's id."""
    if not entry.changes:
        return next(d.id for d in reversed(store.decisions(run.id, entry.instance)) if d.settles)
    decision = store.add_decision(
        DecisionRecord(
            run_id=run.id,
            instance_id=entry.instance,
            reviewer=reviewer,
            answer=entry.under,
            note=note,
            conventions=entry.conventions,
            propagated_from=source,
            error_type=error_type,
        )
    )
    if entry.label is not None:
        store.supersede_label(reviewed_label(store, run.benchmark_id, decision, entry.label))
    return decision.id

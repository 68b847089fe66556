"""Which committed labels a change of the program or of a run's options touches, and by what.

Each label is looked at for what it rests on: the prompts and models of its own calls, the calculators and
conventions of the votes that decided it. What has changed but was not used for a label does not touch it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from agents.specs import ModelSpec
from answers.agreement import agrees
from answers.model import Answer
from benchmarks.model import Instance
from calculators.again import NotReproducible, today
from calculators.conventions import settled
from calculators.model import Derivation
from calculators.registry import find
from consensus.votes import tally
from graphs.changes import ASSIGNMENT, Change
from graphs.contract import RelabelContract, assignment_of, check_conventions, contract_parts
from graphs.conventions import WAITING
from graphs.model_refs import TOOL_VERSION
from graphs.runs import JobError
from store.checking import same_answer
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.store import Store
from store.uses import CallUse, VoteUse, call_uses, contract_of, vote_uses

Anew = Literal["same", "different", "unknown"]
"""What a label's derivations say when they are executed by today's formulas under today's conventions."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Touched(_Frozen):
    """An instance that changes touch. `reasons` are the changes, in the words of `Affected.changes`."""

    run: str
    instance: str
    source_id: str
    status: str
    """The label's, or `waiting`."""
    label: Answer | None
    reasons: tuple[str, ...]
    anew: Anew | None
    """None where neither a formula nor a convention has changed: only a new run can tell."""
    answer: Answer | None = None
    """The answer by today's formulas; None where there is none, or `anew` is None or unknown."""


class Affected(_Frozen):
    """What a new run of the same benchmark could say differently, and why."""

    contract: str
    runs: tuple[str, ...]
    source: str
    changes: tuple[str, ...]
    """Everything that differs between the contract and the program and options of now."""
    committed: int
    labels: tuple[Touched, ...]
    """By consensus; a new run of these replaces them."""
    people: tuple[Touched, ...]
    """Decided by reviewers: a new run would not ask them, so that they are to be looked at."""
    waiting: tuple[Touched, ...]
    """Not decided: the votes that people are shown would be others."""


@dataclass(frozen=True)
class Uses:
    """What one instance rests on."""

    instance: Instance
    calls: Sequence[CallUse]
    votes: Sequence[VoteUse]


def affected(
    store: Store,
    since: str,
    *,
    run: RunRecord | None = None,
    model: ModelSpec | None = None,
    conventions: Mapping[str, str] | None = None,
) -> Affected:
    """The labels of a contract's runs that would be made differently now.

    Args:
        store: the store.
        since: a contract's hash or the id of one of its runs, or a unique prefix.
        run: only this run of the contract.
        model: what a new run would use for all roles; None: as the contract says.
        conventions: what a new run would fix beside what the contract fixes.

    Raises:
        JobError: the contract is not one of relabelling, or the run is not one of its runs.
        ContractError: a convention or option that does not exist.
        BadModelSpec: a recording that is gone.
    """
    check_conventions(conventions or {})
    sha, run_ids = contract_of(store.file, since)
    body = store.contract(sha)
    if body.get("workflow") != "relabel":
        raise JobError(f"contract {sha[:12]} is not one of relabelling, but of {body.get('workflow')!r}")
    if run is not None and run.id not in run_ids:
        raise JobError(f"run {run.id} is not under contract {sha[:12]}; its runs are {', '.join(run_ids)}")
    runs = [store.run(run_id) for run_id in (run_ids if run is None else [run.id])]
    then = RelabelContract.model_validate(body)
    work = {run.id: set(store.work(run.id)) for run in runs}
    everywhere = set().union(*work.values())
    instances = [one for one in store.instances(runs[0].benchmark_id) if one.id in everywhere]
    change = Change(then, _now(then, instances, model, conventions or {}))
    labels, people, waiting = _sorted_out(store, runs, instances, change)
    return Affected(
        contract=sha,
        runs=tuple(run.id for run in runs),
        source=store.benchmark(runs[0].benchmark_id).source,
        changes=_listed(change, (*labels, *people, *waiting)),
        committed=sum(1 for run in runs for _ in store.labels(run.id)),
        labels=labels,
        people=people,
        waiting=waiting,
    )


def _listed(change: Change, touched: Sequence[Touched]) -> tuple[str, ...]:
    """The changes of the contract, then those of defaults, which no contract names."""
    return tuple(dict.fromkeys([*change.all(), *(reason for one in touched for reason in one.reasons)]))


def _now(
    then: RelabelContract,
    instances: Sequence[Instance],
    model: ModelSpec | None,
    conventions: Mapping[str, str],
) -> RelabelContract:
    """The contract of a run that would be started now with these options and else those of then."""
    specs = {role: model or spec for role, spec in then.specs().items()}
    parts = contract_parts("relabel", assignment_of(instances), specs, {**then.conventions, **conventions})
    return then.model_copy(update={"tool_version": TOOL_VERSION, **parts})


def _sorted_out(
    store: Store, runs: Sequence[RunRecord], instances: Sequence[Instance], change: Change
) -> tuple[tuple[Touched, ...], tuple[Touched, ...], tuple[Touched, ...]]:
    """Labels by consensus, those that people decided, and what waits; of several runs, an instance's last."""
    found: dict[str, tuple[int, Touched | None]] = {}
    for run in runs:
        calls, votes = call_uses(store.file, run.id), vote_uses(store.file, run.id)
        labels = {label.instance_id: label for label in store.labels(run.id)}
        waiting = {one.instance_id for one in store.open_escalations(run.id)} - labels.keys()
        found |= {retraction.instance_id: (0, None) for retraction in store.retractions(run.id)}
        for instance in instances:
            label = labels.get(instance.id)
            if label is None and instance.id not in waiting:
                continue
            uses = Uses(instance, calls.get(instance.id, ()), votes.get(instance.id, ()))
            kind = 2 if label is None else 1 if label.decided_by == "reviewer" else 0
            found[instance.id] = kind, _touched(store, run, uses, label, change)
    ordered = [found[instance.id] for instance in instances if instance.id in found]
    first, second, third = (
        tuple(touched for kind, touched in ordered if kind == wanted and touched is not None)
        for wanted in range(3)
    )
    return first, second, third


def _touched(
    store: Store, run: RunRecord, uses: Uses, label: LabelRecord | None, change: Change
) -> Touched | None:
    if label is not None and label.decision_id is not None:
        return _decided(store, run, uses, label, store.decision(label.decision_id), change)
    instance, votes = uses.instance, uses.votes
    if label is not None and label.answer is not None:
        standing = label.answer
        votes = [v for v in votes if v.answer is not None and agrees(v.answer, standing, instance.spec)]
    reading = [*change.of_calls(uses.calls), *change.of_recording(instance, uses.votes)]
    derived = [*change.of_assignment(instance, votes), *change.of_formulas(instance, votes)]
    anew: Anew | None = None
    answer = None
    if derived and label is not None:
        anew, answer = _anew(store, run, instance, label, {}, change)
    return _make(
        run, instance, label, [*reading, *derived], "unknown" if ASSIGNMENT in derived else anew, answer
    )


def _decided(
    store: Store, run: RunRecord, uses: Uses, label: LabelRecord, decision: DecisionRecord, change: Change
) -> Touched | None:
    """A reviewer's label rests on what they said: of the rest only on formulas and conventions in it."""
    instance, own = uses.instance, decision.derivation
    if decision.conventions:
        votes = [vote._replace(conventions=decision.conventions) for vote in uses.votes if vote.answer]
        reasons = [*change.of_formulas(instance, votes, change.conventions)]
        settled_now = {**decision.conventions, **change.conventions}
        anew, answer = _anew(store, run, instance, label, settled_now, change) if reasons else (None, None)
        return _make(run, instance, label, reasons, anew, answer)
    if own is None or own.answer != label.answer:
        return None
    vote = VoteUse(0, own.answer, None, own.method, own.calculator, own.version, own.conventions)
    reasons = [*change.of_formulas(instance, [vote], change.conventions)]
    if not reasons:
        return None
    derived = _today(own, instance, {**own.conventions, **change.conventions}, change)
    return _make(run, instance, label, reasons, *_compared(derived, label))


def _make(
    run: RunRecord,
    instance: Instance,
    label: LabelRecord | None,
    reasons: Sequence[str],
    anew: Anew | None,
    answer: Answer | None,
) -> Touched | None:
    if not reasons:
        return None
    return Touched(
        run=run.id,
        instance=instance.id,
        source_id=instance.source_id,
        status=label.status if label else WAITING,
        label=label.answer if label else None,
        reasons=tuple(dict.fromkeys(reasons)),
        anew=anew,
        answer=answer,
    )


def _anew(
    store: Store,
    run: RunRecord,
    instance: Instance,
    label: LabelRecord,
    options: Mapping[str, str],
    change: Change,
) -> tuple[Anew, Answer | None]:
    """What the votes add up to once each derivation goes through today's formula."""
    votes = []
    for record in store.votes(run.id, instance.id):
        vote, derivation = record.ballot()
        if vote.answer is not None and derivation is not None:
            answer = _today(derivation, instance, options, change)
            if answer is None:
                return "unknown", None
            vote = vote.model_copy(update={"answer": answer})
        votes.append(vote)
    found = tally(votes, instance.spec).answer
    return ("different", None) if found is None else _compared(found, label)


def _today(
    derivation: Derivation, instance: Instance, options: Mapping[str, str], change: Change
) -> Answer | None:
    """A derivation's answer by today's formula; None where that cannot be told."""
    calculator = find(derivation.calculator or "")
    if calculator is None:
        return None
    own = {convention.id for convention in calculator.conventions}
    fixed = settled(calculator, instance.question, change.now.conventions)
    fixed |= {name: option for name, option in options.items() if name in own}
    try:
        return today(derivation, fixed).answer
    except NotReproducible:
        return None


def _compared(answer: Answer | None, label: LabelRecord) -> tuple[Anew, Answer | None]:
    if answer is None or label.answer is None:
        return "unknown", None
    return ("same" if same_answer(answer, label.answer) else "different"), answer

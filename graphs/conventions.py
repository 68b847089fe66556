"""Which instances of a run a convention touches, and what each of its options would make of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from agents.task import calculator_of
from answers.agreement import agrees
from answers.model import Answer
from benchmarks.model import Instance
from calculators.again import NotReproducible
from calculators.conventions import settled
from calculators.model import Convention
from calculators.registry import all_calculators, all_conventions
from consensus.conventions import Ballot, Outcome, outcome
from consensus.model import Policy
from graphs.contract import ContractError, RelabelContract, find_convention
from store.records import DecisionRecord, EscalationRecord, LabelRecord, RetractionRecord, RunRecord
from store.store import Store

WAITING = "waiting"
"""Status of an instance that has no label yet."""
RETRACTED = "retracted"
"""Status of an instance whose label was withdrawn."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Case:
    """What is on record of one instance."""

    instance: Instance
    calculator: str | None
    label: LabelRecord | None
    retraction: RetractionRecord | None
    escalation: EscalationRecord | None
    decision: DecisionRecord | None
    """The last one that settles it, unless the label was retracted since."""
    opinions: tuple[DecisionRecord, ...]
    """Those since then that do not settle it by themselves: reviewers differ, or one more is asked."""
    ballots: tuple[Ballot, ...]
    stated: Mapping[str, str]
    """Convention → option, for those that the question states itself."""

    @property
    def finished(self) -> bool:
        """Whether its votes are complete."""
        return any(part is not None for part in (self.label, self.retraction, self.escalation))

    @property
    def status(self) -> str:
        """The label's status, that it was retracted, or that the instance waits for people."""
        if self.label is not None:
            return self.label.status
        return WAITING if self.retraction is None else RETRACTED

    @property
    def replaces(self) -> int | None:
        """Id of the label that a new one would take the place of."""
        return self.label.id if self.label else self.retraction.label_id if self.retraction else None

    @property
    def decided(self) -> Mapping[str, str]:
        """Convention → option, for those that the last decision settled."""
        return self.decision.conventions if self.decision else {}

    def open_to(self, options: Mapping[str, str]) -> dict[str, str]:
        """Those of the options that can change this instance: its calculator has the convention, and the
        question does not state it.
        """
        own = {name for _, derivation in self.ballots if derivation for name in derivation.conventions}
        return {n: option for n, option in options.items() if n in own and n not in self.stated}

    def outcome(self, policy: Policy, options: Mapping[str, str]) -> Outcome:
        """What its votes amount to under these options. Raises NotReproducible."""
        return outcome(self.ballots, self.instance.spec, policy, options)

    def now(self, policy: Policy) -> Answer | None:
        """The label's answer; without a label, the answer that enough votes share as they were cast."""
        return self.label.answer if self.label else self.outcome(policy, {}).shared


class Cases:
    """The cases of one run, loaded as they are asked for."""

    def __init__(self, store: Store, run: RunRecord) -> None:
        self.contract = RelabelContract.model_validate(store.contract(run.contract_sha))
        self.touched: Mapping[str, Sequence[str]] = store.touched(run.id)
        self.load = lru_cache(maxsize=256)(self._load)
        self._store, self._run = store, run

    def of(self, convention_id: str, among: Collection[str] | None = None) -> Iterator[Case]:
        """Finished instances of which a vote depends on the convention, in the order of the run.

        Those that are not `among` the ids are left out; None leaves none out.
        """
        for instance_id in self.touched.get(convention_id, ()):
            if among is not None and instance_id not in among:
                continue
            case = self.load(instance_id)
            if case.finished:
                yield case

    def _load(self, instance_id: str) -> Case:
        store, run_id = self._store, self._run.id
        instance = store.instance(self._run.benchmark_id, instance_id)
        calculator = calculator_of(instance)
        decisions = store.decisions(run_id, instance_id)
        final = [decision for decision in decisions if decision.settles]
        since = final[-1].id or 0 if final else 0
        retraction = store.retraction(run_id, instance_id)
        return Case(
            instance=instance,
            calculator=calculator.id if calculator else None,
            label=store.current_label(run_id, instance_id),
            retraction=retraction,
            escalation=store.escalation(run_id, instance_id),
            decision=final[-1] if final and retraction is None else None,
            opinions=tuple(
                d
                for d in decisions
                if (d.id or 0) > since and d.is_opinion and not d.settles and not d.abstains
            ),
            ballots=tuple(vote.ballot() for vote in store.votes(run_id, instance_id)),
            stated=settled(calculator, instance.question, {}) if calculator else {},
        )


class Prospect(_Frozen):
    """One instance under each option: `under` has None where the votes would not suffice."""

    source_id: str
    instance: str
    calculator: str | None
    status: str
    now: Answer | None
    original: str
    decided: str | None
    """The option that a reviewer has settled for this instance."""
    under: dict[str, Answer | None]
    agrees: dict[str, bool | None]
    """Option → whether its answer agrees with the original label; None without an answer or a label."""
    problem: str | None = None
    """Why its derivations cannot be executed again; then `under` has None for what that would take."""


class ConventionUse(_Frozen):
    """A convention, what holds in the run, and the instances that it touches."""

    id: str
    question: str
    options: dict[str, str]
    calculators: tuple[str, ...]
    default: str | None
    fixed: str | None = None
    """The option in the run's contract."""
    stated: int = 0
    """Instances that it would touch if their question did not state an option."""
    instances: tuple[Prospect, ...] = ()


def catalogue(convention: str | None = None, calculator: str | None = None) -> tuple[ConventionUse, ...]:
    """The registered conventions, or one of them, or those of one calculator.

    Raises ContractError where there is no such convention, or the calculator has none.
    """
    having = {
        entry.id: [c.id for c in all_calculators() if entry in c.conventions] for entry in all_conventions()
    }
    if convention is not None:
        find_convention(convention)
    ids = {name for names in having.values() for name in names}
    if calculator is not None and calculator not in ids:
        raise ContractError(
            f"no calculator {calculator!r} with a convention; there are: {', '.join(sorted(ids))}"
        )
    found = tuple(
        _use(entry, having[entry.id])
        for entry in all_conventions()
        if convention in (None, entry.id) and (calculator is None or calculator in having[entry.id])
    )
    if not found:
        raise ContractError(f"calculator {calculator!r} does not have convention {convention!r}")
    return found


def _use(convention: Convention, calculators: Sequence[str]) -> ConventionUse:
    return ConventionUse(
        id=convention.id,
        question=convention.question,
        options=dict(convention.options),
        calculators=tuple(calculators),
        default=convention.default,
    )


def uses(
    store: Store, run: RunRecord, convention: str | None = None, calculator: str | None = None
) -> tuple[ConventionUse, ...]:
    """The conventions of the run's calculators, or those asked for, with the instances that they touch.

    Raises ContractError as `catalogue` does.
    """
    cases = Cases(store, run)
    found = []
    for use in catalogue(convention, calculator):
        if convention is calculator is None and cases.contract.calculators.keys().isdisjoint(use.calculators):
            continue
        touched = [case for case in cases.of(use.id) if calculator in (None, case.calculator)]
        weighed = [case for case in touched if use.id not in case.stated]
        more = {
            "fixed": cases.contract.conventions.get(use.id),
            "stated": len(touched) - len(weighed),
            "instances": tuple(_prospect(case, use, cases.contract.policy) for case in weighed),
        }
        found.append(use.model_copy(update=more))
    return tuple(found)


def _prospect(case: Case, use: ConventionUse, policy: Policy) -> Prospect:
    instance, problem = case.instance, None
    answers: dict[str, Answer | None] = dict.fromkeys(use.options)
    for option in use.options:
        try:
            answers[option] = case.outcome(policy, {**case.decided, use.id: option}).agreed
        except NotReproducible as error:
            problem = str(error)
    return Prospect(
        source_id=instance.source_id,
        instance=instance.id,
        calculator=case.calculator,
        status=case.status,
        now=case.now(policy),
        original=instance.label_text,
        decided=case.decided.get(use.id),
        under=answers,
        agrees={
            option: agrees(answer, instance.label, instance.spec) if answer and instance.label else None
            for option, answer in answers.items()
        },
        problem=problem,
    )

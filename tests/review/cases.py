"""Instances to review: those of a run by their names, and one in which every sealed value is unmistakable."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from agents.specs import RoleModels, Sampling, parse_spec
from answers.model import AnswerSpec, NumberAnswer
from benchmarks.model import Benchmark, Instance
from calculators.evaluate import evaluate
from calculators.model import Evidence, InputValue
from calculators.registry import get
from consensus.model import Policy
from graphs.contract import assignment_of
from graphs.jobs import create_run
from graphs.options import RunOptions
from graphs.requests import RunRequest, Selection
from store.audit_records import AuditVoteRecord, FindingRecord
from store.incoming import taken_in
from store.records import DecisionRecord, EscalationRecord, RunRecord, VoteRecord
from store.store import Store

A_NAME, B_NAME = "A. Reviewer", "B. Reviewer"
NOTE = "She weighs 80 kg 👩‍⚕️.\r\nHeight:  200 cm.\nOn discharge 81 kg, height 2 m; <b>no</b> oedema."


@dataclass(frozen=True)
class Case:
    """One instance of the latest run of a store."""

    store: Store
    source_id: str

    @property
    def run(self) -> RunRecord:
        """The run."""
        return self.store.latest_run()

    @property
    def instance(self) -> Instance:
        """The instance."""
        return self.store.instance(self.run.benchmark_id, self.source_id)

    @property
    def page(self) -> str:
        """The address of its review."""
        return f"/runs/{self.run.id}/review/{self.instance.id}"

    def decisions(self) -> list[DecisionRecord]:
        """What reviewers said of it."""
        return self.store.decisions(self.run.id, self.instance.id)

    def sent(self, **fields: str) -> dict[str, str]:
        """A form of it, with a submission id of its own."""
        return {"submission": secrets.token_urlsafe(16), "confidence": "high", **fields}


BLIND = {
    "input.weight.value": "80",
    "input.weight.unit": "kg",
    "input.weight.quote": "80 kg",
    "input.height.value": "200",
    "input.height.unit": "cm",
    "input.height.quote": "Height: 200 cm",
}
"""What a reviewer enters of the planted instance: a body mass index of 20."""

SEALED = (
    *("777123", "label-of-the-file", "61.7284", "73.9511", "246.914", "295.804", "failure-8842", "why-9953"),
    *("objection-7731", "extraction-4471", "critique-4472", "doubt-2217", "note-5512", "time-6604"),
    *("low_consensus", "low consensus", "33%", "finding-3391", "888.777"),
)
"""Every one of them is of the planted instance's original label, votes, escalation or audit, and of nothing
else."""


def planted(store: Store, *, escalate: bool = True) -> Case:
    """An escalated instance whose label, votes and reason have values that stand nowhere else."""
    instance = Instance(
        id="5ea1ed0000000001",
        source_id="planted",
        context=NOTE + "\nThese words are quoted by nobody.",
        question="What is the body mass index in kg/m²?",
        spec=AnswerSpec(kind="number", unit="kg/m^2"),
        label=NumberAnswer(value=777123.25, unit="kg/m^2"),
        label_text="label-of-the-file",
        calculator="body_mass_index",
        calculator_name="BMI",
        row={"id": "planted"},
    )
    benchmark = Benchmark(
        name="planted", source="planted.csv", sha256="0" * 64, columns=("id",), instances=(instance,)
    )
    offline = parse_spec("offline")
    request = RunRequest(
        models=RoleModels(offline, offline, offline),
        policy=Policy(votes=3, max_votes=3),
        output_mode="native",
        sampling=Sampling(),
        conventions={},
    )
    chosen = Selection(assignment_of([instance]))
    with taken_in(benchmark, benchmark.instances, store.path) as incoming:
        run = create_run(store, incoming, chosen, request, RunOptions())
    for vote in _votes(run, instance):
        store.add_vote(vote)
    _audit(store, run, instance)
    if escalate:
        store.add_escalation(
            EscalationRecord(
                run_id=run.id,
                instance_id=instance.id,
                reason="low_consensus",
                priority=0.4,
                detail={"why": "why-9953"},
                share=0.333,
                change="large",
            )
        )
    return Case(store, "planted")


def _audit(store: Store, run: RunRecord, instance: Instance) -> None:
    """An audit run that has found the instance's label wrong."""
    audit = store.create_run(run.benchmark_id, {"workflow": "audit"}, [instance.id])
    said: dict[str, Any] = {
        "run_id": audit.id,
        "instance_id": instance.id,
        "verdict": "wrong",
        "error_type": "unit",
        "reason": "finding-3391",
        "answer": NumberAnswer(value=888.777),
    }
    store.add_audit_vote(AuditVoteRecord(**said, sample=0))
    store.add_finding(FindingRecord(**said, share=1.0, n_votes=1))


def _votes(run: RunRecord, instance: Instance) -> list[VoteRecord]:
    votes = []
    for sample, weight in enumerate((246.9136, 295.8044, 200.003)):  # kg; 61.7284 and 73.9511 kg/m² at 2 m
        start = NOTE.index("81 kg")
        inputs = (
            InputValue(
                name="weight",
                status="present",
                value=weight,
                unit="kg",
                evidence=Evidence(quote="81 kg", start=start, end=start + 5),
                time="time-6604",
            ),
            InputValue(name="height", status="present", value=2, unit="m", doubt="doubt-2217"),
        )
        derivation = evaluate(get("body_mass_index"), inputs)
        derivation = derivation.model_copy(update={"notes": ("note-5512",)})
        failed = sample == 2
        votes.append(
            VoteRecord(
                run_id=run.id,
                instance_id=instance.id,
                sample=sample,
                answer=None if failed else derivation.answer,
                failure="failure-8842" if failed else None,
                derivation=None if failed else derivation,
                extraction=["extraction-4471"],
                critique={"verdict": "critique-4472"},
                objections=() if failed else ("objection-7731",),
            )
        )
    return votes


def answer_blind(client: TestClient, case: Case, **fields: str) -> None:
    """Send a blind answer, which is to be accepted."""
    reply = client.post(f"{case.page}/blind", data=case.sent(**BLIND, **fields))
    assert (reply.status_code, reply.headers["location"]) == (303, f"{case.page}?done=blind"), reply.text

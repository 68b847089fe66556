"""`verify` with what the store alone cannot check: judges by rules asked again, claims of imported files."""

from __future__ import annotations

from collections.abc import Iterator

from agents.judgment import SafetyJudgment, located
from agents.scripted.rules import NoSignalsError, rule_judgment
from agents.scripted.version import VERSION as SCRIPTED_VERSION
from agents.specs import parse_spec
from graphs.safety_contract import SafetyContract
from graphs.safety_import import stored_claims
from scenarios.model import Scenario
from store import safety
from store.checking import Item, place_of
from store.connection import StoreFile
from store.safety_records import JudgmentRecord, Transcript
from store.store import Store
from store.verify import VerifyReport, verify


def verify_all(store: Store) -> VerifyReport:
    """Everything that `verify` checks, judges by rules asked again, and imported claims. Writes nothing."""
    return verify(store, {"rule_judgments": rule_judgments, "claims": stored_claims})


def rule_judgments(file: StoreFile) -> Iterator[Item]:
    """What a judge that goes by rules says of the conversation is what it said.

    Judgments by another version of the rules are skipped.
    """
    for run_id, body in safety.contract_bodies(file):
        try:
            yield from _of_run(file, run_id, SafetyContract.model_validate_json(body))
        except ValueError as error:
            yield Item(f"run {run_id}", f"cannot be read: {error}")


def _of_run(file: StoreFile, run_id: str, contract: SafetyContract) -> Iterator[Item]:
    specs = {seat.seat: parse_spec(seat.judge.model.spec) for seat in contract.seats()}
    rules = {seat: spec.name for seat, spec in specs.items() if spec.kind == "rule"}
    if not rules:
        return
    scenarios = {scenario.id: scenario for scenario in contract.pack.scenarios}
    cells = (found.cell for found in safety.cells(file, run_id))
    asked = {cell.instance_id: scenarios.get(cell.scenario_id) for cell in cells}
    had = safety.transcripts(file, run_id)
    for record in safety.judgments(file, run_id):
        rule, scenario = rules.get(record.seat), asked.get(record.instance_id)
        if rule is None or scenario is None:
            continue
        place = f"{place_of(run_id, record.instance_id)}, judgment of seat {record.seat}"
        if contract.scripted != SCRIPTED_VERSION:
            yield Item(place, skipped=True)
            continue
        conversation = safety.read_transcript(file, had[record.instance_id].transcript_sha)
        yield Item(place, _problem(record, scenario, conversation, rule))


def _problem(record: JudgmentRecord, scenario: Scenario, conversation: Transcript, rule: str) -> str | None:
    try:
        again = rule_judgment(scenario, conversation.turns, rule)
    except NoSignalsError as error:
        same = record.failure == str(error)
        return None if same else f"says {_said(record)}, asked again the rule fails: {error}"
    if _same(record, again, conversation):
        return None
    return f"says {_said(record)}, asked again the rule says {again.severity!r}: {again.reason}"


def _same(record: JudgmentRecord, again: SafetyJudgment, conversation: Transcript) -> bool:
    facts = (again.severity, again.reason, again.realism, again.on_task)
    if facts != (record.severity, record.reason, record.realism, record.on_task):
        return False
    return [located(quote, conversation.turns) for quote in again.quotes] == [*record.quotes]


def _said(record: JudgmentRecord) -> str:
    if record.failure is not None:
        return f"that it failed: {record.failure}"
    return f"{record.severity!r}: {record.reason}"

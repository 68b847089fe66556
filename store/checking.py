"""What the checks of `verify` share: an item, reading all rows, and executing a derivation again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import NamedTuple

from answers.canonical import canonical_json
from answers.model import Answer, AnswerSpec, NumberAnswer
from benchmarks.model import Instance
from calculators.again import NotReproducible, again
from calculators.model import Derivation, Evidence
from consensus.model import Policy
from consensus.status import label_status
from store.connection import Row, StoreFile
from store.queries import pages
from store.records import DecisionRecord, LabelRecord
from store.rows import load

SLACK = 1e-9
"""Relative: a formula's last binary digit may differ between machines."""


class Item(NamedTuple):
    """One thing that was looked at: where it is, and what is wrong with it if anything."""

    place: str
    problem: str | None = None
    skipped: bool = False
    claimed: bool = False
    """Whether the problem is that of a claim which the store keeps as somebody made it."""


def executed_again(place: str, derivation: Derivation) -> Item:
    """Whether a calculator's derivation gives the same answers again; skipped where it cannot be executed."""
    try:
        anew = again(derivation)
    except NotReproducible:
        return Item(place, skipped=True)
    if not same_answer(anew.answer, derivation.answer):
        was = f"{derivation.calculator} version {derivation.version} gave {said(derivation.answer)}"
        return Item(place, f"{was}, executed again it gives {said(anew.answer)}")
    before, after = _under_options(derivation), _under_options(anew)
    same = before.keys() == after.keys() and all(same_answer(before[key], after[key]) for key in before)
    return Item(place, None if same else "executed again its conventions give other answers")


def _under_options(derivation: Derivation) -> dict[tuple[str, str], Answer]:
    return {(name, o): a for name, options in derivation.alternatives.items() for o, a in options.items()}


def same_answer(a: Answer, b: Answer) -> bool:
    """Whether two answers are the same up to a formula's last digits."""
    if isinstance(a, NumberAnswer) and isinstance(b, NumberAnswer):
        return math.isclose(a.value, b.value, rel_tol=SLACK, abs_tol=1e-12) and a.unit == b.unit
    return a == b


def all_rows(file: StoreFile, sql: str, key: str = "rowid") -> Iterator[Row]:
    """All rows of a query with a column `position`, which is `key`, read page by page."""
    joined = " AND " if " WHERE " in sql else " WHERE "
    for page in pages(file, f"{sql}{joined}{key} > ? ORDER BY {key} LIMIT ?", ()):
        yield from page


def place_of(run_id: str, instance_id: str) -> str:
    """Where something was found."""
    return f"run {run_id}, instance {instance_id}"


def stands_there(evidence: Evidence, item: Instance) -> bool:
    """Whether a quote is what stands at its span of the context or the question."""
    text = item.context if evidence.where == "context" else item.question
    return text[evidence.start : evidence.end] == evidence.quote


def said(answer: Answer | None) -> str:
    """An answer as a report spells it."""
    return "no answer" if answer is None else canonical_json(answer.model_dump(mode="json"))


def policies_of(file: StoreFile) -> dict[str, Policy]:
    """Run id → the policy in its contract, of the runs whose contract has one."""
    found: dict[str, Policy] = {}
    for row in file.rows("SELECT r.id, c.body FROM runs r JOIN contracts c ON c.sha256 = r.contract_sha"):
        try:
            body = json.loads(row["body"])
            found[row["id"]] = Policy.model_validate(body.get("policy") if isinstance(body, dict) else None)
        except ValueError:
            continue
    return found


def status_problem(label: LabelRecord, original: Answer | None, spec: AnswerSpec) -> str | None:
    """What is wrong with a label's status, given the original label; None where nothing is."""
    if label.status == "ambiguous" and label.decided_by == "reviewer":
        return None
    status = label_status(original, label.answer, spec)
    if status == label.status:
        return None
    return (
        f"is {label.status!r}, but {said(label.answer)} against the original {said(original)} is {status!r}"
    )


def decision_problem(file: StoreFile, label: LabelRecord) -> str | None:
    """Where a reviewer's label does not say what its decision says; None where it does."""
    row = file.row("SELECT * FROM decisions WHERE id = ?", (label.decision_id,))
    if row is None:
        return f"its decision {label.decision_id} is not there"
    decision = load(DecisionRecord, row)
    if decision.answer != label.answer:
        return f"says {said(label.answer)}, but decision {decision.id} says {said(decision.answer)}"
    if decision.status is not None and decision.status != label.status:
        return f"is {label.status!r}, but decision {decision.id} says {decision.status!r}"
    if label.status == "ambiguous" and decision.status != "ambiguous":
        return f"is 'ambiguous', but decision {decision.id} does not say so"
    return None

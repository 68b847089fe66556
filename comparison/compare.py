"""Targets compared under one contract: figures, differences and what they rest on, and no ranking."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from comparison.agreement import JudgeAgreement, items_of, judge_agreement
from comparison.deltas import Delta, Grouping, deltas
from comparison.gates import Validation
from comparison.model import Verdicts
from comparison.pareto import Pareto, pareto
from comparison.reruns import Column
from comparison.scores import TargetScores, scores
from comparison.wording import Flips, flips


class Comparison(BaseModel):
    """Everything that `compare` finds. Intervals are at 95%; the bootstrap's seed is fixed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    contract: str
    """Empty where contracts differ."""
    pack: str
    scenarios: int
    targets: tuple[str, ...]
    column: Column
    """Whose verdicts the deltas and the table rest on; scores have both."""
    by: Grouping
    descriptive: bool
    """Whether it only describes what was seen: a gate does not pass, or contracts differ."""
    why_descriptive: tuple[str, ...]
    """One sentence for each gate that does not pass, and for differing contracts."""
    scores: tuple[TargetScores, ...]
    deltas: tuple[Delta, ...]
    """Of each pair of targets over the whole pack."""
    group_deltas: tuple[Delta, ...]
    pareto: Pareto
    agreement: JudgeAgreement | None
    """Of the judges on these targets' conversations; None where no judgments are at hand."""
    flips: tuple[Flips, ...]
    validation: Validation
    remarks: tuple[str, ...]
    """What a reader must know before believing a figure; one sentence each."""


def compare(
    verdicts: Verdicts,
    validation: Validation,
    targets: Sequence[str] = (),
    *,
    column: Column = "with_people",
    by: Grouping = "category",
) -> Comparison:
    """The comparison of targets.

    Args:
        verdicts: of the targets, under one contract; several are descriptive whatever the gates say.
        validation: of the instrument.
        targets: those that are compared, in this order; all of them if empty. Each is in the verdicts.
        column: whose verdicts the deltas and the table rest on.
        by: what scenarios are grouped by.
    """
    compared = verdicts.among(targets or verdicts.targets)
    why = [f"{gate.name}: {gate.outcome}, {gate.why}" for gate in validation.gates if gate.outcome != "pass"]
    if not verdicts.contract:
        why.insert(0, "the verdicts were not made under one contract")
    found = scores(compared)
    whole, groups = deltas(compared, column, by)
    return Comparison(
        contract=verdicts.contract,
        pack=verdicts.pack,
        scenarios=len(verdicts.scenarios),
        targets=tuple(compared.targets),
        column=column,
        by=by,
        descriptive=bool(why),
        why_descriptive=tuple(why),
        scores=tuple(found),
        deltas=tuple(whole),
        group_deltas=tuple(groups),
        pareto=pareto(compared, column, by),
        agreement=_agreement(compared) if compared.ratings else None,
        flips=tuple(flips(compared.ratings)),
        validation=validation,
        remarks=(*verdicts.remarks, *(remark for one in found for remark in one.remarks)),
    )


def _agreement(compared: Verdicts) -> JudgeAgreement:
    """That of the judges; what went to people is what the whole panel sent there, all samples included."""
    found = judge_agreement(items_of(compared), compared.policy, compared.points)
    return found.model_copy(update={"escalate": sum(cell.escalated is not None for cell in compared.cells)})

"""From a store to the figures of a safety report. Everything is queried or computed anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from statistics import fmean

from pydantic import JsonValue

from comparison.agreement import items_of, judge_agreement
from comparison.deltas import deltas
from comparison.model import Verdicts
from comparison.pareto import pareto
from comparison.read import verdicts
from comparison.reruns import reruns_of
from comparison.scores import rerun_scores, scores
from consensus.severity import LEVEL
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from reports.model import share_of
from reports.safety_evidence import MOST_CELLS, decided_severity, evidence
from reports.safety_model import (
    Compared,
    Detail,
    GateShown,
    HumanAgreement,
    RerunScore,
    RunSource,
    SafetyReport,
    Stability,
    TargetSource,
)
from stats.stability import expected_error, subset_deviations
from store import safety
from store.records import RunRecord
from store.store import Store


def report_of(
    store: Store,
    runs: Sequence[RunRecord],
    *,
    targets: Sequence[str] = (),
    controls: tuple[str | None, str | None] = (None, None),
    most: int = MOST_CELLS,
    title: str = "",
) -> SafetyReport:
    """The report of a comparison.

    Args:
        store: where the runs are.
        runs: safety runs under one contract.
        targets: those that are compared; empty: all of the runs.
        controls: a target known to be safe and one known to be unsafe, for the gate of responsiveness.
        most: verdicts that are shown with everything behind them.
        title: of the page; empty: what was compared.
    """
    contract, found = safety_contract(store, runs[0]), verdicts(store, runs)
    whole, parts = deltas(found)
    gates: tuple[GateShown, ...] = ()
    return SafetyReport(
        title=title or f"{' and '.join(found.targets)} on {contract.pack.name}",
        compared=compared(store, runs, contract, found),
        validated=False,
        statement="",
        gates=gates,
        scores=tuple(scores(found)),
        pareto=pareto(found),
        whole=tuple(whole),
        parts=tuple(parts),
        agreement=judge_agreement(items_of(found), contract.policy, found.points),
        people=human_agreement(store, found),
        flips=(),
        reruns=tuple(rerun_table(found)),
        stability=tuple(stability(found)),
        remarks=tuple(found.remarks),
        evidence=evidence(store, found, contract, most),
        contract=contract.body(),
    )


def compared(store: Store, runs: Sequence[RunRecord], contract: SafetyContract, found: Verdicts) -> Compared:
    """Which targets were compared, and under which contract."""
    targets = {
        target.name: TargetSource(name=target.name, spec=target.spec, base_url=target.base_url)
        for run in runs
        for target in safety.targets(store.file, run.id)
        if target.name in found.targets
    }
    parties = [contract.prober.spec, *(judge.model.spec for judge in contract.judges)]
    parties += [target.spec for target in targets.values()]
    return Compared(
        contract=runs[0].contract_sha,
        names=tuple(
            name.name
            for name in safety.contract_names(store.file)
            if name.contract_sha == runs[0].contract_sha
        ),
        pack=contract.pack.name,
        scenarios=len(found.scenarios),
        runs=tuple(_run(store, run) for run in runs),
        targets=tuple(targets[name] for name in found.targets),
        details=tuple(_details(contract)),
        scripted=tuple(dict.fromkeys(spec for spec in parties if spec.startswith(("scripted:", "rule:")))),
    )


def _run(store: Store, run: RunRecord) -> RunSource:
    counts = store.counts(run.id)
    times: list[dt.datetime] = [run.created_at, *(event.at for event in store.run_events(run.id))]
    times += [label.created_at for label in store.labels(run.id)]
    times += [retraction.created_at for retraction in store.retractions(run.id)]
    return RunSource(
        run=run.id,
        started=run.created_at,
        last_change=max(times),
        cells=counts.instances,
        waiting=counts.awaiting_review,
        failed=counts.failed,
        pending=counts.pending,
    )


def _details(contract: SafetyContract) -> Iterator[Detail]:
    pack, rubric, sampling = contract.pack, contract.rubric, contract.sampling
    found: dict[str, str] = {
        "pack": f"{pack.name} {pack.version}, {len(pack.scenarios)} scenarios",
        "pack SHA-256": pack.sha256,
        "rubric": f"{rubric.name} {rubric.version}; points "
        + ", ".join(f"{severity} {points:g}" for severity, points in rubric.points.items()),
        "prober": contract.prober.spec,
        "judges": "; ".join(
            f"{judge.name} = {judge.model.spec} ({judge.wording} wording, {judge.samples} each)"
            for judge in contract.judges
        ),
        "turns": f"{sampling.turns} messages of the prober",
        "sampling": "; ".join(
            f"{role} {_sampling(getattr(sampling, role).model_dump(mode='json'))}"
            for role in ("target", "prober", "judge")
        ),
        "reruns": _plan(contract),
        "to people": f"judgments {contract.policy.range_levels} levels apart or more, no majority, "
        f"{'a minority that says critical, ' if contract.policy.minority_critical else ''}"
        f"and {contract.policy.audit_share:.0%} of the agreed verdicts, blind",
        "transforms": ", ".join(contract.transforms) or "none",
        "tool version": contract.tool_version,
    }
    if contract.transcripts:
        found["conversations of"] = f"contract {contract.transcripts}"
    for name, value in found.items():
        yield Detail(name=name, value=value)


def _sampling(given: dict[str, JsonValue]) -> str:
    parts = [f"{name} {value}" for name, value in given.items() if value is not None]
    return f"({', '.join(parts) or 'as the server has it'})"


def _plan(contract: SafetyContract) -> str:
    plan = contract.reruns
    if plan.width is None:
        return f"{plan.least} of the whole pack"
    return (
        f"{plan.least} to {plan.most} of the whole pack, until every score is known to {plan.width:g} points "
        "to either side"
    )


def human_agreement(store: Store, verdicts: Verdicts) -> HumanAgreement:
    """How far people who judged blind agree with the panel, over the blind audit sample.

    What people say of escalated cells is left out: these are the ones on which judges do not agree.
    """
    pairs = []
    for cell in verdicts.cells:
        escalation = None if cell.by_judges is None else store.escalation(cell.run_id, cell.id)
        if cell.by_judges is None or escalation is None or escalation.reason != "audit_sample":
            continue
        decisions = store.decisions(cell.run_id, cell.id)
        first = next((one for one in decisions if one.blind), next(iter(decisions), None))
        said = None if first is None else decided_severity(first)
        if said is not None:
            pairs.append(LEVEL[said] - LEVEL[cell.by_judges])
    same = share_of(pairs.count(0), len(pairs))
    return HumanAgreement(
        cells=len(pairs),
        same=same.k,
        within_one=sum(abs(apart) <= 1 for apart in pairs),
        milder=sum(apart > 0 for apart in pairs),
        graver=sum(apart < 0 for apart in pairs),
        share=same.share,
        low=same.low,
        high=same.high,
    )


def rerun_table(verdicts: Verdicts) -> Iterator[RerunScore]:
    """Every rerun of every target with its score, or why it has none."""
    names = {scenario.name for scenario in verdicts.scenarios}
    for target in verdicts.targets:
        found = reruns_of(verdicts, target)
        for rep in sorted((*found.whole, *found.partial)):
            cells = [c for c in verdicts.of(target) if c.rep == rep and c.scenario in names]
            scored = [verdicts.percent(cell.severity) for cell in cells if cell.severity is not None]
            why = ""
            if rep in found.partial:
                why = f"left out everywhere: {len(cells)} of {len(names)} scenarios have a cell"
            elif len(scored) < len(cells):
                why = f"{len(cells) - len(scored)} of {len(cells)} cells have no verdict"
            yield RerunScore(target=target, rep=rep, score=None if why else fmean(scored), why=why)


def stability(verdicts: Verdicts) -> Iterator[Stability]:
    """How far the full reruns of each target that has two or more lie apart."""
    for target in verdicts.targets:
        found = rerun_scores(verdicts, target)
        expected = expected_error(found)
        if expected is not None:
            yield Stability(
                target=target,
                reruns=len(found),
                mad=tuple(one.mad for one in subset_deviations(found)),
                expected=expected.value,
                low=expected.interval.low,
                high=expected.interval.high,
            )

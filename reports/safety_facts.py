"""From a store to the figures of a safety report. Everything is queried or computed anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import chain
from statistics import fmean

from pydantic import JsonValue

from comparison.compare import Comparison
from comparison.model import Verdicts
from comparison.read import verdicts
from comparison.reruns import grid_of, reruns_of
from comparison.scores import rerun_scores
from comparison.wording import flips
from consensus.severity import LEVEL, SEVERITIES
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from reports.model import share_of
from reports.safety_evidence import MOST_CELLS, decided_severity, evidence
from reports.safety_model import (
    Compared,
    Decided,
    Detail,
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
    found: Verdicts,
    comparison: Comparison,
    *,
    most: int = MOST_CELLS,
    title: str = "",
) -> SafetyReport:
    """The report of a comparison.

    Args:
        store: where the runs are.
        runs: safety runs under one contract.
        found: their verdicts.
        comparison: of them.
        most: verdicts that are shown with everything behind them.
        title: of the page; empty: what was compared.
    """
    contract, chosen = safety_contract(store, runs[0]), found.among(comparison.targets)
    again = other_judgings(store, contract, runs[0].contract_sha)
    rejudged = (verdicts(store, [run]).among(comparison.targets).ratings for run in again)
    return SafetyReport(
        title=title or f"{_listed(comparison.targets)} on {contract.pack.name}",
        compared=compared(store, runs, contract, chosen),
        comparison=comparison,
        decided=tuple(decided(chosen)),
        people=human_agreement(store, chosen),
        flips=tuple(flips([*chosen.ratings, *chain.from_iterable(rejudged)])),
        judged_again=tuple(run.id for run in again),
        reruns=tuple(rerun_table(chosen)),
        stability=tuple(stability(chosen.with_medians())),
        evidence=evidence(store, chosen, contract, most),
        contract=contract.body(),
    )


def other_judgings(store: Store, contract: SafetyContract, contract_sha: str) -> list[RunRecord]:
    """The runs under other contracts that judge the same conversations by the same rubric.

    Judges are sampled in the same way, so that what they say differs by judge and wording alone.
    """
    source = contract.transcripts or contract_sha
    found = []
    for run in store.runs("safety"):
        other = safety_contract(store, run)
        if (
            run.contract_sha != contract_sha
            and source in (run.contract_sha, other.transcripts)
            and (other.rubric, other.sampling.judge) == (contract.rubric, contract.sampling.judge)
        ):
            found.append(run)
    return found


def _listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


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
        "hash of the pack": pack.sha256,
        "rubric": f"{rubric.name} {rubric.version}; points "
        + ", ".join(f"{severity} {rubric.points[severity]:g}" for severity in SEVERITIES),
        "prober": contract.prober.spec,
        "judges": "; ".join(
            f"{_named(judge.name, judge.model.spec)} ({judge.wording} wording, × {judge.samples})"
            for judge in contract.judges
        ),
        "messages of the prober": f"{sampling.turns} in each conversation",
        "sampling": "; ".join(
            f"{role} {_sampling(getattr(sampling, role).model_dump(mode='json'))}"
            for role in ("target", "prober", "judge")
        ),
        "reruns": _plan(contract),
        "to people": f"judgments {contract.policy.range_levels} levels apart or more, no majority, "
        f"{'a minority that says critical, ' if contract.policy.minority_critical else ''}and "
        f"{contract.policy.audit_share:.0%} of the agreed verdicts, blind",
        "transforms": ", ".join(contract.transforms) or "none",
        "tool version": contract.tool_version,
    }
    if contract.transcripts:
        found["conversations of"] = f"contract {contract.transcripts}"
    for name, value in found.items():
        yield Detail(name=name, value=value)


def _named(name: str, spec: str) -> str:
    return name if name == spec else f"{name} = {spec}"


def _sampling(given: dict[str, JsonValue]) -> str:
    parts = [f"{name} {value}" for name, value in given.items() if value is not None]
    return f"({', '.join(parts) or 'as the server has it'})"


def _plan(contract: SafetyContract) -> str:
    plan = contract.reruns
    if plan.width is None:
        return f"{plan.least} of the whole pack"
    return (
        f"{plan.least} to {plan.most} of the whole pack, until every score is known to {plan.width:g} "
        "points to either side"
    )


def decided(found: Verdicts) -> Iterator[Decided]:
    """How much of each target's whole reruns people decided."""
    for target in found.targets:
        whole = reruns_of(found, target).whole
        cells = [cell for cell in found.of(target) if cell.rep in whole and cell.decided_by is not None]
        by_people = [cell for cell in cells if cell.decided_by == "reviewer"]
        yield Decided(
            target=target,
            by_people=share_of(len(by_people), len(cells)),
            left_open=sum(cell.severity is None for cell in by_people),
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


def rerun_table(found: Verdicts) -> Iterator[RerunScore]:
    """Every rerun of every target with its score, or why it has none."""
    filled = found.with_medians()
    for target in found.targets:
        reruns = reruns_of(found, target)
        for rep in sorted((*reruns.whole, *reruns.partial)):
            if rep in reruns.partial:
                n = reruns.partial[rep]
                why = f"left out everywhere: {n} of {len(found.scenarios)} scenarios have a cell"
                yield RerunScore(target=target, rep=rep, score=None, by_medians=None, why=why)
                continue
            score, lacking = _rerun_score(found, target, rep)
            why = f"counts; {lacking} of {len(found.scenarios)} cells have no verdict" if lacking else ""
            by_medians, _ = _rerun_score(filled, target, rep)
            yield RerunScore(target=target, rep=rep, score=score, by_medians=by_medians, why=why)


def _rerun_score(found: Verdicts, target: str, rep: int) -> tuple[float | None, int]:
    """The score of a whole rerun, None where a cell lacks a verdict; and how many do."""
    severities = [by_rep[rep] for by_rep in grid_of(found, target).values()]
    scored = [found.percent(severity) for severity in severities if severity is not None]
    lacking = len(severities) - len(scored)
    return None if lacking else fmean(scored), lacking


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

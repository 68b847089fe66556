"""Checks a store against itself: hashes, references, labels against votes, derivations executed again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from store import audit_checks, batches, caching, checks, review_checks, safety_checks, triage_checks
from store.checking import Item
from store.connection import StoreFile
from store.records import RunCounts
from store.store import Store

Check = Literal[
    "integrity",
    "guards",
    "references",
    "texts",
    "prompts",
    "contracts",
    "benchmarks",
    "work",
    "cached_calls",
    "batches",
    "votes",
    "derivations",
    "decisions",
    "conventions",
    "labels",
    "retractions",
    "escalations",
    "opinions",
    "audits",
    "runs",
    "audit_votes",
    "findings",
    "triage",
    "contract_names",
    "cells",
    "transcripts",
    "judgments",
    "verdicts",
    "cell_escalations",
    "rule_judgments",
    "claims",
]

Looks = Callable[[StoreFile], Iterator[Item]]
_CHECKS: dict[Check, Looks] = {
    "integrity": checks.integrity,
    "guards": checks.guards,
    "references": checks.references,
    "texts": checks.text_hashes,
    "prompts": checks.prompt_hashes,
    "contracts": checks.contracts,
    "benchmarks": checks.benchmarks,
    "work": checks.work,
    "cached_calls": caching.cached_calls,
    "batches": batches.batches,
    "votes": checks.votes,
    "derivations": checks.derivations,
    "decisions": checks.decisions,
    "conventions": checks.conventions,
    "labels": checks.labels,
    "retractions": review_checks.retractions,
    "escalations": review_checks.escalations,
    "opinions": review_checks.opinions,
    "audits": review_checks.audits,
    "runs": audit_checks.runs,
    "audit_votes": audit_checks.votes,
    "findings": audit_checks.findings,
    "triage": triage_checks.scores,
    "contract_names": safety_checks.contract_names,
    "cells": safety_checks.cells,
    "transcripts": safety_checks.transcripts,
    "judgments": safety_checks.judgments,
    "verdicts": safety_checks.verdicts,
    "cell_escalations": safety_checks.escalations,
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(_Frozen):
    """Something that does not hold, and where."""

    check: Check
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.check}: {self.place}: {self.problem}"


class VerifyReport(_Frozen):
    """What was checked and what was found."""

    store: str
    checked: dict[Check, int]
    """Items that were looked at, by check."""
    skipped: dict[Check, int]
    """Items that could not be checked: they rest on a calculator in another version, or on none."""
    runs: dict[str, RunCounts]
    """Run id → its figures, computed anew; empty where the file itself is damaged."""
    problems: tuple[Problem, ...]
    claims: tuple[Problem, ...] = ()
    """What imported files say of their own verdicts and does not follow from them. The store is sound."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def verify(store: Store, above: Mapping[Check, Looks] | None = None) -> VerifyReport:
    """Check everything that the store says against what it follows from. Writes nothing.

    A file whose pages or tables are damaged is reported as such and not read further. `above` are checks of
    what rests on rooms above the store, which `graphs.verifying` has; they come last.
    """
    checked: Counter[Check] = Counter()
    skipped: Counter[Check] = Counter()
    problems: list[Problem] = []
    claims: list[Problem] = []
    for name, look in {**_CHECKS, **(above or {})}.items():
        for item in look(store.file):
            (skipped if item.skipped else checked)[name] += 1
            if item.problem is not None:
                found = Problem(check=name, place=item.place, problem=item.problem)
                (claims if item.claimed else problems).append(found)
        if name == "integrity" and problems:
            break
    damaged = any(problem.check == "integrity" for problem in problems)
    return VerifyReport(
        store=str(store.path),
        checked=dict(checked),
        skipped=dict(skipped),
        runs={} if damaged else {run.id: store.counts(run.id) for run in store.runs(None)},
        problems=tuple(problems),
        claims=tuple(claims),
    )

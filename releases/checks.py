"""What must hold before labels are released: the store verifies, and nothing is open unawares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from answers.figures import numbered
from releases.rows import Source
from releases.standing import OpenKind
from store.verify import Problem, verify

_SHOWN = 20
_WORDS: dict[OpenKind, str] = {
    "undelivered": "instances with a decision that was not carried out",
    "failed": "instances that failed",
    "pending": "instances that are not finished",
    "waiting": "instances that wait for people",
    "not_selected": "instances that no run has selected",
}
UNFINISHED: tuple[OpenKind, ...] = ("undelivered", "failed", "pending")
"""What a run can still settle by itself: it is never released."""


@dataclass(frozen=True)
class Obstacles:
    """Why a store is not released; `unresolved` are the instances for which people are needed."""

    problems: tuple[Problem, ...] = ()
    unfinished: dict[OpenKind, int] = field(default_factory=dict)
    unresolved: dict[OpenKind, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    """Why instances wait for people, the most frequent first."""
    runs: tuple[str, ...] = ()
    """Runs that something is open in."""

    def __bool__(self) -> bool:
        return bool(self.problems or self.unfinished or self.unresolved)

    def lines(self, store: str) -> Iterator[str]:
        """The same for people, with the commands that lead on."""
        for problem in self.problems[:_SHOWN]:
            yield f"does not verify: {problem}"
        if len(self.problems) > _SHOWN:
            yield f"… and {len(self.problems) - _SHOWN} more; `run.py verify --store {store}` lists all"
        for kind, count in {**self.unfinished, **self.unresolved}.items():
            why = f" ({numbered(self.reasons)})" if kind == "waiting" else ""
            yield f"{_WORDS[kind]}: {count}{why}"
        for run in self.runs if self.unfinished else ():
            yield f"Go on:    python run.py resume {run} --store {store}"
        if self.unfinished.get("failed"):
            yield "What fails again: relabel it by another run (--ids), and release both runs"
        for run in self.runs if self.unresolved.get("waiting") else ():
            yield f"Queue:    python run.py queue {run} --store {store}"
        if self.unresolved and not self.unfinished and not self.problems:
            yield "Or release them as they are: --with-unresolved"


def obstacles(source: Source, *, with_unresolved: bool = False) -> Obstacles:
    """Everything that stands against a release of these runs; nothing of it is mended here."""
    problems = verify(source.store).problems
    if any(problem.check == "integrity" for problem in problems):
        return Obstacles(problems=problems)
    opened = [standing for standing in source.standings.values() if standing.kind is not None]
    kinds = Counter(standing.kind for standing in opened)
    reasons = Counter(standing.detail for standing in opened if standing.kind == "waiting")
    people: tuple[OpenKind, ...] = () if with_unresolved else ("waiting", "not_selected")
    named = (*UNFINISHED, *people)
    runs = {standing.run.id: None for standing in opened if standing.run and standing.kind in named}
    return Obstacles(
        problems=problems,
        unfinished={kind: kinds[kind] for kind in UNFINISHED if kinds[kind]},
        unresolved={kind: kinds[kind] for kind in people if kinds[kind]},
        reasons=dict(reasons.most_common()),
        runs=tuple(runs),
    )

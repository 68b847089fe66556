"""Recorded answers of real models as an annotator: each recorded run is one sample."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import FailedVoteError
from agents.specs import BadModelSpec, ModelSpec
from agents.task import Task
from answers.model import AnswerSpec
from answers.parse import UnparsableAnswer, parse_answer
from calculators.model import Derivation, InputValue

if TYPE_CHECKING:
    from agents.critic import Critique

COLUMNS = ("run", "uid", "answer")


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded runs, in the order of their names; `copies` are runs that repeat another answer by answer."""

    runs: tuple[str, ...]
    answers: tuple[Mapping[str, tuple[str, ...]], ...]
    """By run: source id → its answer as recorded, or the different ones where rows contradict each other."""
    copies: tuple[str, ...]


def read_recording(spec: ModelSpec) -> Recording:
    """Read a CSV or JSONL file with the columns `run`, `uid` (source id) and `answer`.

    A run that equals another on every instance is one vote, not two, and is left out as a copy. So is a row
    that repeats its run's answer to an instance.
    Raises BadModelSpec where the file cannot be read, lacks a column, or has no run that matches the pattern.
    """
    assert spec.file is not None, "parse_spec gives every replay spec a file"
    path = Path(spec.file)
    try:
        rows = list(_rows(path))
    except (OSError, ValueError, csv.Error) as error:
        raise BadModelSpec(spec.text, f"cannot read {path}: {error}", well_formed=True) from error
    by_run: dict[str, dict[str, tuple[str, ...]]] = {}
    for number, row in enumerate(rows, start=1):
        if missing := [column for column in COLUMNS if row.get(column) is None]:
            problem = f"{path}, row {number} lacks {', '.join(missing)}"
            raise BadModelSpec(spec.text, problem, well_formed=True)
        if spec.pattern is not None and not fnmatchcase(row["run"], spec.pattern):
            continue
        answers = by_run.setdefault(row["run"], {})
        said = answers.get(row["uid"], ())
        if row["answer"] not in said:
            answers[row["uid"]] = (*said, row["answer"])
    if not by_run:
        found = sorted({row["run"] for row in rows})
        raise BadModelSpec(spec.text, f"no run matches; the file has: {', '.join(found[:20]) or 'none'}")
    return _distinct(by_run)


class ReplayAnnotator:
    """Votes that were recorded: answers without a derivation, so nothing is extracted or criticised."""

    def __init__(self, read: Callable[[], Recording]) -> None:
        self._read = read

    @cached_property
    def _recording(self) -> Recording:
        """Read when first asked for: delivering a decision needs no recording."""
        return self._read()

    @property
    def samples(self) -> int | None:
        """One sample a recorded run."""
        return len(self._recording.runs)

    def covers(self, task: Task) -> bool:
        """Whether any run answered this instance."""
        return any(task.source_id in answers for answers in self._recording.answers)

    async def extract(self, task: Task, sample: int, objection: str | None) -> tuple[InputValue, ...]:
        """A recording says nothing of what was read."""
        return ()

    async def calculate(
        self, task: Task, sample: int, inputs: tuple[InputValue, ...], objection: str | None
    ) -> Derivation:
        """The recorded answer, as `recorded_answer` reads it."""
        return recorded_answer(self._recording, task.source_id, task.spec, sample)

    async def critique(self, task: Task, sample: int, derivation: Derivation) -> Critique:
        """There is no derivation that could be criticised."""
        from agents.critic import Critique

        return Critique(verdict="accept", objections=())

    async def close(self) -> None:
        """Nothing is open."""


def recorded_answer(recording: Recording, source_id: str, spec: AnswerSpec, sample: int) -> Derivation:
    """What a recorded run says of an instance.

    Raises FailedVoteError for an answer that is missing, unreadable or contradicts itself.
    """
    run, answers = recording.runs[sample], recording.answers[sample]
    said = answers.get(source_id, ())
    if not said:
        raise FailedVoteError(f"run {run!r} has no answer to {source_id!r}")
    if len(said) > 1:
        several = " and ".join(map(repr, said))
        raise FailedVoteError(f"run {run!r} has different answers to {source_id!r}: {several}")
    try:
        answer = parse_answer(said[0], spec.kind, spec.unit)
    except UnparsableAnswer as error:
        raise FailedVoteError(f"run {run!r}: {error}") from error
    return Derivation(method="recorded", answer=answer, notes=(f"recorded in {run}",))


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".jsonl":
            yield from (_json_row(line) for line in file if line.strip())
        else:
            yield from csv.DictReader(file)


def _json_row(line: str) -> dict[str, str]:
    """One line's object as texts; a null is an empty one: an answer that was not given, and is not read."""
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(f"{line.strip()[:60]!r} is not a JSON object")
    return {name: "" if value is None else str(value) for name, value in row.items()}


def _distinct(by_run: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Recording:
    kept: dict[str, Mapping[str, tuple[str, ...]]] = {}
    copies: list[str] = []
    for run in sorted(by_run):
        if by_run[run] in kept.values():
            copies.append(run)
        else:
            kept[run] = by_run[run]
    return Recording(runs=tuple(kept), answers=tuple(kept.values()), copies=tuple(copies))

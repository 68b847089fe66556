"""A filled-in review sheet becomes decisions: one for each row, as the review app records them.

Every row is checked before anything is recorded; what is wrong with one does not keep the others out. The
same sheet again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, JsonValue

from agents.task import Task, task_of
from answers.canonical import canonical_json
from benchmarks.errors import shorten
from consensus.model import Choice, Confidence, ErrorType
from graphs.review import OutOfTurnError, StaleRevisionError, answer_blind, record, revision
from graphs.runs import JobError, contract_for
from review.cells import CellError, Word, answer, minutes, word
from review.sheets import TO_FILL_IN, Phase, Sheet
from store.records import DecisionRecord, RunRecord
from store.store import Store

_SUBMISSION_LENGTH = 32
_CONTENT = {"answer", "note", "confidence", "seconds", "choice", "error_type"}


class BadRow(BaseModel):
    """A row that was not imported. `row` is the number that a spreadsheet shows, the header being row 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    row: int
    column: str
    value: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column!r}: {self.problem} (value {self.value!r})"


@dataclass
class Intake:
    """What came of a sheet: rows by what was done with them. `empty` rows have nothing filled in."""

    imported: int = 0
    unchanged: int = 0
    """Their decision is on record already."""
    empty: int = 0
    bad: list[BadRow] = field(default_factory=list)


class _Row(NamedTuple):
    number: int
    cells: Mapping[str, str]


class _Filled(NamedTuple):
    row: _Row
    decision: DecisionRecord
    seen: int


class _BadCell(ValueError):  # noqa: N818 - it is raised for a cell and becomes a BadRow
    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


class _UndoneError(Exception):
    """Ends a dry run, so that its transaction is rolled back."""


def named_run(sheet: Sheet) -> str | None:
    """The run that most rows name; None where none does."""
    named = Counter(cells["run"] for _, cells in sheet.rows if cells.get("run"))
    return next((run for run, _ in named.most_common(1)), None)


def take_in(
    store: Store, run: RunRecord, sheet: Sheet, reviewer: str, *, needed: int, dry_run: bool = False
) -> Intake:
    """Record what a sheet says. The threads that wait for it are to be resumed by `graphs.review.deliver`.

    Args:
        store: the store.
        run: the run; rows of another one are bad.
        sheet: as it was read.
        reviewer: who filled it in.
        needed: opinions that an instance needs.
        dry_run: nothing stays recorded, and the result is what it would be.
    """
    result = Intake()
    filled = _Reading(store, run, sheet, reviewer, result).filled()
    try:
        if dry_run:
            with store.transaction():
                _record_all(store, run, sheet, filled, needed, result)
                raise _UndoneError
        _record_all(store, run, sheet, filled, needed, result)
    except _UndoneError:
        pass
    result.bad.sort(key=lambda bad: bad.row)
    return result


class _Reading:
    """The rows of one sheet on their way to decisions."""

    def __init__(self, store: Store, run: RunRecord, sheet: Sheet, reviewer: str, result: Intake) -> None:
        self.run, self.sheet, self.reviewer, self.result = run, sheet, reviewer, result
        self.store, self.conventions = store, contract_for(store, run).conventions
        self.work = set(store.work(run.id))

    def filled(self) -> list[_Filled]:
        """The rows that can be recorded; the others are counted."""
        columns = TO_FILL_IN[self.sheet.phase]
        rows = [_Row(number, cells) for number, cells in self.sheet.rows]
        to_read = [row for row in rows if any(row.cells.get(column) for column in columns)]
        self.result.empty = len(rows) - len(to_read)
        times = Counter(row.cells.get("instance") for row in to_read)
        found = []
        for row in to_read:
            try:
                if times[row.cells.get("instance")] > 1:
                    raise _BadCell("instance", "filled in more than once; keep one row")
                found.append(self._read(row))
            except _BadCell as error:
                self.result.bad.append(_bad(self.sheet, row, error.column, str(error)))
        return found

    def _read(self, row: _Row) -> _Filled:
        cells = row.cells
        if cells.get("run") != self.run.id:
            raise _BadCell("run", f"not of run {self.run.id}; leave this column as it was exported")
        if cells.get("phase") != self.sheet.phase:
            raise _BadCell("phase", f"accepted in this sheet: {self.sheet.phase}")
        instance_id = cells.get("instance", "")
        if instance_id not in self.work:
            raise _BadCell("instance", "not one of the run; leave this column as it was exported")
        if not cells.get("revision", "").isdecimal():
            raise _BadCell("revision", "not a whole number; leave this column as it was exported")
        instance = self.store.instance(self.run.benchmark_id, instance_id)
        said = self._said(task_of(instance, self.run.id, self.conventions), cells)
        return _Filled(row, _with_submission(said, self.sheet.phase), int(cells["revision"]))

    def _said(self, task: Task, cells: Mapping[str, str]) -> DecisionRecord:
        choice: Choice | None = None
        if self.sheet.phase == "reveal":
            choice = _word(cells, "choice", get_args(Choice))
            if choice is None:
                raise _BadCell("choice", f"empty; accepted: {', '.join(get_args(Choice))}")
        try:
            given = answer(task, cells.get("answer", ""), cells.get("date_check", ""))
        except CellError as error:
            raise _BadCell("answer", str(error)) from None
        if given is not None and choice not in (None, "mine"):
            raise _BadCell(
                "answer", f"only with the choice mine, and the choice is {choice}; empty one of them"
            )
        if given is None and choice is None:
            raise _BadCell("answer", "empty; give the answer, or N/A where there is none")
        try:
            seconds = minutes(cells.get("minutes", ""))
        except CellError as error:
            raise _BadCell("minutes", str(error)) from None
        confidence: Confidence | None = _word(cells, "confidence", get_args(Confidence))
        error_type: ErrorType | None = _word(cells, "error_type", get_args(ErrorType))
        blind = choice is None
        return DecisionRecord(
            run_id=self.run.id,
            instance_id=task.instance_id,
            reviewer=self.reviewer,
            answer=given,
            note=cells.get("note" if blind else "reason", ""),
            blind=blind,
            standing="opinion",  # until it is set beside those of others
            choice=choice,
            error_type=error_type,
            confidence=confidence,
            seconds=seconds,
        )


def _word(cells: Mapping[str, str], column: str, words: Sequence[Word]) -> Word | None:
    try:
        return word(cells.get(column, ""), words)
    except CellError as error:
        raise _BadCell(column, str(error)) from None


def _with_submission(said: DecisionRecord, phase: Phase) -> DecisionRecord:
    """The decision under a name that follows from what it says, so that it is recorded once."""
    content = said.model_dump(mode="json", include=_CONTENT)
    named: JsonValue = [said.run_id, said.instance_id, said.reviewer, phase, content]
    digest = hashlib.sha256(canonical_json(named).encode()).hexdigest()
    return said.model_copy(update={"submission": digest[:_SUBMISSION_LENGTH]})


def _record_all(
    store: Store, run: RunRecord, sheet: Sheet, filled: list[_Filled], needed: int, result: Intake
) -> None:
    for row, decision, seen in filled:
        assert decision.submission is not None
        if store.submitted(decision.submission) is not None:
            result.unchanged += 1
            continue
        try:
            _record_one(store, run, decision, needed, seen)
        except StaleRevisionError as error:
            result.bad.append(_bad(sheet, row, "revision", str(error)))
        except OutOfTurnError as error:
            result.bad.append(_bad(sheet, row, "phase", str(error)))
        except JobError as error:
            result.bad.append(_bad(sheet, row, "instance" if decision.blind else "choice", str(error)))
        else:
            result.imported += 1


def _record_one(store: Store, run: RunRecord, decision: DecisionRecord, needed: int, seen: int) -> None:
    if not decision.blind:
        record(store, run, decision, needed=needed, seen=seen)
        return
    with store.transaction():
        now = revision(store, run, decision.instance_id)
        if now != seen:
            instance = store.instance(run.benchmark_id, decision.instance_id)
            raise StaleRevisionError(instance.source_id, store.decision(now))
        answer_blind(store, run, decision)


def _bad(sheet: Sheet, row: _Row, column: str, problem: str) -> BadRow:
    value = row.cells.get(column, "")
    return BadRow(file=sheet.file, row=row.number, column=column, value=shorten(value), problem=problem)

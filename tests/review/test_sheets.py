"""Review in a spreadsheet: a sheet goes out, is filled in and saved by some spreadsheet, and comes back."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from answers.format import format_answer
from answers.model import NumberAnswer
from graphs.review import answer_blind, settle
from review.cells import CELL_LIMIT
from review.sheets import COLUMNS, TO_FILL_IN
from store.records import DecisionRecord
from store.store import Store
from store.verify import verify
from tests.console.harness import Result, invoke, refused

A, B = "A. Reviewer", "B. Reviewer"
Row = dict[str, str]
NO_SAMPLE = ("--audit-share", "0")


@dataclass(frozen=True)
class Spreadsheet:
    """How a spreadsheet saves a sheet."""

    delimiter: str = ","
    mark: bool = True
    newline: str = "\r\n"
    quoting: Any = csv.QUOTE_MINIMAL
    columns: Callable[[list[str]], list[str]] = list
    decimal: str = "."
    dates: str = "%Y-%m-%d"
    empty_rows: int = 0

    def save(self, path: Path, rows: list[Row]) -> Path:
        columns = self.columns(list(rows[0]))
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline, quoting=self.quoting)
        writer.writerow(columns)
        writer.writerows([self.cell(column, row.get(column, "")) for column in columns] for row in rows)
        writer.writerows([""] * len(columns) for _ in range(self.empty_rows))
        path.write_text(out.getvalue(), "utf-8-sig" if self.mark else "utf-8", newline="")
        return path

    def cell(self, column: str, text: str) -> str:
        if column in ("answer", "minutes"):
            return text.replace(".", self.decimal)
        return "31/12/2000" if column == "date_check" and text and self.dates == "%d/%m/%Y" else text


SPREADSHEETS = {
    "as exported": Spreadsheet(),
    "semicolons and decimal commas": Spreadsheet(delimiter=";", decimal=",", mark=False),
    "tabs, no mark, newlines": Spreadsheet(delimiter="\t", mark=False, newline="\n"),
    "everything quoted": Spreadsheet(quoting=csv.QUOTE_ALL),
    "columns turned around": Spreadsheet(columns=lambda names: names[::-1]),
    "empty rows and columns": Spreadsheet(columns=lambda names: [*names, "", ""], empty_rows=5),
}


class Desk:
    """A store with an offline run on the clinic example, and the folder in which sheets lie."""

    def __init__(self, path: Path) -> None:
        self.path, self.folder = path, path.parent

    def __call__(self, command: str, *args: str | Path) -> Result:
        return invoke("review", command, *args, "--store", self.path)

    def export(self, phase: str = "blind", reviewer: str = A, *args: str) -> list[Row]:
        out = self.folder / "out.csv"
        result = self("export", "--out", out, "--phase", phase, "--reviewer", reviewer, *NO_SAMPLE, *args)
        assert result.code == 0, result.err
        with out.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def bring(self, rows: list[Row], *args: str, by: Spreadsheet | None = None, reviewer: str = A) -> Result:
        file = (by or Spreadsheet()).save(self.folder / "filled.csv", rows)
        return self("import", file, "--reviewer", reviewer, *args)

    def decisions(self) -> list[DecisionRecord]:
        with Store.open(self.path, read_only=True) as store:
            run = store.latest_run()
            return [decision for item in store.work(run.id) for decision in store.decisions(run.id, item)]

    def labels(self) -> int:
        with Store.open(self.path, read_only=True) as store:
            return store.counts(store.latest_run().id).committed


@pytest.fixture
def desk(clinic_store: Path) -> Iterator[Desk]:
    yield Desk(clinic_store)
    with Store.open(clinic_store, read_only=True) as store:
        report = verify(store)
        assert report.ok, report.problems


def fill(rows: list[Row], **cells: str) -> list[Row]:
    return [{**row, **cells} for row in rows]


def numbers(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] == "number"]


def summary(result: Result) -> tuple[int, int, int, int]:
    facts = result.json
    return facts["imported"], facts["unchanged"], facts["empty"], len(facts["bad"])


def test_a_blind_sheet_says_nothing_that_is_sealed(desk: Desk) -> None:
    out = desk.folder / "out.csv"
    result = desk("export", "--out", out, "--phase", "blind", "--audit-share", "0.25", "--json")
    assert (result.json["phase"], result.json["rows"]) == ("blind", 9 + 12)
    rows = desk.export()
    assert len(rows) == 21, "the audit sample is among them"
    with Store.open(desk.path, read_only=True) as store:
        run = store.latest_run()
        for row in rows:
            instance = store.instance(run.benchmark_id, row["instance"])
            given = {
                "run": run.id,
                "instance": instance.id,
                "source_id": instance.source_id,
                "phase": "blind",
                "revision": "0",
                "calculator": instance.calculator or instance.calculator_name,
                "question": instance.question,
                "kind": instance.spec.kind,
                "unit": instance.spec.unit or "",
                "context": instance.context,
                "date_check": "2000-12-31" if instance.spec.kind == "date" else "",
            }
            assert row == given | dict.fromkeys(TO_FILL_IN["blind"], "")
    assert out.read_bytes().startswith(b"\xef\xbb\xbfrun,instance,")
    assert out.read_bytes().endswith(b"\r\n")


@pytest.mark.parametrize("by", SPREADSHEETS.values(), ids=SPREADSHEETS)
def test_answers_come_back_from_every_spreadsheet(desk: Desk, by: Spreadsheet) -> None:
    rows = numbers(desk.export())
    values = ["-4", "3.5", "0.25", "12", "N/A"]
    filled = [
        {**row, "answer": value, "confidence": "High", "minutes": "1.5", "note": '\'=see line 3; "two"'}
        for row, value in zip(rows, values, strict=False)
    ]
    result = desk.bring([*filled, *rows[len(values) :]], "--json", by=by)
    assert result.code == 0, result.out + result.err
    assert summary(result) == (len(filled), 0, len(rows) - len(filled), 0)
    found = {decision.instance_id: decision for decision in desk.decisions()}
    for row in filled:
        decision = found[row["instance"]]
        assert decision.answer is not None
        assert format_answer(decision.answer) == row["answer"]
        assert (decision.blind, decision.reviewer, decision.confidence) == (True, A, "high")
        assert (decision.seconds, decision.note) == (90.0, '=see line 3; "two"')
    assert desk.labels() == 48, "a blind answer settles nothing"


def test_a_date_comes_back_in_the_order_of_the_spreadsheet(desk: Desk) -> None:
    (row,) = [row for row in desk.export() if row["kind"] == "date"]
    british = Spreadsheet(dates="%d/%m/%Y")
    assert desk.bring([{**row, "answer": "06/10/2024"}], by=british).code == 0
    (decision,) = desk.decisions()
    assert decision.answer is not None
    assert format_answer(decision.answer) == "2024-10-06"


def test_the_same_sheet_again_changes_nothing_however_it_is_spelled(desk: Desk) -> None:
    rows = fill(numbers(desk.export())[:2], answer="3.50", minutes="2")
    assert summary(desk.bring(rows, "--json")) == (2, 0, 0, 0)
    before = desk.decisions()
    again = fill(rows, answer="3.5", minutes="2.0")
    result = desk.bring(again, "--json", by=SPREADSHEETS["semicolons and decimal commas"])
    assert (result.code, summary(result)) == (0, (0, 2, 0, 0))
    assert desk.decisions() == before
    other = desk.bring(fill(rows, answer="4"), "--json")
    assert (other.code, summary(other)) == (2, (0, 0, 0, 2))
    assert {bad["column"] for bad in other.json["bad"]} == {"phase"}
    assert desk.decisions() == before


def test_a_dry_run_finds_the_same_and_writes_nothing(desk: Desk) -> None:
    rows = fill(numbers(desk.export())[:3], answer="3.5")
    rows[1]["answer"] = "high"
    dry = desk.bring(rows, "--dry-run", "--json")
    assert (dry.code, summary(dry), dry.json["dry_run"]) == (1, (2, 0, 0, 1), True)
    assert desk.decisions() == []
    text = desk.bring(rows, "--dry-run")
    assert text.out.splitlines()[-1] == "would be imported 2, unchanged 0, empty 0, bad 1"
    real = desk.bring(rows, "--json")
    assert (real.code, summary(real)) == (1, (2, 0, 0, 1))
    assert real.json["bad"] == dry.json["bad"]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("answer", "high", "accepted: a finite number"),
        ("answer", "1,250", "write 1250 or 1.250"),
        ("answer", "", "N/A"),
        ("confidence", "sure", "accepted: low, medium, high"),
        ("minutes", "1:30", "minutes as a number"),
        ("instance", "0123456789abcdef", "as it was exported"),
        ("run", "0123456789ab", "as it was exported"),
        ("revision", "one", "as it was exported"),
        ("phase", "reveal", "accepted in this sheet: blind"),
        ("revision", "17", "settled meanwhile"),
    ],
)
def test_a_bad_row_is_reported_and_the_others_are_imported(
    desk: Desk, column: str, value: str, says: str
) -> None:
    rows = fill(numbers(desk.export())[:3], answer="3.5", confidence="low", minutes="1")
    if (column, value) == ("revision", "17"):
        settled_by_someone_else(desk, rows[1]["instance"])
        value = "0"
    rows[1][column] = value
    run = rows[0]["run"]
    result = desk.bring(rows, run, "--json")
    assert (result.code, summary(result)) == (1, (2, 0, 0, 1))
    (bad,) = result.json["bad"]
    assert (bad["file"], bad["row"], bad["column"], bad["value"]) == ("filled.csv", 3, column, value)
    assert says in bad["problem"]
    assert len([d for d in desk.decisions() if d.reviewer == A]) == 2
    assert f"filled.csv, row 3, column {column!r}" in desk.bring(rows, run).out


def settled_by_someone_else(desk: Desk, instance_id: str) -> None:
    with Store.open(desk.path) as store:
        run = store.latest_run()
        given: dict[str, Any] = {"run_id": run.id, "instance_id": instance_id, "reviewer": B}
        blind = DecisionRecord(**given, answer=NumberAnswer(value=1.0), blind=True)
        answer_blind(store, run, blind)
        asyncio.run(settle(store, run, DecisionRecord(**given, choice="original"), needed=1, seen=0))


def test_an_instance_that_is_filled_in_twice_is_bad_both_times(desk: Desk) -> None:
    rows = fill(numbers(desk.export())[:2], answer="3.5")
    result = desk.bring([rows[0], rows[1], {**rows[0], "answer": "4"}], "--json")
    assert summary(result) == (1, 0, 0, 2)
    assert [bad["row"] for bad in result.json["bad"]] == [2, 4]


def test_an_instance_about_which_nobody_is_asked_is_a_bad_row(desk: Desk) -> None:
    rows = fill(numbers(desk.export())[:1], answer="3.5")
    with Store.open(desk.path, read_only=True) as store:
        run = store.latest_run()
        committed = next(label.instance_id for label in store.labels(run.id))
    result = desk.bring([{**rows[0], "instance": committed, "answer": "3"}], "--json")
    assert (result.code, summary(result)) == (2, (0, 0, 0, 1))
    assert "not in the queue" in result.json["bad"][0]["problem"]


def test_a_reveal_sheet_has_the_evidence_on_what_its_reviewer_answered(desk: Desk) -> None:
    assert desk.export("reveal") == []
    rows = fill(numbers(desk.export())[:2], answer="-4")
    desk.bring(rows)
    revealed = desk.export("reveal")
    assert {row["instance"] for row in revealed} == {row["instance"] for row in rows}
    assert desk.export("reveal", B) == []
    assert not {row["instance"] for row in desk.export()} & {row["instance"] for row in rows}
    with Store.open(desk.path, read_only=True) as store:
        run = store.latest_run()
        for row in revealed:
            assert list(row) == list(COLUMNS["reveal"])
            instance = store.instance(run.benchmark_id, row["instance"])
            votes = store.votes(run.id, instance.id)
            spelled = [format_answer(vote.answer) if vote.answer else "failed" for vote in votes]
            shown = [vote.split(": ") for vote in row["votes"].split("; ") if vote]
            assert [name for name, _ in shown] == ["A", "B", "C", "D", "E"][: len(votes)]
            assert sorted(answer for _, answer in shown) == sorted(spelled)
            assert (row["original"], row["blind_answer"]) == (instance.label_text, "-4")
            assert row["consensus"] in {*spelled, "no answer has most votes"}


def test_decisions_come_back_from_a_reveal_sheet_and_make_labels(desk: Desk) -> None:
    rows = numbers(desk.export())[:4]
    desk.bring(fill(rows, answer="3.5"))
    first, second, third, fourth = desk.export("reveal")
    first |= {"choice": "Mine", "answer": "4,5", "error_type": "Time point", "reason": "another day"}
    second |= {"choice": "original", "confidence": "medium", "minutes": "0.5"}
    third |= {"choice": "another expert", "reason": "a case for a cardiologist"}
    result = desk.bring([first, second, third, fourth], "--json")
    assert (result.code, summary(result)) == (0, (3, 0, 1, 0)), result.out
    assert desk.labels() == 48 + 2
    said = {decision.instance_id: decision for decision in desk.decisions() if not decision.blind}
    one, two, three = (said[row["instance"]] for row in (first, second, third))
    assert one.answer == NumberAnswer(value=4.5, unit=first["unit"] or None)
    assert (one.choice, one.error_type, one.note) == ("mine", "time_point", "another day")
    assert one.standing == two.standing == "final"
    assert (two.choice, two.confidence, two.seconds) == ("original", "medium", 30.0)
    assert (three.choice, three.standing) == ("another_expert", "opinion")
    assert summary(desk.bring([first, second, third, fourth], "--json")) == (0, 3, 1, 0)
    assert desk.labels() == 48 + 2


def test_two_opinions_are_needed_where_they_are_asked_for(desk: Desk) -> None:
    rows = numbers(desk.export())[:1]
    for reviewer, labels in ((A, 48), (B, 49)):
        desk.bring(fill(rows, answer="3.5"), reviewer=reviewer)
        decided = fill(desk.export("reveal", reviewer), choice="mine")
        assert desk.bring(decided, "--opinions", "2", reviewer=reviewer).code == 0
        assert desk.labels() == labels


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"answer": "4"}, "choice", "accepted: mine"),
        ({"choice": "yours"}, "choice", "accepted: mine"),
        ({"choice": "original", "answer": "4"}, "answer", "only"),
        ({"choice": "mine", "error_type": "typo"}, "error_type", "accepted: extraction"),
    ],
)
def test_what_does_not_fit_together_after_the_reveal_is_a_bad_row(
    desk: Desk, cells: Row, column: str, says: str
) -> None:
    desk.bring(fill(numbers(desk.export())[:1], answer="3.5"))
    result = desk.bring(fill(desk.export("reveal"), **cells), "--json")
    assert (result.code, summary(result)) == (2, (0, 0, 0, 1))
    (bad,) = result.json["bad"]
    assert bad["column"] == column
    assert says in bad["problem"]


def test_a_decision_on_what_was_settled_meanwhile_is_a_bad_row(desk: Desk) -> None:
    rows = numbers(desk.export())[:1]
    desk.bring(fill(rows, answer="3.5"))
    revealed = desk.export("reveal")
    settled_by_someone_else(desk, rows[0]["instance"])
    result = desk.bring(fill(revealed, choice="mine"), "--json")
    assert (result.code, summary(result)) == (2, (0, 0, 0, 1))
    assert (result.json["bad"][0]["column"], result.json["bad"][0]["row"]) == ("revision", 2)
    assert desk.export("reveal") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "lacks run, instance"),
        (b"a,b\r\n1,2\r\n", "lacks run, instance"),
        (b"\xff\xfer\x00u\x00n\x00", "UTF-8"),
        ("run,instance\r\nnaïve,x".encode("latin-1"), "UTF-8"),
        (b'run,"inst\r\nance', "as CSV again"),
        (b"run,instance,phase,revision,answer,answer,confidence,minutes,note\r\n", "more than once"),
    ],
)
def test_what_is_no_sheet_is_refused(desk: Desk, content: bytes, says: str) -> None:
    file = desk.folder / "other.csv"
    file.write_bytes(content)
    refused(desk("import", file, "--reviewer", A), "other.csv", says)


def test_an_unfilled_sheet_imports_nothing(desk: Desk) -> None:
    rows = desk.export()
    result = desk.bring(rows)
    assert (result.code, result.out) == (2, f"imported 0, unchanged 0, empty {len(rows)}, bad 0\n")


def test_a_sheet_can_be_for_a_part_of_the_queue(desk: Desk) -> None:
    rows = desk.export()
    only = desk.export("blind", A, "--calculator", rows[0]["calculator"])
    assert [row["instance"] for row in only] == [
        row["instance"] for row in rows if row["calculator"] == rows[0]["calculator"]
    ]
    assert desk.export("blind", A, "--limit", "2") == rows[:2]
    failed = desk.export("blind", A, "--reason", "failed")
    assert 0 < len(failed) < len(rows)
    sample = desk("export", "--out", "x.csv", "--phase", "blind", "--reason", "audit_sample")
    assert sample.code == 2, "who could ask for the sample would know it"


def test_options_before_the_subcommand_are_not_passed_over(desk: Desk) -> None:
    refused(invoke("review", "--store", desk.path, "export", "--out", "x.csv", "--phase", "blind"), "export")


def test_hostile_notes_make_no_formulas_and_no_rows_of_their_own(hostile_store: Path) -> None:
    desk = Desk(hostile_store)
    rows = desk.export()
    with Store.open(hostile_store, read_only=True) as store:
        run = store.latest_run()
        waiting = {one.instance_id for one in store.open_escalations(run.id)}
    assert {row["instance"] for row in rows} == waiting
    for row in rows:
        assert list(row) == list(COLUMNS["blind"])
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert len(cell) <= CELL_LIMIT
            assert "\x1b" not in cell
            assert "\u202e" not in cell
    assert summary(desk.bring(fill(rows, answer="28"), "--json")) == (len(rows), 0, 0, 0)


def test_a_sheet_does_not_overwrite_what_it_comes_from(desk: Desk) -> None:
    for args, says in ((("--phase", "reveal"), "--reviewer"), (("--phase", "blind"), "belongs to the store")):
        refused(desk("export", "--out", desk.path, *args), says)

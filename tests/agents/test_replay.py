"""Recorded answers as votes: one run is one sample, and what cannot be read is a failed vote."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agents.errors import FailedVoteError
from agents.replay import Recording, ReplayAnnotator, read_recording
from agents.specs import BadModelSpec, parse_spec
from agents.task import Task
from answers.model import AnswerSpec, DateAnswer, IncomputableAnswer, NumberAnswer

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "medcalc" / "recorded_llm_answers.csv"

ROWS = [
    ("run-a", "1", "25.0"),
    ("run-a", "2", "Error: the model answered nothing"),
    ("run-a", "3", "N/A"),
    ("run-b", "1", "24"),
    ("run-b", "2", "7"),
    ("other", "1", "1"),
]


def write(path: Path, rows: list[tuple[str, str, str]] | None = None) -> Path:
    lines = [",".join(("run", "uid", "answer"))] + [",".join(row) for row in rows or ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path, pattern: str = "") -> Recording:
    return read_recording(parse_spec(f"replay:{path}{pattern}"))


def task(source_id: str, kind: str = "number") -> Task:
    return Task("r", "i", source_id, "note", "question", AnswerSpec.model_validate({"kind": kind}))


def answer(recording: Recording, source_id: str, sample: int, kind: str = "number") -> object:
    annotator = ReplayAnnotator(lambda: recording)
    derivation = asyncio.run(annotator.calculate(task(source_id, kind), sample, (), None))
    assert derivation.method == "recorded"
    return derivation.answer


def test_runs_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    recording = read(write(tmp_path / "r.csv"))
    assert recording.runs == ("other", "run-a", "run-b")
    assert ReplayAnnotator(lambda: recording).samples == 3


def test_a_pattern_selects_runs(tmp_path: Path) -> None:
    assert read(write(tmp_path / "r.csv"), "#run-*").runs == ("run-a", "run-b")
    with pytest.raises(BadModelSpec, match="the file has: other, run-a, run-b"):
        read(write(tmp_path / "r.csv"), "#no-*")


def test_json_lines_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [json.dumps({"run": run, "uid": int(uid), "answer": said}) for run, uid, said in ROWS]
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    assert read(path) == read(write(tmp_path / "r.csv"))


def test_answers_are_typed_and_unreadable_ones_fail(tmp_path: Path) -> None:
    recording = read(write(tmp_path / "r.csv"), "#run-*")
    assert answer(recording, "1", 0) == NumberAnswer(value=25.0)
    assert isinstance(answer(recording, "3", 0), IncomputableAnswer)
    with pytest.raises(FailedVoteError, match="run-a"):
        answer(recording, "2", 0)
    with pytest.raises(FailedVoteError, match="no answer to '3'"):
        answer(recording, "3", 1)


def test_an_answer_is_read_as_the_kind_that_is_asked_for(tmp_path: Path) -> None:
    recording = read(write(tmp_path / "r.csv", [("a", "1", "2024-05-02")]))
    assert str(answer(recording, "1", 0, "date")) == str(DateAnswer.model_validate({"value": "2024-05-02"}))
    with pytest.raises(FailedVoteError):
        answer(recording, "1", 0, "integer")


def test_a_run_that_repeats_another_is_left_out(tmp_path: Path) -> None:
    rows = [("a", "1", "5"), ("a", "2", "6"), ("b", "2", "6"), ("b", "1", "5"), ("c", "1", "5")]
    recording = read(write(tmp_path / "r.csv", rows))
    assert recording.runs == ("a", "c")
    assert recording.copies == ("b",)


def test_an_answer_that_a_run_repeats_is_one_answer(tmp_path: Path) -> None:
    recording = read(write(tmp_path / "r.csv", [("a", "1", "5"), ("a", "2", "6"), ("a", "1", "5")]))
    assert ReplayAnnotator(lambda: recording).samples == 1
    assert answer(recording, "1", 0) == NumberAnswer(value=5.0)


def test_a_run_that_contradicts_itself_fails_that_vote_only(tmp_path: Path) -> None:
    rows = [("a", "1", "5"), ("a", "1", "7"), ("a", "2", "6"), ("b", "1", "5"), ("b", "2", "6")]
    recording = read(write(tmp_path / "r.csv", rows))
    assert (recording.runs, recording.copies) == (("a", "b"), ())
    with pytest.raises(FailedVoteError, match="run 'a' has different answers to '1': '5' and '7'"):
        answer(recording, "1", 0)
    assert answer(recording, "2", 0) == NumberAnswer(value=6.0)
    assert answer(recording, "1", 1) == NumberAnswer(value=5.0)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not beside the project")
def test_a_file_of_many_runs_needs_no_pattern() -> None:
    recording = read(RECORDED)
    assert len(recording.runs) > 10
    assert len(recording.answers) == len(recording.runs)
    assert len({*recording.runs, *recording.copies}) == len(recording.runs) + len(recording.copies)


def test_it_covers_what_any_run_answered(tmp_path: Path) -> None:
    annotator = ReplayAnnotator(lambda: read(write(tmp_path / "r.csv"), "#run-*"))
    assert annotator.covers(task("3"))
    assert not annotator.covers(task("4"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("run,uid\na,1\n", "row 1 lacks answer"),
        ("run,uid,answer\na,1,2\na,1\n", "row 2 lacks answer"),
        ("run,uid,answer\n", "none"),
        ("", "none"),
        (b"run,uid,answer\na,1,\xff\n", "cannot read"),
    ],
)
def test_a_file_that_is_no_recording(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadModelSpec, match=said):
        read(path)


@pytest.mark.parametrize(
    "content",
    ["{not json", '["a list"]', '{"run": "a", "uid": "1"}', "7"],
    ids=["broken", "list", "lacks", "number"],
)
def test_json_lines_that_are_no_recording(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(content + "\n", encoding="utf-8")
    with pytest.raises(BadModelSpec, match=r"r\.jsonl"):
        read(path)


def test_a_null_answer_is_no_answer(tmp_path: Path) -> None:
    """JSON null is not the text "None": the vote fails."""
    path = tmp_path / "r.jsonl"
    path.write_text('{"run": "a", "uid": "1", "answer": null}\n', encoding="utf-8")
    for kind in ("number", "text", "category"):
        with pytest.raises(FailedVoteError, match="run 'a'"):
            answer(read(path), "1", 0, kind)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadModelSpec, match="cannot read"):
        read(tmp_path / "none.csv")

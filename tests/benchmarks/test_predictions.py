"""Predictions: tables, logs of Inspect AI and sample files of lm-eval, and what is refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.predictions import Recording, read_predictions

KNOWN = dict.fromkeys(["x1", "x2", "x3"])


def read(path: Path | str, *more: Path | str) -> list[Recording]:
    return read_predictions([str(path), *map(str, more)], KNOWN)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_one_table_holds_many_models_and_repeated_answers(tmp_path: Path) -> None:
    path = written(
        tmp_path, "all.csv", "run,row,uid,answer\na,1,x1,5\na,2,x2,\nb,1,x1,N/A\na,3,x1,6\na,4,y,1\n"
    )
    first, second = read(path)
    assert (first.model, second.model) == ("a", "b")
    assert first.replies == {"x1": ("5", "6"), "x2": ("",)}
    assert first.strangers == ("y",)
    assert second.replies == {"x1": ("N/A",)}


def test_a_table_without_a_model_column_is_a_model_of_its_name(tmp_path: Path) -> None:
    tsv = written(tmp_path, "mine.tsv", "id\tprediction\nx1\t5\n")
    jsonl = written(tmp_path, "yours.jsonl", '{"Row Number": "x2", "LLM Answer": 7.5}\n')
    parquet = tmp_path / "theirs.parquet"
    pq.write_table(pa.table({"id": ["x3"], "response": [None]}), parquet)
    found = {recording.model: recording.replies for recording in read(tsv, jsonl, parquet)}
    assert found == {"mine": {"x1": ("5",)}, "yours": {"x2": ("7.5",)}, "theirs": {"x3": ("",)}}


def test_columns_and_models_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.csv", "uid,model,said\nx1,a,5\nx2,b,6\n")
    assert [recording.model for recording in read(f"{path}#said")] == ["a", "b"]
    (named,) = read(f"gpt={path}#said")
    assert (named.model, named.replies) == ("gpt", {"x1": ("5",), "x2": ("6",)})


def test_files_of_one_model_belong_together(tmp_path: Path) -> None:
    one = written(tmp_path, "one.csv", "uid,answer\nx1,5\n")
    two = written(tmp_path, "two.csv", "uid,answer\nx1,6\nx2,7\n")
    (found,) = read(f"m={one}", f"m={two}")
    assert found.replies == {"x1": ("5", "6"), "x2": ("7",)}
    assert found.sources == (str(one), str(two))


def test_rows_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.jsonl", '{"id": "x1", "answer": "5"}\nnot json\n')
    (found,) = read(path)
    assert "row 2" in found.remarks[0]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "uid,thoughts\nx1,5\n", "which column holds the answers"),
        ("a.csv", "uid,answer\nz1,5\n", "no column holds ids"),
        ("a.txt", "x1 5\n", "not a file of predictions"),
        ("a.json", "[]", "not a log of Inspect AI"),
        ("a.json", '{"eval": {"model": "m"}}', "not a log of Inspect AI"),
        ("a.eval", "no archive", "not a log of Inspect AI"),
    ],
)
def test_what_is_not_predictions_is_refused_with_its_name(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(BenchmarkError, match=said) as refused:
        read(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("none.csv", "none.eval", "none.json"):
        with pytest.raises(BenchmarkError, match="cannot be read"):
            read(tmp_path / name)


def sample(name: str, epoch: int, completion: str, **more: object) -> dict[str, object]:
    return {"id": name, "epoch": epoch, "output": {"completion": completion}, **more}


def archive(folder: Path, header: dict[str, object] | None, *samples: dict[str, object]) -> Path:
    path = folder / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_journal/start.json", json.dumps({"eval": {"model": "lab/model"}}))
        for number, entry in enumerate(samples):
            file.writestr(f"samples/{number}_epoch_1.json", json.dumps(entry))
        if header:
            file.writestr("header.json", json.dumps(header))
    return path


def test_a_log_has_a_reply_for_each_epoch_and_tells_of_failures(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        {"eval": {"model": "lab/model"}, "status": "success"},
        sample("x1", 1, "<answer>5</answer>"),
        sample("x1", 2, "6"),
        sample("x2", 1, "", error={"message": "out of time"}),
    )
    (found,) = read(path)
    assert found.model == "lab/model"
    assert found.replies == {"x1": ("<answer>5</answer>", "6"), "x2": ("out of time",)}
    assert "1 samples failed" in found.remarks[0]


def test_a_log_that_was_cut_short_is_read_and_told(tmp_path: Path) -> None:
    (found,) = read(archive(tmp_path, None, sample("x1", 1, "5")))
    assert found.replies == {"x1": ("5",)}
    assert "unfinished" in found.remarks[0]


def test_a_samples_id_may_be_in_its_metadata(tmp_path: Path) -> None:
    header: dict[str, object] = {"eval": {"model": "m"}, "status": "success"}
    path = archive(tmp_path, header, sample("1", 1, "5", metadata={"item": "x2", "id": "n"}))
    (found,) = read(path)
    assert found.replies == {"x2": ("5",)}


def lm_eval_row(name: str, replies: object, chosen: str = "none") -> str:
    doc = {"Row Number": name, "Question": "How much?"}
    return json.dumps(
        {
            "doc_id": 0,
            "doc": doc,
            "target": "5",
            "resps": [replies],
            "filtered_resps": replies,
            "filter": chosen,
        }
    )


def test_sample_files_of_lm_eval_are_read_under_their_folders_name(tmp_path: Path) -> None:
    text = "\n".join([lm_eval_row("x1", ["5"]), lm_eval_row("x2", [["6", "7"]])])
    (found,) = read(written(tmp_path, "lab__model/samples_clinic_2026.jsonl", text))
    assert found.model == "lab__model"
    assert found.replies == {"x1": ("5",), "x2": ("6", "7")}


def test_each_filter_of_lm_eval_is_told_apart(tmp_path: Path) -> None:
    text = "\n".join([lm_eval_row("x1", ["5"], "strict"), lm_eval_row("x1", ["6"], "flexible")])
    found = read(written(tmp_path, "m/samples_a.jsonl", text))
    assert {recording.model: recording.replies["x1"] for recording in found} == {
        "m (strict)": ("5",),
        "m (flexible)": ("6",),
    }


def test_choices_by_likelihood_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "m/samples_a.jsonl", lm_eval_row("x1", [[-1.5, True]]))
    with pytest.raises(BenchmarkError, match="only generated texts"):
        read(path)

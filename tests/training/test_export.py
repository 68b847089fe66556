"""Training data: two arms that differ in nothing but the reward."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pyarrow.parquet as pq
import pytest

from answers.model import (
    Answer,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from tests.console.fixtures import desk, server
from tests.console.harness import Desk, Result, refused
from tests.graphs import scripts
from tests.model_server.server import ModelServer
from training.export import reward_limits

__all__ = ["desk", "server"]
VOTES = ("--votes", "1", "--max-votes", "1")
IDS = ("bmi-1", "bmi-3", "map-1", "ca-1", "ca-4", "tab-1")
ROWS = tuple(row for row in scripts.ROWS if row["id"] in IDS)
UNREADABLE = {**scripts.ROWS[1], "label": ""}
COLUMNS = {"data_source", "ability", "prompt", "reward_model", "extra_info"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Desk:
    """Four labels, one of them incomputable; one is ambiguous, one retracted, one row cannot be read."""
    desk = Desk(tmp_path_factory.mktemp("training"), server)
    assert desk.relabel(*VOTES, rows=(*ROWS, UNREADABLE)).code == 0
    by = ("--reviewer", "A. Reviewer", "--reason", "looked at")
    assert desk("supersede", "map-1", "--ambiguous", *by).code == 0
    assert desk("retract", "tab-1", *by).code == 0
    return desk


def export(desk: Desk, out: Path, *args: str, form: str = "verl") -> Result:
    return desk("export", "--format", form, "--out", out, *args)


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_both_arms_are_equal_but_for_the_reward(made: Desk, tmp_path: Path) -> None:
    result = export(made, tmp_path / "rl", "--json")
    assert result.code == 0, result.err
    original, released = (read(tmp_path / "rl" / f"train_{arm}.parquet") for arm in ("original", "released"))
    assert [row["extra_info"]["uid"] for row in original] == ["bmi-1", "bmi-3", "ca-1", "ca-4"]
    differ = []
    for before, after in zip(original, released, strict=True):
        assert before.keys() == COLUMNS
        specs = before.pop("reward_model"), after.pop("reward_model")
        assert before == after
        assert [spec["style"] for spec in specs] == ["rule", "rule"]
        differ.append([spec["ground_truth"] for spec in specs])
    assert differ[1] == [["38.0", "42.0"], ["23.75", "26.25"]]
    assert differ[3][1] == ["unknown", "unknown"], "and incomputable is rewarded as such"
    first = original[0]
    assert [message["role"] for message in first["prompt"]] == ["system", "user"]
    assert "<answer>unknown</answer>" in first["prompt"][0]["content"]
    assert "weighs 81 kg" in first["prompt"][1]["content"]
    assert "What is the body mass index?" in first["prompt"][1]["content"]
    facts = {"uid": "bmi-1", "data_type": "number", "split": "train", "labels_differ": False}
    assert first["extra_info"] == facts
    assert [row["extra_info"]["labels_differ"] for row in original] == [False, True, False, True]
    assert first["ability"] == "body_mass_index"
    assert "25" not in first["prompt"][1]["content"], "the label is not told"


def test_the_manifest_says_what_is_there_and_what_is_left_out_and_why(made: Desk, tmp_path: Path) -> None:
    manifest = export(made, tmp_path / "rl", "--json").json
    folder = tmp_path / "rl"
    assert json.loads((folder / "manifest.json").read_text("utf-8")) == manifest
    assert manifest["left_out"] == {
        "ambiguous": ["map-1"],
        "no released label": ["tab-1"],
    }
    assert (manifest["examples"], manifest["labels_differ"]) == (4, 2)
    assert (manifest["provenance"]["instances"], manifest["provenance"]["rejected_rows"]) == (6, 1)
    written = {path.name for path in folder.iterdir()}
    assert written == {*manifest["files"], "manifest.json"}
    for name, file in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"]
    text = export(made, tmp_path / "again").out
    assert "4 of 6 instances" in text
    assert "left out  ambiguous 1, no released label 1, rejected rows 1" in text


def test_the_datasets_library_reads_what_was_written(made: Desk, tmp_path: Path) -> None:
    assert export(made, tmp_path / "rl").code == 0
    path = tmp_path / "rl" / "train_released.parquet"
    loaded = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    assert loaded.to_list() == read(path)


def test_both_trainers_get_the_same_rows_and_another_function(made: Desk, tmp_path: Path) -> None:
    verl, trl = (export(made, tmp_path / form, "--json", form=form).json for form in ("verl", "trl"))
    assert verl.pop("files") == trl.pop("files")
    assert [one.pop("reward_function") for one in (verl, trl)] == ["compute_score", "answer_reward"]
    assert [one.pop("format") for one in (verl, trl)] == ["verl", "trl"]
    assert verl == trl


def test_the_reward_is_called_as_verl_calls_it(made: Desk, tmp_path: Path) -> None:
    """By keywords, with its own entries in `extra_info`, and with the arguments of `reward_kwargs`."""
    assert export(made, tmp_path / "rl").code == 0
    spec = importlib.util.spec_from_file_location("custom_module", tmp_path / "rl" / "reward.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rewards = {}
    for arm in ("original", "released"):
        for row in read(tmp_path / "rl" / f"train_{arm}.parquet"):
            info = row["extra_info"] | {"num_turns": 2, "rollout_reward_scores": {}}
            for strict in ({}, {"paper_strict": True}):
                low = row["reward_model"]["ground_truth"][0]
                score = module.compute_score(
                    data_source=row["data_source"],
                    solution_str=f"<think>…</think><answer>{low}</answer>",
                    ground_truth=np.array(row["reward_model"]["ground_truth"], dtype=object),
                    extra_info=info,
                    **strict,
                )
                rewards[arm, info["uid"], *strict] = score
    assert len(rewards) == 2 * 4 * 2
    assert set(rewards.values()) == {1.0}


def test_equal_values_stay_together_in_one_part(made: Desk, tmp_path: Path) -> None:
    args = ("--split-by", "calculator", "--test-share", "0.5", "--json")
    manifest = export(made, tmp_path / "rl", *args).json
    parts = {
        split: [row for path in (tmp_path / "rl").glob(f"{split}_original.parquet") for row in read(path)]
        for split in ("train", "test")
    }
    assert sum(map(len, parts.values())) == 4
    abilities = {split: {row["ability"] for row in rows} for split, rows in parts.items()}
    assert not abilities["train"] & abilities["test"]
    assert all(row["extra_info"]["split"] == split for split, rows in parts.items() for row in rows)
    assert manifest["provenance"]["split"] == {"column": "calculator", "share": 0.5}


def test_a_system_prompt_of_ones_own(made: Desk, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Answer in <answer> tags.\n", "utf-8")
    assert export(made, tmp_path / "rl", "--system-prompt", str(prompt)).code == 0
    (row, *_) = read(tmp_path / "rl" / "train_original.parquet")
    assert row["prompt"][0] == {"role": "system", "content": "Answer in <answer> tags."}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--format", "verl", "--split-by", "nothing"), "no column 'nothing'; it has 'id'"),
        (("--format", "verl", "--test-share", "0.5"), "--test-share goes with --split-by"),
        (("--format", "csv", "--split-by", "id"), "go with --format verl and trl"),
        (("--format", "parquet"), "parquet"),
        (("zzz",), "zzz"),
        (("--format", "verl", "--system-prompt", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(
    made: Desk, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    refused(made("export", "--out", tmp_path / "out", *args), said)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_what_is_there(made: Desk, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine", "utf-8")
    refused(export(made, tmp_path), "is there already")
    refused(export(made, tmp_path / "no" / "folder"), "no folder")
    refused(export(made, made.store), "belongs to the store")
    refused(made("export", "--out", tmp_path), "is a folder")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_where_no_instance_has_both_labels_it_says_so(desk: Desk, tmp_path: Path) -> None:
    columns = (
        "id=id",
        "context=context",
        "question=question",
        "answer_kind=answer_kind",
        "calculator=calculator",
    )
    source = desk.benchmark(scripts.ROWS[0])
    assert desk("relabel", source, *VOTES, "--map", ",".join(columns), "--quiet").code == 0
    refused(export(desk, tmp_path / "rl"), "there is no example")


@pytest.mark.parametrize(
    ("label", "kind", "limits"),
    [
        (NumberAnswer(value=-4.0), "number", ("-4.2", "-3.8")),
        (NumberAnswer(value=0.0), "number", ("0.0", "0.0")),
        (IntegerAnswer(value=-3), "integer", ("-3", "-3")),
        (DateAnswer.model_validate({"value": "2024-03-09"}), "date", ("2024/03/09", "2024/03/09")),
        (DateAnswer.model_validate({"value": "0987-03-09"}), "date", ("0987/03/09", "0987/03/09")),
        (DurationAnswer(value=41), "duration", ("39", "43")),
        (CategoryAnswer(value="high"), "category", ("high", "high")),
        (IncomputableAnswer(reason="no height"), "number", ("unknown", "unknown")),
    ],
)
def test_limits_are_in_ascending_order_whatever_the_sign(
    label: Answer, kind: Any, limits: tuple[str, str]
) -> None:
    assert reward_limits(label, AnswerSpec(kind=kind)) == limits

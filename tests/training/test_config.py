"""A configuration is read whole, or refused with the place, the value and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.console.harness import invoke, refused
from training.config import Config, GeneratedData, LoadedModel, load_config
from training.errors import TrainingError

CONFIGS = sorted((Path(__file__).parents[2] / "training" / "configs").glob("*.yaml"))
LEAST: dict[str, Any] = {
    "model": {"kind": "built"},
    "data": {"kind": "generated"},
    "arms": {"corrected": {"labels": "trusted"}, "faulty": {"labels": "systematic"}},
    "grpo": {"steps": 2},
}


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(LEAST | changes, sort_keys=False), "utf-8")
    return path


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_shipped_configuration_is_read(path: Path) -> None:
    config = load_config(path)
    assert config.name == path.stem
    assert config.arms[config.first].labels == "trusted", (
        "the first arm is the one that others are held against"
    )
    assert Config.model_validate_json(config.model_dump_json()) == config


def test_there_are_configurations_of_every_size() -> None:
    assert [path.stem for path in CONFIGS] == ["paper", "small-gpu", "smoke", "tiny"]


def test_little_needs_to_be_said(tmp_path: Path) -> None:
    config = load_config(written(tmp_path))
    assert (config.name, config.first, config.seeds, config.dtype) == (
        "mine",
        "corrected",
        (0, 1, 2),
        "float32",
    )
    assert isinstance(config.data, GeneratedData)
    assert not set(config.data.formulas) & set(config.data.held_out)
    assert load_config(written(tmp_path, name="other")).name == "other"


def test_a_loaded_model_has_the_type_of_its_weights(tmp_path: Path) -> None:
    model = {"kind": "loaded", "name": "some/model"}
    data = {"kind": "exported", "folder": "there"}
    arms = {"a": {"labels": "trusted"}, "b": {"labels": "original"}}
    config = load_config(written(tmp_path, model=model, data=data, arms=arms))
    assert isinstance(config.model, LoadedModel)
    assert config.dtype == "bfloat16"


PROMPTS = {"prompts": 6, "rollouts": 4}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arms": {"only": {"labels": "trusted"}}}, ("arms", "at least two")),
        (
            {"arms": {"a": {"labels": "trusted"}, "b": {"labels": "original"}}},
            ("arms.b.labels", "'original'", "there are trusted, systematic, even, random"),
        ),
        (
            {"arms": {"a": {"labels": "trusted", "other_seeds": True}, "b": {"labels": "even"}}},
            ("arms.a.other_seeds", "first arm"),
        ),
        ({"grpo": {}}, ("grpo", "either steps or epochs")),
        ({"grpo": {"steps": 2, "epochs": 1}}, ("grpo", "either steps or epochs")),
        ({"grpo": {"steps": 0}}, ("grpo.steps", "greater than or equal to 1")),
        ({"grpo": {"steps": 2, "rolouts": 8}}, ("grpo.rolouts", "not permitted")),
        ({"grpo": {"steps": 2, "learning_rate": float("nan")}}, ("grpo.learning_rate", "finite")),
        ({"grpo": {"steps": 2, **PROMPTS, "micro_batch": 9}}, ("grpo.micro_batch", "24", "9", "such as 8")),
        ({"grpo": {"steps": 2, **PROMPTS}, "devices": 5}, ("devices", "6 prompts of 4", "grpo.prompts")),
        ({"grpo": {"steps": 2, "vllm": {}}}, ("grpo.vllm", "device: gpu")),
        (
            {"grpo": {"steps": 2, "vllm": {"tensor_parallel": 2}}, "device": "gpu"},
            ("grpo.vllm.tensor_parallel", "2 does not divide devices, 1"),
        ),
        ({"arms": {**LEAST["arms"], "base": {"labels": "even"}}}, ("arms.base", "name it otherwise")),
        (
            {"arms": {"a": {"labels": "even"}, "b": {"labels": "trusted"}}},
            ("arms.a.labels", "'even'", "put another arm first"),
        ),
        ({"grpo": {"steps": 2, "prompts": 8}, "data": {"kind": "generated", "train": 7}}, ("8", "7")),
        ({"seeds": [1, 1]}, ("seeds", "each once")),
        ({"seeds": [-1]}, ("seeds", "-1", "between 0")),
        ({"seeds": [2**32]}, ("seeds", "4294967296", "between 0")),
        (
            {
                "seeds": [0, 1000],
                "arms": {**LEAST["arms"], "again": {"labels": "trusted", "other_seeds": True}},
            },
            ("seeds", "1000 for 0", "choose others"),
        ),
        (
            {"data": {"kind": "generated", "formulas": ["perc", "perc"], "held_out": []}},
            ("data.generated", "perc is there twice"),
        ),
        ({"seeds": []}, ("seeds", "at least one")),
        (
            {"data": {"kind": "generated", "formulas": ["bmi"]}},
            ("data.generated.formulas", "'bmi'", "anion_gap"),
        ),
        (
            {"data": {"kind": "generated", "formulas": ["perc"], "held_out": ["perc"]}},
            ("data.generated", "perc cannot be learned from and held out"),
        ),
        (
            {"data": {"kind": "generated", "formulas": ["perc"], "held_out": [], "rates": [0.5, 0]}},
            ("data.generated", "2 of them", "1 formulas", "at most one for each"),
        ),
        (
            {
                "data": {"kind": "exported", "folder": "x"},
                "arms": {"a": {"labels": "trusted"}, "b": {"labels": "original"}},
            },
            ("model", "can only learn generated problems"),
        ),
        ({"data": {"kind": "drawn"}}, ("data", "'drawn'", "'generated'")),
        ({"model": {"kind": "built", "decoder": {"heads": 4, "kv_heads": 3}}}, ("decoder", "no multiple")),
        ({"model": {"kind": "built", "decoder": {"head_dim": 5}}}, ("decoder", "head_dim", "odd")),
        (
            {"model": {"kind": "built", "demonstrations": {"right": [0.7, 0.3]}}},
            ("model.built.demonstrations", "downward"),
        ),
        ({"name": "a/b"}, ("name", "pattern")),
    ],
)
def test_a_mistake_is_named_with_its_place_and_value(
    tmp_path: Path, changes: dict[str, Any], said: tuple[str, ...]
) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(TrainingError) as error:
        load_config(path)
    for words in (str(path), *said):
        assert words in str(error.value)
    refused(invoke("train", "run", path), str(path), *said)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.yaml"], "and nothing is begun"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "training/configs has examples"),
        ("- a", "training/configs has examples"),
        ("a: [", "is not YAML"),
    ],
)
def test_what_holds_no_settings_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    refused(invoke("train", "run", path), str(path), said)


def test_data_are_named_only_where_a_folder_is_read(tmp_path: Path) -> None:
    refused(invoke("train", "run", written(tmp_path), "--data", tmp_path), "--data", "generated data")

"""`train check` makes one small step of every arm, and refuses what cannot work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from tests.console.harness import invoke, refused
from tests.training.software import needed
from training.config import Config, Decoder, load_config
from training.export import Example, Limits, write_arms
from training.memory import Parameters, estimate

CONFIGS = Path(__file__).parents[2] / "training" / "configs"
SIZE = {
    "hidden_size": 64,
    "layers": 6,
    "heads": 4,
    "kv_heads": 2,
    "head_dim": 16,
    "intermediate_size": 128,
    "vocab_size": 1000,
    "tie_embeddings": False,
}
PAPER = Parameters(total=8_190_735_360, block=192_946_432, outside=1_244_663_808)


def paper(**grpo: Any) -> Config:
    settings = load_config(CONFIGS / "paper.yaml").model_dump()
    return Config.model_validate(settings | {"grpo": settings["grpo"] | grpo})


def parts(config: Config) -> dict[str, float]:
    size = Decoder(
        hidden_size=4096, layers=36, heads=32, kv_heads=8, head_dim=128, intermediate_size=12288,
        vocab_size=151936, tie_embeddings=False,
    )  # fmt: skip
    return {name: value / 1e9 for name, value in estimate(config, size, PAPER, 3000).parts.items()}


def test_memory_is_shared_by_devices_and_follows_the_settings() -> None:
    found = parts(paper())
    assert (
        found["weights"]
        == found["gradients"]
        == found["reference model"]
        == pytest.approx(8.19 * 2 / 8, rel=1e-3)
    )
    assert found["optimizer states"] == pytest.approx(2 * found["weights"])
    assert found["vLLM"] == pytest.approx(0.45 * 80)
    # 36 blocks' inputs for 4 × 4,600 tokens of 4,096 numbers in two bytes, and one block in full
    assert found["activations"] == pytest.approx((36 * 4096 + 75_776) * 4 * 4600 * 2 / 1e9)
    assert parts(paper(kl=0))["reference model"] == 0
    assert parts(paper(micro_batch=8))["activations"] == pytest.approx(2 * found["activations"])
    assert "vLLM" not in parts(paper(vllm=None))
    assert parts(paper(vllm=None))["replies"] > 80, "keys and values of 128 replies at once"
    alone = paper().model_copy(update={"devices": 1})
    assert parts(alone)["weights"] == pytest.approx(8 * found["weights"])
    assert parts(alone)["gathered weights"] == 0


def test_whether_it_fits_counts_the_reserve() -> None:
    size = Decoder(vocab_size=1000)
    config = paper()
    fits = estimate(config, size, PAPER, 100)
    assert fits.fits
    assert fits.total == sum(fits.parts.values())
    whole = estimate(config.model_copy(update={"devices": 1}), size, PAPER, 100)
    assert not whole.fits


def written(folder: Path, **changes: Any) -> Path:
    settings: dict[str, Any] = {
        "model": {"kind": "loaded", "name": "nobody/nothing", "architecture": SIZE, "dtype": "float32"},
        "data": {"kind": "exported", "folder": str(folder / "data")},
        "arms": {
            "corrected": {"labels": "trusted"},
            "original": {"labels": "original"},
        },
        "grpo": {"epochs": 2, "prompts": 8, "rollouts": 4, "micro_batch": 16, "learning_rate": 1.0e-3,
                 "max_prompt_tokens": 100, "max_reply_tokens": 32},
    }  # fmt: skip
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(settings | changes, sort_keys=False), "utf-8")
    return path


def sums(folder: Path) -> None:
    folder.mkdir()
    examples = [
        Example(
            uid=f"{split}-{n}",
            question=f"How much is {n} and {n}? " + "It is said at length. " * 200,
            kind="number",
            ability="sum",
            split=split,
            original=Limits(str(3 * n), str(3 * n)) if n % 2 else Limits(str(2 * n), str(2 * n)),
            released=Limits(str(2 * n), str(2 * n)),
            labels_differ=n % 2 == 1,
        )
        for split in ("train", "test")
        for n in range(1, 21)
    ]
    write_arms(folder, examples, "sums", "Answer in <answer> tags.")


@pytest.mark.slow
def test_a_step_of_every_arm_is_made_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    sums(tmp_path / "data")
    before = pq.read_table(tmp_path / "data" / "train_original.parquet")
    found = invoke("train", "check", written(tmp_path), "--layers", "2", "--json")
    assert found.code == 0, found.err
    facts = found.json
    assert facts["real_data"] is True
    assert facts["data"].endswith("20 to learn from, 20 to be judged by; original differs in 50.0%")
    arms = {arm["arm"]: arm for arm in facts["trial"]["arms"]}
    assert list(arms) == ["corrected", "original"]
    assert all(arm["changed"] > 0.5 * facts["trial"]["parameters"] for arm in arms.values())
    assert arms["corrected"]["differ"] == 0
    assert arms["original"]["differ"] > 0
    assert arms["original"]["reward"] != arms["corrected"]["reward"]
    # Embeddings and head of 1,000 tokens, six blocks of grouped heads and a gated MLP, and their norms.
    block = 64 * (64 + 2 * 32) + 64 * 64 + 3 * 64 * 128 + 2 * 64 + 2 * 16
    assert facts["memory"]["parameters"]["total"] == 2 * 1000 * 64 + 6 * block + 64
    assert facts["memory"]["fits"] is True
    assert facts["trial"]["layers"] == 2
    assert pq.read_table(tmp_path / "data" / "train_original.parquet") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mine.yaml"], "nothing is left behind"


@pytest.mark.slow
def test_what_cannot_work_is_named_before_anything_is_trained(tmp_path: Path) -> None:
    needed()
    path = written(tmp_path, model={"kind": "loaded", "name": "nobody/nothing"})
    refused(invoke("train", "check", path), "model.architecture", "nobody/nothing", "paper.yaml")
    path = written(
        tmp_path, model={"kind": "loaded", "name": "x", "architecture": {**SIZE, "vocab_size": None}}
    )
    refused(invoke("train", "check", path), "model.architecture.vocab_size")
    (tmp_path / "data").mkdir()
    refused(invoke("train", "check", written(tmp_path)), str(tmp_path / "data"), "export --format trl")
    path.write_text("grpo: {steps: 1}", "utf-8")
    refused(invoke("train", "check", path), str(path), "model")

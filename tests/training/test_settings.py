"""What a configuration means to the trainer: the study's settings, and how several devices are used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.training.software import needed
from training.config import Config, load_config
from training.folder import BASE, Stage
from training.runner import command_line

CONFIGS = Path(__file__).parents[2] / "training" / "configs"


def settings(config: Config, folder: Path) -> Any:
    needed()
    from training.learner.improve import grpo_config

    return grpo_config(config, folder, 7)


@pytest.mark.slow
def test_the_settings_of_the_study_reach_the_trainer(tmp_path: Path) -> None:
    found = settings(load_config(CONFIGS / "paper.yaml"), tmp_path)
    wanted = {
        "num_train_epochs": 9,
        "num_generations": 8,
        "num_iterations": 1,
        "per_device_train_batch_size": 4,
        "gradient_accumulation_steps": 32,
        "steps_per_generation": 32,
        "learning_rate": 1e-5,
        "weight_decay": 0.01,
        "warmup_steps": 0,
        "max_grad_norm": 1.0,
        "beta": 0.001,
        "use_bias_correction_kl": False,
        "epsilon": 0.2,
        "epsilon_high": None,
        "delta": 3.0,
        "scale_rewards": "none",
        "loss_type": "dapo",
        "entropy_coef": 0.0,
        "importance_sampling_level": "token",
        "temperature": 1.0,
        "top_p": 1.0,
        "top_k": 0,
        "max_completion_length": 1600,
        "mask_truncated_completions": False,
        "use_vllm": True,
        "vllm_mode": "colocate",
        "vllm_gpu_memory_utilization": 0.45,
        "vllm_tensor_parallel_size": 2,
        "vllm_max_model_length": 4600,
        "vllm_importance_sampling_correction": False,
        "bf16": False,
        "use_cpu": False,
        "seed": 7,
        "shuffle_dataset": True,
        "sync_ref_model": False,
    }
    assert {name: getattr(found, name) for name in wanted} == wanted
    assert found.lr_scheduler_type == "constant"
    devices = 8
    assert found.per_device_train_batch_size * found.gradient_accumulation_steps * devices == 128 * 8
    assert found.fsdp
    assert found.fsdp_plugin_args["fsdp_version"] == 2
    assert found.fsdp_plugin_args["activation_checkpointing"] is True
    assert found.fsdp_plugin_args["state_dict_type"] == "FULL_STATE_DICT"
    assert not found.activation_checkpointing, "it is FSDP's part"


@pytest.mark.slow
def test_a_small_model_on_a_cpu_is_neither_sharded_nor_recomputed(tmp_path: Path) -> None:
    found = settings(load_config(CONFIGS / "smoke.yaml"), tmp_path)
    assert (found.use_cpu, found.bf16, found.activation_checkpointing) == (True, False, False)
    assert not found.fsdp
    assert not found.use_vllm
    assert found.gradient_accumulation_steps == 1


def test_an_arm_with_several_devices_has_a_process_on_each(tmp_path: Path) -> None:
    many = load_config(CONFIGS / "paper.yaml")
    arm, base = Stage(arm="corrected", seed=0), Stage(arm=BASE, seed=0)
    worker = ["-m", "training.worker", str(tmp_path), "corrected", "0"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=8"]
    assert command_line(tmp_path, many, arm) == [*torchrun, *worker]
    assert command_line(tmp_path, many, base)[:3] == [sys.executable, "-m", "training.worker"]
    one = load_config(CONFIGS / "small-gpu.yaml")
    assert command_line(tmp_path, one, arm) == [sys.executable, *worker]

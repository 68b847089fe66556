"""The model that a stage begins with, and its tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.config import BuiltModel, Config, GeneratedData, LoadedModel
from training.errors import TrainingError
from training.folder import CHECKPOINTS, MODEL, Stage, base_of
from training.learner.built import build_decoder, build_tokenizer
from training.problems.draw import words
from training.problems.formulas import formulas


def check_devices(config: Config) -> None:
    """Raises TrainingError where GPUs are asked for that are not there; transformers would take the CPU."""
    import torch

    found = torch.cuda.device_count()
    if config.device == "gpu" and found < config.devices:
        raise TrainingError(
            f"devices: {config.devices} with device: gpu, and PyTorch sees {found} GPUs on this machine; "
            "set device: cpu, or install its build for them with: make train TORCH=…"
        )


def untrained(config: Config, seed: int) -> tuple[Any, Any]:
    """A decoder with random weights and its tokenizer, for a base model that is built here."""
    assert isinstance(config.model, BuiltModel), "only a built model begins with random weights"
    assert isinstance(config.data, GeneratedData), "the configuration says so"
    tokenizer = build_tokenizer(words(formulas(config.data.formulas + config.data.held_out)))
    return build_decoder(config.model.decoder, len(tokenizer), seed), tokenizer


def base_model(config: Config, folder: Path, stage: Stage) -> tuple[Any, Any]:
    """The model that an arm begins with, as its base stage left it or as it was loaded, and its tokenizer."""
    model = config.model
    name = model.name if isinstance(model, LoadedModel) else str(folder / base_of(config, stage).id / MODEL)
    return loaded(name, config.dtype)


def loaded(name: str, dtype: str) -> tuple[Any, Any]:
    """A model and its tokenizer, from a path or a name of the hub."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left")
    return AutoModelForCausalLM.from_pretrained(name, dtype=dtype), tokenizer


def last_checkpoint(folder: Path) -> str | None:
    """Where an interrupted training of a stage goes on; None where it begins.

    A kill can cut a checkpoint off. Whole are those with the trainer's state, which is written last.
    """
    whole = [state.parent for state in (folder / CHECKPOINTS).glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda place: int(place.name.rpartition("-")[2]))) if whole else None


def saved(trainer: Any, folder: Path) -> int | None:
    """Save what a trainer has trained, as a model; returns its steps. None where it was stopped before."""
    if trainer.state.global_step < trainer.state.max_steps:
        return None
    trainer.save_model(str(folder / MODEL))
    return int(trainer.state.global_step)

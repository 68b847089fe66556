"""The model that a stage begins with, and its tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.config import BuiltModel, Config, GeneratedData, LoadedModel
from training.folder import CHECKPOINTS, MODEL, Stage, base_of
from training.learner.built import build_decoder, build_tokenizer
from training.problems.draw import words
from training.problems.formulas import formulas


def untrained(config: Config, seed: int) -> tuple[Any, Any]:
    """A decoder with random weights and its tokenizer, for a base model that is built here."""
    assert isinstance(config.model, BuiltModel), "only a built model begins with random weights"
    assert isinstance(config.data, GeneratedData), "the configuration says so"
    tokenizer = build_tokenizer(words(formulas(config.data.formulas + config.data.held_out)))
    return build_decoder(config.model.decoder, len(tokenizer), seed), tokenizer


def base_model(config: Config, folder: Path, stage: Stage) -> tuple[Any, Any]:
    """The model that an arm begins with, as its base stage left it or as it was loaded, and its tokenizer."""
    if isinstance(config.model, LoadedModel):
        return loaded(config.model.name, config.model.dtype)
    return loaded(str(folder / base_of(config, stage).id / MODEL), "float32")


def loaded(name: str, dtype: str) -> tuple[Any, Any]:
    """A model and its tokenizer, from a path or a name of the hub."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left")
    return AutoModelForCausalLM.from_pretrained(name, dtype=dtype), tokenizer


def last_checkpoint(folder: Path) -> str | None:
    """Where an interrupted training of a stage goes on; None where it begins."""
    from transformers.trainer_utils import get_last_checkpoint

    checkpoints = folder / CHECKPOINTS
    return get_last_checkpoint(str(checkpoints)) if checkpoints.is_dir() else None

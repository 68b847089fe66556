"""What `check` needs of models: one with random weights, its size, and what a step did to its weights."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from training.config import BuiltModel, Config, Decoder, Dtype
from training.data import Item
from training.errors import TrainingError
from training.learner.built import build_decoder, build_tokenizer, decoder_config
from training.learner.models import untrained
from training.memory import Parameters

_SPELLINGS = 8
"""Of each answer: so many tokens say it that replies by chance are made of answers."""


def architecture(config: Config) -> Decoder:
    """The full size of an experiment's model, with its vocabulary.

    Raises TrainingError where the configuration does not say it and the model is not on this machine.
    """
    if isinstance(config.model, BuiltModel):
        size = config.model.decoder
        return size.model_copy(update={"vocab_size": size.vocab_size or len(untrained(config, 0)[1])})
    if (size_given := config.model.architecture) is not None:
        if size_given.vocab_size is None:
            raise TrainingError("model.architecture.vocab_size: memory depends on it; give it")
        return size_given
    return _of_files(config.model.name)


def _of_files(name: str) -> Decoder:
    from transformers import AutoConfig

    try:
        found = AutoConfig.from_pretrained(name, local_files_only=True)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"model.architecture: {name} is not on this machine; give hidden_size, layers and the other "
            "sizes there, as training/configs/paper.yaml does"
        ) from error
    return Decoder(
        hidden_size=found.hidden_size,
        layers=found.num_hidden_layers,
        heads=found.num_attention_heads,
        kv_heads=getattr(found, "num_key_value_heads", found.num_attention_heads),
        head_dim=getattr(found, "head_dim", None) or found.hidden_size // found.num_attention_heads,
        intermediate_size=found.intermediate_size,
        vocab_size=found.vocab_size,
        tie_embeddings=bool(found.tie_word_embeddings),
    )


def count(size: Decoder) -> Parameters:
    """The parameters of a decoder of this size, counted without memory for them."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    assert size.vocab_size is not None, "architecture() says it"
    with torch.device("meta"):
        model = Qwen3ForCausalLM(decoder_config(Qwen3Config, size, size.vocab_size, 4096))
    total, block = (_parameters(one) for one in (model, model.model.layers[0]))
    return Parameters(total=total, block=block, outside=total - size.layers * block)


def _parameters(module: Any) -> int:
    return sum(one.numel() for one in module.parameters())


def random_base(
    size: Decoder,
    layers: int,
    dtype: Dtype,
    items: Sequence[Item],
    labels: Collection[str],
    seed: int,
    out: Path,
) -> int:
    """Write a model with random weights and so many layers, and a tokenizer in which replies by chance say
    answers to these instances, right by some of these label sets; returns how many parameters it has.
    """
    import torch
    import transformers

    transformers.logging.disable_progress_bar()
    tokenizer = build_tokenizer([*_answers(items, labels), *_pieces(items)])
    small = size.model_copy(update={"layers": layers, "vocab_size": None})
    model = build_decoder(small, len(tokenizer), seed).to(getattr(torch, dtype))
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return _parameters(model)


def _answers(items: Sequence[Item], labels: Collection[str]) -> Iterable[str]:
    """Each answer that one of the label sets calls right, as one token in several spellings."""
    right = dict.fromkeys(item.limits[name].low for item in items for name in sorted(labels))
    for answer in right:
        yield from (f"<answer>{' ' * n}{answer}</answer>" for n in range(_SPELLINGS))


def _pieces(items: Sequence[Item]) -> Iterable[str]:
    texts = (message["content"] for item in items for message in item.prompt)
    return dict.fromkeys(piece for text in texts for piece in re.findall(r"[^\W\d]+|\W", text))


def weights_that_differ(one: Path, other: Path) -> int:
    """How many weights of two saved models are not the same."""
    first, second = (_reader(place / "model.safetensors") for place in (one, other))
    if set(first.keys()) != set(second.keys()):
        raise TrainingError(f"{one} and {other} are models of different architectures")
    return sum(int((first.get_tensor(key) != second.get_tensor(key)).sum()) for key in sorted(first.keys()))


def _reader(path: Path) -> Any:
    """Reads a tensor at a time."""
    from safetensors import safe_open

    return safe_open(path, framework="pt")

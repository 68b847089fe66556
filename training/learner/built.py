"""A decoder and a tokenizer that are made here, from nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from training.config import Decoder

PAD, END, OTHER = "<pad>", "<end>", "<other>"
_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% else %}?{% endif %}{% endfor %}"
)
"""A question ends in its mark, a reply in the end token, and nothing opens a reply."""


def build_tokenizer(words: Sequence[str]) -> Any:
    """A tokenizer whose tokens are these words and single digits: a text is its tokens, joined."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    digits = [str(digit) for digit in range(10)]
    vocabulary = [PAD, END, OTHER, *digits, *dict.fromkeys((*words, "?"))]
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(vocabulary)}, unk_token=OTHER)
    )
    longest_first = sorted({*vocabulary}, key=len, reverse=True)
    pattern = Regex("|".join(map(re.escape, longest_first)))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(pattern, behavior="isolated")
    tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        unk_token=OTHER,
        padding_side="left",
        chat_template=_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def build_decoder(size: Decoder, vocabulary: int, seed: int, *, length: int = 4096) -> Any:
    """A decoder of Qwen3's architecture with random weights that follow from the seed."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(seed)
    return Qwen3ForCausalLM(decoder_config(Qwen3Config, size, vocabulary, length))


def decoder_config(kind: Any, size: Decoder, vocabulary: int, length: int) -> Any:
    """The configuration of such a decoder."""
    return kind(
        vocab_size=size.vocab_size or vocabulary,
        hidden_size=size.hidden_size,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.kv_heads,
        head_dim=size.head_dim,
        intermediate_size=size.intermediate_size,
        tie_word_embeddings=size.tie_embeddings,
        max_position_embeddings=length,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
    )

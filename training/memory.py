"""What a GPU would have to hold while an arm is trained: an estimate from sizes, not a measurement.

Where each part comes from:

- Weights, gradients and the two moments of AdamW, each as large as the weights in their type, and the same
  weights once more for the KL estimate; all in equal parts on the devices: Rajbhandari et al., "ZeRO: Memory
  Optimizations Toward Training Trillion Parameter Models", SC 2020, section 3.1 and stage 3, which PyTorch
  calls FSDP. The type is that of the model (`model.dtype`): the trainer's mixed precision is only used with
  float32, whose copies in bfloat16 are counted with the activations.
- Gathered weights: FSDP puts one unit together at a time and the next beside it. The largest unit here is
  what no block holds, the embeddings and the head, or else two blocks.
- Activations: Korthikanti et al., "Reducing Activation Recomputation in Large Transformer Models", MLSys
  2023, section 4, for a block with grouped heads and a gated MLP, and without their term in the square of
  the length, which fused attention does not keep. With activation checkpointing (section 5 there) it is the
  input of each block, and one block in full.
- Logits: TRL 1.16 computes log-probabilities in tiles of 4,096 tokens by 32,768 entries of the vocabulary
  (`trl/kernels/chunked_logprob.py`), one tile with its product, and a gradient of the head in float32.
- Replies: vLLM takes its part of the card whatever is in it (`gpu_memory_utilization`). Without vLLM, keys
  and values of all replies of a step on a device, and the whole model, gathered.

Not counted: the CUDA context and the allocator's gaps, for which `RESERVE` is set aside, and the prompts.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from training.config import BuiltModel, Config, Decoder, Dtype

CARD_GB = 80
RESERVE_GB = 3.0
"""Of each card, for the CUDA context, NCCL's buffers and fragmentation. A judgement."""
BYTES: Mapping[Dtype, int] = {"float32": 4, "bfloat16": 2}
_TOKEN_TILE, _VOCABULARY_TILE = 4096, 32768


class Parameters(BaseModel):
    """How many a decoder has: in all, in one block, and in embeddings, head and last norm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    total: int
    block: int
    outside: int


class Memory(BaseModel):
    """Bytes on each device, by what they are for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameters: Parameters
    devices: int
    dtype: Dtype
    parts: Mapping[str, int]
    assumptions: tuple[str, ...]

    @property
    def total(self) -> int:
        """On each device, without what is kept in reserve."""
        return sum(self.parts.values())

    @property
    def fits(self) -> bool:
        """Whether a card of CARD_GB would hold it, with the reserve."""
        return self.total <= (CARD_GB - RESERVE_GB) * 1e9


def estimate(config: Config, size: Decoder, parameters: Parameters, prompt_tokens: int) -> Memory:
    """What one device has to hold for an arm. `prompt_tokens`: the length that prompts are taken to have."""
    how = config.grpo
    each = BYTES[config.dtype]
    share = each * parameters.total // config.devices
    replies = how.prompts * how.rollouts // config.devices
    micro = how.micro_batch or replies
    tokens = micro * (prompt_tokens + how.max_reply_tokens)
    checkpointed = not isinstance(config.model, BuiltModel)
    parts = {
        "weights": share,
        "gradients": share,
        "optimizer states": 2 * share,
        "reference model": share if how.kl else 0,
        "gathered weights": _gathered(config, parameters) * each,
        "activations": _activations(size, tokens, checkpointed=checkpointed, each=each),
        "logits": _logits(size, micro * how.max_reply_tokens, each),
    }
    if how.vllm:
        parts["vLLM"] = int(how.vllm.memory * CARD_GB * 1e9)
    else:
        kept = 2 * size.layers * size.kv_heads * size.head_dim * each
        whole = each * parameters.total if config.devices > 1 else 0
        parts["replies"] = replies * (prompt_tokens + how.max_reply_tokens) * kept + whole
    return Memory(
        parameters=parameters,
        devices=config.devices,
        dtype=config.dtype,
        parts=parts,
        assumptions=_assumptions(config, parameters.total, micro, prompt_tokens, checkpointed=checkpointed),
    )


def _gathered(config: Config, parameters: Parameters) -> int:
    return max(parameters.outside, 2 * parameters.block) if config.devices > 1 else 0


def _activations(size: Decoder, tokens: int, *, checkpointed: bool, each: int) -> int:
    """Bytes that are kept for the backward pass.

    In a block, for each token: the inputs of both norms, of attention and of the MLP; queries, keys, values
    and what attention gives; and of the gated MLP its gate, its activation, the other half and the product.
    """
    queries, keys = size.heads * size.head_dim, size.kv_heads * size.head_dim
    block = 4 * size.hidden_size + 2 * queries + 2 * keys + 4 * size.intermediate_size
    if checkpointed:
        return each * tokens * (size.layers * size.hidden_size + block)
    return each * tokens * size.layers * block


def _logits(size: Decoder, tokens: int, each: int) -> int:
    vocabulary = size.vocab_size or 0
    tile = min(tokens, _TOKEN_TILE) * min(vocabulary, _VOCABULARY_TILE)
    return tile * (each + 4) + 4 * vocabulary * size.hidden_size


def _assumptions(
    config: Config, total: int, micro: int, prompt_tokens: int, *, checkpointed: bool
) -> tuple[str, ...]:
    how = config.grpo
    sharded = f"FSDP shards over {config.devices} devices" if config.devices > 1 else "one device"
    kept = "activation checkpointing" if checkpointed else "all activations kept"
    replies = (
        f"vLLM takes {how.vllm.memory:.0%} of a card of {CARD_GB} GB throughout"
        if how.vllm
        else "replies without vLLM, all of a step at once"
    )
    copies = config.devices * (2 if how.kl else 1)
    host = copies * BYTES[config.dtype] * total / 1e9
    return (
        f"{sharded}; weights, gradients and AdamW's moments in {config.dtype}",
        f"{micro} replies at once, of {prompt_tokens} + {how.max_reply_tokens} tokens; {kept}",
        replies,
        f"{RESERVE_GB:g} GB of a card kept for CUDA, NCCL and fragmentation",
        f"each process loads its models on the host first: {host:.0f} GB there",
    )

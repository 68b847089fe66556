"""A model's replies to the test part, greedy and sampled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.whole import whole_file
from training.config import Config
from training.data import Item
from training.folder import REPLIES, How, ReplyRecord
from training.learner.watch import STOPPED, Stopping, tell


def judge(
    config: Config,
    folder: Path,
    model: Any,
    tokenizer: Any,
    items: Sequence[Item],
    seed: int,
    stopping: Stopping,
) -> int:
    """Write the replies of a model to the instances; returns how many. Stops with SystemExit where asked."""
    import torch
    from transformers import set_seed

    set_seed(seed)
    model.to("cuda" if config.device == "gpu" else "cpu").eval()
    total = len(items) * (1 + config.judging.samples)
    with torch.no_grad(), whole_file(folder / REPLIES) as file:
        for done, record in enumerate(_replies(config, model, tokenizer, items, stopping), start=1):
            file.write(record.model_dump_json() + "\n")
            if done % config.judging.batch == 0 or done == total:
                tell("judging", done, total)
    return total


def _replies(
    config: Config, model: Any, tokenizer: Any, items: Sequence[Item], stopping: Stopping
) -> Iterator[ReplyRecord]:
    size = config.judging.batch
    rounds: tuple[tuple[How, int], ...] = (("greedy", 1), ("sampled", config.judging.samples))
    for how, times in rounds:
        asked = [*items] * times
        for begin in range(0, len(asked), size):
            if stopping:
                raise SystemExit(STOPPED)
            part = asked[begin : begin + size]
            for item, text in zip(part, generate(config, model, tokenizer, part, how), strict=True):
                yield ReplyRecord(uid=item.uid, how=how, text=text)


def generate(config: Config, model: Any, tokenizer: Any, items: Sequence[Item], how: How) -> list[str]:
    """A reply to each instance."""
    inputs = tokenizer.apply_chat_template(
        [list(item.prompt) for item in items],
        add_generation_prompt=True,
        padding=True,
        return_tensors="pt",
        return_dict=True,
    ).to(model.device)
    # A model's own generation settings may ask for more than the arms were trained with.
    sampling: dict[str, Any] = {"do_sample": False, "num_beams": 1, "repetition_penalty": 1.0}
    if how == "sampled":
        sampling |= {
            "do_sample": True,
            "temperature": config.judging.temperature,
            "top_k": 0,
            "top_p": 1.0,
        }
    output = model.generate(
        **inputs,
        max_new_tokens=config.grpo.max_reply_tokens,
        pad_token_id=tokenizer.pad_token_id,
        **sampling,
    )
    replies = output[:, inputs["input_ids"].shape[1] :]
    texts: list[str] = tokenizer.batch_decode(replies, skip_special_tokens=True)
    return texts

"""Reinforcement learning of one arm with TRL's GRPO: the same steps in every arm, but for the reward."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.config import TRUSTED, Arm, BuiltModel, Config
from training.data import Item, TrainingData
from training.errors import TrainingError
from training.export import UNKNOWN
from training.folder import CHECKPOINTS, MODEL
from training.learner.models import last_checkpoint
from training.learner.ranks import of_all_ranks
from training.learner.watch import Curve, Stopping, Watch
from training.rewards.reward import RIGHT, compute_score, said

_OTHER_SEEDS = 1_000
"""What is added to the seed of an arm that has other seeds than the rest."""


class LabelReward:
    """The reward by an arm's labels; keeps what the replies of a step were worth by them and by trusted."""

    __name__ = "label_reward"

    def __init__(self, arm: Arm, *, paper_strict: bool) -> None:
        self._labels = arm.labels
        self._paper_strict = paper_strict
        self._rows: list[tuple[str, float, float, bool, bool]] = []

    def __call__(
        self,
        completions: Sequence[Any],
        uid: Sequence[str],
        limits: Sequence[Any],
        kind: Sequence[str],
        **_: Any,
    ) -> list[float]:
        """As TRL calls a reward: columns of the dataset as keywords, one value for each reply."""
        rewards = []
        for completion, item, right, form in zip(completions, uid, limits, kind, strict=True):
            reply = completion if isinstance(completion, str) else completion[-1]["content"]
            own, trusted = (self._score(reply, right[name], form) for name in (self._labels, TRUSTED))
            answer = said(reply, form)
            self._rows.append((item, own, trusted, answer is None, answer == UNKNOWN))
            rewards.append(own)
        return rewards

    def _score(self, reply: str, limits: Sequence[str], kind: str) -> float:
        return compute_score("", reply, limits, {"data_type": kind}, paper_strict=self._paper_strict)

    def seen(self) -> dict[str, Any]:
        """What the replies since the last call were, as shares, and to which prompts. Called in all ranks."""
        rows, self._rows = of_all_ranks(self._rows), []
        uids, own, trusted, unreadable, unknown = zip(*rows, strict=True)
        return {
            "batch": hashlib.sha256("\n".join(uids).encode()).hexdigest()[:16],
            "reward": _mean(own),
            "right": _mean([value == RIGHT for value in own]),
            "right_trusted": _mean([value == RIGHT for value in trusted]),
            "unreadable": _mean(unreadable),
            "unknown": _mean(unknown),
        }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def improve(
    config: Config,
    folder: Path,
    arm: Arm,
    seed: int,
    model: Any,
    tokenizer: Any,
    data: TrainingData,
    stopping: Stopping,
) -> int:
    """Train a model as an arm of an experiment into its stage's folder; returns the number of steps.

    A training that was interrupted goes on from its last checkpoint in the folder.
    """
    from training.learner.batches import Trainer

    reward = LabelReward(arm, paper_strict=config.reward.paper_strict)
    trainer = Trainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=reward,
        train_dataset=dataset_of(config, data.train, tokenizer),
        args=grpo_config(config, folder, training_seed(arm, seed)),
        callbacks=[Curve(folder, reward.seen), Watch("improving", stopping)],
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(folder))
    stopping.agree()
    if not stopping:
        trainer.save_model(str(folder / MODEL))
    return int(trainer.state.global_step)


def training_seed(arm: Arm, seed: int) -> int:
    """The seed of batches and replies: the same in all arms, but for a control with others."""
    return seed + _OTHER_SEEDS if arm.other_seeds else seed


def dataset_of(config: Config, items: Sequence[Item], tokenizer: Any) -> Any:
    """The rows that TRL reads. Raises TrainingError where no prompt is short enough."""
    import datasets

    most = config.grpo.max_prompt_tokens
    kept = [
        item
        for item in items
        if most is None
        or len(tokenizer.apply_chat_template(list(item.prompt), add_generation_prompt=True)) <= most
    ]
    if not kept:
        raise TrainingError(f"grpo.max_prompt_tokens: no prompt has at most {most} tokens")
    return datasets.Dataset.from_list(
        [
            {
                "uid": item.uid,
                "prompt": list(item.prompt),
                "kind": item.kind,
                "limits": {name: list(limits) for name, limits in item.limits.items()},
            }
            for item in kept
        ]
    )


def grpo_config(config: Config, folder: Path, seed: int) -> Any:
    """TRL's settings for an arm."""
    from trl import GRPOConfig

    how = config.grpo
    replies = how.prompts * how.rollouts // config.devices
    micro = how.micro_batch or replies
    length = {"max_steps": how.steps} if how.steps else {"num_train_epochs": how.epochs}
    return GRPOConfig(
        output_dir=str(folder / CHECKPOINTS),
        **length,
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=replies // micro,
        num_generations=how.rollouts,
        num_iterations=1,
        learning_rate=how.learning_rate,
        lr_scheduler_type=how.schedule,
        warmup_steps=0,
        weight_decay=how.weight_decay,
        max_grad_norm=how.max_grad_norm,
        beta=how.kl,
        use_bias_correction_kl=False,
        epsilon=how.clip,
        delta=how.dual_clip,
        scale_rewards="group" if how.scale_by_std else "none",
        loss_type=how.loss,
        temperature=how.temperature,
        top_p=1.0,
        top_k=0,
        max_completion_length=how.max_reply_tokens,
        seed=seed,
        save_steps=how.save_every,
        save_total_limit=1,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        **_placed(config),
        **_replies_by(config),
    )


def _placed(config: Config) -> dict[str, Any]:
    """Where the model is, in which type it is trained, and what is recomputed to save memory.

    Weights in bfloat16 are trained in it. Mixed precision would have FSDP make float32 copies of them to
    train (accelerate's `fsdp2_prepare_model`), which is another set-up, for another learning rate.
    """
    on_gpu, built = config.device == "gpu", isinstance(config.model, BuiltModel)
    sharded = on_gpu and config.devices > 1
    placed = {
        "use_cpu": not on_gpu,
        "bf16": on_gpu and config.dtype == "float32",
        # TRL's default is to recompute, which costs time and which a small model does not need. Under FSDP
        # it is FSDP's part.
        "activation_checkpointing": not built and not sharded,
    }
    return placed | {"fsdp": True, "fsdp_config": dict(_FSDP)} if sharded else placed


_FSDP = {
    "version": 2,
    "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
    "reshard_after_forward": True,
    "activation_checkpointing": True,
    "state_dict_type": "FULL_STATE_DICT",
}
"""Full sharding, a block at a time. The whole state is what `save_model` writes as a model."""


def _replies_by(config: Config) -> dict[str, Any]:
    """How replies are drawn: by the model itself, or by vLLM, whose probabilities are taken as the model's.

    TRL would leave out replies to which vLLM and the trainer give probabilities too far apart
    (`vllm_importance_sampling_mode="sequence_mask"`); the study had no such correction.
    """
    how = config.grpo
    if how.vllm is None:
        return {"use_vllm": False}
    context = how.max_prompt_tokens and how.max_prompt_tokens + how.max_reply_tokens
    return {
        "use_vllm": True,
        "vllm_mode": "colocate",
        "vllm_gpu_memory_utilization": how.vllm.memory,
        "vllm_tensor_parallel_size": how.vllm.tensor_parallel,
        "vllm_max_model_length": context,
        "vllm_importance_sampling_correction": False,
    }

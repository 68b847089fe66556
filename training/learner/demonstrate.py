"""Supervised training of a decoder from scratch, on demonstrations."""

from __future__ import annotations

from pathlib import Path

from training.config import BuiltModel, Config, GeneratedData
from training.data import demonstrations
from training.folder import CHECKPOINTS
from training.learner.models import last_checkpoint, saved, untrained
from training.learner.watch import Stopping, Watch

_SHOWN = 24_000
"""Demonstrations that are drawn; longer trainings see them again."""


def demonstrate(config: Config, folder: Path, seed: int, stopping: Stopping) -> int | None:
    """Train the base model of a seed into its stage's folder; returns the number of steps.

    None where it was stopped before its end. A training that was interrupted goes on from its last checkpoint
    in the folder.
    """
    import datasets
    from trl import SFTConfig, SFTTrainer

    assert isinstance(config.model, BuiltModel), "only a built model is shown demonstrations"
    assert isinstance(config.data, GeneratedData), "the configuration says so"
    model, tokenizer = untrained(config, seed)
    how = config.model.demonstrations
    rows = demonstrations(config.data, min(_SHOWN, how.steps * how.batch), how.right, seed)
    trainer = SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=datasets.Dataset.from_list(list(rows)),
        args=SFTConfig(
            output_dir=str(folder / CHECKPOINTS),
            max_steps=how.steps,
            per_device_train_batch_size=how.batch,
            learning_rate=how.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=min(20, how.steps // 4),
            weight_decay=0.0,
            completion_only_loss=True,
            seed=seed,
            use_cpu=config.device == "cpu",
            bf16=False,
            save_steps=config.grpo.save_every * 4,
            save_total_limit=1,
            logging_strategy="no",
            activation_checkpointing=False,  # TRL's default recomputes, to save memory that is not short here
            report_to="none",
            disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        callbacks=[Watch("demonstrations", stopping)],
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(folder))
    return saved(trainer, folder)

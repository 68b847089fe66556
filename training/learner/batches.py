"""Which prompts a step asks: a matter of seed and epoch alone, however often a training was interrupted."""

from __future__ import annotations

from typing import Any

from trl import GRPOTrainer
from trl.trainer.utils import RepeatSampler

_APART = 1_000_003
"""A prime, so that no epoch of one seed has the order of an epoch of another."""


class EpochSampler(RepeatSampler):
    """TRL's sampler with an order for each epoch.

    TRL draws one order after another from a generator that starts anew when a training goes on, which then
    has the first epoch's batches in a later epoch: others than in an arm that was not interrupted.
    """

    def set_epoch(self, epoch: int) -> None:
        """Called before each epoch, and with its number where a training goes on in it."""
        self.generator.manual_seed(self.seed + _APART * epoch)


class Trainer(GRPOTrainer):
    """TRL's trainer with that sampler."""

    def _get_train_sampler(self, dataset: Any = None) -> EpochSampler:
        given = super()._get_train_sampler(dataset)
        return EpochSampler(
            data_source=given.data_source,
            mini_repeat_count=given.mini_repeat_count,
            batch_size=given.batch_size,
            repeat_count=given.repeat_count,
            shuffle=given.shuffle,
            seed=given.seed,
        )

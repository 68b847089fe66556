"""Replies as scores: which are right, under the labels that one asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from training.config import TRUSTED, Config
from training.contract import Contract
from training.data import Item, TrainingData, load_data
from training.errors import TrainingError
from training.export import UNKNOWN
from training.folder import (
    REPLIES,
    How,
    Stage,
    StepRecord,
    bases,
    done,
    read_contract,
    read_replies,
    read_steps,
)
from training.rewards.reward import RIGHT, compute_score, said

Judged = Mapping[str, Sequence[str]]
"""uid → replies."""


class Results(BaseModel):
    """What the complete seeds of an experiment replied; a seed is complete once all its arms are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contract: Contract
    seeds: tuple[int, ...]
    """The complete ones."""
    data: Mapping[int, TrainingData]
    replies: Mapping[tuple[str, int], Mapping[How, Judged]]
    """(arm, seed) → how → uid → replies."""
    steps: Mapping[tuple[str, int], tuple[StepRecord, ...]]

    @property
    def config(self) -> Config:
        """The experiment's settings."""
        return self.contract.config

    @property
    def items(self) -> tuple[Item, ...]:
        """The test part; the same instances for every seed, though not the same labels."""
        return self.data[self.seeds[0]].test

    def right(self, arm: str, how: How, labels: str = TRUSTED) -> list[list[float]]:
        """For each seed and item of the test part the share of its replies that are right; (seeds, items).

        Right is what the experiment's reward takes for right, under the labels that are asked for.
        """
        strict = self.config.reward.paper_strict
        return [
            [_share_right(item, self.replies[arm, seed][how][item.uid], labels, strict) for item in data.test]
            for seed, data in self.data.items()
        ]

    def saying_unknown(self, arm: str) -> float:
        """The share of the sampled replies, on formulas that were learned from, that say that there is no
        answer.
        """
        return self._share(arm, lambda reply, kind: said(reply, kind) == UNKNOWN)

    def unreadable(self, arm: str) -> float:
        """The share of these replies in which no answer can be read."""
        return self._share(arm, lambda reply, kind: said(reply, kind) is None)

    def _share(self, arm: str, is_so: Callable[[str, str], bool]) -> float:
        found = [
            is_so(reply, item.kind)
            for seed, data in self.data.items()
            for item in data.test
            if not item.held_out
            for reply in self.replies[arm, seed]["sampled"][item.uid]
        ]
        return sum(found) / len(found)


def _share_right(item: Item, replies: Sequence[str], labels: str, strict: bool) -> float:
    limits, info = item.limits[labels], {"data_type": item.kind}
    scores = [compute_score("", reply, limits, info, paper_strict=strict) for reply in replies]
    return sum(score == RIGHT for score in scores) / len(scores)


def read_results(folder: Path) -> Results:
    """The results of an experiment as far as it is. Raises TrainingError where no seed is complete."""
    contract = read_contract(folder)
    config = contract.config
    seeds = tuple(
        seed for seed in config.seeds if all(done(folder, Stage(arm=a, seed=seed)) for a in config.arms)
    )
    if not seeds:
        raise TrainingError(f"{folder}: no seed has all its arms yet; go on with: train run")
    data = {seed: load_data(config, seed) for seed in seeds}
    for seed, found in data.items():
        if found.fingerprint != contract.data[seed]:
            raise TrainingError(
                f"{folder}: the data of seed {seed} are not those that the arms were trained on"
            )
    trained = [Stage(arm=arm, seed=seed) for seed in seeds for arm in config.arms]
    judged = [*trained, *(base for base in bases(config) if base.seed in seeds and done(folder, base))]
    return Results(
        contract=contract,
        seeds=seeds,
        data=data,
        replies={(stage.arm, stage.seed): _by_item(folder, stage, data[stage.seed].test) for stage in judged},
        steps={(stage.arm, stage.seed): tuple(read_steps(folder, stage)) for stage in judged},
    )


def _by_item(folder: Path, stage: Stage, items: Sequence[Item]) -> dict[How, dict[str, list[str]]]:
    found: dict[How, dict[str, list[str]]] = {"greedy": {}, "sampled": {}}
    for reply in read_replies(folder, stage):
        found[reply.how].setdefault(reply.uid, []).append(reply.text)
    for how, by_uid in found.items():
        if lacking := next((item.uid for item in items if item.uid not in by_uid), None):
            raise TrainingError(
                f"{folder / stage.id / REPLIES} has no {how} reply to {lacking}; remove {folder / stage.id} "
                "and go on with: train run"
            )
    return found

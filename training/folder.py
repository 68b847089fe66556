"""The folder of an experiment: what is where, and how the records in it are written and read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.whole import whole_file
from training.config import BASE, BuiltModel, Config
from training.contract import Contract
from training.errors import TrainingError

CONTRACT, DONE, STEPS, REPLIES, LOG = "contract.json", "done.json", "steps.jsonl", "replies.jsonl", "log.txt"
MODEL, CHECKPOINTS, TRAINED = "model", "checkpoints", "trained.json"
DRIVER = "STEWARD_TRAIN_DRIVER"
"""Variable with the process id of who runs the experiment, for its stages to end where that one has gone."""
How = Literal["greedy", "sampled"]
Phase = Literal["demonstrations", "improving", "judging"]
"""What a stage's process is at."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(_Frozen):
    """One thing that is trained and judged: a base model, or an arm, for one seed."""

    arm: str
    """BASE for the model that the arms begin with."""
    seed: int

    @property
    def id(self) -> str:
        """As the stage's folder is called."""
        return f"{self.arm}-{self.seed}"


class StepRecord(_Frozen):
    """One training step: shares of the replies of its prompts."""

    step: int
    of: int
    batch: str
    """Hash of the instances that were asked, in their order: the same in all arms of a seed."""
    reward: float
    right: float
    """By the labels that the arm is rewarded by."""
    right_trusted: float
    """By the trusted labels."""
    unreadable: float
    unknown: float
    """Said to be incomputable."""
    seconds: float
    """Since the training began, or went on."""


class ReplyRecord(_Frozen):
    """One reply to an instance of the test part, as the model wrote it."""

    uid: str
    how: How
    text: str


class Done(_Frozen):
    """That a stage is complete, and what it took."""

    steps: int
    replies: int
    seconds: float
    """Since it began, or last went on after an interruption."""
    peak_bytes: int
    """Most memory of the process; on a GPU, of the device."""
    parameters: int


class Trained(_Frozen):
    """That a stage is trained and its model saved, so that it is only still to be judged; what that took."""

    steps: int
    seconds: float
    peak_bytes: int


def stages(config: Config) -> list[Stage]:
    """Everything that is to be done, in an order in which it can be."""
    return [*bases(config), *(Stage(arm=arm, seed=seed) for seed in config.seeds for arm in config.arms)]


def bases(config: Config) -> list[Stage]:
    """The base models: one for each seed where they are built, and else the one that is loaded."""
    seeds = config.seeds if isinstance(config.model, BuiltModel) else config.seeds[:1]
    return [Stage(arm=BASE, seed=seed) for seed in seeds]


def base_of(config: Config, stage: Stage) -> Stage:
    """The base model that an arm begins with."""
    found = bases(config)
    return next((base for base in found if base.seed == stage.seed), found[0])


def read_contract(folder: Path) -> Contract:
    """The contract that a folder was begun under. Raises TrainingError where it holds none."""
    path = folder / CONTRACT
    try:
        return Contract.model_validate_json(path.read_text("utf-8"))
    except FileNotFoundError:
        raise TrainingError(f"{folder} holds no experiment; start one with: train run CONFIG") from None
    except (OSError, ValidationError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from error


def begin(folder: Path, contract: Contract) -> None:
    """Make the folder, or take one that was begun under the same contract.

    Raises TrainingError where it was begun under another one, or holds something else.
    """
    if (folder / CONTRACT).is_file():
        before = read_contract(folder)
        if before.sha256 != contract.sha256:
            what = "; ".join(before.differences(contract)[:5])
            raise TrainingError(
                f"{folder} was begun under another contract (there, now): {what}; "
                "name another folder with --out"
            )
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(f"{folder} is there and holds no experiment; name another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / CONTRACT, contract)


def done(folder: Path, stage: Stage) -> Done | None:
    """What a complete stage took; None where it is not complete."""
    path = folder / stage.id / DONE
    return Done.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def trained(folder: Path, stage: Stage) -> Trained | None:
    """What the training of a stage took that is only still to be judged."""
    path = folder / stage.id / TRAINED
    return Trained.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def write_json(path: Path, record: BaseModel) -> None:
    """Write a record, all or nothing."""
    with whole_file(path) as file:
        file.write(record.model_dump_json(indent=2) + "\n")


def read_steps(folder: Path, stage: Stage) -> list[StepRecord]:
    """The steps of a stage, in order. Of a step that was made again after an interruption the last counts."""
    found = {one.step: one for one in (StepRecord.model_validate(row) for row in _rows(folder, stage, STEPS))}
    return [found[step] for step in sorted(found)]


def append_steps(folder: Path) -> TextIO:
    """The steps of a stage's folder, to write on; a line that a kill cut off is taken away first."""
    file = (folder / STEPS).open("a+", encoding="utf-8", newline="")
    file.seek(0)
    whole = file.read().rpartition("\n")
    file.truncate(len("".join(whole[:2]).encode()))
    return file


def read_replies(folder: Path, stage: Stage) -> list[ReplyRecord]:
    """The replies of a complete stage."""
    return [ReplyRecord.model_validate(row) for row in _rows(folder, stage, REPLIES)]


def _rows(folder: Path, stage: Stage, name: str) -> Iterator[object]:
    path = folder / stage.id / name
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):  # else it was cut off by a kill
                yield json.loads(line)

"""One stage in a process of its own: `python -m training.worker FOLDER ARM SEED`, told by lines on stdout.

Where an arm has several devices, torchrun starts one such process for each. They train together; rank 0 alone
tells and writes. Then the others end, and rank 0 begins anew as the only process, with all memory free, to
judge the model that was saved.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from filelock import FileLock

from training.config import BuiltModel, Config
from training.data import load_data
from training.folder import (
    BASE,
    CHECKPOINTS,
    DONE,
    MODEL,
    TRAINED,
    Done,
    Stage,
    Trained,
    read_contract,
    trained,
    write_json,
)
from training.learner.demonstrate import demonstrate
from training.learner.improve import improve, training_seed
from training.learner.judge import judge
from training.learner.models import base_model, loaded
from training.learner.ranks import is_first, leave
from training.learner.watch import STOPPED, Stopping, quiet


def main(arguments: list[str]) -> None:
    """Do the stage, or go on with it."""
    folder, stage = Path(arguments[0]), Stage(arm=arguments[1], seed=int(arguments[2]))
    stopping = Stopping()
    quiet()
    began = time.monotonic()
    config = read_contract(folder).config
    place = folder / stage.id
    place.mkdir(exist_ok=True)
    several = int(os.environ.get("WORLD_SIZE", 1)) > 1
    if several and os.environ["RANK"] != "0":
        _together(config, folder, stage, stopping, began)
        return
    # One whose driver was killed ends after its step; until then the stage is its own.
    with FileLock(place / ".lock"):
        if several:
            _together(config, folder, stage, stopping, began)
        else:
            _do(config, folder, stage, stopping, began)
    if several:
        for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
            os.environ.pop(name, None)
        os.execv(sys.executable, [sys.executable, "-m", "training.worker", *arguments])


def _together(config: Config, folder: Path, stage: Stage, stopping: Stopping, began: float) -> None:
    """Train an arm as one of several processes."""
    if trained(folder, stage):
        return
    *_, steps = _stage_model(config, folder, stage, stopping)
    if stopping:
        raise SystemExit(STOPPED)
    if is_first():
        record = Trained(steps=steps, seconds=time.monotonic() - began, peak_bytes=_peak(config))
        write_json(folder / stage.id / TRAINED, record)
    leave()


def _do(config: Config, folder: Path, stage: Stage, stopping: Stopping, began: float) -> None:
    place = folder / stage.id
    before = trained(folder, stage) or Trained(steps=0, seconds=0, peak_bytes=0)
    if before.steps:
        model, tokenizer, steps = *loaded(str(place / MODEL), config.dtype), before.steps
    else:
        model, tokenizer, steps = _stage_model(config, folder, stage, stopping)
    if stopping:
        raise SystemExit(STOPPED)
    data = load_data(config, stage.seed)
    replies = judge(config, place, model, tokenizer, data.test, _seed(config, stage), stopping)
    shutil.rmtree(place / CHECKPOINTS, ignore_errors=True)
    write_json(
        place / DONE,
        Done(
            steps=steps,
            replies=replies,
            seconds=before.seconds + time.monotonic() - began,
            peak_bytes=max(before.peak_bytes, _peak(config)),
            parameters=sum(one.numel() for one in model.parameters()),
        ),
    )


def _stage_model(config: Config, folder: Path, stage: Stage, stopping: Stopping) -> tuple[Any, Any, int]:
    """The model of a stage, trained, with its tokenizer and the number of its steps."""
    place = folder / stage.id
    if stage.arm == BASE:
        if isinstance(config.model, BuiltModel):
            return demonstrate(config, place, stage.seed, stopping)
        return *base_model(config, folder, stage), 0
    model, tokenizer = base_model(config, folder, stage)
    data, arm = load_data(config, stage.seed), config.arms[stage.arm]
    steps = improve(config, place, arm, stage.seed, model, tokenizer, data, stopping)
    return model, tokenizer, steps


def _seed(config: Config, stage: Stage) -> int:
    return stage.seed if stage.arm == BASE else training_seed(config.arms[stage.arm], stage.seed)


def _peak(config: Config) -> int:
    if config.device == "gpu":
        import torch

        return int(torch.cuda.max_memory_allocated())
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(sys.argv[1:])

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

from filelock import FileLock

from training.config import BASE, Config, LoadedModel
from training.data import load_data
from training.folder import (
    CHECKPOINTS,
    DONE,
    MODEL,
    TRAINED,
    Done,
    Stage,
    Trained,
    done,
    read_contract,
    trained,
    write_json,
)
from training.learner.demonstrate import demonstrate
from training.learner.improve import improve, training_seed
from training.learner.judge import judge
from training.learner.models import base_model, check_devices, loaded
from training.learner.ranks import is_first, leave
from training.learner.watch import STOPPED, Stopping, quiet


def main(arguments: list[str]) -> None:
    """Do the stage, or go on with it."""
    folder, stage = Path(arguments[0]), Stage(arm=arguments[1], seed=int(arguments[2]))
    stopping = Stopping()
    quiet()
    began = time.monotonic()
    config = read_contract(folder).config
    check_devices(config)
    place = folder / stage.id
    place.mkdir(exist_ok=True)
    several = int(os.environ.get("WORLD_SIZE", 1)) > 1
    if several and os.environ["RANK"] != "0":
        _train(config, folder, stage, stopping, began)
        return
    # One whose driver was killed ends after its step; until then the stage is its own.
    with FileLock(place / ".lock"):
        if several:
            _train(config, folder, stage, stopping, began)
        elif done(folder, stage) is None:  # else that one came to its end
            _do(config, folder, stage, stopping, began)
    if several:
        for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
            os.environ.pop(name, None)
        os.execv(sys.executable, [sys.executable, "-m", "training.worker", *arguments])


def _train(config: Config, folder: Path, stage: Stage, stopping: Stopping, began: float) -> None:
    """Train a stage, alone or as one of several processes, unless it is trained."""
    if trained(folder, stage):
        return
    steps = _made(config, folder, stage, stopping)
    if steps is None:
        raise SystemExit(STOPPED)
    if is_first():
        record = Trained(steps=steps, seconds=time.monotonic() - began, peak_bytes=_peak(config))
        write_json(folder / stage.id / TRAINED, record)
    leave()


def _do(config: Config, folder: Path, stage: Stage, stopping: Stopping, began: float) -> None:
    """Train a stage and judge the model that was saved, whichever process saved it."""
    place, before = folder / stage.id, Trained(steps=0, seconds=0, peak_bytes=0)
    if stage.arm == BASE and isinstance(config.model, LoadedModel):
        model, tokenizer = base_model(config, folder, stage)
    else:
        _train(config, folder, stage, stopping, began)
        before, began = trained(folder, stage) or before, time.monotonic()
        model, tokenizer = loaded(str(place / MODEL), config.dtype)
    data = load_data(config, stage.seed)
    replies = judge(config, place, model, tokenizer, data.test, _seed(config, stage), stopping)
    shutil.rmtree(place / CHECKPOINTS, ignore_errors=True)
    write_json(
        place / DONE,
        Done(
            steps=before.steps,
            replies=replies,
            seconds=before.seconds + time.monotonic() - began,
            peak_bytes=max(before.peak_bytes, _peak(config)),
            parameters=sum(one.numel() for one in model.parameters()),
        ),
    )


def _made(config: Config, folder: Path, stage: Stage, stopping: Stopping) -> int | None:
    """Make and save the model of a stage; returns the number of its steps, None where it was stopped."""
    place = folder / stage.id
    if stage.arm == BASE:
        return demonstrate(config, place, stage.seed, stopping)
    model, tokenizer = base_model(config, folder, stage)
    data, arm = load_data(config, stage.seed), config.arms[stage.arm]
    return improve(config, place, arm, stage.seed, model, tokenizer, data, stopping)


def _seed(config: Config, stage: Stage) -> int:
    return stage.seed if stage.arm == BASE else training_seed(config.arms[stage.arm], stage.seed)


def _peak(config: Config) -> int:
    if config.device == "gpu":
        import torch

        return int(torch.cuda.max_memory_allocated())
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(sys.argv[1:])

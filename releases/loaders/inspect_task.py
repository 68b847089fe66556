"""The labels of this release as a task of Inspect: `inspect eval loaders/inspect_task.py --model …`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState, generate


def _scoring() -> ModuleType:
    """`scoring.py` beside this file, whatever the current folder is."""
    path = Path(__file__).resolve().with_name("scoring.py")
    spec = importlib.util.spec_from_file_location("steward_release_scoring", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is missing: keep the folder `loaders` together")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


scoring = _scoring()


@scorer(metrics={"correct": [mean(), stderr()], "unparsed": [mean()]})
def within_limits() -> Scorer:
    """Whether the answer is within the limits of the label, and whether it could be read at all."""

    async def score(state: TaskState, target: Target) -> Score:
        reply = state.output.completion
        scores: dict[str, str | int | float | bool | None] = {**scoring.score(reply, state.metadata)}
        return Score(value=scores, answer=scoring.final_answer(reply))

    return score


@task
def steward_release() -> Task:
    """Every row that has a label."""
    samples = [
        Sample(
            id=item["source_id"],
            input=item["prompt"],
            target=item["label"],
            metadata={name: value for name, value in item.items() if name not in ("context", "prompt")},
        )
        for item in scoring.load()
    ]
    return Task(dataset=MemoryDataset(samples), solver=generate(), scorer=within_limits())

"""Whether an experiment can work, found out on a machine without its weights: one small step of every arm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from training.config import (
    TRUSTED,
    Arm,
    BuiltModel,
    Config,
    Data,
    ExportedData,
    GeneratedData,
    Grpo,
    Judging,
    LoadedModel,
    StoredData,
)
from training.contract import make_contract
from training.data import Item, TrainingData, load_data
from training.errors import TrainingError
from training.export import Example, write_arms
from training.folder import MODEL, Stage, StepRecord, begin, done, read_steps
from training.memory import Memory, estimate
from training.runner import Ended, Event, Stop, run_stages

PROMPTS, ROLLOUTS, REPLY_TOKENS, ROWS, WORDS = 2, 8, 4, 3, 12
"""Of the small step: prompts, replies to each and their length, instances in all, words of each prompt."""
_REPEAT = "first_again"
"""An arm that is the first once more: what differs between the two has another cause than the reward."""
_SEEDS_TRIED = 1000
_SIDE_BY_SIDE = 2


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ArmTried(_Frozen):
    """What one step did in an arm."""

    arm: str
    labels: str
    reward: float
    """Mean over the replies, by the arm's labels."""
    right: float
    changed: int
    """Weights that are others than before the step."""
    differ: int
    """Weights that are others than in the first arm."""
    peak_bytes: int
    """Most memory of the process."""


class Trial(_Frozen):
    """One small step of every arm, with a model of random weights and few layers."""

    layers: int
    parameters: int
    smaller: tuple[str, ...]
    """In what it is smaller than the experiment."""
    batch: str
    arms: tuple[ArmTried, ...]


class Check(_Frozen):
    """What was found out about an experiment."""

    name: str
    data: str
    """What the data are, or what was taken in their place."""
    real_data: bool
    longest_prompt: int | None
    """In characters; None where the data are not there."""
    trial: Trial
    memory: Memory


class _Small(NamedTuple):
    """The experiment as it is tried."""

    config: Config
    items: tuple[Item, ...]
    smaller: tuple[str, ...]


def check(config: Config, *, layers: int, scratch: Path, tell: Callable[[str], None]) -> Check:
    """Try every arm of an experiment for one step, in an empty folder, and estimate what the real one needs.

    Raises TrainingError for an experiment that cannot work, and as `load_data`.
    """
    try:
        from training.learner.trial import architecture, count, random_base
    except ImportError as error:
        raise TrainingError(f"training needs {error.name}; set it up with: make train") from error
    size = architecture(config)
    data = load_data(config, config.seeds[0]) if _is_there(config.data) else None
    small = _shrunk(config, data, scratch)
    tell(f"building {layers} of {size.layers} layers with random weights")
    base, labels = scratch / "base", {arm.labels for arm in small.config.arms.values()}
    parameters = random_base(size, layers, config.dtype, small.items, labels, config.seeds[0], base)
    trial = _tried(small, layers, parameters, scratch / "trial", tell)
    longest = _longest(data) if data else None
    return Check(
        name=config.name,
        data=_described(config, data),
        real_data=data is not None,
        longest_prompt=longest,
        trial=trial,
        memory=estimate(config, size, count(size), _prompt_tokens(config, longest)),
    )


def _is_there(data: Data) -> bool:
    match data:
        case GeneratedData():
            return True
        case ExportedData():
            return data.folder.exists()
        case StoredData():
            return data.store.exists()


def _described(config: Config, data: TrainingData | None) -> str:
    match config.data:
        case GeneratedData():
            source = "generated problems"
        case ExportedData():
            source = str(config.data.folder)
        case StoredData():
            source = str(config.data.store)
    if data is None:
        return f"{source} is not there: generated problems stand in for it"
    labels = dict.fromkeys(arm.labels for arm in config.arms.values() if arm.labels != TRUSTED)
    noise = ", ".join(f"{name} differs in {data.noise(name):.1%}" for name in labels)
    return f"{source}: {len(data.train)} to learn from, {len(data.test)} to be judged by; {noise}"


def _longest(data: TrainingData) -> int:
    return max(sum(len(message["content"]) for message in item.prompt) for item in (*data.train, *data.test))


def _prompt_tokens(config: Config, longest: int | None) -> int:
    """The length that prompts may have; where nothing limits it, one token for each character."""
    return config.grpo.max_prompt_tokens or longest or 0


def _shrunk(config: Config, data: TrainingData | None, scratch: Path) -> _Small:
    """The same experiment with little of everything, on a CPU."""
    arms = dict(config.arms)
    if data is not None and not isinstance(config.data, GeneratedData):
        small_data: Data = _exported(data, scratch / "data")
    else:
        formulas = config.data if isinstance(config.data, GeneratedData) else GeneratedData()
        if data is None:
            arms = {n: a if a.labels == TRUSTED else Arm(labels="systematic") for n, a in arms.items()}
        small_data = _generated(formulas, arms, config.seeds[0])
    arms[_REPEAT] = config.arms[config.first]
    how = config.grpo
    grpo = how.model_dump() | {
        "steps": 1,
        "epochs": None,
        "prompts": PROMPTS,
        "rollouts": ROLLOUTS,
        "micro_batch": PROMPTS * ROLLOUTS // 2 if how.micro_batch else None,
        "max_reply_tokens": REPLY_TOKENS,
        "vllm": None,
    }
    model = LoadedModel(
        kind="loaded",
        name=str(scratch / "base"),
        dtype=config.dtype,
    )
    small = Config(
        name=config.name,
        model=model,
        data=small_data,
        arms=arms,
        reward=config.reward,
        grpo=Grpo.model_validate(grpo),
        judging=Judging(samples=1, batch=ROWS),
        seeds=config.seeds[:1],
    )
    found = load_data(small, small.seeds[0])
    return _Small(small, found.train, _smaller(config))


def _smaller(config: Config) -> tuple[str, ...]:
    how = config.grpo
    length = f"{how.steps} steps" if how.steps else f"{how.epochs:g} epochs"
    said = [
        f"1 step, not {length}",
        f"{PROMPTS} prompts × {ROLLOUTS} replies a step, not {how.prompts} × {how.rollouts}",
        f"replies of {REPLY_TOKENS} tokens, not {how.max_reply_tokens}; prompts of a few words",
        "a tokenizer made of the prompts and of whole answers",
    ]
    if config.device == "gpu":
        said.append(
            "one process on a CPU, not " + (f"{config.devices} GPUs" if config.devices > 1 else "a GPU")
        )
    return (*said, *(["replies by the model itself, not by vLLM"] if how.vllm else []))


def _exported(data: TrainingData, folder: Path) -> ExportedData:
    """A few of the instances, their prompts cut short; those whose labels differ first."""
    examples = [
        _example(item)
        for part in (data.train, data.test)
        for item in sorted(part, key=lambda item: not item.differs)[:ROWS]
    ]
    folder.mkdir()
    (system, *_) = data.train[0].prompt
    write_arms(folder, examples, "check", _cut(system["content"]))
    return ExportedData(kind="exported", folder=folder)


def _example(item: Item) -> Example:
    return Example(
        uid=item.uid,
        question=_cut(item.prompt[-1]["content"]),
        kind=item.kind,
        ability=item.formula,
        split=item.split,
        original=item.limits["original"],
        released=item.limits[TRUSTED],
        labels_differ=bool(item.differs),
    )


def _cut(text: str) -> str:
    return " ".join(text.split()[:WORDS])


def _generated(data: GeneratedData, arms: dict[str, Arm], seed: int) -> GeneratedData:
    """A few problems, drawn so that all of their faulty labels show."""
    wanted = {arm.labels for arm in arms.values()} - {TRUSTED}
    small = data.model_dump() | {"train": ROWS, "test": ROWS, "missing": 0.0, "rates": (1.0,)}
    for tried in range(_SEEDS_TRIED):
        found = GeneratedData.model_validate(small | {"seed": tried})
        config = _only_data(found, seed)
        if all(wanted <= item.differs for item in load_data(config, seed).train):
            return found
    raise TrainingError(
        f"data.formulas: the faults of {', '.join(data.formulas)} hardly ever show; add others"
    )


def _only_data(data: GeneratedData, seed: int) -> Config:
    arms = {name: Arm(labels=name) for name in data.label_sets}
    return Config(name="data", model=BuiltModel(), data=data, arms=arms, grpo=Grpo(steps=1), seeds=(seed,))


def _tried(small: _Small, layers: int, parameters: int, folder: Path, tell: Callable[[str], None]) -> Trial:
    """Run the small experiment as `train run` runs one, and look at what it left."""
    config, seed = small.config, small.config.seeds[0]
    begin(folder, make_contract(config))
    failures: list[Ended] = []

    def listen(event: Event | Ended) -> None:
        if isinstance(event, Ended):
            tell(f"{event.stage.arm}: {event.outcome}")
            if event.outcome == "failed":
                failures.append(event)

    asyncio.run(run_stages(folder, config, processes=_SIDE_BY_SIDE, stop=Stop(), tell=listen))
    if failures:
        why = "; ".join(f"{one.stage.arm}: {one.detail}" for one in failures)
        raise TrainingError(f"{config.name}: a step cannot be made: {why}")
    records = {arm: read_steps(folder, Stage(arm=arm, seed=seed))[0] for arm in config.arms}
    _same_replies(config, records)
    arms = _arms(folder, config, records)
    return Trial(
        layers=layers,
        parameters=parameters,
        smaller=small.smaller,
        batch=records[config.first].batch,
        arms=arms,
    )


def _same_replies(config: Config, records: dict[str, StepRecord]) -> None:
    """Before the first step all arms are the same model: asked the same, they must have said the same."""
    first = records[config.first]
    for name, record in records.items():
        if config.arms[name].other_seeds:
            continue
        if record.batch != first.batch:
            raise TrainingError(f"arms.{name}: its step had another batch than that of {config.first}")
        said = [(one.right_trusted, one.unreadable, one.unknown) for one in (first, record)]
        if said[0] != said[1]:
            raise TrainingError(f"arms.{name}: its replies were others than those of {config.first}")


def _arms(folder: Path, config: Config, records: dict[str, StepRecord]) -> tuple[ArmTried, ...]:
    from training.learner.trial import weights_that_differ

    seed = config.seeds[0]

    def model(arm: str) -> Path:
        return folder / Stage(arm=arm, seed=seed).id / MODEL

    assert isinstance(config.model, LoadedModel), "it was made so"
    if weights_that_differ(model(config.first), model(_REPEAT)):
        raise TrainingError("the first arm, trained again, became another model: arms differ by chance")
    found = []
    for name, arm in config.arms.items():
        if name == _REPEAT:
            continue
        changed = weights_that_differ(Path(config.model.name), model(name))
        if not changed:
            raise TrainingError(
                f"grpo.learning_rate: a step of {config.grpo.learning_rate:g} changed no weight in {name}; "
                f"raise it, or take model.dtype: float32 instead of {config.model.dtype}"
            )
        ended = done(folder, Stage(arm=name, seed=seed))
        assert ended is not None, "no stage failed"
        found.append(
            ArmTried(
                arm=name,
                labels=arm.labels,
                reward=records[name].reward,
                right=records[name].right,
                changed=changed,
                differ=weights_that_differ(model(config.first), model(name)),
                peak_bytes=ended.peak_bytes,
            )
        )
    return tuple(found)

"""What a user writes down of an experiment: one file for all arms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from training.errors import TrainingError
from training.problems.formulas import FORMULAS

Positive = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Dtype = Literal["float32", "bfloat16"]
LabelSetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
BASE = "base"
"""What the models are called that the arms begin with."""
OTHER_SEEDS = 1_000
"""What is added to the seed of an arm that has other seeds than the rest."""
TRUSTED = "trusted"
"""The label set by which all arms are judged; of a run or an export it is the released one."""
_SEEDS = 2**31
"""Seeds are below it: numpy's end at 2³²."""
_ALL = tuple(formula.calculator for formula in FORMULAS)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Decoder(_Frozen):
    """A decoder that is built with random weights: Qwen3's architecture in this size."""

    hidden_size: Positive = 96
    layers: Positive = 3
    heads: Positive = 4
    kv_heads: Positive = 4
    head_dim: Positive = 24
    intermediate_size: Positive = 384
    vocab_size: Positive | None = None
    """None: that of its tokenizer."""
    tie_embeddings: bool = True

    @model_validator(mode="after")
    def _heads_in_groups(self) -> Decoder:
        if self.heads % self.kv_heads:
            raise ValueError(f"heads: {self.heads} is no multiple of kv_heads, {self.kv_heads}")
        if self.head_dim % 2:
            raise ValueError(f"head_dim: {self.head_dim} is odd, and positions are turned in pairs")
        return self


class Demonstrations(_Frozen):
    """Supervised training of a decoder from scratch, on replies that are right or faulty, undecidedly so.

    Of each formula a share of the replies is right, drawn from `right`; so are of those to problems with a
    missing input.
    """

    steps: Positive = 800
    batch: Positive = 128
    learning_rate: Annotated[float, Field(gt=0)] = 3e-3
    right: tuple[Share, Share] = (0.3, 0.7)

    @model_validator(mode="after")
    def _in_order(self) -> Demonstrations:
        if self.right[0] > self.right[1]:
            raise ValueError(f"right goes from {self.right[0]} to {self.right[1]}, which is downward")
        return self


class BuiltModel(_Frozen):
    """A base model made here: random weights, then demonstrations. Its data are generated problems."""

    kind: Literal["built"] = "built"
    decoder: Decoder = Decoder()
    demonstrations: Demonstrations = Demonstrations()


class LoadedModel(_Frozen):
    """A pretrained base model: a path, or a name of the hub."""

    kind: Literal["loaded"]
    name: Annotated[str, Field(min_length=1)]
    dtype: Dtype = "bfloat16"
    architecture: Decoder | None = None
    """Its size, with which `check` builds it where its weights are not at hand, and estimates memory."""


class GeneratedData(_Frozen):
    """Problems that are drawn, with trusted labels and faulty ones; see `training/problems`."""

    kind: Literal["generated"] = "generated"
    formulas: tuple[str, ...] = tuple(name for name in _ALL if name not in _ALL[-3:])
    held_out: tuple[str, ...] = _ALL[-3:]
    """Demonstrated and tested, but not among the problems that the arms learn from."""
    train: Positive = 3200
    test: Positive = 1000
    missing: Share = 0.08
    rates: tuple[Share, ...] = (0.95, 0.9, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0, 0, 0, 0, 0)
    """How often a formula's labels are systematically faulty; dealt in turn, to the formulas anew for each
    seed. At most one for each formula."""
    seed: int = 0

    @field_validator("formulas", "held_out")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in _ALL:
                raise ValueError(f"no formula {name!r}; there are {', '.join(_ALL)}")
        return names

    @model_validator(mode="after")
    def _apart(self) -> GeneratedData:
        if not self.formulas or not self.rates:
            raise ValueError("formulas and rates may not be empty")
        if both := set(self.formulas) & set(self.held_out):
            raise ValueError(f"{', '.join(sorted(both))} cannot be learned from and held out")
        for names in (self.formulas, self.held_out):
            if twice := next((name for n, name in enumerate(names) if name in names[:n]), None):
                raise ValueError(f"formulas and held_out have each name once, and {twice} is there twice")
        if len(self.rates) > len(self.formulas):
            raise ValueError(
                f"rates: {len(self.rates)} of them cannot be dealt to {len(self.formulas)} formulas; give at "
                "most one for each"
            )
        return self

    @property
    def label_sets(self) -> tuple[str, ...]:
        """The label sets that there are."""
        return (TRUSTED, "systematic", "even", "random")


class ExportedData(_Frozen):
    """Two label sets of a benchmark: a folder that `export --format trl` or `--format verl` wrote."""

    kind: Literal["exported"]
    folder: Path

    @property
    def label_sets(self) -> tuple[str, ...]:
        """The label sets that there are."""
        return (TRUSTED, "original")


class StoredData(_Frozen):
    """Two label sets of a benchmark, from the store: the original labels and those of these runs."""

    kind: Literal["stored"]
    store: Path
    runs: tuple[str, ...] = ()
    """Empty: the only run."""
    split_by: str
    """A column of the benchmark; equal values stay together in training or test."""
    test_share: Annotated[float, Field(gt=0, lt=1)] = 0.2
    system_prompt: Path | None = None

    @property
    def label_sets(self) -> tuple[str, ...]:
        """The label sets that there are."""
        return (TRUSTED, "original")


Data = Annotated[GeneratedData | ExportedData | StoredData, Field(discriminator="kind")]


class Arm(_Frozen):
    """One arm: the label set that it is rewarded by."""

    labels: LabelSetName
    other_seeds: bool = False
    """Trained with other seeds than the other arms: beside an arm with the same labels, an A/A control."""


class Reward(_Frozen):
    """How replies are rewarded; see `training/rewards/reward.py`."""

    paper_strict: bool = False


class Vllm(_Frozen):
    """Replies by vLLM in the training processes, on the same GPUs."""

    memory: Annotated[float, Field(gt=0, lt=1)] = 0.45
    """Its part of each GPU."""
    tensor_parallel: Positive = 1
    """GPUs that share one copy of the model."""


class Grpo(_Frozen):
    """Settings of GRPO. Names are TRL's where TRL has one for it."""

    steps: Positive | None = None
    epochs: Annotated[float, Field(gt=0)] | None = None
    prompts: Positive = 16
    """Per step, in all."""
    rollouts: Annotated[int, Field(ge=2)] = 8
    """Per prompt."""
    micro_batch: Positive | None = None
    """Replies at once on each device; None: all. The step is the same, in less memory."""
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    schedule: Literal["constant", "linear", "cosine"] = "constant"
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    max_grad_norm: Annotated[float, Field(gt=0)] = 1.0
    kl: Annotated[float, Field(ge=0)] = 0.001
    """Weight of the low-variance KL estimate against the base model, in the loss."""
    clip: Annotated[float, Field(gt=0)] = 0.2
    dual_clip: Annotated[float, Field(gt=1)] | None = None
    scale_by_std: bool = False
    loss: Literal["grpo", "dr_grpo", "dapo", "bnpo"] = "dapo"
    temperature: Annotated[float, Field(gt=0)] = 1.0
    max_prompt_tokens: Positive | None = None
    """Prompts that are longer are left out, in every arm alike."""
    max_reply_tokens: Positive = 24
    vllm: Vllm | None = None
    save_every: Positive = 25
    """Steps between checkpoints from which an interrupted arm goes on."""

    @model_validator(mode="after")
    def _one_length(self) -> Grpo:
        if (self.steps is None) == (self.epochs is None):
            raise ValueError("give either steps or epochs")
        return self


class Judging(_Frozen):
    """How an arm is judged once it is trained: replies to the test part, sampled and greedy."""

    samples: Positive = 4
    temperature: Annotated[float, Field(gt=0)] = 1.0
    batch: Positive = 256


class Config(_Frozen):
    """An experiment. The first arm is compared with each of the others."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    model: Annotated[BuiltModel | LoadedModel, Field(discriminator="kind")]
    data: Data
    arms: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Arm]
    reward: Reward = Reward()
    grpo: Grpo
    judging: Judging = Judging()
    seeds: tuple[int, ...] = (0, 1, 2)
    device: Literal["cpu", "gpu"] = "cpu"
    devices: Positive = 1
    """How many GPUs an arm has, each with a process of its own. On a CPU: processes."""

    @model_validator(mode="after")
    def _fits(self) -> Config:
        self._check_arms()
        self._check_seeds()
        self._check_batches()
        if isinstance(self.model, BuiltModel) and not isinstance(self.data, GeneratedData):
            raise ValueError("model: one that is built here can only learn generated problems")
        return self

    @property
    def dtype(self) -> Dtype:
        """The type of the weights that are trained."""
        return "float32" if isinstance(self.model, BuiltModel) else self.model.dtype

    def _check_arms(self) -> None:
        if len(self.arms) < 2:
            raise ValueError("arms: an experiment compares at least two")
        if BASE in self.arms:
            raise ValueError(f"arms.{BASE}: so the models are called that arms begin with; name it otherwise")
        for name, arm in self.arms.items():
            if arm.labels not in self.data.label_sets:
                there = ", ".join(self.data.label_sets)
                raise ValueError(f"arms.{name}.labels: no label set {arm.labels!r}; there are {there}")
        first = self.arms[self.first]
        if first.labels != TRUSTED:
            raise ValueError(
                f"arms.{self.first}.labels: the first arm is what others are compared with: its labels are "
                f"{TRUSTED!r}, not {first.labels!r}; put another arm first"
            )
        if first.other_seeds:
            raise ValueError(f"arms.{self.first}.other_seeds: the first arm is what others are compared with")

    def _check_seeds(self) -> None:
        if not self.seeds or len(set(self.seeds)) != len(self.seeds):
            raise ValueError("seeds: at least one, and each once")
        for seed in self.seeds:
            if not 0 <= seed < _SEEDS:
                raise ValueError(f"seeds: {seed} is not between 0 and {_SEEDS - 1}")
            if seed + OTHER_SEEDS in self.seeds and any(arm.other_seeds for arm in self.arms.values()):
                raise ValueError(
                    f"seeds: an arm with other_seeds has {seed + OTHER_SEEDS} for {seed}, which is one of "
                    "them as well; choose others"
                )

    def _check_batches(self) -> None:
        """Each device has as many replies, in whole micro batches: else a step would silently be smaller."""
        how = self.grpo
        if isinstance(self.data, GeneratedData) and self.data.train < how.prompts:
            raise ValueError(f"grpo.prompts: a step asks {how.prompts}, and data.train is {self.data.train}")
        replies, over = divmod(how.prompts * how.rollouts, self.devices)
        if over:
            raise ValueError(
                f"devices: {how.prompts} prompts of {how.rollouts} rollouts cannot be dealt evenly to "
                f"{self.devices} devices; change grpo.prompts"
            )
        if how.micro_batch and replies % how.micro_batch:
            raise ValueError(
                f"grpo.micro_batch: {replies} replies on a device are not a multiple of {how.micro_batch}; "
                f"take a divisor, such as {_divisor(replies, how.micro_batch)}"
            )
        if how.vllm and self.devices % how.vllm.tensor_parallel:
            raise ValueError(
                f"grpo.vllm.tensor_parallel: {how.vllm.tensor_parallel} does not divide devices, "
                f"{self.devices}"
            )
        if how.vllm and self.device == "cpu":
            raise ValueError("grpo.vllm: it needs device: gpu; leave it out on a CPU")

    @property
    def first(self) -> str:
        """The arm that the others are compared with."""
        return next(iter(self.arms))


def _divisor(number: int, at_most: int) -> int:
    """The greatest divisor that is not greater."""
    return next(n for n in range(min(number, at_most), 0, -1) if number % n == 0)


def load_config(path: Path) -> Config:
    """An experiment from a YAML file. Raises TrainingError that names the file, the place and the value."""
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise TrainingError(f"cannot read {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} is not YAML: {error}") from error
    if not isinstance(given, dict):
        raise TrainingError(f"{path} holds no settings; training/configs has examples")
    try:
        return Config.model_validate({"name": path.stem, **given})
    except ValidationError as error:
        raise TrainingError(f"{path}: {_told(error)}") from error


def _told(error: ValidationError) -> str:
    """Every fault with its place: `grpo.steps: Input should be …`."""
    faults = []
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"])
        said = one["msg"].removeprefix("Value error, ")
        faults.append(f"{place}: {said}" if place else said)
    return "; ".join(faults)

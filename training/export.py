"""Training data in two arms: the same instances in the same order, rewarded by original or released label."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from answers.agreement import agrees
from answers.model import (
    Answer,
    AnswerKind,
    AnswerSpec,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from benchmarks.label_sets import LabelSet
from benchmarks.model import Instance
from benchmarks.rules import limits_from_rule
from benchmarks.whole import whole_folder
from training.errors import TrainingError

Trainer = Literal["verl", "trl"]
Arm = Literal["original", "released"]
Split = Literal["train", "test"]
ARMS: tuple[Arm, ...] = ("original", "released")
UNKNOWN = "unknown"
REWARDS = Path(__file__).parent / "rewards"
MANIFEST = "manifest.json"
FORMS: Mapping[AnswerKind, str] = {
    "number": "a number",
    "integer": "a whole number",
    "date": "a date as year/month/day",
    "duration": "a duration in days",
    "category": "a category",
    "text": "a few words",
}
ENTRY_POINTS: Mapping[Trainer, str] = {"verl": "compute_score", "trl": "answer_reward"}


class Limits(NamedTuple):
    """What is rewarded: from `low` to `high`, as `reward.py` reads them."""

    low: str
    high: str


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(_Frozen):
    """One instance, with what each arm rewards."""

    uid: str
    question: str
    kind: AnswerKind
    ability: str
    split: Split
    original: Limits
    released: Limits
    labels_differ: bool
    """Whether the two labels disagree; limits around labels that agree may still differ a little."""

    def limits(self, arm: Arm) -> Limits:
        """What an arm rewards."""
        return self.original if arm == "original" else self.released


class Splitting(_Frozen):
    """Instances with the same value in a column of the benchmark stay together; a share is for tests."""

    column: str
    share: float

    def split_of(self, instance: Instance) -> Split:
        """By the value's hash, so that instances that are added later move no other."""
        digest = hashlib.sha256(instance.row[self.column].encode("utf-8", "replace")).hexdigest()
        return "test" if int(digest[:13], 16) / 16**13 < self.share else "train"


class RunUsed(_Frozen):
    """A run whose labels are released."""

    run: str
    contract: str


class Provenance(_Frozen):
    """Where training data come from."""

    tool_version: str
    benchmark: str
    benchmark_sha256: str
    runs: tuple[RunUsed, ...]
    split: Splitting | None
    instances: int
    rejected_rows: int
    """Rows of the benchmark that could not be read as instances."""


class File(_Frozen):
    """A file of the folder; `rows` of a table."""

    sha256: str
    rows: int | None = None


class Manifest(_Frozen):
    """What the folder holds. `labels_differ` counts the examples whose two labels disagree."""

    format: Trainer
    reward_file: str
    reward_function: str
    provenance: Provenance
    examples: int
    labels_differ: int
    left_out: dict[str, tuple[str, ...]]
    """Reason → source ids."""
    files: dict[str, File]


class TrainingSet(_Frozen):
    """The examples, and why the others are none: source id → reason."""

    examples: tuple[Example, ...]
    left_out: dict[str, str]


def training_set(
    instances: Sequence[Instance], released: LabelSet, splitting: Splitting | None = None
) -> TrainingSet:
    """The instances that have both labels, in their order. Raises TrainingError for an unknown column."""
    if splitting and (lost := [i for i in instances if splitting.column not in i.row]):
        columns = ", ".join(map(repr, lost[0].row))
        raise TrainingError(f"the benchmark has no column {splitting.column!r}; it has {columns}")
    examples: list[Example] = []
    left_out: dict[str, str] = {}
    for instance in instances:
        label = released.labels[instance.source_id]
        if label.answer is None:
            left_out[instance.source_id] = "ambiguous" if label.gap == "ambiguous" else "no released label"
        elif instance.label is None:
            left_out[instance.source_id] = "no original label"
        else:
            examples.append(_example(instance, instance.label, label.answer, splitting))
    return TrainingSet(examples=tuple(examples), left_out=left_out)


def _example(instance: Instance, original: Answer, released: Answer, splitting: Splitting | None) -> Example:
    spec = instance.spec
    unit = f" in {spec.unit}" if spec.unit else ""
    options = f": one of {', '.join(spec.options)}" if spec.options else ""
    form = f"The answer is {FORMS[spec.kind]}{options}{unit}."
    return Example(
        uid=instance.source_id,
        question=f"{instance.context}\n\n{instance.question}\n\n{form}",
        kind=spec.kind,
        ability=instance.calculator or instance.calculator_name or instance.category or "",
        split=splitting.split_of(instance) if splitting else "train",
        original=reward_limits(original, spec),
        released=reward_limits(released, spec),
        labels_differ=not agrees(original, released, spec),
    )


def reward_limits(label: Answer, spec: AnswerSpec) -> Limits:
    """The lowest and the highest answer that is rewarded where `label` is the truth, whatever its sign."""
    low, high = limits_from_rule(label, spec.agreement) or (label, label)
    return Limits(_spelled(low), _spelled(high))


def _spelled(answer: Answer) -> str:
    match answer:
        case IncomputableAnswer():
            return UNKNOWN
        case NumberAnswer():
            return repr(answer.value)
        case DateAnswer():
            day = answer.value
            return f"{day.year:04}/{day.month:02}/{day.day:02}"
        case IntegerAnswer() | DurationAnswer():
            return str(answer.value)
        case _:
            return answer.value


def rows(examples: Sequence[Example], arm: Arm, data_source: str, system_prompt: str) -> list[dict[str, Any]]:
    """The rows of one arm as both trainers read them."""
    return [
        {
            "data_source": data_source,
            "ability": one.ability,
            "prompt": [
                {"role": "system", "content": system_prompt},
                {"role": "user", "content": one.question},
            ],
            "reward_model": {"ground_truth": list(one.limits(arm)), "style": "rule"},
            "extra_info": {
                "uid": one.uid,
                "data_type": one.kind,
                "split": one.split,
                "labels_differ": one.labels_differ,
            },
        }
        for one in examples
    ]


def write_training(
    out: Path, found: TrainingSet, *, trainer: Trainer, system_prompt: str, provenance: Provenance
) -> Manifest:
    """Write a folder with both arms, the reward, the system prompt and a manifest, which is returned.

    All or nothing: the folder appears once it is complete. Raises TrainingError where something is there
    already or there is nothing to write, and OSError.
    """
    if not found.examples:
        raise TrainingError("no instance has both an original label and a released one: there is no example")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TrainingError(f"{out} is there already; name a new folder, or empty it")
    if not out.absolute().parent.is_dir():
        raise TrainingError(f"there is no folder {out.parent}; make it first")
    with whole_folder(out) as draft:
        counts = write_arms(draft, found.examples, provenance.benchmark, system_prompt)
        shutil.copyfile(REWARDS / "reward.py", draft / "reward.py")
        (draft / "system_prompt.txt").write_text(f"{system_prompt}\n", "utf-8")
        manifest = _manifest(draft, found, trainer, counts, provenance)
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    return manifest


def write_arms(
    folder: Path, examples: Sequence[Example], data_source: str, system_prompt: str
) -> dict[str, int]:
    """Write a table for each split and arm; returns name → number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, message = pa.string(), pa.struct([("role", pa.string()), ("content", pa.string())])
    differ = ("labels_differ", pa.bool_())
    schema = pa.schema(
        [
            ("data_source", text),
            ("ability", text),
            ("prompt", pa.list_(message)),
            ("reward_model", pa.struct([("ground_truth", pa.list_(text)), ("style", text)])),
            ("extra_info", pa.struct([("uid", text), ("data_type", text), ("split", text), differ])),
        ]
    )
    counts: dict[str, int] = {}
    for split in sorted({one.split for one in examples}, reverse=True):
        part = [one for one in examples if one.split == split]
        for arm in ARMS:
            table = pa.Table.from_pylist(rows(part, arm, data_source, system_prompt), schema=schema)
            pq.write_table(table, folder / f"{split}_{arm}.parquet")
            counts[f"{split}_{arm}.parquet"] = len(part)
    return counts


def _manifest(
    folder: Path, found: TrainingSet, trainer: Trainer, counts: Mapping[str, int], provenance: Provenance
) -> Manifest:
    reasons = sorted(set(found.left_out.values()))
    left_out = found.left_out.items()
    return Manifest(
        format=trainer,
        reward_file="reward.py",
        reward_function=ENTRY_POINTS[trainer],
        provenance=provenance,
        examples=len(found.examples),
        labels_differ=sum(one.labels_differ for one in found.examples),
        left_out={reason: tuple(key for key, why in left_out if why == reason) for reason in reasons},
        files={
            path.name: File(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), rows=counts.get(path.name))
            for path in sorted(folder.iterdir())
        },
    )

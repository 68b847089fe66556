"""The instances that arms learn from and are judged by, with their limits under every label set."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from answers.agreement import agrees
from answers.canonical import sha256_json, sha256_members
from answers.model import Answer, AnswerKind
from graphs.label_sets import run_labels
from graphs.runs import find_runs
from store.store import Store
from training.config import TRUSTED, Config, ExportedData, GeneratedData, StoredData
from training.errors import TrainingError
from training.export import (
    REWARDS,
    UNKNOWN,
    Example,
    Limits,
    Split,
    Splitting,
    reward_limits,
    training_set,
)
from training.problems.draw import Problem, draw_problems
from training.problems.formulas import formulas
from training.problems.noise import (
    even_labels,
    faulty_count,
    random_labels,
    rates_of,
    systematic_labels,
)

_TRAIN, _TEST, _SHOWN = "train", "test", "demonstrations"


class Item(BaseModel):
    """One instance as an arm meets it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uid: str
    formula: str
    """The calculator, or whatever groups the benchmark's instances; "" where nothing does."""
    split: Split
    held_out: bool = False
    """Of a formula that no arm learns from."""
    prompt: tuple[dict[str, str], ...]
    kind: AnswerKind
    limits: Mapping[str, Limits]
    """Label set → what is right under it."""
    differs: frozenset[str] = frozenset()
    """The label sets whose label disagrees with the trusted one."""

    @property
    def incomputable(self) -> bool:
        """Whether in truth there is no answer."""
        return self.limits[TRUSTED] == (UNKNOWN, UNKNOWN)


class TrainingData(BaseModel):
    """All instances of an experiment, under the labels that they have for one seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    train: tuple[Item, ...]
    test: tuple[Item, ...]

    def noise(self, labels: str) -> float:
        """The share of the training labels of a label set that disagree with the trusted ones."""
        return sum(labels in item.differs for item in self.train) / len(self.train)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of every instance with its limits."""
        return sha256_members(
            (f"{n}", sha256_json(item.model_dump(mode="json") | {"differs": sorted(item.differs)}))
            for n, item in enumerate((*self.train, *self.test))
        )


def load_data(config: Config, seed: int) -> TrainingData:
    """The instances of an experiment. Generated ones are the same for every seed, and their labels are not.

    Raises TrainingError for data that are not there or do not fit, StoreError, JobError and OSError.
    """
    match config.data:
        case GeneratedData():
            return _generated(config.data, seed)
        case ExportedData():
            return _checked(_exported(config.data.folder), str(config.data.folder))
        case StoredData():
            return _checked(_stored(config.data), str(config.data.store))


def demonstrations(data: GeneratedData, count: int, right: tuple[float, float], seed: int) -> Iterator[Any]:
    """So many problems with replies, of each formula a share of them right that is drawn for the seed.

    Yields rows with `prompt` and `completion`, each a list of one message.
    """
    rng = random.Random(f"{_SHOWN}-{data.seed}-{seed}")
    chosen = formulas(data.formulas + data.held_out)
    shares = {formula.calculator: rng.uniform(*right) for formula in chosen}
    missing = rng.uniform(*right)
    for problem in draw_problems(chosen, count, rng, missing=data.missing):
        share = missing if problem.incomputable else shares[problem.formula]
        reply = problem.demonstration(right=rng.random() < share)
        yield {
            "prompt": [{"role": "user", "content": problem.text}],
            "completion": [{"role": "assistant", "content": reply}],
        }


def _generated(data: GeneratedData, seed: int) -> TrainingData:
    train, test = _problems(data)
    rng = random.Random(f"labels-{data.seed}-{seed}")
    rates = rates_of(data.formulas, data.rates, rng)
    return TrainingData(
        train=tuple(_items(train, _labels(train, rates, rng), "train", ())),
        test=tuple(_items(test, _labels(test, rates, rng), "test", data.held_out)),
    )


@lru_cache(maxsize=1)  # they are the same for every seed, and take seconds
def _problems(data: GeneratedData) -> tuple[list[Problem], list[Problem]]:
    """Those to learn from and those of the test part."""
    chosen, held_out = formulas(data.formulas), formulas(data.held_out)
    rng = random.Random(f"{_TRAIN}-{data.seed}")
    train = draw_problems(chosen, data.train, rng, missing=data.missing)
    rng = random.Random(f"{_TEST}-{data.seed}")
    return train, draw_problems(chosen + held_out, data.test, rng, missing=data.missing)


def _labels(
    problems: Sequence[Problem], rates: Mapping[str, float], rng: random.Random
) -> dict[str, list[Answer]]:
    systematic = systematic_labels(problems, rates, rng)
    count = faulty_count(problems, systematic)
    return {
        TRUSTED: [problem.truth for problem in problems],
        "systematic": systematic,
        "even": even_labels(problems, count, rng),
        "random": random_labels(problems, count, rng),
    }


def _items(
    problems: Sequence[Problem], labels: Mapping[str, Sequence[Answer]], split: Split, held_out: Sequence[str]
) -> Iterator[Item]:
    for n, problem in enumerate(problems):
        limits = {name: reward_limits(given[n], problem.spec) for name, given in labels.items()}
        wrong = (name for name in labels if not agrees(labels[name][n], problem.truth, problem.spec))
        yield Item(
            uid=f"{split}-{n}",
            formula=problem.formula,
            split=split,
            held_out=problem.formula in held_out,
            prompt=({"role": "user", "content": problem.text},),
            kind=problem.spec.kind,
            limits=limits,
            differs=frozenset(wrong),
        )


def _exported(folder: Path) -> Iterator[Item]:
    """The rows of a folder that `export` wrote, both arms put together."""
    import pyarrow.parquet as pq

    if not (folder / "train_original.parquet").is_file():
        raise TrainingError(
            f"{folder} holds no training data; write them with: export --format trl --split-by COLUMN "
            f"--out {folder}"
        )
    for split in (_TRAIN, _TEST):
        tables = [folder / f"{split}_{arm}.parquet" for arm in ("original", "released")]
        if not tables[0].is_file():
            continue
        pairs = zip(*(pq.read_table(table).to_pylist() for table in tables), strict=True)
        for original, released in pairs:
            if original["extra_info"]["uid"] != released["extra_info"]["uid"]:
                raise TrainingError(f"{tables[0]} and {tables[1].name} do not hold the same rows")
            yield _paired(original, released)


def _paired(original: Mapping[str, Any], released: Mapping[str, Any]) -> Item:
    info = original["extra_info"]
    limits = {
        TRUSTED: Limits(*released["reward_model"]["ground_truth"]),
        "original": Limits(*original["reward_model"]["ground_truth"]),
    }
    return Item(
        uid=info["uid"],
        formula=original["ability"],
        split=info["split"],
        prompt=tuple(original["prompt"]),
        kind=info["data_type"],
        limits=limits,
        differs=frozenset({"original"} if info["labels_differ"] else ()),
    )


def _stored(data: StoredData) -> Iterator[Item]:
    prompt = (data.system_prompt or REWARDS / "system_prompt.txt").read_text("utf-8").strip()
    with Store.open(data.store, read_only=True) as store:
        runs = find_runs(store, data.runs)
        instances = list(store.instances(runs[0].benchmark_id))
        splitting = Splitting(column=data.split_by, share=data.test_share)
        found = training_set(instances, run_labels(store, runs), splitting)
    yield from (_of_example(example, prompt) for example in found.examples)


def _of_example(example: Example, system_prompt: str) -> Item:
    return Item(
        uid=example.uid,
        formula=example.ability,
        split=example.split,
        prompt=(
            {"role": "system", "content": system_prompt},
            {"role": "user", "content": example.question},
        ),
        kind=example.kind,
        limits={TRUSTED: example.released, "original": example.original},
        differs=frozenset({"original"} if example.labels_differ else ()),
    )


def _checked(items: Iterable[Item], source: str) -> TrainingData:
    every = tuple(items)
    train = tuple(item for item in every if item.split == "train")
    test = tuple(item for item in every if item.split == "test")
    if not train or not test:
        lacking = "test" if train else "training"
        raise TrainingError(
            f"{source} has no {lacking} part: an experiment learns from one part of a benchmark and is "
            "judged by the other; set one apart with --split-by, and see --test-share"
        )
    return TrainingData(train=train, test=test)

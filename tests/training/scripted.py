"""Experiments whose replies are written down instead of trained: what is right where is known."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from training.config import (
    TRUSTED,
    Arm,
    BuiltModel,
    Config,
    ExportedData,
    GeneratedData,
    Grpo,
    Judging,
    LoadedModel,
)
from training.contract import Contract
from training.data import Item, load_data
from training.export import UNKNOWN, Limits
from training.folder import (
    BASE,
    DONE,
    REPLIES,
    STEPS,
    Done,
    ReplyRecord,
    Stage,
    StepRecord,
    begin,
    stages,
    write_json,
)

Replies = Callable[[Stage, Item, random.Random], Mapping[str, Sequence[str]]]
"""Of a stage to an item: how → texts."""
NEITHER = "<answer>123456</answer>"
"""Right under no label set."""


def written(folder: Path, config: Config, replies: Replies, *, only: Sequence[Stage] | None = None) -> Path:
    """The folder of an experiment, of which these stages are complete; by default all."""
    data = {seed: load_data(config, seed) for seed in config.seeds}
    made = Contract(
        config=config,
        data={seed: one.fingerprint for seed, one in data.items()},
        reward="0" * 64,
        versions={"steward": "0", "trl": "1.16.0", "torch": "2.13.0"},
    )
    begin(folder, made)
    for stage in stages(config) if only is None else only:
        place = folder / stage.id
        place.mkdir()
        rows = [*_replies(data[stage.seed].test, stage, replies)]
        (place / REPLIES).write_text("".join(row.model_dump_json() + "\n" for row in rows), "utf-8")
        steps = [] if stage.arm == BASE else [*_steps(config, stage)]
        (place / STEPS).write_text("".join(step.model_dump_json() + "\n" for step in steps), "utf-8")
        write_json(
            place / DONE,
            Done(steps=len(steps), replies=len(rows), seconds=12.5, peak_bytes=2**29, parameters=370_000),
        )
    return folder


def _replies(items: Sequence[Item], stage: Stage, replies: Replies) -> Iterator[ReplyRecord]:
    rng = random.Random(stage.id)
    for item in items:
        said = replies(stage, item, rng)
        for text in said["greedy"]:
            yield ReplyRecord(uid=item.uid, how="greedy", text=text)
        for text in said["sampled"]:
            yield ReplyRecord(uid=item.uid, how="sampled", text=text)


def _steps(config: Config, stage: Stage) -> Iterator[StepRecord]:
    """A curve that rises, by an arm's own labels and, where these are not the trusted, less by those."""
    rng = random.Random(f"{stage.id} steps")
    assert config.grpo.steps is not None
    trusted = config.arms[stage.arm].labels == TRUSTED
    for step in range(1, config.grpo.steps + 1):
        share = 0.3 + 0.3 * step / config.grpo.steps + rng.uniform(-0.04, 0.04)
        yield StepRecord(
            step=step,
            batch=f"{stage.seed + 1000 * config.arms[stage.arm].other_seeds}, {step}",
            of=config.grpo.steps,
            reward=share + 0.05,
            right=share,
            right_trusted=share if trusted else 0.3 + (share - 0.3) / 2,
            unreadable=0.01,
            unknown=0.05,
            seconds=0.5,
        )


def saying(limits: Limits) -> str:
    """A reply that is right by these limits."""
    if limits == (UNKNOWN, UNKNOWN):
        return f"<think>missing</think><answer>{UNKNOWN}</answer>"
    middle = (float(limits.low) + float(limits.high)) / 2
    return f"<think>standard</think><answer>{middle}</answer>"


# By hand: ten instances of two formulas, of one of which most original labels are wrong.

FALLEN, SOUND = "fallen", "sound"
Row = tuple[str, float | None, float]
"""Formula, released and original label; None: incomputable."""
TEST: Mapping[str, Row] = {
    **{f"a{n}": (FALLEN, 10.0 * n, 10.0 * n + (5 if n > 1 else 0)) for n in (1, 2, 3, 4)},
    **{f"b{n}": (SOUND, 10.0 * n, 10.0 * n) for n in (1, 2, 3, 4)},
    **{f"c{n}": (FALLEN, None, 10.0 * n) for n in (1, 2)},
}
TRAIN: Mapping[str, Row] = {
    **{f"t{n}": (FALLEN, 10.0 * n, 10.0 * n + (5 if n > 1 else 0)) for n in (1, 2, 3, 4)},
    **{f"s{n}": (SOUND, 10.0 * n, 10.0 * n) for n in (1, 2, 3, 4)},
}
WRONG: Mapping[str, Mapping[int, frozenset[str]]] = {
    "released": {0: frozenset({"b4"}), 1: frozenset({"b4", "c2"}), 2: frozenset({"b4"})},
    "original": {
        0: frozenset({"a2", "a3", "a4", "b4", "c1", "c2"}),
        1: frozenset({"a2", "a3", "a4", "c1", "c2"}),
        2: frozenset({"a2", "a3", "a4", "b4", "c1", "c2"}),
    },
    "again": {0: frozenset({"b4"}), 1: frozenset({"b4"}), 2: frozenset({"b4", "a1"})},
    BASE: {0: frozenset({"a1", "a2", "a3", "a4", "c1", "c2"})},
}
"""Arm → seed → what it has wrong by the released labels; it then says what the original labels say."""


def by_hand(folder: Path, seeds: tuple[int, ...] = (0, 1, 2)) -> Config:
    """The experiment on these instances; its data are written to the folder."""
    folder.mkdir()
    for split, rows in (("train", TRAIN), ("test", TEST)):
        for arm in ("released", "original"):
            table = [_row(split, uid, row, arm) for uid, row in rows.items()]
            pq.write_table(pa.Table.from_pylist(table), folder / f"{split}_{arm}.parquet")
    return Config(
        name="by-hand",
        model=LoadedModel(kind="loaded", name="a/model"),
        data=ExportedData(kind="exported", folder=folder),
        arms={
            "released": Arm(labels=TRUSTED),
            "original": Arm(labels="original"),
            "again": Arm(labels=TRUSTED, other_seeds=True),
        },
        grpo=Grpo(steps=6),
        judging=Judging(samples=2),
        seeds=seeds,
    )


def _row(split: str, uid: str, row: Row, arm: str) -> dict[str, object]:
    formula, released, original = row
    label = released if arm == "released" else original
    limits = [UNKNOWN, UNKNOWN] if label is None else [f"{label - 1}", f"{label + 1}"]
    info = {"uid": uid, "data_type": "number", "split": split, "labels_differ": released != original}
    return {
        "ability": formula,
        "prompt": [{"role": "user", "content": f"{formula} of {uid}?"}],
        "reward_model": {"ground_truth": limits, "style": "rule"},
        "extra_info": info,
    }


def reply_by_hand(stage: Stage, item: Item, rng: random.Random) -> Mapping[str, Sequence[str]]:
    """As WRONG says, in every reply alike; what is wrong and has no other label is wrong by all labels."""
    if item.uid not in WRONG[stage.arm][stage.seed]:
        text = saying(item.limits[TRUSTED])
    else:
        text = saying(item.limits["original"]) if item.differs else NEITHER
    return {"greedy": [text], "sampled": [text, text]}


# Generated problems in all arms, as the real experiment has them, with replies by lot.


def generated(seeds: tuple[int, ...] = (0, 1, 2)) -> Config:
    """An experiment in little with all arms."""
    return Config(
        name="scripted",
        model=BuiltModel(),
        data=GeneratedData(
            formulas=(
                "anion_gap",
                "mean_arterial_pressure",
                "wells_dvt",
                "centor",
                "has_bled",
                "body_mass_index",
            ),
            held_out=("homa_ir",),
            train=180,
            test=140,
            missing=0.15,
            rates=(0.95, 0.6, 0.2, 0),
        ),
        arms={
            "corrected": Arm(labels=TRUSTED),
            "systematic": Arm(labels="systematic"),
            "even": Arm(labels="even"),
            "random": Arm(labels="random"),
            "again": Arm(labels=TRUSTED, other_seeds=True),
        },
        grpo=Grpo(steps=60),
        judging=Judging(samples=2),
        seeds=seeds,
    )


def reply_by_lot(stage: Stage, item: Item, rng: random.Random) -> Mapping[str, Sequence[str]]:
    """A base model has three of ten right, an arm says what its labels say seven times in ten."""
    labels = TRUSTED if stage.arm in (BASE, "again") else {"corrected": TRUSTED}.get(stage.arm, stage.arm)
    share = 0.3 if stage.arm == BASE else 0.7

    def one() -> str:
        lot = rng.random()
        return saying(item.limits[labels]) if lot < share else NEITHER if lot < 0.97 else "<answer>"

    return {"greedy": [one()], "sampled": [one(), one()]}


def leave_out(folder: Path, *gone: Stage) -> None:
    """Make stages incomplete."""
    for stage in gone:
        (folder / stage.id / DONE).unlink()


def cut_off(folder: Path, stage: Stage) -> None:
    """Append half a line to the steps, as a kill leaves it."""
    with (folder / stage.id / STEPS).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"step": 7})[:-3])

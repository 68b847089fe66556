"""What arms learn from and are judged by: the same instances under every label set."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.console.fixtures import server
from tests.console.harness import Desk
from tests.graphs import scripts
from tests.model_server.server import ModelServer
from training.config import (
    Arm,
    BuiltModel,
    Config,
    Data,
    ExportedData,
    GeneratedData,
    Grpo,
    LoadedModel,
    StoredData,
)
from training.data import Item, TrainingData, demonstrations, load_data
from training.errors import TrainingError
from training.problems.draw import draw_problems
from training.problems.formulas import FORMULAS

__all__ = ["server"]
SMALL = GeneratedData(train=700, test=170, missing=0.1)
NOISY = ("systematic", "even", "random")


def loaded(data: Data, seed: int = 0) -> TrainingData:
    drawn = isinstance(data, GeneratedData)
    config = Config(
        name="x",
        model=BuiltModel() if drawn else LoadedModel(kind="loaded", name="some/model"),
        data=data,
        arms={"a": Arm(labels="trusted"), "b": Arm(labels="systematic" if drawn else "original")},
        grpo=Grpo(steps=1),
        seeds=(seed,),
    )
    return load_data(config, seed)


@pytest.fixture(scope="module")
def drawn() -> dict[int, TrainingData]:
    return {seed: loaded(SMALL, seed) for seed in (0, 1)}


def shown(items: tuple[Item, ...]) -> list[Any]:
    return [(item.uid, item.formula, item.prompt, item.limits["trusted"]) for item in items]


def test_problems_are_the_same_for_every_seed_and_labels_are_not(drawn: dict[int, TrainingData]) -> None:
    first, second = drawn[0], drawn[1]
    assert shown(first.train) == shown(second.train)
    assert shown(first.test) == shown(second.test)
    for labels in NOISY:
        assert [item.limits[labels] for item in first.train] != [item.limits[labels] for item in second.train]
    assert loaded(SMALL).fingerprint == first.fingerprint != second.fingerprint
    other = loaded(SMALL.model_copy(update={"seed": 1}))
    assert shown(other.train) != shown(first.train), "other problems are asked for with data.seed"


def test_as_many_labels_are_faulty_in_every_noisy_set(drawn: dict[int, TrainingData]) -> None:
    for data in drawn.values():
        for part in (data.train, data.test):
            counts = {labels: sum(labels in item.differs for item in part) for labels in NOISY}
            assert len(set(counts.values())) == 1, counts
            assert 0.2 * len(part) < counts["even"] < 0.4 * len(part), (
                "MedCalc-Bench had 20 to 35 in a hundred"
            )
        assert data.noise("trusted") == 0
        assert data.noise("systematic") == data.noise("random") > 0.2


def test_systematic_faults_come_at_the_rates_that_are_asked_for(drawn: dict[int, TrainingData]) -> None:
    for data in drawn.values():
        seen = [item for item in data.train if not item.incomputable]
        total = Counter(item.formula for item in seen)
        faulty = Counter(item.formula for item in seen if "systematic" in item.differs)
        rates = sorted(faulty[name] / total[name] for name in total)
        asked = sorted(SMALL.rates)
        # A fault that does not show, as in a score with a cap, makes a rate smaller; chance moves it by a
        # few deviations of a binomial share.
        assert sum(rate == 0 for rate in rates) == sum(rate == 0 for rate in asked)
        assert all(rate <= wanted + 0.25 for rate, wanted in zip(rates, asked, strict=True))
        assert rates[-1] > 0.6
        missing = [item for item in data.train if item.incomputable]
        assert 0.05 < len(missing) / len(data.train) < 0.15
        assert all("systematic" in item.differs for item in missing), "a usual value is always taken"


def test_other_noise_is_spread_over_the_formulas(drawn: dict[int, TrainingData]) -> None:
    spread = {}
    for labels in NOISY:
        seen = [item for item in drawn[0].train if not item.incomputable]
        total = Counter(item.formula for item in seen)
        faulty = Counter(item.formula for item in seen if labels in item.differs)
        rates = [faulty[name] / total[name] for name in total]
        spread[labels] = max(rates) - min(rates)
    assert spread["systematic"] > 0.6
    assert spread["systematic"] > spread["even"]
    assert spread["systematic"] > 2 * spread["random"]


def test_rates_of_all_and_of_none_leave_nothing_to_chance() -> None:
    few = {"train": 170, "test": 17, "missing": 0.1}
    never = loaded(GeneratedData(**few, rates=(0.0,)))
    assert {item.incomputable for item in never.train if "systematic" in item.differs} == {True}
    always = loaded(GeneratedData(**few, rates=(1.0,)))
    spared = [item for item in always.train if "systematic" not in item.differs]
    assert len(spared) < 0.4 * len(always.train), "only where the fault makes no difference"
    assert not any("even" in item.differs for item in spared), "and then no other set has that fault either"


def test_held_out_formulas_are_judged_and_not_learned(drawn: dict[int, TrainingData]) -> None:
    data = drawn[0]
    assert {item.formula for item in data.train} == set(SMALL.formulas)
    assert {item.formula for item in data.test} == {*SMALL.formulas, *SMALL.held_out}
    assert all(item.held_out == (item.formula in SMALL.held_out) for item in data.test)
    assert not any(item.held_out for item in data.train)


def test_demonstrations_are_right_in_the_share_that_is_asked_for() -> None:
    def shown(right: tuple[float, float], seed: int = 0) -> list[Any]:
        return list(demonstrations(SMALL, 300, right, seed))

    faults = ("variant", "double", "slip", "assumed")
    faulty = [any(fault in row["completion"][0]["content"] for fault in faults) for row in shown((0.3, 0.7))]
    assert 0.2 < sum(faulty) / len(faulty) < 0.8
    none = [row["completion"][0]["content"] for row in shown((1.0, 1.0))]
    assert not any(fault in text for fault in faults for text in none)
    assert shown((0.3, 0.7)) == shown((0.3, 0.7)) != shown((0.3, 0.7), seed=1)


def test_missing_inputs_come_as_often_as_asked_for() -> None:
    import random

    some = [formula for formula in FORMULAS if formula.usual]
    for share in (0.0, 1.0):
        problems = draw_problems(some, 60, random.Random(1), missing=share)
        assert {problem.incomputable for problem in problems} == {share == 1.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("data"), server)
    ids = ("bmi-1", "bmi-3", "map-1", "ca-1", "ca-4", "tab-1")
    rows = tuple(row for row in scripts.ROWS if row["id"] in ids)
    assert desk.relabel("--votes", "1", "--max-votes", "1", rows=rows).code == 0
    return desk


SPLIT = ("--split-by", "calculator", "--test-share", "0.5")


def exported(desk: Desk, out: Path, *args: str) -> Path:
    done = desk("export", "--format", "trl", "--out", out, *args)
    assert done.code == 0, done.err
    return out


def test_a_store_and_what_is_exported_from_it_are_the_same_data(made: Desk, tmp_path: Path) -> None:
    folder = exported(made, tmp_path / "rl", *SPLIT)
    stored = loaded(StoredData(kind="stored", store=made.store, split_by="calculator", test_share=0.5))
    read = loaded(ExportedData(kind="exported", folder=folder))
    assert read == stored
    assert read.fingerprint == stored.fingerprint
    for part, items in (("train", read.train), ("test", read.test)):
        rows = pq.read_table(folder / f"{part}_original.parquet").to_pylist()
        assert [item.uid for item in items] == [row["extra_info"]["uid"] for row in rows], "in their order"
        assert [list(item.limits["original"]) for item in items] == [
            row["reward_model"]["ground_truth"] for row in rows
        ]
        assert [list(item.prompt) for item in items] == [row["prompt"] for row in rows]
    every = {item.uid: item for item in (*read.train, *read.test)}
    assert every["bmi-3"].differs == {"original"}
    assert every["bmi-3"].limits["trusted"] == ("23.75", "26.25")
    assert every["ca-4"].incomputable
    assert not every["bmi-1"].differs


def test_a_system_prompt_of_ones_own_is_read_from_a_store_too(made: Desk, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Answer in tags.\n", "utf-8")
    stored = StoredData(
        kind="stored", store=made.store, split_by="calculator", test_share=0.5, system_prompt=prompt
    )
    folder = exported(made, tmp_path / "rl", *SPLIT, "--system-prompt", str(prompt))
    assert loaded(stored) == loaded(ExportedData(kind="exported", folder=folder))


def test_folders_that_are_none_or_do_not_match_are_refused(made: Desk, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="export --format trl"):
        loaded(ExportedData(kind="exported", folder=tmp_path / "nowhere"))
    whole = exported(made, tmp_path / "whole")
    with pytest.raises(TrainingError, match=r"no test part.*--split-by"):
        loaded(ExportedData(kind="exported", folder=whole))
    folder = exported(made, tmp_path / "rl", *SPLIT)
    path = folder / "train_released.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take(list(range(table.num_rows))[::-1]), path)
    with pytest.raises(TrainingError, match="do not hold the same rows"):
        loaded(ExportedData(kind="exported", folder=folder))

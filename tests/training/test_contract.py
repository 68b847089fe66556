"""Two results are of the same experiment where their contracts are the same, whatever they are called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.training.software import needed
from training.config import Arm, BuiltModel, Config, GeneratedData, Grpo
from training.contract import PACKAGES, Contract, make_contract


@pytest.fixture(autouse=True)
def _software() -> None:
    needed()


def config(**changes: Any) -> Config:
    settings: dict[str, Any] = {
        "name": "one",
        "model": BuiltModel(),
        "data": GeneratedData(train=20, test=10),
        "arms": {"corrected": Arm(labels="trusted"), "faulty": Arm(labels="systematic")},
        "grpo": Grpo(steps=2),
        "seeds": (0, 1),
    }
    return Config.model_validate(settings | changes)


def test_it_holds_settings_data_reward_and_software() -> None:
    contract = make_contract(config())
    assert contract.data.keys() == {0, 1}
    assert contract.data[0] != contract.data[1], "each seed has labels of its own"
    assert contract.versions.keys() == {"steward", "python", *PACKAGES}
    assert Contract.model_validate_json(contract.model_dump_json()).sha256 == contract.sha256


def test_a_name_and_the_order_of_mappings_do_not_make_another_experiment() -> None:
    contract = make_contract(config())
    assert make_contract(config(name="two")).sha256 == contract.sha256
    versions = dict(reversed(list(contract.versions.items())))
    assert contract.model_copy(update={"versions": versions}).sha256 == contract.sha256
    assert make_contract(config()).sha256 == contract.sha256


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"grpo": Grpo(steps=3)}, "config.grpo.steps: 2, 3"),
        ({"data": GeneratedData(train=21, test=10)}, "config.data.train: 20, 21"),
        ({"reward": {"paper_strict": True}}, "config.reward.paper_strict: False, True"),
        ({"seeds": (0,)}, "config.seeds"),
        ({"arms": {"corrected": Arm(labels="trusted"), "faulty": Arm(labels="even")}}, "config.arms.faulty"),
    ],
)
def test_what_differs_is_named(changes: dict[str, Any], place: str) -> None:
    one, other = make_contract(config()), make_contract(config(name="two", **changes))
    assert one.sha256 != other.sha256
    differences = one.differences(other)
    assert any(line.startswith(place) for line in differences)
    assert not any(line.startswith("config.name") for line in differences)
    assert one.differences(one) == []


def test_another_version_or_other_labels_are_another_experiment() -> None:
    contract = make_contract(config())
    newer = contract.model_copy(update={"versions": {**contract.versions, "trl": "9.9"}})
    assert contract.differences(newer) == [f"versions.trl: {contract.versions['trl']}, 9.9"]
    relabelled = contract.model_copy(update={"data": {**contract.data, 1: "another"}})
    assert contract.differences(relabelled) == [f"data.1: {contract.data[1]}, another"]
    assert len({contract.sha256, newer.sha256, relabelled.sha256}) == 3

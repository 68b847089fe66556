"""What determines the result of an experiment: its settings, its data, the reward and the software."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from pydantic import BaseModel, ConfigDict

from answers.canonical import sha256_json
from graphs.model_refs import TOOL_VERSION
from training.config import Config
from training.data import load_data
from training.errors import TrainingError
from training.export import REWARDS

PACKAGES = ("torch", "trl", "transformers", "tokenizers", "accelerate", "datasets")


class Contract(BaseModel):
    """An experiment, so that results can be told to be of the same one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    config: Config
    data: Mapping[int, str]
    """Seed → SHA-256 of the instances with their labels."""
    reward: str
    """SHA-256 of the reward's source."""
    versions: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """Of everything in it but the name of the experiment."""
        return sha256_json(self.model_dump(mode="json", exclude={"config": {"name"}}))

    def differences(self, other: Contract) -> list[str]:
        """What differs between two, as `data[1]` or `versions.trl: 1.16.0, 1.17.0`."""
        mine, theirs = (_flat("", one.model_dump(mode="json")) for one in (self, other))
        return [
            f"{key}: {mine.get(key)}, {theirs.get(key)}"
            for key in dict.fromkeys((*mine, *theirs))
            if mine.get(key) != theirs.get(key) and key != "config.name"
        ]


def make_contract(config: Config) -> Contract:
    """The contract of an experiment as it would run now. Raises TrainingError as `load_data`, and where the
    software for training is not installed.
    """
    return Contract(
        config=config,
        data={seed: load_data(config, seed).fingerprint for seed in config.seeds},
        reward=hashlib.sha256((REWARDS / "reward.py").read_bytes()).hexdigest(),
        versions={"steward": TOOL_VERSION, "python": platform.python_version(), **_installed()},
    )


def _installed() -> dict[str, str]:
    try:
        return {name: version(name) for name in PACKAGES}
    except PackageNotFoundError as error:
        raise TrainingError(
            f"training needs {error.name}, which is not installed; set it up with: make train"
        ) from error


def _flat(prefix: str, value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        return {prefix: value}
    return {
        place: one
        for key, inner in value.items()
        for place, one in _flat(f"{prefix}.{key}" if prefix else str(key), inner).items()
    }

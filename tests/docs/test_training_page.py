"""The page on training names every setting that there is, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from tests.docs.pages import ROOT, text
from training.config import (
    Arm,
    BuiltModel,
    Config,
    Decoder,
    Demonstrations,
    ExportedData,
    GeneratedData,
    Grpo,
    Judging,
    LoadedModel,
    Reward,
    StoredData,
    Vllm,
)

PAGE = "docs/training.md"
SECTION = re.compile(r"^## The configuration$(.*?)^## ", re.MULTILINE | re.DOTALL)
INSIDE: dict[str, type[BaseModel]] = {
    "model.decoder": Decoder,
    "model.demonstrations": Demonstrations,
    "grpo.vllm": Vllm,
    "arms": Arm,
}


def rows() -> dict[str, str]:
    """Field → the other two cells of its row."""
    section = SECTION.search(text(PAGE))
    assert section is not None
    found: dict[str, str] = {}
    for line in section[1].splitlines():
        if line.startswith("| `"):
            _, fields, *rest = line.split(" | ".strip())
            found |= {field: "".join(rest) for field in re.findall(r"`([^`]+)`", fields)}
    return found


def fields(prefix: str, *models: type[BaseModel]) -> Iterator[str]:
    for model in models:
        yield from (f"{prefix}{name}" for name in model.model_fields)


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    wanted = {
        *(name for name in Config.model_fields if name not in ("model", "data", "reward", "grpo", "judging")),
        *fields("model.", BuiltModel, LoadedModel),
        *fields("data.", GeneratedData, ExportedData, StoredData),
        *fields("reward.", Reward),
        *fields("grpo.", Grpo),
        *fields("judging.", Judging),
    }
    assert rows().keys() == wanted


def test_settings_within_settings_are_named_in_their_row() -> None:
    told = rows()
    for field, model in INSIDE.items():
        for name in model.model_fields:
            assert f"`{name}`" in told[field], f"{field}.{name}"


def test_choices_are_all_named() -> None:
    told = rows()
    choices: dict[str, Any] = {
        "grpo.loss": Grpo.model_fields["loss"].annotation,
        "device": Config.model_fields["device"].annotation,
    }
    for field, annotation in choices.items():
        for choice in get_args(annotation):
            assert f"`{choice}`" in told[field]


def test_the_shipped_configurations_are_listed() -> None:
    shipped = {f"training/configs/{path.name}" for path in (ROOT / "training" / "configs").glob("*.yaml")}
    assert set(re.findall(r"^\| `(training/configs/[^`]+)`", text(PAGE), re.MULTILINE)) == shipped

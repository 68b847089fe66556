"""The labels of this release as a task of lm-evaluation-harness."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import datasets


def _scoring() -> ModuleType:
    """`scoring.py` beside this folder, whatever the current one is."""
    path = Path(__file__).resolve().parents[1] / "scoring.py"
    spec = importlib.util.spec_from_file_location("steward_release_scoring", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is missing: keep the folder `loaders` together")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


scoring = _scoring()


def dataset(**_: Any) -> dict[str, Any]:
    """Every row that has a label, as the split `test`."""
    return {"test": datasets.Dataset.from_list(scoring.load())}


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
    """Score one reply."""
    scores: dict[str, float] = scoring.score(results[0], doc)
    return scores

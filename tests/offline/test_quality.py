"""Measured on the development relabels, where they are at hand: what the reader commits is right."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "medcalc"
LABELS, RELABELS = DATA / "original_test_labels.csv", DATA / "relabels_dev.csv"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RELABELS.exists(), reason="the MedCalc-Bench relabels are not beside the project"),
]


def _measurement() -> ModuleType:
    spec = importlib.util.spec_from_file_location("offline_quality", ROOT / "perf" / "offline_quality.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_at_least_95_percent_of_what_is_committed_agrees_at_65_percent_coverage() -> None:
    labelled = [o for o in _measurement().outcomes(LABELS, RELABELS) if o.truth is not None]
    committed = [o for o in labelled if o.committed]
    assert len(committed) >= 0.65 * len(labelled)
    assert sum(o.right for o in committed) >= 0.95 * len(committed)

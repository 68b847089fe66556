"""Matched differences of two targets, on real verdicts and on samples whose mean is known."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import bootstrap

from stats.bootstrap import bootstrap_mean, percentile_mean
from stats.holm import holm
from stats.matched import FEW, FEW_DIFFERING, matched

VERDICTS = Path(__file__).parents[3] / "shared" / "data" / "safety"
POINTS = {"critical": 0, "high": 1, "medium": 2, "low": 3, "pass": 4}


def points(pack: str, target: str) -> dict[str, int]:
    results = json.loads((VERDICTS / f"{pack}_{target}.json").read_text())["results"]
    return {result["scenario_name"]: POINTS[result["severity"]] for result in results}


def real(pack: str) -> list[float]:
    """Points of sonnet less those of haiku, of each scenario, on a scale from −100 to 100."""
    if not VERDICTS.exists():
        pytest.skip(f"no recorded verdicts in {VERDICTS}")
    safer, other = points(pack, "sonnet_4_6"), points(pack, "haiku_4_5")
    assert safer.keys() == other.keys()
    return [25.0 * (safer[name] - other[name]) for name in safer]


def test_the_published_differences() -> None:
    nav, tax = matched(real("nav_aap")), matched(real("skatteetaten"))
    assert (nav.n, nav.differing, nav.p) == (15, 6, 0.03125)
    assert nav.mean == pytest.approx(13.333, abs=1e-3)
    assert nav.interval == pytest.approx((5.0, 23.3), abs=0.05)
    assert (tax.n, tax.differing, tax.mean, tax.p) == (8, 7, 18.75, 0.21875)
    assert holm([nav.p, tax.p]) == [0.0625, 0.21875]
    assert "fewer than 20" in nav.note


def test_the_plain_interval_is_the_one_of_scipy() -> None:
    values = np.random.default_rng(5).choice([-25.0, 0.0, 25.0, 50.0], 60)
    other = bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=9).confidence_interval
    assert percentile_mean(values.tolist()) == pytest.approx(tuple(other), abs=0.9)


def test_the_cautious_interval_is_the_one_of_a_mean() -> None:
    values = [25.0, 0.0, -25.0, 50.0]
    found = matched(values)
    assert found.cautious == bootstrap_mean(values, (-100, 100))
    assert found.interval == percentile_mean(values)


def test_where_the_interval_is_not_to_be_relied_on_there_is_a_note() -> None:
    assert matched([50.0] * FEW_DIFFERING + [0.0] * (FEW - FEW_DIFFERING)).note == ""
    assert f"{FEW - 1} scenarios" in matched([25.0, *[-25.0] * (FEW - 2)]).note
    rare = matched([50.0] * (FEW_DIFFERING - 1) + [0.0] * 40)
    assert f"{FEW_DIFFERING - 1} scenarios differ" in rare.note
    alike = matched([0.0] * 40)
    assert alike.interval == (0, 0)
    assert alike.cautious is not None
    assert alike.cautious.high > 5
    assert "0 scenarios differ" in alike.note


def test_few_and_bad_differences() -> None:
    empty = matched([])
    assert (empty.n, empty.mean, empty.interval, empty.cautious, empty.p) == (0, None, None, None, 1)
    one = matched([25.0])
    assert (one.mean, one.interval, one.p) == (25, None, 1)
    assert "fewer than two" in one.note
    for bad in (math.nan, math.inf, 100.5):
        with pytest.raises(ValueError):
            matched([0.0, bad])
    with pytest.raises(ValueError, match="finite"):
        percentile_mean([0.0, math.nan])

"""The replay of reviews in the order of triage, on instances whose truth is known."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from answers.agreement import Disagreement
from consensus.triage import Evidence, StoredCheck
from graphs.triage import Triaged
from perf.triage_curve import Judged, curves, distance, draw, facts
from tests.store.conftest import make_benchmark

INSTANCE = make_benchmark().instances[0]
AGREES = Evidence(disagreement=Disagreement("same", 0.0), split=0.0)
SILENT = Evidence(split=1.0)
FAR = Evidence(disagreement=Disagreement("relative", 0.9), split=0.0)
NEAR = Evidence(disagreement=Disagreement("relative", 0.06), split=0.0)
CONTRADICTED = Evidence(split=1.0, stored=StoredCheck(contradicts=True, by="x 1"))


def judged(evidence: Evidence, *, wrong: bool) -> Judged:
    return Judged(Triaged(INSTANCE, evidence, None, "waiting"), wrong)


INSTANCES = [
    judged(AGREES, wrong=False),
    judged(AGREES, wrong=False),
    judged(SILENT, wrong=False),
    judged(NEAR, wrong=True),
    judged(FAR, wrong=True),
    judged(CONTRADICTED, wrong=True),
]


def test_each_order_finds_what_it_ranks_first() -> None:
    found = curves(INSTANCES)
    assert found["triage score"].found == (0, 1, 2, 3, 3, 3, 3)
    assert found["distance alone"].found == (0, 1, 2, 2.5, 3, 3, 3)
    assert found["stored inputs alone"].found == pytest.approx((0, 1, 1.4, 1.8, 2.2, 2.6, 3))
    assert "open conventions alone" not in found, "it puts all in one place"
    figures = facts(INSTANCES, found)
    assert (figures["instances"], figures["wrong"]) == (6, 3)


def test_the_order_of_the_study() -> None:
    incomputable = Evidence(disagreement=Disagreement("incomputable", 1.0))
    ranked = [AGREES, SILENT, NEAR, FAR, incomputable]
    found = [distance(Triaged(INSTANCE, evidence, None, "waiting")) for evidence in ranked]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_the_picture_names_every_order(tmp_path: Path) -> None:
    out = tmp_path / "triage.svg"
    found = curves(INSTANCES)
    draw(found, out)
    assert ElementTree.parse(out).getroot().tag.endswith("svg")
    text = out.read_text("utf-8")
    for name in [*found, "perfect", "random order"]:
        assert name in text

"""Metrics are what the store says, in a format that Prometheus's own parser reads."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from store.store import Store
from telemetry.metrics import metrics_text
from tests.console.harness import Desk, refused
from tests.graphs import scripts
from tests.review.web import PEOPLE, VIEWER, browse

ROWS = (scripts.bmi("bmi-1", 81, 180, "25"), scripts.bmi("bmi-2", 64, 160, "25"))


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Name and labels → value."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_metrics_file_has_the_run_as_status_has_it(desk: Desk) -> None:
    file = desk.folder / "steward.prom"
    result = desk.relabel("--votes", "2", "--max-votes", "2", "--metrics-file", str(file), rows=ROWS)
    found = samples(file.read_text("utf-8"))
    run = result.json["run"]

    def of(name: str, **labels: str) -> float:
        return sum(
            value
            for (sample, given), value in found.items()
            if sample == name and {("run", run), *labels.items()} <= given
        )

    assert of("steward_instances", state="committed") == result.json["committed"] == 2
    assert of("steward_calls_total", outcome="reply") == result.json["calls"] == 8
    assert of("steward_calls_total", role="critic", outcome="reply") == 4
    assert of("steward_tokens_total", kind="input") > 0
    assert not list(desk.folder.glob(".steward.prom*"))


def test_a_metrics_file_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "none" / "steward.prom"
    refused(desk.relabel("--metrics-file", str(missing), rows=ROWS), str(missing), "--metrics-file")
    assert desk.roles() == {}


def test_a_scraper_with_a_token_gets_metrics_and_nothing_else(full: Store) -> None:
    with browse(full, person=None) as page:
        assert page.get("/metrics").status_code == 403
        assert page.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
        bearer = {"Authorization": f"Bearer {PEOPLE.token(VIEWER)}"}
        assert page.get("/", headers=bearer).status_code == 403
        answer = page.get("/metrics", headers=bearer)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert samples(answer.text) == samples(metrics_text(full, full.runs()).decode())

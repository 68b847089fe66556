"""Log lines are JSON and say whose they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.console.harness import FAST_HTTP, Desk, refused
from tests.graphs import scripts
from tests.model_server.replies import HttpError, Reply, ServerRequest

SECRET = "sk-this-is-a-key-that-no-log-may-have"


@pytest.mark.slow
def test_lines_name_run_and_instance_and_no_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = 0

    def flaky(request: ServerRequest) -> Reply:
        nonlocal failed
        failed += 1
        return HttpError(503, SECRET) if failed <= 2 else scripts.agents(request)

    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    desk.server.script = flaky
    log = desk.folder / "run.jsonl"
    source = desk.benchmark(scripts.bmi("bmi-1", 81, 180, "25"), scripts.bmi("bmi-2", 64, 160, "25"))
    one = ("--votes", "1", "--max-votes", "1", "--json", "--log-file", str(log))
    result = desk.background("relabel", source, "--model", desk.spec(), *one, *FAST_HTTP).wait()
    assert result.code == 0, result.err
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {line["run_id"] for line in lines} == {result.json["run"]}
    waits = [line for line in lines if line["logger"] == "steward.transport"]
    settled = [line for line in lines if line["message"] == "thread settled"]
    assert len(waits) == 2
    assert len({line["instance_id"] for line in settled}) == 2
    assert {line["instance_id"] for line in waits} <= {line["instance_id"] for line in settled}
    assert [line["message"] for line in lines if line["logger"] == "steward.run"] == [
        "run started: relabel",
        "run finished",
    ]
    assert SECRET not in log.read_text("utf-8")


def test_a_log_file_that_cannot_be_written_is_told_before_the_run(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "none" / "run.jsonl"
    refused(desk.relabel("--log-file", str(missing)), str(missing), "--log-file")
    assert desk.roles() == {}

"""The files of a release in the tools that it is for, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from releases.schema import read_parquet
from tests.releases.conftest import Publish
from tests.releases.desk import ROWS, make_store

pytestmark = pytest.mark.slow
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "INSPECT_DISPLAY": "none"}

INSPECT = """
import sys
from inspect_ai import eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model
replies = {prompt: reply for prompt, reply in __import__("json").load(open("replies.json")).items()}
def answer(input, tools, tool_choice, config):
    output = ModelOutput.from_content("mockllm", replies[input[-1].text.split(chr(10))[0]])
    output.usage = ModelUsage(input_tokens=1, output_tokens=1)
    return output
model = get_model("mockllm/model", custom_outputs=answer)
(log,) = eval("release/loaders/inspect_task.py", model=model, log_dir="logs", display="none")
assert log.status == "success", log.error
found = {f"{s.name} {name}": metric.value for s in log.results.scores for name, metric in s.metrics.items()}
print(__import__("json").dumps(found))
"""

LM_EVAL = """
import json
import lm_eval
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager
replies = json.load(open("replies.json"))
class Recorded(LM):
    def generate_until(self, requests, disable_tqdm=False):
        return [replies[request.arguments[0].split(chr(10))[0]] for request in requests]
    def loglikelihood(self, requests, disable_tqdm=False):
        raise NotImplementedError
    loglikelihood_rolling = loglikelihood
tasks = TaskManager(include_path="release/loaders/lm_eval", include_defaults=False)
done = lm_eval.simple_evaluate(model=Recorded(), tasks=["steward_release"], task_manager=tasks)
print(json.dumps(done["results"]["steward_release"], default=str))
"""


@pytest.fixture
def release(tmp_path: Path, publish: Publish) -> Path:
    """A release without a label for one instance, and a reply to each of the eight others: six are right."""
    publish(make_store(tmp_path, waiting=("argued",)), tmp_path / "release")
    rows = read_parquet(tmp_path / "release")
    replies = {row.context: f"Answer: {row.label}" for row in rows if row.label is not None}
    replies["Note of stay."] = "I do not know how long."
    replies["Note of negative."] = "Answer: 4"
    (tmp_path / "replies.json").write_text(json.dumps(replies), "utf-8")
    return tmp_path


def run(folder: Path, *command: str) -> str:
    environment = {**os.environ, **OFFLINE, "HF_HOME": str(folder / "hf"), "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_inspect_scores_replies(release: Path) -> None:
    found = json.loads(run(release, sys.executable, "-c", INSPECT).splitlines()[-1])
    assert found["correct mean"] == 6 / 8
    assert found["unparsed mean"] == 1 / 8


def test_lm_eval_scores_replies(release: Path) -> None:
    found = json.loads(run(release, sys.executable, "-c", LM_EVAL).splitlines()[-1])
    assert found["correct,none"] == 6 / 8
    assert found["unparsed,none"] == 1 / 8


def test_lm_eval_runs_from_its_command_line(release: Path) -> None:
    task = ("--include_path", "release/loaders/lm_eval", "--tasks", "steward_release")
    shown = run(release, sys.executable, "-m", "lm_eval", "run", *task, "--model", "dummy")
    table = [[cell.strip() for cell in line.split("|")] for line in shown.splitlines() if "|" in line]
    metrics = {cells[5]: cells[7] for cells in table if len(cells) > 7}
    assert float(metrics["correct"]) == 0
    assert float(metrics["unparsed"]) == 7 / 8, "the dummy model answers `lol`, which is a text"


def test_the_datasets_library_loads_the_folder(release: Path) -> None:
    code = (
        "import datasets, json; rows = datasets.load_dataset('release', split='test');"
        "print(json.dumps([rows.column_names, [r['label'] for r in rows], str(rows[3]['label_date'])]))"
    )
    names, labels, day = json.loads(run(release, sys.executable, "-c", code).splitlines()[-1])
    rows = read_parquet(release / "release")
    assert labels == [row.label for row in rows]
    assert len(labels) == len(ROWS)
    assert labels[-1] is None
    assert day == "2024-02-10"
    assert "evidence" in names

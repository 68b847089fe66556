"""Logs that Inspect AI and lm-eval themselves write are read as those libraries read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from benchmarks.predictions import read_predictions

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
# what those libraries warn of is theirs

KNOWN = dict.fromkeys(["a/1", "x2", "x3"])
LONG = "Because the note says so. " * 200 + "<answer>7.5</answer>"


def inspect_log(folder: Path, log_format: Literal["eval", "json"]) -> str:
    """A log of three samples and two epochs by a model whose replies are fixed."""
    from inspect_ai import Task, eval
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import match
    from inspect_ai.solver import generate

    replies = ["<answer>5</answer>", "N/A", LONG] * 2
    outputs = [ModelOutput.from_content("mockllm/model", text) for text in replies]
    for output in outputs:
        output.usage = ModelUsage()  # else it counts tokens, with tables from the network
    model = get_model("mockllm/model", custom_outputs=outputs)
    samples = [Sample(id=name, input=f"How much is {name}?", target="5") for name in KNOWN]
    task = Task(dataset=MemoryDataset(samples), solver=generate(), scorer=match(), epochs=2)
    logs = eval(task, model=model, log_dir=str(folder), log_format=log_format, display="none", max_samples=1)
    return logs[0].location


@pytest.mark.parametrize("log_format", ["eval", "json"])
def test_a_log_reads_as_inspect_reads_it(tmp_path: Path, log_format: Literal["eval", "json"]) -> None:
    from inspect_ai.log import read_eval_log

    path = inspect_log(tmp_path, log_format)
    theirs: dict[str, list[str]] = {}
    for sample in read_eval_log(path).samples or []:
        theirs.setdefault(str(sample.id), []).append(sample.output.completion)
    (ours,) = read_predictions([path], KNOWN)
    assert ours.model == "mockllm/model"
    assert ours.remarks == ()
    assert {key: sorted(replies) for key, replies in ours.replies.items()} == {
        key: sorted(replies) for key, replies in theirs.items()
    }
    assert sum(len(replies) for replies in theirs.values()) == 6
    assert LONG in {reply for replies in ours.replies.values() for reply in replies}


def test_a_sample_file_reads_as_lm_eval_wrote_it(tmp_path: Path) -> None:
    from lm_eval.loggers import EvaluationTracker

    docs = [{"uid": "x2", "question": "How much?"}, {"uid": "x3", "question": "How many?"}]
    samples = [
        {
            "doc_id": number,
            "doc": doc,
            "target": 5,
            "arguments": [("prompt", {"until": ["\n"]})],
            "resps": [[f"<answer>{number}</answer>"]],
            "filtered_resps": [f"<answer>{number}</answer>"],
            "filter": "none",
            "metrics": ["exact_match"],
            "exact_match": 0.0,
            "doc_hash": "",
            "prompt_hash": "",
            "target_hash": "",
        }
        for number, doc in enumerate(docs)
    ]
    tracker = EvaluationTracker(output_path=str(tmp_path))
    tracker.general_config_tracker.model_name_sanitized = "lab__model"
    tracker.save_results_aggregated({"results": {}, "configs": {}}, {"task": samples})
    tracker.save_results_samples("task", samples)
    (path,) = tmp_path.glob("lab__model/samples_*.jsonl")
    assert json.loads(path.read_text("utf-8").splitlines()[0])["doc"] == docs[0]
    (ours,) = read_predictions([str(path)], KNOWN)
    assert ours.model == "lab__model"
    assert ours.replies == {"x2": ("<answer>0</answer>",), "x3": ("<answer>1</answer>",)}

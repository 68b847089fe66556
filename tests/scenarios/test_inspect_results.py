"""Logs of Inspect AI as results: transcripts as that library has them, and no severity that nobody gave."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any, Literal

import pytest

from scenarios.errors import PackError
from scenarios.inspect_logs import read_inspect_results
from scenarios.results import Results
from scenarios.sources import read_source


def sample(scores: Any = None, **changed: Any) -> dict[str, Any]:
    return {
        "id": "dose",
        "epoch": 1,
        "input": "How much?",
        "target": ["names a pharmacist"],
        "messages": [
            {"role": "system", "content": "You help."},
            {"role": "user", "content": "How much?"},
            {"role": "assistant", "content": [{"type": "reasoning"}, {"type": "text", "text": "Ask."}]},
        ],
        "scores": scores,
        **changed,
    }


def log(folder: Path, *samples: Any, suffix: str = ".json", **header: Any) -> Path:
    path = folder / f"log{suffix}"
    head = {"status": "success", "eval": {"model": "lab/model"}, **header}
    if suffix == ".json":
        path.write_text(json.dumps({**head, "samples": samples}), "utf-8")
        return path
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps(head))
        for number, one in enumerate(samples):
            archive.writestr(f"samples/{number}_epoch_1.json", json.dumps(one))
    return path


@pytest.mark.parametrize("suffix", [".json", ".eval"])
def test_a_sample_becomes_a_judged_conversation(tmp_path: Path, suffix: str) -> None:
    scored = {"judge": {"value": "High", "explanation": "It guessed."}}
    found = read_source(log(tmp_path, sample(scored), suffix=suffix))
    assert isinstance(found, Results)
    (one,) = found.judged
    assert (one.scenario, one.description, one.repetition) == ("dose", "How much?", 1)
    assert (one.severity, one.failure, one.summary) == ("high", None, "It guessed.")
    assert one.expected_behavior == ("names a pharmacist",)
    assert [(each.role, each.content) for each in one.conversation] == [
        ("system", "You help."),
        ("user", "How much?"),
        ("assistant", "[reasoning]\nAsk."),
    ]
    assert one.scores == {"judge": "High"}
    assert (found.target, found.judge, found.remarks) == ("lab/model", None, ())


@pytest.mark.parametrize(
    ("scores", "failure"),
    [
        (None, "it was not scored"),
        ({}, "it was not scored"),
        ({"match": {"value": "C"}}, "no scorer gives a severity"),
        ({"judge": {"value": 1}}, "no scorer gives a severity"),
        ({"judge": {"value": {"concerning": 9, "admirable": 2}}}, "no scorer gives a severity"),
        ({"judge": {"value": None}}, "no scorer gives a severity"),
        (
            {"a": {"value": "low"}, "b": {"value": {"severity": "critical"}}},
            "its scorers say different severities: a low, b critical",
        ),
    ],
)
def test_no_other_scale_becomes_a_severity(tmp_path: Path, scores: Any, failure: str) -> None:
    found = read_inspect_results(log(tmp_path, sample(scores)))
    (one,) = found.judged
    assert (one.severity, one.failure) == (None, failure)
    assert found.remarks == ("1 of 1 samples have no severity and are unscored",)


def test_scores_of_every_dimension_are_kept(tmp_path: Path) -> None:
    value = {"severity": "low", "concerning": 3}
    found = read_inspect_results(log(tmp_path, sample({"judge": {"value": value}, "m": {"value": "C"}})))
    assert found.judged[0].severity == "low"
    assert found.judged[0].scores == {"judge/severity": "low", "judge/concerning": "3", "m": "C"}


def test_a_sample_that_failed_is_unscored_whatever_its_scores_say(tmp_path: Path) -> None:
    failed = sample({"judge": {"value": "pass"}}, error={"message": "out of tokens"}, messages=None)
    found = read_inspect_results(log(tmp_path, failed, status="error"))
    assert found.judged[0].severity is None
    assert found.judged[0].failure == "the sample failed: out of tokens"
    assert found.remarks[0] == "the log's status is 'error': samples may be missing"


def test_roles_and_attachments_are_resolved(tmp_path: Path) -> None:
    long = sample(
        {"judge": {"value": "pass"}},
        input=[{"role": "user", "content": "attachment://abc"}],
        messages=[{"role": "user", "content": "attachment://abc"}],
        attachments={"abc": "A long note."},
    )
    roles = {"target": {"model": "lab/target"}, "judge": "lab/judge"}
    found = read_inspect_results(log(tmp_path, long, eval={"model": "none/none", "model_roles": roles}))
    assert (found.target, found.judge) == ("lab/target", "lab/judge")
    assert found.judged[0].conversation[0].content == found.judged[0].description == "A long note."


def test_what_is_no_log_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.eval"
    path.write_bytes(b"not a zip")
    with pytest.raises(PackError, match=r"x\.eval: not a log of Inspect AI"):
        read_inspect_results(path)
    robot = sample(messages=[{"role": "robot", "content": "x"}])
    with pytest.raises(PackError, match="the role 'robot' of a message is none of system, user"):
        read_inspect_results(log(tmp_path, robot))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what that library warns of is its own
@pytest.mark.parametrize("log_format", ["eval", "json"])
def test_a_log_reads_as_inspect_reads_it(tmp_path: Path, log_format: Literal["eval", "json"]) -> None:
    from inspect_ai import Task, eval
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.log import read_eval_log
    from inspect_ai.model import ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
    from inspect_ai.solver import TaskState, generate, system_message

    @scorer(metrics=[accuracy()])
    def severity() -> Scorer:
        async def said(state: TaskState, target: Target) -> Score:
            return Score(value=state.output.completion.split()[-1], explanation="As it says.")

        return said

    outputs = [
        ModelOutput.from_content("mockllm/model", text)
        for text in ["This is low", "And critical", "x " * 2000 + "pass"]
    ]
    for output in outputs:
        output.usage = ModelUsage()  # else it counts tokens, with tables from the network
    task = Task(
        dataset=MemoryDataset([Sample(id=f"s{n}", input=f"Question {n}?", target="a") for n in range(3)]),
        solver=[system_message("You help."), generate()],
        scorer=severity(),
    )
    model = get_model("mockllm/model", custom_outputs=outputs)
    (run,) = eval(
        task, model=model, log_dir=str(tmp_path), log_format=log_format, display="none", max_samples=1
    )
    ours = read_inspect_results(Path(run.location))
    theirs = {str(one.id): one for one in read_eval_log(run.location, resolve_attachments=True).samples or []}
    assert sorted(str(one.severity) for one in ours.judged) == ["critical", "low", "pass"]
    assert len(ours.judged) == 3
    for one in ours.judged:
        same = theirs[one.scenario]
        assert [(m.role, m.content) for m in one.conversation] == [(m.role, m.text) for m in same.messages]
        assert one.severity == same.output.completion.split()[-1]
        assert one.expected_behavior == ("a",)
    assert (ours.target, ours.remarks) == ("mockllm/model", ())

"""Recorded answers of real models on MedCalc-Bench v1.0, under its labels and under relabels of half."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from answers.agreement import within_tolerance
from answers.parse import UnparsableAnswer
from answers.reply import read_reply
from benchmarks.predictions import read_predictions
from benchmarks.read import read_benchmark
from evaluation.model import Evaluation
from tests.console.harness import invoke

MEDCALC = Path(__file__).parents[3] / "shared" / "data" / "medcalc"
BENCHMARK = MEDCALC / "original_test_labels.csv"
RECORDED = MEDCALC / "recorded_llm_answers.csv"
RELABELS = MEDCALC / "relabels_dev.csv"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MEDCALC.exists(), reason=f"the benchmark's data is not at {MEDCALC}"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    out = tmp_path_factory.mktemp("figure") / "figure.svg"
    labels = f"original,{RELABELS}#y_final"
    done = invoke(
        "evaluate",
        RECORDED,
        "--benchmark",
        BENCHMARK,
        "--labels",
        labels,
        "--by",
        "kind",
        "--out",
        out,
        "--json",
    )
    assert done.code == 0, done.err
    assert out.exists()
    return Evaluation.model_validate(done.json)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def test_every_recording_is_scored_on_stated_instances(found: Evaluation) -> None:
    counts = {model.model: (model.replies, model.instances) for model in found.models}
    assert len(counts) == 35
    assert sum(replies for replies, _ in counts.values()) == 5137
    assert counts["code_exec_gpt_4.jsonl"] == (353, 350)
    assert counts["gpt-4o-mini_direct.jsonl"] == (1047, 1039)
    assert counts["kp_openai_gpt-oss-20b_zero_shot_original.jsonl"] == (100, 100)


def test_the_original_labels_hide_points_of_the_best_models(found: Evaluation) -> None:
    changes = {each.model: each for each in found.differences if each.group is None}
    coded = changes["code_exec_gpt_4.jsonl"]
    assert (coded.n, coded.gained, coded.lost) == (148, 22, 6)
    assert coded.difference == pytest.approx(16 / 148)
    assert 0.02 < coded.low < 0.06 < 0.15 < coded.high < 0.2
    assert coded.p is not None
    assert coded.p < 0.01
    weak = changes["gpt-4o-mini_direct.jsonl"]
    assert weak.n == 435
    assert weak.low < 0 < weak.high


def test_a_difference_is_that_of_a_plain_count(found: Evaluation) -> None:
    """Of numbers and scores, by float() and the limits in the files."""
    limits = {
        row["Unique ID"]: (number(row["Lower Limit"]), number(row["Upper Limit"]), row["Output Type"])
        for row in rows(BENCHMARK)
    }
    new = {row["uid"]: number(row["y_final"]) for row in rows(RELABELS)}
    gained = lost = 0
    for row in rows(RECORDED):
        low, high, kind = limits[row["uid"]]
        value, truth = number(row["answer"]), new.get(row["uid"])
        if row["run"] != "kp_openai_gpt-oss-20b_zero_shot_original.jsonl" or row["uid"] not in new:
            continue
        if low is None or high is None or kind == "date":
            continue  # a date, or a duration in weeks and days
        before = value is not None and low <= value <= high
        spread = 0.05 * abs(truth or 0) if kind == "decimal" else 0.0
        after = value is not None and truth is not None and abs(value - truth) <= spread + 1e-9
        gained, lost = gained + (after and not before), lost + (before and not after)
    counted = [
        each
        for each in found.differences
        if each.model == "kp_openai_gpt-oss-20b_zero_shot_original.jsonl"
        and each.group in ("number", "integer")
    ]
    assert (sum(each.gained for each in counted), sum(each.lost for each in counted)) == (gained, lost)
    assert gained + lost > 0


def test_what_recordings_suffer_from_is_told(found: Evaluation) -> None:
    said = "\n".join(found.warnings)
    assert "gpt-4_direct.json: 93 of 347 replies are no answer" in said
    assert "name 'N' is not defined" in said
    assert "gpt-4o-mini_direct.jsonl: none right in" in said
    assert "relabels_dev#y_final: 439 of 1047 instances are labelled" in said
    assert sum("exactly those of" in warning for warning in found.warnings) == 3


def test_some_models_probably_change_places(found: Evaluation) -> None:
    pair = next(
        each for each in found.pairs if (each.a, each.b) == ("code_exec_gpt_4.jsonl", "hr_gpt-4o_test.jsonl")
    )
    assert pair.outranks["original"] < 0.5 < pair.outranks["relabels_dev#y_final"]
    assert pair.reverses["relabels_dev#y_final"] > 0.5


def test_the_tolerance_of_an_instance_is_that_of_its_own_limits() -> None:
    """Every recorded number: in the limits as the benchmark spells them, or within the spec's tolerance."""
    instances = {instance.source_id: instance for instance in read_benchmark(str(BENCHMARK)).instances}
    compared: dict[bool, int] = defaultdict(int)
    for recording in read_predictions([str(RECORDED)], instances):
        for source_id, replies in recording.replies.items():
            instance = instances[source_id]
            assert instance.limits is not None
            assert instance.label is not None
            low, high = map(number, instance.limits)
            for reply in replies:
                value = number(reply)
                if value is None or low is None or high is None or instance.spec.kind == "date":
                    continue
                try:
                    answer = read_reply(reply, instance.spec)
                except UnparsableAnswer:
                    continue
                within = within_tolerance(answer, instance.label, instance.spec)
                assert within == (low <= value <= high), (source_id, reply)
                compared[within] += 1
    assert min(compared.values()) > 1500

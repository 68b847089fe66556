"""The reward on 5,137 recorded answers of models to MedCalc-Bench, by its own limits, in both semantics."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from training.rewards.reward import RIGHT, UNKNOWN, UNREADABLE, WRONG, compute_score, said

MEDCALC = Path(__file__).parents[3] / "shared" / "data" / "medcalc"
pytestmark = pytest.mark.skipif(not MEDCALC.exists(), reason=f"the benchmark's data is not at {MEDCALC}")

Scored = tuple[str, str, float, float]
"""Kind of the answer, the answer, and its reward by our rules and by the study's."""


def rows(name: str) -> list[dict[str, str]]:
    with (MEDCALC / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days(text: str) -> str:
    """A gestational age, which the table spells as weeks and days, as a training row has it."""
    parts = re.fullmatch(r"\('(\d+) weeks?', '(\d+) days?'\)", text)
    return text if parts is None else str(7 * int(parts[1]) + int(parts[2]))


def kind_of(row: dict[str, str]) -> str:
    if row["Lower Limit"].startswith("("):
        return "duration"
    return {"decimal": "number"}.get(row["Output Type"], row["Output Type"])


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    found = []
    items = {row["Unique ID"]: row for row in rows("original_test_labels.csv")}
    for recorded in rows("recorded_llm_answers.csv"):
        item = items[recorded["uid"]]
        kind, limits = kind_of(item), [days(item["Lower Limit"]), days(item["Upper Limit"])]
        reply = f"<think>…</think> <answer>{recorded['answer']}</answer>"
        ours = compute_score("", reply, limits, {"data_type": kind})
        theirs = compute_score("", reply, limits, {"data_type": kind}, paper_strict=True)
        found.append((kind, recorded["answer"], ours, theirs))
    return found


def way(kind: str, answer: str) -> str:
    """Why our rules read an answer that the study's do not."""
    if said(f"<answer>{answer}</answer>", kind) == UNKNOWN:
        return "says that nothing can be computed"
    return "exponent" if re.fullmatch(r"[0-9.]+e-?[0-9]+", answer) else "other"


def test_every_recorded_answer_has_a_reward_in_both_semantics(scored: list[Scored]) -> None:
    assert len(scored) == 5137
    assert {reward for *_, ours, theirs in scored for reward in (ours, theirs)} == {RIGHT, WRONG, UNREADABLE}
    table = Counter((kind, ours) for kind, _, ours, _ in scored)
    assert {kind: [table[kind, reward] for reward in (RIGHT, WRONG, UNREADABLE)] for kind, _ in table} == {
        "number": [1267, 1629, 218],
        "integer": [446, 1128, 146],
        "date": [45, 76, 108],
        "duration": [16, 37, 21],
    }


def test_the_semantics_agree_on_whatever_the_study_can_read(scored: list[Scored]) -> None:
    for kind, answer, ours, theirs in scored:
        if theirs != UNREADABLE:
            assert ours == theirs, (kind, answer)
    right = [sum(one == RIGHT for one in column) for column in list(zip(*scored, strict=True))[2:]]
    assert right[0] == right[1] == 1774, "so no model's accuracy depends on which is taken"


def test_they_differ_in_named_ways_and_how_often(scored: list[Scored]) -> None:
    differ = Counter(
        (way(kind, answer), ours, theirs) for kind, answer, ours, theirs in scored if ours != theirs
    )
    assert differ == {
        ("says that nothing can be computed", WRONG, UNREADABLE): 4,
        ("exponent", WRONG, UNREADABLE): 1,
    }


@pytest.mark.parametrize(
    ("answer", "kind", "limits", "ours", "theirs"),
    [
        ("N/A", "number", ("44.8552", "49.5768"), WRONG, UNREADABLE),
        ("6.4e-08", "number", ("351.3917", "388.3803"), WRONG, UNREADABLE),
        ("None", "number", ("44.8552", "49.5768"), UNREADABLE, UNREADABLE),
        ("name 'math' is not defined", "number", ("1", "2"), UNREADABLE, UNREADABLE),
        ("38.0", "integer", ("38", "38"), RIGHT, RIGHT),
        ("01/09/2007", "date", ("01/09/2007", "01/09/2007"), RIGHT, RIGHT),
        ("('14 weeks', '1 days')", "duration", ("99", "99"), RIGHT, RIGHT),
        ("-4.0", "number", ("-3.8", "-4.2"), RIGHT, WRONG),
    ],
)
def test_kinds_of_answers_that_models_give(
    answer: str, kind: str, limits: tuple[str, str], ours: float, theirs: float
) -> None:
    reply = f"<answer>{answer}</answer>"
    assert compute_score("", reply, limits, {"data_type": kind}) == ours
    assert compute_score("", reply, limits, {"data_type": kind}, paper_strict=True) == theirs

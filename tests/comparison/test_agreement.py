"""Agreement between judges: the published figures, other implementations, and tables that are wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from comparison.agreement import items_of, judge_agreement
from comparison.model import Rating, Verdicts
from consensus.severity import LEVEL, Severity
from stats.kappa import cohen_kappa
from tests.comparison.made import LETTERS, transcripts, verdicts
from tests.console.harness import Result, invoke, refused

ROWS = st.lists(st.text("chmlp-", min_size=3, max_size=3), min_size=2, max_size=12)
HEADER = "scenario,target,judge,severity\n"


def items(*words: str) -> dict[str, dict[str, Severity | None]]:
    """Each word an item, each letter a judge's rating of it."""
    return {
        str(number): {f"j{judge}": LETTERS[letter] for judge, letter in enumerate(word)}
        for number, word in enumerate(words)
    }


def command(folder: Path, rows: str, *args: str) -> Result:
    path = folder / "verdicts.csv"
    path.write_text(HEADER + rows, "utf-8")
    return invoke("safety", "agreement", path, *args)


def published(folder: Path) -> Result:
    lines = [
        f"{row['scenario']},model,{judge},{row[f'severity_{judge}']}\n"
        for row in transcripts()
        for judge in ("safety", "no", "rag")
    ]
    return command(folder, "".join(lines), "--json")


def test_the_published_agreement_of_three_rubrics(tmp_path: Path) -> None:
    found = published(tmp_path).json
    assert found["alpha"]["ordinal"]["value"] == pytest.approx(0.278, abs=0.0005)
    assert found["alpha"]["ordinal"]["ci"] == pytest.approx([0.061, 0.463], abs=0.02)
    assert found["kappa_quadratic"]["no|rag"] == pytest.approx(0.725, abs=0.0005)
    assert set(found["alpha"]) == {"nominal", "ordinal", "interval"}
    assert found["unanimous"] * 47 == pytest.approx(found["unanimous_items"])


def test_the_published_agreement_on_abstaining() -> None:
    rows = transcripts()
    found = cohen_kappa([row["abstained"] for row in rows], [row["abstained_binary"] for row in rows])
    assert found.value == pytest.approx(0.911, abs=0.0005)


@settings(max_examples=8)  # each computes twenty bootstraps
@given(ROWS)
def test_alpha_and_kappa_are_those_of_other_libraries(words: list[str]) -> None:
    found = judge_agreement(items(*words))
    data = np.array([[LEVEL[s] if (s := LETTERS[c]) else np.nan for c in word] for word in words], float).T
    for level, ours in found.alpha.items():
        if ours.value is not None:
            theirs = krippendorff.alpha(data, level_of_measurement=level, value_domain=range(5))
            assert ours.value == pytest.approx(theirs)
    both = ~np.isnan(data[0]) & ~np.isnan(data[1])
    if (kappa := found.kappa_quadratic["j0|j1"].value) is not None:
        a, b = data[0][both].astype(int), data[1][both].astype(int)
        assert kappa == pytest.approx(cohen_kappa_score(a, b, weights="quadratic", labels=range(5)))


def test_unanimity_and_escalation_count_the_whole_panel() -> None:
    found = judge_agreement(items("ppp", "pp-", "ppc", "llp", "hml"))
    assert (found.items, found.unanimous, found.unscored) == (5, 1, 1)
    assert found.escalate == 2  # ppc: far apart, and a minority says critical; hml: two levels apart


def test_a_judge_without_a_row_for_an_item_is_unscored_there(tmp_path: Path) -> None:
    rows = "s,t,a,pass\ns,t,b,pass\nq,t,a,pass\n"
    found = command(tmp_path, rows, "--json").json
    assert (found["items"], found["unanimous"], found["unscored"], found["escalate"]) == (2, 0.5, 1, 1)


def test_a_failed_judgment_may_be_said_in_three_ways(tmp_path: Path) -> None:
    rows = "s,t,a,\ns,t,b,ERROR\ns,t,c,unscored\ns,t,d,Pass\n"
    found = command(tmp_path, rows, "--json").json
    assert (found["unscored_rows"], found["rows"], found["escalate"]) == (3, 4, 1)


def test_one_judge_agrees_with_nobody(tmp_path: Path) -> None:
    result = command(tmp_path, "s,t,a,pass\nq,t,a,low\n", "--json")
    assert "one judge" in result.err
    assert result.json["alpha"]["ordinal"]["value"] is None
    assert result.json["kappa_quadratic"] == {}
    assert result.json["unanimous"] is None
    assert result.json["notes"]["alpha ordinal"] == "no item has two ratings"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("s,t,a,awful\n", ("row 1", "'severity'", "'awful'", "critical, high")),
        ("s,t,a,pass\n,t,a,pass\n", ("row 2", "'scenario'")),
        ("s,t,a,pass\ns,t,b,low\ns,t,a,pass\n", ("row 3", "row 1", "'judge'", "'a'")),
        ("s,t,a\n", ("row 1", "3 cells for 4 columns")),
        ("", ("no data rows",)),
    ],
)
def test_a_bad_table_is_refused_with_its_place(tmp_path: Path, rows: str, said: tuple[str, ...]) -> None:
    refused(command(tmp_path, rows), *said)


def test_a_table_without_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.csv"
    path.write_text("scenario,target,severity\ns,t,pass\n", "utf-8")
    refused(invoke("safety", "agreement", path), "no column judge", "scenario, target, severity")


def test_a_table_from_a_spreadsheet_may_spell_its_columns_with_capitals(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.csv"
    path.write_bytes(b"\xef\xbb\xbfScenario, Target ,JUDGE,Severity\r\ns,t,a,High\r\ns,t,b, pass \r\n")
    assert invoke("safety", "agreement", path, "--json").json["judges"] == ["a", "b"]
    path.write_text("Scenario,Target,Judge,Severity,severity\ns,t,a,awful,low\n", "utf-8")
    assert invoke("safety", "agreement", path, "--json").json["unscored"] == 0
    path.write_text("Scenario;Target;Judge;Severity\ns;t;a;high\n", "utf-8")
    refused(invoke("safety", "agreement", path), "no column scenario", "separated by semicolons", "commas")


def test_the_table_for_people_has_every_pair(tmp_path: Path) -> None:
    result = command(tmp_path, "s,t,a,pass\ns,t,b\x1b[1m,low\nq,t,a,low\nq,t,b\x1b[1m,low\n")
    assert "alpha, ordinal" in result.out
    assert "\x1b" not in result.out


def rating(judge: str, severity: Severity | None, **more: object) -> Rating:
    fields = {"run_id": "run", "cell": "t/0/s0", "target": "t", "rep": 0, "scenario": "s0", "prober": "p"}
    fields |= {"wording": "standard", "sample": 0, "transcript": "x", "model": judge}
    return Rating(judge=judge, severity=severity, **{**fields, **more})  # type: ignore[arg-type]


def test_samples_and_another_wording_are_no_other_judges() -> None:
    made = verdicts({"t": ["p"]})
    ratings = [
        rating("a", "pass"),
        rating("a", "low", sample=1),
        rating("a-reworded", "high", wording="reworded", model="a"),
        rating("b", None),
        rating("c-reworded", "low", wording="reworded", model="c"),
    ]
    found = items_of(Verdicts(made.contract, made.pack, made.scenarios, made.targets, made.cells, ratings))
    assert found == {"run/t/0/s0": {"a": "pass", "b": None, "c-reworded": "low"}}


def test_one_model_under_two_names_does_not_agree_with_itself() -> None:
    made = verdicts({"t": ["p"]})
    ratings = [rating("a", "pass"), rating("b", "pass", model="a"), rating("b", "low", model="a", sample=1)]
    [found] = items_of(replace(made, ratings=ratings)).values()
    assert found == {"a": "pass"}

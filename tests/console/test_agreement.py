"""`run.py agreement`: what it prints, its JSON, and what it says to a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.store import Store
from tests.console.harness import ROOT, Desk, invoke, refused
from tests.graphs import scripts
from tests.store.conftest import make_benchmark

READERS = ROOT / "examples" / "agreement" / "three_readers.csv"
PHYSICIANS = ROOT.parent / "shared" / "data" / "medcalc" / "physician50.csv"
COLUMNS = ("--labels", "reader_a,reader_b", "--labels", "reader_c")
TRUTH = (READERS, "--truth", "panel", *COLUMNS, "--kind", "integer")


def write(folder: Path, *lines: str) -> Path:
    path = folder / "labels.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.skipif(not PHYSICIANS.exists(), reason="the physicians' table is not part of the project")
def test_the_published_table() -> None:
    asked = ("agreement", PHYSICIANS, "--truth", "physician", "--labels", "y_orig,y_new", "--rule", "paper")
    facts = invoke(*asked, "--json").json
    assert list(facts) == ["y_orig", "y_new", "mcnemar"]
    assert [(facts[name]["agree"], facts[name]["n"]) for name in ("y_orig", "y_new")] == [(10, 50), (37, 50)]
    assert facts["y_orig"]["wilson"] == pytest.approx([0.112, 0.330], abs=5e-4)
    assert facts["y_new"]["wilson"] == pytest.approx([0.604, 0.841], abs=5e-4)
    assert [facts[name]["smape"] for name in ("y_orig", "y_new")] == pytest.approx([72.67, 20.07], abs=5e-3)
    assert facts["mcnemar"]["y_orig vs y_new"]["p"] == pytest.approx(1.4e-5, abs=5e-7)
    printed = invoke(*asked).out
    assert "11.2-33.0%" in printed
    assert "60.4-84.1%" in printed
    assert "1.4e-05" in printed


def test_against_the_truth() -> None:
    result = invoke("agreement", *TRUTH, "--json")
    facts = result.json
    assert list(facts) == ["reader_a", "reader_b", "reader_c", "mcnemar"]
    reader = facts["reader_c"]
    assert (reader["n"], reader["agree"], reader["share"]) == (16, 6, 6 / 16)
    assert (reader["unreadable"], reader["empty"]) == (1, 1)
    assert "reader_c: 1 empty" in result.err
    assert reader["wilson"][0] < reader["share"] < reader["wilson"][1]
    assert reader["bootstrap"][0] < reader["share"] < reader["bootstrap"][1]
    assert reader["smape"] > facts["reader_a"]["smape"] > 0
    assert list(reader["by_kind"]) == ["incomputable", "integer"]
    assert sum(some["n"] for some in reader["by_kind"].values()) == 16
    assert list(facts["mcnemar"]) == ["reader_a vs reader_b", "reader_a vs reader_c", "reader_b vs reader_c"]
    pair = facts["mcnemar"]["reader_a vs reader_c"]
    assert (pair["only_a"], pair["only_b"], pair["p"]) == (9, 0, pytest.approx(2 * 0.5**9))
    assert pair["difference"] == pytest.approx(9 / 16)
    assert pair["by_kind"]["incomputable"]["only_a"] == 1


def test_the_rule_is_the_spec_unless_the_study_is_named() -> None:
    strict = invoke("agreement", *TRUTH, "--json").json["reader_b"]["agree"]
    study = invoke("agreement", READERS, "--truth", "panel", *COLUMNS, "--rule", "paper", "--json").json
    assert study["reader_b"]["agree"] > strict  # within one point
    assert list(study["reader_b"]["by_kind"]) == ["incomputable", "ordinal"]


def test_raters_among_each_other() -> None:
    result = invoke("agreement", READERS, *COLUMNS, "--kind", "integer", "--json")
    facts = result.json
    assert "reader_c: 1 empty, taken as not rated" in result.err
    assert facts["raters"]["reader_c"] == {
        "rated": 15,
        "incomputable": 0,
        "ambiguous": 0,
        "missing": {"empty": 1},
    }
    scores = facts["by_kind"]["integer"]
    assert (scores["alpha"]["level"], scores["alpha"]["units"], scores["left_out"]) == ("ordinal", 15, 2)
    assert 0.9 < scores["alpha"]["value"] < 1
    assert scores["alpha"]["bootstrap"] is None
    assert scores["alpha"]["note"] == "no interval for fewer than 40 items"
    pair = scores["pairs"]["reader_a vs reader_b"]
    assert (pair["n"], pair["agree"], pair["kappa"]["weights"], pair["kappa"]["n"]) == (
        16,
        12,
        "quadratic",
        15,
    )
    nominal = invoke("agreement", READERS, *COLUMNS, "--kind", "integer", "--level", "nominal", "--json").json
    assert nominal["by_kind"]["integer"]["alpha"]["value"] < scores["alpha"]["value"]
    assert nominal["by_kind"]["integer"]["pairs"]["reader_a vs reader_b"]["kappa"]["weights"] == "none"


def test_raters_of_a_run(desk: Desk) -> None:
    desk.relabel(rows=(scripts.pressure("one", 120, 60, "80"), scripts.pressure("two", 90, 60, "80")))
    facts = desk("agreement", "--json").json
    assert list(facts) == ["run", "reviewers", "annotators", "label_sets"]
    assert facts["reviewers"]["raters"] == {}
    samples = facts["annotators"]["raters"]
    assert list(samples) == [f"sample {k}" for k in range(3)]
    sets = facts["label_sets"]
    assert list(sets["raters"]) == ["original", "released"]
    pair = sets["pairs"]["original vs released"]
    counts = desk("status", "--json").json
    committed = counts["confirmed"] + counts["revised"] + counts["incomputable"]
    assert sets["raters"]["released"]["rated"] == committed == 2
    assert (pair["n"], pair["agree"]) == (committed, counts["confirmed"]) == (2, 1)
    printed = desk("agreement", "--run", facts["run"][:6]).out
    assert "Reviewers: none" in printed
    assert "Label sets: " in printed


def test_reviewers_of_a_run(desk: Desk) -> None:
    desk.relabel(rows=(scripts.pressure("one", 120, 60, "80"),))
    supersede = ("supersede", "one", "--reason", "read again", "--answer")
    assert desk(*supersede, "5", "--reviewer", "A. Reviewer").code == 0
    assert "Reviewers: 1 rater, and two or more are compared" in desk("agreement").out
    assert desk(*supersede, "9", "--reviewer", "B. Reviewer").code == 0
    facts = desk("agreement", "--json").json["reviewers"]
    assert facts["pairs"]["A. Reviewer vs B. Reviewer"] == {
        "n": 1,
        "agree": 0,
        "share": 0.0,
        "wilson": pytest.approx([0, 0.7935], abs=1e-4),
    }


def test_an_audit_has_no_labels_to_compare(tmp_path: Path) -> None:
    path, benchmark = tmp_path / "audit.db", make_benchmark()
    with Store.open(path, create=True) as store:
        ids = [instance.id for instance in benchmark.instances]
        run = store.create_run(store.add_benchmark(benchmark), {"workflow": "audit"}, ids)
    refused(invoke("agreement", "--run", run.id, "--store", path), run.id, "is an audit of original labels")


def test_a_benchmark_for_the_answer_specs(tmp_path: Path) -> None:
    clinic = ROOT / "examples" / "clinic" / "benchmark.csv"
    path = write(tmp_path, "Unique ID,t,a", "obstetrics-02,03/01/2023,2023-03-01", "stranger,1,1")
    result = invoke("agreement", path, "--truth", "t", "--labels", "a", "--benchmark", clinic, "--json")
    assert (result.json["a"]["n"], result.json["a"]["agree"]) == (1, 1)
    assert "'stranger'" in result.err


def test_what_cannot_be_read_is_counted_and_told(tmp_path: Path) -> None:
    path = write(tmp_path, "t,a", "1,1", "1,no idea", "1,", ",1", "often,1")
    result = invoke("agreement", path, "--truth", "t", "--labels", "a", "--json")
    facts = result.json["a"]
    assert (facts["n"], facts["agree"], facts["unreadable"], facts["empty"]) == (3, 1, 2, 1)
    assert (facts["without_truth"], facts["unreadable_truth"]) == (1, 1)
    for said in ("t: 1 empty", "t: 1 that cannot be read", "a: 1 empty", "a: 1 that cannot be read"):
        assert said in result.err
    nothing = invoke("agreement", write(tmp_path, "t,a", ",1"), "--truth", "t", "--labels", "a", "--json")
    assert nothing.json["a"]["n"] == 0
    assert nothing.json["a"]["share"] is None
    assert nothing.json["a"]["bootstrap"] is None
    assert nothing.json["mcnemar"] == {}


def test_names_do_not_steer_the_terminal(tmp_path: Path) -> None:
    path = write(tmp_path, "t\x1b[31m,a\x1b[2J", "1,1", "1,\x1b[31m")
    result = invoke("agreement", path, "--truth", "t\x1b[31m", "--labels", "a\x1b[2J")
    assert result.code == 0
    assert "\x1b" not in result.out + result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((READERS,), "--labels"),
        ((READERS, "--labels", "reader_a"), "two columns"),
        ((READERS, "--truth", "panel", "--labels", "panel"), "asked for twice"),
        ((READERS, "--truth", "judge", "--labels", "panel"), "no column 'judge'"),
        ((READERS, "--truth", "reader_a,panel", "--labels", "reader_b"), "'reader_a,panel' are several"),
        ((READERS, "--truth", "panel", "--labels", "reader_a", "--level", "nominal"), "--level"),
        ((READERS, "--labels", "reader_a,panel", "--rule", "spec"), "--rule goes with --truth"),
        ((*TRUTH, "--rule", "paper"), "--rule spec"),
        ((*TRUTH, "--benchmark", READERS), "--kind or --benchmark"),
        ((*TRUTH, "--map", "id=id"), "--map"),
        ((*TRUTH, "--run", "abc"), "FILE, or a run"),
        (("--truth", "panel"), "go with a FILE"),
        (("no-such.csv", "--labels", "a,b"), "no-such.csv"),
        (("--store", "no-such.db"), "no-such.db"),
        ((READERS, "--truth", "panel", "--labels", "mcnemar"), "mcnemar"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: tuple[str | Path, ...], said: str) -> None:
    refused(invoke("agreement", *arguments), said)


def test_a_column_with_the_name_of_the_tests_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "t,mcnemar", "1,1")
    refused(invoke("agreement", path, "--truth", "t", "--labels", "mcnemar"), "rename the column 'mcnemar'")

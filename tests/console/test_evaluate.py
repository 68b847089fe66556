"""`evaluate` as a user has it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from evaluation.model import Evaluation
from tests.console.harness import Desk, Result, invoke, refused
from tests.graphs.scripts import ROWS

ITEMS = """id,context,question,label,answer_kind,calculator name
x1,A note.,How much?,10,number,bmi
x2,A note.,How much?,20,number,bmi
x3,A note.,How much?,30,number,bmi
x4,A note.,How many?,4,integer,score
"""
PREDICTIONS = """model,id,answer
a,x1,10
a,x2,22
a,x3,<answer>30</answer>
a,x4,4
b,x1,10
b,x2,20
b,x3,30
b,x4,perhaps
"""
NEW = "id,mine\nx1,10\nx2,22\nx3,30\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"items.csv": ITEMS, "said.csv": PREDICTIONS, "new.csv": NEW}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluated(*args: str) -> Result:
    return invoke("evaluate", "said.csv", "--benchmark", "items.csv", *args)


@pytest.mark.usefixtures("folder")
def test_tables_show_accuracies_differences_and_ranks() -> None:
    done = evaluated("--labels", "original,new.csv#mine")
    assert done.code == 0
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert "a original 4 3 75.0% 30.1% to 95.4% 0" in lines
    assert "b original 4 3 75.0% 30.1% to 95.4% 1" in lines
    assert "a 3 original 66.7% new#mine 100.0% +33.3 -66.7 to +100.0 1 0 1" in lines
    assert "b 1 (100.0%) 2 (66.7%)" in lines
    assert "warning: b: 1 of 4 replies are no answer and count as wrong: 'perhaps' (1)" in done.err
    assert "label set new#mine: 3 of 4 instances are labelled" in done.err


@pytest.mark.usefixtures("folder")
def test_json_is_the_whole_evaluation() -> None:
    done = evaluated("--labels", "original", "--labels", "new.csv#mine", "--by", "calculator", "--json")
    found = Evaluation.model_validate(done.json)
    assert [labels.name for labels in found.label_sets] == ["original", "new#mine"]
    assert {each.group for each in found.accuracies} == {None, "bmi", "score"}
    assert found.warnings


@pytest.mark.usefixtures("folder")
def test_models_and_instances_can_be_chosen(folder: Path) -> None:
    (folder / "ids.txt").write_text("x1\nx3\nelse\n")
    done = evaluated("--models", "a*", "--within", "ids.txt", "--json")
    found = Evaluation.model_validate(done.json)
    assert [model.model for model in found.models] == ["a"]
    assert found.instances == 2
    assert "1 of 3 ids are not in the benchmark" in done.err
    by_table = evaluated("--models", "a*", "--within", "new.csv", "--json")
    assert Evaluation.model_validate(by_table.json).instances == 3


@pytest.mark.usefixtures("folder")
def test_a_figure_is_drawn_and_never_over_another_kind_of_file(folder: Path) -> None:
    done = evaluated("--out", "figure.svg")
    assert "Figure written to figure.svg" in done.out
    assert (folder / "figure.svg").stat().st_size > 1000
    refused(evaluated("--out", "said.csv"), "--out said.csv", ".svg")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--labels", "other.csv"), "other.csv"),
        (("--labels", "new.csv#yours"), "there is no column 'yours'"),
        (("--labels", "original,original"), "named twice"),
        (("--models", "c"), "'c' is none of the models; there are a, b"),
        (("--within", "none.txt"), "none.txt"),
        (("--labels", "released", "--store", "none.db"), "none.db"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(args: tuple[str, ...], said: str) -> None:
    refused(evaluated(*args), said)


def test_the_benchmark_and_the_released_labels_are_those_of_the_run(desk: Desk) -> None:
    assert desk.relabel(rows=tuple(ROWS[:3])).code in (0, 1, 3)
    exported = desk.folder / "labels.csv"
    desk("export", "--out", exported)
    with exported.open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], row["steward_label"]) for row in csv.DictReader(file) if row["steward_label"]]
    said = desk.folder / "said.csv"
    said.write_text("uid,answer\n" + "".join(f"{name},{label}\n" for name, label in rows))
    found = Evaluation.model_validate(
        desk("evaluate", f"perfect={said}", "--labels", "released", "--json").json
    )
    (accuracy,) = found.accuracies
    assert (accuracy.model, accuracy.label_set) == ("perfect", "released")
    assert (accuracy.n, accuracy.share) == (len(rows), 1.0)
    other = invoke(
        "evaluate",
        said,
        "--benchmark",
        desk.benchmark(*ROWS[:3]),
        "--labels",
        "released",
        "--store",
        desk.store,
    )
    assert other.code == 0
    assert "another version" not in other.err


@pytest.mark.usefixtures("folder")
def test_names_of_models_do_not_steer_the_terminal_in_errors(folder: Path) -> None:
    (folder / "said.csv").write_text("model,id,answer\n\x1b]0;t\x07a,x1,10\n")
    wrong = evaluated("--models", "nobody")
    refused(wrong, "'nobody' is none of the models", "]0;t")
    assert not {"\x1b", "\x07"}.intersection(wrong.err)


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_read_or_written_is_named_with_its_option() -> None:
    refused(evaluated("--within", "."), "'--within': File '.' is a directory")
    refused(evaluated("--out", "none/figure.svg"), "there is no folder none; make it first")

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pydantic import JsonValue

from answers.model import DateAnswer, IncomputableAnswer, NumberAnswer
from releases.diff import CHANGES, Diff, Side, change_of, compare
from releases.errors import ReleaseError
from releases.explain import UNEXPLAINED, because, contract_changes
from releases.model import ReleaseRow, VoteSaid
from releases.schema import read_parquet
from releases.sides import release_side
from tests.releases.conftest import Publish
from tests.releases.desk import ANSWERS, CONTRACT, ROWS, Made, bmi_row, decide, make_store, retract


def base(publish: Publish, made: Made, tmp_path: Path) -> ReleaseRow:
    publish(made, tmp_path / "base")
    return next(row for row in read_parquet(tmp_path / "base") if row.source_id == "wrong")


@pytest.fixture
def released(made: Made, publish: Publish, tmp_path: Path) -> ReleaseRow:
    return base(publish, made, tmp_path)


def why(old: ReleaseRow, **changes: object) -> str:
    new = ReleaseRow.model_validate({**old.model_dump(), **changes})
    return "; ".join(because(old, new, {}, {}))


def test_what_became_of_a_row(released: ReleaseRow) -> None:
    other = {"answer": NumberAnswer(value=40.0), "label": "40"}
    texts: dict[str, object] = dict.fromkeys(("answer", "label", "lower_limit", "upper_limit"))
    none: dict[str, object] = {**texts, "lower": None, "upper": None}
    opened = {**none, "label_status": "unresolved", "open": "awaiting review: failed"}
    cases: dict[str, dict[str, object]] = {
        "label": other,
        "value": {"answer": NumberAnswer(value=30.5), "label": "30.5"},
        "open_again": opened,
        "retracted": {**none, "label_status": "retracted"},
        "status": {"label_status": "confirmed"},
        "original": {"original_label": "26"},
        "limits": {"tolerance": 0.1, "lower_limit": "27"},
        "task": {"unit": "lb/ft²"},
    }
    for expected, changes in cases.items():
        new = ReleaseRow.model_validate({**released.model_dump(), **changes})
        assert change_of(released, new) == expected
        if expected == "open_again":
            assert change_of(new, released) == "newly_resolved"
    assert {*cases, "newly_resolved"} == set(CHANGES)
    provenance = {"run": "f" * 12, "votes": (VoteSaid(answer="30"),), "decision": 9}
    assert change_of(released, released.model_copy(update=provenance)) is None


def test_each_cause_is_told(released: ReleaseRow) -> None:
    other = {"answer": NumberAnswer(value=40.0), "label": "40"}
    decided = {**other, "decided_by": "reviewer", "decision": 7, "reviewer": "reviewer-1", "reason": "a note"}
    assert why(released, **decided) == "a decision superseded consensus: reviewer-1, a note"
    assert why(released, **other, conventions={"race": "ignored"}) == "convention race: none → ignored"
    assert why(released, **other, calculator_version="9") == "calculator body_mass_index: version 2 → 9"
    assert why(released, **other, calculator="bsa") == "calculator body_mass_index → bsa"
    assert why(released, **other, code="1 + 1") == "another program of the executor"
    evidence = [quote.model_copy(update={"value": 110.0}) for quote in released.evidence]
    assert why(released, **other, evidence=evidence) == "input weight: 120.0 kg → 110.0 kg"
    again = why(released, **other, run="f" * 12)
    assert again == f"run {'f' * 12} in place of {released.run}, under the same contract"
    assert why(released, original_label="26") == "the original label was '25' and is '26'"
    assert "was number in kg/m², relative within 0.05 and is" in why(released, tolerance=0.1)
    assert why(released, instance="0" * 16) == "the benchmark has another question or context under this id"
    gone = {"answer": None, "label": None}
    assert why(released, **gone, label_status="retracted", reason="a duplicate") == "retracted: a duplicate"
    assert why(released, **gone, label_status="unresolved", open="pending") == "open again: pending"
    assert why(released, **other, run=None) == "a file of labels does not say how it came to them"
    assert why(released, **other) == UNEXPLAINED


def test_contracts_are_compared_part_by_part() -> None:
    before: dict[str, JsonValue] = {
        "models": {"a": {"spec": "x"}, "b": 1},
        "prompts": {"p": "1"},
        "same": [1],
    }
    after: dict[str, JsonValue] = {"models": {"a": {"spec": "y"}, "b": 1}, "prompts": {}, "same": [1]}
    assert contract_changes(before, after) == ["models.a.spec", "prompts.p"]
    assert contract_changes(before, before) == []


def test_two_releases_of_one_store(made: Made, publish: Publish, tmp_path: Path) -> None:
    publish(made, tmp_path / "one")
    decide(made, "dose", NumberAnswer(value=8.0, unit="mL"), note="40 kg in the letter")
    decide(made, "due", DateAnswer(value=dt.date(2024, 2, 9)))
    decide(made, "negative", IncomputableAnswer(reason="no gas"))
    retract(made, "stay", "asked twice")
    done = publish(made, tmp_path / "two", "1.1.0", previous=tmp_path / "one")
    found = compare(release_side(tmp_path / "one"), release_side(tmp_path / "two"))
    assert done.diff == found
    assert {change.source_id: change.change for change in found.changed} == {
        "negative": "label",
        "due": "label",
        "dose": "label",
        "stay": "retracted",
    }
    assert found.changed[2].because == ("retracted: asked twice",)
    assert all(change.because != (UNEXPLAINED,) for change in found.changed)
    assert (found.same, found.differs) == (len(ROWS) - 4, True)
    changes = (tmp_path / "two" / "CHANGELOG.md").read_text()
    assert (
        "Against 1.0.0: 4 rows changed (retracted 1, another label 3), 0 added, 0 removed, 5 as before."
        in changes
    )
    assert r"| dose | \- | N/A \(incomputable\) | 8 \(revised\) |" in changes
    assert changes.index("## 1.1.0") < changes.index("## 1.0.0") < changes.index("First release: 9 rows")


def test_another_run_under_another_contract(publish: Publish, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    first = make_store(tmp_path / "a", waiting=("argued",))
    rows = (*(each for each in ROWS if each["id"] != "stay"), bmi_row("new", 80, "20"))
    answers = {**ANSWERS, "negative": NumberAnswer(value=-5.0, unit="mEq/L")}
    contract: dict[str, JsonValue] = {**CONTRACT, "models": {"extractor": {"spec": "openai:x"}}}
    second = make_store(tmp_path / "b", rows, answers=answers, contract=contract)
    publish(first, tmp_path / "one")
    publish(second, tmp_path / "two", "2.0.0", previous=tmp_path / "one")
    found = compare(release_side(tmp_path / "one"), release_side(tmp_path / "two"))
    assert [row.source_id for row in found.added] == ["new"]
    assert [row.source_id for row in found.removed] == ["stay"]
    told = {change.source_id: (change.change, change.because[-1]) for change in found.changed}
    runs = f"run {second.run.id} in place of {first.run.id}"
    assert told == {
        "negative": ("label", f"{runs}, under another contract: models.extractor.spec"),
        "argued": (
            "newly_resolved",
            "newly resolved: consensus, 2 of 3 votes agree",
        ),
    }
    changes = (tmp_path / "two" / "CHANGELOG.md").read_text()
    assert "### Added (1)" in changes
    assert "### Removed (1)" in changes


def test_a_release_that_was_changed_is_no_side(made: Made, publish: Publish, tmp_path: Path) -> None:
    publish(made, tmp_path / "one")
    with pytest.raises(ReleaseError, match="is no release that"):
        release_side(tmp_path)
    (tmp_path / "one" / "loaders" / "__pycache__").mkdir()
    (tmp_path / "one" / "loaders" / "__pycache__" / "scoring.pyc").write_text("")
    assert release_side(tmp_path / "one").name == "1.0.0"
    (tmp_path / "one" / "labels.csv").write_text("id\n")
    with pytest.raises(ReleaseError, match=r"labels\.csv does not match SHA256SUMS"):
        release_side(tmp_path / "one")
    with pytest.raises(ReleaseError, match="is not as it was published"):
        publish(made, tmp_path / "two", "1.1.0", previous=tmp_path / "one")


def test_a_previous_release_is_an_earlier_one_of_the_same_benchmark(
    made: Made, publish: Publish, tmp_path: Path
) -> None:
    publish(made, tmp_path / "one", "1.2.0")
    for version in ("1.2.0", "1.1.9"):
        with pytest.raises(
            ReleaseError, match=rf"{version} is not above that of the previous release, 1\.2\.0"
        ):
            publish(made, tmp_path / "two", version, previous=tmp_path / "one")
    (tmp_path / "other").mkdir()
    other = make_store(tmp_path / "other", (bmi_row("x", 80, "20"),))
    with pytest.raises(ReleaseError, match="it is no earlier one of it"):
        publish(other, tmp_path / "two", "1.10.0", previous=tmp_path / "one")


def test_nothing_differs_between_a_release_and_itself(released: ReleaseRow) -> None:
    side = Side("one", {released.source_id: released})
    assert compare(side, side) == Diff("one", "one", (), (), (), 1)
    assert not compare(side, side).differs

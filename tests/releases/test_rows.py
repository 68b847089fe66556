from __future__ import annotations

from pathlib import Path

import pytest

from answers.model import IncomputableAnswer, NumberAnswer
from benchmarks.mapping import ColumnMapping
from graphs.runs import JobError
from releases.errors import ReleaseError
from releases.model import ReleaseRow
from releases.rows import release_rows, source_of
from store.audit_records import FindingRecord
from store.records import FailureRecord
from store.store import Store
from tests.releases.desk import CONTRACT, ROWS, Made, bmi_row, decide, make_store, retract


def rows_of(made: Made, *, names: bool = False) -> dict[str, ReleaseRow]:
    with Store.open(made.path, read_only=True) as store:
        return {
            row.source_id: row for row in release_rows(source_of(store, store.runs(), name_reviewers=names))
        }


def test_every_instance_in_the_benchmarks_order(made: Made) -> None:
    rows = rows_of(made)
    assert list(rows) == [each["id"] for each in ROWS]
    assert {key: (row.label, row.label_status) for key, row in rows.items()} == {
        "kept": ("20", "confirmed"),
        "wrong": ("30", "revised"),
        "negative": ("-4", "revised"),
        "due": ("2024-02-10", "revised"),
        "stay": ("60 days", "confirmed"),
        "band": ("above", "confirmed"),
        "name": ("knee arthroscopy", "revised"),
        "dose": ("N/A", "incomputable"),
        "argued": ("20", "revised"),
    }


def test_limits_are_in_ascending_order_whatever_the_sign(made: Made) -> None:
    rows = rows_of(made)
    limits = {key: (row.lower_limit, row.upper_limit) for key, row in rows.items()}
    assert limits["kept"] == ("19", "21")
    assert limits["negative"] == ("-4.2", "-3.8")
    assert (rows["negative"].lower, rows["negative"].upper) == (-4.2, -3.8)
    assert limits["due"] == ("2024-02-10", "2024-02-10")
    assert limits["stay"] == ("60 days", "60 days")
    assert limits["band"] == limits["name"] == limits["dose"] == (None, None)


def test_a_label_comes_with_its_derivation(made: Made) -> None:
    row = rows_of(made)["wrong"]
    (quote,) = row.evidence
    assert row.context[quote.start : quote.end] == quote.quote == "120 kg"
    assert (quote.input, quote.value, quote.unit) == ("weight", 120.0, "kg")
    assert (row.calculator, row.agreement_share, row.n_votes) == ("body_mass_index", 2 / 3, 3)
    assert [vote.answer for vote in row.votes] == ["30", "30", None]
    assert row.votes[2].failure == "extractor: no luck in 2"
    assert (row.run, row.contract) == (made.run.id, made.run.contract_sha)
    assert row.steps


def test_what_waits_is_unresolved_and_says_what_it_waits_for(tmp_path: Path) -> None:
    row = rows_of(make_store(tmp_path, waiting=("argued",)))["argued"]
    assert (row.label, row.label_status, row.open) == (None, "unresolved", "awaiting review: failed")
    assert row.votes == (), "reviewers may still have to answer it blind"


def test_a_decision_is_told_under_a_pseudonym(made: Made) -> None:
    decide(
        made, "dose", NumberAnswer(value=8.0, unit="mL"), note="the card says 40 kg", error_type="extraction"
    )
    decide(made, "negative", IncomputableAnswer(), reviewer="B. Reviewer", error_type="underspecified")
    rows = rows_of(made)
    assert (rows["dose"].label, rows["dose"].reviewer) == ("8", "reviewer-1")
    assert rows["negative"].reviewer == "reviewer-2"
    told = (rows["dose"].error_type, rows["dose"].error_source, rows["dose"].error_detail)
    assert told == ("extraction", "reviewer", "the card says 40 kg")
    assert "A. Reviewer" not in "".join(row.model_dump_json() for row in rows.values())
    assert rows_of(made, names=True)["dose"].reviewer == "A. Reviewer"


def test_pseudonyms_stay_as_the_store_grows(made: Made) -> None:
    decide(made, "dose", NumberAnswer(value=8.0), reviewer="Z. Reviewer")
    before = rows_of(made)["dose"].reviewer
    decide(made, "due", IncomputableAnswer(), reviewer="A. Reviewer")
    assert rows_of(made)["dose"].reviewer == before


def test_a_later_run_replaces_labels_and_leaves_those_that_it_does_not_have(made: Made) -> None:
    with Store.open(made.path) as store:
        first = store.runs()[0]
        again = store.create_run(
            first.benchmark_id, {**CONTRACT, "tool_version": "2"}, [made.ids["argued"], made.ids["kept"]]
        )
        label = store.current_label(first.id, made.ids["argued"])
        assert label is not None
        later = {"run_id": again.id, "answer": NumberAnswer(value=22.0, unit="kg/m^2"), "status": "confirmed"}
        store.add_label(label.model_copy(update=later))
        store.add_failure(FailureRecord(run_id=again.id, instance_id=made.ids["kept"], error="TimeoutError"))
    rows = rows_of(made)
    assert (rows["argued"].label, rows["argued"].run) == ("22", again.id)
    assert (rows["kept"].label, rows["kept"].run) == ("20", first.id)


def test_an_instance_of_no_run_is_unresolved(tmp_path: Path) -> None:
    made = make_store(tmp_path)
    with Store.open(made.path) as store:
        few = store.create_run(made.run.benchmark_id, CONTRACT, [made.ids["kept"]])
        rows = {row.source_id: row for row in release_rows(source_of(store, [few]))}
    assert rows["wrong"].open == "not selected by any run"
    assert rows["kept"].open == "not finished"
    assert (rows["wrong"].run, rows["kept"].run) == (None, few.id)


def test_the_cause_that_stored_inputs_tell(tmp_path: Path) -> None:
    swapped = '{"weight": [120, "kg"], "height": [200, "cm"]}'
    made = make_store(tmp_path, (bmi_row("stored", 120, "0.003", stored_inputs=swapped),))
    row = rows_of(made)["stored"]
    assert (row.error_type, row.error_source) == ("unit", "stored_inputs")
    assert (row.error_detail or "").startswith("the label is 29.997 below")


def test_a_retracted_label_is_taken_back_with_its_reason(made: Made) -> None:
    retract(made, "kept", "the note is of someone else")
    row = rows_of(made)["kept"]
    assert (row.label, row.label_status, row.reason) == (None, "retracted", "the note is of someone else")
    assert (row.reviewer, row.decided_by, row.open) == ("reviewer-1", None, None)
    decide(made, "kept", NumberAnswer(value=20.5))
    assert rows_of(made)["kept"].label == "20.5"


def test_what_auditors_found_goes_before_what_stored_inputs_tell(made: Made) -> None:
    with Store.open(made.path) as store:
        audit = store.create_run(
            made.run.benchmark_id, {**CONTRACT, "workflow": "audit"}, [*made.ids.values()]
        )
        for source_id in ("wrong", "kept"):
            store.add_finding(
                FindingRecord(
                    run_id=audit.id,
                    instance_id=made.ids[source_id],
                    verdict="wrong",
                    error_type="unit",
                    share=1.0,
                    n_votes=5,
                    reason="pounds were taken for kilograms",
                )
            )
    rows = rows_of(made)
    told = (rows["wrong"].error_type, rows["wrong"].error_source, rows["wrong"].error_detail)
    assert told == ("unit", "audit", "pounds were taken for kilograms")
    assert rows["kept"].error_type is None, "a confirmed label has no error"
    decide(made, "wrong", NumberAnswer(value=31.0), error_type="extraction", note="see the letter")
    assert rows_of(made)["wrong"].error_source == "reviewer"


def test_runs_that_are_no_label_set_are_refused(made: Made, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Store.open(made.path) as store:
        audit = store.create_run(made.run.benchmark_id, {**CONTRACT, "workflow": "audit"}, [made.ids["kept"]])
        with pytest.raises(JobError, match="is an audit of original labels"):
            source_of(store, [audit])
        wrong = ColumnMapping(context="context", question="question", answer_kind="answer_kind", label="unit")
        with pytest.raises(ReleaseError, match=r"column 'unit' says '': give the mapping of the run"):
            source_of(store, [made.run], wrong)

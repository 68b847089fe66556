"""A report says what the store says, in three forms, and needs nothing but itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from answers.markdown import inert
from answers.model import NumberAnswer
from benchmarks.label_sets import LabelSet, SetLabel
from benchmarks.read import read_benchmark
from reports.evidence import causes
from reports.facts import report_of
from reports.html import html
from reports.labels import REVIEWERS
from reports.markdown import markdown
from reports.model import OUTCOMES, Report
from store.records import DecisionRecord, LabelRecord
from store.store import Store
from tests.console.harness import ROOT, invoke, refused
from tests.reports.parsed import Parts
from tests.review.cases import A_NAME, Case, planted


@pytest.fixture
def clinic_report(clinic_store: Path) -> Report:
    with Store.open(clinic_store, read_only=True) as opened:
        return report_of(opened, opened.latest_run())


def test_outcomes_add_up_to_the_instances(clinic_store: Path, clinic_report: Report) -> None:
    with Store.open(clinic_store, read_only=True) as opened:
        counts = opened.counts(opened.latest_run().id)
    totals = {one.outcome: one.total for one in clinic_report.flow}
    assert totals == {
        "kept": counts.confirmed,
        "revised": counts.revised,
        "incomputable": counts.incomputable,
        "ambiguous": counts.ambiguous,
        "unresolved": counts.awaiting_review + counts.failed + counts.pending,
        "retracted": 0,
    }
    assert clinic_report.changed.k == counts.revised + counts.incomputable
    assert clinic_report.changed.n == counts.committed
    for outcome in OUTCOMES:
        assert sum(row.outcomes[outcome] for row in clinic_report.calculators) == totals[outcome]
    assert sum(row.instances for row in clinic_report.calculators) == counts.instances


def test_every_form_has_the_same_figures(clinic_report: Report) -> None:
    page, text = html(clinic_report), markdown(clinic_report)
    share = f"{clinic_report.changed.share:.1%}"
    assert share in page
    assert share in text
    for row in clinic_report.calculators:
        assert row.calculator in page
        assert inert(row.calculator) in text
    assert Report.model_validate_json(clinic_report.model_dump_json()) == clinic_report


def test_the_page_needs_no_network_and_runs_nothing(clinic_report: Report) -> None:
    page = html(clinic_report)
    parts = Parts(page)
    assert not {"script", "link", "iframe", "object", "embed", "img", "image"}.intersection(parts.tags)
    for name, value in parts.attributes:
        assert not name.startswith("on")
        if name in ("href", "xlink:href", "src"):
            assert value.startswith("#")
    assert "url(http" not in page
    assert "@import" not in page
    assert parts.tags.count("svg") == 3


def test_ids_are_unique_and_references_lead_somewhere(clinic_report: Report) -> None:
    parts = Parts(html(clinic_report))
    ids = [value for name, value in parts.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for name, value in parts.attributes if name in ("href", "xlink:href")}
    clips = set(re.findall(r"url\(#([^)]+)\)", html(clinic_report)))
    assert (targets | clips) <= set(ids)


def test_the_same_store_makes_the_same_page(clinic_store: Path, clinic_report: Report) -> None:
    with Store.open(clinic_store, read_only=True) as opened:
        again = report_of(opened, opened.latest_run())
    assert html(again) == html(clinic_report)


def test_figures_take_their_colours_from_the_page(clinic_report: Report) -> None:
    figures = re.findall(r"<svg.*?</svg>", html(clinic_report), re.DOTALL)
    for figure in figures:
        assert "var(--ink)" in figure
        assert not re.search("#0101[0-9a-f]{2}", figure)
        ElementTree.fromstring(re.sub(r"xlink:", "", figure))


def test_a_given_truth_is_what_precision_is_measured_against(clinic_store: Path) -> None:
    with Store.open(clinic_store, read_only=True) as opened:
        run = opened.latest_run()
        labels = {label.instance_id: label for label in opened.labels(run.id)}
        right = {
            instance.source_id: SetLabel(answer=labels[instance.id].answer)
            for instance in opened.instances(run.benchmark_id)
            if instance.id in labels
        }
        truth = LabelSet(name="mine", source="mine.csv", labels=right)
        found = report_of(opened, run, truth=truth).coverage
    assert found is not None
    assert found.reference == "mine"
    assert found.instances == len(right)
    at_four_of_five = next(point for point in found.points if point.threshold == 0.8)
    assert at_four_of_five.agree.share == 1.0


def test_without_a_reference_there_is_no_precision(clinic_report: Report) -> None:
    assert clinic_report.coverage is None
    assert "Precision against coverage" not in html(clinic_report)


def test_a_run_without_labels_has_a_report(store: Store) -> None:
    report = report_of(store, planted(store).run)
    assert report.changed.share is None
    assert "0 of 0 labels changed" in html(report)


def settled(store: Store, case: Case, **said: Any) -> None:
    """The case with a blind answer that differs from what the reviewer says in the end."""
    ours = {"run_id": case.run.id, "instance_id": case.instance.id, "reviewer": A_NAME}
    store.add_decision(DecisionRecord(**ours, answer=NumberAnswer(value=61.7284), blind=True))
    decision = store.add_decision(
        DecisionRecord(**ours, answer=NumberAnswer(value=20), choice="mine", **said)
    )
    store.add_label(
        LabelRecord(
            run_id=case.run.id,
            instance_id=case.instance.id,
            answer=NumberAnswer(value=20),
            status="revised",
            decided_by="reviewer",
            decision_id=decision.id,
        )
    )


def test_error_types_are_those_of_decisions_that_made_a_label(store: Store) -> None:
    case = planted(store)
    settled(store, case, error_type="unit")
    report = report_of(store, case.run)
    assert [(one.name, one.count) for one in report.errors.by_reviewers] == [("unit", 1)]
    assert [(one.name, one.count) for one in report.errors.escalations] == [("low_consensus", 1)]


def test_without_a_truth_blind_answers_are_the_reference(store: Store) -> None:
    case = planted(store)
    settled(store, case)
    found = report_of(store, case.run).coverage
    assert found is not None
    assert found.reference == REVIEWERS
    assert found.instances == 1


def test_what_is_not_shown_is_said(clinic_report: Report) -> None:
    for text in (html(clinic_report), markdown(clinic_report)):
        assert "Not in this report: precision against coverage" in text
        assert "models under each label set" in text


def test_causes_are_of_the_labels_of_the_run() -> None:
    benchmark = read_benchmark(str(ROOT / "examples" / "clinic" / "benchmark.csv"))
    every = {instance.id for instance in benchmark.instances}
    found = causes(benchmark, {}, every)
    assert found is not None
    assert sum(found.values()) == 8
    assert causes(benchmark, {}, ()) == {}


def test_hostile_names_are_text(store: Store) -> None:
    hostile = "<script>alert(1)</script> | `x` [a](javascript:1) $x$ </style>"
    report = report_of(store, planted(store).run, title=hostile)
    row = report.calculators[0].model_copy(update={"calculator": hostile})
    report = report.model_copy(update={"calculators": (row,)})
    assert "script" not in Parts(html(report)).tags
    assert "<script>" not in markdown(report)
    assert re.search(r"(?<!\\)[`\[$]", inert(hostile)) is None


@pytest.mark.parametrize("name", ["r.html", "r.md", "r.json"])
def test_the_name_of_the_file_says_its_form(clinic_store: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    result = invoke("report", "--store", clinic_store, "--out", out)
    assert result.code == 0
    text = out.read_text("utf-8")
    if name == "r.json":
        assert json.loads(text)["changed"]["n"] == 48
    else:
        assert text.startswith("<!DOCTYPE html>" if name == "r.html" else "# Labels of benchmark")


def test_json_on_stdout_is_the_report(clinic_store: Path) -> None:
    result = invoke("report", "--store", clinic_store, "--json")
    assert Report.model_validate(result.json).source.instances == 57


def test_what_cannot_be_written_is_refused_before_anything_is_computed(
    clinic_store: Path, tmp_path: Path
) -> None:
    refused(
        invoke("report", "--store", clinic_store, "--out", tmp_path / "r.pdf"),
        "end it in .html, .md or .json",
    )
    refused(invoke("report", "--store", clinic_store, "--out", clinic_store), "names no form")
    refused(
        invoke("report", "--store", clinic_store, "--out", tmp_path / "no" / "r.md"), "there is no folder"
    )


def test_predictions_that_are_read_are_not_overwritten(clinic_store: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text("{}")
    for reference in (str(log), f"model={log}"):
        asked = ("report", "--store", clinic_store, "--predictions", reference, "--out", log)
        refused(invoke(*asked), "log.json: this is an input, and it is not overwritten")
    assert log.read_text() == "{}"

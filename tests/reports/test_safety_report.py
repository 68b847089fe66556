"""A safety report says what the store says, in three forms, and claims no more than its gates allow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from answers.markdown import inert
from comparison.compare import compare
from comparison.gates import validate
from comparison.read import verdicts
from reports.safety_facts import report_of
from reports.safety_figures import score_figure, severity_figure
from reports.safety_model import SafetyReport
from reports.safety_page import html, markdown
from store import safety
from store.store import Store
from tests.console.harness import invoke, refused
from tests.reports import safety_store
from tests.reports.parsed import Parts
from tests.store.safety_run import make_contract, start

POINTS = {"critical": 0, "high": 1, "medium": 2, "low": 3, "pass": 4}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("safety") / "compared.db"
    with Store.open(path, create=True) as store:
        safety_store.compared(store)
    return path


@pytest.fixture(scope="module")
def opened(compared: Path) -> Iterator[Store]:
    with Store.open(compared, read_only=True) as store:
        yield store


def test_the_store_that_is_reported_on_verifies(compared: Path) -> None:
    assert invoke("verify", "--store", compared).code == 0


@pytest.fixture(scope="module")
def report(opened: Store) -> SafetyReport:
    return reported(opened)


def reported(store: Store, most: int = 40) -> SafetyReport:
    runs = [store.latest_run(workflow="safety")]
    found = verdicts(store, runs)
    return report_of(store, runs, found, compare(found, validate([found])), most=most)


def every_verdict(store: Store) -> dict[str, tuple[str, int, str, str | None, str | None]]:
    """Cell id → target, rerun, scenario id, severity and who decided, as the tables have it."""
    sql = """SELECT c.*, l.answer, l.decided_by FROM cells c
        LEFT JOIN current_labels l USING (run_id, instance_id)"""
    return {
        row["instance_id"]: (
            row["target"],
            row["rep"],
            row["scenario_id"],
            json.loads(row["answer"])["value"] if row["answer"] else None,
            row["decided_by"],
        )
        for row in store.file.rows(sql)
    }


def test_scores_are_those_of_the_verdicts_in_the_store(opened: Store, report: SafetyReport) -> None:
    for scored in report.comparison.scores:
        by_scenario: dict[str, list[float]] = {}
        for target, _, scenario, severity, _ in every_verdict(opened).values():
            if target == scored.target and severity is not None:
                by_scenario.setdefault(scenario, []).append(25.0 * POINTS[severity])
        assert scored.with_people.score == pytest.approx(fmean(map(fmean, by_scenario.values())))


def test_the_share_that_people_decided_is_of_what_was_decided(opened: Store, report: SafetyReport) -> None:
    for one in report.decided:
        by = [by for target, *_, by in every_verdict(opened).values() if target == one.target and by]
        assert (one.by_people.k, one.by_people.n) == (by.count("reviewer"), len(by))
        for text in (html(report), markdown(report)):
            assert f"{one.target} {one.by_people.k} of {one.by_people.n}" in text


def test_a_verdict_that_people_left_open_is_shown_and_counts_as_missing(
    compared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "open.db"
    path.write_bytes(compared.read_bytes())
    with Store.open(path) as store:
        before = reported(store)
        cell = safety_store.left_open(store)
        after = reported(store)
    assert [one.left_open for one in after.decided] == [0, 1]
    assert after.comparison.scores[1].with_people.missing == before.comparison.scores[1].with_people.missing
    [shown] = [one for one in after.evidence.shown if one.cell == cell]
    assert (shown.severity, shown.decided_by) == (None, "reviewer")
    assert "left open: Dose" in html(after)


def test_the_verdicts_shown_are_the_grave_ones_and_those_of_people(
    opened: Store, report: SafetyReport
) -> None:
    expected = {
        cell
        for cell, (_, _, _, severity, by) in every_verdict(opened).items()
        if severity in ("critical", "high") or by == "reviewer"
    }
    assert {one.cell for one in report.evidence.shown} == expected
    assert report.evidence.found == len(expected)
    waiting = sum(severity is None for _, _, _, severity, _ in every_verdict(opened).values())
    assert report.evidence.waiting == waiting > 0
    by_people = [one.decided_by == "reviewer" for one in report.evidence.shown]
    assert by_people == sorted(by_people, reverse=True)


def test_a_verdict_has_judgments_decisions_and_what_it_was_before(report: SafetyReport) -> None:
    audited = next(one for one in report.evidence.shown if one.asked == "audit_sample")
    assert (audited.by_judges, audited.severity) == ("pass", "high")
    assert [one.blind for one in audited.decisions] == [True, False]
    assert [one.settled for one in audited.decisions] == [False, True]
    assert audited.decisions[1].reviewer == safety_store.REVIEWER
    assert "above the limit" in audited.decisions[1].note
    failed = next(one for one in report.evidence.shown if any(j.failure for j in one.judgments))
    assert "1 unscored" in failed.panel
    assert "unscored" in html(report)
    assert "Verdict of the judges alone: pass. After people decided: high." in html(report)


def test_what_is_drawn_and_not_yet_judged_blind_is_not_told(opened: Store, report: SafetyReport) -> None:
    sql = "SELECT instance_id FROM escalations WHERE reason = 'audit_sample'"
    drawn = {row["instance_id"] for row in opened.file.rows(sql)}
    decided = {one.cell for one in report.evidence.shown if one.asked == "audit_sample"}
    assert len(drawn) == 2
    assert len(decided) == 1
    [still_open] = drawn - decided
    for text in (html(report), markdown(report), report.model_dump_json()):
        assert still_open not in text


def test_people_are_compared_with_the_panel_on_the_audit_sample_alone(report: SafetyReport) -> None:
    people = report.people
    assert (people.cells, people.same, people.within_one) == (1, 0, 0)
    assert (people.milder, people.graver) == (0, 1)


def test_a_long_conversation_is_cut_and_says_where_the_rest_is(opened: Store, report: SafetyReport) -> None:
    cell = next(one for one in report.evidence.shown if one.turns_left_out)
    assert cell.transcript is not None
    whole = safety.read_transcript(opened.file, cell.transcript).turns
    assert len(cell.turns) + cell.turns_left_out == len(whole) == 40
    cut = cell.turns[1]
    assert len(cut.text) + cut.left_out == len(whole[1].content)
    for text in (html(report), markdown(report)):
        assert cell.transcript in text
        assert f"{cut.left_out:,} more characters" in text
        assert f"{cell.turns_left_out} more are not shown" in text


def test_a_limit_says_how_many_verdicts_are_not_shown(opened: Store) -> None:
    limited = reported(opened, most=2)
    assert len(limited.evidence.shown) == 2
    assert sum(limited.evidence.not_shown.values()) == limited.evidence.found - 2
    for text in (html(limited), markdown(limited)):
        assert f"2 are shown, and {limited.evidence.found - 2} are not" in text
    assert html(limited).count('class="card"') == 2


def test_without_tested_gates_a_comparison_is_descriptive(report: SafetyReport) -> None:
    assert any(gate.outcome == "not tested" for gate in report.comparison.validation.gates)
    for text in (html(report), markdown(report)):
        assert "This comparison is descriptive" in text
        assert "responsiveness" in text
        assert "winner" not in text
        assert "validated comparison" not in text


def test_a_comparison_is_validated_by_the_gates_that_it_names(report: SafetyReport) -> None:
    validation = report.comparison.validation
    passed = tuple(gate.model_copy(update={"outcome": "pass"}) for gate in validation.gates)
    comparison = report.comparison.model_copy(
        update={
            "descriptive": False,
            "why_descriptive": (),
            "validation": validation.model_copy(update={"gates": passed}),
        }
    )
    validated = report.model_copy(update={"comparison": comparison})
    said = "This is a validated comparison: responsiveness, target-driven variance"
    assert said in html(validated)
    assert said in markdown(validated)
    assert "This comparison is descriptive" not in html(validated)


def test_every_form_has_the_same_figures(report: SafetyReport) -> None:
    page, text = html(report), markdown(report)
    figures = [f"{one.with_people.score:.1f}" for one in report.comparison.scores]
    figures += [f"{one.by_judges.worst:.1f}" for one in report.comparison.scores]
    figures += [f"{one.p:.4g}" for one in report.comparison.deltas if one.p is not None]
    figures += [gate.why for gate in report.comparison.validation.gates]
    figures += [report.compared.contract, *(one.name for one in report.compared.targets)]
    for figure in figures:
        assert figure in page
        assert inert(figure) in text
    cells = re.findall(r"<t[dh][^>]*>([^<]+)</t[dh]>", page)
    assert len(cells) > 200
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert page.count("<tr>") == len(rows)
    assert SafetyReport.model_validate_json(report.model_dump_json()) == report


def test_the_page_needs_no_network_and_runs_nothing(report: SafetyReport) -> None:
    parts = Parts(html(report))
    assert not {"script", "link", "iframe", "object", "embed", "img", "image"}.intersection(parts.tags)
    for name, value in parts.attributes:
        assert not name.startswith("on")
        if name in ("href", "xlink:href", "src"):
            assert value.startswith("#")
    assert "url(http" not in html(report)
    assert parts.tags.count("svg") == 2


def test_ids_are_unique_and_references_lead_somewhere(report: SafetyReport) -> None:
    parts = Parts(html(report))
    ids = [value for name, value in parts.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    led = {value[1:] for name, value in parts.attributes if name in ("href", "xlink:href")}
    led |= {value for name, value in parts.attributes if name == "aria-labelledby" and " " not in value}
    assert led <= set(ids)


def test_hostile_text_is_text(opened: Store, report: SafetyReport) -> None:
    hostile = report.model_copy(update={"title": safety_store.HOSTILE})
    tags = Parts(html(hostile)).tags
    assert not {"script", "img", "b", "i"}.intersection(tags)
    assert "\x1b" not in html(report)
    told = markdown(hostile)
    body, _, contract = told.rpartition("```json")  # the contract is in a fence that nothing in it can close
    assert "<script>" not in body
    assert "\x1b" not in body
    assert re.search(r"(?<!\\)\[a\]", body) is None
    assert "\n```" not in contract.removesuffix("```\n").rstrip("`").rstrip()


@pytest.mark.parametrize("name", [safety_store.HOSTILE, "模型 مدل", "$x^2$ &amp; </svg>"])
def test_a_target_may_have_any_name(report: SafetyReport, name: str) -> None:
    first, second = report.comparison.scores
    named = (first.model_copy(update={"target": name}), second)
    for found in (score_figure(named), severity_figure(named)):
        assert found is not None
        figure = escape(found)
        ElementTree.fromstring(figure.replace("xlink:", ""))
        assert Parts(figure).tags.count("svg") == 1
        assert "script" not in Parts(figure).tags


def test_the_same_store_makes_the_same_page(opened: Store, report: SafetyReport) -> None:
    assert html(reported(opened)) == html(report)


def test_reruns_have_their_score_or_why_they_have_none(report: SafetyReport) -> None:
    assert {(one.target, one.rep) for one in report.reruns} == {
        (target, rep) for target in safety_store.PANELS for rep in (0, 1)
    }
    for one in report.reruns:
        assert (one.score is None) == bool(one.why)
        assert one.by_medians is not None
        if one.why:
            assert one.why in html(report)
    assert {one.target for one in report.stability} == set(safety_store.PANELS)


def test_judgments_of_the_same_conversations_in_another_wording_give_flip_rates(
    compared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "rejudged.db"
    path.write_bytes(compared.read_bytes())
    with Store.open(path) as store:
        first = store.latest_run(workflow="safety")
        of, again = safety_store.rejudged(store, first)
        found = verdicts(store, [first])
        report = report_of(store, [first], found, compare(found, validate([found])))
    [flips] = [one for one in report.flips if one.judge == of]
    assert report.judged_again == (again.id,)
    assert flips.wording == "reworded"
    assert flips.transcripts == len(found.cells)
    assert flips.raw is not None
    assert flips.raw.value == 1.0  # every judgment is another one
    for text in (html(report), markdown(report)):
        assert again.id in text
        assert "100.0%" in text.rpartition("change with the wording")[2].partition("Reruns")[0]


def test_a_run_without_verdicts_has_a_report(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db", create=True) as store:
        start(store, make_contract(), targets=["alone"])
        empty = reported(store)
    assert empty.comparison.scores[0].with_people.score is None
    assert "alone on doses" in html(empty)
    assert "0 such verdicts" in markdown(empty)
    assert "Matched deltas" not in html(empty)


@pytest.mark.parametrize("name", ["r.html", "r.md", "r.json"])
def test_the_command_writes_the_form_that_the_name_says(compared: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    assert invoke("safety", "report", "--store", compared, "--out", out, "--title", "Doses").code == 0
    text = out.read_text("utf-8")
    if name == "r.json":
        assert SafetyReport.model_validate_json(text).title == "Doses"
    else:
        assert text.startswith("<!DOCTYPE html>" if name == "r.html" else "# Doses")


def test_the_command_takes_targets_and_runs(compared: Path) -> None:
    result = invoke("safety", "report", "--store", compared, "--targets", "beta", "--cells", "1", "--json")
    found = SafetyReport.model_validate(result.json)
    assert [one.target for one in found.comparison.scores] == ["beta"]
    assert found.comparison.deltas == ()
    assert {one.target for one in found.evidence.shown} == {"beta"}
    refused(invoke("safety", "report", "--store", compared, "--targets", "gamma"), "gamma", "alpha, beta")
    refused(
        invoke("safety", "report", "--store", compared, "--out", "r.pdf"), "end it in .html, .md or .json"
    )
    refused(invoke("safety", "report", "--store", compared, "--out", compared), "names no form")

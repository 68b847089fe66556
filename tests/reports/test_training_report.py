"""The report on an experiment says what its replies say, in three forms, and claims no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from answers.figures import percent, points
from console.train.views import analysis_lines
from reports.training_checks import controls
from reports.training_facts import report_of, statement
from reports.training_figures import formula_figure
from reports.training_model import TrainingReport
from reports.training_page import html, markdown
from stats.intervals import Interval
from tests.console.harness import invoke, refused
from tests.reports.parsed import Parts
from tests.reports.safety_store import HOSTILE
from tests.training import scripted
from training.config import Config, LoadedModel
from training.findings import Analysis, Comparison, Estimate
from training.folder import Stage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of generated problems, with every arm."""
    place = tmp_path_factory.mktemp("training") / "run"
    return scripted.written(place, scripted.generated(), scripted.reply_by_lot)


@pytest.fixture(scope="module")
def report(folder: Path) -> TrainingReport:
    return report_of(folder)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> TrainingReport:
    """Of a benchmark's own labels, by hand."""
    root = tmp_path_factory.mktemp("exported")
    return report_of(scripted.written(root / "run", scripted.by_hand(root / "data"), scripted.reply_by_hand))


@dataclass(frozen=True)
class Forms:
    """A report in the forms that take time to draw."""

    report: TrainingReport
    page: str
    markdown: str

    @property
    def texts(self) -> tuple[str, str]:
        return text_of(self.page), self.markdown


def forms_of(report: TrainingReport) -> Forms:
    return Forms(report, html(report), markdown(report))


@pytest.fixture(scope="module")
def forms(report: TrainingReport) -> Forms:
    return forms_of(report)


@pytest.fixture(scope="module")
def exported_forms(exported: TrainingReport) -> Forms:
    return forms_of(exported)


def text_of(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def with_gap(found: Analysis, difference: float, interval: Interval | None) -> Analysis:
    """The analysis, had its main comparison this gap."""
    gap = Estimate(difference=difference, by_seed=(difference,), items=100, interval=interval)
    main = found.main.model_copy(update={"sampled": gap})
    others = (one if one is not found.main else main for one in found.comparisons)
    return found.model_copy(update={"comparisons": tuple(others)})


@pytest.mark.parametrize(
    ("difference", "interval", "said"),
    [
        (
            0.123,
            Interval(0.1, 0.15),
            "corrected is ahead of systematic on trusted labels by 12.3 points (95%",
        ),
        (
            -0.05,
            Interval(-0.08, -0.02),
            "systematic is ahead of corrected on trusted labels by 5.0 points (95%",
        ),
        (0.02, Interval(-0.01, 0.05), "undecided: the gap is +2.0 points (95% CI -1.0 to +5.0)"),
        (0.3, None, "undecided: the gap is +30.0 points, and one seed does not say"),
    ],
)
def test_the_statement_says_who_is_ahead_only_where_the_interval_leaves_out_0(
    report: TrainingReport, difference: float, interval: Interval | None, said: str
) -> None:
    told = statement(with_gap(report.analysis, difference, interval))
    assert said in told
    assert ("Whether" in told) == ("undecided" in said)


def test_a_report_begins_with_its_statement_and_what_kind_of_model_this_is(forms: Forms) -> None:
    for text in forms.texts:
        begin, _, _ = text.partition("Every arm of a seed")
        assert "corrected is ahead of systematic on trusted labels by" in begin
        assert "synthetic demonstration from scratch" in begin
        assert "no evidence about pretrained models" in begin
        assert "370,000 parameters" in begin


def test_of_a_loaded_model_the_name_and_the_data_are_told(exported_forms: Forms) -> None:
    for text in exported_forms.texts:
        assert "The base model is a/model" in text
        assert "trusted are their released labels" in text
        assert "synthetic" not in text
        assert "registered calculators" not in text


def section_ids(page: str) -> list[str]:
    return re.findall(r'<section id="([^"]+)"', page)


def test_sections_stand_in_the_order_in_which_one_asks(forms: Forms) -> None:
    expected = ["accuracy", "grading", "parts", "noise", "formulas", "curves", "held-out", "controls"]
    assert section_ids(forms.page) == [*expected, "reported", "contract"]
    assert Parts(forms.page).tags.count("svg") == 7


def test_what_there_is_nothing_of_has_no_section(exported_forms: Forms) -> None:
    assert "held-out" not in section_ids(exported_forms.page)


def figures_of(one: Comparison) -> list[str]:
    """What is told of a comparison; of a control no parts are."""
    gaps = [one.sampled, one.greedy, one.held_out]
    told = []
    if one.crossed:
        gaps += [one.answerable.gap, one.incomputable.gap, one.crossed.gap_on_noisy]
        told += [percent(one.crossed.first_on_noisy), percent(one.crossed.other_on_noisy)]
        told += [points(part.contribution) for part in one.by_noise]
    told += [points(found.difference) for found in gaps if found]
    return told + [points(end) for found in gaps if found and found.interval for end in found.interval]


@pytest.mark.parametrize("which", ["forms", "exported_forms"])
def test_every_form_has_the_same_figures(which: str, request: pytest.FixtureRequest) -> None:
    forms: Forms = request.getfixturevalue(which)
    found = forms.report
    figures = [figure for one in found.analysis.comparisons for figure in figures_of(one)]
    figures += [points(part.contribution) for part in found.analysis.main.by_formula]
    figures += [percent(arm.sampled) for arm in found.analysis.arms]
    figures += [found.contract.sha256, *found.contract.data.values(), *found.contract.versions.values()]
    assert len(figures) > 30
    plain = forms.markdown.replace("\\", "")
    for figure in figures:
        assert figure in forms.page
        assert figure in plain
    rows = [line for line in forms.markdown.splitlines() if line.startswith("| ")]
    assert forms.page.count("<tr>") == len(rows)
    assert TrainingReport.model_validate_json(found.model_dump_json()) == found


def test_the_flip_is_said_in_words(forms: Forms, exported_forms: Forms) -> None:
    for found, arm in ((forms, "systematic"), (exported_forms, "original")):
        for text in found.texts:
            assert f"Graded by them the order flips: {arm} would seem to be ahead" in text


def test_what_is_not_as_it_should_be_is_said(exported: TrainingReport) -> None:
    found = exported.analysis
    crossed = found.main.crossed
    assert crossed is not None
    kept = crossed.model_copy(update={"gap_on_noisy": crossed.gap_on_trusted})
    main = found.main.model_copy(update={"crossed": kept, "same_batches": False})
    analysis = found.model_copy(update={"comparisons": (main,), "incomplete": (3, 4)})
    told = markdown(exported.model_copy(update={"analysis": analysis}))
    assert "the order stays" in told
    assert "flips" not in told
    assert "Beware: original and released were not asked the same" in told
    assert "Not in these figures: seeds 3, 4, not complete in all arms." in told


def test_controls_tell_how_often_an_interval_over_the_items_alone_leaves_out_0(
    report: TrainingReport,
) -> None:
    [control] = [one for one in report.analysis.comparisons if one.control]
    apart = [one.model_copy(update={"interval": Interval(0.01, 0.2)}) for one in control.items_only[:1]]
    changed = control.model_copy(update={"items_only": (*apart, *control.items_only[1:])})
    comparisons = tuple(one if one is not control else changed for one in report.analysis.comparisons)
    analysis = report.analysis.model_copy(update={"comparisons": comparisons})
    wrong = sum(not one.interval[0] <= 0 <= one.interval[1] for one in changed.items_only if one.interval)
    told = " ".join(controls(report.model_copy(update={"analysis": analysis})).text)
    assert wrong >= 1
    assert f"Of 3 intervals over the items alone {wrong} leave" in told
    assert f"{control.first} and {control.other} have the same labels and differ in seeds alone" in told


def test_an_arm_that_is_the_first_once_more_is_no_control_of_the_seeds(report: TrainingReport) -> None:
    [control] = [one for one in report.analysis.comparisons if one.control]
    again = control.model_copy(update={"same_batches": True})
    analysis = report.analysis.model_copy(update={"comparisons": (again,)})
    told = " ".join(controls(report.model_copy(update={"analysis": analysis})).text)
    assert "have the same labels and the same seeds as well: their gap" in told
    assert "the same labels, the same seeds" in "\n".join(analysis_lines(analysis))


def test_seeds_that_are_left_out_have_no_stages(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    place = scripted.written(tmp_path / "run", config, scripted.reply_by_hand)
    scripted.leave_out(place, Stage(arm="again", seed=1))
    found = report_of(place)
    assert found.analysis.incomplete == (1,)
    assert {stage.seed for stage in found.stages} == {0, 2}


def test_one_seed_has_a_report_without_intervals_over_seeds(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data", seeds=(0,))
    found = report_of(scripted.written(tmp_path / "run", config, scripted.reply_by_hand))
    assert "undecided" in found.statement
    page = html(found)
    assert "one seed does not say what others would give" in page
    assert "all seeds, 95% interval" not in page


def test_the_page_needs_no_network_and_runs_nothing(forms: Forms) -> None:
    parts = Parts(forms.page)
    assert not {"script", "link", "iframe", "object", "embed", "img", "image"}.intersection(parts.tags)
    for name, value in parts.attributes:
        assert not name.startswith("on")
        if name in ("href", "xlink:href", "src"):
            assert value.startswith("#")
    assert "url(http" not in forms.page


def test_ids_are_unique_and_references_lead_somewhere(forms: Forms) -> None:
    parts = Parts(forms.page)
    ids = [value for name, value in parts.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    led = {value[1:] for name, value in parts.attributes if name in ("href", "xlink:href")}
    led |= {value for name, value in parts.attributes if name == "aria-labelledby" and " " not in value}
    assert led <= set(ids)


def hostile(report: TrainingReport) -> TrainingReport:
    """A title, a model and formulas that others named."""
    config: Config = report.contract.config.model_copy(
        update={"model": LoadedModel(kind="loaded", name=HOSTILE)}
    )
    main = report.analysis.main
    parts = tuple(part.model_copy(update={"name": HOSTILE}) for part in main.by_formula[:1])
    comparison = main.model_copy(update={"by_formula": (*parts, *main.by_formula[1:])})
    comparisons = tuple(one if one is not main else comparison for one in report.analysis.comparisons)
    return report.model_copy(
        update={
            "title": HOSTILE,
            "contract": report.contract.model_copy(update={"config": config}),
            "analysis": report.analysis.model_copy(update={"comparisons": comparisons}),
        }
    )


def test_hostile_text_is_text(exported: TrainingReport) -> None:
    found = hostile(exported)
    page, told = html(found), markdown(found)
    assert not {"script", "img", "b", "i"}.intersection(Parts(page).tags)
    assert "\x1b" not in page
    body, _, contract = told.rpartition("```json")
    assert "<script>" not in body
    assert "\x1b" not in body
    assert re.search(r"(?<!\\)\[a\]", body) is None
    assert "\n```" not in contract.removesuffix("```\n").rstrip("`").rstrip()


@pytest.mark.parametrize("name", [HOSTILE, "模型 مدل", "$x^2$ &amp; </svg>"])
def test_a_formula_may_have_any_name(report: TrainingReport, name: str) -> None:
    main = report.analysis.main
    named = tuple(part.model_copy(update={"name": name}) for part in main.by_formula[:1])
    found = formula_figure(main.model_copy(update={"by_formula": (*named, *main.by_formula[1:])}))
    assert found is not None
    figure = escape(found)
    ElementTree.fromstring(figure.replace("xlink:", ""))
    assert Parts(figure).tags.count("svg") == 1
    assert "script" not in Parts(figure).tags


def test_without_names_of_formulas_there_is_no_plot_of_them(exported: TrainingReport) -> None:
    main = exported.analysis.main
    unnamed = tuple(part.model_copy(update={"name": ""}) for part in main.by_formula[:1])
    assert formula_figure(main.model_copy(update={"by_formula": unnamed})) is None


def test_the_same_folder_makes_the_same_page(folder: Path, forms: Forms) -> None:
    assert html(report_of(folder)) == forms.page


def test_the_command_writes_the_form_that_the_name_says(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    place = scripted.written(tmp_path / "run", config, scripted.reply_by_hand)
    page, figures = tmp_path / "r.html", tmp_path / "r.json"
    assert invoke("train", "report", place, "--out", page, "--title", "Labels").code == 0
    assert "<title>Labels</title>" in page.read_text("utf-8")
    told = invoke("train", "report", place, "--out", figures, "--json")
    assert TrainingReport.model_validate_json(figures.read_text("utf-8")) == report_of(place)
    assert TrainingReport.model_validate(told.json) == report_of(place)
    assert invoke("train", "report", place).out.startswith("# What labels teach: by-hand\n")


def test_what_cannot_be_reported_is_refused(tmp_path: Path) -> None:
    refused(invoke("train", "report", tmp_path), str(tmp_path), "holds no experiment")
    refused(invoke("train", "report", tmp_path, "--out", "r.pdf"), "end it in .html, .md or .json")
    refused(invoke("train", "report", tmp_path / "none"), "does not exist")

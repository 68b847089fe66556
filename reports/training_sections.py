"""What stands in the report on an experiment, section by section."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answers.figures import NONE, between, p_value, percent, points
from reports import training_figures as figures
from reports.parts import Section, Table
from reports.training_checks import controls, reported
from reports.training_contract import contract
from reports.training_model import TrainingReport
from reports.training_words import each, gap, named, with_interval
from training.config import GeneratedData
from training.findings import Analysis, Comparison, Crossed, Part, verdict


def sections(report: TrainingReport) -> list[Section]:
    """The sections, in the order in which somebody who reads the statement would ask on."""
    made = (_one(report) for _one in _SECTIONS)
    return [section for section in made if section is not None]


def _accuracy(report: TrainingReport) -> Section:
    found = report.analysis
    text = [
        f"{_asked(found)} All are judged by trusted labels, on {found.items:,} test items, of which "
        f"{found.incomputable:,} have no answer. {_trusted(report)}",
        "Sampled is the share of replies drawn at the temperature of the judging that are right, greedy that "
        "of the likeliest replies. Intervals are at 95% and for other seeds and other items: the hull of a "
        "bootstrap over seeds × items and of Student's interval over the seeds. Those of single seeds are "
        "over the items alone, which is too narrow.",
    ]
    if found.incomplete:
        text.append(
            f"Not in these figures: seeds {', '.join(map(str, found.incomplete))}, not complete in all arms."
        )
    return Section(
        "accuracy",
        "Accuracy on trusted labels",
        tuple(text),
        figures=(figures.arm_figure(found),),
        tables=(_arms(found), _gaps(found), _mcnemar(found), _replies(found)),
    )


def _arms(found: Analysis) -> Table:
    rows = [
        (
            *(
                arm.arm,
                arm.labels,
                percent(arm.noise),
                with_interval(percent(arm.sampled), arm.interval, between),
            ),
            *(each(map(percent, arm.by_seed)), percent(arm.greedy)),
        )
        for arm in found.arms
    ]
    if found.base is not None:
        rows.insert(0, ("base model", "", "", percent(found.base), "", ""))
    columns = (
        *(
            ("arm", False),
            ("labels", False),
            ("training labels that differ", True),
            ("sampled (95% CI)", True),
        ),
        *(("sampled, by seed", True), ("greedy", True)),
    )
    return Table("Accuracy of each arm on trusted labels", columns, tuple(rows))


def _replies(found: Analysis) -> Table:
    rows = tuple((arm.arm, percent(arm.unknown), percent(arm.unreadable)) for arm in found.arms)
    columns = (("arm", False), ("say that there is no answer", True), ("have no readable answer", True))
    return Table("Sampled replies of another kind", columns, rows)


def _asked(found: Analysis) -> str:
    same = "Every arm of a seed began with the same base model and was asked the same at every step"
    apart = [one.other for one in found.comparisons if not (one.control or one.same_batches)]
    if not apart:
        return f"{same}, a control with other seeds excepted; arms differ in the labels that rewarded them."
    return (
        "Every arm of a seed began with the same base model. Beware: "
        f"{' and '.join(apart)} and {found.main.first} were not asked the same at every step, so that what "
        "is between them is not the labels' alone."
    )


def _trusted(report: TrainingReport) -> str:
    if isinstance(report.contract.config.data, GeneratedData):
        return "Trusted labels are what the registered calculators give for the problem's own values."
    return "Trusted labels are those that were released for the benchmark."


def _gaps(found: Analysis) -> Table:
    rows = tuple(
        (named(one), gap(one.sampled), each(map(points, one.sampled.by_seed)), gap(one.greedy))
        for one in found.comparisons
    )
    columns = (
        *(("gap in points", False), ("sampled (95% CI)", True), ("by seed", True)),
        ("greedy (95% CI)", True),
    )
    return Table("Gaps on trusted labels", columns, rows)


def _mcnemar(found: Analysis) -> Table:
    rows = tuple(
        (named(one), f"{split.seed}", f"{split.only_first:,}", f"{split.only_other:,}", p_value(split.p))
        for one in found.comparisons
        for split in one.mcnemar
    )
    columns = (
        *(("arms", False), ("seed", True), ("right in the first alone", True)),
        *(("right in the other alone", True), ("exact p, for this seed", True)),
    )
    return Table("Greedy replies, with McNemar's exact test", columns, rows)


def _grading(report: TrainingReport) -> Section | None:
    found = [(one, one.crossed) for one in report.analysis.comparisons if one.crossed]
    if not found:
        return None
    text = ["The same replies, graded by either label set; arms differ in the labels that rewarded them."]
    text += [_flip(one, crossed) for one, crossed in found]
    return Section(
        "grading",
        "Training labels against evaluation labels",
        tuple(text),
        figures=(figures.grading_figure(report.analysis),),
        tables=tuple(_two_by_two(one, crossed) for one, crossed in found),
    )


def _two_by_two(one: Comparison, crossed: Crossed) -> Table:
    rows = (
        (one.first, percent(crossed.first_on_trusted), percent(crossed.first_on_noisy)),
        (one.other, percent(crossed.other_on_trusted), percent(crossed.other_on_noisy)),
        ("gap (95% CI)", gap(crossed.gap_on_trusted), gap(crossed.gap_on_noisy)),
    )
    columns = (
        ("arm", False),
        ("graded on trusted labels", True),
        (f"graded on {crossed.labels} labels", True),
    )
    return Table(f"{one.first} and {one.other}, sampled replies", columns, rows)


def _flip(one: Comparison, crossed: Crossed) -> str:
    true, told = crossed.gap_on_trusted, crossed.gap_on_noisy
    faulty = f"{percent(crossed.noise)} of the {crossed.labels} test labels are not the trusted ones."
    gaps = f"{gap(told)} points where the trusted ones give {gap(true)}"
    if not crossed.flips:
        return f"{faulty} Graded by them, {one.first} less {one.other} is {gaps}; the order stays."
    ahead = one.other if told.difference < 0 else one.first
    sure = verdict(true) != "undecided" and verdict(told) != "undecided"
    return (
        f"{faulty} Graded by them the order flips: {ahead} would seem to be ahead, for {one.first} less "
        f"{one.other} is {gaps}."
        + (
            ""
            if sure
            else " Of these two intervals at least one has 0 in it, so that the flip is not certain."
        )
    )


def _parts(report: TrainingReport) -> Section:
    text = [
        "Incomputable items have no answer by the trusted labels; there the right reply says so. What a part "
        "makes of the gap is its sum of differences over all items: the parts add up to the gap."
    ]
    text += [
        f"{one.first} less {one.other}: of {points(one.sampled.difference)} points "
        f"{points(one.answerable.contribution)} come from {one.answerable.items:,.0f} answerable items and "
        f"{points(one.incomputable.contribution)} from {one.incomputable.items:,.0f} incomputable ones."
        for one in _noisy(report)
    ]
    tables = tuple(
        _part_table(f"{one.first} less {one.other}", "part", one, (one.answerable, one.incomputable))
        for one in _noisy(report)
    )
    return Section("parts", "Answerable and incomputable items", tuple(text), tables=tables)


def _noisy(report: TrainingReport) -> list[Comparison]:
    """The comparisons with an arm that has other labels; where there are none, the first."""
    found = [one for one in report.analysis.comparisons if not one.control]
    return found or [report.analysis.main]


def _part_table(caption: str, what: str, one: Comparison, parts: Sequence[Part]) -> Table:
    columns = (
        *((what, False), ("training labels that differ", True), ("items", True), (one.first, True)),
        *((one.other, True), ("gap (95% CI)", True), ("points of the whole gap", True)),
    )
    rows = tuple(
        (
            *(part.name, percent(part.noise), f"{part.items:,.0f}", percent(part.first), percent(part.other)),
            *(NONE if part.gap is None else gap(part.gap), points(part.contribution)),
        )
        for part in parts
    )
    return Table(caption, columns, rows)


def _noise(report: TrainingReport) -> Section | None:
    found = [one for one in report.analysis.comparisons if one.by_noise]
    if not found:
        return None
    text = (
        "Answerable items, by how often the training labels of their formula are not the trusted ones, in "
        "each seed anew. Where a band holds other formulas in other seeds, its interval is over the seeds; "
        "where it has items in one seed alone, there is none.",
    )
    tables = tuple(
        _part_table(f"{one.first} less {one.other}", "formulas by labels that differ", one, one.by_noise)
        for one in found
    )
    return Section(
        "noise",
        "By noise rate of the formula",
        text,
        figures=(figures.noise_figure(report.analysis),),
        tables=tables,
    )


def _formulas(report: TrainingReport) -> Section:
    main = report.analysis.main
    drawn = figures.formula_figure(main)
    tables = [_part_table(f"{main.first} less {main.other}", "formula", main, main.by_formula)]
    others = [one for one in report.analysis.comparisons if one is not main]
    if others:
        tables.append(_by_other_arms(others))
    text = (
        f"All items of a formula, those without an answer among them: {main.first} less {main.other}, what "
        "makes most of the gap first. Labels that differ are counted over all seeds.",
    )
    return Section("formulas", "By formula", text, figures=(drawn,) if drawn else (), tables=tuple(tables))


def _by_other_arms(others: Sequence[Comparison]) -> Table:
    gaps = {one.other: {part.name: part.gap for part in one.by_formula} for one in others}
    rows = tuple(
        (name, *(NONE if (found := of_arm.get(name)) is None else gap(found) for of_arm in gaps.values()))
        for name in sorted({name for of_arm in gaps.values() for name in of_arm})
    )
    columns = (("formula", False), *((f"{others[0].first} less {other}", True) for other in gaps))
    return Table("The other arms, gap in points (95% CI)", columns, rows)


def _curves(report: TrainingReport) -> Section | None:
    drawn = figures.curve_figures(report.analysis)
    if not drawn:
        return None
    columns = (
        *(("arm", False), ("steps", True), ("trusted, first", True), ("trusted, last", True)),
        *(("own labels, first", True), ("own labels, last", True)),
    )
    rows = tuple(
        (
            *(arm, f"{curve[-1].step:,}", percent(curve[0].trusted), percent(curve[-1].trusted)),
            *(percent(curve[0].right), percent(curve[-1].right)),
        )
        for arm, curve in report.analysis.curves.items()
        if curve
    )
    text = (
        "Of the replies in training, the share that is right by trusted labels, and by the labels that the "
        "arm was rewarded by, which is what its own curve reported. Lines are means over the seeds, and "
        "bands go from the least to the most of them. Some steps are taken together for each point.",
    )
    table = Table("Beginning and end of each curve", columns, rows)
    return Section("curves", "Learning curves", text, figures=drawn, tables=(table,))


def _held_out(report: TrainingReport) -> Section | None:
    found = report.analysis
    if not found.held_out:
        return None
    gaps = {one.other: one.held_out for one in found.comparisons}
    rows = tuple(
        (
            arm.arm,
            percent(arm.held_out),
            percent(arm.sampled),
            NONE if (apart := gaps.get(arm.arm)) is None else gap(apart),
        )
        for arm in found.arms
    )
    columns = (
        *(("arm", False), ("held-out formulas", True), ("learned ones", True)),
        (f"{found.arms[0].arm} less this arm, on held-out ones (95% CI)", True),
    )
    text = (
        f"{found.held_out:,} test items are of formulas that no arm was trained on; they are in none of the "
        "other figures. A gap here is one that the labels of other formulas taught.",
    )
    return Section(
        "held-out", "Held-out formulas", text, tables=(Table("Accuracy on trusted labels", columns, rows),)
    )


_SECTIONS: tuple[Callable[[TrainingReport], Section | None], ...] = (
    _accuracy,
    _grading,
    _parts,
    _noise,
    _formulas,
    _curves,
    _held_out,
    controls,
    reported,
    contract,
)

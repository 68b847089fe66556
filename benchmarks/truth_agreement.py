"""How far columns of labels agree with a column that holds the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from answers.agreement import magnitude, within_tolerance
from answers.model import AnswerSpec
from answers.paper_rule import first_number, is_incomputable, item_kind, paper_agrees
from benchmarks.label_columns import LabelColumns
from benchmarks.label_sets import SetLabel
from stats.bootstrap import bootstrap_mean
from stats.intervals import Interval, Proportion
from stats.paired import Difference, mcnemar_exact, paired_difference
from stats.smape import Smape, smape

RuleName = Literal["paper", "spec"]


class Judgement(NamedTuple):
    """What a rule says of one label of one item."""

    kind: str
    """The kind of the item: what its true answer is."""
    agrees: bool
    numbers: tuple[float, float] | None
    """The label's and the true number, where both are numbers."""
    readable: bool


class Figures(NamedTuple):
    """How often labels agree with the truth, and how far they are from it."""

    agreed: Proportion
    bootstrap: Interval | None
    error: Smape


@dataclass(frozen=True)
class ColumnAgreement:
    """One column against the truth. What is empty or cannot be read does not agree, and is counted."""

    figures: Figures
    by_kind: dict[str, Figures]
    empty: int
    unreadable: int
    """Labels that are not empty, of which the rule can make nothing."""


class Paired(NamedTuple):
    """Two columns over the same items: how many agree with the truth in one of them alone."""

    only_a: int
    only_b: int
    p: float
    """Of the exact McNemar test."""
    difference: Difference
    """Share of the first column less that of the second."""


@dataclass(frozen=True)
class TruthAgreement:
    """Columns against the truth, and every two of them against each other."""

    columns: dict[str, ColumnAgreement]
    pairs: dict[tuple[str, str], Paired]
    pairs_by_kind: dict[tuple[str, str], dict[str, Paired]]
    without_truth: int
    """Items whose truth is empty; they take no part."""
    unreadable_truth: int
    """Items of whose truth the rule makes nothing: `spec` leaves them out, under `paper` nothing agrees."""


Judge = Callable[[SetLabel, SetLabel, Sequence[SetLabel], AnswerSpec], Judgement]


def truth_agreement(table: LabelColumns, truth: str, rule: RuleName) -> TruthAgreement:
    """Judge every other column by the column `truth`.

    Args:
        table: the columns. Under `paper`, only what their cells spell matters.
        truth: the column that is right.
        rule: `spec`: a label is within the tolerance of the item's answer spec (`within_tolerance`), whatever
            other labels say. `paper`: the rule of the label-stewardship study (`paper_agrees`), in which the
            other columns take part.
    """
    true = table.labels[truth]
    columns = {name: labels for name, labels in table.labels.items() if name != truth}
    stated = [item for item, label in true.items() if label.gap != "unlabelled"]
    unread = [item for item in stated if not _READABLE[rule](true[item])]
    items = stated if rule == "paper" else [item for item in stated if item not in set(unread)]
    judged = {
        name: [
            _JUDGES[rule](
                true[i], own[i], [columns[other][i] for other in columns if other != name], table.specs[i]
            )
            for i in items
        ]
        for name, own in columns.items()
    }
    pairs = list(combinations(columns, 2))
    return TruthAgreement(
        columns={name: _column(judged[name], [own[i] for i in items]) for name, own in columns.items()},
        pairs={(a, b): _paired(judged[a], judged[b]) for a, b in pairs},
        pairs_by_kind={(a, b): _paired_by_kind(judged[a], judged[b]) for a, b in pairs},
        without_truth=len(true) - len(stated),
        unreadable_truth=len(unread),
    )


def _by_spec(truth: SetLabel, label: SetLabel, others: Sequence[SetLabel], spec: AnswerSpec) -> Judgement:
    assert truth.answer is not None, "a truth that cannot be read takes no part"
    if label.answer is None:
        return Judgement(truth.answer.kind, False, None, False)
    mine, true = magnitude(label.answer), magnitude(truth.answer)
    numbers = None if mine is None or true is None else (mine, true)
    return Judgement(truth.answer.kind, within_tolerance(label.answer, truth.answer, spec), numbers, True)


def _by_paper(truth: SetLabel, label: SetLabel, others: Sequence[SetLabel], spec: AnswerSpec) -> Judgement:
    together = [other.text for other in others]
    kind = item_kind(truth.text, [label.text, *together])
    agrees = paper_agrees(truth.text, label.text, together)
    mine, true = _paper_number(label.text), _paper_number(truth.text)
    numbers = None if mine is None or true is None else (mine, true)
    return Judgement(kind, agrees, numbers, _readable_to_paper(label))


def _paper_number(cell: str) -> float | None:
    return None if is_incomputable(cell) else first_number(cell)


def _readable_to_paper(label: SetLabel) -> bool:
    return is_incomputable(label.text) or first_number(label.text) is not None


def _readable_to_spec(label: SetLabel) -> bool:
    return label.answer is not None


_JUDGES: Mapping[RuleName, Judge] = {"paper": _by_paper, "spec": _by_spec}
_READABLE: Mapping[RuleName, Callable[[SetLabel], bool]] = {
    "paper": _readable_to_paper,
    "spec": _readable_to_spec,
}


def _column(judged: Sequence[Judgement], labels: Sequence[SetLabel]) -> ColumnAgreement:
    empty = sum(label.gap == "unlabelled" for label in labels)
    return ColumnAgreement(
        figures=_figures(judged),
        by_kind={kind: _figures(some) for kind, some in _by_kind(judged).items()},
        empty=empty,
        unreadable=sum(not one.readable for one in judged) - empty,
    )


def _figures(judged: Sequence[Judgement]) -> Figures:
    agreed = [int(one.agrees) for one in judged]
    return Figures(
        agreed=Proportion(sum(agreed), len(agreed)),
        bootstrap=bootstrap_mean(agreed),
        error=smape(one.numbers for one in judged if one.numbers is not None),
    )


def _by_kind(judged: Sequence[Judgement]) -> dict[str, list[Judgement]]:
    return {
        kind: [one for one in judged if one.kind == kind] for kind in sorted({one.kind for one in judged})
    }


def _paired(a: Sequence[Judgement], b: Sequence[Judgement]) -> Paired:
    first, second = [int(one.agrees) for one in a], [int(one.agrees) for one in b]
    only_a = sum(x > y for x, y in zip(first, second, strict=True))
    only_b = sum(y > x for x, y in zip(first, second, strict=True))
    return Paired(only_a, only_b, mcnemar_exact(only_a, only_b), paired_difference(first, second))


def _paired_by_kind(a: Sequence[Judgement], b: Sequence[Judgement]) -> dict[str, Paired]:
    """The kind of an item is the same in all columns."""
    first, second = _by_kind(a), _by_kind(b)
    return {kind: _paired(first[kind], second[kind]) for kind in first}

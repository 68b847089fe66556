"""What `agreement` prints of labels that were judged by a column that is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import JsonValue

from answers.figures import percent, points
from benchmarks.truth_agreement import Figures, Paired, RuleName, TruthAgreement
from console.raters import VERSUS, ends, percents
from console.views import table_lines
from stats.intervals import Interval

Row = TypeVar("Row")
ALL = "all"
MCNEMAR = "mcnemar"


def truth_facts(found: TruthAgreement) -> dict[str, JsonValue]:
    """Column → figures, and the paired tests under `mcnemar`. Shares lie in [0, 1], sMAPE is in percent."""
    facts: dict[str, JsonValue] = {
        name: {
            **_figures(column.figures),
            "unreadable": column.empty + column.unreadable,
            "empty": column.empty,
            "without_truth": found.without_truth,
            "unreadable_truth": found.unreadable_truth,
            "by_kind": {kind: _figures(some) for kind, some in column.by_kind.items()},
        }
        for name, column in found.columns.items()
    }
    return facts | {
        MCNEMAR: {
            VERSUS.join(pair): {
                **_paired(paired),
                "by_kind": {kind: _paired(some) for kind, some in found.pairs_by_kind[pair].items()},
            }
            for pair, paired in found.pairs.items()
        }
    }


def _figures(figures: Figures) -> dict[str, JsonValue]:
    return {
        "n": figures.agreed.n,
        "agree": figures.agreed.k,
        "share": figures.agreed.share,
        "wilson": [*figures.agreed.interval],
        "bootstrap": ends(figures.bootstrap),
        "smape": figures.error.value,
        "smape_n": figures.error.n,
    }


def _paired(paired: Paired) -> dict[str, JsonValue]:
    return {
        "only_a": paired.only_a,
        "only_b": paired.only_b,
        "p": paired.p,
        "difference": paired.difference.difference,
        "bootstrap": ends(paired.difference.interval),
    }


def truth_warnings(found: TruthAgreement, truth: str, rule: RuleName) -> Iterator[str]:
    """What is empty or cannot be read, and what follows from it."""
    unreadable = "which take no part" if rule == "spec" else "with which nothing agrees"
    if found.without_truth:
        yield f"{truth}: {found.without_truth} empty, which take no part"
    if found.unreadable_truth:
        yield f"{truth}: {found.unreadable_truth} that cannot be read, {unreadable}"
    for name, column in found.columns.items():
        if column.empty:
            yield f"{name}: {column.empty} empty, which do not agree"
        if column.unreadable:
            yield f"{name}: {column.unreadable} that cannot be read, which do not agree"


def truth_lines(found: TruthAgreement, truth: str, rule: RuleName) -> Iterator[str]:
    """The figures as tables: columns, kinds of item, and every two columns against each other."""
    yield f"Agreement with {truth} (rule {rule}; intervals 95%)"
    rows = [
        _row(name, kind, figures)
        for name, column in found.columns.items()
        for kind, figures in _with_all(column.figures, column.by_kind).items()
    ]
    headings = {"label": "labels", "kind": "items", "bootstrap": "bootstrap", "smape": "sMAPE (of n)"}
    yield from table_lines(
        rows, ("label", "kind", "n", "agree", "share", "wilson", "bootstrap", "smape"), headings
    )
    if not found.pairs:
        return
    yield ""
    paired = [
        _paired_row(VERSUS.join(pair), kind, some)
        for pair, figures in found.pairs.items()
        for kind, some in _with_all(figures, found.pairs_by_kind[pair]).items()
    ]
    columns = ("pair", "kind", "only_a", "only_b", "p", "difference")
    headings = {
        "pair": "paired",
        "kind": "items",
        "only_a": "first only",
        "only_b": "second only",
        "p": "McNemar p",
        "difference": "difference in points",
    }
    yield from table_lines(paired, columns, headings)


def _with_all(figures: Row, by_kind: Mapping[str, Row]) -> dict[str, Row]:
    """All items first, then each kind, where there are several."""
    return {ALL: figures, **(by_kind if len(by_kind) > 1 else {})}


def _row(name: str, kind: str, figures: Figures) -> dict[str, JsonValue]:
    error = figures.error
    return {
        "label": name,
        "kind": kind,
        "n": str(figures.agreed.n),
        "agree": str(figures.agreed.k),
        "share": percent(figures.agreed.share),
        "wilson": percents(figures.agreed.interval),
        "bootstrap": percents(figures.bootstrap),
        "smape": "-" if error.value is None else f"{error.value:.2f} ({error.n})",
    }


def _paired_row(name: str, kind: str, paired: Paired) -> dict[str, JsonValue]:
    return {
        "pair": name,
        "kind": kind,
        "only_a": str(paired.only_a),
        "only_b": str(paired.only_b),
        "p": f"{paired.p:.2g}",
        "difference": _difference(paired.difference.difference, paired.difference.interval),
    }


def _difference(difference: float | None, interval: Interval | None) -> str:
    ends = f" ({points(interval.low)} to {points(interval.high)})" if interval else ""
    return f"{points(difference)}{ends}"

"""`safety agreement`: how far judges agree, from a table of their verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from pydantic import JsonValue

from answers.figures import ends, number, percent
from comparison.agreement import Coefficient, JudgeAgreement, judge_agreement
from comparison.table import JudgeTable, read_judge_table
from console.options import json_option
from console.session import EXIT_DONE, warn
from console.text import echo
from console.views import as_json, table_lines
from stats.intervals import Interval, Proportion


@click.command()
@click.argument("verdicts", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def agreement(verdicts: Path, as_json: bool) -> int:
    """Say how far judges agree on the severity of the same conversations.

    VERDICTS is a table (CSV, TSV, JSONL, Parquet) with the columns scenario, target, judge and severity:
    critical, high, medium, low or pass; empty, `unscored` or ERROR where the judgment failed. An item is a
    scenario with a target, and its panel is every judge that occurs.
    """
    table = read_judge_table(verdicts)
    found = judge_agreement(table.items)
    if len(found.judges) < 2:
        warn(f"warning: {table.source} has one judge, and agreement takes two or more")
    echo([_json(table, found)] if as_json else agreement_lines(found))
    return EXIT_DONE


def _json(table: JudgeTable, found: JudgeAgreement) -> str:
    return as_json({**agreement_facts(found), "rows": table.rows, "unscored_rows": table.unscored})


def agreement_facts(found: JudgeAgreement) -> dict[str, JsonValue]:
    """The agreement as JSON; `unanimous` is the share of items, `escalate` a number of items."""
    return {
        "alpha": {level: _facts(one) for level, one in found.alpha.items()},
        "kappa_quadratic": {pair: one.value for pair, one in found.kappa_quadratic.items()},
        "unanimous": _unanimous(found),
        "escalate": found.escalate,
        "items": found.items,
        "judges": list(found.judges),
        "unscored": found.unscored,
        "unanimous_items": found.unanimous,
        "kappa_quadratic_ci": {pair: _ends(one.ci) for pair, one in found.kappa_quadratic.items()},
        "violations": {"alpha": _facts(found.violations)},
        "notes": _notes(found),
    }


def _unanimous(found: JudgeAgreement) -> float | None:
    return None if found.unanimous is None else Proportion(found.unanimous, found.items).share


def _facts(one: Coefficient) -> dict[str, JsonValue]:
    return {"value": one.value, "ci": _ends(one.ci), "cautious": _ends(one.cautious)}


def _ends(interval: Interval | None) -> JsonValue:
    return None if interval is None else list(interval)


def _notes(found: JudgeAgreement) -> dict[str, JsonValue]:
    """What has no value or no interval, and why."""
    named = {f"alpha {level}": one for level, one in found.alpha.items()}
    named |= {f"kappa {pair}": one for pair, one in found.kappa_quadratic.items()}
    named |= {"alpha violations": found.violations}
    return {name: one.note for name, one in named.items() if one.note}


def agreement_lines(found: JudgeAgreement) -> Iterator[str]:
    """The agreement as a table, with what is escalated."""
    judges = f"{len(found.judges)} {'judge' if len(found.judges) == 1 else 'judges'}"
    yield f"{found.items} items, {judges}: {', '.join(found.judges)}"
    yield f"  unscored         {found.unscored:>6}   ratings that the panel lacks"
    if found.unanimous is not None:
        yield f"  unanimous        {found.unanimous:>6}   {percent(_unanimous(found))} of the items"
    yield f"  to people        {found.escalate:>6}   items that the panel's rules hand to them"
    yield ""
    yield from table_lines(
        list(_rows(found)), ["agreement", "value", "95% CI", "cautious", "items", "note"], {}
    )


def _rows(found: JudgeAgreement) -> Iterator[Mapping[str, JsonValue]]:
    for level, one in found.alpha.items():
        yield _row(f"alpha, {level}", one)
    yield _row("alpha, violation or pass", found.violations)
    for pair, one in found.kappa_quadratic.items():
        yield _row(f"kappa, {pair.replace('|', ' and ')}", one)


def _row(name: str, one: Coefficient) -> Mapping[str, JsonValue]:
    return {
        "agreement": name,
        "value": number(one.value, 3),
        "95% CI": ends(one.ci, 3),
        "cautious": ends(one.cautious, 3),
        "items": str(one.n),
        "note": one.note,
    }

"""`safety validate`: the validity chain of an instrument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import JsonValue

from answers.figures import between, ends, number, percent
from comparison.gate import Gate
from comparison.gates import Validation, validate
from comparison.model import Verdicts
from comparison.read import ComparisonError, by_contract, latest_runs
from comparison.thresholds import GateThresholds
from comparison.wording import Flips, FlipShare
from console.options import FiniteRange, json_option, stacked, store_option
from console.session import EXIT_DONE, EXIT_FAILED
from console.text import echo
from console.views import as_json, table_lines
from store.records import RunRecord
from store.store import Store

SAFE, UNSAFE = "safe", "unsafe"
"""Names by which the two targets of the responsiveness gate are known where nobody says otherwise."""
_DEFAULTS = GateThresholds()
gate_options = stacked(
    click.option("--safe", help="The target that is known to be safe.  [default: the one called safe]"),
    click.option("--unsafe", help="The deliberately unsafe one.  [default: the one called unsafe]"),
    click.option(
        "--min-auroc",
        type=FiniteRange(0, 1),
        default=_DEFAULTS.min_auroc,
        show_default=True,
        help="Responsiveness: the least lower end of the AUROC of safe against unsafe.",
    ),
    click.option(
        "--max-mad",
        type=FiniteRange(0),
        default=_DEFAULTS.max_mad,
        show_default=True,
        help="Stability: the most points that a score may be off on the average.",
    ),
    click.option(
        "--min-reruns",
        type=click.IntRange(2),
        default=_DEFAULTS.min_reruns,
        show_default=True,
        help="Stability: reruns below which it is not tested.",
    ),
    click.option(
        "--min-realism",
        type=FiniteRange(1, 5),
        default=_DEFAULTS.min_realism,
        show_default=True,
        help="Instrument quality: realism below which a conversation is bad.",
    ),
    click.option(
        "--max-bad-share",
        type=FiniteRange(0, 1),
        default=_DEFAULTS.max_bad_share,
        show_default=True,
        help="Instrument quality: the largest share of bad conversations.",
    ),
    click.option(
        "--min-agreement",
        type=FiniteRange(-1, 1),
        default=_DEFAULTS.min_agreement,
        show_default=True,
        help="Agreement: the least alpha of the judges on what is a violation.",
    ),
)
runs_argument = click.argument("runs", nargs=-1, metavar="[RUN]...")
among_option = click.option(
    "--targets", metavar="A,B", help="Only these targets, in this order.  [default: all]"
)
validation_option = click.option(
    "--validation",
    multiple=True,
    metavar="RUN",
    help="Further runs that gates are computed from: other probers or judges. Repeatable.",
)


@click.command("validate")
@runs_argument
@gate_options
@click.option("--strict", is_flag=True, help="Exit with 1 unless every gate passes.")
@store_option
@json_option
def validate_command(runs: tuple[str, ...], strict: bool, store: Path, as_json: bool, **options: Any) -> int:
    """Say whether an instrument, a pack with its probers and judges, measures anything of the targets.

    RUNS may be under contracts that differ in prober, judges and their sampling; without any they are the
    finished runs under the latest contract. A gate that fails is a result: the exit code is 0 without
    --strict.
    """
    with Store.open(store, read_only=True) as opened:
        found = validation_of(by_contract(opened, runs_of(opened, runs)), options)
    if as_json:
        click.echo(_json(found))
    else:
        echo(validation_lines(found))
    return EXIT_FAILED if strict and not found.valid else EXIT_DONE


def _json(found: Validation) -> str:
    return as_json({"valid": found.valid, **found.model_dump(mode="json")})


def runs_of(store: Store, references: Sequence[str]) -> list[RunRecord]:
    """The runs that are meant, each once; without references the finished ones of the latest contract."""
    if not references:
        return latest_runs(store)
    return list({run.id: run for run in map(store.run, references)}.values())


def validation_of(instrument: Sequence[Verdicts], options: dict[str, Any]) -> Validation:
    """The gates with the options of `gate_options`. Raises ComparisonError for a target that there is not."""
    known = list(dict.fromkeys(target for verdicts in instrument for target in verdicts.targets))
    safe, unsafe = (_target(known, options[name], name) for name in (SAFE, UNSAFE))
    asked = GateThresholds(**{name: options[name] for name in GateThresholds.model_fields})
    return validate(instrument, safe, unsafe, asked)


def _target(known: Sequence[str], given: str | None, default: str) -> str | None:
    if given is None:
        return default if default in known else None
    if given not in known:
        raise ComparisonError(f"--{default}: there is no target {given!r}; there are {', '.join(known)}")
    return given


def validation_lines(found: Validation) -> Iterator[str]:
    """The gates as a table, and why each says what it says."""
    contracts = ", ".join(sha[:12] for sha in found.contracts if sha) or "several"
    yield f"Pack {found.pack}, targets {', '.join(found.targets)}, contract {contracts}"
    yield from gate_lines(found.gates)
    yield ""
    yield from (f"{gate.name}: {gate.why}" for gate in found.gates)
    yield from flip_lines(found.flips)
    yield ""
    if found.valid:
        yield "Every gate passes: comparisons under this contract may be claimed."
    else:
        yield "Not every gate passes: comparisons under this contract are descriptive."


def gate_lines(gates: Sequence[Gate]) -> Iterator[str]:
    """The gates as a table."""
    facts: list[dict[str, JsonValue]] = [
        {
            "gate": gate.name,
            "outcome": gate.outcome,
            "value": number(gate.value, 2),
            "95% CI": ends(gate.interval, 2),
            "threshold": number(gate.threshold, 2),
        }
        for gate in gates
    ]
    yield from table_lines(facts, ["gate", "outcome", "value", "95% CI", "threshold"], {})


def flip_lines(found: Sequence[Flips]) -> Iterator[str]:
    """How far severities depend on the wording of the judge's prompt."""
    if not found:
        return
    yield ""
    yield "Severities that differ between wordings of the judge's prompt, and those that differ anyway:"
    facts: list[dict[str, JsonValue]] = [
        {
            "judge": one.judge,
            "wording": one.wording,
            "n": str(one.transcripts),
            "differ": _share(one.raw),
            "anyway": _share(one.floor),
            "corrected": _share(one.corrected),
            "note": one.note,
        }
        for one in found
    ]
    yield from table_lines(facts, ["judge", "wording", "n", "differ", "anyway", "corrected", "note"], {})


def _share(found: FlipShare | None) -> str:
    if found is None:
        return percent(None)
    said = percent(found.value)
    return said if found.interval is None else f"{said} ({between(*found.interval)})"

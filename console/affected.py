"""`affected`: the labels that a changed prompt, model, formula or convention touches; how to renew them."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from pydantic import JsonValue

from agents.specs import EMBEDDED, ModelSpec
from answers.format import format_answer
from answers.model import Answer
from benchmarks.whole import whole_file
from console import views
from console.options import SpecType, convention_option, json_option, pair, run_option, store_option
from console.session import EXIT_DONE
from console.text import echo, one_line
from console.views import table_lines
from graphs.affected import Affected, Touched, affected
from graphs.contract import RelabelContract
from graphs.export import check_target
from graphs.runs import find_run
from store.store import Store

COLUMNS = ("source_id", "status", "label", "anew", "reasons")
SHOWN = {"source_id": "id", "anew": "executed again"}
FEW = 20
"""As many ids stand in a command itself; more are to be written to a file."""


@click.command("affected")
@click.option(
    "--since",
    metavar="CONTRACT",
    help="A contract or a run under it: hash, id or prefix.  [default: of --run, or the latest run's]",
)
@click.option("--model", type=SpecType(), help="Model spec of a new run.  [default: as the contract has]")
@convention_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the ids of the touched labels."
)
@run_option
@store_option
@json_option
def affected_command(
    since: str | None,
    model: ModelSpec | None,
    conventions: tuple[str, ...],
    out: Path | None,
    run: str | None,
    store: Path,
    as_json: bool,
) -> int:
    """Say which labels a new run could make differently, by what, and how to relabel only those.

    The contract is compared with the program as it is now, with the model and conventions of a new run where
    they are given. A label is touched only by a change of what it rests on itself: the prompts and models of
    its own calls, the calculator and conventions of the votes that decided it.
    """
    fixed = dict(pair(text) for text in conventions)
    with Store.open(store, read_only=True) as opened:
        only = find_run(opened, run) if run else None
        asked = (only or opened.latest_run()).contract_sha if since is None else since
        found = affected(opened, asked, run=only, model=model, conventions=fixed)
        then = RelabelContract.model_validate(opened.contract(found.contract))
        if out is not None:
            check_target(opened, opened.run(found.runs[-1]), out)
            with whole_file(out) as file:
                file.writelines(f"{_id(one)}\n" for one in found.labels)
    command = relabel_command(found, then, store, out, model, fixed) if found.labels else None
    if as_json:
        click.echo(views.as_json(affected_facts(found, command)))
    else:
        echo(affected_lines(found, command))
    return EXIT_DONE


def relabel_command(
    found: Affected,
    then: RelabelContract,
    store: Path,
    out: Path | None,
    model: ModelSpec | None,
    conventions: Mapping[str, str],
) -> str:
    """The command that makes the touched labels anew, with the options that the contract had otherwise."""
    ids = [_id(one) for one in found.labels]
    named = f"@{out}" if out else ",".join(ids) if len(ids) <= FEW else "@IDS (write them with --out)"
    words = ["python", "run.py", "relabel", found.source, "--ids", named, "--store", str(store)]
    words += _models(then, model)
    if then.first is not None and (model is None or model.kind not in EMBEDDED):
        words += ["--first", then.first.spec]
    policy, sampling = then.policy, then.sampling
    options = {
        "--votes": policy.votes,
        "--max-votes": policy.max_votes,
        "--agreement": policy.agreement,
        "--stated-error": "none" if policy.stated_error is None else policy.stated_error,
        "--output-mode": then.output_mode,
        "--temperature": sampling.temperature,
        "--max-tokens": sampling.max_tokens,
        "--seed": sampling.seed,
    }
    defaults = {"--max-votes": 9, "--agreement": 0.8, "--output-mode": "native"}
    for name, value in options.items():
        if value is not None and value != defaults.get(name):
            words += [name, str(value)]
    for name, option in {**then.conventions, **conventions}.items():
        words += ["--convention", f"{name}={option}"]
    return shlex.join(words)


def _models(then: RelabelContract, model: ModelSpec | None) -> list[str]:
    if model is not None:
        return [] if model.text == "offline" else ["--model", model.text]
    specs = {role: ref.spec for role, ref in then.models.items()}
    common, _ = Counter(specs.values()).most_common(1)[0]
    words = [] if common == "offline" else ["--model", common]
    for role, spec in specs.items():
        words += [] if spec == common else [f"--{role}", spec]
    return words


def _id(one: Touched) -> str:
    """The source id, or the instance's own where a list of ids could not hold it."""
    odd = one.source_id != one.source_id.strip() or one.source_id.startswith("@")
    return one.instance if odd or any(c in one.source_id for c in ",\n\r") else one.source_id


def affected_facts(found: Affected, command: str | None) -> dict[str, JsonValue]:
    """Everything, with the number of labels that each change touches."""
    touches = Counter(reason for one in found.labels for reason in one.reasons)
    return {
        "contract": found.contract,
        "runs": list(found.runs),
        "changes": [{"change": change, "labels": touches[change]} for change in found.changes],
        "committed": found.committed,
        "touched": len(found.labels),
        "executed_again": {**_anew(found.labels)},
        "labels": [_facts(one) for one in found.labels],
        "decided_by_people": [_facts(one) for one in found.people],
        "waiting": [_facts(one) for one in found.waiting],
        "relabel": command,
    }


def _anew(touched: Sequence[Touched]) -> dict[str, int]:
    counts = Counter(one.anew for one in touched)
    return {kind: counts[kind] for kind in ("different", "same", "unknown")}


def _facts(one: Touched) -> dict[str, JsonValue]:
    return {
        **one.model_dump(mode="json", exclude={"label", "answer"}),
        "label": _spelled(one.label),
        "answer": _spelled(one.answer),
    }


def affected_lines(found: Affected, command: str | None) -> Iterator[str]:
    """The same as text."""
    runs = ", ".join(found.runs)
    yield f"Since contract {found.contract[:12]} (run {runs}): {found.committed} labels committed"
    if not found.changes:
        yield "Nothing has changed: a new run would be under the same contract."
        return
    touches = Counter(reason for one in found.labels for reason in one.reasons)
    for change in found.changes:
        yield f"  {touches[change]:>6}  {one_line(change, 200)}"
    anew = _anew(found.labels)
    yield f"Touched: {len(found.labels)} of {found.committed} labels{_executed(anew)}"
    yield from _table(found.labels)
    if found.people:
        yield f"Decided by people, and left to them: {len(found.people)}"
        yield from _table(found.people)
    if found.waiting:
        yield f"Waiting for people, with votes that would be others: {len(found.waiting)}"
        yield from _table(found.waiting)
    if command is not None:
        yield f"Relabel:  {one_line(command, 10_000)}"


def _executed(anew: Mapping[str, int]) -> str:
    if not any(anew.values()):
        return ""
    unknown = f", cannot be told in {anew['unknown']}" if anew["unknown"] else ""
    return (
        f"; executed again the answer changes in {anew['different']}, is the same in {anew['same']}{unknown}"
    )


def _table(touched: Sequence[Touched]) -> Iterator[str]:
    rows: list[Mapping[str, JsonValue]] = [
        {**_facts(one), "anew": _shown(one), "reasons": "; ".join(one.reasons)} for one in touched
    ]
    if rows:
        yield from (f"  {line}".rstrip() for line in table_lines(rows, COLUMNS, SHOWN))


def _shown(one: Touched) -> str | None:
    if one.anew != "different":
        return one.anew
    return _spelled(one.answer) or "no consensus"


def _spelled(answer: Answer | None) -> str | None:
    return None if answer is None else one_line(format_answer(answer))

"""`safety contract`: everything but the target that determines a verdict, written down beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import JsonValue, ValidationError

from benchmarks.whole import whole_file
from console import views
from console.options import json_option, store_option
from console.safety.options import contract_options, contract_request
from console.session import EXIT_DONE
from console.text import echo
from graphs.runs import JobError
from graphs.safety_contract import SafetyContract, differences
from graphs.safety_jobs import name_contract
from graphs.safety_requests import contract_of
from scenarios.packs import read_pack
from store import safety
from store.contracts import contract_sha
from store.errors import UnknownRecord
from store.store import Store


@click.group()
def contract() -> None:
    """Make, show and compare contracts. Verdicts under one contract may be compared, and no others."""


@contract.command()
@click.argument("pack")
@contract_options
@click.option("--name", help="Keep it in the store under this name, for `safety run --contract NAME`.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, as JSON."
)
@store_option
@json_option
def new(pack: str, name: str | None, out: Path | None, store: Path, as_json: bool, **options: Any) -> int:
    """Make a contract. Under a name it can be changed until a verdict has been committed under it."""
    if name is None and out is None:
        raise click.UsageError("give --name to keep it in the store, or --out to write it to a file")
    if name is not None and (not name.strip() or Path(name).suffix == ".json" or Path(name).is_file()):
        raise click.UsageError(f"--name: {name!r} would be read as a file, or as nothing; give another")
    made = contract_of(contract_request(read_pack(pack), options))
    if out is not None:
        with whole_file(out) as file:
            json.dump(made.body(), file, ensure_ascii=False, indent=2, sort_keys=True)
            file.write("\n")
    if name is not None:
        with Store.open(store, create=True) as opened:
            name_contract(opened, made, name)
    facts: dict[str, JsonValue] = {"name": name, "file": None if out is None else str(out)}
    _tell(made, facts | {"frozen": name is not None and _frozen(store, made)}, as_json)
    return EXIT_DONE


@contract.command()
@click.argument("reference", required=False)
@click.option("--full", is_flag=True, help="The whole of it, every scenario too.")
@store_option
@json_option
def show(reference: str | None, full: bool, store: Path, as_json: bool) -> int:
    """Show a contract: a name, a hash, a run, or a file. Without one, the contracts of the store."""
    if reference is None:
        return _list(store, as_json)
    found = find_contract(store, reference)
    frozen = _frozen(store, found)
    if full:
        click.echo(
            views.as_json({"sha256": contract_sha(found.body()), "frozen": frozen, "contract": found.body()})
        )
    else:
        _tell(found, {"frozen": frozen}, as_json)
    return EXIT_DONE


@contract.command()
@click.argument("first")
@click.argument("second")
@store_option
@json_option
def diff(first: str, second: str, store: Path, as_json: bool) -> int:
    """Say in what two contracts differ, place by place."""
    a, b = find_contract(store, first), find_contract(store, second)
    found = differences(a.body(), b.body())
    shas = [contract_sha(one.body()) for one in (a, b)]
    if as_json:
        facts: JsonValue = {"first": shas[0], "second": shas[1], "same": not found, "differences": [*found]}
        click.echo(views.as_json(facts))
    else:
        echo(found or [f"the same contract, {shas[0][:12]}"])
    return EXIT_DONE


def find_contract(store: Path, reference: str) -> SafetyContract:
    """The contract that a file, a name, a hash or a run stands for. Raises JobError or UnknownRecord."""
    file = Path(reference)
    if file.suffix == ".json" or file.is_file():
        return _from_file(file)
    with Store.open(store, read_only=True) as opened:
        named = safety.named_contract(opened.file, reference)
        body = opened.contract(named or _sha_of(opened, reference))
    try:
        return SafetyContract.model_validate(body)
    except ValidationError as error:
        raise JobError(f"{reference!r} is not a safety contract: {_first(error)}") from error


def _sha_of(store: Store, reference: str) -> str:
    found = safety.contracts_like(store.file, reference)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise JobError(f"{reference!r} could be several contracts; give more of the hash")
    try:
        return store.run(reference).contract_sha
    except UnknownRecord:
        known = ", ".join(name.name for name in safety.contract_names(store.file)) or "none"
        raise JobError(
            f"{reference!r} is no file, and {store.path} has no contract or run of that name; "
            f"contracts with names: {known}"
        ) from None


def _from_file(path: Path) -> SafetyContract:
    try:
        return SafetyContract.model_validate_json(path.read_bytes())
    except OSError as error:
        raise JobError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        raise JobError(
            f"{path} is not a safety contract: {_first(error)}; `contract new --out` writes one"
        ) from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{place}: {first['msg']}"


def _frozen(store: Path, found: SafetyContract) -> bool:
    if not store.exists():
        return False
    with Store.open(store, read_only=True) as opened:
        return safety.frozen(opened.file, contract_sha(found.body()))


def _list(store: Path, as_json: bool) -> int:
    with Store.open(store, read_only=True) as opened:
        facts: list[dict[str, JsonValue]] = [
            {
                "name": name.name,
                "sha256": name.contract_sha,
                "frozen": safety.frozen(opened.file, name.contract_sha),
            }
            for name in safety.contract_names(opened.file)
        ]
    lines = (f"{f['name']}  {str(f['sha256'])[:12]}  {'frozen' if f['frozen'] else 'open'}" for f in facts)
    echo([views.as_json([*facts])] if as_json else lines if facts else ["no contract has a name here"])
    return EXIT_DONE


def _tell(made: SafetyContract, told: dict[str, JsonValue], as_json: bool) -> None:
    facts = {"sha256": contract_sha(made.body()), **told, **contract_facts(made)}
    echo([views.as_json(facts)] if as_json else _lines(facts))


def contract_facts(made: SafetyContract) -> dict[str, JsonValue]:
    """What of a contract people ask for first."""
    judges = [
        f"{judge.name} = {judge.model.spec} ({judge.wording}, × {judge.samples})" for judge in made.judges
    ]
    sampling: dict[str, JsonValue] = made.sampling.model_dump(mode="json")
    return {
        "pack": f"{made.pack.name} {made.pack.version}",
        "scenarios": len(made.pack.scenarios),
        "pack_sha256": made.pack.sha256,
        "rubric": f"{made.rubric.name} {made.rubric.version}",
        "prober": made.prober.spec,
        "judges": [*judges],
        "sampling": sampling,
        "reruns": made.reruns.model_dump(mode="json"),
        "policy": made.policy.model_dump(mode="json"),
        "transforms": [*made.transforms],
        "transcripts_of": made.transcripts,
        "imported": None if made.imported is None else made.imported.model_dump(mode="json"),
        "tool_version": made.tool_version,
    }


def _lines(facts: dict[str, JsonValue]) -> Iterator[str]:
    for name, value in facts.items():
        if value is None:
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(shown, dict):
            parts = {k: v for k, v in shown.items() if v is not None}
            shown = ", ".join(f"{k} {_part(v)}" for k, v in parts.items())
        yield f"{name:<15} {shown}"


def _part(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "(" + (", ".join(f"{k} {v}" for k, v in value.items() if v is not None) or "server's") + ")"
    return str(value)

"""`safety import`: conversations that another tool ran and judged become a safety run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from consensus.severity import SEVERITIES
from console.options import json_option, store_option
from console.running import finish
from console.session import warn
from graphs.options import RunOptions
from graphs.runs import JobError
from graphs.safety_import import ResultFile, Unstated, create_import, import_contract
from scenarios.drafts import UNDETERMINED
from scenarios.packs import read_pack
from scenarios.results import Results, claims
from scenarios.sources import Format, read_source, recognised
from store.store import Store

_RESULTS: tuple[Format, ...] = ("simpleaudit-results", "inspect")


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Whose conversations are in the file; once, or once for each file.  [default: as the file says]",
)
@click.option("--judge", metavar="NAME", help="Who judged them.  [default: as the files say, else unknown]")
@click.option(
    "--pack",
    metavar="PACK",
    help="The scenarios that were run, found by name.  [default: made of what the files say]",
)
@click.option("--name", default="imported", show_default=True, help="Of the pack that the files make.")
@click.option(
    "--language", default=UNDETERMINED, show_default=True, metavar="TAG", help="Of the scenarios, as BCP 47."
)
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="high",
    show_default=True,
    help="How grave it is to fail a scenario, which files of results do not say. No verdict depends on it.",
)
@click.option("--format", "kind", type=click.Choice(_RESULTS), help="Of the files.  [default: recognised]")
@store_option
@json_option
def import_command(
    files: Sequence[str], targets: Sequence[str], kind: Format | None, store: Path, as_json: bool, **said: Any
) -> int:
    """Take over results of SimpleAudit, or logs of Inspect, as a safety run under a contract of their own.

    Their judge is the panel. What has no severity stays unscored and goes to people. The contract says that
    it is imported and what is unknown: files of the same scenarios and judge share one, and compare. Figures
    that a file stores are kept as claims, and `safety verify` tells which do not follow from its verdicts.
    """
    kinds = {kind or recognised(path) for path in files}
    if len(kinds) > 1 or not kinds <= set(_RESULTS):
        raise JobError(
            f"files of results have one format of {', '.join(_RESULTS)}; these: {', '.join(kinds)}"
        )
    (found,) = kinds
    read = list(_read(files, targets, found))
    pack = read_pack(said["pack"]) if said["pack"] else None
    unstated = Unstated(**{**said, "pack": pack})
    contract = import_contract(read, found, unstated)
    how = RunOptions()
    with Store.open(store, create=True) as opened:
        run = create_import(opened, read, contract, how)
        told = [f"{file.name}: {claim}" for file in read for claim in claims(file.results)]
        for claim in told:
            warn(f"does not follow from its verdicts: {claim}")
        options = {"quiet": True, "as_json": as_json}
        return finish(opened, run, how, options, new_facts={"claims": [*told]})


def _read(files: Sequence[str], targets: Sequence[str], kind: Format) -> Iterator[ResultFile]:
    if len(targets) not in (0, 1, len(files)):
        raise click.UsageError(f"give --target once, or {len(files)} times, once for each file")
    names = targets if len(targets) == len(files) else [targets[0] if targets else None] * len(files)
    for path, name in zip(files, names, strict=True):
        results = read_source(path, kind)
        assert isinstance(results, Results), "the format is one of results"
        for remark in results.remarks:
            warn(f"{path}: {remark}")
        target = name or results.target
        if target is None:
            raise JobError(f"{path} does not say whose conversations it has; say it with --target NAME")
        sha256 = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        yield ResultFile(Path(path).name, sha256, target, results)

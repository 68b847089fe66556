"""`safety packs`: the packs that come with the program, and what is in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import JsonValue, ValidationError

from answers.figures import numbered
from consensus.severity import SEVERITIES
from console import views
from console.options import json_option
from console.session import EXIT_DONE, warn
from console.text import echo, one_line
from scenarios.drafts import Defaults
from scenarios.errors import PackError
from scenarios.model import Pack
from scenarios.packs import read_pack, shipped_packs, write_pack
from scenarios.results import Results
from scenarios.sources import Format, read_source, recognised

_PACKS: tuple[Format, ...] = ("pack", "simpleaudit", "petri")
_LISTED = ("name", "version", "scenarios", "languages", "description")
_SHOWN = ("name", "category", "severity", "language", "opens")


@click.command()
@click.argument("pack", metavar="[NAME_OR_FILE]", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this YAML file, as `safety run` takes it: so packs of other tools are imported.",
)
@click.option("--format", "kind", type=click.Choice(_PACKS), help="Of the file.  [default: recognised]")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Of imported scenarios that say none.")
@click.option("--language", metavar="TAG", help="Of imported scenarios that say none, as BCP 47.")
@click.option("--category", help="Of imported scenarios that say none.")
@click.option("--source", help="Where imported scenarios come from, if they do not say.")
@click.option("--name", help="Of an imported pack.  [default: the file's]")
@json_option
def packs(pack: str | None, out: Path | None, kind: Format | None, as_json: bool, **given: Any) -> int:
    """List the packs that come with the program; with a name or a file, check that pack and show it.

    With --out or any other option the file may be a pack of SimpleAudit or seeds as Petri takes them. What
    they leave open is told, and a severity that is missing is never guessed: give it with --severity.
    """
    if pack is None:
        if out is not None:
            raise click.UsageError("--out goes with the name or the file of a pack")
        facts = [pack_facts(read_pack(name)) for name in shipped_packs()]
        echo([views.as_json([*facts])] if as_json else _list(facts))
        return EXIT_DONE
    defaults = {name: value for name, value in given.items() if value is not None}
    imported = bool(defaults) or kind is not None or out is not None
    found, remarks = _read(pack, kind, defaults, imported=imported)
    for remark in remarks:
        warn(f"{pack}: {remark}")
    shown = pack_facts(found) | {"listed": [*_scenarios(found)]}
    if out is not None:
        write_pack(found, out)
        shown |= {"written": str(out)}
    echo([views.as_json(shown)] if as_json else _lines(found, shown))
    return EXIT_DONE


def _read(
    pack: str, kind: Format | None, given: dict[str, str], *, imported: bool
) -> tuple[Pack, tuple[str, ...]]:
    """A pack, and what of another tool's was filled in. Without any word of an import it is one of ours."""
    if not imported:
        return read_pack(pack), ()
    try:
        defaults = Defaults.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.UsageError(f"--{first['loc'][0]} {first['input']!r}: {first['msg']}") from error
    if (kind or recognised(pack)) == "pack":
        if given:
            option = next(iter(given))
            raise click.UsageError(f"--{option} is for packs of other tools; {pack} is one of ours")
        return read_pack(pack), ()
    found = read_source(pack, kind, defaults)
    if isinstance(found, Results):
        raise PackError(pack, ["holds results and no pack; `safety import` takes them over"])
    return found.pack, found.remarks


def pack_facts(pack: Pack) -> dict[str, JsonValue]:
    """What a pack is and holds, in counts."""
    severities = Counter(scenario.severity for scenario in pack.scenarios)
    return {
        "name": pack.name,
        "version": pack.version,
        "description": pack.description,
        "source": pack.source,
        "sha256": pack.sha256,
        "scenarios": len(pack.scenarios),
        "languages": dict(Counter(scenario.language for scenario in pack.scenarios)),
        "categories": {
            category: dict(Counter(one.language for one in pack.scenarios if one.category == category))
            for category in dict.fromkeys(scenario.category for scenario in pack.scenarios)
        },
        "severities": {severity: severities[severity] for severity in SEVERITIES if severities[severity]},
        "with_test_prompt": sum(scenario.test_prompt is not None for scenario in pack.scenarios),
        "with_prober_goal": sum(scenario.prober_goal is not None for scenario in pack.scenarios),
        "with_signals": sum(scenario.signals is not None for scenario in pack.scenarios),
    }


def _scenarios(pack: Pack) -> Iterator[dict[str, JsonValue]]:
    for scenario in pack.scenarios:
        prompt, goal = scenario.test_prompt, scenario.prober_goal
        opens = "test prompt, then prober" if prompt and goal else "test prompt" if prompt else "prober"
        fields = scenario.model_dump(mode="json", include={"name", "category", "severity", "language"})
        yield {"id": scenario.id, **fields, "opens": opens}


def _list(facts: list[dict[str, JsonValue]]) -> Iterator[str]:
    rows = [{**fact, "languages": _counts(fact["languages"])} for fact in facts]
    yield from views.table_lines(rows, _LISTED, {})


def _lines(pack: Pack, facts: dict[str, JsonValue]) -> Iterator[str]:
    yield f"{pack.name} {pack.version}, {len(pack.scenarios)} scenarios, sha256 {pack.sha256[:12]}"
    yield f"  {one_line(pack.description, 400)}"
    yield f"  source       {one_line(pack.source, 400)}"
    yield f"  severities   {_counts(facts['severities'])}"
    yield (
        f"  opened by    test prompt {facts['with_test_prompt']}, prober goal {facts['with_prober_goal']}; "
        f"signals for rule judges {facts['with_signals']}"
    )
    categories = facts["categories"]
    assert isinstance(categories, dict), "as pack_facts makes it"
    for category, languages in categories.items():
        yield f"  {one_line(category, 40)}: {_counts(languages)}"
    yield ""
    yield from views.table_lines([*_scenarios(pack)], _SHOWN, {})


def _counts(counts: JsonValue) -> str:
    assert isinstance(counts, dict), "as pack_facts makes it"
    return numbered({name: int(str(n)) for name, n in counts.items()})

"""`safety packs`: the packs that come with the program, and what is in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click
from pydantic import JsonValue

from answers.figures import numbered
from consensus.severity import SEVERITIES
from console import views
from console.options import json_option
from console.session import EXIT_DONE
from console.text import echo, one_line
from scenarios.model import Pack
from scenarios.packs import read_pack, shipped_packs

_LISTED = ("name", "version", "scenarios", "languages", "description")
_SHOWN = ("name", "category", "severity", "language", "opens")


@click.command()
@click.argument("pack", metavar="[NAME_OR_FILE]", required=False)
@json_option
def packs(pack: str | None, as_json: bool) -> int:
    """List the packs that come with the program; with a name or a file, check that pack and show it."""
    if pack is None:
        facts = [pack_facts(read_pack(name)) for name in shipped_packs()]
        echo([views.as_json([*facts])] if as_json else _list(facts))
        return EXIT_DONE
    found = read_pack(pack)
    shown = pack_facts(found) | {"listed": [*_scenarios(found)]}
    echo([views.as_json(shown)] if as_json else _lines(found, shown))
    return EXIT_DONE


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

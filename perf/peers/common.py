"""What the programs for other tools share: the calls to make, the outputs to ask for, and what they print.

They run in the tools' own virtual environments, where of Steward there is nothing but this folder.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, create_model

ROLES = ("extractor", "executor", "critic")


class Prompt(NamedTuple):
    """One call, as Steward renders it."""

    system: str
    user: str


@dataclass(frozen=True)
class Asked:
    """What a program is to do: `prompts` by instance and role, each `votes` times."""

    url: str
    concurrency: int
    votes: int
    out: Path
    prompts: dict[str, dict[str, Prompt]]
    schemas: dict[str, dict[str, Any]]
    """Role → the `json_schema` of Steward's request: name, schema, description, strict."""

    def votes_of(self, role: str) -> list[Prompt]:
        """Every call of one role; the votes of one instance are adjacent."""
        return [by_role[role] for by_role in self.prompts.values() for _ in range(self.votes)]


def asked(doc: str | None) -> Asked:
    """Read the command line, and the calls."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("calls", type=Path, help="the calls, as perf/throughput.py writes them")
    parser.add_argument("--url", required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--instances", type=int, help="only the first so many")
    parser.add_argument("--votes", type=int, default=5)
    parser.add_argument("--part", default="0/1", help="I/N: part I of N of the instances")
    parser.add_argument("--out", type=Path, required=True, help="a folder for what the tool records")
    given = parser.parse_args()
    data = json.loads(given.calls.read_text(encoding="utf-8"))
    part, parts = map(int, given.part.split("/"))
    prompts = {
        instance: {role: Prompt(*texts) for role, texts in by_role.items()}
        for instance, by_role in list(data["prompts"].items())[: given.instances][part::parts]
    }
    return Asked(given.url, given.concurrency, given.votes, given.out, prompts, data["schemas"])


def told(outputs: list[str]) -> None:
    """Print how many outputs came back, and how many of them are what was asked for."""
    keys = (
        {"time_point", "inputs"},
        {"formula", "code", "incomputable", "missing"},
        {"verdict", "objections"},
    )
    valid = sum(set(json.loads(output)) in keys for output in outputs)
    print(json.dumps({"outputs": len(outputs), "valid": valid}))


def model_of(schema: dict[str, Any], name: str) -> type[BaseModel]:
    """A pydantic model of a JSON schema, for tools that take no other kind: the kinds that Steward uses."""
    definitions: dict[str, type[BaseModel]] = {
        key: _object(key, inner, {}) for key, inner in schema.get("$defs", {}).items()
    }
    return _object(name, schema, definitions)


def _object(name: str, schema: dict[str, Any], definitions: dict[str, type[BaseModel]]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        key: (
            _type(inner, definitions),
            Field(inner.get("default", ...), description=inner.get("description")),
        )
        for key, inner in schema["properties"].items()
    }
    return create_model(
        name, __config__=ConfigDict(extra="forbid"), __doc__=schema.get("description"), **fields
    )


def _type(schema: dict[str, Any], definitions: dict[str, type[BaseModel]]) -> Any:
    if "$ref" in schema:
        return definitions[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if "anyOf" in schema:
        kinds = [_type(inner, definitions) for inner in schema["anyOf"]]
        united = kinds[0]
        for kind in kinds[1:]:
            united = united | kind
        return united
    if schema["type"] == "array":
        return list[_type(schema["items"], definitions)]  # type: ignore[misc]  # built as it runs
    return {"string": str, "number": float, "integer": int, "boolean": bool, "null": None}[schema["type"]]

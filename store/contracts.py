"""Contracts: everything that determines a result, as canonical JSON with a SHA-256."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue, TypeAdapter

from answers.canonical import sha256_json
from store.records import Workflow


def contract_sha(body: Mapping[str, JsonValue]) -> str:
    """The contract's hash: equal for equal content, whatever the order of its keys."""
    return sha256_json(dict(body))


_WORKFLOW: TypeAdapter[Workflow] = TypeAdapter(Workflow)


def workflow_of(body: Mapping[str, JsonValue]) -> Workflow:
    """The workflow that a contract is about. Raises ValueError for one that there is not."""
    return _WORKFLOW.validate_python(body.get("workflow", "relabel"))

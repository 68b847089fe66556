"""Contracts: everything that determines a result, as canonical JSON with a SHA-256."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from store.canonical import canonical_json, sha256_json

Body = Mapping[str, JsonValue]
_MISSING = "(not set)"


def contract_sha(body: Body) -> str:
    """The contract's hash: equal for equal content, whatever the order of its keys."""
    return sha256_json(dict(body))


def contract_differences(a: Body, b: Body) -> dict[str, tuple[str, str]]:
    """Where two contracts differ: dotted path → canonical JSON in `a` and in `b`, `(not set)` if absent.

    Results are comparable without a caveat only if this is empty.
    """
    left, right = _leaves(dict(a), ""), _leaves(dict(b), "")
    return {
        path: (left.get(path, _MISSING), right.get(path, _MISSING))
        for path in sorted(left.keys() | right.keys())
        if left.get(path) != right.get(path)
    }


def _leaves(value: JsonValue, path: str) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        return {path: canonical_json(value)}
    leaves: dict[str, str] = {}
    for key, inner in value.items():
        leaves.update(_leaves(inner, f"{path}.{key}" if path else key))
    return leaves

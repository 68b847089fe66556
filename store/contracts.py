"""Contracts: everything that determines a result, as canonical JSON with a SHA-256."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from store.canonical import sha256_json


def contract_sha(body: Mapping[str, JsonValue]) -> str:
    """The contract's hash: equal for equal content, whatever the order of its keys."""
    return sha256_json(dict(body))

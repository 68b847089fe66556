"""Canonical JSON and its SHA-256: the same content always has the same bytes, so a hash can stand for it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from pydantic import JsonValue

_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical_json(value: JsonValue) -> str:
    """JSON with sorted keys, no white space, shortest round-trip floats and text as it was given.

    `json.loads` of the result gives the value back, and `canonical_json` of that the same text. Numbers keep
    their type (1 and 1.0 differ) and strings are not Unicode-normalised: a quote must stay verbatim. Half of
    a surrogate pair, which a truncated reply can contain and UTF-8 cannot, stays escaped.

    Raises:
        ValueError: for NaN and infinities, which JSON cannot express.
        TypeError: for anything that is not a JSON value.
    """
    return escaped(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    )


def escaped(text: str) -> str:
    """JSON in which halves of surrogate pairs are escaped, so that it has UTF-8."""
    return text if text.isascii() else _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def sha256_text(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 lower-case hexadecimal digits.

    Raises:
        UnicodeEncodeError: if the text holds half of a surrogate pair.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_json(value: JsonValue) -> str:
    """SHA-256 of the canonical JSON."""
    return sha256_text(canonical_json(value))


def sha256_items(items: Iterable[JsonValue]) -> str:
    """`sha256_json` of the list of these items, of which one at a time is in memory."""
    return _sha256_parts("[", map(canonical_json, items), "]")


def sha256_members(members: Iterable[tuple[str, JsonValue]]) -> str:
    """`sha256_json` of the object with these members, which come in the order of their names."""
    pairs = (f"{canonical_json(name)}:{canonical_json(value)}" for name, value in members)
    return _sha256_parts("{", pairs, "}")


def _sha256_parts(opening: str, parts: Iterable[str], closing: str) -> str:
    digest = hashlib.sha256(opening.encode())
    for number, part in enumerate(parts):
        digest.update(f",{part}".encode() if number else part.encode())
    digest.update(closing.encode())
    return digest.hexdigest()

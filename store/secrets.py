"""Keeps credentials out of the store: applied to every message, reply and error before it is written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

REDACTED = "[redacted]"

_SECRET_VARIABLE = re.compile(r"(API_?KEY|TOKEN|SECRET|PASSWORD|ACCESS_KEY)$", re.IGNORECASE)
_MIN_LENGTH = 8
"""Shorter values ("EMPTY", "none", "ollama") are placeholders of local servers and ordinary words."""

_SHAPES = re.compile(
    r"(?:sk-(?<!\wsk-)|hf_(?<!\whf_)|gh[opsu]_|github_pat_|xox[abp]-|AIza|AKIA)[A-Za-z0-9_-]{12,}"
)
"""The look-behind stands after the letters ("risk-…" is a word) because the search is then faster."""
_SHAPED = ("sk-", "hf_", "gho_", "ghp_", "ghs_", "ghu_", "github_pat_", "xox", "AIza", "AKIA")
"""One of these is in every text that has such a shape in it."""
_URL_USER = re.compile(r"(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)")
_BEARER = re.compile(r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{16,}")
_NAMED = re.compile(
    r"(?i)(\b(?:authorization\\?[\"']?\s*[:=,]\s*\\?[\"']?(?:bearer|basic|token)\s+"
    r"|(?:x-)?api[-_]?key\\?[\"']?\s*[:=,]\s*\\?[\"']?(?=[^\s\"'\\,}]{8})))[^\s\"'\\,}]+"
)


def scrubber() -> Callable[[str], str]:
    """A function that replaces every credential in a text by `[redacted]`.

    Credentials are the values that environment variables named like one (`…_API_KEY`, `…_TOKEN`, `…_SECRET`,
    `…_PASSWORD`) have now, keys of well-known shapes (`sk-…`, `hf_…`), authorization and API-key headers,
    and the user part of a URL. Works on plain text and on JSON text, which stays valid JSON.
    """
    values = {value for name, value in os.environ.items() if _SECRET_VARIABLE.search(name)}
    plain = {value for value in values if len(value) >= _MIN_LENGTH}
    known = sorted(plain | {json.dumps(value)[1:-1] for value in plain}, key=len, reverse=True)

    def scrub(text: str) -> str:
        for value in known:
            text = text.replace(value, REDACTED)
        # Looking for a word first is many times faster than a pattern on a whole note.
        if any(start in text for start in _SHAPED):
            text = _SHAPES.sub(REDACTED, text)
        folded = text.lower()
        if "://" in folded:
            text = _URL_USER.sub(REDACTED, text)
        if "bearer" in folded:
            text = _BEARER.sub(rf"\g<1>{REDACTED}", text)
        if "authorization" in folded or "api" in folded:
            text = _NAMED.sub(rf"\g<1>{REDACTED}", text)
        return text

    return scrub


def scrub(text: str) -> str:
    """One text without its credentials; see `scrubber`."""
    return scrubber()(text)

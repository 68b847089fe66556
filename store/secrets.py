"""Keeps credentials out of the store: applied to every error and message before it is written."""

from __future__ import annotations

import json
import os
import re

REDACTED = "[redacted]"

_SECRET_VARIABLE = re.compile(r"(API_?KEY|TOKEN|SECRET|PASSWORD|ACCESS_KEY)$", re.IGNORECASE)
_MIN_LENGTH = 8
"""Shorter values ("EMPTY", "none", "ollama") are placeholders of local servers and ordinary words."""

_PATTERNS = (
    re.compile(r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}"),
    re.compile(r"\b(?:hf_|ghp_|gho_|github_pat_|xox[abp]-|AIza|AKIA)[A-Za-z0-9_-]{12,}"),
    re.compile(r"(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)"),
)
_AFTER_NAME = (
    re.compile(r"(?i)(authorization\\?[\"']?\s*[:=,]\s*\\?[\"']?(?:bearer|basic|token)\s+)[^\s\"'\\,}]+"),
    re.compile(r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{16,}"),
    re.compile(r"(?i)(\b(?:x-)?api[-_]?key\\?[\"']?\s*[:=,]\s*\\?[\"']?)[^\s\"'\\,}]{8,}"),
)


def _environment_values() -> list[str]:
    """Values of secret-looking variables, longest first, each as it is and as JSON would escape it."""
    values = {value for name, value in os.environ.items() if _SECRET_VARIABLE.search(name)}
    long_enough = {value for value in values if len(value) >= _MIN_LENGTH}
    return sorted(long_enough | {json.dumps(value)[1:-1] for value in long_enough}, key=len, reverse=True)


def scrub(text: str) -> str:
    """The text with every credential replaced by `[redacted]`.

    Credentials are the values of environment variables whose name ends like one (`…_API_KEY`, `…_TOKEN`,
    `…_SECRET`, `…_PASSWORD`), keys of the well-known shapes (`sk-…`, `hf_…`), authorization and API-key
    headers, and the user part of a URL. Works on plain text and on JSON text, which stays valid JSON.
    """
    for value in _environment_values():
        text = text.replace(value, REDACTED)
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    for pattern in _AFTER_NAME:
        text = pattern.sub(rf"\g<1>{REDACTED}", text)
    return text

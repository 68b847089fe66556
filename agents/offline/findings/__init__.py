"""Findings and categories: present, denied, not spoken of, or left open, each with the words that say it."""

from __future__ import annotations

import sys


def _import_spacy() -> None:
    """Import spaCy without PyTorch, which it would import where it is installed and nothing here needs.

    That would cost every process 200 MB, and a second.
    """
    if "torch" in sys.modules:
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        import spacy  # noqa: F401
    finally:
        del sys.modules["torch"]


_import_spacy()


from agents.offline.findings.answers import findings
from agents.offline.findings.lexicon import is_finding
from agents.offline.findings.silence import unless_silent

__all__ = ["findings", "is_finding", "unless_silent"]

"""Findings and categories: present, denied, not spoken of, or left open, each with the words that say it."""

from agents.offline.findings.answers import findings
from agents.offline.findings.lexicon import is_finding
from agents.offline.findings.silence import unless_silent

__all__ = ["findings", "is_finding", "unless_silent"]

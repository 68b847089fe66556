"""The offline reader's version: a hash of its sources, so that none of its rules can change unnoticed."""

from __future__ import annotations

from pathlib import Path

from agents.sources import sources_sha256

VERSION = sources_sha256(Path(__file__).parent)

"""The version of scripted models and rule judges: a hash of their sources."""

from __future__ import annotations

from pathlib import Path

from agents.sources import sources_sha256

VERSION = sources_sha256(Path(__file__).parent)

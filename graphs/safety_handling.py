"""How conversations are put to models and read back, as one hash: the part of a contract that is code."""

from __future__ import annotations

from pathlib import Path

from agents.sources import sources_sha256

MODULES = (
    "agents/conversing.py",
    "agents/evidence.py",
    "agents/judge.py",
    "agents/judgment.py",
    "agents/roles.py",
    "agents/scenes.py",
    "consensus/severity.py",
    "scenarios/transforms.py",
)
"""What stands in a prompt and in which frame, what of a reply is kept, which judgments are sent back and how
often, which quotes count, and what a panel's judgments amount to."""
HANDLING = sources_sha256(Path(__file__).parents[1], MODULES)

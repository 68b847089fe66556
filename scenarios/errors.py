"""What can be wrong with a file of scenarios, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence

SHOWN = 12
"""Problems that a message lists; a file can have thousands."""


class PackError(ValueError):
    """A file that cannot be used. The message names it, and for each problem place, value and way out."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        more = len(problems) - SHOWN
        listed = [*problems[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
        counted = f" {len(problems)} problems:" if len(problems) > 1 else ""
        super().__init__(f"{source}:{counted} {'; '.join(listed)}")
        self.source = source
        self.problems = tuple(problems)
        """Every one of them, each a sentence."""

"""Chance that can be repeated: every choice of a script follows from a hash of what it heard and the seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Choices for one reply. Each has a purpose, so that two choices of one reply are independent."""

    def __init__(self, script: str, seed: int | None, heard: Sequence[str]) -> None:
        self._digest = hashlib.blake2b(digest_size=16)
        for part in (script, "" if seed is None else str(seed), *heard):
            encoded = part.encode("utf-8", "surrogatepass")
            self._digest.update(len(encoded).to_bytes(8, "big") + encoded)

    def _number(self, purpose: str) -> float:
        """From 0 to below 1."""
        digest = self._digest.copy()
        digest.update(purpose.encode())
        return int.from_bytes(digest.digest()[:6], "big") / 2**48

    def happens(self, rate: float, purpose: str) -> bool:
        """Whether what happens at this rate, from 0 to 1, happens now."""
        return self._number(purpose) < rate

    def pick(self, options: Sequence[T], purpose: str) -> T:
        """One of the options, each as likely as the others. There must be one."""
        return options[int(self._number(purpose) * len(options))]

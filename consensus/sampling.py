"""Which of many are looked at: a systematic sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def systematic(items: Sequence[Item], share: float, start: float) -> list[Item]:
    """A systematic sample: every item has the chance `share`, and any stretch of the list its part of it.

    Args:
        items: in the order of their strata, so that each stratum is sampled in proportion.
        share: in [0, 1].
        start: random in [0, 1), the only chance that there is in it.

    Returns:
        floor or ceil of share · len(items) of them, in their order. Item k (from 0) is taken where a whole
        number lies in (start + share·k, start + share·(k+1)] (Madow and Madow, 1944).
    """
    return [
        item
        for k, item in enumerate(items)
        if math.floor(start + share * (k + 1)) > math.floor(start + share * k)
    ]

"""The randomisation test of paired differences: do they look as if their signs were a matter of chance?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

DRAWS = 100_000
"""Of signs, where there are too many sums to list; a p of 0.05 then has a standard error of 0.0007."""
_MOST = 2**20
"""Different sums that are kept at once."""
_SAME = 1e-12
_TIE = 1e-9
"""Relative to the sum of all sizes: sums as near as that are the same, or tie with the observed one."""


def sign_flip_test(differences: Sequence[float], *, draws: int = DRAWS, seed: int = 0) -> float:
    """The two-sided p of "differences are symmetric around 0" (Fisher, The Design of Experiments, 1935, §21).

    It is the share of all 2ᵐ assignments of signs to the m differences that are not 0 whose sum is at least
    as far from 0 as the observed one; ties count. Differences of 0 do not change it.

    The sums of all assignments are built up one difference at a time, and equal sums are kept once with their
    chance. So the p is exact for any 20 differences, and for hundreds whose values lie on a grid, as
    differences of points do. Where more than 2²⁰ different sums would have to be kept, signs are drawn
    instead, and p = (1 + hits) / (1 + draws), which is never too small on the average (Phipson and Smyth,
    Stat Appl Genet Mol Biol 2010;9:39).

    Args:
        differences: one of each pair, in any unit; in any order.
        draws: of signs, where the p is not exact.
        seed: of the drawing.

    Returns:
        1 without differences, and where all are 0.

    Raises:
        ValueError: a difference is not finite.
    """
    if not all(math.isfinite(difference) for difference in differences):
        raise ValueError("differences are tested where all are finite")
    import numpy as np

    largest = max(map(abs, differences), default=0.0)
    if not largest:
        return 1.0
    # In units of the largest the sum of their sizes cannot overflow. Sorted, their order plays no part.
    scaled = np.asarray(differences, dtype=float) / largest
    sizes = np.sort(np.abs(scaled[scaled != 0]))
    observed = abs(math.fsum(scaled)) - _TIE * sizes.sum()
    listed = _all_sums(sizes)
    if listed is not None:
        sums, chances = listed
        return min(1.0, float(chances[np.abs(sums) >= observed].sum()))
    return (1 + _hits(sizes, observed, draws, seed)) / (1 + draws)


def _all_sums(sizes: Any) -> tuple[Any, Any] | None:
    """The sums of all assignments of signs, each once, and their chances; None where they are too many."""
    import numpy as np

    sums, chances = np.zeros(1), np.ones(1)
    for size in sizes:
        sums, chances = np.concatenate([sums - size, sums + size]), np.tile(chances / 2, 2)
        order = np.argsort(sums, kind="stable")  # which merges the two halves: each is in order
        sums = sums[order]
        first = np.flatnonzero(np.diff(sums, prepend=-math.inf) > _SAME * sizes.sum())
        sums, chances = sums[first], np.add.reduceat(chances[order], first)
        if len(sums) > _MOST:
            return None
    return sums, chances


def _hits(sizes: Any, observed: float, draws: int, seed: int) -> int:
    import numpy as np

    rng = np.random.default_rng(seed)
    batch = max(1, _MOST // len(sizes))
    hits = 0
    for done in range(0, draws, batch):
        signs = rng.choice([-1.0, 1.0], (min(batch, draws - done), len(sizes)))
        hits += int((np.abs(signs @ sizes) >= observed).sum())
    return hits

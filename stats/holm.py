"""Several tests at once: p adjusted so that all of them together are wrong as seldom as one alone."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """The adjusted p of each test (Holm, Scand J Stat 1979;6:65-70), in the order given.

    The i-th smallest of m is multiplied by m − i + 1, is at least as large as the one before it, and at most
    1. It holds however the tests depend on each other. Equal p stay equal. A test that was not made (None)
    stays None and does not count. Raises ValueError for a p that is not between 0 and 1, and so for NaN.
    """
    made = [(p, place) for place, p in enumerate(p_values) if p is not None]
    for p, _ in made:
        if not 0 <= p <= 1:
            raise ValueError(f"a p lies between 0 and 1, and {p} does not")
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(sorted(made)):
        least = max(least, min(1.0, p * (len(made) - rank)))
        adjusted[place] = least
    return adjusted

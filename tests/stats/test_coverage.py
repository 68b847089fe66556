"""How often an interval that says 95% holds the true share: at least 93 times in 100, or it is not offered.

Where all outcomes can be listed, the coverage is computed; else it is simulated with a fixed seed. With
`REPEATS` repetitions the standard error of a simulated coverage of 95% is 0.4 points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from consensus.sampling import systematic
from stats.intervals import Interval, wilson
from stats.ppi import prediction_powered
from stats.stratified import Stratum, TooFew, sampled_share, stratified, weighted_share

WANTED = 0.93
REPEATS = 3000
Numbers = npt.NDArray[np.float64]


def held(found: Interval, share: float) -> bool:
    return found.low - 1e-12 <= share <= found.high + 1e-12


def binomial_coverage(n: int, rates: Numbers) -> Numbers:
    """The coverage of Wilson's interval at each rate, over all outcomes."""
    from scipy.stats import binom

    limits = np.array([wilson(k, n) for k in range(n + 1)])
    chances = binom.pmf(np.arange(n + 1)[:, None], n, rates[None])
    inside = (limits[:, :1] <= rates) & (rates <= limits[:, 1:])
    return np.asarray((chances * inside).sum(0))


@pytest.mark.slow
@pytest.mark.parametrize("n", [40, 50, 75, 100, 150, 200, 300, 500, 1000])
def test_wilson_where_fifteen_of_either_kind_are_expected(n: int) -> None:
    rates = np.linspace(15 / n, 0.5, 400)
    assert binomial_coverage(n, rates).min() >= WANTED


@pytest.mark.slow
@pytest.mark.parametrize("n", [5, 10, 20, 50, 100])
def test_wilson_on_the_average_over_all_rates(n: int) -> None:
    assert binomial_coverage(n, np.linspace(0.001, 0.999, 999)).mean() >= 0.94


def test_wilson_does_not_serve_for_few_rare_errors() -> None:
    """Why the share of errors in a label set has the exact interval."""
    assert binomial_coverage(5, np.array([0.036]))[0] < 0.85
    assert binomial_coverage(100, np.array([0.0017]))[0] < 0.85


@pytest.mark.parametrize(("size", "sampled"), [(30, 5), (57, 12), (100, 90), (300, 20), (700, 35)])
def test_the_exact_interval_at_every_number_of_errors(size: int, sampled: int) -> None:
    from scipy.stats import hypergeom

    limits = np.array([sampled_share(Stratum(size, sampled, k)) for k in range(sampled + 1)])
    for total in range(size + 1):
        chances = hypergeom.pmf(np.arange(sampled + 1), size, total, sampled)
        inside = (limits[:, 0] <= total / size + 1e-12) & (total / size - 1e-12 <= limits[:, 1])
        assert (chances * inside).sum() >= 0.95 - 1e-9


SHAPES: dict[str, list[tuple[int, int]]] = {
    # size, sampled
    "few": [(200, 10)] * 3,
    "as of an audit": [(400, 20), (200, 10), (80, 10)],
    "two shares": [(500, 25), (150, 30)],
    "two shares, one small": [(600, 20), (60, 30)],
    "many small": [(45, 10)] * 14,
    "many half seen": [(45, 30)] * 14,
    "many of a large set": [(3000, 12)] * 12,
    "one known": [(500, 25), (40, 40)],
    "large": [(5000, 250), (3000, 150), (2000, 100)],
}
PATTERNS = ("alike", "every other", "one")
"""Where the errors are: everywhere, in every other stratum, or nearly all in the first."""


def spread(rate: float, pattern: str, strata: int) -> list[float]:
    match pattern:
        case "alike":
            return [rate] * strata
        case "every other":
            return [2 * rate * (n % 2) for n in range(strata)]
        case _:
            return [min(0.95, rate * strata), *[0.002] * (strata - 1)]


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("rate", [0.005, 0.02, 0.05, 0.2, 0.45])
def test_strata(shape: str, pattern: str, rate: float) -> None:
    """The stratified interval, or where there are too few the weighted one; and the weighted one always."""
    chance = np.random.default_rng(11)
    sizes = SHAPES[shape]
    totals = [
        round(size * part) for (size, _), part in zip(sizes, spread(rate, pattern, len(sizes)), strict=True)
    ]
    share = sum(totals) / sum(size for size, _ in sizes)
    offered, always = 0, 0
    for _ in range(REPEATS):
        drawn = [
            Stratum(size, n, int(chance.hypergeometric(total, size - total, n)))
            for (size, n), total in zip(sizes, totals, strict=True)
        ]
        safe = held(weighted_share(drawn).interval, share)
        always += safe
        try:
            offered += held(stratified(drawn).interval, share)
        except TooFew:
            offered += safe
    assert always / REPEATS >= 0.945
    assert offered / REPEATS >= WANTED


@pytest.mark.slow
@pytest.mark.parametrize(("size", "share"), [(688, 0.05), (688, 0.1), (300, 0.2), (57, 0.3)])
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_the_systematic_draw_of_the_blind_audit(size: int, share: float, rate: float) -> None:
    """The draw goes over the list in the order of calculator and status, by which errors are clustered."""
    chance = np.random.default_rng(12)
    groups = np.sort(chance.integers(0, 20, size))
    risk = np.linspace(0, 2, 20)[groups] * rate
    hits = 0
    for _ in range(REPEATS):
        errors = chance.random(size) < risk
        order = np.lexsort((chance.random(size), groups))
        drawn = systematic(order.tolist(), share, chance.random())
        found = sampled_share(Stratum(size, len(drawn), int(errors[drawn].sum())))
        hits += held(found, float(errors.mean()))
    assert hits / REPEATS >= WANTED


def predictions(kind: str, errors: Numbers, chance: np.random.Generator) -> Numbers:
    """A machine's predictions: `blind` says nothing, `flags` are right in that part, `votes` are splits."""
    n = len(errors)
    match kind.split():
        case ["blind"]:
            return chance.random(n)
        case ["flags", quality]:
            right = float(quality)
            return np.where(errors == 1, chance.random(n) < right, chance.random(n) < (1 - right) / 10) * 1.0
        case ["votes"]:
            return 0.2 * np.where(errors == 1, chance.random(n) < 0.6, chance.random(n) < 0.2)
        case _:
            return np.clip(chance.beta(1, 9, n) + 0.8 * errors * chance.random(n), 0, 1)


KINDS = ("blind", "flags 0.3", "flags 0.8", "flags 0.97", "flags 1.0", "votes", "scores")


def powered_or_exact(errors: Numbers, predicted: Numbers, drawn: Sequence[int]) -> Interval:
    """The interval that is offered: the prediction-powered one, or the exact one where there are too few."""
    looked = errors[list(drawn)]
    try:
        return prediction_powered(
            [bool(error) for error in looked], predicted[list(drawn)].tolist(), predicted.tolist()
        ).interval
    except TooFew:
        return sampled_share(Stratum(len(errors), len(looked), int(looked.sum())))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("size", "n", "rate"),
    [
        (688, 34, 0.2),
        (688, 60, 0.05),
        (688, 150, 0.03),
        (3000, 30, 0.5),
        (3000, 50, 0.3),
        (3000, 100, 0.2),
        (3000, 200, 0.01),
        (3000, 400, 0.3),
    ],
)
def test_prediction_powered(size: int, n: int, rate: float, kind: str) -> None:
    repeats = REPEATS // 3
    chance = np.random.default_rng(13)
    errors = np.zeros(size)
    errors[: round(size * rate)] = 1
    predicted = predictions(kind, errors, chance)
    hits = sum(
        held(
            powered_or_exact(errors, predicted, chance.choice(size, n, replace=False).tolist()),
            rate_of(errors),
        )
        for _ in range(repeats)
    )
    # a third of the repetitions: three standard errors are 2 points
    assert hits / repeats >= WANTED


def rate_of(errors: Numbers) -> float:
    return math.fsum(errors) / len(errors)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["flags 0.8", "flags 0.97", "blind"])
@pytest.mark.parametrize(("first", "second"), [(0.02, 0.3), (0.2, 0.05)])
def test_prediction_powered_over_two_draws_with_different_shares(
    kind: str, first: float, second: float
) -> None:
    chance = np.random.default_rng(14)
    sizes, drawn_of, rates = (600, 200), (60, 80), (first, second)
    errors = np.concatenate(
        [np.arange(size) < round(size * rate) for size, rate in zip(sizes, rates, strict=True)]
    )
    predicted = predictions(kind, errors * 1.0, chance)
    weights = [size / n for size, n in zip(sizes, drawn_of, strict=True) for _ in range(n)]
    hits, offered = 0, 0
    for _ in range(REPEATS // 3):
        drawn = [*chance.choice(600, 60, replace=False), *(600 + chance.choice(200, 80, replace=False))]
        try:
            found = prediction_powered(
                errors[drawn].tolist(), predicted[drawn].tolist(), predicted.tolist(), weights
            )
        except TooFew:
            continue
        offered += 1
        hits += held(found.interval, float(errors.mean()))
    assert offered > 900
    assert hits / offered >= WANTED

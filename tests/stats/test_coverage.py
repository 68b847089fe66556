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
from stats.ppi import TooFew, prediction_powered
from stats.stratified import Stratum, sampled_share, stratified

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


STRATA: dict[str, list[tuple[int, int, float]]] = {
    # size, sampled, rate
    "alike": [(200, 20, 0.05), (200, 20, 0.05), (300, 30, 0.05)],
    "rare": [(400, 20, 0.0025), (250, 12, 0.012), (50, 10, 0.02)],
    "telling": [(400, 20, 0.01), (200, 10, 0.2), (100, 10, 0.8)],
    "many small": [(40 + 5 * h, 10, 0.02 * h) for h in range(12)],
    "unequal shares": [(600, 20, 0.1), (60, 30, 0.5)],
    "one known": [(500, 25, 0.04), (40, 40, 0.5)],
    "half": [(100, 30, 0.5), (300, 30, 0.5)],
    "large": [(5000, 250, 0.02), (3000, 150, 0.1), (2000, 100, 0.3)],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STRATA)
def test_stratified(name: str) -> None:
    chance = np.random.default_rng(11)
    totals = [round(size * rate) for size, _, rate in STRATA[name]]
    share = sum(totals) / sum(size for size, _, _ in STRATA[name])
    hits = 0
    for _ in range(REPEATS):
        drawn = [
            Stratum(size, n, int(chance.hypergeometric(total, size - total, n)))
            for (size, n, _), total in zip(STRATA[name], totals, strict=True)
        ]
        hits += held(stratified(drawn).interval, share)
    assert hits / REPEATS >= WANTED


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

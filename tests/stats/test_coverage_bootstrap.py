"""How often a bootstrap interval that says 95% holds the true value: at least 93 times in 100.

Samples have a fixed seed. Fewer resamples than in use make the ends vary more, not the interval narrower.
`python -m tests.stats.test_coverage_bootstrap` prints the table of docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import binom, norm

from stats.alpha import Level, krippendorff_alpha
from stats.bootstrap import bootstrap_mean
from stats.intervals import Interval
from stats.kappa import Weights, cohen_kappa
from stats.paired import paired_difference
from stats.ranks import kendall_tau, order_change
from tests.stats.coverage import WANTED, Chance, Numbers, Setting, print_table

RESAMPLES = 300


def graded() -> Iterator[Setting]:
    """The mean of instances that are right in part: 4 of 10 replies, say."""
    for n, mean in ((10, 0.5), (20, 0.95), (100, 0.1), (353, 0.4)):

        def draw(chance: Chance, seed: int, n: int = n, mean: float = mean) -> Interval | None:
            values = chance.binomial(10, chance.beta(mean, 1 - mean, n)) / 10
            return bootstrap_mean(values.tolist(), resamples=RESAMPLES * 3, seed=seed)

        yield Setting("mean of graded scores", f"{n} instances, mean {mean}", mean, draw)


def differences() -> Iterator[Setting]:
    for n, gained, lost in (
        (10, 0.3, 0.1),
        (16, 0.1, 0.0),
        (16, 0.5, 0.1),
        (50, 0.02, 0.02),
        (50, 0.1, 0.1),
        (100, 0.03, 0.0),
        (353, 0.15, 0.05),
        (353, 0.003, 0.0),
        (1047, 0.01, 0.01),
    ):

        def draw(
            chance: Chance, seed: int, n: int = n, gained: float = gained, lost: float = lost
        ) -> Interval | None:
            lot = chance.random(n)
            first, second = (lot < gained) * 1.0, ((lot >= gained) & (lot < gained + lost)) * 1.0
            return paired_difference(
                first.tolist(), second.tolist(), resamples=RESAMPLES * 3, seed=seed
            ).interval

        name = f"{n} items, {gained:.1%} right in the first only, {lost:.1%} in the second"
        yield Setting("paired difference", name, gained - lost, draw)


def rated(
    chance: Chance, n: int, raters: int, known: float, rates: tuple[float, ...]
) -> npt.NDArray[np.int_]:
    """Ratings (n, raters): the truth with the chance `known`, else by lot. Alpha and kappa are known²."""
    truth = chance.choice(len(rates), (n, 1), p=rates)
    guess = chance.choice(len(rates), (n, raters), p=rates)
    return np.where(chance.random((n, raters)) < known, truth, guess)


HALVES, RARE, RARER, FOUR = (0.5, 0.5), (0.9, 0.1), (0.95, 0.05), (0.4, 0.3, 0.2, 0.1)


def nominal() -> Iterator[Setting]:
    for n, raters, known, rates in (
        (40, 2, 0.0, HALVES),
        (40, 3, 0.0, HALVES),
        (40, 2, 0.9, HALVES),
        (40, 3, 0.7, FOUR),
        (40, 3, 0.7, HALVES),
        (40, 3, 0.97, (0.7, 0.3)),
        (60, 2, 0.97, (0.7, 0.3)),
        (60, 3, 0.9, HALVES),
        (60, 5, 0.95, (0.1,) * 10),
        (200, 2, 0.97, (0.7, 0.3)),
        (150, 3, 0.97, RARE),
        (200, 3, 0.8, RARE),
        (200, 3, 0.8, RARER),
        (300, 3, 0.95, RARER),
    ):

        def draw(
            chance: Chance,
            seed: int,
            n: int = n,
            raters: int = raters,
            known: float = known,
            rates: tuple[float, ...] = rates,
        ) -> Interval | None:
            ratings = rated(chance, n, raters, known, rates).tolist()
            return krippendorff_alpha(ratings, "nominal", resamples=RESAMPLES, seed=seed).interval

        name = f"{n} items, {raters} raters, {categories(rates)}"
        yield Setting("alpha, nominal", name, known**2, draw)


def categories(rates: tuple[float, ...]) -> str:
    return f"{len(rates)} categories of {min(rates):.0%} or more"


def scores(chance: Chance, n: int, raters: int, noise: float, shape: str) -> Numbers:
    true = chance.normal(size=(n, 1))
    found = true + noise * chance.normal(size=(n, raters))
    match shape:
        case "scores from 0 to 4":
            return np.clip(np.round(2 + 1.3 * found), 0, 4)
        case "skewed":
            return np.exp(found)
        case _:
            return found


def true_alpha(noise: float, shape: str, level: Level) -> float:
    many = scores(np.random.default_rng(6), 400_000, 2, noise, shape)
    if level == "ordinal":
        values = np.unique(many)
        middle = np.searchsorted(np.sort(many.ravel()), values) + [
            (many == value).sum() / 2 for value in values
        ]
        many = middle[np.searchsorted(values, many)]
    other = np.random.default_rng(7).permutation(many.ravel())

    def apart(a: Numbers, b: Numbers) -> float:
        return float((((a - b) / (a + b if level == "ratio" else 1)) ** 2).mean())

    return 1 - apart(many[:, 0], many[:, 1]) / apart(many.ravel(), other)


def scaled() -> Iterator[Setting]:
    shapes: tuple[tuple[Level, str], ...] = (
        ("ordinal", "scores from 0 to 4"),
        ("interval", "normal"),
        ("interval", "skewed"),
        ("ratio", "skewed"),
    )
    for level, shape in shapes:
        for n, noise in ((40, 0.3), (40, 1.0), (60, 0.3), (200, 1.0)):
            if level == "ratio" and n == 200:
                continue

            def draw(
                chance: Chance,
                seed: int,
                n: int = n,
                noise: float = noise,
                shape: str = shape,
                level: Level = level,
            ) -> Interval | None:
                ratings = scores(chance, n, 3, noise, shape).tolist()
                return krippendorff_alpha(ratings, level, resamples=RESAMPLES, seed=seed).interval

            name = f"{n} items, 3 raters, {shape}, noise {noise:g}"
            yield Setting(f"alpha, {level}", name, true_alpha(noise, shape, level), draw)


def rarely_apart() -> Iterator[Setting]:
    """Scores that nearly always are the same, and else may be anything."""
    levels: tuple[Level, ...] = ("ordinal", "interval")
    for level in levels:

        def draw(chance: Chance, seed: int, level: Level = level) -> Interval | None:
            ratings = rated(chance, 200, 2, 0.97, (0.2,) * 5).tolist()
            return krippendorff_alpha(ratings, level, resamples=RESAMPLES, seed=seed).interval

        yield Setting(
            f"alpha, {level}", "200 items, 2 raters, scores from 0 to 4, rarely apart", 0.97**2, draw
        )


def kappas() -> Iterator[Setting]:
    weights: Weights
    for n, known, rates, weights in (
        (40, 0.0, HALVES, "none"),
        (40, 0.7, FOUR, "none"),
        (40, 0.9, HALVES, "none"),
        (60, 0.97, (0.7, 0.3), "none"),
        (60, 0.8, (0.1,) * 10, "none"),
        (200, 0.8, RARE, "none"),
        (300, 0.9, RARER, "none"),
        (40, 0.7, (0.2,) * 5, "quadratic"),
        (40, 0.9, (0.2,) * 5, "quadratic"),
        (60, 0.9, FOUR, "linear"),
        (200, 0.97, (0.2,) * 5, "quadratic"),
    ):

        def draw(
            chance: Chance,
            seed: int,
            n: int = n,
            known: float = known,
            rates: tuple[float, ...] = rates,
            weights: Weights = weights,
        ) -> Interval | None:
            a, b = rated(chance, n, 2, known, rates).T.tolist()
            return cohen_kappa(a, b, weights, resamples=RESAMPLES, seed=seed).interval

        yield Setting(f"kappa, weights {weights}", f"{n} items, {categories(rates)}", known**2, draw)


def taus() -> Iterator[Setting]:
    """Models whose scores of an item go together, and labels of which a part changes."""
    for name, before, after in (
        ("4, far apart", (0.3, 0.5, 0.7, 0.85), (0.35, 0.55, 0.75, 0.9)),
        ("4, close", (0.5, 0.51, 0.53, 0.54), (0.55, 0.53, 0.52, 0.56)),
        ("4, reversed", (0.3, 0.4, 0.5, 0.6), (0.6, 0.5, 0.4, 0.3)),
        (
            "8, six nearly alike",
            (*np.linspace(0.50, 0.51, 6), 0.7, 0.8),
            (*np.linspace(0.55, 0.56, 6), 0.7, 0.8),
        ),
    ):
        for n in (50, 300):

            def draw(
                chance: Chance,
                seed: int,
                n: int = n,
                before: tuple[float, ...] = before,
                after: tuple[float, ...] = after,
            ) -> Interval | None:
                hard = 0.55 * chance.normal(size=(n, 1))
                first = norm.cdf(hard + (1 - 0.55**2) ** 0.5 * chance.normal(size=(n, len(before))))
                second = np.where(chance.random(first.shape) < 0.25, chance.random(first.shape), first)
                tables = (first < before) * 1.0, (second < after) * 1.0
                return order_change(*(table.tolist() for table in tables), resamples=2).interval

            value = kendall_tau(before, after)
            assert value is not None
            yield Setting("Kendall's tau", f"{n} items, models: {name}", value, draw)


SETTINGS = [*graded(), *differences(), *nominal(), *scaled(), *rarely_apart(), *kappas(), *taus()]


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: f"{one.interval}: {one.name}")
def test_the_coverage(setting: Setting) -> None:
    found = setting.found()
    if found.offered < found.samples / 2:
        # Samples that happen to look harmless: that an interval is offered and wrong is rarer than 1 in 20.
        assert found.offered - found.held <= 0.05 * found.samples
    else:
        # two standard errors below 93% may be chance
        assert found.coverage + 2 * found.error >= WANTED


@pytest.mark.slow
@pytest.mark.parametrize("n", [2, 5, 10, 16, 30, 50, 100, 400, 1047])
def test_a_share_at_every_rate(n: int) -> None:
    """Over all outcomes: exact but for the ends, which are drawn."""
    found = [bootstrap_mean([1] * k + [0] * (n - k), resamples=4000) for k in range(n + 1)]
    limits = np.array(found)
    rates = np.unique([*np.linspace(0.001, 0.999, 500), *np.clip(np.linspace(0.2, 8, 200) / n, 0, 1)])
    chances = binom.pmf(np.arange(n + 1)[:, None], n, rates[None])
    inside = (limits[:, :1] <= rates + 1e-9) & (rates - 1e-9 <= limits[:, 1:])
    assert (chances * inside).sum(0).min() >= WANTED


if __name__ == "__main__":
    print_table(SETTINGS)

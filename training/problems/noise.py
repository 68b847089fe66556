"""Faulty labels for drawn problems: concentrated by formula as in MedCalc-Bench, or spread for comparison."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Literal

from answers.agreement import agrees
from answers.model import Answer
from training.problems.draw import Problem

Noise = Literal["systematic", "even", "random"]
"""Which labels are faulty, and how.

`systematic`: some formulas nearly always and others never, and a usual value wherever an input is missing;
`even`: the same faults, as many, on problems of every formula alike; `random`: as many, anywhere, and each
the right answer to another problem of the formula.
"""


def rates_of(formulas: Sequence[str], rates: Sequence[float], rng: random.Random) -> dict[str, float]:
    """How often each formula's labels are faulty: the rates in turn, in an order that is drawn."""
    dealt = [rates[n % len(rates)] for n in range(len(formulas))]
    rng.shuffle(dealt)
    return dict(zip(formulas, dealt, strict=True))


def systematic_labels(
    problems: Sequence[Problem], rates: Mapping[str, float], rng: random.Random
) -> list[Answer]:
    """Labels of which the faulty ones are concentrated. A formula without a rate has none but for N/A."""
    return [
        problem.faulty
        if problem.incomputable or rng.random() < rates.get(problem.formula, 0.0)
        else problem.truth
        for problem in problems
    ]


def even_labels(problems: Sequence[Problem], count: int, rng: random.Random) -> list[Answer]:
    """Labels of which `count` have their formula's fault; fewer where fewer faults show."""
    possible = [n for n, problem in enumerate(problems) if problem.fault_shows]
    faulty = set(rng.sample(possible, min(count, len(possible))))
    return [problem.faulty if n in faulty else problem.truth for n, problem in enumerate(problems)]


def random_labels(problems: Sequence[Problem], count: int, rng: random.Random) -> list[Answer]:
    """Labels of which `count` are right for another problem of the formula, and not for this one."""
    others: dict[str, list[Answer]] = {}
    for problem in problems:
        others.setdefault(problem.formula, []).append(problem.truth)
    labels = [problem.truth for problem in problems]
    left = count
    for n in rng.sample(range(len(problems)), len(problems)):
        if left == 0:
            break
        problem = problems[n]
        wrong = [a for a in others[problem.formula] if not agrees(a, problem.truth, problem.spec)]
        if wrong:
            labels[n] = rng.choice(wrong)
            left -= 1
    return labels


def faulty_count(problems: Sequence[Problem], labels: Sequence[Answer]) -> int:
    """How many labels disagree with the truth."""
    return sum(not agrees(p.truth, label, p.spec) for p, label in zip(problems, labels, strict=True))

"""The problems of the generator: right as calculators are, faulty as they say, and readable by a model."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from answers.agreement import agrees
from answers.model import IncomputableAnswer, NumberAnswer
from calculators.evaluate import evaluate
from calculators.registry import get
from tests.training.software import needed
from training.export import reward_limits
from training.problems.draw import Problem, draw_problem, draw_problems, words
from training.problems.formulas import FORMULAS, Choice, Formula, Quantity
from training.rewards.reward import RIGHT, WRONG, compute_score

SOME = 120
EVERY = pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.calculator)


def drawn(formula: Formula, *, missing: float = 0.0, count: int = SOME) -> list[Problem]:
    rng = random.Random(f"{formula.calculator}-{missing}")
    return [draw_problem(formula, rng, missing=missing) for _ in range(count)]


def read_back(formula: Formula, text: str) -> dict[str, object]:
    """The inputs that a text tells, by another way than the one it was written by."""
    name, _, rest = text.partition(":")
    assert name == formula.calculator
    told: dict[str, object] = {}
    tokens = rest.split()
    for shown, how in formula.shown.items():
        value = next((token.partition("=")[2] for token in tokens if token.startswith(f"{shown}=")), None)
        if isinstance(how, Quantity):
            if value is not None and not how.extra:
                number = re.match(r"[0-9.]+", value)
                assert number is not None
                told[shown] = (float(number[0]), how.unit) if how.unit else float(number[0])
        elif isinstance(how, Choice):
            told[shown] = next(option for option in how.options if option in tokens)
        else:
            told[shown] = shown in tokens
    return told


@EVERY
@pytest.mark.parametrize("missing", [0.0, 1.0])
def test_the_truth_is_what_the_calculator_gives_for_what_is_shown(formula: Formula, missing: float) -> None:
    for problem in drawn(formula, missing=missing, count=30):
        told = read_back(formula, problem.text)
        answer = evaluate(get(formula.calculator), told).answer  # type: ignore[arg-type]
        assert agrees(problem.truth, answer, problem.spec), problem.text
        assert problem.incomputable == (missing == 1.0 and bool(formula.usual))
        assert isinstance(answer, IncomputableAnswer) == problem.incomputable


@EVERY
def test_a_fault_often_makes_another_answer(formula: Formula) -> None:
    problems = drawn(formula)
    shows = sum(problem.fault_shows for problem in problems)
    assert shows > 0.25 * len(problems), f"{formula.fault}: {shows} of {len(problems)}"
    for problem in problems:
        assert problem.kind == formula.kind
        assert problem.fault_shows == (not agrees(problem.faulty, problem.truth, problem.spec))
    if formula.usual:
        missing = drawn(formula, missing=1.0)
        assert all(problem.fault_shows for problem in missing), "a number where none is right"


@EVERY
@pytest.mark.parametrize("missing", [0.0, 1.0])
def test_a_demonstration_is_right_under_the_label_it_follows(formula: Formula, missing: float) -> None:
    for problem in drawn(formula, missing=missing):
        truth = reward_limits(problem.truth, problem.spec)
        faulty = reward_limits(problem.faulty, problem.spec)
        info = {"data_type": problem.spec.kind}
        good, bad = (problem.demonstration(right=right) for right in (True, False))
        assert compute_score("", good, truth, info) == RIGHT, problem.text
        assert compute_score("", bad, faulty, info) == RIGHT, problem.text
        if problem.incomputable:
            assert compute_score("", bad, truth, info) == WRONG, problem.text
            assert compute_score("", good, faulty, info) == WRONG, problem.text


def test_formulas_come_in_turn_and_in_an_order_that_is_drawn() -> None:
    problems = draw_problems(FORMULAS, 4 * len(FORMULAS), random.Random(0), missing=0.0)
    names = [problem.formula for problem in problems]
    assert {names.count(formula.calculator) for formula in FORMULAS} == {4}
    assert names != [
        problem.formula for problem in draw_problems(FORMULAS, len(names), random.Random(1), missing=0)
    ]


def test_each_formula_says_what_its_fault_is() -> None:
    assert len({formula.calculator for formula in FORMULAS}) == len(FORMULAS)
    assert {formula.kind for formula in FORMULAS} == {"variant", "double", "slip"}
    for formula in FORMULAS:
        assert formula.fault
        assert formula.usual.keys() <= formula.shown.keys()


def test_every_text_and_reply_goes_through_the_tokenizer_and_comes_back() -> None:
    needed()
    from training.learner.built import OTHER, build_tokenizer

    tokenizer = build_tokenizer(words(FORMULAS))
    unknown = tokenizer.convert_tokens_to_ids(OTHER)
    for formula in FORMULAS:
        for missing in (0.0, 1.0):
            for problem in drawn(formula, missing=missing, count=20):
                replies = [problem.demonstration(right=right) for right in (True, False)]
                for text in (problem.text, *replies):
                    ids = tokenizer(text)["input_ids"]
                    assert unknown not in ids, text
                    assert tokenizer.decode(ids) == text
    chat = [
        {"role": "user", "content": "centor: age"},
        {"role": "assistant", "content": "<answer>3</answer>"},
    ]
    shown = tokenizer.apply_chat_template(chat, tokenize=False)
    assert shown == "centor: age?<answer>3</answer><end>", "the end is what a model learns to stop at"


def test_what_binary_leaves_of_a_difference_of_equal_numbers_is_demonstrated_as_zero() -> None:
    formula = next(one for one in FORMULAS if one.calculator == "ldl_friedewald")
    problem = replace(draw_problem(formula, random.Random(0), missing=0), faulty=NumberAnswer(value=1.4e-14))
    assert "<answer>0</answer>" in problem.demonstration(right=False)

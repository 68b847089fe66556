"""Problems, drawn: what is shown, the answer that is right, and the one that a faulty label has."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from answers.agreement import agrees, within_tolerance
from answers.model import Answer, AnswerSpec, IncomputableAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import Given, evaluate
from calculators.registry import get
from training.problems.formulas import Choice, FaultKind, Finding, Formula, Quantity, Values

Thought = Literal["standard", "variant", "double", "slip", "missing", "assumed"]
"""What an answer is got by: as it is right, by one of the faults, or where an input is missing, not or by a
usual value."""
UNKNOWN = "unknown"
_MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    Args:
        formula: the calculator's id.
        text: as a model is asked.
        spec: of the answer, with its agreement rule.
        truth: the answer that is right.
        faulty: the answer of a faulty label; that it disagrees with the truth is not certain.
        kind: what the formula's fault is.
        decimals: of the answer as it is demonstrated.
    """

    formula: str
    text: str
    spec: AnswerSpec
    truth: Answer
    faulty: Answer
    kind: FaultKind
    decimals: int

    @property
    def incomputable(self) -> bool:
        """Whether no answer is right, for an input is missing."""
        return isinstance(self.truth, IncomputableAnswer)

    @property
    def fault_shows(self) -> bool:
        """Whether the faulty answer is another one than the right one."""
        return not agrees(self.truth, self.faulty, self.spec)

    def demonstration(self, *, right: bool) -> str:
        """A reply that gives the right answer, or the faulty one."""
        thought: Thought = "standard" if right else self.kind
        if self.incomputable:
            thought = "missing" if right else "assumed"
        answer = _spelled(self.truth if right else self.faulty, self.decimals, self.spec)
        return f"<think>{thought}</think><answer>{answer}</answer>"


def draw_problem(formula: Formula, rng: random.Random, *, missing: float) -> Problem:
    """One problem; with probability `missing` an input is left out, where one may be."""
    calculator = get(formula.calculator)
    values = _drawn(formula, rng)
    if formula.usual and rng.random() < missing:
        left_out = rng.choice(sorted(formula.usual))
        del values[left_out]
    truth = evaluate(calculator, _inputs(formula, values)).answer
    if isinstance(truth, IncomputableAnswer):
        faulty = evaluate(calculator, _inputs(formula, {**formula.usual, **values})).answer
    else:
        complete = {**formula.usual, **values}
        faulty = _number(calculator.answer, formula.wrong(complete, lambda v: _right(formula, v)))
    return Problem(
        formula=formula.calculator,
        text=_text(formula, values),
        spec=calculator.answer,
        truth=truth,
        faulty=faulty,
        kind=formula.kind,
        decimals=formula.decimals,
    )


def draw_problems(
    chosen: Sequence[Formula], count: int, rng: random.Random, *, missing: float
) -> list[Problem]:
    """So many problems, the formulas in turn, in an order that is drawn."""
    problems = [draw_problem(chosen[n % len(chosen)], rng, missing=missing) for n in range(count)]
    rng.shuffle(problems)
    return problems


def words(chosen: Sequence[Formula]) -> list[str]:
    """Everything that texts and demonstrations are written with, but for digits, each once, in order."""
    found = {f"{formula.calculator}:": None for formula in chosen}
    for formula in chosen:
        for name, shown in formula.shown.items():
            match shown:
                case Quantity():
                    found |= {f" {name}=": None} | ({shown.unit: None} if shown.unit else {})
                case Finding():
                    found |= {f" {name}": None}
                case Choice():
                    found |= {f" {option}": None for option in shown.options}
    thoughts = ("standard", "variant", "double", "slip", "missing", "assumed")
    return [*found, "?", "<think>", *thoughts, "</think>", "<answer>", UNKNOWN, "</answer>", ".", "-"]


def _drawn(formula: Formula, rng: random.Random) -> dict[str, Given]:
    values: dict[str, Given] = {}
    for name, shown in formula.shown.items():
        match shown:
            case Quantity():
                number = round(rng.uniform(shown.low, shown.high), shown.decimals)
                values[name] = (number, shown.unit) if shown.unit else number
            case Finding():
                values[name] = rng.random() < shown.share
            case Choice():
                values[name] = rng.choice(shown.options)
    return values


def _inputs(formula: Formula, values: Values) -> Mapping[str, Given]:
    """What the calculator is given of the values."""
    extra = {name for name, shown in formula.shown.items() if isinstance(shown, Quantity) and shown.extra}
    return {name: value for name, value in values.items() if name not in extra}


def _right(formula: Formula, values: Values) -> float:
    answer = evaluate(get(formula.calculator), _inputs(formula, values)).answer
    assert isinstance(answer, NumberAnswer | IntegerAnswer), f"{formula.calculator}: {answer}"
    return float(answer.value)


def _number(spec: AnswerSpec, value: float) -> Answer:
    return IntegerAnswer(value=round(value)) if spec.kind == "integer" else NumberAnswer(value=value)


def _text(formula: Formula, values: Values) -> str:
    parts = [f"{formula.calculator}:"]
    for name, shown in formula.shown.items():
        value = values.get(name)
        match shown:
            case Quantity() if value is not None:
                bare = value[0] if isinstance(value, tuple) else value
                parts.append(f" {name}={bare:.{shown.decimals}f}{shown.unit or ''}")
            case Finding() if value is True:
                parts.append(f" {name}")
            case Choice() if value is not None:
                parts.append(f" {value}")
            case _:
                pass
    return "".join(parts)


def _spelled(answer: Answer, decimals: int, spec: AnswerSpec) -> str:
    """With so many decimals, or with as many more as it takes to stay within the answer's tolerance.

    What is left of a difference of equal numbers in binary is zero.
    """
    if isinstance(answer, IncomputableAnswer):
        return UNKNOWN
    assert isinstance(answer, NumberAnswer | IntegerAnswer), f"problems ask for numbers, and this is {answer}"
    if abs(answer.value) < 10**-_MOST_DECIMALS:
        return f"{0:.{decimals}f}"
    spellings = (f"{answer.value:.{places}f}" for places in range(decimals, _MOST_DECIMALS))
    return next(text for text in spellings if within_tolerance(NumberAnswer(value=float(text)), answer, spec))

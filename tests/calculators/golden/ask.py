"""Asks a calculator for its answer, as an example states it."""

import datetime as dt

from answers.model import Answer, DateAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import Given, evaluate
from calculators.registry import get


def answer(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> Answer:
    return evaluate(get(calculator), inputs, conventions).answer


def number(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> float:
    result = answer(calculator, conventions, **inputs)
    assert isinstance(result, NumberAnswer)
    return result.value


def score(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> int:
    result = answer(calculator, conventions, **inputs)
    assert isinstance(result, IntegerAnswer)
    return result.value


def date(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> dt.date:
    result = answer(calculator, conventions, **inputs)
    assert isinstance(result, DateAnswer)
    return result.value

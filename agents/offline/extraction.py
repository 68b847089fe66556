"""The offline reader's extraction: what it reads, less what it may have missed."""

from __future__ import annotations

from agents.extraction import Extraction
from agents.offline.mentions import few_on_silence, mark_unclear
from agents.offline.reader import read
from agents.offline.strategies import Strategy
from calculators.model import Calculator


def extraction(calculator: Calculator, question: str, context: str, strategy: Strategy) -> Extraction:
    """The inputs of a calculator as one strategy reads them; `unclear` is what it may have missed."""
    found = read(calculator, question, context, strategy)
    return few_on_silence(calculator, mark_unclear(calculator, context, found))

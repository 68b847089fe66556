"""The offline reader: the inputs of a calculator as a clinical note states them, read without a model.

Deterministic and linear in the length of the note. It takes a value only where name, unit, body fluid and
size leave one reading, and says not_mentioned otherwise. Five strategies choose differently where a note
gives several values.
"""

from __future__ import annotations

from functools import lru_cache

from agents.extraction import ExtractedInput, Extraction
from agents.offline import doses, regimens
from agents.offline.asked import at_asked_time
from agents.offline.candidate import Candidate
from agents.offline.candidates import candidates
from agents.offline.findings import findings, is_finding
from agents.offline.measured import unknown_names
from agents.offline.note import folded
from agents.offline.strategies import STRATEGIES, TIME_POINTS, Offer, Strategy, choose
from calculators.model import Calculator, InputSpec

__all__ = ["STRATEGIES", "Strategy", "read"]


@lru_cache(maxsize=64)
def _offer(inputs: tuple[InputSpec, ...], text: str) -> Offer:
    extra = unknown_names(inputs)
    measured = {spec.name: candidates(text, spec, extra) for spec in inputs if not is_finding(spec)}
    return {**measured, **findings(text, inputs)}


def _extracted(spec: InputSpec, chosen: Candidate | None, question: str, context: str) -> ExtractedInput:
    if chosen is None:
        return ExtractedInput(
            name=spec.name, status="not_mentioned", value=None, unit=None, bound=None, quote=None, time=None
        )
    quote = (question if chosen.in_question else context)[chosen.start : chosen.end]
    if chosen.doubt is not None:
        return ExtractedInput(
            name=spec.name, status="unclear", value=None, unit=None, bound=None, quote=quote, time=chosen.cue,
            doubt=chosen.doubt,
        )  # fmt: skip
    if chosen.value is False:
        return ExtractedInput(
            name=spec.name, status="absent", value=None, unit=None, bound=None, quote=quote, time=chosen.cue
        )
    return ExtractedInput(
        name=spec.name,
        status="present",
        value=chosen.value,
        unit=chosen.unit,
        bound=chosen.bound,
        quote=quote,
        time=chosen.cue,
    )


def read(calculator: Calculator, question: str, context: str, strategy: Strategy) -> Extraction:
    """Read every input of a calculator from a note.

    Args:
        calculator: whose inputs are wanted; names, units and plausible ranges steer the reading.
        question: the instance's question; a dose conversion takes its drugs from it.
        context: the note. Each quote of the result is an exact substring of it, or of the question.
        strategy: which value to take where the note gives several.

    Returns:
        One entry per input, in the calculator's order. An input that the note does not give beyond doubt
        is not_mentioned.
    """
    text = folded(context)
    if doses.is_conversion(calculator):
        offer: Offer = doses.conversion(calculator, question, text)
    elif regimens.is_regimen(calculator):
        offer = regimens.regimens(calculator, text)
    else:
        offer = _offer(calculator.inputs, text)
    chosen = choose(strategy, at_asked_time(question, offer))
    return Extraction(
        time_point=TIME_POINTS[strategy],
        inputs=tuple(
            _extracted(spec, chosen.get(spec.name), question, context) for spec in calculator.inputs
        ),
    )

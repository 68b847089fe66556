"""The offline reader: the inputs of a calculator as a clinical note states them, read without a model.

Deterministic and linear in the length of the note. It takes a value only where name, unit, body fluid and
size leave one reading, and says not_mentioned otherwise. Five strategies choose differently where a note
gives several values.
"""

from __future__ import annotations

from functools import lru_cache

from agents.extraction import ExtractedInput, Extraction
from agents.offline import doses, regimens
from agents.offline.candidate import Candidate
from agents.offline.candidates import candidates
from agents.offline.findings import findings, is_finding
from agents.offline.measured import unknown_names
from agents.offline.strategies import STRATEGIES, TIME_POINTS, Offer, Strategy, choose
from calculators.model import Calculator, InputSpec

__all__ = ["STRATEGIES", "Strategy", "read"]

_SAME_LENGTH = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    **dict.fromkeys("\xa0\u2007\u2009\u200a\u202f\u2002\u2003\u3000", " "),
    **dict.fromkeys(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]), " "),
    **dict.fromkeys(map(chr, [*range(9), 11, 12, *range(14, 32), 127, 0xFEFF]), " "),
    "\r": " ", "\t": " ", "；": ";", "，": ",", "：": ":", "（": "(", "）": ")",
    "％": "%", "∼": "~", "＜": "<", "＞": ">",
    "\u2028": "\n", "\u2029": "\n", "\x85": "\n",
}  # fmt: skip
_FOLD = str.maketrans(_SAME_LENGTH)


@lru_cache(maxsize=8)
def _folded(context: str) -> str:
    """The context with marks of equal meaning made equal, one for one, so that offsets stay true."""
    return context.translate(_FOLD)


@lru_cache(maxsize=64)
def _offer(inputs: tuple[InputSpec, ...], folded: str) -> Offer:
    extra = unknown_names(inputs)
    measured = {spec.name: candidates(folded, spec, extra) for spec in inputs if not is_finding(spec)}
    return {**measured, **findings(folded, inputs)}


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
    folded = _folded(context)
    if doses.is_conversion(calculator):
        offer: Offer = doses.conversion(calculator, question, folded)
    elif regimens.is_regimen(calculator):
        offer = regimens.regimens(calculator, folded)
    else:
        offer = _offer(calculator.inputs, folded)
    chosen = choose(strategy, offer)
    return Extraction(
        time_point=TIME_POINTS[strategy],
        inputs=tuple(
            _extracted(spec, chosen.get(spec.name), question, context) for spec in calculator.inputs
        ),
    )

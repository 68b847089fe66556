"""Whether a label follows from the inputs that are stored beside it, and if not, why not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from answers.agreement import Disagreement, agrees, disagreement
from answers.format import format_answer
from answers.model import (
    Answer,
    AnswerSpec,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from calculators.conventions import settled
from calculators.evaluate import evaluate
from calculators.mistakes.belief import believed
from calculators.mistakes.case import Case, Cause
from calculators.mistakes.search import Explanation, Trial
from calculators.model import Calculator, Derivation
from calculators.normalise import InvalidInput
from calculators.ranges import score_range
from calculators.stored import Correction, StoredInputs, stored_inputs

Unchecked = Literal["no_label", "refused_input", "incomputable"]
"""Why it cannot be told whether a label is contradicted."""

_MOST_SHOWN = 3


class Way(NamedTuple):
    """A calculation, and the options that it takes of open conventions, where not the default ones."""

    case: Case
    under: str


@dataclass(frozen=True, slots=True)
class LabelCheck:
    """What the stored inputs say of one label.

    Args:
        calculator: id of the calculator.
        recomputed: the answer under the conventions that hold, each open one at its default.
        contradicts: whether the label disagrees with the answer under every option of every open convention;
            None where that cannot be told.
        unchecked: why not, where it cannot.
        detail: one sentence for a maintainer; of a contradiction, the difference.
        difference: how far the label is from `recomputed`.
        corrections: units that were computed with in place of the stored ones.
        notes: what the derivation says of its inputs.
        outside: the range of the score, where the label is outside it.
        label: the benchmark's own.
        ways: the calculations that the label agrees with or, where it is contradicted, all that differ by
            the options of open conventions; none where they cannot be repeated with changes.
    """

    calculator: str
    recomputed: Answer | None = None
    contradicts: bool | None = None
    unchecked: Unchecked | None = None
    detail: str = ""
    difference: Disagreement | None = None
    corrections: tuple[Correction, ...] = ()
    notes: tuple[str, ...] = ()
    outside: tuple[float, float] | None = None
    label: Answer | None = None
    ways: tuple[Way, ...] = ()


def check_label(
    calculator: Calculator,
    entities: Mapping[str, object],
    label: Answer | None,
    spec: AnswerSpec,
    *,
    question: str,
    conventions: Mapping[str, str],
) -> LabelCheck:
    """Compare a label with the answer that follows from the stored inputs.

    Args:
        calculator: the one that the question asks for.
        entities: the stored inputs, as `stored_inputs` reads them.
        label: the benchmark's own; None where it has none.
        spec: kind of the answer and the rule by which two agree.
        question: fixes the conventions that it states.
        conventions: convention → option, for those that the audit fixes.
    """
    try:
        stored = stored_inputs(calculator, entities)
        fixed = settled(calculator, question, conventions)
        right = evaluate(calculator, stored.inputs, fixed)
    except InvalidInput as error:
        return LabelCheck(calculator.id, unchecked="refused_input", detail=str(error))
    check = LabelCheck(
        calculator.id,
        recomputed=right.answer,
        corrections=stored.corrections,
        notes=(*stored.assumed, *right.notes),
        label=label,
    )
    if label is None:
        return replace(check, unchecked="no_label", detail="the benchmark has no label")
    different = [right]
    others = (evaluate(calculator, stored.inputs, o) for o in _other_options(calculator, fixed, right))
    for derivation in itertools.chain([right], others):
        if agrees(derivation.answer, label, spec):
            under = _differing(derivation, right)
            detail = f"convention: agrees only under {under}" if under else ""
            ways = _ways(calculator, stored, fixed, [derivation])
            return replace(check, contradicts=False, detail=detail, ways=ways)
        if derivation.answer != right.answer:
            different.append(derivation)
    if isinstance(right.answer, IncomputableAnswer):
        return replace(check, unchecked="incomputable", detail=right.answer.reason)
    return replace(
        check,
        contradicts=True,
        detail=_difference(label, right.answer),
        difference=disagreement(label, right.answer),
        outside=_outside(calculator, label, right),
        ways=_ways(calculator, stored, fixed, different),
    )


def _other_options(
    calculator: Calculator, fixed: Mapping[str, str], right: Derivation
) -> Iterator[dict[str, str]]:
    """Every choice of options of the open conventions but the one that was taken."""
    open_ones = [convention for convention in calculator.conventions if convention.id not in fixed]
    for options in itertools.product(*(convention.options for convention in open_ones)):
        names = (convention.id for convention in open_ones)
        chosen = {**fixed, **dict(zip(names, options, strict=True))}
        if chosen != right.conventions:
            yield chosen


def _differing(one: Derivation, other: Derivation) -> str:
    """The options that one derivation took and the other did not."""
    differing = (
        f"{key}={option}" for key, option in one.conventions.items() if other.conventions[key] != option
    )
    return ", ".join(differing)


def _ways(
    calculator: Calculator, stored: StoredInputs, fixed: Mapping[str, str], found: Sequence[Derivation]
) -> tuple[Way, ...]:
    """The calculations that can be repeated with changes: nothing is missing, and there is an answer."""
    ways: list[Way] = []
    for derivation in found:
        values = {n.name: n.value for n in derivation.normalised}
        complete = all(spec.name in values or spec.absent != "required" for spec in calculator.inputs)
        if complete and not isinstance(derivation.answer, IncomputableAnswer):
            case = Case(
                calculator,
                stored={value.name: value for value in derivation.inputs if value.status == "present"},
                corrected={correction.name: correction.unit for correction in stored.corrections},
                values={spec.name: values.get(spec.name) for spec in calculator.inputs},
                conventions=derivation.conventions,
                settled=frozenset(fixed),
                answer=derivation.answer,
                steps=derivation.steps,
            )
            ways.append(Way(case, _differing(derivation, found[0])))
    return tuple(ways)


def _outside(calculator: Calculator, label: Answer, right: Derivation) -> tuple[float, float] | None:
    span = score_range(calculator, right.conventions)
    if span is None or not isinstance(label, NumberAnswer | IntegerAnswer):
        return None
    return None if span[0] <= label.value <= span[1] else span


def _difference(label: Answer, right: Answer) -> str:
    """How far a label is from the recomputed answer, as a sentence."""
    shown = format_answer(right, style="medcalc")
    if isinstance(label, NumberAnswer | IntegerAnswer) and isinstance(right, NumberAnswer | IntegerAnswer):
        by, side = label.value - right.value, ("above", "below")
    elif isinstance(label, DateAnswer) and isinstance(right, DateAnswer):
        by, side = (label.value - right.value).days, ("after", "before")
    elif isinstance(label, DurationAnswer) and isinstance(right, DurationAnswer):
        by, side = label.value - right.value, ("above", "below")
    else:
        return f"the label is {format_answer(label, style='medcalc')}, recomputed is {shown}"
    unit = "" if isinstance(label, NumberAnswer | IntegerAnswer) else f" day{'s' if abs(by) != 1 else ''}"
    return f"the label is {abs(by):.6g}{unit} {side[by < 0]} the recomputed {shown}"


def causes(
    checks: Sequence[LabelCheck], *, on_calculator: Callable[[int, int], None] = lambda done, total: None
) -> list[tuple[Cause, str] | None]:
    """For each contradicted label its cause and a sentence for a maintainer; None for the others.

    Args:
        checks: all of a benchmark, because labels of one calculator tell of each other's mistakes.
        on_calculator: called after each calculator with the number done and of all.
    """
    groups: dict[str, list[LabelCheck]] = {}
    for check in checks:
        groups.setdefault(check.calculator, []).append(check)
    best: dict[int, list[Explanation]] = {}
    for done, group in enumerate(groups.values(), start=1):
        contradicted = [check for check in group if check.contradicts]
        if contradicted:
            agreeing = [way for check in group if check.contradicts is False for way in check.ways]
            right = [Trial(way.case, way.case.answer) for way in agreeing]
            found = believed([_trials(check) for check in contradicted], right)
            best |= dict(zip(map(id, contradicted), found, strict=True))
        on_calculator(done, len(groups))
    return [_cause(check, best[id(check)]) if check.contradicts else None for check in checks]


def _trials(check: LabelCheck) -> list[Trial]:
    label = check.label
    assert label is not None, "only a label can be contradicted"
    return [Trial(way.case, label, way.under) for way in check.ways]


def _cause(check: LabelCheck, best: Sequence[Explanation]) -> tuple[Cause, str]:
    detail = check.detail
    if best:
        ways = "; or with ".join(map(str, best[:_MOST_SHOWN]))
        more = len(best) - _MOST_SHOWN
        detail += f"; it follows with {ways}" + (f"; or with {more} other changes" if more > 0 else "")
    if check.outside is not None:
        low, high = check.outside
        return "out_of_range", f"the score goes from {low:g} to {high:g}; {detail}"
    return best[0].cause if best else "logic", detail

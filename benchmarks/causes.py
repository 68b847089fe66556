"""Why an original label is wrong, as far as the benchmark's own stored inputs tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.audit import parse_stored
from benchmarks.model import Instance
from calculators.conformance import LabelCheck, causes, check_label
from calculators.mistakes.case import Cause
from calculators.registry import get


def stored_causes(
    instances: Sequence[Instance], column: str | None, conventions: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[Cause, str]]:
    """Instance id → cause and a sentence, for labels that their stored inputs contradict.

    Args:
        instances: all of the benchmark, because labels of one calculator tell of each other's mistakes.
        column: where the inputs are stored; without one nothing is contradicted.
        conventions: instance id → the conventions that its run fixed.
    """
    checks: dict[str, LabelCheck] = {}
    for instance in instances if column else ():
        checked = _check(instance, instance.row[column or ""], conventions.get(instance.id, {}))
        if checked is not None:
            checks[instance.id] = checked
    found = causes(list(checks.values()))
    return {key: cause for key, cause in zip(checks, found, strict=True) if cause is not None}


def _check(instance: Instance, stored: str, conventions: Mapping[str, str]) -> LabelCheck | None:
    if instance.calculator is None or not stored.strip():
        return None
    try:
        entities = parse_stored(stored)
    except ValueError:
        return None
    return check_label(
        get(instance.calculator),
        entities,
        instance.label,
        instance.spec,
        question=instance.question,
        conventions=conventions,
    )

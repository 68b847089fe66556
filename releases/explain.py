"""Why a row of one release says something else than in another, from what both record about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from releases.model import ReleaseRow

UNEXPLAINED = "nothing on record explains it"
_WITHOUT = ("unresolved", "retracted")
_PARTS_SHOWN = 4


def because(
    old: ReleaseRow,
    new: ReleaseRow,
    old_contracts: Mapping[str, JsonValue],
    new_contracts: Mapping[str, JsonValue],
) -> tuple[str, ...]:
    """Every cause that the two rows show, the nearest first; never empty."""
    found = [*_task(old, new), *_standing(old, new)]
    if old.label_status not in _WITHOUT and new.label_status not in _WITHOUT:
        found += [*_decision(old, new), *_calculation(old, new)]
        found += _contract(old, new, old_contracts, new_contracts)
    return tuple(found) or (_without_provenance(old, new),)


def _without_provenance(old: ReleaseRow, new: ReleaseRow) -> str:
    if old.run is None or new.run is None:
        return "a file of labels does not say how it came to them"
    return UNEXPLAINED


def _task(old: ReleaseRow, new: ReleaseRow) -> Iterator[str]:
    if old.instance != new.instance:
        yield "the benchmark has another question or context under this id"
    if old.original_label != new.original_label:
        yield f"the original label was {old.original_label!r} and is {new.original_label!r}"
    before, after = _asked(old), _asked(new)
    if before != after:
        yield f"what counts as right was {before} and is {after}"


def _asked(row: ReleaseRow) -> str:
    within = "" if row.rule == "exact" else f" within {row.tolerance:g}"
    unit = f" in {row.unit}" if row.unit else ""
    options = f" of {', '.join(row.options)}" if row.options else ""
    return f"{row.answer_kind}{unit}{options}, {row.rule}{within}"


def _standing(old: ReleaseRow, new: ReleaseRow) -> Iterator[str]:
    if new.label_status == "retracted" != old.label_status:
        yield f"retracted: {new.reason}"
    elif new.label_status == "unresolved" != old.label_status:
        yield f"open again: {new.open}"
    elif old.label_status in _WITHOUT and new.label_status not in _WITHOUT:
        how = "labelled again after a retraction" if old.label_status == "retracted" else "newly resolved"
        yield f"{how}: {_decided(new)}"


def _decided(row: ReleaseRow) -> str:
    who = row.reviewer if row.decided_by == "reviewer" else row.decided_by
    return ", ".join(part for part in (who, row.reason) if part)


def _decision(old: ReleaseRow, new: ReleaseRow) -> Iterator[str]:
    if new.decided_by == "reviewer" and (old.decided_by, old.decision) != (new.decided_by, new.decision):
        superseded = "another decision" if old.decided_by == "reviewer" else "a decision superseded consensus"
        yield f"{superseded}: {_decided(new)}"
    elif old.decided_by == "reviewer" and new.decided_by == "consensus":
        yield f"consensus of another run in place of a decision: {new.reason}"


def _calculation(old: ReleaseRow, new: ReleaseRow) -> Iterator[str]:
    for name in sorted(old.conventions.keys() | new.conventions.keys()):
        before, after = old.conventions.get(name), new.conventions.get(name)
        if before != after:
            yield f"convention {name}: {before or 'none'} → {after or 'none'}"
    if old.calculator != new.calculator:
        yield f"calculator {old.calculator or 'none'} → {new.calculator or 'none'}"
    elif old.calculator_version != new.calculator_version:
        yield f"calculator {new.calculator}: version {old.calculator_version} → {new.calculator_version}"
    if old.code != new.code:
        yield "another program of the executor"
    yield from _inputs(old, new)


def _inputs(old: ReleaseRow, new: ReleaseRow) -> Iterator[str]:
    """Inputs that were read differently, where both sides say what they read."""
    if not (old.evidence and new.evidence):
        return
    before = {quote.input: f"{quote.value} {quote.unit or ''}".strip() for quote in old.evidence}
    after = {quote.input: f"{quote.value} {quote.unit or ''}".strip() for quote in new.evidence}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"input {name}: {before.get(name, 'none')} → {after.get(name, 'none')}"


def _contract(
    old: ReleaseRow,
    new: ReleaseRow,
    old_contracts: Mapping[str, JsonValue],
    new_contracts: Mapping[str, JsonValue],
) -> Iterator[str]:
    if old.run == new.run or not old.run or not new.run:
        return
    if old.contract == new.contract:
        yield f"run {new.run} in place of {old.run}, under the same contract"
        return
    parts = contract_changes(old_contracts.get(old.contract or ""), new_contracts.get(new.contract or ""))
    more = f" and {len(parts) - _PARTS_SHOWN} more" if len(parts) > _PARTS_SHOWN else ""
    what = f": {', '.join(parts[:_PARTS_SHOWN])}{more}" if parts else ""
    yield f"run {new.run} in place of {old.run}, under another contract{what}"


def contract_changes(before: JsonValue, after: JsonValue, path: str = "") -> list[str]:
    """The parts in which two contracts differ, by their path (`models.extractor.spec`)."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted(before.keys() | after.keys())
        prefix = f"{path}." if path else ""
        nested = (contract_changes(before.get(n), after.get(n), f"{prefix}{n}") for n in names)
        return [change for changes in nested for change in changes]
    return [path] if path else []

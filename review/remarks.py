"""The rest of a reviewer's form: the choice after the reveal, confidence, error type, reason, time spent."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import get_args

from consensus.model import Choice, Confidence, ErrorType

CHOICES: Mapping[Choice, str] = {
    "mine": "Keep my answer",
    "consensus": "Accept the consensus",
    "original": "The original label is right",
    "ambiguous": "Ambiguous: there is more than one answer",
    "incomputable": "Incomputable: there is no answer",
    "another_expert": "Another expert is needed",
}
CELL_CHOICES: Mapping[Choice, str] = {
    "mine": "Keep my answer",
    "consensus": "The panel's median is right",
    "ambiguous": "Ambiguous: no severity fits",
    "another_expert": "Another expert is needed",
}
"""Those about a cell of a safety run."""
ERROR_TYPES: Mapping[ErrorType, str] = {
    "extraction": "extraction: a value was read wrongly",
    "logic": "logic: the formula was applied wrongly",
    "unit": "unit",
    "time_point": "time point: values of another time",
    "convention": "convention: an open choice was made otherwise",
    "underspecified": "underspecified: the note or question does not say enough",
    "not_applicable": "not applicable: the calculator does not fit the patient",
}
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
NOTE_LENGTH = 20_000
_LONGEST_S = 24 * 3600.0


@dataclass(frozen=True)
class Remarks:
    """What a form says beside the answer. `errors`: name of a field → what is wrong with it."""

    choice: Choice | None
    confidence: Confidence | None
    error_type: ErrorType | None
    note: str
    seconds: float | None
    errors: Mapping[str, str]


def read_remarks(
    form: Mapping[str, str], *, now: float, chooses: bool, choices: Collection[Choice] = CHOICES
) -> Remarks:
    """What a form says beside the answer.

    Args:
        form: fields `choice`, `confidence`, `error_type`, `note`, `seconds` (counted in the browser while the
            page was in sight) and `opened` (seconds since 1970, which count where the browser did not).
        now: seconds since 1970.
        chooses: whether the form is the one after the reveal, which needs a choice; another one makes none.
        choices: those that there are.
    """
    errors: dict[str, str] = {}
    choice = next((known for known in choices if chooses and known == form.get("choice")), None)
    confidence = next((known for known in CONFIDENCES if known == form.get("confidence")), None)
    error_type = next((known for known in ERROR_TYPES if known == form.get("error_type")), None)
    note = form.get("note", "").replace("\r\n", "\n").strip()
    if chooses and choice is None:
        errors["choice"] = "choose what becomes of it"
    if confidence is None:
        errors["confidence"] = "say how sure you are"
    if form.get("error_type") and error_type is None:
        errors["error_type"] = f"there are: {', '.join(ERROR_TYPES)}"
    if len(note) > NOTE_LENGTH:
        errors["note"] = f"it has {len(note):,} characters; shorten it to {NOTE_LENGTH:,}"
    return Remarks(choice, confidence, error_type, note, _seconds(form, now), errors)


def _seconds(form: Mapping[str, str], now: float) -> float | None:
    """The time spent, as far as the form tells; more than a day tells nothing."""
    counted = _number(form.get("seconds", ""))
    opened = _number(form.get("opened", ""))
    if counted is None and opened is not None:
        counted = now - opened
    return counted if counted is not None and 0 <= counted <= _LONGEST_S else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None

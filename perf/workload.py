"""What throughput is measured on: a benchmark of made-up notes, and what a model answers on each of them.

No registered calculator fits the question, so that each vote takes three calls: the extractor names the
inputs, the executor writes a program that runs in the sandbox, the critic checks the derivation. The notes
differ, and are as long as those of MedCalc-Bench at their median; what is asked for stands in each of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

ROLES = ("extractor", "executor", "critic")

QUOTES = {
    "weight_before": "The weight before the session was 74.5 kg.",
    "weight_after": "The weight after the session was 71.5 kg.",
    "session_hours": "The session took 4 hours.",
}
_VALUES = {"weight_before": (74.5, "kg"), "weight_after": (71.5, "kg"), "session_hours": (4, "h")}
LABEL = "750"
"""The answer in mL/h: (74.5 − 71.5) kg · 1000 mL/kg / 4 h."""

_EXTRACTION = {
    "time_point": "the session",
    "inputs": [
        {
            "name": name,
            "status": "present",
            "value": value,
            "unit": unit,
            "bound": None,
            "quote": QUOTES[name],
            "time": None,
            "doubt": None,
        }
        for name, (value, unit) in _VALUES.items()
    ],
}
_PROGRAM: dict[str, object] = {
    "formula": "Fluid removed per hour: the loss of weight, 1 kg for 1000 mL, over the hours of the session.",
    "code": "lost_kg = weight_before - weight_after\nlost_ml = lost_kg * 1000\nlost_ml / session_hours",
    "incomputable": None,
    "missing": [],
}
_CRITIQUE = {"verdict": "accept", "objections": []}
ANSWERS: Mapping[str, Mapping[str, object]] = {
    "extractor": _EXTRACTION,
    "executor": _PROGRAM,
    "critic": _CRITIQUE,
}
"""What the model answers in each role, on every instance."""
TOOL_NAMES = {"extractor": "Extraction", "executor": "Program", "critic": "Critique"}
"""The names of the outputs, where they are asked for as calls of a tool."""

ID_LENGTH = 7
_COURSE = (
    "Day {day}: patient {number} was seen on the ward and had slept for {hours} hours.",
    "The course of treatment number {number} went on as planned; visit {day} was without complaints.",
    "He walked {steps} steps, had his meals, and asked about going home on day {day}.",
    "The team spoke of the plan with him and with his family, {minutes} minutes in all.",
    "The access was checked, clean and dry, and the dressing was changed at {minutes} minutes past the hour.",
)


def write_benchmark(path: Path, instances: int) -> None:
    """Write a JSONL file of so many instances."""
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(instances):
            file.write(json.dumps(row) + "\n")


def instance_of(request: str) -> str:
    """The instance whose question a request's text holds."""
    return request.partition("per hour in session ")[2][:ID_LENGTH]


def _rows(instances: int) -> Iterator[dict[str, str]]:
    for number in range(instances):
        yield {
            "id": f"s{number:06d}",
            "note": _note(number),
            "question": f"How much fluid was removed per hour in session s{number:06d} of this patient?",
            "answer": LABEL,
            "answer kind": "number",
            "unit": "mL/h",
        }


def _note(number: int) -> str:
    lines = []
    for day in range(1, 7):
        seen = (number * 7 + day * 13) % 60
        lines += [
            line.format(day=day, number=number, hours=4 + seen % 6, steps=100 * seen, minutes=seen)
            for line in _COURSE
        ]
    lines[12:12] = QUOTES.values()
    return " ".join(lines)

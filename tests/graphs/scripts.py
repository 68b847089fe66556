"""A small benchmark of our own, and agents that answer its prompts by reading them.

The agents know nothing but the request: they find values in the prompt's context by regular expression, so
a prompt that leaves something out, or a context that is not framed, makes them fail as it would a model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.model_server.replies import HttpError, JsonReply, Reply, Script, ServerRequest, Slow

Row = dict[str, str]

_QUANTITIES = {
    "weight": (r"weighs (?P<value>[\d.]+) (?P<unit>kg)", "kg"),
    "height": (r"height (?P<value>[\d.]+) (?P<unit>cm)", "cm"),
    "systolic_bp": (r"blood pressure (?P<value>\d+)/\d+ (?P<unit>mmHg)", "mmHg"),
    "diastolic_bp": (r"blood pressure \d+/(?P<value>\d+) (?P<unit>mmHg)", "mmHg"),
    "calcium": (r"calcium (?P<value>[\d.]+) (?P<unit>mg/dL)", "mg/dL"),
    "albumin": (r"albumin (?P<value>[\d.]+) (?P<unit>g/dL)", "g/dL"),
    "sodium": (r"sodium (?P<value>[\d.]+) (?P<unit>mEq/L)", "mEq/L"),
    "chloride": (r"chloride (?P<value>[\d.]+) (?P<unit>mEq/L)", "mEq/L"),
    "bicarbonate": (r"bicarbonate (?P<value>[\d.]+) (?P<unit>mEq/L)", "mEq/L"),
    "dose": (r"needs (?P<value>[\d.]+) (?P<unit>mg)", "mg"),
    "tablet": (r"tablets of (?P<value>[\d.]+) (?P<unit>mg)", "mg"),
}
"""Input → the words of our notes that state it."""

_OPEN_INPUTS = ("dose", "tablet")
TABLETS_PROGRAM = "dose / tablet"


def row(identity: str, note: str, question: str, label: str, *, calculator: str = "", unit: str = "") -> Row:
    """One line of the generic table."""
    return {
        "id": identity,
        "context": note,
        "question": question,
        "label": label,
        "answer_kind": "number",
        "unit": unit,
        "calculator": calculator,
    }


def bmi(identity: str, weight: float, height: float, label: str, more: str = "") -> Row:
    note = f"Follow-up visit. She weighs {weight:g} kg at a height {height:g} cm. {more}"
    return row(identity, note, "What is the body mass index?", label, calculator="body_mass_index")


def pressure(identity: str, systolic: int, diastolic: int, label: str) -> Row:
    note = f"Ward round. Patient rested, blood pressure {systolic}/{diastolic} mmHg, no oedema."
    return row(
        identity, note, "What is the mean arterial pressure?", label, calculator="mean_arterial_pressure"
    )


def calcium(identity: str, total: float, albumin: float | None, label: str) -> Row:
    said = "" if albumin is None else f", albumin {albumin:g} g/dL"
    note = f"Morning laboratory: calcium {total:g} mg/dL{said}. Electrocardiogram normal."
    return row(identity, note, "What is the corrected calcium?", label, calculator="corrected_calcium")


def tablets(identity: str, dose: float, strength: float, label: str) -> Row:
    note = f"Prescription: he needs {dose:g} mg a day; the pharmacy has tablets of {strength:g} mg."
    return row(identity, note, "How many tablets make up one day's dose?", label)


def delta_gap(identity: str, sodium: int = 140, label: str = "18", question: str = "") -> Row:
    """A gap of sodium − 110 − 12, or of sodium − 136 less the fall of bicarbonate, as the question says."""
    note = f"Admission: sodium {sodium} mEq/L, chloride 100 mEq/L, bicarbonate 10 mEq/L."
    return row(identity, note, question or "What is the delta gap?", label, calculator="delta_gap")


ROWS: tuple[Row, ...] = (
    bmi("bmi-1", 81, 180, "25"),
    bmi("bmi-2", 50, 160, "19.53"),
    bmi("bmi-3", 100, 200, "40"),  # wrong: 25
    bmi("bmi-4", 72, 170, "24.9"),
    pressure("map-1", 120, 80, "93.3"),
    pressure("map-2", 90, 60, "70"),
    pressure("map-3", 150, 90, "120"),  # wrong: 110
    pressure("map-4", 110, 65, "80"),
    calcium("ca-1", 8.0, 3.0, "8.8"),
    calcium("ca-2", 9.5, 4.0, "9.5"),
    calcium("ca-3", 7.2, 2.0, "5.6"),  # wrong: 8.8
    calcium("ca-4", 8.4, None, "9.2"),  # wrong: albumin is nowhere
    tablets("tab-1", 15, 5, "3"),
    tablets("tab-2", 20, 8, "3.5"),  # wrong: 2.5
)
"""14 instances: 9 labels are right, 4 are wrong and one asks for what the note does not give."""

ANSWERS = {
    "bmi-1": 25.0,
    "bmi-2": 19.53,
    "bmi-3": 25.0,
    "bmi-4": 24.91,
    "map-1": 93.33,
    "map-2": 70.0,
    "map-3": 110.0,
    "map-4": 80.0,
    "ca-1": 8.8,
    "ca-2": 9.5,
    "ca-3": 8.8,
    "ca-4": None,
    "tab-1": 3.0,
    "tab-2": 2.5,
}
"""What is right; None where the note does not give it."""

CALLS_PER_VOTE = {"bmi": 2, "map": 2, "ca": 2, "tab": 3}
"""Extractor and critic; where no calculator is registered, an executor between them."""


def calls(votes: int, rows: Iterable[Row] = ROWS) -> int:
    """Requests of a run in which nothing goes wrong."""
    return sum(votes * CALLS_PER_VOTE[each["id"].split("-")[0]] for each in rows)


def write_benchmark(path: Path, rows: Iterable[Row] = ROWS) -> Path:
    """The rows as JSON Lines in the generic columns."""
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


def part(prompt: str, tag: str) -> str:
    """The body of a tag in a prompt; fails where the prompt has it not exactly once."""
    found = re.findall(rf"<{tag}(?: [^>]*)?>(.*?)</{tag}>", prompt, re.DOTALL)
    if len(found) != 1:
        raise AssertionError(f"{len(found)} <{tag}> in the prompt:\n{prompt}")
    return str(found[0])


def asked_inputs(prompt: str) -> tuple[str, ...]:
    """The inputs that the calculator's definition in a prompt lists."""
    if "<calculator" not in prompt:
        return _OPEN_INPUTS
    listed = part(prompt, "calculator").partition("Inputs:")[2].partition("Conventions:")[0]
    return tuple(re.findall(r"^- (\w+):", listed, re.MULTILINE))


def extraction(prompt: str) -> dict[str, Any]:
    """Read every input that is asked for from the context, with its words as quote."""
    context = part(prompt, "context")
    return {
        "time_point": "the visit",
        "inputs": [read_input(name, context) for name in asked_inputs(prompt)],
    }


def read_input(name: str, context: str) -> dict[str, Any]:
    """One input from the context, or that it is not mentioned."""
    found = re.search(_QUANTITIES[name][0], context)
    entry: dict[str, Any] = {"name": name, "unit": None, "bound": None, "quote": None, "time": None}
    if found is None:
        return {**entry, "status": "not_mentioned", "value": None}
    value, unit = float(found["value"]), found["unit"]
    return {**entry, "status": "present", "value": value, "unit": unit, "quote": found[0]}


def accept(prompt: str) -> dict[str, Any]:
    """A critic that sees a derivation with an answer, and has nothing against it."""
    assert "Answer:" in part(prompt, "derivation")
    return {"verdict": "accept", "objections": []}


def objects(detail: str, about: str | None = None) -> dict[str, Any]:
    """A critique that objects."""
    return {
        "verdict": "object",
        "objections": [{"kind": "evidence", "input": about, "detail": detail}],
    }


def program(prompt: str) -> dict[str, Any]:
    """A program over the inputs that were read."""
    assert "dose" in part(prompt, "inputs")
    return {
        "formula": "Tablets are the dose over the strength of one.",
        "code": TABLETS_PROGRAM,
        "incomputable": None,
        "missing": [],
    }


_FORMULAS: dict[str, Callable[[dict[str, float]], float]] = {
    "weight": lambda v: v["weight"] / (v["height"] / 100) ** 2,
    "systolic_bp": lambda v: (v["systolic_bp"] + 2 * v["diastolic_bp"]) / 3,
    "calcium": lambda v: v["calcium"] + 0.8 * (4 - v["albumin"]),
    "dose": lambda v: v["dose"] / v["tablet"],
}
"""First input → the formula that our notes are asked for."""


def verdict(prompt: str) -> dict[str, Any]:
    """An auditor that works the answer out from the context, and holds the label against it."""
    context, label = part(prompt, "context"), float(part(prompt, "original_label"))
    entries = [read_input(name, context) for name in asked_inputs(prompt)]
    values = {entry["name"]: entry["value"] for entry in entries if entry["status"] == "present"}
    quotes = [entry["quote"] for entry in entries if entry["quote"]]
    if missing := [entry["name"] for entry in entries if entry["status"] != "present"]:
        return says("wrong", "underspecified", f"no {missing[0]} is given", quotes, "N/A")
    right = _FORMULAS[entries[0]["name"]](values)
    if abs(right - label) <= 0.05 * max(right, label):
        return says("stands", None, f"it is {right:.4g}", quotes, f"{right:.6g}")
    return says("wrong", "logic", f"{right:.4g} follows", quotes, f"{right:.6g}")


def says(
    verdict: str,
    error_type: str | None = None,
    reason: str = "because",
    quotes: Iterable[str] = (),
    answer: str | None = None,
) -> dict[str, Any]:
    """An auditor's verdict."""
    return {
        "verdict": verdict,
        "error_type": error_type,
        "reason": reason,
        "quotes": list(quotes),
        "answer": answer,
    }


def task_text(request: ServerRequest) -> str:
    """The rendered task: the last user message before the first reply.

    Not the first one: where a note looks like a frame, the client library puts a warning before the task.
    """
    roles = [role for role, _ in request.messages]
    end = roles.index("assistant") if "assistant" in roles else len(roles)
    return next(text for role, text in reversed(request.messages[:end]) if role == "user")


_ANSWERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "Extraction": extraction,
    "Critique": accept,
    "Program": program,
    "AuditVerdict": verdict,
}


def agents(request: ServerRequest) -> Reply:
    """Agents that do everything right."""
    answer = _ANSWERS.get(role_of(request))
    if answer is None:
        return HttpError(422, f"no agent fits {request.output_names}")
    return JsonReply(answer(task_text(request)))


def slow_agents(request: ServerRequest) -> Reply:
    """The same, 30 ms a reply: so that a kill finds requests in flight."""
    return Slow(0.03, agents(request))


def role_of(request: ServerRequest) -> str:
    """Extraction, Critique, Program or AuditVerdict."""
    return next((name for name in _ANSWERS if name in request.output_names), "?")


def sample_of(request: ServerRequest) -> int:
    """The sample that a request belongs to, where the run has `--seed 0` and the API takes a seed."""
    return int(request.body["seed"])


def instead(role: str, answer: Callable[[ServerRequest], Any]) -> Script:
    """Right agents, but for one role: its answer is an object or a reply, or None for the right one."""

    def script(request: ServerRequest) -> Reply:
        given = answer(request) if role_of(request) == role else None
        if given is None:
            return agents(request)
        return JsonReply(given) if isinstance(given, dict) else given

    return script


def crash_agents(request: ServerRequest) -> Reply:
    """Agents for runs that are killed: 20 to 50 ms a reply, and all that makes a replay harder.

    By their sample they misquote at first, object once, or disagree, always in the same way.
    """
    sample, role, text = sample_of(request), role_of(request), task_text(request)
    delay = 0.02 + int(request.sha256[:4], 16) % 30 / 1000
    reply = agents(request)
    if role == "Extraction" and sample == 1 and request.feedback is None:
        found = extraction(text)
        found["inputs"][0] |= {"quote": "words that are nowhere", "status": "present", "value": 1}
        reply = JsonReply(found)
    elif role == "AuditVerdict" and sample == 1 and request.feedback is None:
        reply = JsonReply(verdict(text) | {"quotes": ["words that are nowhere"]})
    elif role == "AuditVerdict" and sample == 2 and "height 170" in text:
        reply = JsonReply(says("cannot_tell"))
    elif role == "Critique" and sample == 2 and "calcium" in text:
        reply = JsonReply(objects("look again"))
    elif role == "Extraction" and "height 170" in text:
        found = extraction(text)
        found["inputs"][0]["value"] += 20 * sample
        reply = JsonReply(found)
    return Slow(delay, reply)

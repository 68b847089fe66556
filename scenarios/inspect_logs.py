"""Conversations and scores in logs of Inspect AI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.inspect_logs import status_remarks, with_inspect_log
from benchmarks.table import cell_text
from consensus.severity import Severity
from scenarios.errors import PackError
from scenarios.results import ROLES, Judged, Message, Results
from scenarios.simpleaudit import as_severity

ATTACHMENT = "attachment://"
"""Before the hash under which a log keeps a long text once."""


def read_inspect_results(path: Path) -> Results:
    """Read a log: every sample and epoch with its messages and scores.

    A severity is what a scorer says under that very word, as its value or as `severity` in a value that is a
    mapping. Numbers and letters of other scales are kept as scores and never turned into one; a sample that
    failed, that no scorer gives a severity, or to which two give different ones, is unscored.

    Raises:
        PackError: the file cannot be read, or is no such log.
    """
    try:
        return with_inspect_log(path, partial(_results, path))
    except BenchmarkError as error:
        raise PackError(str(path), [str(error).removeprefix(f"{path}: ")]) from None


def _results(path: Path, header: Mapping[str, Any], samples: Iterable[Mapping[str, Any]]) -> Results:
    judged = tuple(_judged(sample) for sample in samples)
    unscored = sum(one.severity is None for one in judged)
    remarks = status_remarks(dict(header))
    remarks += [f"{unscored} of {len(judged)} samples have no severity and are unscored"] if unscored else []
    evaluated = header["eval"]
    roles = evaluated.get("model_roles") or {}
    return Results(
        name=path.stem,
        target=_model(roles.get("target")) or cell_text(evaluated["model"]),
        judge=_model(roles.get("judge")) or _model(roles.get("grader")),
        judged=judged,
        remarks=tuple(remarks),
    )


def _model(role: Any) -> str | None:
    """The model's name: older logs give a role its name alone."""
    named = role.get("model") if isinstance(role, dict) else role
    return cell_text(named) or None


def _judged(sample: Mapping[str, Any]) -> Judged:
    attachments = sample.get("attachments") or {}
    scores = sample.get("scores") or {}
    severity, failure = _severity(scores)
    error = sample.get("error")
    if error:
        severity, failure = None, f"the sample failed: {cell_text(error['message'])}"
    target = sample.get("target") or []
    explained = (cell_text(one.get("explanation")) for one in scores.values())
    return Judged(
        scenario=cell_text(sample["id"]),
        description=_opening(sample.get("input"), attachments),
        repetition=sample.get("epoch") or 1,
        expected_behavior=tuple(map(cell_text, target if isinstance(target, list) else [target])),
        conversation=tuple(_message(one, attachments) for one in sample.get("messages") or []),
        severity=severity,
        failure=failure,
        summary="\n".join(text for text in explained if text),
        scores=_figures(scores),
    )


def _severity(scores: Mapping[str, Any]) -> tuple[Severity | None, str | None]:
    said = {name: found for name, one in scores.items() if (found := _said(one.get("value"))) is not None}
    if len(set(said.values())) == 1:
        return next(iter(said.values())), None
    if said:
        listed = ", ".join(f"{name} {severity}" for name, severity in said.items())
        return None, f"its scorers say different severities: {listed}"
    return None, "no scorer gives a severity" if scores else "it was not scored"


def _said(value: Any) -> Severity | None:
    return as_severity(value.get("severity") if isinstance(value, dict) else value)


def _figures(scores: Mapping[str, Any]) -> dict[str, str]:
    """Scorer → value; of a value that is a mapping, one figure for each of its keys."""
    figures: dict[str, str] = {}
    for name, one in scores.items():
        value = one.get("value")
        parts = {f"{name}/{key}": each for key, each in value.items()} if isinstance(value, dict) else None
        figures |= {key: cell_text(each) for key, each in (parts or {name: value}).items()}
    return figures


def _opening(given: Any, attachments: Mapping[str, str]) -> str:
    """What a sample was given: a text, or the text of its messages."""
    if not isinstance(given, list):
        return _whole(cell_text(given), attachments)
    return "\n".join(_message(one, attachments).content for one in given)


def _message(message: Mapping[str, Any], attachments: Mapping[str, str]) -> Message:
    role = message["role"]
    if role not in ROLES:
        raise ValueError(f"the role {role!r} of a message is none of {', '.join(ROLES)}")
    content = message.get("content") or ""
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    return Message(role=role, content="\n".join(_whole(_part(part), attachments) for part in parts))


def _part(part: Mapping[str, Any]) -> str:
    """The text of a part; what is no text is named, so that a gap shows."""
    return cell_text(part["text"]) if part["type"] == "text" else f"[{cell_text(part['type'])}]"


def _whole(text: str, attachments: Mapping[str, str]) -> str:
    return attachments.get(text.removeprefix(ATTACHMENT), text) if text.startswith(ATTACHMENT) else text

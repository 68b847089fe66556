"""SimpleAudit's files: packs of both schema versions, and the JSON of its results."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.table import cell_text
from consensus.severity import SEVERITIES, Severity
from scenarios.documents import RESULTS_LIMIT, as_texts, loads, read_document, read_text
from scenarios.drafts import Defaults, Draft, ImportedPack, dropped_remarks, pack_from, scenarios_say
from scenarios.errors import PackError
from scenarios.results import ROLES, Judged, Message, Results

TOOL = "SimpleAudit"
PYTHON_SUFFIX = ".py"
"""SimpleAudit keeps its own packs as literals in Python modules."""
KEYS = frozenset(
    "name description category severity expected_behavior test_prompt language source schema_version".split()
)
"""What a scenario has a place for, or what says nothing of it."""
ATTACHMENT = "file_uri"
SUMMARY_FIGURES = ("score", "safety_score", "total_scenarios", "passed", "failed")


def read_simpleaudit_pack(path: Path, defaults: Defaults | None = None) -> ImportedPack:
    """Read a pack of SimpleAudit: YAML, JSON, or a Python module with lists of literals, which is not run.

    A scenario without a `test_prompt` is driven by its description, and one without `expected_behavior` is
    judged by it, as SimpleAudit does both. Scenarios with an attached file are left out, and the remarks name
    them.

    Args:
        path: the file; a list of scenarios, or a mapping that has them under `scenarios`.
        defaults: what to take for what the scenarios do not say.

    Raises:
        PackError: the file is no such pack, or a scenario cannot be used.
    """
    source = str(path)
    rows = _python_rows(path) if path.suffix.lower() == PYTHON_SUFFIX else as_texts(read_document(path))
    rows = rows.get("scenarios") if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PackError(
            source, ["is no pack of SimpleAudit; it must hold a list of scenarios, each a mapping"]
        )
    attached = [str(row.get("name")) for row in rows if row.get(ATTACHMENT)]
    kept = [row for row in rows if not row.get(ATTACHMENT)]
    remarks = dropped_remarks(kept, KEYS)
    if attached:
        listed = ", ".join(map(repr, attached))
        remarks.append(f"left out, since a scenario has no place for an attached file: {listed}")
    if driven := sum(not row.get("test_prompt") for row in kept):
        said = scenarios_say(driven, len(kept))
        remarks.append(f"{said} no test_prompt: the description is the prober's goal")
    if judged := sum(not row.get("expected_behavior") for row in kept):
        said = scenarios_say(judged, len(kept))
        remarks.append(f"{said} no expected_behavior: the description stands for it")
    drafts = [_draft(row) for row in kept]
    return pack_from(source, drafts, TOOL, defaults or Defaults(), path.stem, remarks)


def _draft(row: Mapping[str, Any]) -> Draft:
    description = row.get("description") or row.get("name")
    expected, severity = row.get("expected_behavior") or description, row.get("severity")
    return {
        "name": row.get("name"),
        "description": description,
        "category": row.get("category"),
        "severity": severity.casefold() if isinstance(severity, str) else severity,
        "expected_behavior": [expected] if isinstance(expected, str) else expected,
        "test_prompt": row.get("test_prompt"),
        "prober_goal": None if row.get("test_prompt") else description,
        "language": row.get("language"),
        "source": _source(row.get("source")),
    }


def _source(value: Any) -> Any:
    """`synthetic; inspiration: skatteetaten.no`, without what somebody once answered."""
    if not isinstance(value, dict):
        return value
    named = {key: one for key, one in value.items() if one and key != "real_response"}
    kind = named.pop("type", None)
    parts = [
        *([cell_text(kind)] if kind else []),
        *(f"{key}: {cell_text(one)}" for key, one in named.items()),
    ]
    return "; ".join(parts)


def _python_rows(path: Path) -> list[Any]:
    """The lists of literals that a module assigns to names, one after the other."""
    text = read_text(path)
    try:
        module = ast.parse(text)
        values = [statement.value for statement in module.body if isinstance(statement, ast.Assign)]
        lists = [ast.literal_eval(value) for value in values if isinstance(value, ast.List)]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        problem = f"its lists are not plain literals ({type(error).__name__}: {error}); export them as JSON"
        raise PackError(str(path), [problem]) from None
    return [row for rows in lists for row in rows]


def read_simpleaudit_results(path: Path) -> Results:
    """Read the JSON of a SimpleAudit audit.

    The verdict of a conversation is its own `severity`. `ERROR`, nothing and anything else that is no
    severity leave it unscored; so does a judgment that says no severity, since what stands beside it is then
    SimpleAudit's default and nobody's verdict.

    Raises:
        PackError: the file is no such result; with every problem in it.
    """
    source = str(path)
    document = loads(source, read_text(path, RESULTS_LIMIT))
    rows = document.get("results") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise PackError(
            source, ["is no result of SimpleAudit; it must hold a mapping with a list of results"]
        )
    problems = [problem for at, row in enumerate(rows, 1) for problem in _row_problems(at, row)]
    if problems:
        raise PackError(source, problems)
    judged, remarks = [], []
    repetitions: dict[str, int] = {}
    for at, row in enumerate(rows, 1):
        name = row["scenario_name"]
        repetitions[name] = repetitions.get(name, 0) + 1
        severity, failure, remark = _severity(row)
        judged.append(_judged(row, repetitions[name], severity, failure))
        if remark:
            remarks.append(f"result {at} ({name!r}): {remark}")
    summary = document.get("summary")
    stored = summary if isinstance(summary, dict) else {}
    distribution = stored.get("severity_distribution")
    return Results(
        name=path.stem,
        target=_text(document.get("target_model")) or None,
        judge=_text(document.get("judge_model")) or None,
        judged=tuple(judged),
        stored={name: stored[name] for name in SUMMARY_FIGURES if _is_number(stored.get(name))},
        distribution=_distribution(distribution) if isinstance(distribution, dict) else None,
        remarks=tuple(remarks),
    )


def _row_problems(at: int, row: Any) -> list[str]:
    if not isinstance(row, dict):
        return [f"result {at}: is no mapping; write one with scenario_name, conversation and severity"]
    name = row.get("scenario_name")
    if not isinstance(name, str) or not name.strip():
        return [f"result {at}, scenario_name: is missing; write it"]
    place = f"result {at} ({name[:60]!r}), conversation"
    messages = row.get("conversation")
    if not isinstance(messages, list):
        return [f"{place}: is no list of messages; write each with role and content"]
    problems = []
    for number, message in enumerate(messages, 1):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ROLES:
            problems.append(f"{place}, message {number}: the role {role!r} is none of {', '.join(ROLES)}")
    return problems


def _severity(row: Mapping[str, Any]) -> tuple[Severity | None, str | None, str | None]:
    """The verdict of a result, why it has none, and what a user should know."""
    judgment = row.get("judgment")
    said = row.get("severity")
    severity = as_severity(said)
    if isinstance(judgment, dict) and judgment:
        inner = judgment.get("severity")
        if as_severity(inner) is None:
            why = "the judgment has no severity" if inner is None else f"the judgment's severity is {inner!r}"
            beside = f"; the {said!r} beside it is nobody's verdict" if severity else ""
            return None, why, f"{why}{beside}: unscored"
        if severity is not None and as_severity(inner) != severity:
            return severity, None, f"its severity is {severity!r}, and its judgment says {inner!r}"
    if severity is None:
        why = "it has no severity" if said is None else f"its severity is {said!r}"
        return None, why, f"{why}: unscored"
    return severity, None, None


def as_severity(value: Any) -> Severity | None:
    """The severity that a text is, without regard to case; None for everything else."""
    folded = value.strip().casefold() if isinstance(value, str) else None
    return next((severity for severity in SEVERITIES if severity == folded), None)


def _judged(row: Mapping[str, Any], repetition: int, severity: Severity | None, why: str | None) -> Judged:
    return Judged(
        scenario=row["scenario_name"],
        description=_text(row.get("scenario_description")),
        repetition=repetition,
        expected_behavior=_texts(row.get("expected_behavior")),
        conversation=tuple(
            Message(role=message["role"], content=_text(message.get("content")))
            for message in row["conversation"]
        ),
        severity=severity,
        failure=why,
        issues=_texts(row.get("issues_found")),
        summary=_text(row.get("summary")),
    )


def _distribution(counts: Mapping[str, Any]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if isinstance(count, int)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return cell_text(value)


def _texts(value: Any) -> tuple[str, ...]:
    values: Iterable[Any] = value if isinstance(value, list) else [value] if value else []
    return tuple(cell_text(one) for one in values)

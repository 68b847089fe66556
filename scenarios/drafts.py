"""Scenarios of other tools made into a pack: what they leave open is filled in openly, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from consensus.severity import SEVERITIES, Severity
from scenarios.checked import checked
from scenarios.errors import SHOWN, PackError
from scenarios.model import Language, Pack, Text

Draft = dict[str, Any]
"""Fields of a scenario under our names; those that the source leaves open are absent or None."""
UNDETERMINED = "und"
"""BCP 47's tag for a language that nobody stated."""
UNCATEGORISED = "uncategorised"
EXPECTED = "does not do what the conversation tries to bring about, and says so where that helps the person"
"""What is expected where a source names only what to try."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Defaults(_Frozen):
    """What an import takes for what its source does not say; nothing that the source says is replaced."""

    name: Text | None = None
    """The pack's name; the file's name without it."""
    version: Text = "1"
    language: Language | None = None
    category: Text | None = None
    severity: Severity | None = None
    """It has no default: how grave a failure is, is never guessed."""
    source: Text | None = None


class ImportedPack(_Frozen):
    """A pack from another tool's file, and what its users should know of how it came about."""

    pack: Pack
    remarks: tuple[str, ...]


def pack_from(
    path: str, drafts: Sequence[Draft], tool: str, defaults: Defaults, stem: str, remarks: Iterable[str] = ()
) -> ImportedPack:
    """Make a pack of drafts.

    Args:
        path: the file, for messages.
        drafts: the scenarios; names that occur again are numbered.
        tool: whose format it is, such as `SimpleAudit`.
        defaults: what to take for what the drafts leave open.
        stem: the pack's name, where the defaults say none.
        remarks: what the reader of the format found.

    Raises:
        PackError: there is no scenario, one is wrong, or none says how grave a failure is.
    """
    if not drafts:
        raise PackError(path, ["holds no scenarios; check the file"])
    source = defaults.source or f"imported from {tool} ({stem})"
    said = [*remarks, *_number_names(drafts)]
    said += _fill(drafts, "language", defaults.language, UNDETERMINED, "language")
    said += _fill(drafts, "category", defaults.category, UNCATEGORISED, "category")
    said += _fill(drafts, "source", defaults.source, source, "source")
    said += _fill(drafts, "expected_behavior", None, [EXPECTED], None)
    if defaults.severity is None and (without := _without(drafts, "severity")):
        names = ", ".join(repr(str(one.get("name"))[:60]) for one in without[:3])
        more = f" and {len(without) - 3} more" if len(without) > 3 else ""
        problem = (
            f"{scenarios_say(len(without), len(drafts))} no severity ({names}{more}), and none is guessed"
        )
        raise PackError(path, [f"{problem}; give the severity for these: one of {', '.join(SEVERITIES)}"])
    said += _fill(drafts, "severity", defaults.severity, None, "severity")
    document = {
        "name": defaults.name or stem,
        "version": defaults.version,
        "description": f"{len(drafts)} scenarios, {source}",
        "source": source,
        "scenarios": [{key: value for key, value in draft.items() if value is not None} for draft in drafts],
    }
    return ImportedPack(pack=checked(path, Pack, document), remarks=tuple(said))


def dropped_remarks(rows: Iterable[Mapping[str, Any]], known: Iterable[str]) -> list[str]:
    """One remark that counts the keys which a scenario has no place for."""
    counts = Counter(key for row in rows for key, value in row.items() if key not in known and value)
    listed = ", ".join(f"{key} ({count})" for key, count in sorted(counts.items()))
    return [f"a scenario has no place for these keys, which are left out: {listed}"] if counts else []


def _without(drafts: Sequence[Draft], field: str) -> list[Draft]:
    return [draft for draft in drafts if not draft.get(field)]


def _fill(drafts: Sequence[Draft], field: str, given: Any, fallback: Any, option: str | None) -> list[str]:
    """Fill a field where it is open, and say so."""
    without = _without(drafts, field)
    value = given or fallback
    for draft in without:
        draft[field] = value
    if not without:
        return []
    shown = value[0] if isinstance(value, list) else value
    way = "" if given or option is None else f"; give another as the {option}"
    named = field.replace("_", " ")
    return [f"{scenarios_say(len(without), len(drafts))} no {named}: it is taken to be {shown!r}{way}"]


def scenarios_say(n: int, of: int) -> str:
    """`2 of 8 scenarios say`: the beginning of a remark."""
    return f"{n} of {of} scenarios {'says' if n == 1 else 'say'}"


def _number_names(drafts: Sequence[Draft]) -> list[str]:
    """Make names that occur again unique: `Name`, `Name (2)`."""
    taken: dict[str, int] = {}
    renamed = []
    for draft in drafts:
        name = draft.get("name")
        if not isinstance(name, str):
            continue
        wanted = name
        while wanted in taken:
            taken[name] += 1
            wanted = f"{name} ({taken[name]})"
        if wanted != name:
            renamed.append(wanted)
        taken[wanted] = 1
        draft["name"] = wanted
    listed = ", ".join(map(repr, renamed[:SHOWN])) + (" and more" if len(renamed) > SHOWN else "")
    return [f"names that occur more than once are numbered: {listed}"] if renamed else []

"""Seed instructions as Petri takes them: each becomes a scenario that a prober drives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scenarios.documents import (
    JSON_SUFFIXES,
    YAML_SUFFIXES,
    as_texts,
    parse_json,
    parse_yaml,
    read_document,
    read_text,
)
from scenarios.drafts import Defaults, Draft, ImportedPack, dropped_remarks, pack_from
from scenarios.errors import PackError

TOOL = "Petri"
MARKDOWN_SUFFIX = ".md"
LINE_SUFFIXES = frozenset({".txt"})
JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson"})
SUFFIXES = YAML_SUFFIXES | JSON_SUFFIXES | LINE_SUFFIXES | JSONL_SUFFIXES | {MARKDOWN_SUFFIX}
SEED_KEYS = ("input", "seed", "seed_instruction", "instruction", "instructions")
"""Where a record has its seed; `input` is what a dataset of Inspect AI calls it."""
NAME_KEYS = ("name", "id", "title")
OWN_KEYS = ("description", "category", "severity", "expected_behavior", "language", "source")
FENCE = "---"
NAME_WORDS = 8


def read_petri_seeds(path: Path, defaults: Defaults | None = None) -> ImportedPack:
    """Read seed instructions.

    One for each line of a .txt file, each entry of a .json, .yaml or .jsonl list (texts, or records with
    `input` and perhaps `id` and `metadata`), or each .md file of a folder, with front matter or without.
    The first of a seed's `tags` is its category, where it has no category.

    Args:
        path: the file or folder.
        defaults: what to take for what the seeds do not say.

    Raises:
        PackError: there are no seeds, or one has no text.
    """
    source = str(path)
    rows = _rows(path)
    problems, drafts, records = [], [], []
    for at, row in enumerate(rows, 1):
        record = row if isinstance(row, dict) else {"input": row}
        records.append({**record, **_metadata(record)})
        if (draft := _draft(at, records[-1])) is None:
            keys = ", ".join(SEED_KEYS)
            problems.append(f"seed {at}: has no text; write a text, or a mapping with one of {keys}")
        else:
            drafts.append(draft)
    if problems:
        raise PackError(source, problems)
    known = {*SEED_KEYS, *NAME_KEYS, *OWN_KEYS, "metadata", "tags"}
    return pack_from(source, drafts, TOOL, defaults or Defaults(), path.stem, dropped_remarks(records, known))


def _metadata(record: dict[str, Any]) -> dict[str, Any]:
    inner = record.get("metadata")
    return (
        {key: value for key, value in inner.items() if key not in record} if isinstance(inner, dict) else {}
    )


def _draft(at: int, record: dict[str, Any]) -> Draft | None:
    seed = next((record[key] for key in SEED_KEYS if record.get(key)), None)
    if not isinstance(seed, str) or not seed.strip():
        return None
    tags = record.get("tags")
    words = seed.split()
    short = " ".join(words[:NAME_WORDS]) + ("…" if len(words) > NAME_WORDS else "")
    expected = record.get("expected_behavior")
    severity = record.get("severity")
    return {
        "name": next((record[key] for key in NAME_KEYS if record.get(key)), f"Seed {at}: {short}"),
        "description": record.get("description") or short,
        "category": record.get("category") or (tags[0] if isinstance(tags, list) and tags else None),
        "severity": severity.casefold() if isinstance(severity, str) else severity,
        "expected_behavior": [expected] if isinstance(expected, str) else expected,
        "prober_goal": seed,
        "language": record.get("language"),
        "source": record.get("source"),
    }


def _rows(path: Path) -> list[Any]:
    if path.is_dir():
        files = sorted(path.glob(f"*{MARKDOWN_SUFFIX}"))
        if not files:
            raise PackError(str(path), [f"holds no {MARKDOWN_SUFFIX} file; give the folder of the seeds"])
        return [_markdown(file) for file in files]
    suffix = path.suffix.lower()
    if suffix == MARKDOWN_SUFFIX:
        return [_markdown(path)]
    if suffix in LINE_SUFFIXES:
        return [line for line in read_text(path).splitlines() if line.strip()]
    if suffix in JSONL_SUFFIXES:
        lines = enumerate(read_text(path).split("\n"), 1)
        return [as_texts(parse_json(f"{path}, line {at}", line)) for at, line in lines if line.strip()]
    if suffix not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise PackError(str(path), [f"the name ends in {suffix!r}; seeds are a folder, or one of {kinds}"])
    rows = as_texts(read_document(path))
    if not isinstance(rows, list):
        raise PackError(str(path), ["is no list of seeds; write one, each entry a text or a mapping"])
    return rows


def _markdown(path: Path) -> dict[str, Any]:
    """A seed in a file of its own; its name is the file's."""
    text = read_text(path)
    head: Any = {}
    if text.startswith(FENCE):
        front, fence, body = text.removeprefix(FENCE).partition(f"\n{FENCE}")
        if fence:
            head, text = as_texts(parse_yaml(str(path), front)), body
    if not isinstance(head, dict):
        raise PackError(str(path), ["its front matter is no mapping; write KEY: VALUE lines"])
    return {"name": path.stem, **head, "input": text.strip()}

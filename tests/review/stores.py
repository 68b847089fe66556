"""Stores with something to review: offline runs on the examples and on MedCalc-Bench, and a large one."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.model import Benchmark, Instance
from consensus.model import EscalationReason
from graphs.contract import TOOL_VERSION
from store.canonical import sha256_text
from store.connection import SqlValue
from store.store import Store
from tests.console.harness import ROOT, Background

CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"
CONVENTIONS = ROOT / "examples" / "conventions" / "items.jsonl"
MEDCALC = ROOT.parent / "shared" / "data" / "medcalc" / "original_test_labels.csv"
MEDCALC_STRIDE = 16
"""Every so many-th instance of MedCalc-Bench: most calculators, a third of them escalated, in seconds."""


def offline_run(store: Path, source: Path, *options: str) -> None:
    """A run of the offline reader, in a process of its own, so that a running event loop does not matter."""
    result = Background(
        store.parent, "relabel", source, "--model", "offline", "--store", store, "--quiet", *options
    ).wait(timeout=240)
    assert result.code in (0, 3), result.err


def clinic(store: Path) -> None:
    """57 instances of the clinic example, 9 of them escalated."""
    offline_run(store, CLINIC)


def conventions(store: Path) -> None:
    """Six vignettes, three of which wait for one decision on a convention."""
    offline_run(store, CONVENTIONS)


def medcalc(store: Path) -> None:
    """Real notes: 66 instances of MedCalc-Bench over all its calculators, some 20 of them escalated."""
    with MEDCALC.open(encoding="utf-8", newline="") as file:
        ids = [row["Unique ID"] for row in csv.DictReader(file)]
    offline_run(store, MEDCALC, "--ids", ",".join(ids[::MEDCALC_STRIDE]))


HOSTILE_END = "(end of what is hostile)"
HOSTILE = {
    "script": "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">",
    "attribute": "\" onmouseover=\"document.title='broken'\" x='\"><svg/onload=document.title='broken'>",
    "template": "{{ 7 * 7 }} {% include 'x' %} ${7*7} <!-- --> ]]> &lt;b&gt; &#x202e; </textarea></pre>",
    "direction": "\u202eright to left\u202c \u2066isolate \u200f\u0627\u0644\u0645\u0631 \u200b\ufeff",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\U000e007f e\u0301 \U00020bb7",
    "control": "\x07\x1b[31m red \x1b]0;title\x07 \x7f\x85 \u2028 \u2029 \r alone",
    "long": "long " * 200_000,
}
"""Name → text that stands before a patient's values. The last one is a line of 1 MB."""


def hostile(store: Path) -> None:
    """Notes with markup, breakouts, direction overrides, emoji, control characters and a very long line."""
    source = store.with_name("hostile.jsonl")
    rows = [
        {
            "id": f"{name} {text[:40]}",
            "context": f"{text} {HOSTILE_END} Panel one: sodium 134 mmol/L, chloride 95 mmol/L, bicarbonate "
            "11 mmol/L. Panel two: sodium 137 mmol/L, chloride 106 mmol/L, bicarbonate 18 mmol/L.",
            "question": f"What is the anion gap, without potassium, in mEq/L? {text[:200]}",
            "label": "28",
            "answer_kind": "number",
            "unit": "mEq/L",
            "calculator": "anion_gap",
        }
        for name, text in HOSTILE.items()
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    offline_run(store, source)


def copy(made: Path, to: Path) -> Path:
    """A store and its parked threads under another name, to be written to; `made` must be closed."""
    shutil.copy(made, to)
    threads = made.with_suffix(".checkpoints.db")
    if threads.exists():
        shutil.copy(threads, to.with_suffix(".checkpoints.db"))
    return to


NOTE_LENGTH = 4096
_FILLER = "Ward round, day {day}: rested, eats and drinks, walks to the window and back; no new complaints.\n"
_REASONS: tuple[tuple[EscalationReason, str, float], ...] = (
    ("low_consensus", "3 of 5 votes agree, 80% are needed", 0.68),
    ("critic_objects", "the critic objects: the value is of another day", 0.84),
    ("convention_open", "2 options of a convention give other answers", 0.6),
    ("incomputable_split", "2 of 5 votes say that it cannot be computed", 0.72),
    ("failed", "5 of 5 votes failed", 0.1),
    ("low_consensus", "2 of 5 votes agree, 80% are needed", 0.52),
    ("audit_sample", "drawn into the blind audit sample", 0.5),
)
"""Reason, words and priority, in turn."""


@dataclass(frozen=True)
class _Copy:
    """An instance of the large store: one of the clinic's with a longer note and a number of its own."""

    instance: Instance
    original: str
    number: int
    labelled: bool
    """Whether the original's label comes along."""


def large(store: Path, clinic_store: Path, n: int) -> str:
    """Add a run with `n` escalations to a copy of the clinic store; returns its id.

    Votes, calls and labels are copies of the clinic's. A fifth as many instances again have a label and are
    not escalated; of the escalations, one in seven is of the blind audit sample and has one as well.
    """
    copy(clinic_store, store)
    with Store.open(store) as opened:
        run = opened.latest_run()
        original = opened.benchmark(run.benchmark_id)
        copies = list(_copies(opened, n))
        instances = tuple(made.instance for made in copies)
        benchmark = Benchmark(
            name="large", source="large.csv", sha256=sha256_text(str(n)), columns=original.columns,
            instances=instances,
        )  # fmt: skip
        contract = opened.contract(run.contract_sha) | {"tool_version": TOOL_VERSION, "assignment": str(n)}
        with opened.transaction():
            benchmark_id = opened.add_benchmark(benchmark)
            made = opened.create_run(
                benchmark_id, contract, [instance.id for instance in instances], run.settings
            )
            _copy_records(opened, run.id, made.id, copies)
            _escalate(opened, made.id, copies[:n])
        return made.id


def _copies(store: Store, n: int) -> Iterator[_Copy]:
    run = store.latest_run()
    labelled = {label.instance_id for label in store.labels(run.id)}
    every = [item for item in store.instances(run.benchmark_id) if store.votes(run.id, item.id)]
    settled = [instance for instance in every if instance.id in labelled]
    any_instance, with_label = cycle(every), cycle(settled)
    for number in range(n + n // 5):
        has_label = number >= n or _REASONS[number % len(_REASONS)][0] == "audit_sample"
        of = next(with_label if has_label else any_instance)
        days = (_FILLER.format(day=day) for day in range(number % 50 + 2, NOTE_LENGTH))
        note = "".join([of.context, f"\n\nBed {number}.\n", *islice(days, NOTE_LENGTH // len(_FILLER))])
        note = note[:NOTE_LENGTH]
        changes = {
            "id": sha256_text(f"{of.id} {number}")[:16],
            "source_id": f"{of.source_id}-{number}",
            "context": note,
            "row": {name: note if cell == of.context else cell for name, cell in of.row.items()},
        }
        yield _Copy(of.model_copy(update=changes), of.id, number, has_label)


def _copy_records(store: Store, of_run: str, run_id: str, copies: Sequence[_Copy]) -> None:
    """Votes and calls of the originals, and labels where they come along."""
    db = store.file.writer()
    db.execute("CREATE TEMP TABLE copies (id TEXT, original TEXT, number INTEGER, labelled INTEGER)")
    db.conn.executemany(
        "INSERT INTO copies VALUES (?, ?, ?, ?)",
        [(made.instance.id, made.original, made.number, made.labelled) for made in copies],
    )
    for table, condition in (("votes", ""), ("calls", ""), ("labels", "AND c.labelled")):
        columns = [row["name"] for row in store.file.rows(f"PRAGMA table_info({table})")]
        kept = [name for name in columns if name != "id"]
        values = {name: f"t.{name}" for name in kept} | {"run_id": "?1", "instance_id": "c.id"}
        values |= {"key": "t.key || '-' || c.number"} if table == "calls" else {}
        db.execute(
            f"INSERT INTO {table} ({', '.join(kept)}) SELECT {', '.join(values[name] for name in kept)} "
            f"FROM copies c JOIN {table} t ON t.instance_id = c.original WHERE t.run_id = ?2 {condition} "
            f"ORDER BY c.number",
            (run_id, of_run),
        )
    db.execute("DROP TABLE copies")


def _escalate(store: Store, run_id: str, copies: Sequence[_Copy]) -> None:
    created = store.run(run_id).created_at.isoformat()
    rows: list[dict[str, SqlValue]] = []
    for made in copies:
        reason, why, priority = _REASONS[made.number % len(_REASONS)]
        rows.append(
            {
                "run_id": run_id,
                "instance_id": made.instance.id,
                "reason": reason,
                "priority": priority,
                "detail": json.dumps({"why": why}),
                "created_at": created,
            }
        )
    store.file.insert_many("escalations", rows)

"""Stores with something to review: offline runs on the examples and on MedCalc-Bench."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import time
from pathlib import Path

from store.errors import StoreError
from store.store import Store
from tests.console.harness import ROOT, Background

CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"
CONVENTIONS = ROOT / "examples" / "conventions" / "items.jsonl"
MEDCALC = ROOT.parent / "shared" / "data" / "medcalc" / "original_test_labels.csv"
MEDCALC_STRIDE = 16
"""Every so many-th instance of MedCalc-Bench: most calculators, a third of them escalated, in seconds."""


def offline_run(store: Path, source: Path, *options: str) -> None:
    """A run of the offline reader, in a process of its own, so that a running event loop does not matter."""
    result = _relabel(store, source, *options).wait(timeout=240)
    assert result.code in (0, 3), result.err


def _relabel(store: Path, source: Path, *options: str) -> Background:
    return Background(
        store.parent, "relabel", source, "--model", "offline", "--store", store, "--quiet", *options
    )


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
    rows = [
        _two_panels(f"{name} {text[:40]}", f"{text} {HOSTILE_END}", text[:200])
        for name, text in HOSTILE.items()
    ]
    offline_run(store, _write(store.with_name("hostile.jsonl"), rows))


PANELS = 24


def panels(store: Path) -> None:
    """Notes that leave open which of two values counts: all of them wait for people."""
    rows = [_two_panels(f"panels-{n}", f"Bed {n}.", "") for n in range(PANELS)]
    offline_run(store, _write(store.with_name("panels.jsonl"), rows))


def panels_interrupted(store: Path) -> None:
    """A run on many such notes that was drained after some of them."""
    rows = [_two_panels(f"panels-{n}", f"Bed {n}.", "") for n in range(10 * PANELS)]
    source = _write(store.with_name("panels.jsonl"), rows)
    running = _relabel(store, source, "--concurrency", "2")
    end = time.monotonic() + 60
    while _waiting(store) < 8:
        assert running.process.is_alive(), running.err()
        assert time.monotonic() < end, running.err()
        time.sleep(0.02)
    running.signal(signal.SIGINT)
    assert running.wait().code == 130, running.err()


def _waiting(store: Path) -> int:
    try:
        with Store.open(store, read_only=True) as opened:
            return opened.counts(opened.latest_run().id).awaiting_review
    except StoreError:
        return 0


def _two_panels(identity: str, before: str, asked: str) -> dict[str, str]:
    """A row whose note gives the values of an anion gap twice."""
    return {
        "id": identity,
        "context": f"{before} Panel one: sodium 134 mmol/L, chloride 95 mmol/L, bicarbonate 11 mmol/L. "
        "Panel two: sodium 137 mmol/L, chloride 106 mmol/L, bicarbonate 18 mmol/L.",
        "question": f"What is the anion gap, without potassium, in mEq/L? {asked}",
        "label": "28",
        "answer_kind": "number",
        "unit": "mEq/L",
        "calculator": "anion_gap",
    }


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def copy(made: Path, to: Path) -> Path:
    """A store and its parked threads under another name, to be written to; `made` must be closed."""
    shutil.copy(made, to)
    threads = made.with_suffix(".checkpoints.db")
    if threads.exists():
        shutil.copy(threads, to.with_suffix(".checkpoints.db"))
    return to

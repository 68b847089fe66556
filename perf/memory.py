"""How much memory and disk a run takes that is larger than what it works on at once.

    python perf/memory.py [--instances 1000000] [--relabel 20000] [--format jsonl|parquet] [--folder DIR]
        [--model offline] [--votes 3] [--figure FILE.svg] [--json]

Makes a benchmark of synthetic instances, relabels the first of them with `run.py relabel`, and reads once a
second the resident memory of that process, the number of instances that are done, and the size of the store
and of the file of parked threads. Linux only.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from graphs.checkpoints import checkpoints_path
from perf.command import print_facts

ROOT = Path(__file__).resolve().parent.parent
SEED = 20260101
BATCH = 10_000
TAIL = 20_000
"""Instances over which the slope is fitted: the last ones that were done."""
_FILLER = (
    "She lives with her brother and works in a library.",
    "Sleep has been poor since the move.",
    "There is no known allergy.",
    "Appetite is unchanged.",
    "He walks the dog twice a day without complaints.",
    "The next visit is in three months.",
)


class Sample(NamedTuple):
    """What was seen at one moment: seconds since the start, sizes in bytes."""

    seconds: float
    rss: int
    done: int
    store: int
    checkpoints: int


def rows(count: int) -> Iterator[dict[str, str]]:
    """Synthetic instances, a tenth of them without the height that they ask to compute with."""
    draw = random.Random(SEED)
    for number in range(count):
        weight, height = draw.randint(45, 120), draw.randint(150, 199)
        said = f"Height {height} cm. " if draw.random() > 0.1 else ""
        filler = " ".join(draw.choices(_FILLER, k=draw.randint(4, 16)))
        yield {
            "id": f"s{number:08d}",
            "context": f"Visit {number}. {filler} Weight {weight} kg. {said}",
            "question": "What is the patient's body mass index (BMI) in kg/m2?",
            "label": f"{weight / (height / 100) ** 2:.1f}",
            "answer_kind": "number",
        }


def write_benchmark(path: Path, count: int) -> None:
    """Write synthetic instances as JSONL, or as Parquet in one row group per BATCH."""
    if path.suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows(count))
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = rows(count)
    schema = pa.schema([(name, pa.string()) for name in next(rows(1))])
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, count, BATCH):
            batch = [next(made) for _ in range(min(BATCH, count - start))]
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def watch(command: Sequence[str], store: Path) -> list[Sample]:
    """Run a command to its end; returns a sample a second."""
    samples: list[Sample] = []
    start = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            rss = _resident(process.pid)
            if rss:
                sizes = (_size(store), _size(checkpoints_path(store)))
                samples.append(Sample(time.monotonic() - start, rss, _done(store), *sizes))
            time.sleep(1.0)
    if process.returncode not in (0, 3, 130):  # what was drained is measured as far as it came
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    sizes = (_size(store), _size(checkpoints_path(store)))
    samples.append(Sample(time.monotonic() - start, samples[-1].rss, _done(store), *sizes))
    return samples


def _resident(pid: int) -> int:
    """Bytes of resident memory, 0 where the process has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(found[0].split()[1]) * 1024 if found else 0


def _size(path: Path) -> int:
    """Bytes of a database and its write-ahead log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _done(store: Path) -> int:
    """Instances with a label or an escalation."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            sql = "SELECT (SELECT count(*) FROM labels) + (SELECT count(*) FROM escalations)"
            return int(connection.execute(sql).fetchone()[0])
    except sqlite3.Error:
        return 0


def facts(samples: Sequence[Sample], benchmark_bytes: int) -> dict[str, float]:
    """The figures of a run."""
    before = samples[0].done  # of a run that is resumed
    working = [sample for sample in samples if sample.done > before]
    tail = [sample for sample in working if sample.done > working[-1].done - TAIL]
    slope = float(np.polyfit([s.done for s in tail], [s.rss for s in tail], 1)[0])
    first, last = working[0], working[-1]
    done = last.done - first.done
    return {
        "benchmark_mb": round(benchmark_bytes / 1e6, 1),
        "seconds_until_the_first_is_done": round(first.seconds, 1),
        "seconds": round(last.seconds, 1),
        "done": last.done,
        "done_by_this_process": last.done - before,
        "rss_mb_most_while_reading": round(max(s.rss for s in samples if s.done == before) / 1e6, 1),
        "rss_mb_at_first": round(first.rss / 1e6, 1),
        "rss_mb_at_last": round(last.rss / 1e6, 1),
        "rss_mb_most": round(max(s.rss for s in samples) / 1e6, 1),
        "rss_kb_per_1000_done": round(1000 * slope / 1e3, 1),
        "store_mb": round(last.store / 1e6, 1),
        "store_bytes_per_done": round((last.store - first.store) / done),
        "checkpoint_bytes_per_done": round((last.checkpoints - first.checkpoints) / done),
        "checkpoint_mb_at_first": round(first.checkpoints / 1e6, 3),
        "checkpoint_mb_most": round(max(s.checkpoints for s in samples) / 1e6, 3),
        "checkpoint_mb_at_last": round(last.checkpoints / 1e6, 3),
    }


def draw(samples: Sequence[Sample], path: Path) -> None:
    """A picture of memory and sizes over time."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "steward"
    figure, (memory, sizes) = pyplot.subplots(2, 1, sharex=True, figsize=(7, 5), layout="constrained")
    minutes = [sample.seconds / 60 for sample in samples]
    memory.plot(minutes, [sample.rss / 1e6 for sample in samples], label="resident memory, MB")
    memory.axvline(
        next(s.seconds for s in samples if s.done) / 60, color="grey", linewidth=0.8, linestyle=":"
    )
    memory.set_ylim(bottom=0)
    memory.set_ylabel("MB")
    sizes.plot(minutes, [sample.done for sample in samples], label="instances done")
    sizes.plot(minutes, [sample.checkpoints / 1e3 for sample in samples], label="parked threads, kB")
    sizes.set_xlabel("minutes; left of the dotted line the run begins")
    for axes, place in ((memory, "lower right"), (sizes, "upper left")):
        axes.legend(loc=place, frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Make the benchmark, run, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", type=int, default=1_000_000)
    parser.add_argument("--relabel", type=int, default=TAIL)
    parser.add_argument("--format", choices=("jsonl", "parquet"), default="jsonl")
    parser.add_argument("--model", default="offline")
    parser.add_argument("--votes", default="3")
    parser.add_argument(
        "--folder",
        type=Path,
        help="Where the files go, and stay; a run that is there is resumed. Else they are removed.",
    )
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        benchmark, store = folder / f"synthetic.{options.format}", folder / "memory.db"
        command = [sys.executable, "run.py"]
        if store.exists():
            command += ["resume", "--store", str(store)]
        else:
            write_benchmark(benchmark, options.instances)
            command += ["relabel", str(benchmark), "--store", str(store), "--model", options.model]
            command += ["--limit", str(options.relabel)]
            command += ["--votes", options.votes, "--max-votes", options.votes]
        samples = watch(command, store)
        found = facts(samples, benchmark.stat().st_size)
    if options.figure:
        draw(samples, options.figure)
    print_facts(found, as_json=options.json, width=34)


if __name__ == "__main__":
    main()

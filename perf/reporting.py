"""Measured runs as Markdown tables."""

from __future__ import annotations

import os
import platform
import re
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from perf.measuring import Measured
from perf.peers.install import Peer
from perf.tools import Job, Steward, Tool

METHOD = """\
Every tool makes the calls that Steward makes: the same messages and JSON schemas, taken from Steward's own
requests, against one mock server on this machine that answers each after the same time. Steward is
`run.py relabel` on a benchmark that no registered calculator fits, so that the executor's program runs in the
sandbox; ledger, votes, traces and labels are written as usual, and counted afterwards. The other tools record
what they record by default; their response caches are off, what they would ask of a network is answered from
their own packages or left out, and every output is counted and must be what was asked for.

- Inspect AI: a task whose solver asks extractor, executor and critic in turn, votes as epochs.
- bespokelabs-curator: an `LLM` with `response_format` for each role, on the `openai` backend, one after the
  other; the prompts are rendered beforehand, so that within a role nothing waits for another call.
- distilabel: a pipeline of three `TextGeneration` steps, each a process. The schema goes with the request as
  it is, which spares distilabel the validation of its `structured_output`.

Inspect AI and bespokelabs-curator run in one process; as several, they are several commands, each with its
part of the instances."""


def limit_table(runs: Mapping[Tool, Sequence[Measured]], job: Job, latency: float) -> str:
    """Every tool at the limit of the client's CPU: medians, with the fastest Steward as the measure."""
    steward = max(
        (_median(done, lambda run: run.rate) for tool, done in runs.items() if isinstance(tool, Steward)),
        default=None,
    )
    rows = []
    for tool, done in runs.items():
        rate = _median(done, lambda run: run.rate)
        ideal = job.calls * latency / tool.in_flight(job)
        rows.append(
            (
                tool.name,
                f"`{tool.settings}`",
                f"{rate:.0f} ({min(run.rate for run in done):.0f}–{max(run.rate for run in done):.0f})",
                f"{steward / rate:.1f} ×" if steward else "",
                f"{_median(done, lambda run: run.whole_rate):.0f}",
                f"{_median(done, lambda run: run.cpu_ms):.2f}",
                f"{_median(done, lambda run: run.most_in_flight):.0f}",
                f"{_median(done, lambda run: run.wall):.1f}",
                f"{_median(done, lambda run: run.wall) / ideal:.1f} ×",
            )
        )
    rounds = max(map(len, runs.values()), default=0)
    server = statistics.median(run.server_cpu / run.calls for done in runs.values() for run in done)
    return (
        f"{job.instances:,} instances × 3 roles × {job.votes} votes = {job.calls:,} calls of "
        f"{latency * 1000:.0f} ms each; medians of {rounds} rounds, in which the tools took turns, with the "
        "least and the most. Calls/s are from the first request to the last reply at the server; the column "
        "after has them with the command's start-up and end. The server shares the machine, at "
        f"{server * 1000:.2f} ms of CPU a call, which is not in the table. The ideal "
        "is calls × latency / calls in flight as set.\n\n"
        + _table(
            (
                "tool",
                "setting",
                "calls/s",
                "Steward is faster by",
                "calls/s of the whole command",
                "CPU ms/call",
                "most in flight",
                "seconds",
                "of the ideal",
            ),
            rows,
        )
    )


def pace_table(runs: Sequence[Measured], in_flight: int, job: Job, latency: float) -> str:
    """Steward where the CPU is not the limit, against calls × latency / concurrency."""
    ideal = job.calls * latency / in_flight
    wall, span = _median(runs, lambda run: run.wall), _median(runs, lambda run: run.span)
    busy = _median(runs, lambda run: run.cpu / run.wall)
    row = (
        f"{in_flight}",
        f"{ideal:.1f}",
        f"{span:.1f}",
        f"{span / ideal:.2f}",
        f"{wall:.1f}",
        f"{wall / ideal:.2f}",
        f"{busy:.0%}",
    )
    return (
        f"Where the CPU is not the limit, with `--max-requests {in_flight}` in one process, medians of "
        f"{len(runs)}: the ideal is calls × latency / requests in flight.\n\n"
        + _table(
            (
                "in flight",
                "ideal s",
                "first to last call s",
                "/ ideal",
                "whole command s",
                "/ ideal",
                "of one core",
            ),
            [row],
        )
    )


def versions(peers: Iterable[Peer]) -> str:
    """The command, the machine, and the versions of what was measured."""
    named = sorted({requirement for peer in peers for requirement in peer.requirements})
    command = " ".join(["python", "perf/throughput.py", *sys.argv[1:]])
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return f"`{command}` on {machine}" + (f", {', '.join(named)}." if named else ".")


def put_section(page: Path, title: str, text: str) -> None:
    """Write a section of a Markdown page anew, or add it at the end."""
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    section = f"## {title}\n\n{text}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    if pattern.search(before):
        after = pattern.sub(lambda _: section + "\n", before).rstrip() + "\n"
    else:
        after = f"{before.rstrip()}\n\n{section}".lstrip()
    page.write_text(after, encoding="utf-8")


def _median(runs: Sequence[Measured], figure: Callable[[Measured], float]) -> float:
    return statistics.median(map(figure, runs))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

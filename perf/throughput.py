"""Calls per second of Steward and of other tools, on the same calls against the same mock server.

    python perf/peers/install.py FOLDER                # once
    python perf/throughput.py --venvs FOLDER [--instances 1000] [--rounds 5] [--markdown docs/performance.md]

First, at the limit of the client's CPU: every tool makes 3 calls for each of 5 votes on every instance, as
fast as it can, the tools taking turns within each round. Then, where the CPU is not the limit: Steward with
few requests at once, against the time that the calls take by themselves. Steward records everything as
usual, and what it recorded is counted. The other tools record what they record by default, with their caches
off.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from perf.measuring import Measured, MeasuringError, Mock, measure, mock_server
from perf.reporting import METHOD, limit_table, pace_table, put_section, versions
from perf.tools import Job, Other, Steward, Tool, others, steward_has_processes, write_calls
from perf.workload import write_benchmark

SHARE_OF_A_CORE = 0.5
"""What the client may need of one core in the second part."""


def main() -> None:
    """Measure, and print the tables."""
    asked = _options()
    if asked.work is not None:
        Path(asked.work).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="throughput-", dir=asked.work))
    try:
        text = "\n\n".join(_measured(asked, folder))
    except MeasuringError as error:
        sys.exit(f"the calls of the other tools could not be rendered: {error}")
    if not any(folder.glob("*/*.log")):  # of what failed; all else is removed at once
        shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if asked.markdown:
        put_section(asked.markdown, "Against other tools", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--venvs", type=Path, help="where perf/peers/install.py put the other tools")
    parser.add_argument("--instances", type=int, default=1000)
    parser.add_argument("--votes", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--tune",
        type=lambda text: [int(count) for count in text.split(",")],
        default=[],
        metavar="N,N,…",
        help="try the other tools with so many calls in flight, on a fifth of the instances; take the best",
    )
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that the server takes")
    parser.add_argument("--concurrency", type=int, default=64, help="instances at once, of Steward")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="default: one a core")
    parser.add_argument(
        "--all-cores-only", action="store_true", help="no tool on one process if it can do more"
    )
    parser.add_argument("--only", metavar="KEY,…", help="some of: steward,inspect,curator,distilabel")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one run of one tool")
    parser.add_argument("--work", type=Path, help="where to keep stores and logs while it runs; a local disk")
    parser.add_argument("--markdown", type=Path, help="a page whose section is written anew")
    return parser.parse_args()


def _measured(asked: argparse.Namespace, folder: Path) -> list[str]:
    job = Job(folder / "benchmark.jsonl", folder / "calls.json", asked.instances, asked.votes)
    write_benchmark(job.benchmark, job.instances)
    tools, missing = _tools(asked)
    for line in missing:
        _say(line)
    if any(isinstance(tool, Other) for tool in tools):
        _write_calls(job, folder, asked)
    with mock_server("--latency", str(asked.latency)) as mock:
        tools = [_tuned(tool, job, mock, folder, asked) for tool in tools]
        runs = _rounds(tools, job, mock, folder, asked)
        pace = _at_a_pace(runs, job, mock, folder, asked)
    return [
        METHOD,
        limit_table(runs, job, asked.latency),
        *missing,
        *pace,
        versions(tool.peer for tool in tools if isinstance(tool, Other)),
    ]


def _tools(asked: argparse.Namespace) -> tuple[list[Tool], list[str]]:
    tools: list[Tool] = [Steward(1, asked.concurrency)]
    missing = []
    if asked.processes > 1 and steward_has_processes():
        tools.append(Steward(asked.processes, asked.concurrency))
    elif asked.processes > 1:
        missing.append("Steward runs in one process: this version has no `--processes`.")
    found, not_there = others(asked.venvs, asked.processes)
    tools += found
    if asked.all_cores_only:
        tools = [tool for tool in tools if not _does_more(tool, tools)]
    if asked.only:
        tools = [tool for tool in tools if tool.key in asked.only.split(",")]
        if not tools:
            sys.exit(f"--only {asked.only}: no such tool is there")
        return tools, []
    return tools, missing + not_there


def _does_more(tool: Tool, tools: Sequence[Tool]) -> bool:
    """Whether the same program is there on more processes."""
    program = tool.name.partition(",")[0]
    return any(other.processes > tool.processes for other in tools if other.name.startswith(program))


def _write_calls(job: Job, folder: Path, asked: argparse.Namespace) -> None:
    """What Steward sends for one vote on each instance is what the other tools send."""
    requests = folder / "requests.jsonl"
    once = Job(job.benchmark, job.calls_file, job.instances, votes=1)
    with mock_server("--latency", "0.01", "--record", str(requests)) as mock:
        _one(Steward(1, asked.concurrency * asked.votes), once, mock, folder, asked.timeout)
    written = write_calls(requests, job.calls_file)
    assert written == once.calls, f"{written} calls were rendered, not {once.calls}"
    requests.unlink()


def _tuned(tool: Tool, job: Job, mock: Mock, folder: Path, asked: argparse.Namespace) -> Tool:
    """The tool with as many calls in flight as it was fastest with."""
    if isinstance(tool, Steward) or not asked.tune:
        return tool
    part = replace(job, instances=max(job.instances // 5, 1))
    rates: dict[float, Tool] = {}
    for count in asked.tune:
        tried = replace(tool, concurrency=count)
        with suppress(MeasuringError):
            rate = _one(tried, part, mock, folder, asked.timeout).rate
            _say(f"{tried.name}, {count} in flight: {rate:.0f} calls/s")
            rates[rate] = tried
    return rates[max(rates)] if rates else tool


def _rounds(
    tools: Sequence[Tool], job: Job, mock: Mock, folder: Path, asked: argparse.Namespace
) -> dict[Tool, list[Measured]]:
    """Every tool once in each round; one that fails is told of and left out of what is left."""
    runs: dict[Tool, list[Measured]] = {tool: [] for tool in tools}
    failed: set[Tool] = set()
    for number in range(asked.rounds):
        for tool in tools:
            if tool in failed:
                continue
            try:
                run = _one(tool, job, mock, folder, asked.timeout)
            except MeasuringError as error:
                failed.add(tool)
                _say(f"{tool.name}: {error}")
                continue
            runs[tool].append(run)
            _say(f"round {number + 1}: {tool.name}: {run.rate:.0f} calls/s, {run.cpu_ms:.2f} ms CPU a call")
    return {tool: done for tool, done in runs.items() if done}


def _one(tool: Tool, job: Job, mock: Mock, folder: Path, timeout: float) -> Measured:
    """One run in a folder of its own, which is removed if all was well."""
    out = Path(tempfile.mkdtemp(dir=folder))
    for part in range(tool.processes):
        (out / str(part)).mkdir()
    run = measure(
        tool.commands(job, mock, out),
        mock,
        log=out / "stderr.log",
        timeout=timeout,
        env=tool.environment(out),
    )
    tool.check(job, run, out)
    shutil.rmtree(out, ignore_errors=True)
    return run


def _at_a_pace(
    runs: dict[Tool, list[Measured]], job: Job, mock: Mock, folder: Path, asked: argparse.Namespace
) -> list[str]:
    """The second part: so many requests at once that half of a core stays idle."""
    one = [tool for tool in runs if isinstance(tool, Steward) and tool.processes == 1]
    if not one:
        return []
    cpu_ms = statistics.median(run.cpu_ms for run in runs[one[0]])
    slow = replace(one[0], requests=max(1, int(SHARE_OF_A_CORE * 1000 * asked.latency / cpu_ms)))
    done = _rounds([slow], job, mock, folder, asked).get(slow, [])
    return [pace_table(done, slow.requests, job, asked.latency)] if done else []


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and with it what it has started
    with suppress(KeyboardInterrupt):
        main()

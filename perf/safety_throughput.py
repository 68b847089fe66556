"""How long conversations and judgments take against a server that takes 200 ms for each reply.

    python perf/safety_throughput.py [--latency 0.2] [--targets 2] [--reps 3] [--scenarios 8] [--turns 5]

A server in a process of its own answers every role. The floor is what the calls of one conversation take one
after the other: `2 · turns + 1` latencies, since all conversations may be had at once. Told are the seconds
from the first call to the last verdict, and those of the whole command with its start-up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agents.specs import Sampling, parse_spec
from consensus.severity import PanelPolicy
from graphs.jobs import execute
from graphs.options import RunOptions
from graphs.runner import Stop
from graphs.safety_contract import RerunPlan, SafetySampling
from graphs.safety_jobs import create_safety_run
from graphs.safety_requests import ContractRequest, Named, contract_of
from scenarios.model import Pack, Scenario
from scenarios.packs import read_rubric, write_pack
from store.store import Store
from tests.model_server.replies import JsonReply, Reply, ServerRequest, Slow, TextReply

ROOT = Path(__file__).resolve().parent.parent
LATENCY_S = 0.2
_JUDGMENT = {
    "severity": "pass",
    "reason": "The assistant did what is expected.",
    "quotes": [],
    "realism": 4,
    "on_task": True,
}


def script(request: ServerRequest) -> Reply:
    """Judges pass everything; prober and targets say something."""
    said: Reply = JsonReply(_JUDGMENT) if request.output_names else TextReply("Tell me more about it.")
    return Slow(LATENCY_S, said)


def main() -> None:
    """Measure once and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("targets", 2), ("reps", 3), ("scenarios", 8), ("turns", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _server() as url:
        pack = _pack(asked.scenarios)
        inside = _in_process(Path(folder) / "inside.db", pack, url, asked)
        whole = _command(Path(folder), pack, url, asked)
    floor = LATENCY_S * (2 * asked.turns + 1)
    cells = asked.targets * asked.reps * asked.scenarios
    print(f"{cells} conversations, {cells * (2 * asked.turns + 1)} calls at {LATENCY_S * 1000:.0f} ms")
    print(f"floor                      {floor:6.2f} s")
    print(f"from first call to last    {inside:6.2f} s   {inside / floor:.2f} × the floor")
    print(f"whole command              {whole:6.2f} s")


def _in_process(path: Path, pack: Pack, url: str, asked: argparse.Namespace) -> float:
    import graphs.engine  # noqa: F401  what takes seconds to import is no part of the run

    spec = parse_spec(f"openai-chat:mock@{url}")
    sampling = Sampling(temperature=0, seed=1)
    request = ContractRequest(
        pack=pack,
        rubric=read_rubric("default"),
        prober=spec,
        judges=[Named("judge", spec)],
        sampling=SafetySampling(target=sampling, prober=sampling, judge=sampling, turns=asked.turns),
        reruns=RerunPlan(least=asked.reps, most=asked.reps),
        policy=PanelPolicy(),
        output_mode="native",
    )
    targets = [Named(f"target {n}", spec) for n in range(asked.targets)]
    how = RunOptions(concurrency=64)
    with Store.open(path, create=True) as store:
        run = create_safety_run(store, contract_of(request), targets, how)
        began = time.perf_counter()
        asyncio.run(execute(store, run, how, resumed=False, stop=Stop(), on_change=lambda progress: None))
        took = time.perf_counter() - began
        assert store.counts(run.id).committed == asked.targets * asked.reps * asked.scenarios
    return took


def _command(folder: Path, pack: Pack, url: str, asked: argparse.Namespace) -> float:
    write_pack(pack, folder / "pack.yaml")
    spec = f"openai-chat:mock@{url}"
    targets = ",".join(f"target{n}={spec}" for n in range(asked.targets))
    command = [sys.executable, "run.py", "safety", "run", str(folder / "pack.yaml"), "--json", "--quiet"]
    command += ["--targets", targets, "--judges", f"judge={spec}", "--prober", spec]
    command += ["--reps", str(asked.reps), "--turns", str(asked.turns), "--store", str(folder / "command.db")]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    took = time.perf_counter() - began
    assert json.loads(done.stdout)["committed"] == asked.targets * asked.reps * asked.scenarios
    return took


def _pack(scenarios: int) -> Pack:
    return Pack(
        name="throughput",
        version="1",
        description="As many scenarios as are asked for.",
        source="own writing",
        scenarios=tuple(
            Scenario(
                name=f"scenario {number}",
                description="A person asks for advice.",
                category="advice",
                severity="medium",
                expected_behavior=("gives advice",),
                prober_goal=f"to get advice number {number}",
                language="en",
                source="own writing",
            )
            for number in range(scenarios)
        ),
    )


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.model_server", "--port", "0"]
    command += ["--script", "perf.safety_throughput:script"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None, "it was asked for"
        try:
            yield process.stdout.readline().strip() + "/v1"
        finally:
            process.terminate()


if __name__ == "__main__":
    main()

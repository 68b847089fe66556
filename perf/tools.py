"""The tools whose throughput is compared, each as the commands that make one workload's calls."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from perf.measuring import ROOT, Measured, MeasuringError, Mock
from perf.peers.install import PEERS, Peer, python_of
from perf.workload import ROLES, instance_of
from store.store import Store

Commands = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Job:
    """What is asked of every tool: `votes` votes on each instance of a benchmark, three calls each."""

    benchmark: Path
    calls_file: Path
    instances: int
    votes: int

    @property
    def calls(self) -> int:
        """Calls in all."""
        return self.instances * self.votes * len(ROLES)


@dataclass(frozen=True)
class Steward:
    """`run.py relabel`, recording everything as usual."""

    processes: int
    concurrency: int
    """Instances at once, each with as many calls in flight as votes."""
    requests: int = 0
    """Calls in flight at most; 0: as many as it turns out to take."""
    key = "steward"

    @property
    def name(self) -> str:
        """As in the table."""
        return f"Steward, {_processes(self.processes)}"

    @property
    def settings(self) -> str:
        """What was set, for the table."""
        return f"--concurrency {self.concurrency}" + (
            f" --processes {self.processes}" if self.processes > 1 else ""
        )

    def in_flight(self, job: Job) -> int:
        """Calls in flight at most."""
        return self.requests or min(self.concurrency, job.instances) * job.votes

    def commands(self, job: Job, mock: Mock, out: Path) -> Commands:
        """One command; `out` gets the store."""
        command = [sys.executable, "run.py", "relabel", str(job.benchmark), "--json", "--quiet"]
        command += ["--model", f"openai-chat:mock@{mock.url}", "--store", str(out / "steward.db")]
        command += [
            "--votes",
            str(job.votes),
            "--max-votes",
            str(job.votes),
            "--concurrency",
            str(self.concurrency),
            "--max-requests",
            str(self.requests),
        ]
        return [[*command, "--processes", str(self.processes)] if self.processes > 1 else command]

    def environment(self, out: Path) -> Mapping[str, str]:
        """Nothing besides what is there."""
        return {}

    def check(self, job: Job, measured: Measured, out: Path) -> None:
        """Every instance has a label and its votes, every call is in the ledger. Raises MeasuringError."""
        facts = json.loads(measured.outputs[0])
        with Store.open(out / "steward.db", read_only=True) as store:
            run = store.latest_run().id
            votes = sum(len(store.votes(run, instance)) for instance in store.work(run))
        found = {
            "labels": (facts["committed"], job.instances),
            "votes": (votes, job.instances * job.votes),
            "calls in the ledger": (facts["calls"], job.calls),
            "calls at the server": (measured.calls, job.calls),
        }
        _check(found)


@dataclass(frozen=True)
class Other:
    """Another tool, from its own virtual environment; more than one process is as many commands by hand."""

    peer: Peer
    venvs: Path
    processes: int
    concurrency: int
    """In flight in all."""

    @property
    def key(self) -> str:
        """For the command line."""
        return self.peer.key

    @property
    def name(self) -> str:
        """As in the table."""
        by_hand = ", each with its part of the instances" if self.processes > 1 else ""
        return f"{self.peer.title}, {self.peer.own_processes or _processes(self.processes)}{by_hand}"

    @property
    def settings(self) -> str:
        """What was set, for the table."""
        return self.peer.setting.format(self.concurrency // self.processes)

    def in_flight(self, job: Job) -> int:
        """Calls in flight at most, of each step where steps are processes."""
        return self.concurrency

    def commands(self, job: Job, mock: Mock, out: Path) -> Commands:
        """A command for each process; `out` gets what the tool records."""
        program = ROOT / "perf" / "peers" / f"{self.peer.key}_calls.py"
        return [
            [
                *(str(python_of(self.venvs, self.peer)), str(program), str(job.calls_file)),
                *("--url", mock.url, "--concurrency", str(self.concurrency // self.processes)),
                *("--instances", str(job.instances), "--votes", str(job.votes)),
                *("--part", f"{part}/{self.processes}"),
                *("--out", str(out / str(part))),
            ]
            for part in range(self.processes)
        ]

    def environment(self, out: Path) -> Mapping[str, str]:
        """What tools keep in the home folder goes with what they record, and no network is asked."""
        home = str(out / "home")
        return {"HF_HOME": home, "XDG_CACHE_HOME": home, "XDG_DATA_HOME": home, "HF_HUB_OFFLINE": "1"}

    def check(self, job: Job, measured: Measured, out: Path) -> None:
        """Every call was made and gave a valid output. Raises MeasuringError."""
        told = [json.loads(output.strip().splitlines()[-1]) for output in measured.outputs]
        found = {
            "valid outputs": (sum(each["valid"] for each in told), job.calls),
            "calls at the server": (measured.calls, job.calls),
        }
        _check(found)


Tool = Steward | Other


def _check(found: dict[str, tuple[int, int]]) -> None:
    wrong = [
        f"{name}: {count}, not {expected}" for name, (count, expected) in found.items() if count != expected
    ]
    if wrong:
        raise MeasuringError("; ".join(wrong))


def _processes(count: int) -> str:
    return "1 process" if count == 1 else f"{count} processes"


@cache
def steward_has_processes() -> bool:
    """Whether this version spreads a run over processes."""
    command = [sys.executable, "run.py", "relabel", "--help"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return "--processes" in shown


def others(venvs: Path | None, processes: int) -> tuple[list[Other], list[str]]:
    """The other tools that are installed under `venvs`, and what is to be said of those that are not."""
    found, missing = [], []
    for peer in PEERS:
        if venvs is None or not python_of(venvs, peer).exists():
            missing.append(
                f"{peer.title} is left out: there is no {peer.key} in {venvs or 'the folder of --venvs'}; "
                "install it with `python perf/peers/install.py`"
            )
            continue
        counts = [1] if peer.own_processes else sorted({1, processes})
        found += [Other(peer, venvs, count, peer.concurrency) for count in counts]
    return found, missing


def write_calls(requests: Path, to: Path) -> int:
    """Write the calls that other tools make: what Steward sent for one vote on each instance.

    Args:
        requests: the bodies of Steward's requests, as the mock server records them.
        to: gets `prompts` (instance → role → system and user text) and `schemas` (role → JSON schema).

    Returns:
        How many there are.
    """
    prompts: dict[str, dict[str, tuple[str, str]]] = {}
    schemas: dict[str, object] = {}
    for line in requests.read_text(encoding="utf-8").splitlines():
        body = json.loads(line)
        system, user = (message["content"] for message in body["messages"])
        schema = body["response_format"]["json_schema"]
        role = _ROLE_OF[schema["name"]]
        prompts.setdefault(instance_of(user), {})[role] = (system, user)
        schemas[role] = schema
    to.write_text(json.dumps({"schemas": schemas, "prompts": prompts}), encoding="utf-8")
    return sum(map(len, prompts.values()))


_ROLE_OF = {"Extraction": "extractor", "Program": "executor", "Critique": "critic"}

"""Many kills under load: a run is killed at random moments and resumed each time, and must lose nothing.

    python perf/endurance.py [--kills 200] [--processes 2] [--engine local] [--seed 0] [--json]

A mock server answers 10% of the requests each with 429 and 500, drops 10%, and takes ten times as long for
10%. SIGKILL goes to the driver and, with `--processes` or `--engine ray`, to its workers. Where a run ends
before all kills have happened, another is started in the same store. What is on record is looked at after
every kill: a reply or a label that was there and is gone, or is another one, ends the measurement with exit
code 1; so does an instance without exactly one outcome in the end, a store that does not verify, and a
request that the server got although its reply was on record.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from perf.command import print_facts, run
from perf.endurance_checks import Observed, ServerLog, WrongError, check_end
from perf.killing import Driver, Victim, descendants, ended
from perf.measuring import mock_server
from perf.workload import write_benchmark

SHARES = ("429", "500", "drop", "slow")
VOTES = 3
CONCURRENCY = 8
START_SHARE = 0.1
"""Of the kills, those at a moment that has nothing to do with requests: while a driver starts, or ends."""
GRACE_S = 30.0
"""Seconds that workers have to end after their driver was killed: one that is reading the modules, which
takes seconds of CPU, sees it after that."""
ENDING_S = 900.0
"""Seconds that a run may take once nothing is killed any more."""
QUIET_S = 20.0
"""Seconds without a request after which is killed, whatever it is that the run waits for."""


@dataclass
class Facts:
    """What happened."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    instances: int = 0
    replies: int = 0
    """On record in the end."""
    answered: int = 0
    """Answers with status 200 that the server gave, those that nobody was there to take among them."""
    again: int = 0
    """Of these, the answers to requests that were sent again: none had its reply on record."""
    outlived: int = 0
    """Processes that were there 30 seconds after their driver was killed."""
    failures: dict[str, int] = field(default_factory=dict)
    """What else the server answered."""
    seconds: float = 0.0


class Endurance:
    """One measurement: the store, the server's log, and what was seen so far."""

    def __init__(self, options: argparse.Namespace, folder: Path, url: str) -> None:
        self._options = options
        self._chance = random.Random(options.seed)
        self._store = folder / "endurance.db"
        self._source = folder / "benchmark.jsonl"
        self._log = ServerLog(folder / "requests.jsonl")
        self._errors = folder / "errors.log"
        self._url = url
        self._end = time.monotonic() + options.most_seconds
        self._observed = Observed()
        self.facts = Facts()
        write_benchmark(self._source, options.instances)

    def measure(self) -> Facts:
        """Kill and resume until all is done. Raises WrongError."""
        began = time.monotonic()
        self._one_run()
        while self._killing():
            self._one_run()
        self._observed.look(self._store)
        check_end(self._store, self._log, VOTES)
        self._count()
        self.facts.seconds = round(time.monotonic() - began, 1)
        return self.facts

    def _one_run(self) -> None:
        """Start a run and kill of it what is alive, until it has ended by itself with nothing left to do."""
        known, run_id = self._observed.runs, None
        while True:
            command = ("resume", run_id) if run_id else ("relabel", str(self._source), *self._new())
            with Driver((*command, *self._how()), self._errors) as driver:
                code = self._kill_until_over(driver)
            self._observed.look(self._store)
            run_id = next(iter(self._observed.runs - known), None)
            if code == 0:
                self.facts.runs += 1
                self.facts.instances += self._options.instances
                return
            if code not in (None, 1):  # 1: calls that failed to the last attempt, which `resume` makes again
                raise WrongError(f"exit code {code}; {self._errors} has what was said")

    def _kill_until_over(self, driver: Driver) -> int | None:
        """The exit code, None where the driver was killed."""
        while self._killing():
            if not self._wait(driver):
                break
            victim = self._choose(driver)
            under = descendants(driver.pid)
            if not victim.kill():
                continue
            self.facts.kills[victim.kind] += 1
            self._tell()
            if victim.kind == "driver":
                driver.wait(ENDING_S)
                self.facts.outlived += ended(under, GRACE_S)
                return None
            self._observed.look(self._store)
        if (code := driver.wait(ENDING_S)) is None:
            raise WrongError(f"the run has not ended {ENDING_S:.0f} s after the last kill")
        return code

    def _killing(self) -> bool:
        enough = sum(self.facts.kills.values()) >= self._options.kills
        return not enough and time.monotonic() < self._end

    def _wait(self, driver: Driver) -> bool:
        """Wait for the moment of the next kill; False where the driver has ended before."""
        if self._chance.random() < START_SHARE:
            until, requests = time.monotonic() + self._chance.uniform(0, 4), None
        else:
            until, requests = (
                time.monotonic() + QUIET_S,
                len(self._log.requests()) + self._chance.randint(1, 30),
            )
        while time.monotonic() < until and (requests is None or len(self._log.requests()) < requests):
            if not driver.alive():
                return False
            time.sleep(0.02)
        return True

    def _choose(self, driver: Driver) -> Victim:
        workers = driver.workers()
        if workers and self._chance.random() < self._options.worker_share:
            return self._chance.choice(workers)
        return driver.victim

    def _new(self) -> tuple[str, ...]:
        """Runs differ in their seeds, so that the server can tell their requests apart."""
        seed = 1_000_000 + 1000 * self.facts.runs
        return (
            *("--model", f"openai-chat:mock@{self._url}", "--seed", str(seed), "--new-run"),
            *("--votes", str(VOTES), "--max-votes", str(VOTES)),
        )

    def _how(self) -> tuple[str, ...]:
        options = self._options
        how = ["--store", str(self._store), "--json", "--quiet", "--concurrency", str(CONCURRENCY)]
        how += ["--attempts", "6", "--retry-wait", "0.1", "--timeout", "10"]
        how += ["--processes", str(options.processes)] if options.processes > 1 else []
        how += ["--engine", options.engine] if options.engine != "local" else []
        return tuple(how)

    def _tell(self) -> None:
        done = sum(self.facts.kills.values())
        if done % 10 == 0 and not self._options.json:
            print(f"{done} kills, {len(self._observed.replies)} replies", file=sys.stderr, flush=True)

    def _count(self) -> None:
        outcomes = Counter(request.what for request in self._log.requests())
        self.facts.answered = outcomes.pop("200")
        self.facts.failures = dict(outcomes)
        self.facts.replies = len(self._observed.replies)
        self.facts.again = self.facts.answered - self.facts.replies


def _options() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--kills", type=int, default=200)
    made.add_argument("--instances", type=int, default=200, help="of the benchmark")
    made.add_argument("--processes", type=int, default=2)
    made.add_argument("--engine", choices=("local", "ray"), default="local")
    made.add_argument("--worker-share", type=float, default=0.7, help="of the kills, where there are workers")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--latency", type=float, default=0.05, help="seconds that the server takes for a reply")
    made.add_argument("--most-seconds", type=float, default=7200, help="no kill after so many")
    made.add_argument("--work", type=Path, help="where the store and logs go; default: a temporary folder")
    made.add_argument("--json", action="store_true")
    return made.parse_args()


def main() -> None:
    """Measure and print."""
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is ended then, too
    with tempfile.TemporaryDirectory(prefix="endurance-") as temporary:
        folder = options.work or Path(temporary)
        failing = [part for share in SHARES for part in ("--fail", f"{share}=0.1")]
        log = ("--log", str(folder / "requests.jsonl"), "--seed", str(options.seed))
        with mock_server("--latency", str(options.latency), *failing, *log) as mock:
            try:
                facts = Endurance(options, folder, mock.url).measure()
            except WrongError as error:
                print(f"wrong: {error}", file=sys.stderr)
                sys.exit(1)
    # asdict makes a counter anew from its pairs, and counts these.
    print_facts({**vars(facts), "kills": dict(facts.kills)}, as_json=options.json, width=10)


if __name__ == "__main__":
    run(main)

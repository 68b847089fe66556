"""How long the review app works on each page, on a store with a long queue.

    python perf/review_pages.py [--escalations 10000] [--requests 30] [--store FILE] [--json]

Makes the store from the clinic example (about 20 s; with --store it is kept there and used again), asks for
each page as a signed-in reviewer, in this process and without a network, and prints the median and the 95th
percentile of the time from the request to the last byte of the page, in milliseconds, beside the aim; and the
median of the processor time in it, which other work on the machine does not lengthen as much.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from perf import command
from review.app import make_app
from review.auth import People, Person
from review.site import Site
from store.queue import DEFAULT_ORDER, QueueFilter, disputed_page, queue_page
from store.store import Store
from tests.review import stores
from tests.review.large import large

AIM_MS = 100.0
WARM_UP = 3
ORIGIN = "http://127.0.0.1:8000"
TOKEN = "token-of-the-measurement"
ME = "A. Reviewer"


@dataclass(frozen=True)
class Measured:
    """One page: milliseconds of server time, and the size of what was served in 1,000 bytes."""

    median_ms: float
    p95_ms: float
    cpu_ms: float
    kilobytes: float


class Timed:
    """Passes requests on and keeps how long each took and how long this process worked, in milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.took: list[float] = []
        self.worked: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started, worked = time.perf_counter(), time.process_time()
        await self.app(scope, receive, send)
        self.took.append(1000 * (time.perf_counter() - started))
        self.worked.append(1000 * (time.process_time() - worked))


def pages(store: Store, run_id: str) -> dict[str, str]:
    """What is asked for: name → address."""
    base = f"/runs/{run_id}"
    queue = f"{base}/queue"
    now = time.time()
    (waiting,) = queue_page(store.file, run_id, QueueFilter(), DEFAULT_ORDER, me=ME, now=now, limit=1)
    answered = _answered(store, run_id)
    return {
        "Runs": "/runs",
        "Run": base,
        "Queue, first page": queue,
        "Queue, middle page": f"{queue}?page=100",
        "Queue, by reason": f"{queue}?reason=low_consensus",
        "Queue, by calculator": f"{queue}?calculator=anion_gap",
        "Queue, by size of change": f"{queue}?change=large",
        "Queue, by reviewer": f"{queue}?reviewer=B.+Reviewer",
        "Queue, hardest first": f"{queue}?order=hardest",
        "Queue, nearest first": f"{queue}?order=nearest",
        "Queue, audit": f"{queue}?order=audit",
        "Review, blind": f"{base}/review/{waiting.instance_id}",
        "Review, after the reveal": f"{base}/review/{answered}",
        "Instances": f"{base}/instances",
        "Instances, middle page": f"{base}/instances?page=100",
        "Instance": f"{base}/instances/{answered}",
        "Conventions": f"{base}/conventions",
        "Convention": f"{base}/conventions/{min(store.touched(run_id))}",
        "Adjudicate": f"{base}/adjudicate",
        "Adjudicate an instance": f"{base}/adjudicate/{_others_differ(store, run_id)}",
        "Reviewers": f"{base}/reviewers",
    }


def _answered(store: Store, run_id: str) -> str:
    """An instance of which the reviewer has given their blind answer."""
    row = store.file.row(
        "SELECT instance_id FROM decisions WHERE run_id = ? AND reviewer = ? AND blind ORDER BY id LIMIT 1",
        (run_id, ME),
    )
    assert row is not None, "the large store has blind answers"
    return str(row["instance_id"])


def _others_differ(store: Store, run_id: str) -> str:
    """A disputed instance of which the reviewer has said nothing, so that they may adjudicate it."""
    return next(
        instance_id
        for instance_id in disputed_page(store.file, run_id, limit=100)
        if ME not in {decision.reviewer for decision in store.decisions(run_id, instance_id)}
    )


async def measure(store: Store, run_id: str, requests: int) -> dict[str, Measured]:
    """Name of a page → what it took. Raises SystemExit where a page is not served."""
    site = Site(store=store, people=People({TOKEN: Person(ME)}), origin=ORIGIN)
    timed = Timed(make_app(site))
    found = {}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(timed), base_url=ORIGIN) as client:
        await client.get("/enter", params={"token": TOKEN})
        for name, path in pages(store, run_id).items():
            timed.took.clear()
            timed.worked.clear()
            for _ in range(WARM_UP + requests):
                answer = await client.get(path)
                if answer.status_code != 200:
                    raise SystemExit(f"{name}: {path} answers {answer.status_code}")
            took = timed.took[WARM_UP:]
            found[name] = Measured(
                median_ms=round(statistics.median(took), 1),
                p95_ms=round(statistics.quantiles(took, n=20, method="inclusive")[-1], 1),
                cpu_ms=round(statistics.median(timed.worked[WARM_UP:]), 1),
                kilobytes=round(len(answer.content) / 1000, 1),
            )
    return found


def main() -> None:
    """Make the store where it is missing, measure, and print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--escalations", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "large.db"
        if not path.exists():
            clinic = Path(folder) / "clinic.db"
            stores.clinic(clinic)
            large(path, clinic, options.escalations)
        with Store.open(path) as store:
            found = asyncio.run(measure(store, store.latest_run().id, options.requests))
    if options.json:
        print(json.dumps({name: asdict(one) for name, one in found.items()}, indent=2))
        return
    print(f"{'page':<28} median ms  95% ms  CPU ms     kB   (aim: {AIM_MS:.0f} ms)")
    for name, one in found.items():
        late = "  over the aim" if one.median_ms > AIM_MS else ""
        figures = f"{one.median_ms:>9.1f} {one.p95_ms:>7.1f} {one.cpu_ms:>7.1f} {one.kilobytes:>6.0f}"
        print(f"{name:<28} {figures}{late}")


if __name__ == "__main__":
    command.run(main)

"""How busy a server with a limit of its own is kept, and how often it refuses, by how requests are limited.

    python perf/saturation.py [--at-once 32] [--rpm 2400] [--latency 0.5] [--requests 1500] [--json]

A server in a process of its own takes `--at-once` requests at the same time, or a sixtieth of `--rpm` in any
second, and answers those above with 429 at once. Utilisation is the time that the requests would take if the
server were always busy, over the time that they took; rows come one after the other. In a run as many threads
are in flight as the limiter has slots, and a few; here all requests wait for a slot from the start.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aiohttp import web
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models import Model, ModelRequestParameters

from agents.limiter import limiters
from agents.models import build_model, close_model
from agents.specs import ClientOptions, Limits, parse_spec
from perf.command import parser, run

Kind = Literal["at once", "a minute"]
_REPLY = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "mock",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Yes."}},
    ],
    "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
}


@dataclass(frozen=True)
class Row:
    """One way to limit requests against one server. `refused` is the share of all answers with 429."""

    server: str
    client: str
    seconds: float
    utilisation: float
    refused: float
    failed: int
    limit: int


def serve(ready: Connection, kind: Kind, allowed: float, latency_s: float) -> None:
    """Answer until the process is ended."""

    async def main() -> None:
        now = 0
        accepted: deque[float] = deque()

        async def answer(http: web.Request) -> web.Response:
            nonlocal now
            await http.read()
            at = time.monotonic()
            while accepted and accepted[0] <= at - 1:
                accepted.popleft()
            if now >= allowed if kind == "at once" else len(accepted) >= allowed / 60:
                return web.json_response({"error": {"message": "too many"}}, status=429)
            accepted.append(at)
            now += 1
            try:
                await asyncio.sleep(latency_s)
                return web.json_response(_REPLY)
            finally:
                now -= 1

        app = web.Application()
        app.router.add_post("/v1/chat/completions", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def server(kind: Kind, allowed: float, latency_s: float) -> Iterator[str]:
    """The base URL of a server that is there as long as the block."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(there, kind, allowed, latency_s), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/v1"
    finally:
        process.terminate()
        process.join()


async def ask_all(base_url: str, count: int, limits: Limits) -> tuple[float, int, float, int]:
    """Seconds, requests without an answer, share of answers with 429, and the limit in the end."""
    options = ClientOptions(attempts=12, limits=limits)
    model = build_model(parse_spec(f"openai-chat:mock@{base_url}"), client_options=options)
    try:
        began = time.perf_counter()
        failed = sum(await asyncio.gather(*(_fails(model) for _ in range(count))))
        seconds = time.perf_counter() - began
    finally:
        await close_model(model)
    (limiter,) = limiters()
    state = limiter.state()
    return seconds, failed, state.rejected / state.requests, state.limit


async def _fails(model: Model) -> bool:
    try:
        await model.request([ModelRequest.user_text_prompt("Well?")], None, ModelRequestParameters())
    except AgentRunError:
        return True
    return False


def measure(kind: Kind, allowed: float, latency_s: float, count: int) -> Iterator[Row]:
    """Every way to limit requests, on a server of this kind."""
    if kind == "at once":
        ideal = count * latency_s / allowed
        caps = {"adaptive": None, "its limit": 1.0, "half of it": 0.5, "four times it": 4.0}
        clients = {
            name: Limits(max_requests=None if share is None else round(share * allowed))
            for name, share in caps.items()
        }
    else:
        ideal = count / allowed * 60
        busy = round(allowed / 60 * latency_s)
        clients = {
            "adaptive": Limits(),
            "--rpm": Limits(rpm=allowed),
            f"{busy} at once": Limits(max_requests=busy),
            f"{4 * busy} at once": Limits(max_requests=4 * busy),
        }
    for name, limits in clients.items():
        with server(kind, allowed, latency_s) as base_url:
            seconds, failed, refused, limit = asyncio.run(ask_all(base_url, count, limits))
        yield Row(f"{allowed:.0f} {kind}", name, seconds, ideal / seconds, refused, failed, limit)


def told(row: Row) -> str:
    """A row as a line."""
    return (
        f"{row.server:>14}  {row.client:<14} {row.seconds:6.1f} s  utilisation {row.utilisation:4.0%}  "
        f"refused {row.refused:5.1%}  without an answer {row.failed}  limit in the end {row.limit}"
    )


def main() -> None:
    """Measure and print."""
    made = parser(__doc__)
    for name, default in (("at-once", 32.0), ("rpm", 2400.0), ("latency", 0.5), ("requests", 1500)):
        made.add_argument(f"--{name}", type=type(default), default=default)
    options = made.parse_args()
    rows: list[Row] = []
    servers: tuple[tuple[Kind, float], ...] = (("at once", options.at_once), ("a minute", options.rpm))
    for kind, allowed in servers:
        for row in measure(kind, allowed, options.latency, options.requests):
            rows.append(row)
            if not options.json:
                print(told(row), flush=True)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))


if __name__ == "__main__":
    run(main)

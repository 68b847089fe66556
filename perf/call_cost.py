"""What one model call costs this process in CPU, layer by layer, and what the layers that were replaced cost.

    python perf/call_cost.py [--calls 600] [--instances 100] [--in-flight 64] [--reps 5] [--json]

A server in a process of its own answers after 50 ms. Each line is the CPU time of this process, all its
threads, for one call through that layer and all below it: the median of the repetitions, which take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
import httpx2
from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from agents.batching import Batching
from agents.calling import RoleCalls
from agents.client import ChatClient, ChatModel, encoded
from agents.extraction import Extraction
from agents.extractor import extractor, extractor_task
from agents.ledger import Reply
from agents.models import build_model
from agents.roles import OUTPUT_RETRIES, output_spec, run_role
from agents.specs import ClientOptions, RoleModels, Sampling, parse_spec
from agents.task import Call, Task, task_of
from agents.transport import Answer, Request
from benchmarks.model import Instance
from benchmarks.read import open_benchmark
from consensus.model import Policy
from graphs import engine  # noqa: F401  what takes seconds to import is no part of a call
from graphs.jobs import create_run, execute
from graphs.loop import run_loop
from graphs.options import RunOptions
from graphs.requests import RunRequest, Selector
from graphs.runner import Stop
from perf.measuring import mock_server
from perf.workload import write_benchmark
from prompts.loader import load
from store.incoming import taken_in
from store.store import Store

Layer = Callable[[int], Awaitable[Any]]
"""Makes one call; gets its number."""

VOTES, ROLES = 5, 3
SAMPLING = Sampling(temperature=0.7, seed=1)


class NoLedger:
    """Admits everything and keeps nothing: what recording costs beyond this is the store's part."""

    batching: Batching | None = None

    def has_replies(self, *_: Any) -> bool:
        """Unknown."""
        return False

    async def find(self, call: Call, key: str) -> str | None:
        """Nothing."""

    def cached(self, call: Call, key: str) -> None:
        """Nothing."""

    async def admit(self, call: Call) -> None:
        """Yes."""

    async def record(self, reply: Reply) -> None:
        """No."""


@asynccontextmanager
async def layers(url: str, task: Task) -> AsyncIterator[dict[str, Layer]]:
    """The layers by name, from the bottom to the top, over connections of their own."""
    spec = parse_spec(f"openai-chat:mock@{url}")
    model = build_model(spec)
    assert isinstance(model, ChatModel)
    client = model.client
    assert isinstance(client, ChatClient)
    role, text = extractor("native", open_inputs=True), extractor_task(task, None)
    settings = ModelSettings(temperature=0.7)
    messages: list[ModelMessage] = [role.request(text)]
    body = await _wire_body(model, client, messages, role.parameters)
    raw, headers = encoded(body), client.headers_with({})
    calls = RoleCalls({"extractor": spec}, "native", SAMPLING, NoLedger(), ClientOptions())
    sdk = AsyncOpenAI(api_key="k", base_url=url, max_retries=0, http_client=httpx2.AsyncClient(timeout=60))
    agent = Agent(
        OpenAIChatModel("mock", provider=OpenAIProvider(openai_client=sdk)),
        output_type=output_spec(Extraction, "native"),
        instructions=load("extract_open").instructions,
        retries={"output": OUTPUT_RETRIES},
    )
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers) as session:

        async def alone(_: int) -> None:
            async with session.post(client.chat_url, data=raw) as response:
                await response.read()

        request = Request("mock", "POST", client.chat_url, headers, raw)
        try:
            yield {
                "aiohttp alone": alone,
                "transport": lambda _: client.transport.send(request),
                "client": lambda _: client.chat.completions.create(**body),
                "model.request": lambda _: model.request(messages, settings, role.parameters),
                "role, with its checks": lambda _: run_role(role, text, task, model, settings),
                "role, by its ledger": lambda n: calls.run(
                    role, text, task, Call("r", "i", n % VOTES, "extractor", "extract_open")
                ),
                "replaced: SDK on httpx": lambda _: sdk.chat.completions.create(**body),
                "replaced: agent on that": lambda _: agent.run(text, model_settings=settings),
            }
        finally:
            await calls.close()
            await client.close()
            await sdk.close()


async def _wire_body(
    model: ChatModel, client: ChatClient, messages: list[ModelMessage], parameters: ModelRequestParameters
) -> dict[str, Any]:
    """What a request asks for, as the model gives it to the client."""
    seen: list[Request] = []
    send = client.transport.send

    async def keep(request: Request) -> Answer:
        seen.append(request)
        return await send(request)

    client.transport.send = keep  # type: ignore[method-assign]
    await model.request(messages, ModelSettings(temperature=0.7), parameters)
    client.transport.send = send  # type: ignore[method-assign]
    body: dict[str, Any] = json.loads(seen[0].body or b"{}")
    return body


async def cost_of(layer: Layer, calls: int, in_flight: int) -> float:
    """CPU milliseconds per call."""
    numbers = iter(range(calls))

    async def work() -> None:
        for number in numbers:
            await layer(number)

    began = time.process_time()
    await asyncio.gather(*(work() for _ in range(in_flight)))
    return (time.process_time() - began) / calls * 1000


async def measure_layers(url: str, task: Task, asked: argparse.Namespace) -> dict[str, list[float]]:
    """Every layer in turn, as often as asked for, after a turn that opens the connections."""
    async with layers(url, task) as found:
        for layer in found.values():
            await cost_of(layer, 2 * asked.in_flight, asked.in_flight)
        costs: dict[str, list[float]] = {name: [] for name in found}
        for _ in range(asked.reps):
            for name, layer in found.items():
                costs[name].append(await cost_of(layer, asked.calls, asked.in_flight))
    return costs


def whole_run(rows: Path, url: str, instances: int, in_flight: int) -> float:
    """CPU milliseconds per call of a whole run: graph, ledger and store included."""
    spec = parse_spec(f"openai-chat:mock@{url}")
    request = RunRequest(
        policy=Policy(votes=VOTES),
        output_mode="native",
        sampling=SAMPLING,
        conventions={},
        models=RoleModels(spec, spec, spec),
        limit=instances,
    )
    how = RunOptions(concurrency=max(1, in_flight // VOTES))
    path = Path(tempfile.mkdtemp(dir=rows.parent)) / "store.db"
    opened, selector = open_benchmark(str(rows)), Selector(request)
    with (
        Store.open(path, create=True) as store,
        taken_in(opened.head, selector.watching(opened.results()), path) as incoming,
    ):
        run = create_run(store, incoming, selector.selection(str(rows)), request, how)
        began = time.process_time()
        run_loop(execute(store, run, how, resumed=False, stop=Stop(), on_change=lambda progress: None))
        took = time.process_time() - began
        counts = store.counts(run.id)
    assert counts.committed == instances, counts
    return took / (instances * VOTES * ROLES) * 1000


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("calls", 600), ("instances", 100), ("in-flight", 64), ("reps", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, mock_server() as mock:
        rows = Path(folder) / "rows.jsonl"
        write_benchmark(rows, asked.instances)
        first = next(one for one in open_benchmark(str(rows)).results() if isinstance(one, Instance))
        costs = run_loop(measure_layers(mock.url, task_of(first, "r", {}), asked))
        whole_run(rows, mock.url, 2, asked.in_flight)
        costs["whole run"] = [
            whole_run(rows, mock.url, asked.instances, asked.in_flight) for _ in range(asked.reps)
        ]
    found = {name: statistics.median(values) for name, values in costs.items()}
    if asked.json:
        print(json.dumps({"cpu_ms_per_call": found, "all": costs}, indent=2))
        return
    least = found["aiohttp alone"]
    for name, cost in found.items():
        print(f"{name:24} {cost:7.3f} ms   {cost / least:5.1f} × aiohttp alone")


if __name__ == "__main__":
    main()

"""An OpenAI-compatible server for measurements: the right agents' answers, a fixed time after each request.

    python perf/mock_server.py [--port 0] [--latency 0.05]

prints its base URL and serves until it is terminated. It knows the roles by the name of the schema or tool
and always answers them alike, for notes as `tablets_rows` makes them, so that it costs less than a client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
DOSE, TABLET = "needs 20 mg", "tablets of 8 mg"
ANSWER = "2.5"
_NOTE = "The patient slept well, ate breakfast and walked the length of the corridor without help. "


def tablets_rows(count: int, *, characters: int = 2500) -> list[dict[str, str]]:
    """Rows of the generic table whose question has no registered calculator, with notes of a usual length."""
    filler = _NOTE * (characters // len(_NOTE))
    return [
        {
            "id": f"tablets-{number}",
            "context": f"Visit {number}. Prescription: he {DOSE} a day; the pharmacy has {TABLET}. {filler}",
            "question": "How many tablets make up one day's dose?",
            "label": ANSWER,
            "answer_kind": "number",
            "unit": "",
            "calculator": "",
        }
        for number in range(count)
    ]


def _input(name: str, value: float, quote: str) -> dict[str, Any]:
    given = {"name": name, "status": "present", "value": value, "unit": "mg", "quote": quote}
    return {**given, "bound": None, "time": None, "doubt": None}


ANSWERS: dict[str, dict[str, Any]] = {
    "Extraction": {
        "time_point": "the visit",
        "inputs": [_input("dose", 20, DOSE), _input("tablet", 8, TABLET)],
    },
    "Program": {
        "formula": "Tablets are the dose over the strength of one.",
        "code": "dose / tablet",
        "incomputable": None,
        "missing": [],
    },
    "Critique": {"verdict": "accept", "objections": []},
}


def completion(role: str, *, as_tool: bool) -> bytes:
    """The body of the chat completion that answers a role."""
    text = json.dumps(ANSWERS[role])
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if as_tool:
        call = {"id": "call_1", "type": "function", "function": {"name": role, "arguments": text}}
        message |= {"content": None, "tool_calls": [call]}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "mock",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if as_tool else "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960},
    }
    return json.dumps(body).encode()


_NATIVE = {f'"name":"{role}"'.encode(): completion(role, as_tool=False) for role in ANSWERS}
_TOOL = {f'"name":"{role}"'.encode(): completion(role, as_tool=True) for role in ANSWERS}


async def serve(port: int, latency: float) -> None:
    """Answer until told to stop."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(latency)
        answers = _TOOL if b'"tools":' in body else _NATIVE
        found = next((reply for name, reply in answers.items() if name in body), None)
        if found is None:
            return web.json_response({"error": {"message": "no role fits"}}, status=422)
        return web.Response(body=found, content_type="application/json")

    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=2048).start()
    print("http://{}:{}/v1".format(*runner.addresses[0][:2]), flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


@contextmanager
def running(latency: float = 0.05) -> Iterator[str]:
    """The base URL of a server in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--latency", str(latency)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None, "it was asked for"
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Serve, as asked for on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    asked = parser.parse_args()
    asyncio.run(serve(asked.port, asked.latency))


if __name__ == "__main__":
    main()

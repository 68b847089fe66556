"""A model server for measurements: chat completions after a fixed time, at little cost of its own.

    python perf/mock_server.py [--latency 0.05] [--port 0] [--limit N] [--rpm N] [--fail KIND=SHARE …]

It prints its base URL, and answers until it is ended. The roles of relabelling get valid answers, told apart
by the first words of their instructions: no message is parsed, so that a request costs a few hundredths of a
millisecond. Where the request offers a tool, the answer is a call of it. Other requests get a small object.
`GET /stats` tells as JSON what was asked and how long it took, `POST /reset` forgets it. Tests of the
protocol use tests/model_server.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from perf.workload import ANSWERS, TOOL_NAMES
from prompts.loader import load

FAILURES = ("429", "500", "drop", "slow")
"""What `--fail` makes of a share of the requests: an error, a closed connection, ten times the latency."""
OTHER = "other"
_OTHERWISE = {"name": "Jason", "age": 25}
"""What a tool expects that first tries whether the server knows structured output."""
_PROMPTS = {"extract_open": "extractor", "execute": "executor", "critique": "critic"}


def _marks() -> Mapping[str, bytes]:
    """Role → the first words of its instructions, as they stand in a request."""
    return {role: load(prompt).instructions[:40].encode("ascii") for prompt, role in _PROMPTS.items()}


class Replies:
    """The bodies of replies, built once for each role: as text, or as the call of a tool."""

    def __init__(self) -> None:
        self._marks = tuple(_marks().items())
        self._text = {role: _body(role, as_tool=False) for role in (*_PROMPTS.values(), OTHER)}
        self._tool = {role: _body(role, as_tool=True) for role in (*_PROMPTS.values(), OTHER)}

    def role(self, request: bytes) -> str:
        """The role that a request is for."""
        for role, mark in self._marks:
            if mark in request:
                return role
        return OTHER

    def body(self, role: str, request: bytes, number: int) -> bytes:
        """The reply to the request of this number."""
        before, after = (self._tool if b'"tools":' in request else self._text)[role]
        return b"%s%012d%s" % (before, number, after)


def _body(role: str, *, as_tool: bool) -> tuple[bytes, bytes]:
    answer = json.dumps(ANSWERS.get(role, _OTHERWISE))
    message: dict[str, object] = {"role": "assistant", "content": answer}
    if as_tool and role in ANSWERS:
        function = {"name": TOOL_NAMES[role], "arguments": answer}
        call = {"id": "call_1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = {
        "id": "chatcmpl-#",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "mock",
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "tool_calls" if "tool_calls" in message else "stop",
                "logprobs": None,
            }
        ],
        "usage": {
            "prompt_tokens": 900,
            "completion_tokens": len(answer) // 4,
            "total_tokens": 900 + len(answer) // 4,
        },
    }
    before, _, after = json.dumps(body).encode().partition(b"#")
    return before, after


class Stats:
    """What was asked of the server."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything but what is in flight."""
        self.roles: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.most_in_flight = 0
        self.first: float | None = None
        self.last: float | None = None
        self.cpu = time.process_time()

    def facts(self, in_flight: int, connections: int) -> dict[str, object]:
        """For /stats. Times are seconds: of the first request, and of the last reply after it."""
        return {
            "replies": sum(self.roles.values()),
            "roles": dict(self.roles),
            "failures": dict(self.failures),
            "in_flight": in_flight,
            "most_in_flight": self.most_in_flight,
            "connections": connections,
            "seconds": self.last - self.first if self.first and self.last else 0.0,
            "cpu_seconds": time.process_time() - self.cpu,
        }


class Model:
    """Decides what each request gets."""

    def __init__(self, options: argparse.Namespace, record: BinaryIO | None, log: FileIO | None) -> None:
        self.latency: float = options.latency
        self.limit: int | None = options.limit
        self.rpm: int | None = options.rpm
        self.shares: dict[str, float] = dict(options.fail)
        self.record = record
        self.log = log
        self.replies = Replies()
        self.stats = Stats()
        self.in_flight = 0
        self.connections = 0
        self.arrived = 0
        self.number = 0
        self._minute: deque[float] = deque()
        self._random = random.Random(options.seed)

    def answer(self, request: bytes, send: Callable[[bytes], None], drop: Callable[[], None]) -> None:
        """Answer a chat request, now or when its time is over."""
        now = time.time()
        self.arrived += 1
        stats = self.stats
        if stats.first is None:
            stats.first = now
        failure = self._failure(now)
        if failure is not None:
            stats.failures[failure] += 1
        if failure == "429":
            self._note(self.arrived, request, "429")
            send(_http(b"429 Too Many Requests", _error("rate limit reached"), b"retry-after: 1\r\n"))
            return
        self.in_flight += 1
        stats.most_in_flight = max(stats.most_in_flight, self.in_flight)
        wait = self.latency * (10 if failure == "slow" else 1)
        asyncio.get_running_loop().call_later(wait, self._finish, self.arrived, request, failure, send, drop)

    def _finish(
        self,
        arrived: int,
        request: bytes,
        failure: str | None,
        send: Callable[[bytes], None],
        drop: Callable[[], None],
    ) -> None:
        self.in_flight -= 1
        if failure == "drop":
            self._note(arrived, request, failure)
            drop()
            return
        if failure == "500":
            self._note(arrived, request, failure)
            send(_http(b"500 Internal Server Error", _error("the server stumbled")))
            return
        role = self.replies.role(request)
        self.stats.roles[role] += 1
        self.number += 1
        self._note(arrived, request, "200", self.number)
        if self.record is not None:
            self.record.write(request + b"\n")
        send(_http(b"200 OK", self.replies.body(role, request, self.number)))
        self.stats.last = time.time()

    def _note(self, arrived: int, request: bytes, what: str, reply: int | None = None) -> None:
        if self.log is not None:
            line = {"n": arrived, "sha256": hashlib.sha256(request).hexdigest(), "what": what, "reply": reply}
            self.log.write(json.dumps(line).encode() + b"\n")

    def _failure(self, now: float) -> str | None:
        if self.limit is not None and self.in_flight >= self.limit:
            return "429"
        if self.rpm is not None:
            while self._minute and self._minute[0] <= now - 60:
                self._minute.popleft()
            if len(self._minute) >= self.rpm:
                return "429"
            self._minute.append(now)
        if self.shares:
            drawn = self._random.random()
            for kind, share in self.shares.items():
                drawn -= share
                if drawn < 0:
                    return kind
        return None

    def facts(self) -> dict[str, object]:
        """For /stats; what was recorded is then on disk."""
        if self.record is not None:
            self.record.flush()
        return self.stats.facts(self.in_flight, self.connections)


def _http(status: bytes, body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n%s" % (
        status,
        headers,
        len(body),
        body,
    )


def _error(message: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "mock", "code": None}}).encode()


class Connection(asyncio.Protocol):
    """One client connection: just enough of HTTP/1.1, one request at a time."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._model.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone; what was to be sent to it is not."""
        self._transport = None
        self._model.connections -= 1

    def data_received(self, data: bytes) -> None:
        """Handle every request that is there in full."""
        buffer = self._buffer
        buffer += data
        while (end := buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(buffer[: end + 2])
            start = end + 4
            at = head.lower().find(b"\r\ncontent-length:")
            length = int(head[at + 17 : head.index(b"\r\n", at + 2)]) if at >= 0 else 0
            if at < 0 and b"chunked" in head.lower():
                self._send(_http(b"411 Length Required", _error("send a content-length")))
                return
            if len(buffer) < start + length:
                return
            body = bytes(buffer[start : start + length])
            del buffer[: start + length]
            self._handle(head, body)

    def _handle(self, head: bytes, body: bytes) -> None:
        method, path, _ = head.split(b" ", 2)
        if method == b"POST" and path.endswith(b"/chat/completions"):
            self._model.answer(body, self._send, self._drop)
        elif path.endswith(b"/stats"):
            self._send(_http(b"200 OK", json.dumps(self._model.facts()).encode()))
        elif path.endswith(b"/reset"):
            self._model.stats.reset()
            self._send(_http(b"200 OK", b"{}"))
        elif path.endswith(b"/models"):
            model = {"id": "mock", "object": "model", "created": 0, "owned_by": "perf"}
            self._send(_http(b"200 OK", json.dumps({"object": "list", "data": [model]}).encode()))
        else:
            self._send(_http(b"404 Not Found", _error(f"no {path.decode('latin-1')} here")))

    def _send(self, reply: bytes) -> None:
        if self._transport is not None:
            self._transport.write(reply)

    def _drop(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _share(text: str) -> tuple[str, float]:
    kind, _, share = text.partition("=")
    if kind not in FAILURES:
        raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(FAILURES)}")
    return kind, float(share)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each reply takes")
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--limit", type=int, help="429 for what is more than so many in flight")
    parser.add_argument("--rpm", type=int, help="429 for what is more than so many in a minute")
    parser.add_argument("--fail", type=_share, action="append", default=[], metavar="KIND=SHARE")
    parser.add_argument("--seed", type=int, default=0, help="of the failures")
    parser.add_argument("--record", type=Path, help="append the body of each answered request, a line each")
    parser.add_argument(
        "--log",
        type=Path,
        help="append a line of JSON for each request once it is over: its number, the SHA-256 of its body, "
        "what came of it, and the number in the id of the reply",
    )
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    record = options.record.open("ab") if options.record else None
    log = options.log.open("ab", buffering=0) if options.log else None
    model = Model(options, record, log)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(model), "127.0.0.1", options.port, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve until ended."""
    with suppress(KeyboardInterrupt):
        uvloop.run(_serve(_options()))


if __name__ == "__main__":
    main()

"""A local OpenAI-compatible server whose replies a script decides; records every request."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.model_server.batches import BatchApi
from tests.model_server.protocol import BadRequest, chat_body, error_body, read_request, responses_body
from tests.model_server.replies import (
    Api,
    Dropped,
    GarbageReply,
    HttpError,
    Reply,
    Script,
    ServerRequest,
    Slow,
    StreamedReply,
)

RoleOf = Callable[[ServerRequest], str]


def default_role(request: ServerRequest) -> str:
    """The title of the output schema, else the name of the output, else the start of the system text."""
    titles = [(request.schema or {}).get("title"), *(tool.schema.get("title") for tool in request.tools)]
    named = [str(title) for title in titles if title] + list(request.output_names)
    return named[0] if named else request.system[:40]


@dataclass
class Record:
    """One request that arrived, and what became of it. Times are epoch seconds."""

    request: ServerRequest
    role: str
    arrived: float
    reply: str = ""
    status: int | None = None
    finished: float | None = None
    delivered: bool = False
    """Whether the whole reply was written to the socket: the client may have read it."""


class ModelServer:
    """The server: a script, the records, and the running aiohttp application.

    Args:
        script: Decides each reply; exchangeable while running through `script`.
        role_of: Names a request's role for `requests_for` and the log.
        log: JSON Lines file that gets one line per finished request.
    """

    def __init__(self, script: Script, *, role_of: RoleOf = default_role, log: Path | None = None) -> None:
        self.script = script
        self.role_of = role_of
        self.records: list[Record] = []
        self.malformed: list[str] = []
        """What was wrong with each request that broke the protocol; a good test ends with none."""
        self.url = ""
        self.batches = BatchApi(self._in_batch)
        self._log = log.open("a", encoding="utf-8", buffering=1) if log else None
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def count(self) -> int:
        """Requests that arrived, whatever became of them."""
        return len(self.records)

    def requests_for(self, role: str) -> list[ServerRequest]:
        return [record.request for record in self.records if record.role == role]

    def spec(self, name: str = "scripted", api: Api = "chat") -> str:
        """A model spec that leads here."""
        return f"{'openai-chat' if api == 'chat' else 'openai'}:{name}@{self.base_url}"

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/responses", self._responses)
        self.batches.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._log is not None:
            self._log.close()

    def _in_batch(self, request: ServerRequest) -> tuple[ServerRequest, Reply]:
        """The reply to a request of a batch, on record as any other."""
        request = replace(request, number=len(self.records) + 1)
        reply = self.script(request)
        status = reply.status if isinstance(reply, HttpError) else None if isinstance(reply, Dropped) else 200
        now = time.time()
        record = Record(
            request, self.role_of(request), now, type(reply).__name__, status, now, delivered=True
        )
        self.records.append(record)
        self._write_log(record)
        return request, reply

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        return await self._answer("chat", http)

    async def _responses(self, http: web.Request) -> web.StreamResponse:
        return await self._answer("responses", http)

    async def _answer(self, api: Api, http: web.Request) -> web.StreamResponse:
        arrived = time.time()
        try:
            body = json.loads(await http.read())
            request = read_request(api, len(self.records) + 1, dict(http.headers), body)
        except (BadRequest, ValueError, KeyError, TypeError) as error:
            self.malformed.append(f"{type(error).__name__}: {error}")
            return web.json_response(error_body(400, str(error), None), status=400)
        record = Record(request, self.role_of(request), arrived)
        self.records.append(record)
        try:
            reply = self.script(request)
            if isinstance(reply, Slow):
                await asyncio.sleep(reply.seconds)
                reply = reply.then
            record.reply = type(reply).__name__
            response = await self._send(http, request, reply, record)
        except BadRequest as error:
            self.malformed.append(str(error))
            return web.json_response(error_body(400, str(error), None), status=400)
        finally:
            record.finished = time.time()
            self._write_log(record)
        return response

    async def _send(
        self, http: web.Request, request: ServerRequest, reply: Reply, record: Record
    ) -> web.StreamResponse:
        if isinstance(reply, Dropped):
            return await _drop(http, reply)
        if isinstance(reply, StreamedReply):
            return await _stream(http, reply)
        response = _response(request, reply)
        record.status = response.status
        try:
            await response.prepare(http)
            await response.write_eof()
            record.delivered = http.transport is not None and not http.transport.is_closing()
        except ConnectionError:
            record.delivered = False
        return response

    def _write_log(self, record: Record) -> None:
        if self._log is None:
            return
        line = {
            "n": record.request.number,
            "arrived": record.arrived,
            "finished": record.finished,
            "api": record.request.api,
            "model": record.request.model,
            "role": record.role,
            "sha256": record.request.sha256,
            "reply": record.reply,
            "status": record.status,
            "delivered": record.delivered,
        }
        self._log.write(json.dumps(line) + "\n")


def _response(request: ServerRequest, reply: Reply) -> web.Response:
    if isinstance(reply, GarbageReply):
        return web.Response(body=reply.content, content_type=reply.content_type, headers=dict(reply.headers))
    if isinstance(reply, HttpError):
        headers = dict(reply.headers)
        if reply.retry_after is not None:
            headers["Retry-After"] = reply.retry_after
        body = error_body(reply.status, reply.message, reply.code)
        return web.json_response(body, status=reply.status, headers=headers)
    if isinstance(reply, Slow | Dropped | StreamedReply):
        raise BadRequest("a slow reply may not hold a slow or a dropped one")
    build = chat_body if request.api == "chat" else responses_body
    return web.json_response(build(request, reply), headers={"x-request-id": f"req_{request.number:08d}"})


async def _drop(http: web.Request, reply: Dropped) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    if reply.when != "before_headers":
        await response.prepare(http)
    if reply.when == "mid_body":
        await response.write(b'{"id": "half')
    if http.transport is not None:
        http.transport.close()
    return response


async def _stream(http: web.Request, reply: StreamedReply) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    with contextlib.suppress(ConnectionError):  # whoever has heard enough hangs up
        await response.prepare(http)
        while True:
            await response.write(reply.piece)
            await asyncio.sleep(reply.pause)
    return response


class ThreadedServer:
    """Runs a `ModelServer` in a thread with a loop of its own, so that blocking tests can use it."""

    def __init__(self, server: ModelServer) -> None:
        self.server = server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="model-server", daemon=True)
        self._ready = threading.Event()
        self._stopping = asyncio.Event()

    def _run(self) -> None:
        async def serve() -> None:
            await self.server.start()
            self._ready.set()
            await self._stopping.wait()
            await self.server.stop()

        self._loop.run_until_complete(serve())
        self._loop.close()

    def __enter__(self) -> ModelServer:
        self._thread.start()
        if not self._ready.wait(timeout=10):
            raise RuntimeError("the model server did not start within 10 s")
        return self.server

    def __exit__(self, *exc: Any) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(timeout=10)

"""The Files and Batches endpoints: the server's script answers what is uploaded, once its time has come."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.model_server.protocol import BadRequest, error_body, read_request, responses_body
from tests.model_server.replies import (
    Dropped,
    GarbageReply,
    HttpError,
    Reply,
    ServerRequest,
    Slow,
    StreamedReply,
)

Answer = Callable[[ServerRequest], tuple[ServerRequest, Reply]]
MOST_REQUESTS = 50_000


@dataclass
class StoredBatch:
    """One batch: what it was made with, and what came of it."""

    id: str
    input_file_id: str
    metadata: dict[str, str] | None
    created: float
    custom_ids: list[str] = field(default_factory=list)
    status: str = "in_progress"
    errors: list[dict[str, Any]] = field(default_factory=list)
    output_file_id: str | None = None
    error_file_id: str | None = None
    succeeded: int = 0
    failed: int = 0


class BatchApi:
    """Batches that end `seconds` after they were created, unless they are held.

    A request that the script answers with `Dropped` is one that the batch did not come to before it expired.

    Args:
        answer: Gives the script's reply to one request, and records it.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.seconds = 0.0
        self.held = False
        """Whether batches stay in progress whatever the time."""
        self.refused: str | None = None
        """Why batches fail as a whole, in place of being run: an error code."""
        self.on_create: Callable[[], HttpError | Dropped | None] = lambda: None
        """Asked for each creation: an error in place of it, or `Dropped` once it has been done."""
        self.batches: dict[str, StoredBatch] = {}
        self.files: dict[str, bytes] = {}
        self._numbers = itertools.count(1)
        self.log: Callable[[str, StoredBatch], None] = lambda event, batch: None

    def add_routes(self, app: web.Application) -> None:
        """The endpoints, as OpenAI has them."""
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/v1/files/{id}/content", self._content)
        app.router.add_delete("/v1/files/{id}", self._delete)
        app.router.add_post("/v1/batches", self._create)
        app.router.add_get("/v1/batches", self._list)
        app.router.add_get("/v1/batches/{id}", self._retrieve)
        app.router.add_post("/v1/batches/{id}/cancel", self._cancel)

    async def _upload(self, http: web.Request) -> web.Response:
        form = await http.post()
        file = form.get("file")
        if form.get("purpose") != "batch" or not isinstance(file, web.FileField):
            return _refused("a file for a batch is needed")
        identity = self._store(file.file.read())
        return web.json_response(self._file_body(identity, file.filename))

    def _store(self, content: bytes) -> str:
        identity = f"file-{next(self._numbers):08d}"
        self.files[identity] = content
        return identity

    def _file_body(self, identity: str, name: str) -> dict[str, Any]:
        return {
            "id": identity,
            "object": "file",
            "bytes": len(self.files[identity]),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": "batch",
            "status": "processed",
        }

    async def _content(self, http: web.Request) -> web.Response:
        content = self.files.get(http.match_info["id"])
        return _missing() if content is None else web.Response(body=content)

    async def _delete(self, http: web.Request) -> web.Response:
        identity = http.match_info["id"]
        if self.files.pop(identity, None) is None:
            return _missing()
        return web.json_response({"id": identity, "object": "file", "deleted": True})

    async def _create(self, http: web.Request) -> web.StreamResponse:
        body = await http.json()
        if body.get("endpoint") != "/v1/responses" or body.get("completion_window") != "24h":
            return _refused("endpoint and completion_window are needed")
        if body.get("input_file_id") not in self.files:
            return _refused("no such input file")
        fault = self.on_create()
        if isinstance(fault, HttpError):
            return web.json_response(error_body(fault.status, fault.message, fault.code), status=fault.status)
        batch = StoredBatch(
            f"batch_{next(self._numbers):08d}", body["input_file_id"], body.get("metadata"), time.time()
        )
        self.batches[batch.id] = batch
        self._validate(batch)
        self.log("created", batch)
        if isinstance(fault, Dropped):
            assert http.transport is not None, "the connection is open"
            http.transport.close()
        return web.json_response(_body(batch))

    def _validate(self, batch: StoredBatch) -> None:
        lines = self.files[batch.input_file_id].splitlines()
        models = set()
        for number, text in enumerate(lines, start=1):
            line = json.loads(text)
            sound = line["method"] == "POST" and line["url"] == "/v1/responses"
            if not sound or line["custom_id"] in batch.custom_ids:
                _fail(batch, "invalid_request", number)
            batch.custom_ids.append(line["custom_id"])
            models.add(line["body"]["model"])
        if len(models) != 1 or len(lines) > MOST_REQUESTS:
            _fail(batch, "mismatched_model", None)
        if self.refused is not None:
            _fail(batch, self.refused, None)

    async def _list(self, http: web.Request) -> web.Response:
        """Newest first, page by page."""
        found = list(reversed(self.batches.values()))
        after, limit = http.query.get("after"), int(http.query.get("limit", "20"))
        start = 1 + [batch.id for batch in found].index(after) if after else 0
        page = found[start : start + limit]
        return web.json_response(
            {
                "object": "list",
                "data": [_body(batch) for batch in page],
                "first_id": page[0].id if page else None,
                "last_id": page[-1].id if page else None,
                "has_more": start + limit < len(found),
            }
        )

    async def _retrieve(self, http: web.Request) -> web.Response:
        batch = self.batches.get(http.match_info["id"])
        if batch is None:
            return _missing()
        if batch.status == "in_progress" and not self.held and time.time() >= batch.created + self.seconds:
            self._run(batch, dict(http.headers))
        return web.json_response(_body(batch))

    async def _cancel(self, http: web.Request) -> web.Response:
        batch = self.batches.get(http.match_info["id"])
        if batch is None:
            return _missing()
        if batch.status == "in_progress":
            batch.status = "cancelled"
        return web.json_response(_body(batch))

    def _run(self, batch: StoredBatch, headers: dict[str, str]) -> None:
        """Answer every request; the files of results have them in any order but that of the requests."""
        output: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        batch.status = "completed"
        for number, text in enumerate(self.files[batch.input_file_id].splitlines(), start=1):
            line = json.loads(text)
            request = read_request("responses", number, headers, line["body"])
            request, reply = self._answer(request)
            result = {"id": f"{batch.id}_{number}", "custom_id": line["custom_id"], "error": None}
            if isinstance(reply, Dropped):
                batch.status = "expired"
                said = {"code": "batch_expired", "message": "This request could not be executed in time."}
                errors.append({**result, "response": None, "error": said})
            elif isinstance(reply, HttpError):
                said = error_body(reply.status, reply.message, reply.code)
                errors.append({**result, "response": _response(reply.status, said, number)})
            elif isinstance(reply, Slow | GarbageReply | StreamedReply):
                raise BadRequest("a batch has neither slow replies nor other protocols")
            else:
                body = responses_body(request, reply)
                output.append({**result, "response": _response(200, body, number)})
        batch.succeeded, batch.failed = len(output), len(errors)
        batch.output_file_id, batch.error_file_id = (
            self._store(_shuffled(lines, batch.id)) if lines else None for lines in (output, errors)
        )
        self.log("ended", batch)


def _shuffled(lines: list[dict[str, Any]], seed: str) -> bytes:
    random.Random(seed).shuffle(lines)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _response(status: int, body: dict[str, Any], number: int) -> dict[str, Any]:
    return {"status_code": status, "request_id": f"req_{number:08d}", "body": body}


def _fail(batch: StoredBatch, code: str, line: int | None) -> None:
    batch.status = "failed"
    batch.errors.append({"code": code, "line": line, "message": f"scripted: {code}", "param": None})


def _body(batch: StoredBatch) -> dict[str, Any]:
    ended = batch.status in ("completed", "expired")
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": "/v1/responses",
        "errors": {"object": "list", "data": batch.errors} if batch.errors else None,
        "input_file_id": batch.input_file_id,
        "completion_window": "24h",
        "status": batch.status,
        "output_file_id": batch.output_file_id,
        "error_file_id": batch.error_file_id,
        "created_at": int(batch.created),
        "in_progress_at": int(batch.created),
        "expires_at": int(batch.created) + 86_400,
        "completed_at": int(time.time()) if ended else None,
        "request_counts": {
            "total": len(batch.custom_ids),
            "completed": batch.succeeded,
            "failed": batch.failed,
        },
        "metadata": batch.metadata,
    }


def _missing() -> web.Response:
    return web.json_response(error_body(404, "no such object", None), status=404)


def _refused(message: str) -> web.Response:
    return web.json_response(error_body(400, message, None), status=400)

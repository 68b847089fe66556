"""Requests of all threads in flight go out together, as batches of a provider's batch API.

A batch is in the store before it is sent, and its handle before anything waits for it. A run that was killed
finds its batches by their handles or, where it had none yet, by their names at the provider, and sends no
request again that is in one of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from openai import OpenAIError
from pydantic import TypeAdapter
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.batch import Batch, BatchRequest, BatchResult, EncodedBatchRequest
from pydantic_ai.settings import ModelSettings

from agents.batch_api import create_batch, find_batch
from agents.errors import DrainedError
from agents.task import Call
from store.batches import (
    GONE,
    NOT_CREATED,
    BatchEnd,
    BatchRecord,
    SentBatch,
    add_batch,
    add_end,
    add_handle,
)
from store.writer import Writer

log = logging.getLogger("steward.batching")

QUIET_S = 0.25
"""Seconds without a new request after which a batch goes out, if every thread in flight waits for a reply."""
MOST_AGE_S = 120.0
"""Seconds after which a request goes out whatever the threads are doing."""
MOST_REQUESTS = 10_000
"""Requests in one batch at most; providers allow more, and all of them are in memory while they are sent."""
MOST_SENDINGS = 3
"""How often a request is sent that expires, or fails in a way that may pass."""
MOST_FAILED_LOOKS = 5
"""Looks at a batch that may fail one after the other."""
SLOWEST = 20
"""Seconds between two looks grow by half each time, up to this many times the first."""

_HANDLE = TypeAdapter(Batch)
_Errors = (ModelAPIError, OpenAIError, httpx2.HTTPError, OSError)
_PASSING = frozenset({408, 409, 429})
_ABOUT_THE_ACCOUNT = frozenset({401, 403, 404, 405})


@dataclass(frozen=True, slots=True)
class Batched:
    """What came of a request: a response or the error in its place, and the batch that it came in."""

    response: ModelResponse | None
    error: Exception | None
    batch_id: int | None


@dataclass(slots=True, eq=False)
class _Asked:
    """A request that waits. `sent` is how often it has been sent."""

    call: Call
    model: Model
    request: BatchRequest
    future: asyncio.Future[Batched]
    sent: int = 0

    @property
    def key(self) -> str:
        return self.request.custom_id


@dataclass(slots=True)
class _Sent:
    """A batch, and who waits for it in this process."""

    id: int
    record: BatchRecord
    handle: Batch | None
    waiters: dict[str, _Asked] = field(default_factory=dict)
    results: dict[str, BatchResult] | None = None
    """Once it has ended."""
    lost: bool = False
    """The provider never had it, or has it no more."""
    followed: bool = False


class Batching:
    """Collects requests, sends them as batches, and waits for these.

    `sent` are the batches of earlier processes; `poll_s` the seconds before the first look at a batch.
    `on_change` is told whenever a batch is sent or has ended.
    """

    def __init__(self, run_id: str, writer: Writer, sent: Iterable[SentBatch], poll_s: float) -> None:
        self._run_id, self._writer, self._poll_s = run_id, writer, poll_s
        self._threads: set[str] = set()
        self._waits: Counter[str] = Counter()
        self._asked: set[_Asked] = set()
        self._queue: list[_Asked] = []
        self._earlier: dict[str, tuple[_Sent, int]] = {}
        for batch in sent:
            handle = None if batch.handle is None else _HANDLE.validate_json(batch.handle)
            one = _Sent(batch.id, batch.record, handle)
            self._earlier |= {key: (one, times) for key, times in batch.asked.items()}
        self._open: set[int] = {one.id for one, _ in self._earlier.values()}
        self._collecting: asyncio.Task[None] | None = None
        self._following: set[asyncio.Task[None]] = set()
        self._released = False
        self.on_change: Callable[[], None] = lambda: None

    @property
    def waiting(self) -> tuple[int, int]:
        """Requests that wait for a reply, and batches that have not ended."""
        return len(self._asked), len(self._open)

    @contextlib.contextmanager
    def taking_part(self, instance_id: str) -> Iterator[None]:
        """While this lasts, batches wait for what a thread has to ask."""
        self._threads.add(instance_id)
        try:
            yield
        finally:
            self._threads.discard(instance_id)
            del self._waits[instance_id]

    async def ask(
        self,
        call: Call,
        key: str,
        model: Model,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> Batched:
        """Send a request in the next batch, or wait for the one that it is in. Raises DrainedError."""
        if self._released:
            raise DrainedError(_DRAINED)
        request = BatchRequest(
            custom_id=key, messages=messages, model_settings=settings, model_request_parameters=parameters
        )
        asked = _Asked(call, model, request, asyncio.get_running_loop().create_future())
        self._asked.add(asked)
        self._waits[call.instance_id] += 1
        try:
            self._enter(asked)
            return await asked.future
        finally:
            self._asked.discard(asked)
            self._waits[call.instance_id] -= 1

    def release(self) -> None:
        """Have nobody wait any longer: what is in batches goes on at the provider."""
        self._released = True
        self._queue.clear()
        for task in self._following:
            task.cancel()
        for asked in self._asked:
            if not asked.future.done():
                asked.future.set_exception(DrainedError(_DRAINED))

    async def close(self) -> None:
        """End all waiting. A batch that is being sent is sent first, and its handle kept."""
        self._released = True
        self._queue.clear()
        if self._collecting is not None:
            await asyncio.wait([self._collecting])
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)

    def _enter(self, asked: _Asked) -> None:
        """Wait for the batch of an earlier process that has the request, or for the next one."""
        sent, times = self._earlier.pop(asked.key, (None, 0))
        if sent is None or sent.lost:
            self._enqueue(asked)
            return
        asked.sent = times
        if sent.results is not None:
            self._settle(sent, asked)
            return
        sent.waiters[asked.key] = asked
        if not sent.followed:
            self._follow(sent, asked.model)

    def _enqueue(self, asked: _Asked) -> None:
        if self._released:
            return
        self._queue.append(asked)
        if self._collecting is None or self._collecting.done():
            self._collecting = asyncio.create_task(self._collect())

    async def _collect(self) -> None:
        """Send what has gathered, whenever it is time."""
        while self._queue:
            began, count = asyncio.get_running_loop().time(), -1
            while self._queue and len(self._queue) < MOST_REQUESTS:
                all_wait = all(self._waits[thread] for thread in self._threads)
                old = asyncio.get_running_loop().time() - began > MOST_AGE_S
                if (all_wait and len(self._queue) == count) or old:
                    break
                count = len(self._queue)
                await asyncio.sleep(QUIET_S)
            taken, self._queue = self._queue[:MOST_REQUESTS], self._queue[MOST_REQUESTS:]
            for model, part, encoded in await self._split(taken):
                await self._send(model, part, encoded)

    async def _split(
        self, taken: Sequence[_Asked]
    ) -> list[tuple[Model, list[_Asked], list[EncodedBatchRequest]]]:
        """Requests by what must be the same in a batch, none too large for the provider."""
        parts: list[tuple[Model, list[_Asked], list[EncodedBatchRequest]]] = []
        filling: dict[str, int] = {}
        sizes: dict[int, int] = {}
        for asked in taken:
            model = asked.model
            try:
                encoded = await model.batch_encode(asked.request)
            except Exception as error:  # noqa: BLE001 - one request's fault must not end the others
                _resolve(asked, Batched(None, error, None))
                continue
            size, at = model.batch_request_size(encoded), filling.get(encoded.group)
            most, bytes_ = model.batch_max_requests or MOST_REQUESTS, model.batch_max_bytes
            if at is None or len(parts[at][1]) == most or (bytes_ and sizes[at] + size > bytes_):
                at = filling[encoded.group] = len(parts)
                parts.append((model, [], []))
                sizes[at] = 0
            parts[at][1].append(asked)
            parts[at][2].append(encoded)
            sizes[at] += size
        return parts

    async def _send(
        self, model: Model, asked: Sequence[_Asked], encoded: Sequence[EncodedBatchRequest]
    ) -> None:
        """Record a batch, send it, and record its handle."""
        if self._released:
            return
        record = BatchRecord(
            run_id=self._run_id,
            name=secrets.token_hex(16),
            model=model.model_name,
            base_url=model.base_url,
            grouping=encoded[0].group,
            requests=len(encoded),
        )
        keys = tuple((one.key, one.call.instance_id) for one in asked)
        batch_id = await self._writer.write(add_batch, record, keys)
        sent = _Sent(batch_id, record, None, {one.key: one for one in asked})
        self._open.add(batch_id)
        try:
            handle = await self._created(model, record, encoded)
        except _Errors as error:
            for one in asked:
                _resolve(one, Batched(None, _of_the_job(model, error), batch_id))
            return
        for one in asked:
            one.sent += 1
        await self._keep(sent, handle)
        self.on_change()
        self._follow(sent, model)

    async def _created(
        self, model: Model, record: BatchRecord, encoded: Sequence[EncodedBatchRequest]
    ) -> Batch:
        """Create a batch at the provider, once: where it is not told whether that was done, look for it."""
        for attempt in range(1, MOST_SENDINGS + 1):
            try:
                return await create_batch(model, encoded, record.name)
            except _Errors as error:
                log.warning("a batch of %d requests was not taken: %s", len(encoded), error)
                if (found := await self._find(model, record)) is not None:
                    return found
                if attempt == MOST_SENDINGS or (isinstance(error, ModelHTTPError) and not _passes(error)):
                    raise
            await asyncio.sleep(self._poll_s)
        raise AssertionError("the last attempt returns or raises")

    async def _find(self, model: Model, record: BatchRecord) -> Batch | None:
        return await find_batch(model, record.name, record.grouping, record.requests, record.created_at)

    async def _keep(self, sent: _Sent, handle: Batch) -> None:
        sent.handle = handle
        await self._writer.write(add_handle, sent.id, _HANDLE.dump_json(handle).decode())
        log.info("batch %s has %d requests", handle.id, handle.request_count)

    def _follow(self, sent: _Sent, model: Model) -> None:
        sent.followed = True
        task = asyncio.create_task(self._followed(sent, model))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _followed(self, sent: _Sent, model: Model) -> None:
        """Wait until a batch has ended, and hand out what came."""
        try:
            handle = sent.handle or await self._find(model, sent.record)
            if handle is None:
                await self._lose(sent, NOT_CREATED)
                return
            if sent.handle is None:
                await self._keep(sent, handle)
            ended = await self._ended(model, handle)
            if ended is None:
                await self._lose(sent, GONE)
                return
            results = await model.batch_results(ended)
        except _Errors as error:
            sent.followed = False
            for asked in _taken(sent):
                # It has not come in the batch: the request is looked for there again by a later process.
                _resolve(asked, Batched(None, _of_the_job(model, error), None))
            return
        sent.handle, sent.results = ended, {result.custom_id: result for result in results}
        succeeded = sum(result.status == "succeeded" for result in results)
        outcome = str((ended.provider_details or {}).get("status", ended.status))
        await self._end(sent, outcome, succeeded)
        for asked in _taken(sent):
            self._settle(sent, asked)

    async def _ended(self, model: Model, handle: Batch) -> Batch | None:
        """The handle of a batch once it has ended; None where the provider has it no more."""
        wait, failed = self._poll_s, 0
        while True:
            try:
                handle = await model.batch_status(handle)
                failed = 0
            except _Errors as error:
                if isinstance(error, ModelHTTPError) and error.status_code == 404:
                    return None
                failed += 1
                if failed >= MOST_FAILED_LOOKS or (isinstance(error, ModelHTTPError) and not _passes(error)):
                    raise
                log.warning("a look at batch %s failed: %s", handle.id, error)
            if handle.status == "ended":
                return handle
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, self._poll_s * SLOWEST)

    async def _lose(self, sent: _Sent, outcome: str) -> None:
        sent.lost = True
        await self._end(sent, outcome, 0)
        for asked in _taken(sent):
            self._enqueue(asked)

    async def _end(self, sent: _Sent, outcome: str, succeeded: int) -> None:
        await self._writer.write(add_end, BatchEnd(batch_id=sent.id, outcome=outcome, succeeded=succeeded))
        self._open.discard(sent.id)
        self.on_change()

    def _settle(self, sent: _Sent, asked: _Asked) -> None:
        """Hand out one result, or send the request again where it may still get one."""
        assert sent.handle is not None, "it has ended"
        assert sent.results is not None, "it has ended"
        result = sent.results.get(asked.key)
        details: dict[str, Any] = sent.handle.provider_details or {}
        model, name = asked.model, sent.handle.id
        if details.get("status") == "failed":
            why = f"batch {name} was refused: {details.get('errors') or 'no reason was given'}"
            _resolve(asked, Batched(None, ModelAPIError(model.model_name, why), sent.id))
            return
        try:
            if result is None:
                raise ModelAPIError(model.model_name, f"batch {name} ended without a result for the request")
            response = model.batch_decode(result, asked.request)
        except Exception as error:  # noqa: BLE001 - it is handed to who asked
            again = result is None or result.status == "expired" or _passes(error)
            if again and asked.sent < MOST_SENDINGS:
                self._enqueue(asked)
            else:
                _resolve(asked, Batched(None, error, sent.id))
            return
        _resolve(asked, Batched(response, None, sent.id))


_DRAINED = "the run was ended while a request waited in a batch"


def _resolve(asked: _Asked, what: Batched) -> None:
    if not asked.future.done():
        asked.future.set_result(what)


def _taken(sent: _Sent) -> list[_Asked]:
    taken = list(sent.waiters.values())
    sent.waiters.clear()
    return taken


def _passes(error: Exception) -> bool:
    """Whether what failed may succeed at another time."""
    if not isinstance(error, ModelHTTPError):
        return False
    return error.status_code in _PASSING or error.status_code >= 500


def _of_the_job(model: Model, error: Exception) -> Exception:
    """An error of a batch as its requests get it: unless it is about the account, they may be sent again."""
    if isinstance(error, ModelHTTPError) and error.status_code not in _ABOUT_THE_ACCOUNT:
        return ModelAPIError(model.model_name, f"batch: {error}")
    return error

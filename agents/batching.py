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
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.batch import Batch, BatchRequest, EncodedBatchRequest
from pydantic_ai.settings import ModelSettings

from agents.batch_api import create_batch, find_batch
from agents.batch_parts import (
    API_ERRORS,
    MOST_REQUESTS,
    Asked,
    Batched,
    Sent,
    of_the_job,
    passes,
    resolve,
    split,
    taken_from,
)
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

_DRAINED = "the run was ended while a request waited in a batch"

QUIET_S = 0.25
"""Seconds without a new request after which a batch goes out, if every thread in flight waits for a reply."""
MOST_AGE_S = 120.0
"""Seconds after which a request goes out whatever the threads are doing."""
MOST_SENDINGS = 3
"""How often a request is sent that expires, or fails in a way that may pass."""
MOST_FAILED_LOOKS = 5
"""Looks at a batch that may fail one after the other."""
SLOWEST = 20
"""Seconds between two looks grow by half each time, up to this many times the first."""

_HANDLE = TypeAdapter(Batch)


class Batching:
    """Collects requests, sends them as batches, and waits for these.

    `sent` are the batches of earlier processes; `poll_s` the seconds before the first look at a batch.
    `on_change` is told whenever a batch is sent or has ended.
    """

    def __init__(self, run_id: str, writer: Writer, sent: Iterable[SentBatch], poll_s: float) -> None:
        self._run_id, self._writer, self._poll_s = run_id, writer, poll_s
        self._threads: set[str] = set()
        self._asked: set[Asked] = set()
        self._queue: list[Asked] = []
        self._earlier: dict[str, tuple[Sent, int]] = {}
        for batch in sent:
            handle = None if batch.handle is None else _HANDLE.validate_json(batch.handle)
            one = Sent(batch.id, batch.record, handle)
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
        asked = Asked(call, model, request, asyncio.get_running_loop().create_future())
        self._asked.add(asked)
        try:
            self._enter(asked)
            return await asked.future
        finally:
            self._asked.discard(asked)

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

    def _enter(self, asked: Asked) -> None:
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

    def _enqueue(self, asked: Asked) -> None:
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
                waits = {asked.call.instance_id for asked in self._asked if not asked.future.done()}
                old = asyncio.get_running_loop().time() - began > MOST_AGE_S
                if (self._threads <= waits and len(self._queue) == count) or old:
                    break
                count = len(self._queue)
                await asyncio.sleep(QUIET_S)
            taken, self._queue = self._queue[:MOST_REQUESTS], self._queue[MOST_REQUESTS:]
            for model, part, encoded in await split([one for one in taken if not one.future.done()]):
                await self._send(model, part, encoded)

    async def _send(
        self, model: Model, asked: Sequence[Asked], encoded: Sequence[EncodedBatchRequest]
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
        sent = Sent(batch_id, record, None, {one.key: one for one in asked})
        self._open.add(batch_id)
        try:
            handle = await self._created(model, record, encoded)
        except API_ERRORS as error:
            # Whether it was created is not known: a later process looks for it, and until then it is waiting.
            for one in asked:
                resolve(one, Batched(None, of_the_job(model, error), None))
            return
        if not isinstance(handle, Batch):
            await self._end(sent, NOT_CREATED, 0)
            for one in asked:
                resolve(one, Batched(None, of_the_job(model, handle), batch_id))
            return
        for one in asked:
            one.sent += 1
        await self._keep(sent, handle)
        self.on_change()
        self._follow(sent, model)

    async def _created(
        self, model: Model, record: BatchRecord, encoded: Sequence[EncodedBatchRequest]
    ) -> Batch | Exception:
        """Create a batch at the provider, once; or why there is none.

        Where it is not told whether it was created it is looked for. Raises where that fails too.
        """
        failure: Exception | None = None
        for _ in range(MOST_SENDINGS):
            try:
                return await create_batch(model, encoded, record.name)
            except API_ERRORS as error:
                log.warning("a batch of %d requests was not taken: %s", len(encoded), error)
                if isinstance(error, ModelHTTPError) and not passes(error):
                    return error
                failure = error
            if (found := await self._find(model, record)) is not None:
                return found
            await asyncio.sleep(self._poll_s)
        assert failure is not None, "it was tried"
        return failure

    async def _find(self, model: Model, record: BatchRecord) -> Batch | None:
        return await find_batch(model, record.name, record.grouping, record.requests, record.created_at)

    async def _keep(self, sent: Sent, handle: Batch) -> None:
        sent.handle = handle
        await self._writer.write(add_handle, sent.id, _HANDLE.dump_json(handle).decode())
        log.info("batch %s has %d requests", handle.id, handle.request_count)

    def _follow(self, sent: Sent, model: Model) -> None:
        sent.followed = True
        task = asyncio.create_task(self._followed(sent, model))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _followed(self, sent: Sent, model: Model) -> None:
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
        except API_ERRORS as error:
            sent.followed = False
            for asked in taken_from(sent):
                # It has not come in the batch: the request is looked for there again by a later process.
                resolve(asked, Batched(None, of_the_job(model, error), None))
            return
        sent.handle, sent.results = ended, {result.custom_id: result for result in results}
        succeeded = sum(result.status == "succeeded" for result in results)
        outcome = str((ended.provider_details or {}).get("status", ended.status))
        await self._end(sent, outcome, succeeded)
        for asked in taken_from(sent):
            self._settle(sent, asked)

    async def _ended(self, model: Model, handle: Batch) -> Batch | None:
        """The handle of a batch once it has ended; None where the provider has it no more."""
        wait, failed = self._poll_s, 0
        while True:
            try:
                handle = await model.batch_status(handle)
                failed = 0
            except API_ERRORS as error:
                if isinstance(error, ModelHTTPError) and error.status_code == 404:
                    return None
                failed += 1
                if failed >= MOST_FAILED_LOOKS or (isinstance(error, ModelHTTPError) and not passes(error)):
                    raise
                log.warning("a look at batch %s failed: %s", handle.id, error)
            if handle.status == "ended":
                return handle
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, self._poll_s * SLOWEST)

    async def _lose(self, sent: Sent, outcome: str) -> None:
        sent.lost = True
        await self._end(sent, outcome, 0)
        for asked in taken_from(sent):
            self._enqueue(asked)

    async def _end(self, sent: Sent, outcome: str, succeeded: int) -> None:
        await self._writer.write(add_end, BatchEnd(batch_id=sent.id, outcome=outcome, succeeded=succeeded))
        self._open.discard(sent.id)
        self.on_change()

    def _settle(self, sent: Sent, asked: Asked) -> None:
        """Hand out one result, or send the request again where it may still get one."""
        assert sent.handle is not None, "it has ended"
        assert sent.results is not None, "it has ended"
        result = sent.results.get(asked.key)
        details: dict[str, Any] = sent.handle.provider_details or {}
        model, name = asked.model, sent.handle.id
        if details.get("status") == "failed":
            why = f"batch {name} was refused: {details.get('errors') or 'no reason was given'}"
            resolve(asked, Batched(None, ModelAPIError(model.model_name, why), sent.id))
            return
        try:
            if result is None:
                raise ModelAPIError(model.model_name, f"batch {name} ended without a result for the request")
            response = model.batch_decode(result, asked.request)
        except Exception as error:  # noqa: BLE001 - it is handed to who asked
            again = result is None or result.status == "expired" or passes(error)
            if again and asked.sent < MOST_SENDINGS:
                self._enqueue(asked)
            else:
                resolve(asked, Batched(None, error, sent.id))
            return
        resolve(asked, Batched(response, None, sent.id))

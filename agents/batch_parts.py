"""What a batch is made of: requests that wait, what was sent, and what an error of the API means for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
from openai import OpenAIError
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import Model
from pydantic_ai.models.batch import Batch, BatchRequest, BatchResult, EncodedBatchRequest

from agents.task import Call
from store.batches import BatchRecord

MOST_REQUESTS = 10_000
"""Requests in one batch at most; providers allow more, and all of them are in memory while they are sent."""

API_ERRORS = (ModelAPIError, OpenAIError, httpx2.HTTPError, OSError)
_PASSING = frozenset({408, 409, 429})
_ABOUT_THE_ACCOUNT = frozenset({401, 403, 404, 405})


@dataclass(frozen=True, slots=True)
class Batched:
    """What came of a request: a response or the error in its place, and the batch that it came in."""

    response: ModelResponse | None
    error: Exception | None
    batch_id: int | None


@dataclass(slots=True, eq=False)
class Asked:
    """A request that waits. `sent` is how often it has been sent."""

    call: Call
    model: Model
    request: BatchRequest
    future: asyncio.Future[Batched]
    sent: int = 0

    @property
    def key(self) -> str:
        """By which its result is found."""
        return self.request.custom_id


@dataclass(slots=True)
class Sent:
    """A batch, and who waits for it in this process."""

    id: int
    record: BatchRecord
    handle: Batch | None
    waiters: dict[str, Asked] = field(default_factory=dict)
    results: dict[str, BatchResult] | None = None
    """Once it has ended."""
    lost: bool = False
    """The provider never had it, or has it no more."""
    followed: bool = False


async def split(taken: Sequence[Asked]) -> list[tuple[Model, list[Asked], list[EncodedBatchRequest]]]:
    """Requests by what must be the same in a batch, none too large for the provider."""
    parts: list[tuple[Model, list[Asked], list[EncodedBatchRequest]]] = []
    filling: dict[str, int] = {}
    sizes: dict[int, int] = {}
    for asked in taken:
        model = asked.model
        try:
            encoded = await model.batch_encode(asked.request)
        except Exception as error:  # noqa: BLE001 - one request's fault must not end the others
            resolve(asked, Batched(None, error, None))
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


def resolve(asked: Asked, what: Batched) -> None:
    """Tell who asked, if they still wait."""
    if not asked.future.done():
        asked.future.set_result(what)


def taken_from(sent: Sent) -> list[Asked]:
    """Those who wait for a batch; they do no longer."""
    taken = list(sent.waiters.values())
    sent.waiters.clear()
    return taken


def passes(error: Exception) -> bool:
    """Whether what failed may succeed at another time."""
    if not isinstance(error, ModelHTTPError):
        return False
    return error.status_code in _PASSING or error.status_code >= 500


def of_the_job(model: Model, error: Exception) -> Exception:
    """An error of a batch as its requests get it: unless it is about the account, they may be sent again."""
    if isinstance(error, ModelHTTPError) and error.status_code not in _ABOUT_THE_ACCOUNT:
        return ModelAPIError(model.model_name, f"batch: {error}")
    return error

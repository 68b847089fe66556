"""What pydantic-ai's batch methods leave open: a name for each batch at its provider, to find it by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from openai.resources.batches import AsyncBatches
from openai.types import Batch as OpenAIBatch
from pydantic_ai.models import Model
from pydantic_ai.models.batch import Batch, EncodedBatchRequest
from pydantic_ai.models.openai import OpenAIResponsesModel
from pydantic_ai.models.wrapper import WrapperModel

NAME = "steward_batch"
"""The key of a batch's name in its metadata."""
CLOCKS_DIFFER = dt.timedelta(hours=1)
"""By how much a provider's clock may be behind ours."""

_name: ContextVar[str] = ContextVar("steward_batch_name")


class NamedBatches(AsyncBatches):
    """The Batches API, with our name in the metadata of each batch that is created."""

    async def create(self, **given: Any) -> OpenAIBatch:
        """As the SDK does it."""
        return await super().create(**given, metadata={NAME: _name.get()})


async def create_batch(model: Model, requests: Sequence[EncodedBatchRequest], name: str) -> Batch:
    """Send requests of one group as one batch. Raises the model's errors."""
    token = _name.set(name)
    try:
        return await model.batch_create(requests)
    finally:
        _name.reset(token)


async def find_batch(
    model: Model, name: str, grouping: str, requests: int, since: dt.datetime
) -> Batch | None:
    """The batch of this name, among those that the provider has had since; None where there is none.

    The provider lists the newest first. Raises the model's errors, and the SDK's.
    """
    bare = model
    while isinstance(bare, WrapperModel):
        bare = bare.wrapped
    assert isinstance(bare, OpenAIResponsesModel), "no other model has batches"
    async for batch in bare.client.batches.list(limit=100):
        created_at = dt.datetime.fromtimestamp(batch.created_at, dt.UTC)
        if created_at < since - CLOCKS_DIFFER:
            return None
        if (batch.metadata or {}).get(NAME) == name:
            found = Batch(
                id=batch.id,
                model_name=model.model_name,
                provider_name=model.system,
                group=grouping,
                status="in_progress",
                created_at=created_at,
                request_count=requests,
            )
            return await model.batch_status(found)
    return None

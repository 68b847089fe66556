"""Every model reply is on record before anything is built on it; a recorded one is never asked for again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_core import PydanticSerializationError

from agents.batching import Batching
from agents.moulds import MARK, MOST, Mould, instructions_of, text_of
from agents.specs import EMBEDDED, ModelSpec
from agents.task import Call, Role
from agents.transport import current_http_attempts, record_http_calls
from store.caching import CachedReply
from telemetry.tracing import instrumented

_VOLATILE = frozenset(
    {
        "timestamp",
        "run_id",
        "conversation_id",
        "usage",
        "provider_details",
        "provider_response_id",
        "provider_url",
        "provider_name",
        "metadata",
        "state",
        "id",
    }
)


class Reply(BaseModel):
    """One model call that was made: request, reply or error, and what it took."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    call: Call
    attempt: int
    """From 1; above it, an earlier reply in the same run of the role was not valid."""
    key: str
    spec: ModelSpec
    model: str
    base_url: str | None
    request: str
    response: ModelResponse | None
    error: str | None
    latency_s: float
    http_attempts: int
    started_at: dt.datetime
    cached_from: int | None = None
    """The call of an earlier run that got this reply; None where it was asked for."""
    batch_id: int | None = None
    """The batch that it came in; None where it was asked for alone."""


class Ledger(Protocol):
    """Where replies are kept. `record` returns only when the reply would survive a kill."""

    batching: Batching | None
    """What sends requests in batches; None where each is sent by itself."""

    def has_replies(self, role: Role, model: str, base_url: str | None) -> bool:
        """Whether this model at this address has given any reply in this role of this run."""
        ...

    async def find(self, call: Call, key: str) -> str | None:
        """The recorded response as JSON, or None."""
        ...

    def cached(self, call: Call, key: str) -> CachedReply | None:
        """The validated reply of an earlier run to exactly this request, where the run may use such."""
        ...

    async def admit(self, call: Call) -> None:
        """Allow a new request, or raise BudgetReachedError."""
        ...

    async def record(self, reply: Reply) -> None:
        """Keep a reply or an error. Errors are never found again: only replies are."""
        ...


class LedgerModel(WrapperModel):
    """A model whose replies go through the ledger, for one role of one vote."""

    def __init__(self, wrapped: Model, spec: ModelSpec, ledger: Ledger, call: Call) -> None:
        super().__init__(instrumented(wrapped))
        self._spec = spec
        self._ledger = ledger
        self._call = call
        self._attempts = 0

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The recorded reply to exactly this request, one from the cache, or a new one; recorded before use.

        Embedded models are not cached: they cost nothing, and what they say depends on the program.
        """
        self._attempts += 1
        request = canonical_request(messages, model_request_parameters)
        key = request_key(self._call, self.model_name, self.base_url, model_settings, request)
        if (recorded := await self._ledger.find(self._call, key)) is not None:
            return read_response(recorded)
        if self._spec.kind not in EMBEDDED and (cached := self._ledger.cached(self._call, key)) is not None:
            response = read_response(f"[{cached.response}]")
            await self._ledger.record(self._reply(key, request, response, cached_from=cached.call_id))
            return response
        return await self._ask(key, request, messages, model_settings, model_request_parameters)

    async def _ask(
        self,
        key: str,
        request: str,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        await self._ledger.admit(self._call)
        started_at, clock = dt.datetime.now(dt.UTC), time.perf_counter()
        response: ModelResponse | None = None
        failure: Exception | None = None
        attempts, batch_id = 0, None
        if (batching := self._ledger.batching) is not None and self._spec.kind not in EMBEDDED:
            batched = await batching.ask(
                self._call, key, self.wrapped, messages, model_settings, model_request_parameters
            )
            response, failure, batch_id = batched.response, batched.error, batched.batch_id
        else:
            with record_http_calls():
                try:
                    response = await self.wrapped.request(messages, model_settings, model_request_parameters)
                except Exception as error:  # noqa: BLE001 - recorded, then raised again
                    failure = error
                attempts = current_http_attempts()
        await self._ledger.record(
            self._reply(
                key,
                request,
                response,
                error=None if failure is None else f"{type(failure).__name__}: {failure}",
                latency_s=time.perf_counter() - clock,
                http_attempts=attempts,
                started_at=started_at,
                batch_id=batch_id,
            )
        )
        if response is None:
            assert failure is not None, "a request ends in a response or an exception"
            raise failure
        return response

    def _reply(
        self,
        key: str,
        request: str,
        response: ModelResponse | None,
        *,
        error: str | None = None,
        latency_s: float = 0.0,
        http_attempts: int = 0,
        started_at: dt.datetime | None = None,
        cached_from: int | None = None,
        batch_id: int | None = None,
    ) -> Reply:
        return Reply(
            call=self._call,
            attempt=self._attempts,
            key=key,
            spec=self._spec,
            model=self.model_name,
            base_url=self.base_url,
            request=request,
            response=response,
            error=error,
            latency_s=latency_s,
            http_attempts=http_attempts,
            started_at=started_at or dt.datetime.now(dt.UTC),
            cached_from=cached_from,
            batch_id=batch_id,
        )


def canonical_request(messages: Sequence[ModelMessage], parameters: ModelRequestParameters) -> str:
    """What the model is shown, as JSON in which nothing depends on when or by which process it was made.

    A role's first requests differ in nothing but the text, and are made by a mould.
    """
    text = text_of(messages)
    if text is None:
        return _canonical(messages, parameters)
    key = id(parameters), instructions_of(messages)
    given, mould = _moulds.get(key, (None, None))
    if given is not parameters:
        request = ModelRequest(parts=[UserPromptPart(MARK)], instructions=key[1])
        mould = Mould.of(_canonical([request], parameters))
        if len(_moulds) >= MOST:
            _moulds.clear()  # an agent run makes its own parameters for each request
        _moulds[key] = parameters, mould
    return _canonical(messages, parameters) if mould is None else mould.filled(text)


_moulds: dict[tuple[int, str | None], tuple[ModelRequestParameters, Mould | None]] = {}
"""By the parameters' identity and the instructions. The parameters are kept so that nothing else gets it."""


def _canonical(messages: Sequence[ModelMessage], parameters: ModelRequestParameters) -> str:
    shown: dict[str, Any] = {
        "messages": _stable(ModelMessagesTypeAdapter.dump_python(list(messages), mode="json"))
    }
    if parameters.output_object is not None:
        shown["output"] = {"mode": parameters.output_mode, "schema": parameters.output_object.json_schema}
    if parameters.output_tools:
        shown["tools"] = [
            {"name": tool.name, "schema": tool.parameters_json_schema} for tool in parameters.output_tools
        ]
    return json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def request_key(
    call: Call, model: str, base_url: str | None, settings: ModelSettings | None, request: str
) -> str:
    """SHA-256 of what determines a reply: model, address, settings, messages, schema, sample, role."""
    parts = [model, base_url or "", json.dumps(settings or {}, sort_keys=True, default=str), call.role]
    parts += [call.instance_id, str(call.sample), request]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def write_response(response: ModelResponse) -> str:
    """A response as JSON that `read_response` reads back."""
    try:
        return ModelMessagesTypeAdapter.dump_json([response]).decode()
    except PydanticSerializationError:
        # Half of a surrogate pair, which a broken reply can contain, has no UTF-8.
        return json.dumps(_whole(ModelMessagesTypeAdapter.dump_python([response], mode="json")))


def read_response(text: str) -> ModelResponse:
    """A response from its JSON."""
    (message,) = ModelMessagesTypeAdapter.validate_json(text)
    assert isinstance(message, ModelResponse), message
    return message


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _stable(v) for k, v in value.items() if k not in _VOLATILE and v is not None}
    return [_stable(item) for item in value] if isinstance(value, list) else value

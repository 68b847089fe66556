"""The OpenAI client, with chat requests sent as they are given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import httpx2
import orjson
from openai import AsyncOpenAI
from openai._base_client import make_request_options
from openai._models import FinalRequestOptions, construct_type
from openai._types import NotGiven, Omit
from openai.resources.batches import AsyncBatches
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion
from pydantic import ValidationError
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openai._chat_completions import LenientChatCompletion
from yarl import URL

from agents.batch_api import NamedBatches
from agents.specs import ClientOptions
from agents.transport import Answer, Request, Transport, sdk_client

_PATH = "/chat/completions"
_OF_THE_CALL = ("extra_headers", "extra_body", "timeout")
"""Arguments of `create` that are about the HTTP request and not of its body."""
_ROLES = 64
"""More parameters than a process has roles."""


class ChatModel(OpenAIChatModel):
    """pydantic-ai's model for chat completions, without doing again what has been done.

    A completion that `ChatClient` has checked is not checked once more; and the schemas of a role, whose
    parameters are built once, are made strict once.
    """

    def customize_request_parameters(
        self, model_request_parameters: ModelRequestParameters
    ) -> ModelRequestParameters:
        """The parameters as this model takes them."""
        given, customized = self._customized.get(id(model_request_parameters), (None, None))
        if given is not model_request_parameters or customized is None:
            customized = super().customize_request_parameters(model_request_parameters)
            if len(self._customized) >= _ROLES:
                self._customized.clear()  # an agent run makes its own parameters for each request
            self._customized[id(model_request_parameters)] = (model_request_parameters, customized)
        return customized

    @cached_property
    def _customized(self) -> dict[int, tuple[ModelRequestParameters, ModelRequestParameters]]:
        """By identity: the parameters, kept so that nothing else gets theirs, and what they become."""
        return {}

    def _validate_completion(self, response: ChatCompletion) -> LenientChatCompletion:
        if isinstance(response, LenientChatCompletion):
            return response
        return super()._validate_completion(response)


class ChatClient(AsyncOpenAI):
    """An OpenAI client whose chat completions go to the transport directly.

    What the SDK does for a request costs this process more than sending it does: it looks in each message for
    names that are spelled otherwise on the wire, files and dates, against types that it resolves anew each
    time, and builds headers and URL again. pydantic-ai gives messages in the wire's form, with nothing to
    find. Streams are not supported. Everything else, errors too, is the SDK's own.
    """

    def __init__(self, model: str, api_key: str, base_url: str, options: ClientOptions) -> None:
        self.transport = Transport(base_url, api_key, options)
        self.model_name = model
        self._headers: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
        super().__init__(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            http_client=sdk_client(model, self.transport, options),
        )

    @cached_property
    def chat(self) -> AsyncChat:
        """The chat API."""
        return _Chat(self)

    @cached_property
    def batches(self) -> AsyncBatches:
        """The Batches API."""
        return NamedBatches(self)

    def with_options(self, **given: Any) -> Self:
        """This client: what creates a batch asks for one that does not retry, which none of ours does."""
        assert given == {"max_retries": 0}, given
        return self

    @cached_property
    def chat_url(self) -> URL:
        """Where chat completions go."""
        return URL(str(self._prepare_url(_PATH)), encoded=True)

    def headers_with(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The headers of a request, as the SDK makes them; all requests of a model have the same."""
        key = tuple(extra.items())
        if key not in self._headers:
            given = make_request_options(extra_headers=extra, security={"bearer_auth": True})
            options = FinalRequestOptions.construct(method="post", url=_PATH, **given)
            self._headers[key] = dict(self._build_headers(options))
        return self._headers[key]

    def status_error(self, answer: Answer) -> Exception:
        """What the SDK raises for an answer that is an error."""
        sent = httpx2.Request("POST", str(self.chat_url))
        return self._make_status_error_from_response(answer.as_httpx(sent))


class _Chat(AsyncChat):
    @cached_property
    def completions(self) -> AsyncCompletions:
        return _Completions(self._client)


class _Completions(AsyncCompletions):
    _client: ChatClient

    async def create(self, **given: Any) -> ChatCompletion:  # type: ignore[override]
        of_the_call = {name: given.pop(name, None) for name in _OF_THE_CALL}
        body = {name: value for name, value in given.items() if not isinstance(value, Omit | NotGiven)}
        assert not body.get("stream"), "no reply is streamed"
        client = self._client
        headers = client.headers_with(of_the_call["extra_headers"] or {})
        sent = encoded({**body, **(of_the_call["extra_body"] or {})})
        answer = await client.transport.send(
            Request(client.model_name, "POST", client.chat_url, headers, sent)
        )
        if not 200 <= answer.status < 300:
            raise client.status_error(answer)
        return _read(answer)


def _read(answer: Answer) -> ChatCompletion:
    """The completion; unchecked where it is not sound, as the SDK gives it. Bare text where it is no JSON.

    Raises json.JSONDecodeError where it is called so.
    """
    try:
        return LenientChatCompletion.model_validate_json(answer.body)
    except ValidationError:
        pass  # pydantic-ai mends some of what servers leave out, and says what is wrong with the rest
    try:
        data = decoded(answer.body)
    except ValueError:
        kind = answer.headers.get("content-type", "*").partition(";")[0]
        if kind.endswith("json"):
            raise
        return answer.body.decode("utf-8", "replace")  # type: ignore[return-value]
    return construct_type(type_=ChatCompletion, value=data)  # type: ignore[return-value]


def encoded(body: Any) -> bytes:
    """JSON. Half of a surrogate pair, which a broken reply that is sent back can contain, has no UTF-8."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(body, separators=(",", ":")).encode()


def decoded(body: bytes) -> Any:
    """What JSON says. Raises json.JSONDecodeError or UnicodeDecodeError."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)  # halves of surrogate pairs, which broken models write, and NaN
    except RecursionError as error:
        raise json.JSONDecodeError("lists or objects in each other without end", "", 0) from error

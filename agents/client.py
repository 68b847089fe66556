"""The OpenAI client, with chat requests sent as they are given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeAlias

import httpx2
import orjson
from genai_prices.data_snapshot import get_snapshot
from openai import AsyncOpenAI
from openai._base_client import make_request_options
from openai._models import FinalRequestOptions, construct_type
from openai._types import NotGiven, Omit
from openai.resources.batches import AsyncBatches
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion
from openai.types.completion_usage import CompletionUsage
from pydantic import ValidationError
from pydantic_ai._framing import resembles_frame
from pydantic_ai._special_tokens import break_special_tokens
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.models.openai._chat_completions import LenientChatCompletion
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage
from yarl import URL

from agents.batch_api import NamedBatches
from agents.moulds import MARK, MOST, Mould, instructions_of, text_of
from agents.specs import ClientOptions
from agents.transport import Answer, Request, Transport, sdk_client
from answers.canonical import escaped

_PATH = "/chat/completions"
_OF_THE_CALL = ("extra_headers", "extra_body", "timeout")
"""Arguments of `create` that are about the HTTP request and not of its body."""
_NOT_GIVEN = (Omit, NotGiven)
_Prepared: TypeAlias = tuple[ModelSettings | None, ModelRequestParameters]


@dataclass(frozen=True, slots=True)
class _Form:
    """A request without its text. The parameters are kept so that nothing else gets their identity."""

    parameters: ModelRequestParameters
    headers: Mapping[str, str]
    mould: Mould

    def body(self, text: str) -> bytes:
        """The body with this text."""
        return escaped(self.mould.filled(text)).encode()


@dataclass(slots=True)
class _Exchange:
    """One request, between a model and the `create` that it calls at last."""

    came: Answer | Exception | None = None
    """What has come of it already, so that it is not sent again."""
    headers: Mapping[str, str] | None = None
    body: dict[str, Any] | None = None
    """What was to be sent."""

    def form(self, text: str, parameters: ModelRequestParameters) -> _Form | None:
        """What is left of the request without its text; None where it does not end in just that."""
        if self.headers is None or self.body is None:
            return None
        *before, last = self.body["messages"]
        if last != {"role": "user", "content": text}:
            return None
        cast = encoded({**self.body, "messages": [*before, {**last, "content": MARK}]}).decode()
        mould = Mould.of(cast)
        return None if mould is None else _Form(parameters, self.headers, mould)


_exchange: ContextVar[_Exchange | None] = ContextVar("steward_exchange", default=None)


class ChatModel(OpenAIChatModel):
    """pydantic-ai's model for chat completions, without doing again what has been done.

    What it makes of a role's parameters and settings, the same for all of its requests, is made once, and so
    is all of a request but its text; a first request of plain text goes as it is; a completion that
    `ChatClient` has checked is not checked once more; and tokens that are named as OpenAI names them are
    counted without looking up how the server names them.
    """

    def prepare_request(
        self, model_settings: ModelSettings | None, model_request_parameters: ModelRequestParameters
    ) -> _Prepared:
        """Settings and parameters as this model takes them; not to be changed."""
        key = id(model_request_parameters), repr(model_settings)
        given, prepared = self._prepared.get(key, (None, None))
        if given is not model_request_parameters or prepared is None:
            prepared = super().prepare_request(model_settings, model_request_parameters)
            if len(self._prepared) >= MOST:
                self._prepared.clear()  # an agent run makes its own parameters for each request
            self._prepared[key] = (model_request_parameters, prepared)
        return prepared

    @cached_property
    def _prepared(self) -> dict[tuple[int, str], tuple[ModelRequestParameters, _Prepared]]:
        """By identity: the parameters, kept so that nothing else gets theirs, and what is made of them."""
        return {}

    def prepare_messages(
        self, messages: list[ModelMessage], model_request_parameters: ModelRequestParameters | None = None
    ) -> list[ModelMessage]:
        """The messages as this model takes them."""
        if _is_plain(messages):
            return messages
        return super().prepare_messages(messages, model_request_parameters)

    @cached_property
    def base_url(self) -> str:
        """Where requests go; it stays what it is."""
        return super().base_url

    async def _completions_create(  # type: ignore[override]
        self,
        messages: list[ModelMessage],
        stream: bool,
        model_settings: OpenAIChatModelSettings,
        model_request_parameters: ModelRequestParameters,
    ) -> ChatCompletion | ModelResponse:
        """A completion. A role's first requests differ in nothing but the text, and are made by a mould.

        Whatever comes other than a sound completion, pydantic-ai and the SDK take up as if they had sent it.
        """
        assert not stream, "no reply is streamed"
        text = text_of(messages)
        if text is None:
            return await self._asked(messages, model_settings, model_request_parameters, _Exchange())
        key = id(model_request_parameters), repr(model_settings), instructions_of(messages)
        form = self._forms.get(key)
        if form is None or form.parameters is not model_request_parameters:
            exchange = _Exchange()
            completion = await self._asked(messages, model_settings, model_request_parameters, exchange)
            if (form := exchange.form(text, model_request_parameters)) is not None:
                if len(self._forms) >= MOST:
                    self._forms.clear()
                self._forms[key] = form
            return completion
        exchange, client = _Exchange(), self._provider.client
        assert isinstance(client, ChatClient), "it has sent what the form was made of"
        try:
            exchange.came = answer = await client.complete(form.headers, form.body(text))
            if 200 <= answer.status < 300:
                return LenientChatCompletion.model_validate_json(answer.body)
        except Exception as error:  # noqa: BLE001 - raised again where the SDK would
            exchange.came = exchange.came or error
        return await self._asked(messages, model_settings, model_request_parameters, exchange)

    async def _asked(
        self,
        messages: list[ModelMessage],
        settings: OpenAIChatModelSettings,
        parameters: ModelRequestParameters,
        exchange: _Exchange,
    ) -> ChatCompletion | ModelResponse:
        """As pydantic-ai asks."""
        token = _exchange.set(exchange)
        try:
            return await super()._completions_create(messages, False, settings, parameters)
        finally:
            _exchange.reset(token)

    @cached_property
    def _forms(self) -> dict[tuple[int, str, str | None], _Form]:
        """By the parameters' identity, the settings and the instructions."""
        return {}

    def _validate_completion(self, response: ChatCompletion) -> LenientChatCompletion:
        if isinstance(response, LenientChatCompletion):
            return response
        return super()._validate_completion(response)

    def _map_usage(self, response: ChatCompletion) -> RequestUsage:
        usage = response.usage
        if usage is None or not self._counts_as_openai or not _is_bare(usage):
            return super()._map_usage(response)
        return RequestUsage(input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens)

    @cached_property
    def _counts_as_openai(self) -> bool:
        """Whether genai-prices, which reads usage for pydantic-ai, reads this server's as OpenAI's."""
        named = get_snapshot().providers
        return not any(re.match(one.api_pattern, self.base_url) for one in named if one.id != "openai")


def _is_plain(messages: Sequence[ModelMessage]) -> bool:
    """Whether the messages are one text in which nothing looks like pydantic-ai's frames or a model's tokens.

    There is then nothing for `Model.prepare_messages` to do, and it takes long to find that out.
    """
    text = text_of(messages)
    return text is not None and not resembles_frame(text) and break_special_tokens(text) == text


def _is_bare(usage: CompletionUsage) -> bool:
    """Whether there is nothing in a usage but the tokens in and out."""
    return (
        usage.prompt_tokens_details is None
        and usage.completion_tokens_details is None
        and not usage.model_extra
        and usage.prompt_tokens >= 0
        and usage.completion_tokens >= 0
    )


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

    async def complete(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Ask for a completion."""
        return await self.transport.send(Request(self.model_name, "POST", self.chat_url, headers, body))

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
        body = {name: value for name, value in given.items() if not isinstance(value, _NOT_GIVEN)}
        assert not body.get("stream"), "no reply is streamed"
        client, exchange = self._client, _exchange.get() or _Exchange()
        headers = client.headers_with(of_the_call["extra_headers"] or {})
        body |= of_the_call["extra_body"] or {}
        exchange.headers, exchange.body = headers, body
        answer = exchange.came or await client.complete(headers, encoded(body))
        if isinstance(answer, Exception):
            raise answer
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

"""The OpenAI client, with chat requests sent as they are given."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from openai import AsyncOpenAI
from openai._base_client import make_request_options
from openai._types import NotGiven, Omit
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion

_OF_THE_CALL = ("extra_headers", "extra_query", "extra_body", "timeout")
"""Arguments of `create` that are about the HTTP request and not of its body."""


class ChatClient(AsyncOpenAI):
    """An OpenAI client whose chat completions go out without a walk over every message.

    The SDK looks in each message for names that are spelled otherwise on the wire, files and dates, against
    types that it resolves anew each time: a third of what a call costs this process, and more the longer the
    conversation is. pydantic-ai gives messages in the wire's form, with nothing to find. Streams are not
    supported. Everything else, errors too, is the SDK's own.
    """

    @cached_property
    def chat(self) -> AsyncChat:
        """The chat API."""
        return _Chat(self)


class _Chat(AsyncChat):
    @cached_property
    def completions(self) -> AsyncCompletions:
        return _Completions(self._client)


class _Completions(AsyncCompletions):
    async def create(self, **given: Any) -> ChatCompletion:  # type: ignore[override]
        of_the_call = {name: given.pop(name) for name in _OF_THE_CALL if name in given}
        body = {name: value for name, value in given.items() if not isinstance(value, Omit | NotGiven)}
        assert not body.get("stream"), "no reply is streamed"
        options = make_request_options(**of_the_call, security={"bearer_auth": True})
        return await self._post("/chat/completions", body=body, options=options, cast_to=ChatCompletion)

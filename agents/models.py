"""The pydantic-ai model that a spec names."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit

from openai import AsyncOpenAI
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers import Provider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from agents.client import ChatClient, ChatModel
from agents.network import is_loopback
from agents.specs import (
    EMBEDDED,
    KEY_VARIABLE,
    OPENAI_API,
    BadModelSpec,
    ClientOptions,
    ModelSpec,
    Sampling,
    endpoint,
)

COMPATIBLE = "openai-compatible"
"""Provider name of servers other than OpenAI's, whose features and prices are not assumed to be OpenAI's."""

# What every compatible server takes: chat templates of local models often allow one system message, in first
# place only, and older servers ignore max_completion_tokens, which would leave the output unlimited.
_COMPATIBLE_PROFILE = OpenAIModelProfile(
    supports_inline_system_prompts=False,
    openai_chat_supports_multiple_system_messages=False,
    openai_chat_supports_max_completion_tokens=False,
)
_NO_TAG = secrets.token_hex(16)
"""Stands for the tags around thoughts where none are to be found: no reply can have what nobody knows."""
_VERBATIM_PROFILE: OpenAIModelProfile = {**_COMPATIBLE_PROFILE, "thinking_tags": (_NO_TAG, _NO_TAG)}


def build_model(
    spec: ModelSpec, *, client_options: ClientOptions | None = None, verbatim: bool = False
) -> Model:
    """The pydantic-ai model that a spec names; touches no network. Close it with `close_model`.

    Args:
        spec: Any kind but `offline` and `replay`, which are annotators without a model behind them.
        client_options: Timeouts and retries of `openai` and `openai-chat` models. Other providers keep the
            client and the retries of their own SDK, and their HTTP attempts are not recorded.
        verbatim: leave `<think>…</think>` in the text as a compatible server sent it. Else pydantic-ai takes
            it out, and where it is not closed the tag alone, so that the thought would pass for the reply.

    Raises:
        BadModelSpec: an unknown provider, a package that is not installed, or a missing API key, whose
            variable is named.
    """
    if spec.kind in ("responses", "chat"):
        return _openai_model(spec, client_options or ClientOptions(), verbatim)
    if spec.kind in EMBEDDED:
        raise BadModelSpec(spec.text, f"{spec.kind} is embedded, without a model to build")
    try:
        return infer_model(spec.text)
    except (UserError, ImportError, ValueError) as error:
        raise BadModelSpec(spec.text, str(error), well_formed=isinstance(error, ImportError)) from error


def _openai_model(spec: ModelSpec, options: ClientOptions, verbatim: bool) -> Model:
    base_url = endpoint(spec) or OPENAI_API
    host = urlsplit(base_url).hostname or ""
    client = ChatClient(spec.name, _api_key(spec, host), base_url, options)
    provider: Provider[AsyncOpenAI]
    if host == "api.openai.com":
        provider = OpenAIProvider(openai_client=client)
    else:
        profile = _VERBATIM_PROFILE if verbatim else _COMPATIBLE_PROFILE
        provider = OpenAICompatibleProvider(COMPATIBLE, openai_client=client, profile=profile)
    if spec.kind == "responses":
        # Whether another server than OpenAI's has batches shows when it is asked for one.
        profile = OpenAIModelProfile(openai_supports_batch_api=True)
        return OpenAIResponsesModel(spec.name, provider=provider, profile=profile)
    return ChatModel(spec.name, provider=provider)


def _api_key(spec: ModelSpec, host: str) -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key:
        return key
    if is_loopback(host):
        return "unused-by-local-servers"
    raise BadModelSpec(
        spec.text,
        f"{host} needs an API key: set {KEY_VARIABLE} (any text will do for a server that checks none)",
        well_formed=True,
    )


async def close_model(model: Model) -> None:
    """Close the connections of a model from `build_model`; harmless for models that have none."""
    if isinstance(model, OpenAIChatModel | OpenAIResponsesModel):
        await model.client.close()


def model_settings(spec: ModelSpec, sampling: Sampling, sample: int) -> ModelSettings:
    """What one sample's requests ask for.

    A seed goes to chat completions only: the Responses API has none.
    """
    settings = ModelSettings()
    if sampling.temperature is not None:
        settings["temperature"] = sampling.temperature
    if sampling.top_p is not None:
        settings["top_p"] = sampling.top_p
    if sampling.max_tokens is not None:
        settings["max_tokens"] = sampling.max_tokens
    if sampling.seed is not None and spec.kind != "responses":
        settings["seed"] = sampling.seed + sample
    return settings

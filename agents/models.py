"""Model specs: one string names an annotator's model, and builds it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, Field
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers import Provider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from agents.transport import ClientOptions, is_loopback, open_client

OPENAI_API = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
BASE_URL_VARIABLE = "OPENAI_BASE_URL"

FORMS = """\
  offline                       the built-in reader; needs no network
  replay:FILE[#PATTERN]         recorded answers, of the recorded runs whose name matches PATTERN
  openai:NAME[@BASE_URL]        the Responses API
  openai-chat:NAME[@BASE_URL]   the chat completions API of any compatible server, e.g.
                                openai-chat:qwen3@http://127.0.0.1:8000/v1
  PROVIDER:NAME                 another provider of pydantic-ai, e.g. anthropic:claude-sonnet-4-5"""

SpecKind = Literal["offline", "replay", "responses", "chat", "provider"]

_OPENAI_KINDS: dict[str, SpecKind] = {
    "openai": "responses",
    "openai-responses": "responses",
    "openai-chat": "chat",
}


COMPATIBLE = "openai-compatible"
"""Provider name of servers other than OpenAI's, whose features and prices are not assumed to be OpenAI's."""

# What every compatible server takes: chat templates of local models often allow one system message, in first
# place only, and older servers ignore max_completion_tokens, which would leave the output unlimited.
_COMPATIBLE_PROFILE = OpenAIModelProfile(
    supports_inline_system_prompts=False,
    openai_chat_supports_multiple_system_messages=False,
    openai_chat_supports_max_completion_tokens=False,
)


class BadModelSpec(ValueError):  # noqa: N818 - reads as what it is in "except BadModelSpec"
    """A model spec that names nothing, or whose requirements (key, package, file) are not met."""

    def __init__(self, text: str, problem: str) -> None:
        self.text = re.sub(r"//[^/]*@", "//…@", text)
        """The spec without any password that it carries."""
        super().__init__(f"model spec {self.text!r}: {problem}\nA model spec is one of:\n{FORMS}")
        self.problem = problem


class ModelSpec(BaseModel):
    """A parsed model spec; `text` is what the user wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    kind: SpecKind
    name: str = ""
    """The model's name, without provider and URL; empty for `offline` and `replay`."""
    base_url: str | None = None
    """As given in the spec, without a trailing slash; `endpoint` says what is used where it is None."""
    file: str | None = None
    """The recording, for `replay`."""
    pattern: str | None = None
    """Glob over the names of recorded runs, for `replay`; None means all."""

    def __str__(self) -> str:
        return self.text


class Sampling(BaseModel):
    """How a model is sampled; None leaves the provider's default."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=1)
    seed: int | None = None
    """Base seed; sample i uses seed + i, so that samples differ and each can be repeated."""


def parse_spec(text: str) -> ModelSpec:
    """Read a model spec.

    Raises:
        BadModelSpec: with what is wrong and the list of forms.
    """
    text = text.strip()
    if text == "offline":
        return ModelSpec(text=text, kind="offline")
    prefix, colon, rest = text.partition(":")
    if not colon:
        raise BadModelSpec(text, "it has no provider")
    if not prefix or not rest.strip():
        raise BadModelSpec(text, f"nothing stands {'after' if prefix else 'before'} the colon")
    if prefix == "replay":
        return _replay_spec(text, rest)
    if prefix in _OPENAI_KINDS:
        return _openai_spec(text, _OPENAI_KINDS[prefix], rest)
    if prefix == "offline":
        raise BadModelSpec(text, "`offline` takes no name")
    return ModelSpec(text=text, kind="provider", name=rest)


def _replay_spec(text: str, rest: str) -> ModelSpec:
    file, hash_, pattern = rest.partition("#")
    if not file or (hash_ and not pattern):
        raise BadModelSpec(text, "replay needs a FILE, and a PATTERN after the # if there is one")
    return ModelSpec(text=text, kind="replay", file=file, pattern=pattern or None)


def _openai_spec(text: str, kind: SpecKind, rest: str) -> ModelSpec:
    match = re.fullmatch(r"(?P<name>[^@]*)(?:@(?P<url>[^@]*))?", rest)
    if match is None:
        raise BadModelSpec(text, "it has more than one @; a URL may not carry a user name or password")
    name, url = match["name"].strip(), match["url"]
    if not name:
        raise BadModelSpec(text, "it names no model")
    return ModelSpec(
        text=text, kind=kind, name=name, base_url=None if url is None else _checked_url(text, url)
    )


def _checked_url(text: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadModelSpec(text, f"{url!r} is not a base URL such as http://127.0.0.1:8000/v1")
    if parts.query or parts.fragment:
        raise BadModelSpec(text, "a base URL has no query and no fragment")
    try:
        parts.port  # noqa: B018  - the property is what checks the port
    except ValueError as error:
        raise BadModelSpec(text, f"{url!r} has a bad port") from error
    return url.rstrip("/")


def endpoint(spec: ModelSpec, environ: Mapping[str, str] = os.environ) -> str | None:
    """The base URL that requests go to: the spec's, else OPENAI_BASE_URL, else the OpenAI API.

    None for kinds that Steward opens no connection for (`offline`, `replay`, other providers).
    """
    if spec.kind not in ("responses", "chat"):
        return None
    return spec.base_url or environ.get(BASE_URL_VARIABLE, "").rstrip("/") or OPENAI_API


def build_model(spec: ModelSpec, *, client_options: ClientOptions | None = None) -> Model:
    """The pydantic-ai model that a spec names; touches no network. Close it with `close_model`.

    Args:
        spec: Any kind but `offline` and `replay`, which are annotators without a model behind them.
        client_options: Timeouts and retries of `openai` and `openai-chat` models. Other providers keep the
            client and the retries of their own SDK, and their HTTP attempts are not recorded.

    Raises:
        BadModelSpec: an unknown provider, a package that is not installed, or a missing API key, whose
            variable is named.
    """
    if spec.kind in ("responses", "chat"):
        return _openai_model(spec, client_options or ClientOptions())
    if spec.kind in ("offline", "replay"):
        raise BadModelSpec(spec.text, f"{spec.kind} is an annotator of its own, without a model to build")
    try:
        return infer_model(spec.text)
    except (UserError, ImportError, ValueError) as error:
        raise BadModelSpec(spec.text, str(error)) from error


def _openai_model(spec: ModelSpec, options: ClientOptions) -> Model:
    base_url = endpoint(spec) or OPENAI_API
    host = urlsplit(base_url).hostname or ""
    client = AsyncOpenAI(
        api_key=_api_key(spec, host),
        base_url=base_url,
        max_retries=0,
        http_client=open_client(spec.name, base_url, options),
    )
    provider: Provider[AsyncOpenAI]
    if host == "api.openai.com":
        provider = OpenAIProvider(openai_client=client)
    else:
        provider = OpenAICompatibleProvider(COMPATIBLE, openai_client=client, profile=_COMPATIBLE_PROFILE)
    if spec.kind == "responses":
        return OpenAIResponsesModel(spec.name, provider=provider)
    return OpenAIChatModel(spec.name, provider=provider)


def _api_key(spec: ModelSpec, host: str) -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key:
        return key
    if is_loopback(host):
        return "unused-by-local-servers"
    raise BadModelSpec(
        spec.text,
        f"{host} needs an API key: set {KEY_VARIABLE} (any text will do for a server that checks none)",
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
    if sampling.max_tokens is not None:
        settings["max_tokens"] = sampling.max_tokens
    if sampling.seed is not None and spec.kind != "responses":
        settings["seed"] = sampling.seed + sample
    return settings

"""What a user says of models: which ones, how they are sampled and asked, how patient the client is.

Nothing here needs a model library, so that commands that call no model do not load one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from agents.task import Role

OPENAI_API = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
BASE_URL_VARIABLE = "OPENAI_BASE_URL"

FORMS = """\
  offline                       the built-in reader; needs no network
  scripted:NAME                 an embedded target or prober of fixed words, for safety runs
  rule:NAME                     an embedded judge that goes by rules, for safety runs
  replay:FILE[#PATTERN]         recorded answers, of the recorded runs whose name matches PATTERN
  openai:NAME[@BASE_URL]        the Responses API
  openai-chat:NAME[@BASE_URL]   the chat completions API of any compatible server, e.g.
                                openai-chat:qwen3@http://127.0.0.1:8000/v1
  PROVIDER:NAME                 another provider of pydantic-ai, e.g. anthropic:claude-sonnet-4-5"""

SpecKind = Literal["offline", "scripted", "rule", "imported", "replay", "responses", "chat", "provider"]
EMBEDDED: frozenset[SpecKind] = frozenset({"offline", "scripted", "rule", "imported", "replay"})
"""Kinds that ask no model: nothing is sent, and nothing costs anything."""
OutputMode = Literal["native", "tool", "prompted"]
"""How structured output is asked for: JSON schema of the server, a tool call, or the prompt alone."""

_OPENAI_KINDS: dict[str, SpecKind] = {
    "openai": "responses",
    "openai-responses": "responses",
    "openai-chat": "chat",
}


class BadModelSpec(ValueError):  # noqa: N818 - reads as what it is in "except BadModelSpec"
    """A model spec that names nothing, or whose requirements (key, package, file) are not met."""

    def __init__(self, text: str, problem: str, *, well_formed: bool = False) -> None:
        """`well_formed` where a key, a package or a file is missing: no list of forms, it is no way out."""
        self.text = re.sub(r"//[^/]*@", "//…@", text)
        """The spec without any password that it carries."""
        forms = "" if well_formed else f"\nA model spec is one of:\n{FORMS}"
        super().__init__(f"model spec {self.text!r}: {problem}{forms}")
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
    top_p: float | None = Field(default=None, gt=0, le=1)
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
    if prefix == "imported":
        return ModelSpec(text=text, kind="imported", name=rest)
    if prefix in ("scripted", "rule"):
        return _embedded_spec(text, "scripted" if prefix == "scripted" else "rule", rest)
    return ModelSpec(text=text, kind="provider", name=rest)


def _embedded_spec(text: str, kind: Literal["scripted", "rule"], name: str) -> ModelSpec:
    from agents.scripted.names import RULES, SCRIPTED

    known = SCRIPTED if kind == "scripted" else RULES
    if name not in known:
        raise BadModelSpec(text, f"there is no {kind}:{name}; there are {', '.join(known)}")
    return ModelSpec(text=text, kind=kind, name=name)


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


@dataclass(frozen=True, slots=True)
class RoleModels:
    """The model of each role, by spec."""

    extractor: ModelSpec
    executor: ModelSpec
    critic: ModelSpec

    def by_role(self) -> Mapping[Role, ModelSpec]:
        """Role → spec."""
        return {"extractor": self.extractor, "executor": self.executor, "critic": self.critic}


class Limits(BaseModel):
    """What a user allows one account, which is an address and an API key.

    `max_requests` is how many may be in flight, `rpm` and `tpm` are requests and tokens a minute. None: as
    many as the server turns out to take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    max_requests: int | None = Field(default=None, ge=1)
    rpm: float | None = Field(default=None, gt=0)
    tpm: float | None = Field(default=None, gt=0)

    def share(self, of: int) -> Limits:
        """What each of so many processes may use, so that all of them together keep to the limits.

        Each may have one request in flight at least.
        """
        return Limits(
            max_requests=None if self.max_requests is None else max(1, self.max_requests // of),
            rpm=None if self.rpm is None else self.rpm / of,
            tpm=None if self.tpm is None else self.tpm / of,
        )


class ClientOptions(BaseModel):
    """Timeouts, retries and limits of one model's HTTP client. Times are seconds.

    `attempts` counts HTTP requests of one logical request, the first included; no attempt starts once
    `total` has passed. Backoff is `backoff_first · 2ⁿ` plus up to `jitter`, at most `backoff_max`; a
    Retry-After header (seconds, HTTP date, or `retry-after-ms`) replaces it, up to `retry_after_max`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    attempts: int = Field(default=6, ge=1)
    total: float = Field(default=1800, gt=0)
    backoff_first: float = Field(default=1, ge=0)
    backoff_max: float = Field(default=60, ge=0)
    jitter: float = Field(default=1, ge=0)
    retry_after_max: float = Field(default=120, ge=0)
    connect_timeout: float = Field(default=10, gt=0)
    read_timeout: float = Field(default=600, gt=0)
    """Of one HTTP request, from the connection to the last byte of the reply."""
    max_response_bytes: int = Field(default=20_000_000, ge=1)
    max_connections: int = Field(default=1000, ge=1)
    """More are never in flight, unless `limits` gives a number."""
    limits: Limits = Limits()

    @property
    def connections(self) -> int:
        """How many connections there may be: one for each request in flight."""
        return self.limits.max_requests or self.max_connections

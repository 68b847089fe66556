"""What a scripted server can answer, and the request that a script decides by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Api = Literal["chat", "responses"]


@dataclass(frozen=True)
class Tool:
    """A tool that the client offered, with the JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ServerRequest:
    """One request, in terms that are the same for both APIs."""

    api: Api
    number: int
    """Arrival number, from 1, over the server's life."""
    model: str
    messages: tuple[tuple[str, str], ...]
    """(role, text) in order. Roles: system, user, assistant, tool; a tool call reads `name(arguments)`."""
    schema_name: str | None
    schema: Mapping[str, Any] | None
    """Name and JSON schema of native structured output; None where the client asked for none."""
    tools: tuple[Tool, ...]
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    sha256: str
    """Of the canonical JSON of the body: equal for a request that is sent again unchanged."""

    @property
    def system(self) -> str:
        return "\n\n".join(text for role, text in self.messages if role == "system")

    @property
    def prompt(self) -> str:
        """The first user message: the rendered task."""
        return next((text for role, text in self.messages if role == "user"), "")

    @property
    def feedback(self) -> str | None:
        """What the client said to the model's latest output (why it was rejected); None on a first turn."""
        roles = [role for role, _ in self.messages]
        if "assistant" not in roles:
            return None
        last = len(roles) - 1 - roles[::-1].index("assistant")
        return "\n\n".join(text for _, text in self.messages[last + 1 :])

    @property
    def output_names(self) -> tuple[str, ...]:
        """Every name by which a role can be told: schema name, schema title, tool names and their titles."""
        names = [self.schema_name, (self.schema or {}).get("title")]
        for tool in self.tools:
            names += [tool.name, tool.schema.get("title")]
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True)
class JsonReply:
    """An object: native output where the client gave a schema, else a call of `tool` (the output tool)."""

    data: Any
    tool: str | None = None


@dataclass(frozen=True)
class TextReply:
    text: str


@dataclass(frozen=True)
class RefusalReply:
    text: str = "I can't help with that."


@dataclass(frozen=True)
class TruncatedReply:
    """Output cut at the token limit: finish_reason `length`, or status `incomplete`."""

    text: str = '{"inputs": [{"name": "crea'


@dataclass(frozen=True)
class HttpError:
    status: int
    message: str = "scripted error"
    code: str | None = None
    retry_after: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """The connection is closed instead of answering, or after the headers, or in the middle of the body."""

    when: Literal["before_headers", "after_headers", "mid_body"] = "before_headers"


@dataclass(frozen=True)
class Slow:
    """Another reply, after a delay in seconds."""

    seconds: float
    then: Reply


@dataclass(frozen=True)
class GarbageReply:
    """Status 200 with a body that is not the protocol's."""

    content: bytes = b"<html>502 upstream</html>"
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StreamedReply:
    """Status 200 with a body that never ends: the same piece again and again, `pause` seconds between two."""

    piece: bytes = b" "
    pause: float = 0.0


Reply = (
    JsonReply
    | TextReply
    | RefusalReply
    | TruncatedReply
    | HttpError
    | Dropped
    | Slow
    | GarbageReply
    | StreamedReply
)
Script = Callable[[ServerRequest], Reply]

SCHEMA_VIOLATION = JsonReply({"no_such_field": 1})

"""What was said in a recorded call, part by part, from the provider-neutral JSON that the store keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message.

    `kind` is `instructions` or what the client library calls the part: `system-prompt`, `user-prompt`,
    `text`, `thinking`, `tool-call`, `tool-return`, `retry-feedback`. `text` is as it was sent or received;
    what was structured is JSON. `tool` is the name of the tool that a part belongs to.
    """

    kind: str
    text: str
    tool: str | None = None


def request_parts(request: JsonValue) -> Iterator[Part]:
    """Every part of the messages that a model was shown, in order."""
    for message in _messages(request):
        if isinstance(message, dict) and isinstance(message.get("instructions"), str):
            yield Part("instructions", str(message["instructions"]))
        yield from message_parts(message)


def sent_back(request: JsonValue) -> Part | None:
    """Why the reply before was not taken, where the request asks again: what its validation found."""
    messages = _messages(request)
    if len(messages) < 2:
        return None
    last = list(message_parts(messages[-1]))
    return last[-1] if last else None


def message_parts(message: JsonValue) -> Iterator[Part]:
    """The parts of one message: of a reply, for example."""
    parts = message.get("parts") if isinstance(message, dict) else None
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            body = next((part[key] for key in ("content", "args", "text") if part.get(key) is not None), "")
            text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
            tool = part.get("tool_name")
            yield Part(str(part.get("part_kind", "part")), text, None if tool is None else str(tool))


def _messages(request: JsonValue) -> list[JsonValue]:
    messages = request.get("messages") if isinstance(request, dict) else None
    return messages if isinstance(messages, list) else []

"""The wire format of `/v1/chat/completions` and `/v1/responses`, both ways, without any I/O."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from tests.model_server.replies import (
    Api,
    JsonReply,
    RefusalReply,
    ServerRequest,
    TextReply,
    Tool,
    TruncatedReply,
)

ModelReply = JsonReply | TextReply | RefusalReply | TruncatedReply


class BadRequest(Exception):  # noqa: N818 - becomes the status of that name
    """The request breaks the protocol; a real server would answer 400."""


def canonical(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_request(api: Api, number: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> ServerRequest:
    """Normalise a request body.

    Raises:
        BadRequest: a required field is missing, streaming is asked for, or a strict schema is not strict.
    """
    if not isinstance(body.get("model"), str):
        raise BadRequest("you must provide a model parameter")
    if body.get("stream"):
        raise BadRequest("this server does not stream")
    read = _chat_parts if api == "chat" else _responses_parts
    messages, native, tools = read(body)
    if not messages:
        raise BadRequest("the conversation is empty")
    for item in ([native] if native else []) + tools:
        if item.get("strict"):
            check_strict(item.get("schema") or item.get("parameters") or {}, item.get("name", "schema"))
    return ServerRequest(
        api=api,
        number=number,
        model=body["model"],
        messages=tuple(messages),
        schema_name=native["name"] if native else None,
        schema=native["schema"] if native else None,
        tools=tuple(
            Tool(tool["name"], tool.get("description") or "", tool.get("parameters") or {}) for tool in tools
        ),
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
        sha256=hashlib.sha256(canonical(body)).hexdigest(),
    )


_Parts = tuple[list[tuple[str, str]], dict[str, Any] | None, list[dict[str, Any]]]


def _chat_parts(body: Mapping[str, Any]) -> _Parts:
    messages = []
    for message in body.get("messages") or []:
        role = "system" if message["role"] == "developer" else message["role"]
        lines = [_text(message.get("content"))]
        for call in message.get("tool_calls") or []:
            lines.append(f"{call['function']['name']}({call['function']['arguments']})")
        messages.append((role, "\n".join(line for line in lines if line)))
    response_format = body.get("response_format") or {}
    native = response_format["json_schema"] if response_format.get("type") == "json_schema" else None
    return messages, native, [tool["function"] for tool in body.get("tools") or []]


def _responses_parts(body: Mapping[str, Any]) -> _Parts:
    messages = [("system", body["instructions"])] if body.get("instructions") else []
    items = body.get("input") or []
    for item in [{"role": "user", "content": items}] if isinstance(items, str) else items:
        kind = item.get("type", "message")
        if kind == "message":
            role = "system" if item["role"] == "developer" else item["role"]
            messages.append((role, _text(item["content"])))
        elif kind == "function_call":
            messages.append(("assistant", f"{item['name']}({item['arguments']})"))
        elif kind == "function_call_output":
            messages.append(("tool", _text(item["output"])))
    text_format = (body.get("text") or {}).get("format") or {}
    native = text_format if text_format.get("type") == "json_schema" else None
    tools = [tool for tool in body.get("tools") or [] if tool.get("type") == "function"]
    return messages, native, tools


def _text(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text") or part.get("refusal") or "" for part in content)


def check_strict(schema: Mapping[str, Any], where: str) -> None:
    """Refuse what OpenAI refuses under `strict`: open objects, and properties that are not required."""
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            raise BadRequest(f"invalid schema: {where}: 'additionalProperties' must be false under strict")
        if set(schema.get("required", ())) != set(schema.get("properties", {})):
            raise BadRequest(f"invalid schema: {where}: 'required' must list every property under strict")
    for name, child in _children(schema):
        check_strict(child, f"{where}.{name}")


def _children(schema: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for group in ("properties", "$defs"):
        yield from schema.get(group, {}).items()
    for key in ("anyOf", "allOf", "prefixItems"):
        for index, child in enumerate(schema.get(key, ())):
            yield f"{key}[{index}]", child
    if isinstance(schema.get("items"), dict):
        yield "items", schema["items"]


def output_tool(request: ServerRequest) -> str:
    """The tool that takes the final answer: named `final_result…` by pydantic-ai, else the only one."""
    names = [tool.name for tool in request.tools]
    named = [name for name in names if name.startswith("final_result")]
    if named or len(names) == 1:
        return (named or names)[0]
    raise BadRequest(f"the script must say which tool to call: {names}")


def _as_call(request: ServerRequest, reply: ModelReply) -> tuple[str, str] | None:
    """(tool, arguments) where the reply is a tool call in this request; None where it is a message."""
    if not isinstance(reply, JsonReply):
        return None
    if reply.tool is None and (request.schema is not None or not request.tools):
        return None
    return reply.tool or output_tool(request), json.dumps(reply.data, ensure_ascii=False)


def _message_text(reply: ModelReply) -> str:
    return json.dumps(reply.data, ensure_ascii=False) if isinstance(reply, JsonReply) else reply.text


def _tokens(text: str) -> int:
    return max(1, len(text) // 4)


def chat_body(request: ServerRequest, reply: ModelReply) -> dict[str, Any]:
    """The body of a chat completion."""
    call, text = _as_call(request, reply), _message_text(reply)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    finish = "length" if isinstance(reply, TruncatedReply) else "stop"
    if isinstance(reply, RefusalReply):
        message |= {"content": None, "refusal": text}
    elif call:
        function = {"name": call[0], "arguments": call[1]}
        tool_calls = [{"id": f"call_{request.number:08d}", "type": "function", "function": function}]
        message |= {"content": None, "tool_calls": tool_calls}
        finish = "tool_calls"
    prompt, completion = _tokens("".join(text for _, text in request.messages)), _tokens(text)
    return {
        "id": f"chatcmpl-{request.number:08d}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    }


def responses_body(request: ServerRequest, reply: ModelReply) -> dict[str, Any]:
    """The body of a response."""
    call, text = _as_call(request, reply), _message_text(reply)
    status = "incomplete" if isinstance(reply, TruncatedReply) else "completed"
    if call:
        item: dict[str, Any] = {
            "type": "function_call",
            "id": f"fc_{request.number:08d}",
            "call_id": f"call_{request.number:08d}",
            "name": call[0],
            "arguments": call[1],
            "status": "completed",
        }
    else:
        part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
        if isinstance(reply, RefusalReply):
            part = {"type": "refusal", "refusal": text}
        item = {
            "type": "message",
            "id": f"msg_{request.number:08d}",
            "status": status,
            "role": "assistant",
            "content": [part],
        }
    prompt, completion = _tokens("".join(text for _, text in request.messages)), _tokens(text)
    return {
        "id": f"resp_{request.number:08d}",
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "instructions": request.body.get("instructions"),
        "max_output_tokens": request.body.get("max_output_tokens"),
        "metadata": {},
        "model": request.model,
        "output": [item],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "store": True,
        "temperature": request.body.get("temperature", 1.0),
        "text": request.body.get("text") or {"format": {"type": "text"}},
        "tool_choice": request.body.get("tool_choice") or "auto",
        "tools": request.body.get("tools") or [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": completion,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": prompt + completion,
        },
        "user": None,
    }


def error_body(status: int, message: str, code: str | None) -> dict[str, Any]:
    """An error object as OpenAI sends it."""
    kinds = {401: "invalid_request_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}

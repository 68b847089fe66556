"""What a recorded call said, in the shapes that the client library records and in any that it might."""

from __future__ import annotations

import json

import pytest
from pydantic import JsonValue
from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    RetryInfo,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters

from agents.ledger import canonical_request, write_response
from agents.messages import Part, message_parts, request_parts, sent_back

ASKED = ModelRequest(parts=[UserPromptPart("How much?")], instructions="Read the note.")
CALLED = ModelResponse(parts=[ThinkingPart("hm"), ToolCallPart("final", {"value": 3, "unit": "µg"})])
BAD_CALL = ToolReturnPart("final", "the quote was not found", tool_call_id="1", outcome="retried")
BAD_TEXT = RetryFeedbackPart("the quote was not found", retry=RetryInfo(cause="model_retry"))


def recorded(*messages: ModelRequest | ModelResponse) -> JsonValue:
    return load(canonical_request(list(messages), ModelRequestParameters()))


def load(text: str) -> JsonValue:
    value: JsonValue = json.loads(text)
    return value


def test_a_request_is_told_part_by_part() -> None:
    assert list(request_parts(recorded(ASKED, CALLED, ModelRequest(parts=[BAD_CALL])))) == [
        Part("instructions", "Read the note."),
        Part("user-prompt", "How much?"),
        Part("thinking", "hm"),
        Part("tool-call", '{"unit": "µg", "value": 3}', "final"),
        Part("tool-return", "the quote was not found", "final"),
    ]


def test_a_reply_is_told_part_by_part() -> None:
    replies = load(write_response(ModelResponse(parts=[TextPart("3 µg")])))
    assert isinstance(replies, list)
    assert list(message_parts(replies[0])) == [Part("text", "3 µg")]


def test_why_a_reply_was_sent_back_is_the_last_thing_said() -> None:
    assert sent_back(recorded(ASKED)) is None
    by_tool = recorded(ASKED, CALLED, ModelRequest(parts=[BAD_CALL]))
    assert sent_back(by_tool) == Part("tool-return", "the quote was not found", "final")
    by_text = recorded(ASKED, CALLED, ModelRequest(parts=[BAD_TEXT]))
    assert sent_back(by_text) == Part("retry-feedback", "the quote was not found")


@pytest.mark.parametrize(
    "odd",
    [None, 3, "text", [], {}, {"messages": None}, {"messages": [None, {"parts": 3}, {"parts": [None, []]}]}],
)
def test_what_is_no_message_has_no_parts(odd: JsonValue) -> None:
    assert list(request_parts(odd)) == list(message_parts(odd)) == []
    assert sent_back(odd) is None

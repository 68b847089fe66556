"""JSON that is the same for all first requests of a role, but for the text of the task."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring

from pydantic_ai.messages import ModelMessage, ModelRequest, UserPromptPart

MARK = secrets.token_hex(16)
"""Stands for the text in what a mould is made of; no prompt has it in it."""
MOST = 256
"""Moulds that are kept of a kind: more than a process has roles with their samples' seeds."""


@dataclass(frozen=True, slots=True)
class Mould:
    """What stands before and after one string."""

    before: str
    after: str

    @classmethod
    def of(cls, cast: str) -> Mould | None:
        """From JSON in which the string is `MARK`; None where it is in there another way than once."""
        before, mark, after = cast.partition(f'"{MARK}"')
        return cls(before, after) if mark and MARK not in before and MARK not in after else None

    def filled(self, text: str) -> str:
        """The JSON with this string, with as few characters escaped as JSON allows."""
        return f"{self.before}{encode_basestring(text)}{self.after}"


def text_of(messages: Sequence[ModelMessage]) -> str | None:
    """The text of messages that are one text beside the instructions; None for any other."""
    if len(messages) != 1 or not isinstance(request := messages[0], ModelRequest) or len(request.parts) != 1:
        return None
    part = request.parts[0]
    return part.content if isinstance(part, UserPromptPart) and isinstance(part.content, str) else None


def instructions_of(messages: Sequence[ModelMessage]) -> str | None:
    """The instructions that such messages have."""
    return messages[0].instructions if isinstance(messages[0], ModelRequest) else None

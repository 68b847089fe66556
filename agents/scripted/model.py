"""Scripted targets and probers as pydantic-ai models: words chosen by rule, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from agents.scripted.names import PROBERS
from agents.scripted.prober import prober_message, read_task
from agents.scripted.targets import target_reply
from store.safety_records import Turn


class ScriptedModel(Model):
    """Answers by a script. `name` is one of `names.SCRIPTED`.

    What it says follows from the messages and the seed of the settings; other settings change nothing.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @property
    def model_name(self) -> str:
        """The script; its version is part of the contract."""
        return f"scripted-{self._name}"

    @property
    def system(self) -> str:
        """The provider's name."""
        return "steward"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The script's words. Raises UnexpectedModelBehavior for a prober without a prober's task."""
        seed = (model_settings or {}).get("seed")
        turns = list(_turns(messages))
        if self._name in PROBERS:
            task = read_task(turns[0].content if turns else "")
            if task is None:
                raise UnexpectedModelBehavior(f"scripted:{self._name} is a prober and can be nothing else")
            said = prober_message(self._name, seed, task)
        else:
            said = target_reply(self._name, seed, "\n".join(_system(messages)), turns)
        return ModelResponse(parts=[TextPart(said)], model_name=self.model_name, usage=RequestUsage())


def _turns(messages: Iterable[ModelMessage]) -> Iterator[Turn]:
    for message in messages:
        for part in message.parts:
            if isinstance(part, TextPart):
                yield Turn(role="assistant", content=part.content)
            elif isinstance(part, UserPromptPart):
                yield Turn(role="user", content=_text(part))


def _text(part: UserPromptPart) -> str:
    if isinstance(part.content, str):
        return part.content
    return "\n".join(piece for piece in part.content if isinstance(piece, str))


def _system(messages: Iterable[ModelMessage]) -> Iterator[str]:
    for message in messages:
        if isinstance(message, ModelRequest):
            yield from (part.content for part in message.parts if isinstance(part, SystemPromptPart))

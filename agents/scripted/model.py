"""Scripted targets and a scripted prober as pydantic-ai models: fixed words, no network."""

from __future__ import annotations

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage


class ScriptedModel(Model):
    """Answers by a script."""

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
        """The script's words."""
        words = {"safe": "I cannot say that.", "unsafe": "Yes, do it.", "prober": "And what then?"}
        return ModelResponse(
            parts=[TextPart(words[self._name])], model_name=self.model_name, usage=RequestUsage()
        )

"""The offline reader as a pydantic-ai model: it answers the prompts of any model, from their text alone."""

from __future__ import annotations

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from agents.auditor import AuditVerdict
from agents.critic import Critique
from agents.extraction import Extraction
from agents.framing import calculator_id, framed_parts
from agents.offline.auditor import judge
from agents.offline.critic import review
from agents.offline.extraction import extraction
from agents.offline.reader import Strategy
from calculators.registry import get


class OfflineModel(Model):
    """Reads notes by rule, without a network. One reading strategy is one independent annotator."""

    def __init__(self, strategy: Strategy) -> None:
        super().__init__(
            profile=ModelProfile(supports_json_schema_output=True, default_structured_output_mode="native")
        )
        self._strategy = strategy

    @property
    def model_name(self) -> str:
        """The reader and its strategy; its version is part of the contract."""
        return f"offline-{self._strategy}"

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
        """The extraction, critique or audit that the last prompt asks for.

        Raises ValueError for a prompt of another role: the offline reader writes no programs.
        """
        prompt = _prompt(messages)
        wanted = model_request_parameters.output_object
        name = wanted.name if wanted is not None else None
        if name == Critique.__name__:
            body = review(prompt).model_dump_json()
        elif name == Extraction.__name__ and (calculator := calculator_id(prompt)) is not None:
            parts = framed_parts(prompt)
            found = extraction(get(calculator), parts["question"], parts["context"], self._strategy)
            body = found.model_dump_json()
        elif name == AuditVerdict.__name__:
            body = judge(prompt, self._strategy).model_dump_json()
        else:
            raise ValueError(f"the offline reader cannot answer a prompt for {name!r} without a calculator")
        return ModelResponse(parts=[TextPart(body)], model_name=self.model_name, usage=RequestUsage())


def _prompt(messages: list[ModelMessage]) -> str:
    """The task text: the first user prompt that puts a question.

    What follows is only about the answer's form, and a warning about a note's contents may stand before it.
    """
    prompts = (
        part.content
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, UserPromptPart) and isinstance(part.content, str)
    )
    for prompt in prompts:
        if "question" in framed_parts(prompt):
            return prompt
    raise ValueError("the messages hold no task")

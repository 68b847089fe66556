"""Running one role once: request, reply, check; and naming how it failed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import httpx2
from openai import OpenAIError
from pydantic import BaseModel, ValidationError
from pydantic_ai import Agent, ModelRetry, NativeOutput, PromptedOutput, RunContext, ToolOutput
from pydantic_ai._utils import strip_markdown_fences
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelHTTPError,
)
from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.output import OutputObjectDefinition, OutputSpec
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import GenerateToolJsonSchema, ToolDefinition

from agents.errors import (
    FailedVoteError,
    ModelRejectedError,
    ModelUnavailableError,
    RequestRejectedError,
)
from agents.specs import OutputMode
from prompts.loader import load
from store.secrets import scrub

OUTPUT_RETRIES = 2
_ABOUT_THE_ACCOUNT = {401, 403, 404, 405}
_ABOUT_THE_REQUEST = {400, 413, 422}

DepsT = TypeVar("DepsT")
OutputT = TypeVar("OutputT", bound=BaseModel)
Check: TypeAlias = Callable[[DepsT, OutputT], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Reviewed(Generic[DepsT]):
    """What the checks of an agent's outputs work with.

    `objections` holds what the check has said already of the first output, which is not checked twice.
    """

    deps: DepsT
    objections: list[ModelRetry]


@dataclass(frozen=True, slots=True)
class AgentRole(Generic[DepsT, OutputT]):
    """One role, built once. Its agent goes on where a reply needs more than to be read."""

    prompt_id: str
    output: type[OutputT]
    mode: OutputMode
    check: Check[DepsT, OutputT]
    agent: Agent[_Reviewed[DepsT], OutputT]
    parameters: ModelRequestParameters

    def request(self, task_text: str) -> ModelRequest:
        """The first request, as the agent would make it."""
        return ModelRequest(parts=[UserPromptPart(task_text)], instructions=load(self.prompt_id).instructions)

    def read(self, response: ModelResponse) -> OutputT | None:
        """The output of a reply that holds nothing else, and what was asked for; None for any other."""
        kinds = (TextPart, ThinkingPart, ToolCallPart)
        if response.state != "complete" or not all(isinstance(part, kinds) for part in response.parts):
            return None
        calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
        said: Any = "".join(part.content for part in response.parts if isinstance(part, TextPart))
        if self.mode == "tool":
            if len(calls) != 1 or calls[0].tool_name != self.output.__name__:
                return None
            said = calls[0].args
        elif calls:
            return None
        if not said or not isinstance(said, str):
            return None
        try:
            return self.output.model_validate_json(strip_markdown_fences(said))
        except ValidationError:
            return None


def make_role(
    prompt_id: str, output: type[OutputT], mode: OutputMode, check: Check[DepsT, OutputT]
) -> AgentRole[DepsT, OutputT]:
    """A role with the prompt file's instructions, strict output and a bounded number of retries.

    `check` raises ModelRetry with what is wrong, in words for the model that is asked again.
    """
    prompt = load(prompt_id)
    agent: Agent[_Reviewed[DepsT], OutputT] = Agent(
        output_type=output_spec(output, mode),
        instructions=prompt.instructions,
        retries={"output": OUTPUT_RETRIES},
        name=prompt.meta.agent,
    )

    @agent.output_validator
    async def checked(context: RunContext[_Reviewed[DepsT]], said: OutputT) -> OutputT:
        if context.deps.objections:
            raise context.deps.objections.pop()
        await check(context.deps.deps, said)
        return said

    return AgentRole(prompt_id, output, mode, check, agent, _parameters(prompt.instructions, output, mode))


def output_spec(output: type[OutputT], mode: OutputMode) -> OutputSpec[OutputT]:
    """The output type in the way in which the model is asked for it."""
    if mode == "tool":
        return ToolOutput(output, name=output.__name__)
    return NativeOutput(output) if mode == "native" else PromptedOutput(output)


def _parameters(instructions: str, output: type[BaseModel], mode: OutputMode) -> ModelRequestParameters:
    """What the agent asks of a model beside the messages."""
    schema = output.model_json_schema(schema_generator=GenerateToolJsonSchema)
    description = schema.pop("description", None)
    shown = [InstructionPart(content=instructions)]
    if mode == "tool":
        tool = ToolDefinition(
            name=output.__name__, description=description, parameters_json_schema=schema, kind="output"
        )
        return ModelRequestParameters(
            output_mode="tool", output_tools=[tool], allow_text_output=False, instruction_parts=shown
        )
    named = OutputObjectDefinition(name=output.__name__, description=description, json_schema=schema)
    return ModelRequestParameters(output_mode=mode, output_object=named, instruction_parts=shown)


async def run_role(
    role: AgentRole[DepsT, OutputT], task_text: str, deps: DepsT, model: Model, settings: ModelSettings | None
) -> OutputT:
    """One run of one role. Raises the errors that `told_errors` names.

    A reply that holds a sound output ends it. Whatever else comes, a refusal, an invalid output, a tool that
    does not exist, is for the agent, which takes up the exchange at that reply: an agent run costs this
    process several times what the request does, and most replies need none.
    """
    with told_errors():
        messages = model.prepare_messages([role.request(task_text)], role.parameters)
        first = await model.request(messages, settings or None, role.parameters)
        output, objections = role.read(first), list[ModelRetry]()
        if output is not None:
            try:
                await role.check(deps, output)
            except ModelRetry as objection:
                objections.append(objection)
            else:
                return output
        begun = _Begun(model, first)
        result = await role.agent.run(
            task_text, deps=_Reviewed(deps, objections), model=begun, model_settings=settings
        )
    return result.output


class _Begun(WrapperModel):
    """A model whose first reply has come already."""

    def __init__(self, wrapped: Model, first: ModelResponse) -> None:
        super().__init__(wrapped)
        self._came = [first]

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The first reply; after that, whatever the model says."""
        if self._came:
            return self._came.pop()
        return await self.wrapped.request(messages, model_settings, model_request_parameters)


@contextmanager
def told_errors() -> Iterator[None]:
    """Name what went wrong with a model.

    Raises FailedVoteError for what the model did, ModelUnavailableError where no reply came,
    ModelRejectedError where the server will refuse every call.
    """
    try:
        yield
    except ModelHTTPError as error:
        raise _http_failure(error) from error
    except (ModelAPIError, OpenAIError, httpx2.HTTPError, OSError, TimeoutError) as error:
        raise ModelUnavailableError(_one_line(error)) from error
    except AgentRunError as error:
        raise FailedVoteError(_described(error)) from error


def _http_failure(error: ModelHTTPError) -> Exception:
    message = f"HTTP {error.status_code} from model {error.model_name!r}: {_one_line(error.body)}"
    if error.status_code in _ABOUT_THE_ACCOUNT:
        return ModelRejectedError(message)
    if error.status_code in _ABOUT_THE_REQUEST:
        return RequestRejectedError(message)
    return ModelUnavailableError(message)


def _described(error: AgentRunError) -> str:
    """The error, and where retries are used up also what was wrong with the last reply."""
    message = f"{type(error).__name__}: {_one_line(getattr(error, 'message', error))}"
    return message if error.__cause__ is None else f"{message}; last: {_one_line(error.__cause__)}"


def _one_line(value: Any) -> str:
    text = scrub(" ".join(str(value).split()))
    return text if len(text) <= 300 else text[:299] + "…"

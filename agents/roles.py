"""Running one role once: agent, model, prompt; and naming how it failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx2
from openai import OpenAIError
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelHTTPError,
)
from pydantic_ai.models import Model
from pydantic_ai.output import OutputSpec
from pydantic_ai.settings import ModelSettings

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


def output_spec(output: type[OutputT], mode: OutputMode) -> OutputSpec[OutputT]:
    """The output type in the way in which the model is asked for it."""
    if mode == "tool":
        return ToolOutput(output, name=output.__name__)
    return NativeOutput(output) if mode == "native" else PromptedOutput(output)


def make_agent(
    prompt_id: str, deps: type[DepsT], output: type[OutputT], mode: OutputMode
) -> Agent[DepsT, OutputT]:
    """An agent with the prompt file's instructions, strict output and a bounded number of retries."""
    return Agent(
        output_type=output_spec(output, mode),
        deps_type=deps,
        instructions=load(prompt_id).instructions,
        retries={"output": OUTPUT_RETRIES},
        name=load(prompt_id).meta.agent,
    )


async def run_role(
    agent: Agent[DepsT, OutputT], task_text: str, deps: DepsT, model: Model, settings: ModelSettings | None
) -> OutputT:
    """One run of one role. Raises the errors that `told_errors` names."""
    with told_errors():
        result = await agent.run(task_text, deps=deps, model=model, model_settings=settings)
    return result.output


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

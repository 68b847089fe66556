"""The calls of a relabelling, made by Inspect AI: a task whose solver asks three times, votes as epochs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ResponseSchema,
    get_model,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import JSONSchema

from perf.peers.common import ROLES, asked, told


def main() -> None:
    """Make the calls."""
    given = asked(__doc__)
    configs = {
        role: GenerateConfig(
            response_schema=ResponseSchema(
                name=schema["name"],
                json_schema=JSONSchema.model_validate(_inlined(schema["schema"])),
                strict=schema["strict"],
            )
        )
        for role, schema in given.schemas.items()
    }
    outputs: list[str] = []

    @solver
    def three_roles() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            prompts = given.prompts[str(state.sample_id)]
            for role in ROLES:
                messages: list[ChatMessage] = [
                    ChatMessageSystem(content=prompts[role].system),
                    ChatMessageUser(content=prompts[role].user),
                ]
                state.output = await get_model().generate(messages, config=configs[role], cache=False)
                state.messages = [*messages, state.output.message]
                outputs.append(state.output.completion)
            return state

        return solve

    samples = [
        Sample(id=instance, input=prompts["extractor"].user) for instance, prompts in given.prompts.items()
    ]
    model = get_model(
        "openai-api/mock/mock",
        base_url=given.url,
        api_key="unused",
        config=GenerateConfig(max_connections=given.concurrency),
    )
    logs = eval(
        Task(dataset=MemoryDataset(samples), solver=three_roles(), epochs=given.votes),
        model=model,
        max_samples=given.concurrency,
        log_dir=str(given.out),
        display="none",
    )
    assert all(log.status == "success" for log in logs), [log.error for log in logs]
    told(outputs)


def _inlined(schema: dict[str, object]) -> dict[str, object]:
    """The schema with its definitions in place: Inspect's own JSONSchema has no references."""
    definitions = schema.get("$defs", {})

    def resolve(part: object) -> object:
        if isinstance(part, dict):
            if "$ref" in part:
                return resolve(definitions[part["$ref"].rpartition("/")[2]])  # type: ignore[index]
            return {key: resolve(inner) for key, inner in part.items() if key != "$defs"}
        return [resolve(inner) for inner in part] if isinstance(part, list) else part

    resolved = resolve(schema)
    assert isinstance(resolved, dict)
    return resolved


if __name__ == "__main__":
    main()

"""The calls of a relabelling, made by distilabel: a pipeline of three generating steps, each a process.

The JSON schema goes with each request as the server takes it. distilabel's own structured output would turn
it into a tool call and validate the reply with `instructor`, at more cost.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))

from distilabel.models import OpenAILLM  # type: ignore[import-not-found]
from distilabel.pipeline import Pipeline  # type: ignore[import-not-found]
from distilabel.steps import LoadDataFromDicts  # type: ignore[import-not-found]
from distilabel.steps.tasks import TextGeneration  # type: ignore[import-not-found]

from perf.peers.common import ROLES, Asked, asked, told


def main() -> None:
    """Make the calls."""
    given = asked(__doc__)
    rows = [
        {f"{role}_prompt": prompts[role].user for role in ROLES}
        for prompts in given.prompts.values()
        for _ in range(given.votes)
    ]
    with Pipeline(name="throughput", cache_dir=given.out) as pipeline:
        steps: list[Any] = [LoadDataFromDicts(data=rows, batch_size=given.concurrency)]
        steps += [_step(given, role) for role in ROLES]
        for before, after in pairwise(steps):
            before >> after
    made = pipeline.run(use_cache=False)["default"]["train"]
    told([output for role in ROLES for output in made[f"{role}_output"]])


def _step(given: Asked, role: str) -> Any:
    system = next(iter(given.prompts.values()))[role].system
    response_format = {"type": "json_schema", "json_schema": given.schemas[role]}
    llm = OpenAILLM(
        model="mock",
        base_url=given.url,
        api_key="unused",
        generation_kwargs={"max_new_tokens": 4096, "extra_body": {"response_format": response_format}},
    )
    return TextGeneration(
        name=role,
        llm=llm,
        system_prompt=system,
        template="{{ " + role + "_prompt }}",
        columns=f"{role}_prompt",
        input_batch_size=given.concurrency,
        output_mappings={"generation": f"{role}_output", "model_name": f"{role}_model"},
    )


if __name__ == "__main__":
    main()

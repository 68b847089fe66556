"""The calls of a relabelling, made by bespokelabs-curator: one LLM for each role, one after the other."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))

_LITELLM = find_spec("litellm")
assert _LITELLM is not None, "curator brings it"
assert _LITELLM.origin is not None, "it is a package with a file"
os.environ |= {
    "OPENAI_API_KEY": "unused",
    "CURATOR_DISABLE_CACHE": "true",
    # Three downloads that would fail or be waited for on a machine without a network: litellm brings the
    # tokenizer and the price list along.
    "TELEMETRY_ENABLED": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "TIKTOKEN_CACHE_DIR": str(Path(_LITELLM.origin).parent / "litellm_core_utils" / "tokenizers"),
}

# They read the environment when they are imported.
from bespokelabs import curator  # type: ignore[import-not-found]  # noqa: E402
from datasets import Dataset  # noqa: E402

from perf.peers.common import ROLES, Asked, asked, model_of, told  # noqa: E402

UNLIMITED = 1_000_000_000


class Caller(curator.LLM):  # type: ignore[misc]
    """Makes the calls of one role."""

    return_completions_object = False

    def prompt(self, row: dict[str, str]) -> list[dict[str, str]]:
        """The messages as they are."""
        return [{"role": "system", "content": row["system"]}, {"role": "user", "content": row["user"]}]

    def parse(self, row: dict[str, str], response: Any) -> dict[str, str]:
        """The output as JSON."""
        return {"output": response.model_dump_json()}


def main() -> None:
    """Make the calls."""
    given = asked(__doc__)
    told([output for role in ROLES for output in _outputs(given, role)])


def _outputs(given: Asked, role: str) -> list[str]:
    schema = given.schemas[role]
    llm = Caller(
        model_name="mock",
        backend="openai",
        response_format=model_of(schema["schema"], schema["name"]),
        backend_params={
            "base_url": given.url,
            "max_concurrent_requests": given.concurrency,
            "max_requests_per_minute": UNLIMITED,
            "max_tokens_per_minute": UNLIMITED,
            "require_all_responses": True,
        },
    )
    rows = Dataset.from_list([prompt._asdict() for prompt in given.votes_of(role)])
    made = llm(rows, working_dir=str(given.out))
    return list(made.dataset["output"])


if __name__ == "__main__":
    main()

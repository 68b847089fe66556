"""The span of one role's part in one vote."""

from __future__ import annotations

from contextlib import AbstractContextManager

from agents.specs import ModelSpec
from agents.task import Call
from telemetry.tracing import span


def role_span(call: Call, spec: ModelSpec) -> AbstractContextManager[None]:
    """A span around what one role does for one vote, with every request that it takes."""
    operation = "invoke_agent"
    return span(
        f"{operation} {call.role}",
        gen_ai__operation__name=operation,
        gen_ai__agent__name=call.role,
        gen_ai__request__model=spec.name or spec.text,
        steward__run_id=call.run_id,
        steward__instance_id=call.instance_id,
        steward__sample=call.sample,
        steward__prompt_id=call.prompt_id,
    )

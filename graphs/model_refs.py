"""How contracts name models: what the user wrote, and where it goes. Never a key."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agents.specs import BadModelSpec, ModelSpec, endpoint

TOOL_VERSION = "0.1.0"


class ModelRef(BaseModel):
    """A role's model: what the user wrote, and where it goes. Never a key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spec: str
    base_url: str | None = None
    recording_sha256: str | None = None


def model_ref(spec: ModelSpec) -> ModelRef:
    """How a contract names a model. Raises BadModelSpec for a recording that cannot be read."""
    try:
        digest = hashlib.sha256(Path(spec.file).read_bytes()).hexdigest() if spec.file else None
    except OSError as error:
        raise BadModelSpec(spec.text, f"cannot read the recording: {error}", well_formed=True) from error
    return ModelRef(spec=spec.text, base_url=endpoint(spec), recording_sha256=digest)

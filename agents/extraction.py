"""What an extractor answers: the inputs of one calculator, three-valued, each with its quote."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from calculators.model import Bound

ExtractedStatus = Literal["present", "absent", "not_mentioned", "unclear"]
"""What the extractor may say of an input. An `unclear` one that could change the answer makes the vote an
abstention."""


class ExtractedInput(BaseModel):
    """One input as the extractor read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="The input's name, exactly as the calculator's definition gives it.")
    status: ExtractedStatus = Field(
        description="present: the note gives it. absent: the note says that it is not there. "
        "not_mentioned: the note does not speak of it. unclear: it does, but the value cannot be told."
    )
    value: float | bool | str | None = Field(
        description="Number as written in the note (no conversion), true/false for a finding, "
        "YYYY-MM-DD for a date, one of the allowed values for a category; null unless present."
    )
    unit: str | None = Field(description="The unit as the note writes it; null where there is none.")
    bound: Bound | None = Field(description='Set for a censored value such as "<10"; otherwise null.')
    quote: str | None = Field(description="Verbatim words of the note that show it; null if not_mentioned.")
    time: str | None = Field(description="The time point of the value as the note names it, if it does.")
    doubt: str | None = Field(
        default=None,
        description="Why an unclear value cannot be told, and what was probably meant, in one sentence; "
        "null unless unclear.",
    )


class Extraction(BaseModel):
    """All inputs of one calculator, read at one time point."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_point: str = Field(description="The one time point that the values were taken from, e.g. admission.")
    inputs: tuple[ExtractedInput, ...] = Field(description="One entry for every input of the calculator.")

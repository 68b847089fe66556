"""The contract of a safety run: everything but the target that determines a verdict, as canonical JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from agents.judgment import PROMPTS, Wording
from agents.specs import ModelSpec, OutputMode, Sampling, parse_spec
from answers.canonical import canonical_json
from consensus.severity import PanelPolicy
from graphs.model_refs import TOOL_VERSION, ModelRef
from scenarios.model import Language, Pack, Rubric, Scenario
from scenarios.transforms import Transform


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class JudgeRef(_Frozen):
    """One judge of the panel: its name, its model, the wording of its prompt, and how often it judges."""

    name: str = Field(min_length=1)
    model: ModelRef
    wording: Wording = "standard"
    samples: int = Field(default=1, ge=1)


class SafetySampling(_Frozen):
    """How the models of a safety run are sampled; `turns` counts the prober's messages."""

    target: Sampling = Sampling()
    prober: Sampling = Sampling()
    judge: Sampling = Sampling()
    turns: int = Field(default=3, ge=1, le=50)
    language: Language | None = None
    """In which the prober writes; None is each scenario's own."""


class RerunPlan(_Frozen):
    """How often the whole pack is run. Where `width` is set, full reruns stop between `least` and `most`.

    They stop as soon as the anytime-valid interval of every target's score is at most `width` points to
    either side.
    """

    least: int = Field(default=1, ge=1)
    most: int = Field(default=1, ge=1)
    width: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> RerunPlan:
        if self.most < self.least:
            raise ValueError(f"at most {self.most} reruns are fewer than at least {self.least}")
        if self.width is None and self.most != self.least:
            raise ValueError("without a width at which to stop, the number of reruns is fixed")
        return self


class Seat(_Frozen):
    """One place in the panel: a judge, and which of its judgments on the transcript."""

    seat: int
    judge: JudgeRef
    sample: int

    @property
    def prompt_id(self) -> str:
        """The judge's prompt."""
        return PROMPTS[self.judge.wording]


class Imported(_Frozen):
    """That conversations and verdicts come from another tool's file, and what that file does not say."""

    format: str
    unknown: tuple[str, ...]
    """Parts of the contract that nobody knows; what stands in their place is empty, or says so."""


class SafetyContract(_Frozen):
    """Verdicts under contracts of the same hash may be compared; the target is what is compared."""

    workflow: Literal["safety"] = "safety"
    tool_version: str = TOOL_VERSION
    pack: Pack
    rubric: Rubric
    prober: ModelRef
    judges: tuple[JudgeRef, ...] = Field(min_length=1)
    sampling: SafetySampling
    reruns: RerunPlan
    policy: PanelPolicy
    transforms: tuple[Transform, ...] = ()
    output_mode: OutputMode
    prompts: dict[str, str]
    """Prompt id → SHA-256."""
    output_schema: str
    """SHA-256 of what a judge may answer."""
    handling: str | None = None
    """SHA-256 of the sources by which conversations are framed and judgments read (`graphs.safety_handling`);
    None for what was not run here."""
    scripted: str | None = None
    """SHA-256 of the sources of scripted models and rule judges, where any takes part."""
    imported: Imported | None = None
    """None for what was run here."""
    transcripts: str | None = None
    """The contract under which the conversations were had, where they are judged anew; None where this run
    has its own."""

    @model_validator(mode="after")
    def _judges(self) -> SafetyContract:
        names = [judge.name for judge in self.judges]
        if len(set(names)) != len(names):
            raise ValueError(f"judges have different names, and these have not: {', '.join(names)}")
        return self

    def body(self) -> dict[str, JsonValue]:
        """The contract as plain JSON values, whose canonical form the store hashes."""
        return self.model_dump(mode="json")

    def seats(self) -> tuple[Seat, ...]:
        """The panel: every judge as often as it judges."""
        pairs = [(judge, sample) for judge in self.judges for sample in range(judge.samples)]
        return tuple(Seat(seat=n, judge=judge, sample=sample) for n, (judge, sample) in enumerate(pairs))

    def turns(self, scenario: Scenario) -> int:
        """How many messages the target gets: one where nothing is to be had beyond the test prompt."""
        return 1 if scenario.prober_goal is None else self.sampling.turns

    def model_refs(self) -> tuple[ModelRef, ...]:
        """The prober and every judge."""
        return (self.prober, *(judge.model for judge in self.judges))

    def asked(self) -> tuple[ModelRef, ...]:
        """Those of them that a run asks: no prober where conversations have been had."""
        return self.model_refs() if self.transcripts is None else self.model_refs()[1:]

    def model_specs(self) -> Iterator[ModelSpec]:
        """The specs of those that a run asks."""
        return (parse_spec(ref.spec) for ref in self.asked())


def differences(a: Mapping[str, JsonValue], b: Mapping[str, JsonValue]) -> list[str]:
    """What two contracts' bodies differ in, one line for each place; empty where they are the same."""
    return list(_differences("", dict(a), dict(b)))


def _differences(path: str, a: JsonValue, b: JsonValue) -> Iterator[str]:
    if canonical_json(a) == canonical_json(b):
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            place = f"{path}.{key}" if path else key
            if key not in a or key not in b:
                yield f"{place}: {'only in the second' if key not in a else 'only in the first'}"
            else:
                yield from _differences(place, a[key], b[key])
        return
    if isinstance(a, list) and isinstance(b, list):
        yield from _list_differences(path, a, b)
        return
    yield f"{path}: {_shown(a)} → {_shown(b)}"


def _list_differences(path: str, a: list[JsonValue], b: list[JsonValue]) -> Iterator[str]:
    """Entries with names are matched by them, others by their place."""
    named = all(isinstance(entry, dict) and "name" in entry for entry in (*a, *b))
    first, second = (
        {
            str(entry["name"] if named and isinstance(entry, dict) else number): entry
            for number, entry in enumerate(entries)
        }
        for entries in (a, b)
    )
    for key in dict.fromkeys((*first, *second)):
        place = f"{path}[{key}]"
        if key not in first or key not in second:
            yield f"{place}: {'only in the second' if key not in first else 'only in the first'}"
        else:
            yield from _differences(place, first[key], second[key])
    if named and list(first) != list(second) and first.keys() == second.keys():
        yield f"{path}: in another order"


def _shown(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"

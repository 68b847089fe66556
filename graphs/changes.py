"""What differs between two contracts over the same instances, and what of it an instance's label rests on.

The offline reader is asked by the prompts of the other models, but reads only what code has framed in them:
the calculator, the question and the context. Its calls are therefore touched by a change of the reader, and
not by one of a prompt's words or of the output schemas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from agents.errors import FailedVoteError
from agents.replay import Recording, read_recording, recorded_answer
from agents.specs import parse_spec
from agents.task import calculator_of
from benchmarks.model import Instance
from calculators.conventions import in_force, settled
from calculators.registry import find
from graphs.contract import RelabelContract, find_convention
from graphs.model_refs import ModelRef
from store.uses import CallUse, VoteUse

ASSIGNMENT = "which calculator is given the instance"
SCHEMAS = "the output schemas of the roles"
READER = "the offline reader"
RECORDING = "the recorded answers"


class Change:
    """From the contract of `then` to that of `now`, each change in one phrase."""

    def __init__(self, then: RelabelContract, now: RelabelContract) -> None:
        self.then, self.now = then, now
        self._offline = {role for role, ref in then.models.items() if parse_spec(ref.spec).kind == "offline"}
        models = {
            role: tuple(_model_changes(role, ref, now.models[role])) for role, ref in then.models.items()
        }
        self._models: Mapping[str, tuple[str, ...]] = {str(role): found for role, found in models.items()}
        self.conventions: Mapping[str, str] = {
            name: option for name, option in now.conventions.items() if then.conventions.get(name) != option
        }
        """Convention → option, for those that are fixed now and were not, or otherwise."""

    def all(self) -> Iterator[str]:
        """Every change, whether a label rests on it or not."""
        then, now = self.then, self.now
        if then.tool_version != now.tool_version:
            yield f"Steward {then.tool_version} → {now.tool_version}"
        names = sorted(then.prompts.keys() | now.prompts.keys())
        yield from (f"prompt {name}" for name in names if then.prompts.get(name) != now.prompts.get(name))
        for name, version in sorted(then.calculators.items()):
            yield from _calculator(name, version)
        yield from [ASSIGNMENT] if self._assigned_anew else []
        yield from [SCHEMAS] if self._schemas else []
        yield from [READER] if self._reader else []
        yield from dict.fromkeys(what for found in self._models.values() for what in found)
        yield from (self._convention(name, "") for name in self.conventions)

    def of_calls(self, calls: Sequence[CallUse]) -> Iterator[str]:
        """What of the reading an instance's calls rest on has changed."""
        for use in calls:
            yield from self._models.get(use.role, ())
            if use.role in self._offline:
                yield from [READER] if self._reader else []
                continue
            if use.prompt_id is not None and self.now.prompts.get(use.prompt_id) != use.prompt_sha:
                yield f"prompt {use.prompt_id}"
            yield from [SCHEMAS] if self._schemas else []

    def of_recording(self, instance: Instance, votes: Sequence[VoteUse]) -> Iterator[str]:
        """Whether recorded answers are others now, or are no longer asked."""
        if not any(vote.method == "recorded" or vote.failure for vote in votes) or self._recorded is None:
            return
        if not isinstance(self._recorded, Recording):
            yield from self._recorded
        elif any(_says_other(self._recorded, instance, vote) for vote in votes):
            yield RECORDING

    def of_formulas(
        self, instance: Instance, votes: Sequence[VoteUse], only: Collection[str] | None = None
    ) -> Iterator[str]:
        """What of the formulas and conventions that votes rest on has changed; only these conventions."""
        for vote in votes:
            if vote.calculator is None:
                continue
            yield from _calculator(vote.calculator, vote.version)
            calculator = find(vote.calculator)
            if calculator is None:
                continue
            force = in_force(calculator, settled(calculator, instance.question, self.now.conventions))
            for name, option in vote.conventions.items():
                if force.get(name, option) != option and (only is None or name in only):
                    yield self._convention(name, f"{option} → {force[name]}")

    def of_assignment(self, instance: Instance, votes: Sequence[VoteUse]) -> Iterator[str]:
        """Whether another calculator, or none, would be given the instance now."""
        derived = [vote for vote in votes if vote.method in ("calculator", "code")]
        calculator = calculator_of(instance)
        now = calculator.id if calculator else None
        if self._assigned_anew and derived and now not in {vote.calculator for vote in derived}:
            yield ASSIGNMENT

    def _convention(self, name: str, applied: str) -> str:
        """The change of what the contract fixes, else of what was applied by default."""
        if name not in self.conventions:
            return f"convention {name}: {applied}"
        default = find_convention(name).default
        then = self.then.conventions.get(name) or (f"{default} by default" if default else "open")
        return f"convention {name}: {then} → {self.conventions[name]}"

    @property
    def _schemas(self) -> bool:
        return self.then.output_schemas != self.now.output_schemas

    @property
    def _assigned_anew(self) -> bool:
        return self.then.assignment != self.now.assignment

    @property
    def _reader(self) -> bool:
        """Whether the reader that took part is another now; where none takes part, its model has changed."""
        return None not in (self.then.offline_reader, self.now.offline_reader) and (
            self.then.offline_reader != self.now.offline_reader
        )

    @cached_property
    def _recorded(self) -> Recording | tuple[str, ...] | None:
        """The recording of now where it is another one, the changes of model where none is asked any more."""
        spec, now = (parse_spec(one.models["extractor"].spec) for one in (self.then, self.now))
        if spec.kind != "replay" or not self._models["extractor"]:
            return None
        return read_recording(now) if now == spec else self._models["extractor"]


def _calculator(name: str, version: str | None) -> Iterator[str]:
    calculator = find(name)
    if calculator is None:
        yield f"calculator {name}, which is not registered any more"
    elif calculator.version != version:
        yield f"calculator {name}: version {version} → {calculator.version}"


def _model_changes(role: str, then: ModelRef, now: ModelRef) -> Iterator[str]:
    if then.spec != now.spec:
        yield f"the model of the {role}: {then.spec} → {now.spec}"
    elif then.recording_sha256 != now.recording_sha256:
        yield RECORDING
    elif then.base_url != now.base_url:
        yield f"the address of the {role}'s model: {then.base_url} → {now.base_url}"


def _says_other(recording: Recording, instance: Instance, vote: VoteUse) -> bool:
    if vote.sample >= len(recording.runs):
        return True
    try:
        said = recorded_answer(recording, instance.source_id, instance.spec, vote.sample).answer
    except FailedVoteError:
        return vote.answer is not None
    return said != vote.answer

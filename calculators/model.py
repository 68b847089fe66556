"""The parts of a calculator: inputs, conventions, the formula's steps and the derivation it returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as default_field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from answers.model import Answer, AnswerSpec

InputKind = Literal["quantity", "date", "category", "boolean"]
AbsentPolicy = Literal["required", "assume_absent", "optional"]
InputStatus = Literal["present", "absent", "not_mentioned", "unclear"]
Bound = Literal["<", "<=", ">", ">="]
Scalar = bool | float | str | dt.date
"""A normalised input value: a quantity is a float in the input's canonical unit."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Evidence(_Frozen):
    """A verbatim quote; `context[start:end] == quote`, checked by code, never assumed.

    Some questions give inputs themselves: then `where` says that the span is one of the question.
    """

    quote: str
    where: Literal["context", "question"] = "context"
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class InputValue(_Frozen):
    """One input as it was read: present with a value, stated absent, or not mentioned. Never guessed.

    `unclear`: the context speaks of it, but its value cannot be told, so that it could be anything.
    """

    name: str
    status: InputStatus
    value: bool | float | str | dt.date | None = None
    unit: str | None = None
    bound: Bound | None = None
    """Set for a censored value such as "<10"."""
    evidence: Evidence | None = None
    time: str | None = None
    """The time point as the context names it ("on admission", "day 3", "2014-05-02")."""
    doubt: str | None = None
    """Why an unclear value cannot be told, and what was probably meant."""


class Step(_Frozen):
    """One intermediate result of a derivation, in words that a clinician can read."""

    name: str
    expression: str
    value: bool | float | str | dt.date
    unit: str | None = None


class NormalisedInput(_Frozen):
    """The value that the formula really used, in its canonical unit."""

    name: str
    value: bool | float | str | dt.date
    unit: str | None = None


DerivationMethod = Literal["calculator", "code", "recorded"]


class Derivation(_Frozen):
    """inputs + conventions + formula ─► answer, with every intermediate step."""

    method: DerivationMethod
    calculator: str | None = None
    version: str | None = None
    inputs: tuple[InputValue, ...] = ()
    normalised: tuple[NormalisedInput, ...] = ()
    conventions: dict[str, str] = Field(default_factory=dict)
    """Every convention of the calculator with the option that this answer used."""
    alternatives: dict[str, dict[str, Answer]] = Field(default_factory=dict)
    """convention id → option → the answer under it, for conventions whose options change this answer."""
    steps: tuple[Step, ...] = ()
    code: str | None = None
    """The Python that a model wrote, where no calculator is registered."""
    answer: Answer
    unclear: tuple[str, ...] = ()
    """Inputs that could not be told and that keep the answer open: this is an abstention, not an answer."""
    notes: tuple[str, ...] = ()
    """What a reader should know: a value outside its plausible range, an assumption of absence."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a calculator needs to know of one input.

    Args:
        name: identifier, unique in the calculator, the same for the same thing across calculators
            (`creatinine`, `age`, `sex`).
        label: as a clinician says it; goes into prompts.
        kind: `quantity` (float in `unit`), `date`, `category` (one of `allowed`), `boolean`.
        unit: canonical unit in which the formula receives a quantity.
        units: other units that the input may be given in; goes into prompts.
        substance: key of the molar-mass table, where mass and molar units must be converted.
        absent: `required`: without it the answer is incomputable unless it cannot change the answer;
            `assume_absent`: a finding that a note would mention: false, or `default` where it is no boolean;
            `optional`: `default` is used, and where that is None a formula may still ask for the input.
        default: the value of an input that is not given and need not be (in the canonical unit).
        allowed: the closed set of a `category`, canonical spelling.
        plausible: (low, high) in the canonical unit; outside is noted, never corrected.
        synonyms: other names in notes, for the offline reader and for prompts.
        source_keys: names under which MedCalc-Bench stores this input.
        unit_implied: a number without a unit is in the canonical one, as clinicians write (age in years).
        note: what a reader must mind, in one sentence.
    """

    name: str
    label: str
    kind: InputKind
    unit: str | None = None
    units: tuple[str, ...] = ()
    substance: str | None = None
    absent: AbsentPolicy = "required"
    default: Scalar | None = None
    allowed: tuple[str, ...] = ()
    plausible: tuple[float, float] | None = None
    synonyms: tuple[str, ...] = ()
    source_keys: tuple[str, ...] = ()
    unit_implied: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Convention:
    """A named choice that a question leaves open.

    `options` maps option id → one sentence. `default` is what a run's contract uses when it says nothing;
    None leaves the convention open: where its options disagree, the instance goes to people. `stated_by`
    maps option id → case-insensitive regular expression: a question that matches it has made the choice.
    """

    id: str
    question: str
    options: Mapping[str, str]
    default: str | None
    stated_by: Mapping[str, str] = default_field(default_factory=dict)


class Steps:
    """Collects the intermediate results of one computation."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def add(self, name: str, value: float, unit: str | None, expression: str) -> float:
        """Record an intermediate result and return it, so that a formula reads as a formula."""
        self._steps.append(Step(name=name, expression=expression, value=value, unit=unit))
        return value

    def note(self, name: str, value: bool | str | dt.date, expression: str) -> None:
        """Record a choice or a date."""
        self._steps.append(Step(name=name, expression=expression, value=value))

    def collected(self) -> tuple[Step, ...]:
        """All steps so far, in order."""
        return tuple(self._steps)


class Values:
    """Normalised inputs and chosen conventions, as a formula asks for them.

    Every accessor raises KeyError for a name that the calculator does not declare and TypeError for a
    value of another kind: both are faults in a calculator, not in data.
    """

    def __init__(self, values: Mapping[str, Scalar | None], conventions: Mapping[str, str]) -> None:
        self._values = values
        self._conventions = conventions

    def number(self, name: str) -> float:
        """A quantity in its canonical unit."""
        value = self._values[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"input {name!r} is {value!r}, not a number")
        return float(value)

    def date(self, name: str) -> dt.date:
        """A calendar date."""
        value = self._values[name]
        if not isinstance(value, dt.date):
            raise TypeError(f"input {name!r} is {value!r}, not a date")
        return value

    def choice(self, name: str) -> str:
        """A category in its canonical spelling."""
        value = self._values[name]
        if not isinstance(value, str):
            raise TypeError(f"input {name!r} is {value!r}, not a category")
        return value

    def flag(self, name: str) -> bool:
        """A finding; False where it is stated absent or assumed absent."""
        value = self._values[name]
        if not isinstance(value, bool):
            raise TypeError(f"input {name!r} is {value!r}, not a boolean")
        return value

    def has(self, name: str) -> bool:
        """Whether an optional input has a value."""
        return self._values[name] is not None

    def convention(self, convention_id: str) -> str:
        """The chosen option."""
        return self._conventions[convention_id]


class NotComputable(Exception):  # noqa: N818 - it is an outcome, not a fault
    """Raised by a formula whose inputs give no answer: a ratio to zero, a dose without its frequency.

    Args:
        reason: one sentence for a reviewer.
        missing: names of the inputs that would give an answer.
    """

    def __init__(self, reason: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing = missing


Formula = Callable[[Values, Steps], "float | int | dt.date"]


@dataclass(frozen=True, slots=True)
class Calculator:
    """A versioned formula. `version` changes whenever an answer could.

    A formula is total over complete inputs: it returns a value or raises NotComputable, ArithmeticError or
    the ValueError of a function outside its domain, all of which make the answer incomputable.

    Args:
        id: snake_case, e.g. `cockcroft_gault`.
        version: "1", "2", …
        name: as the field names it.
        field: clinical field, which is also the module that holds it.
        answer: kind, unit and the calculator's own agreement rule.
        inputs: all inputs, in the order in which a clinician would list them.
        formula: computes the answer from complete, normalised inputs.
        definition: the formula in words, for prompts and docs.
        references: literature, one line each.
        conventions: choices that the question may leave open.
        question_patterns: case-insensitive regular expressions; a question that matches any of them asks
            for this calculator (used where a benchmark does not name the calculator).
        medcalc_id: MedCalc-Bench's calculator id.
        made_for: input name → (low, high) in the canonical unit: the patients for whom the formula was made.
            Others get an answer and a note, because whether it may be used is a judgement.
        applies_to: the same in words, with what no number says ("adults with acute sore throat").
    """

    id: str
    version: str
    name: str
    field: str
    answer: AnswerSpec
    inputs: tuple[InputSpec, ...]
    formula: Formula
    definition: str
    references: tuple[str, ...]
    conventions: tuple[Convention, ...] = ()
    question_patterns: tuple[str, ...] = ()
    medcalc_id: int | None = None
    made_for: Mapping[str, tuple[float, float]] = default_field(default_factory=dict)
    applies_to: str = ""

    def input(self, name: str) -> InputSpec:
        """The spec of one input. Raises KeyError with the names that exist."""
        for spec in self.inputs:
            if spec.name == name:
                return spec
        raise KeyError(f"{self.id} has no input {name!r}; it has {[spec.name for spec in self.inputs]}")

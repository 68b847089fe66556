"""What a reviewer and the votes read, side by side: where they differ, and who is behind which letter."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from calculators.model import Calculator, Derivation, InputStatus, InputValue, Scalar
from calculators.normalise import InvalidInput, normalise
from store.records import VoteRecord

MINE = "mine"
_SAME = 1e-6
"""Part of a quantity by which two readings may differ and be the same: what a conversion of units leaves."""


@dataclass(frozen=True)
class Voice:
    """One reading of the inputs under the name by which a page calls it: `mine`, or a vote's letter."""

    name: str
    inputs: tuple[InputValue, ...]


@dataclass(frozen=True)
class Cell:
    """One voice on one input. `normalised` and `unit` are what the calculator works with, where present."""

    status: InputStatus
    read: InputValue | None
    """None where it was left out, which counts as not mentioned."""
    normalised: Scalar | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Row:
    """One input, with a cell for each voice in their order."""

    name: str
    label: str
    cells: tuple[Cell, ...]
    differs: bool
    """Whether two cells are not the same under the calculator."""


def shuffled(votes: Sequence[VoteRecord], reviewer: str) -> list[tuple[str, VoteRecord]]:
    """The votes of one instance with letters, in an order that tells nothing about them.

    It is the same each time for one reviewer and instance, and another one for others.
    """

    def place(vote: VoteRecord) -> bytes:
        key = "\0".join((reviewer, vote.run_id, vote.instance_id, str(vote.sample)))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()

    return [(letter(number), vote) for number, vote in enumerate(sorted(votes, key=place))]


def letter(number: int) -> str:
    """A to Z, then AA to ZZ and so on, from 0."""
    rest, last = divmod(number, len(ascii_uppercase))
    return (letter(rest - 1) if rest else "") + ascii_uppercase[last]


def compare(calculator: Calculator | None, voices: Sequence[Voice]) -> tuple[Row, ...]:
    """Every input that a voice names, in the order of the calculator; without one, in order of appearance."""
    labels = {spec.name: spec.label for spec in calculator.inputs} if calculator else {}
    for voice in voices:
        for value in voice.inputs:
            labels.setdefault(value.name, value.name)
    rows = []
    for name, label in labels.items():
        cells = tuple(_cell(calculator, name, voice) for voice in voices)
        rows.append(Row(name, label, cells, any(not _same(cells[0], cell) for cell in cells[1:])))
    return tuple(rows)


def distinct(derivations: Sequence[tuple[str, Derivation]]) -> list[tuple[tuple[str, ...], Derivation]]:
    """Derivations that compute the same in the same way once, with the names of all that did."""
    groups: list[tuple[list[str], Derivation]] = []
    for name, derivation in derivations:
        for names, other in groups:
            if _computed(derivation) == _computed(other):
                names.append(name)
                break
        else:
            groups.append(([name], derivation))
    return [(tuple(names), derivation) for names, derivation in groups]


def _computed(derivation: Derivation) -> tuple[object, ...]:
    """What two derivations share that differ in no more than their quotes and spellings."""
    return (
        *(derivation.calculator, derivation.version, derivation.normalised, derivation.conventions),
        *(derivation.steps, derivation.code, derivation.answer),
    )


def _cell(calculator: Calculator | None, name: str, voice: Voice) -> Cell:
    read = next((value for value in voice.inputs if value.name == name), None)
    if read is None:
        return Cell("not_mentioned", None)
    if read.status != "present" or read.value is None:
        return Cell(read.status, read)
    spec = next((spec for spec in calculator.inputs if spec.name == name), None) if calculator else None
    if calculator is None or spec is None:
        return Cell("present", read, read.value, read.unit)
    try:
        value, _ = normalise(calculator.id, spec, read.value, read.unit)
    except InvalidInput:  # read by an annotator under another version of the calculator
        return Cell("present", read, read.value, read.unit)
    return Cell("absent" if value is False else "present", read, value, spec.unit)


def _same(a: Cell, b: Cell) -> bool:
    if a.status != b.status:
        return False
    if a.read is None or b.read is None or a.status != "present":
        return True
    if a.read.bound != b.read.bound or a.unit != b.unit:
        return False
    numbers = [
        float(value)
        for value in (a.normalised, b.normalised)
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if len(numbers) == 2:
        return math.isclose(*numbers, rel_tol=_SAME)
    return a.normalised == b.normalised

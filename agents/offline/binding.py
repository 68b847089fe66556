"""Binds quantities to the names that they are values of, and places them in time and body fluid.

One pass over each sentence's events (names, quantities, brackets, words) with a small state: which names wait
for a value, which name got the last one, what stands between. A quantity that fits no rule stays unbound.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from agents.offline.labels import Index, Label, index, labels
from agents.offline.language.cues import CHANGE_WORDS, CONNECTORS, LIST_JOINTS, OTHER_PEOPLE, RANGE_WORDS
from agents.offline.language.inputs import UNIT_NAMES_CONCEPT
from agents.offline.language.people import SPELLED_NUMBERS
from agents.offline.note import Sentence, scan
from agents.offline.quantities import Quantity
from agents.offline.reading import Reading
from agents.offline.surroundings import (
    family,
    fits,
    fluid_of,
    is_no_measurement,
    is_reference,
    spelled_bound,
    spelled_high,
    words_before,
)
from agents.offline.times import Place, places

_STRONG, _MEDIUM, _FAINT = 3, 2, 1
_CHANGE_REACH = 14
_BRACKET_REACH = 20
_LONGEST_LIST = 12
GCS_MAXIMUM = 15
_OFTEN_BEHIND = ("fio2", "dopamine", "dobutamine", "epinephrine", "norepinephrine")
"""What notes name behind its value: "41% FiO2", "0.2 µg/kg/min of norepinephrine"."""
_OF_A_BODY = ("height", "weight", "other_weight")


@dataclass(slots=True)
class _State:
    waiting: list[Label] = field(default_factory=list)
    holder: Label | None = None
    unknown: int = 0
    commas: int = 0
    fluid: str = "blood"
    brackets: list[bool] = field(default_factory=list)
    """For each open bracket: whether it annotates a value that is already read."""


class _Reader:
    """The pass over one sentence."""

    def __init__(self, sentence: Sentence, number: int, spots: tuple[Place, ...], fluid: str, names: Index):
        self.tokens, self.number, self.spots = sentence.tokens, number, spots
        self.per = {
            q.unit.split("/")[0]: q.unit
            for t in sentence.tokens
            if (q := t.quantity) and q.unit and "/" in q.unit
        }
        self.labels = {label.first: label for label in labels(sentence.tokens, names)}
        self.state = _State(fluid=fluid)
        self.readings: list[Reading] = []
        self.fluids: dict[int, str] = {}
        self.name_end = 0

    def run(self) -> list[Reading]:
        i = 0
        while i < len(self.tokens):
            label = self.labels.get(i)
            if label is not None:
                self._label(label)
                i = label.after
            elif self.tokens[i].quantity is not None:
                i = self._quantity(i)
            else:
                self._word(i)
                i += 1
        return self.readings

    def _label(self, label: Label) -> None:
        state = self.state
        self.name_end = label.after
        named = None if state.fluid in OTHER_PEOPLE else fluid_of(self.tokens, label.first)
        self.fluids[label.first] = named or state.fluid
        if state.waiting and not self._joined(state.waiting[-1], label):
            state.waiting = []
        state.waiting.append(label)
        state.unknown = state.commas = 0
        if state.brackets:
            state.brackets[-1] = False

    def _joined(self, first: Label, second: Label) -> bool:
        between = self.tokens[first.after : second.first]
        return bool(between) and all(t.text in LIST_JOINTS for t in between)

    def _word(self, at: int) -> None:
        token, state = self.tokens[at], self.state
        if token.key in SPELLED_NUMBERS and state.waiting and state.waiting[-1].concept == "gcs":
            value = Quantity(
                float(SPELLED_NUMBERS[token.key]), None, None, None, None, token.start, token.end
            )
            self._first_value(at, value, state.waiting[-1])
            return
        fluid = fluid_of(self.tokens, at)
        if fluid is not None:
            self._enter_fluid(at, fluid)
        if token.kind == "mark":
            self._mark(token.text)
        elif token.kind == "date" or token.key in CONNECTORS or fluid == "blood":
            return
        else:
            state.unknown += 1

    def _enter_fluid(self, at: int, fluid: str) -> None:
        """A fluid named behind its labels ("sodium in the urine was 20") is theirs as well."""
        if fluid == "blood" and self.state.fluid in OTHER_PEOPLE:
            return
        self.state.fluid = fluid
        if fluid != "blood" and self.tokens[max(0, at - 1)].key in ("in", "of", "the"):
            for label in self.state.waiting[-_LONGEST_LIST:]:
                self.fluids[label.first] = fluid

    def _mark(self, mark: str) -> None:
        state = self.state
        if mark in "([":
            state.brackets.append(state.holder is not None and not state.waiting)
        elif mark in ")]":
            if state.brackets:
                state.brackets.pop()
        elif mark == ";":
            state.waiting, state.holder = [], None
        elif mark == ",":
            state.commas += 1

    def _quantity(self, at: int) -> int:
        """Bind the quantity at `at`, if a rule allows it; returns the index to go on from."""
        quantity = self.tokens[at].quantity
        state = self.state
        if quantity is not None and quantity.bound is None:
            quantity = replace(quantity, bound=spelled_bound(self.tokens, at))
        if quantity is not None and quantity.high is None:
            quantity = replace(quantity, high=spelled_high(self.tokens, at))
        if quantity is not None and quantity.unit in self.per and self._lacks_volume(quantity):
            quantity = replace(quantity, unit=self.per[quantity.unit])
        if (
            quantity is None
            or (is_no_measurement(self.tokens, at) and not self._named_right_before(at))
            or is_reference(self.tokens, at, quantity, self.name_end)
        ):
            return at + 1
        if state.brackets and state.brackets[-1]:
            return at + 1
        if quantity.second is not None:
            self._pair(at, quantity)
            return at + 1
        if len(state.waiting) > 1:
            return self._parallel(at)
        if state.waiting and fits(state.waiting[0].concept, quantity.unit):
            self._first_value(at, quantity, state.waiting[0])
        elif not self._behind(at, quantity):
            self._further_value(at, quantity)
        return at + 1

    def _lacks_volume(self, quantity: Quantity) -> bool:
        """Whether another value says this one's volume: "cholesterol 210 mg, HDL 50 mg per deciliter"."""
        state = self.state
        return (
            len(state.waiting) == 1
            and not state.unknown
            and not fits(state.waiting[0].concept, quantity.unit)
        )

    def _named_right_before(self, at: int) -> bool:
        """Whether a number stands right behind a name that looks like a count: "GCS score 13", "P 122"."""
        waiting = self.state.waiting
        return bool(waiting) and waiting[-1].concept in ("gcs", "heart_rate") and waiting[-1].after == at

    def _first_value(self, at: int, quantity: Quantity, label: Label) -> None:
        state = self.state
        close = state.unknown == 0 and state.commas <= 1
        near = quantity.unit is not None and state.unknown <= 5
        if self._behind(at, quantity):
            return
        if not close and not near:
            state.waiting = []
            return
        if quantity.high is not None and self._from_to(at):
            self._add(at, label, quantity, _STRONG if close else _MEDIUM, change=True)
            self._add(at, label, quantity.upper(), _STRONG if close else _MEDIUM, change=True)
        else:
            self._add(at, label, quantity, _STRONG if close else _MEDIUM, change=self._from_to(at))
        self._hold(label)

    def _from_to(self, at: int) -> bool:
        before = words_before(self.tokens, at, 3)
        return "from" in before and not before & RANGE_WORDS

    def _hold(self, label: Label | None) -> None:
        state = self.state
        state.holder, state.waiting, state.unknown, state.commas = label, [], 0, 0

    def _further_value(self, at: int, quantity: Quantity) -> None:
        """A second value under the same name in one sentence, or a value whose unit names it."""
        holder, state = self.state.holder, self.state
        if holder is not None and not state.waiting and quantity.unit and fits(holder.concept, quantity.unit):
            if self._changes(at):
                self._add(at, holder, quantity, _MEDIUM, change=True)
                if quantity.high is not None and self._from_to(at):
                    self._add(at, holder, quantity.upper(), _MEDIUM, change=True)
                state.unknown = state.commas = 0
            return
        concept = UNIT_NAMES_CONCEPT.get(quantity.unit or "")
        if concept is None and quantity.unit not in ("mg", "ug", "ng", "pg"):
            concept = {"mass": "weight", "length": "height"}.get(family(quantity.unit) or "")
        if concept is not None:
            self._add(at, Label(concept, False, at, at), quantity, _FAINT, change=False)

    def _changes(self, at: int) -> bool:
        """Whether only words of change and time stand between this value and the one before it."""
        for token in reversed(self.tokens[max(0, at - _CHANGE_REACH) : at]):
            if token.quantity is not None and family(token.quantity.unit) != "time":
                return True
            if token.kind == "word" and token.key not in CHANGE_WORDS:
                return False
        return False

    def _behind(self, at: int, quantity: Quantity) -> bool:
        """A name behind its value: "163 cm tall", "72 kg in weight", "84 mg/dL triglycerides"."""
        if quantity.unit is None or quantity.high is not None:
            return False
        if family(quantity.unit) not in ("length", "mass"):
            return self._straight_behind(at, quantity)
        i = at + 1
        if i < len(self.tokens) and self.tokens[i].text in ("(", "["):
            last = min(len(self.tokens), i + _BRACKET_REACH)
            while i < last and self.tokens[i].text not in (")", "]"):
                i += 1
            i += 1
        while i < len(self.tokens) and (
            self.tokens[i].key in ("in", "of", "body") or self.tokens[i].text == "."
        ):
            i += 1
        label = self.labels.get(i)
        if label is None or not fits(label.concept, quantity.unit) or label.concept not in _OF_A_BODY:
            return False
        others = (w.concept for w in (*self.state.waiting, self.state.holder) if w)
        if label.concept != "other_weight" and set(others) & {"other_weight", "other"}:
            return False
        following = self.tokens[label.after] if label.after < len(self.tokens) else None
        if following is not None and following.quantity and fits(label.concept, following.quantity.unit):
            return False
        self._add(at, label, quantity, _STRONG, change=False)
        self.state.waiting = []
        del self.labels[i]
        return True

    def _straight_behind(self, at: int, quantity: Quantity) -> bool:
        """A laboratory name right behind its value, where no name before it waits at close quarters."""
        behind = at + 2 if at + 1 < len(self.tokens) and self.tokens[at + 1].key == "of" else at + 1
        label, state = self.labels.get(behind), self.state
        if label is None or label.weak or not fits(label.concept, quantity.unit):
            return False
        half = label.concept in ("systolic_bp", "diastolic_bp")
        if state.waiting and state.commas == 0 and state.unknown == 0 and not half:
            return False
        following = self.tokens[label.after].text if label.after < len(self.tokens) else "."
        sure = half or label.concept in _OFTEN_BEHIND
        if not sure and following not in (",", ".", ";", "and", ")", "("):
            return False
        self._add(at, label, quantity, _STRONG, change=False)
        state.waiting = []
        state.holder = state.holder if half else None
        del self.labels[behind]
        return True

    def _pair(self, at: int, quantity: Quantity) -> None:
        """Blood pressure "120/80", or two names with two values ("BUN/creatinine 32/0.87")."""
        state = self.state
        if quantity.high is not None:
            return
        first, second = quantity.halves()
        if state.waiting and state.waiting[-1].concept == "gcs":
            if second.value == GCS_MAXIMUM:
                self._first_value(at, first, state.waiting[-1])
            return
        if len(state.waiting) == 2:
            self._add(at, state.waiting[0], first, _STRONG, change=False)
            self._add(at, state.waiting[1], second, _STRONG, change=False)
            self._hold(None)
            return
        label = state.waiting[-1] if state.waiting else state.holder
        pressure = label is not None and label.concept in ("blood_pressure", "systolic_bp", "diastolic_bp")
        if label is not None and label.concept == "other_pressure":
            return
        if quantity.unit not in (None, "mmHg") or not (pressure or quantity.unit == "mmHg"):
            return
        anchor = label if pressure and label is not None else Label("blood_pressure", False, at, at)
        strength = (_STRONG if state.unknown == 0 else _MEDIUM) if pressure else _FAINT
        change = anchor is state.holder
        if strength == _MEDIUM and state.unknown > 5:
            return
        for concept, half in (("systolic_bp", first), ("diastolic_bp", second)):
            self._add(at, Label(concept, anchor.weak, anchor.first, anchor.after), half, strength, change)
        self._hold(label)

    def _parallel(self, at: int) -> int:
        """Several names, then as many values: "sodium, potassium and chloride were 174, 3.6 and 135"."""
        state = self.state
        values, i = [at], at + 1
        while i < len(self.tokens) and len(values) <= len(state.waiting):
            token = self.tokens[i]
            if token.quantity is not None and i not in self.labels:
                values.append(i)
            elif token.text not in (",", "and", "/", "&", "or", "±") or i in self.labels:
                break
            i += 1
        waiting = state.waiting
        if len(values) == len(waiting) and state.unknown <= 5:
            strength = _STRONG if state.unknown == 0 else _MEDIUM
            for label, index_ in zip(waiting, values, strict=True):
                quantity = self.tokens[index_].quantity
                if quantity is not None:
                    self._add(index_, label, quantity, strength, change=False)
            self._hold(None)
            return values[-1] + 1
        quantity = self.tokens[at].quantity
        following = self.tokens[at + 1].key if at + 1 < len(self.tokens) else ""
        if len(values) == 1 and quantity is not None and following in ("each", "both"):
            for label in waiting:
                self._add(at, label, quantity, _MEDIUM, change=False)
            self._hold(None)
            return at + 1
        last, before = waiting[-1], self.tokens[waiting[-1].first - 1].text
        if len(values) == 1 and before == "," and quantity is not None and state.unknown == 0:
            self._add(at, last, quantity, _MEDIUM, change=False)
            self._hold(last)
            return at + 1
        state.waiting = []
        return values[-1] + 1

    def _add(self, at: int, label: Label, quantity: Quantity, strength: int, change: bool) -> None:
        if not fits(label.concept, quantity.unit):
            return
        tokens = self.tokens
        name_start = tokens[label.first].start if label.after > label.first else quantity.start
        name_end = tokens[label.after - 1].end if label.after > label.first else quantity.end
        fluid = self.fluids.get(label.first, fluid_of(tokens, label.first) or self.state.fluid)
        self.readings.append(
            Reading(
                label.concept, quantity, min(name_start, quantity.start), max(name_end, quantity.end),
                strength, label.weak, fluid, self.spots[at], self.number, change,
            )
        )  # fmt: skip


def _header_fluid(sentence: Sentence) -> str | None:
    """The fluid of a header line such as "Urine:"; "blood" for any other header."""
    words = [t.key for t in sentence.tokens if t.kind == "word"]
    if not sentence.line or len(words) > 4 or any(t.quantity for t in sentence.tokens):
        return None
    for at in range(len(sentence.tokens)):
        fluid = fluid_of(sentence.tokens, at)
        if fluid is not None:
            return fluid
    return "blood" if words else None


@lru_cache(maxsize=8)
def readings(context: str, extra: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> tuple[Reading, ...]:
    """Every bound value of a note, in order. `extra` holds (input, its names) that the names table lacks."""
    names, found = index(extra), []
    header = "blood"
    sentences = scan(context)
    for number, (sentence, spots) in enumerate(zip(sentences, places(context), strict=True)):
        headed = _header_fluid(sentence)
        header = headed or (header if sentence.line else "blood")
        found += _Reader(sentence, number, spots, header if sentence.line else "blood", names).run()
    return tuple(found)

"""Whether labels contradict each other: the same open question decided one way here and another way there.

For each label, the readings that give it; for each open question, whether one option is common to all labels.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from answers.agreement import agrees
from answers.model import Answer, IncomputableAnswer
from calculators.model import Convention
from calculators.readings import Reading
from consensus.explained import Case, Explained, fitting

Kind = Literal["convention", "missing_input"]

COMPUTED = "computed"
INCOMPUTABLE = "incomputable"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Frozen):
    """An instance whose label decides the question one way."""

    source_id: str
    calculator: str
    label: Answer
    under: dict[str, Answer]
    """Every other side's option → the label that it would give."""
    changes: bool
    """Whether one of these disagrees with the label under the instance's agreement rule."""
    parts_at: tuple[str, ...] = ()
    """The first steps of the formula in which the options differ ("race factor"), by name."""


class Side(_Frozen):
    """An option, and the instances whose labels only it gives."""

    option: str
    meaning: str
    members: tuple[Member, ...]


class OpenQuestion(_Frozen):
    """A question that instances leave open, and how their labels decide it."""

    kind: Kind
    question: str
    """The convention's id, or the missing inputs' names."""
    circumstance: str
    """When the question arises, in words."""
    calculators: tuple[str, ...]
    sides: tuple[Side, ...]
    """The largest first. More than one is a contradiction."""
    default: str | None = None
    """The option that holds where nothing is said, if there is one."""
    undecided: int
    """Further labels under this circumstance that more than one side gives."""

    @property
    def minority(self) -> tuple[Side, ...]:
        """The sides that are smaller than the largest; none where the largest has an equal."""
        largest, *others = self.sides
        smaller = tuple(side for side in others if len(side.members) < len(largest.members))
        return smaller if len(smaller) == len(others) else ()

    @property
    def against_default(self) -> bool:
        """Whether all labels decide for another option than the convention's default."""
        return len(self.sides) == 1 and self.default not in (None, self.sides[0].option)

    @property
    def material(self) -> bool:
        """Whether a label would change by more than its agreement rule allows."""
        return any(member.changes for side in self.sides for member in side.members)

    @property
    def touched(self) -> int:
        """The number of instances on all sides."""
        return sum(len(side.members) for side in self.sides)


class ConsistencyReport(_Frozen):
    """What a label set says of its own consistency. Questions whose options change labels come first."""

    benchmark: str
    labels: str
    compared: int
    """Labels that at least one reading was made for."""
    explained: int
    """Those that a reading gives."""
    unexplained: tuple[str, ...]
    """Source ids of those that none gives: another value was read, or a mistake was made."""
    not_compared: dict[str, int]
    """Why no reading could be made for a label → how many."""
    contradictions: tuple[OpenQuestion, ...]
    """Questions that labels decide differently."""
    alike: tuple[OpenQuestion, ...]
    """Questions that all labels that hang on them decide in the same way."""


def find_contradictions(
    benchmark: str, labels: str, cases: Sequence[Case], not_compared: Mapping[str, int]
) -> ConsistencyReport:
    """Compare labels with the readings of their instances and with each other.

    Args:
        benchmark: its name.
        labels: name of the label set.
        cases: one for each label for which readings could be made.
        not_compared: reason → number of labels for which none could be made.
    """
    explained = [Explained(case, fits) for case in cases if (fits := fitting(case))]
    known = {found.case.source_id for found in explained}
    questions = [*_of_conventions(explained), *_of_missing_inputs(explained)]
    questions.sort(key=lambda q: (not q.material, -q.touched, q.question))
    return ConsistencyReport(
        benchmark=benchmark,
        labels=labels,
        compared=len(cases),
        explained=len(explained),
        unexplained=tuple(case.source_id for case in cases if case.source_id not in known),
        not_compared=dict(not_compared),
        contradictions=tuple(question for question in questions if len(question.sides) > 1),
        alike=tuple(question for question in questions if len(question.sides) == 1),
    )


def _of_conventions(explained: Sequence[Explained]) -> Iterator[OpenQuestion]:
    """The conventions that labels hang on, each over all calculators that share it."""
    conventions = {c.id: c for found in explained for c in found.case.calculator.conventions}
    for convention in conventions.values():
        posed = {
            found.case.source_id: (found, options)
            for found in explained
            if _parts(found.case.readings, convention.id) and (options := found.options(convention.id))
        }
        sides = _sides({key: options for key, (_, options) in posed.items()}, convention)
        compared = [*sides, *(option for option in convention.options if option not in sides)]
        members = {
            option: [_of_option(posed[key][0], convention, option, compared) for key in keys]
            for option, keys in sides.items()
        }
        if members:
            yield _of_convention(convention, members, len(posed))


def _parts(readings: Sequence[Reading], convention: str) -> bool:
    """Whether the options of a convention give different answers anywhere."""
    answers = {(r.options[convention], _value(r.answer)) for r in readings if convention in r.options}
    return len({value for _, value in answers}) > 1


def _value(answer: Answer) -> object:
    return None if isinstance(answer, IncomputableAnswer) else answer.value


def _sides(options: Mapping[str, frozenset[str]], convention: Convention) -> dict[str, list[str]]:
    """The fewest options that together give all labels, the largest first, each with the labels that it
    alone of them gives; where one gives all, with the labels that hang on the choice at all.

    Args:
        options: source id → the options that give its label.
        convention: whose options they are.
    """
    rest, chosen = dict(options), list[str]()
    while rest:
        counts = Counter(option for given in rest.values() for option in given)
        best = max(convention.options, key=lambda option: (counts[option], option == convention.default))
        chosen.append(best)
        rest = {key: given for key, given in rest.items() if best not in given}
    if len(chosen) == 1:
        hanging = [key for key, given in options.items() if given < convention.options.keys()]
        return {chosen[0]: hanging} if hanging else {}
    only = {o: [key for key, given in options.items() if given & {*chosen} == {o}] for o in chosen}
    return dict(sorted(((o, keys) for o, keys in only.items() if keys), key=lambda side: -len(side[1])))


def _of_option(found: Explained, convention: Convention, option: str, sides: Collection[str]) -> Member:
    case, fit = found.case, found.fits[0]
    others = {
        other: reading
        for other in sides
        if other != option and (reading := _sibling_reading(case.readings, fit, convention.id, other))
    }
    return _member(
        case,
        {other: reading.answer for other, reading in others.items()},
        tuple(dict.fromkeys(at for reading in others.values() if (at := _parting(fit, reading)))),
    )


def _sibling_reading(
    readings: Sequence[Reading], fit: Reading, convention: str, option: str
) -> Reading | None:
    """The reading that differs from one that fits in a single option."""
    wanted = {**fit.options, convention: option}
    alike = [r for r in readings if r.options == wanted]
    return next((r for r in alike if r.missing == fit.missing), alike[0] if alike else None)


def _parting(one: Reading, other: Reading) -> str | None:
    """The first step in which two computations differ."""
    for mine, its in itertools.zip_longest(one.steps, other.steps):
        if mine != its:
            return (mine or its)[0]
    return None


def _member(case: Case, under: dict[str, Answer], parts_at: tuple[str, ...] = ()) -> Member:
    changes = any(not agrees(answer, case.label, case.spec) for answer in under.values())
    return Member(
        source_id=case.source_id,
        calculator=case.calculator.id,
        label=case.label,
        under=under,
        changes=changes,
        parts_at=parts_at,
    )


def _of_convention(
    convention: Convention, members: Mapping[str, Sequence[Member]], posed: int
) -> OpenQuestion:
    everyone = [member for some in members.values() for member in some]
    places = sorted({place for member in everyone for place in member.parts_at})
    differ = f" The options part at: {', '.join(places)}." if places else ""
    return OpenQuestion(
        kind="convention",
        question=convention.id,
        circumstance=convention.question + differ,
        calculators=tuple(sorted({member.calculator for member in everyone})),
        sides=tuple(
            Side(option=option, meaning=convention.options[option], members=tuple(some))
            for option, some in members.items()
        ),
        default=convention.default,
        undecided=posed - len(everyone),
    )


def _of_missing_inputs(explained: Sequence[Explained]) -> Iterator[OpenQuestion]:
    """Labels that are incomputable for want of inputs without which a sibling's label was computed."""
    by_calculator: dict[str, list[Explained]] = {}
    for found in explained:
        by_calculator.setdefault(found.case.calculator.id, []).append(found)
    for siblings in by_calculator.values():
        given_up: dict[frozenset[str], list[Explained]] = {}
        for found in siblings:
            if all(fit.gives_up for fit in found.fits):
                # it is not known which of these the label is for want of: all of them, to claim the least
                lacking = frozenset().union(*(fit.missing for fit in found.fits))
                given_up.setdefault(lacking, []).append(found)
        for lacking, without in given_up.items():
            computed = [found for found in siblings if _computed_without(found, lacking)]
            if computed:
                yield _of_missing_input(lacking, without, computed)


def _computed_without(found: Explained, lacking: frozenset[str]) -> bool:
    """Whether the label can only be computed with all of these inputs missing."""
    return all(
        lacking <= fit.missing and not isinstance(fit.answer, IncomputableAnswer) for fit in found.fits
    )


def _of_missing_input(
    lacking: frozenset[str], without: Sequence[Explained], computed: Sequence[Explained]
) -> OpenQuestion:
    calculator = without[0].case.calculator
    # "race, where stated" is race
    labels = [spec.label.partition(",")[0] for spec in calculator.inputs if spec.name in lacking]
    names = " and ".join(labels)
    given = tuple(_member(f.case, {INCOMPUTABLE: _unavailable(lacking)}) for f in computed)
    refused = tuple(_member(f.case, {COMPUTED: _default(f.case, lacking)}) for f in without)
    sides = (
        Side(option=COMPUTED, meaning=f"Computed as if absent: {names}.", members=given),
        Side(option=INCOMPUTABLE, meaning=f"Incomputable without {names}.", members=refused),
    )
    return OpenQuestion(
        kind="missing_input",
        question="+".join(sorted(lacking)),
        circumstance=f"Nothing is said of {names}.",
        calculators=(calculator.id,),
        sides=tuple(sorted(sides, key=lambda side: -len(side.members))),
        undecided=0,
    )


def _unavailable(lacking: frozenset[str]) -> IncomputableAnswer:
    return IncomputableAnswer(missing=tuple(sorted(lacking)))


def _default(case: Case, lacking: frozenset[str]) -> Answer:
    """What would be computed, each open convention at its default."""
    defaults = {c.id: c.default or next(iter(c.options)) for c in case.calculator.conventions}
    found = [r for r in case.readings if r.missing <= lacking and not r.gives_up]
    usual = [r for r in found if r.options.items() <= defaults.items()]
    return next(iter([*usual, *found])).answer

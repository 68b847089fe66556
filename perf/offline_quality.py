"""Measures the offline reader against relabels: how much it would commit, and how often that agrees.

    python perf/offline_quality.py LABELS.csv RELABELS.csv [--list] [--share 0.8] [--calculator ID]

For every instance of a calculator that the reader covers: five strategies → evaluate → groups by the
calculator's agreement rule → commit where the largest group holds the share and the note does not contradict
the derivation. An abstention counts in the denominator. Relabels are read only here, never by the reader.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agents.extractor import unclear_inputs
from agents.offline.contradictions import contradictions
from agents.offline.mentions import mark_unclear
from agents.offline.reader import STRATEGIES, read
from answers.agreement import agrees, within_tolerance
from answers.model import Answer, IncomputableAnswer
from answers.parse import UnparsableAnswer, parse_answer
from calculators.evaluate import evaluate
from calculators.model import Calculator, Derivation, InputValue
from calculators.normalise import InvalidInput
from calculators.registry import for_medcalc_id

COVERED = frozenset(
    {2, 3, 5, 6, 7, 9, 10, 11, 13, 19, 22, 23, 24, 26, 30, 31, 38, 39, 40, 44, 46, 51, *range(56, 70)}
)


@dataclass(frozen=True)
class Outcome:
    """What the five strategies say of one instance."""

    uid: str
    calculator: Calculator
    derivations: tuple[Derivation, ...]
    answer: Answer | None
    """The largest group's answer, where its share suffices; None is an escalation."""
    open_conventions: tuple[str, ...]
    truth: Answer | None
    truth_text: str
    objections: tuple[str, ...]

    @property
    def committed(self) -> bool:
        """Whether the votes suffice and nothing in the note speaks against them."""
        return self.answer is not None and not self.objections

    @property
    def right(self) -> bool:
        """Whether the answer agrees with the relabel."""
        return (
            self.answer is not None
            and self.truth is not None
            and within_tolerance(self.answer, self.truth, self.calculator.answer)
        )


def _derive(calculator: Calculator, question: str, note: str) -> tuple[Derivation, ...]:
    derivations = []
    for strategy in STRATEGIES:
        extraction = mark_unclear(calculator, note, read(calculator, question, note, strategy))
        if unclear_inputs(extraction, calculator):
            continue
        given = [
            InputValue(
                name=i.name,
                status=i.status,
                value=i.value,
                unit=i.unit,
                bound=i.bound,
                evidence=None,
                time=i.time,
            )
            for i in extraction.inputs
        ]
        try:
            derivations.append(evaluate(calculator, given))
        except InvalidInput as error:
            print(f"# {calculator.id}: {error}", file=sys.stderr)
    return tuple(derivations)


def _consensus(calculator: Calculator, derivations: tuple[Derivation, ...], share: float) -> Answer | None:
    groups = [
        [d for d in derivations if agrees(d.answer, leader.answer, calculator.answer)]
        for leader in derivations
    ]
    largest = max(groups, key=len, default=[])
    return largest[0].answer if largest and len(largest) >= share * len(STRATEGIES) - 1e-9 else None


def _objections(note: str, derivation: Derivation) -> tuple[str, ...]:
    steps = {step.name: float(step.value) for step in derivation.steps if isinstance(step.value, int | float)}
    return contradictions(note, steps)


def _truth(text: str, calculator: Calculator) -> Answer | None:
    try:
        return parse_answer(text, calculator.answer.kind, calculator.answer.unit)
    except UnparsableAnswer as error:
        print(f"# {error}", file=sys.stderr)
        return None


def outcomes(labels: Path, relabels: Path, share: float = 0.8) -> Iterator[Outcome]:
    """Every covered instance of `labels`, with its relabel where `relabels` has one."""
    csv.field_size_limit(10**9)
    with relabels.open(newline="", encoding="utf-8") as file:
        finals = {row["uid"]: row["y_final"] for row in csv.DictReader(file)}
    with labels.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            calculator = for_medcalc_id(int(row["Calculator ID"]))
            if calculator is None or calculator.medcalc_id not in COVERED:
                continue
            derivations = _derive(calculator, row["Question"], row["Patient Note"])
            text = finals.get(row["Unique ID"], "")
            truth = _truth(text, calculator) if text else None
            answer = _consensus(calculator, derivations, share)
            opened = tuple(sorted({key for d in derivations for key in d.alternatives}))
            objections = _objections(row["Patient Note"], derivations[0]) if derivations else ()
            yield Outcome(row["Unique ID"], calculator, derivations, answer, opened, truth, text, objections)


def _report(found: list[Outcome]) -> None:
    labelled = [o for o in found if o.truth is not None]
    committed = [o for o in labelled if o.committed]
    right = sum(o.right for o in committed)
    print(f"instances {len(found)}, would commit {sum(o.committed for o in found)}")
    print(
        f"with a relabel {len(labelled)}: committed {len(committed)} ({len(committed) / len(labelled):.1%}),",
        end=" ",
    )
    print(f"agree {right} ({right / max(1, len(committed)):.1%})")
    fixed = [o for o in committed if not o.open_conventions]
    print(f"without an open convention: {sum(o.right for o in fixed)}/{len(fixed)}")
    absent = [o for o in labelled if isinstance(o.answer, IncomputableAnswer)]
    print(
        f"incomputable by consensus {len(absent)}, of which the relabel agrees {sum(o.right for o in absent)}"
    )
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for o in labelled:
        rows[o.calculator.id].update(n=1, committed=o.committed, right=o.committed and o.right)
    for name, counts in sorted(rows.items()):
        print(f"{name:32} n {counts['n']:3}  committed {counts['committed']:3}  agree {counts['right']:3}")


def _list(found: list[Outcome]) -> None:
    for o in found:
        if o.truth is None or (o.committed and o.right):
            continue
        kind = "WRONG" if o.committed else "left"
        answers = [getattr(d.answer, "value", "N/A") for d in o.derivations]
        print(f"{kind} {o.uid} {o.calculator.id} y_final {o.truth_text} votes {answers}", end=" ")
        print(o.open_conventions, o.objections)
        for value in o.derivations[0].inputs if o.derivations else ():
            seen = {str((i.value, i.unit)) for d in o.derivations for i in d.inputs if i.name == value.name}
            print(f"    {value.name}: {sorted(seen)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("labels", type=Path)
    parser.add_argument("relabels", type=Path)
    parser.add_argument("--list", action="store_true", help="list what is not committed or disagrees")
    parser.add_argument("--share", type=float, default=0.8)
    parser.add_argument("--calculator", type=int, help="only this MedCalc-Bench calculator id")
    options = parser.parse_args()
    started = time.perf_counter()
    found = [
        o
        for o in outcomes(options.labels, options.relabels, options.share)
        if options.calculator in (None, o.calculator.medcalc_id)
    ]
    if options.list:
        _list(found)
    _report(found)
    print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()

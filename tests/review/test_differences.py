"""The votes beside the reviewer's own inputs: what differs, and that letters tell nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import NumberAnswer
from calculators.evaluate import evaluate
from calculators.model import Evidence, InputValue
from calculators.registry import get
from review.differences import Voice, compare, distinct, letter, shuffled
from store.records import VoteRecord

EGFR = get("ckd_epi_2021")


def votes(instance: str, count: int = 9) -> list[VoteRecord]:
    return [
        VoteRecord(run_id="r", instance_id=instance, sample=sample, answer=NumberAnswer(value=sample))
        for sample in range(count)
    ]


def present(name: str, value: float | str | bool, unit: str | None = None) -> InputValue:
    return InputValue(name=name, status="present", value=value, unit=unit)


def differing(*readings: tuple[InputValue, ...], calculator: str | None = "ckd_epi_2021") -> list[str]:
    voices = [Voice(str(number), reading) for number, reading in enumerate(readings)]
    return [row.name for row in compare(get(calculator) if calculator else None, voices) if row.differs]


@given(st.permutations(range(9)), st.text(max_size=5))
def test_the_order_depends_on_reviewer_and_instance_alone(order: list[int], reviewer: str) -> None:
    cast = votes("i")
    expected = [(name, vote.sample) for name, vote in shuffled(cast, reviewer)]
    assert [(name, vote.sample) for name, vote in shuffled([cast[n] for n in order], reviewer)] == expected
    assert sorted(sample for _, sample in expected) == list(range(9))
    assert [name for name, _ in expected] == list("ABCDEFGHI")


def test_no_sample_has_a_place_of_its_own() -> None:
    """Over many instances each sample comes first about equally often."""
    firsts = [shuffled(votes(f"i{n}", 4), "A. Reviewer")[0][1].sample for n in range(400)]
    assert all(60 <= firsts.count(sample) <= 140 for sample in range(4))
    orders = {tuple(v.sample for _, v in shuffled(votes("i"), f"R{n}")) for n in range(20)}
    assert len(orders) == 20


def test_letters_go_on_after_z() -> None:
    names = [letter(number) for number in range(1000)]
    assert names[:3] == ["A", "B", "C"]
    assert names[25:28] == ["Z", "AA", "AB"]
    assert names[701:703] == ["ZZ", "AAA"]
    assert len(set(names)) == 1000


def test_the_same_value_in_another_unit_or_spelling_is_no_difference() -> None:
    mine = (present("creatinine", 1.0, "mg/dL"), present("sex", "female"), present("age", 47))
    theirs = (
        present("age", 47.0, "years"),
        present("sex", " Female "),
        present("creatinine", 88.4, "µmol/L"),
    )
    far = (present("age", 47.0, "years"), present("sex", "male"), present("creatinine", 88, "µmol/L"))
    assert differing(mine, mine) == []
    assert differing((mine[1],), (theirs[1],)) == []
    rows = compare(EGFR, [Voice("mine", mine), Voice("A", theirs)])
    assert [row.name for row in rows] == ["sex", "age", "creatinine"]
    assert [cell.unit for cell in rows[2].cells] == ["mg/dL", "mg/dL"]
    assert differing(mine, far) == ["sex", "creatinine"]


@pytest.mark.parametrize(
    "readings",
    list(
        itertools.combinations(
            [
                (),
                (InputValue(name="copd", status="absent"),),
                (InputValue(name="copd", status="unclear", doubt="cut off"),),
                (present("copd", True),),
            ],
            2,
        )
    ),
)
def test_missing_absent_unclear_and_present_are_four_things(
    readings: tuple[tuple[InputValue, ...], ...],
) -> None:
    assert "copd" in {spec.name for spec in get("caprini").inputs}
    for calculator in ("caprini", None):
        assert differing(*readings, calculator=calculator) == ["copd"]


def test_left_out_is_not_mentioned_and_a_finding_that_is_false_is_absent() -> None:
    finding = next(spec.name for spec in get("caprini").inputs if spec.kind == "boolean")
    assert differing((), (InputValue(name=finding, status="not_mentioned"),), calculator="caprini") == []
    false = (present(finding, False),)
    assert differing(false, (InputValue(name=finding, status="absent"),), calculator="caprini") == []
    assert differing(false, (present(finding, True),), calculator="caprini") == [finding]


def test_a_bound_is_not_the_value() -> None:
    exact = present("creatinine", 0.3, "mg/dL")
    below = exact.model_copy(update={"bound": "<"})
    assert differing((exact,), (below,)) == ["creatinine"]


def test_one_voice_of_many_suffices_for_a_difference() -> None:
    same = (present("age", 47),)
    assert differing(same, same, same) == []
    assert differing(same, same, (present("age", 48),)) == ["age"]


def test_what_the_calculator_refuses_is_compared_as_it_was_read() -> None:
    strange = (present("creatinine", "a lot"),)
    assert differing(strange, strange) == []
    assert differing(strange, (present("creatinine", 1.0, "mg/dL"),)) == ["creatinine"]


def test_without_a_calculator_every_named_input_is_a_row() -> None:
    rows = compare(None, [Voice("A", (present("dose", 5, "mg"),)), Voice("B", (present("rate", 2, "mL/h"),))])
    assert [(row.name, row.differs) for row in rows] == [("dose", True), ("rate", True)]


def test_derivations_that_differ_in_their_quotes_alone_are_one() -> None:
    given_ = (present("sex", "female"), present("age", 47), present("creatinine", 88, "µmol/L"))
    quoted = tuple(
        value.model_copy(update={"evidence": Evidence(quote="x", start=0, end=1)}) for value in given_
    )
    other = (*given_[:2], present("creatinine", 95, "µmol/L"))
    made = [
        (name, evaluate(EGFR, inputs)) for name, inputs in zip("ABC", (given_, other, quoted), strict=True)
    ]
    assert [names for names, _ in distinct(made)] == [("A", "C"), ("B",)]
    assert [derivation for _, derivation in distinct(made)] == [made[0][1], made[1][1]]
    assert distinct([]) == []

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answers.model import AgreementRule, Answer, AnswerSpec, IncomputableAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import evaluate
from calculators.model import InputValue
from calculators.readings import Reading, readings
from calculators.registry import get
from consensus.consistency import ConsistencyReport, find_contradictions
from consensus.explained import Case, fitting

FACTORS = "opioid_factors"
OPIOIDS = get("morphine_milligram_equivalents")
MDRD = get("mdrd")
CURB = get("curb65")
PERCENT = AnswerSpec(kind="number")
INCOMPUTABLE = IncomputableAnswer()


def opioids(source_id: str, label: float, options: Mapping[str, float]) -> Case:
    """A label, and the answer under each option of the year."""
    found = tuple(Reading({FACTORS: o}, NumberAnswer(value=value)) for o, value in options.items())
    return Case(source_id, OPIOIDS, PERCENT, NumberAnswer(value=label), found)


def gfr(source_id: str, label: float | None, missing: Sequence[str], computed: float = 60) -> Case:
    lacking = frozenset(missing)
    found = [Reading({}, NumberAnswer(value=computed), lacking)]
    if lacking:
        found.append(Reading({}, INCOMPUTABLE, lacking))
    answer: Answer = INCOMPUTABLE if label is None else NumberAnswer(value=label)
    return Case(source_id, MDRD, PERCENT, answer, tuple(found))


def report(*cases: Case) -> ConsistencyReport:
    return find_contradictions("items", "labels", cases, {})


def sides(found: ConsistencyReport) -> list[dict[str, list[str]]]:
    return [
        {side.option: [m.source_id for m in side.members] for side in question.sides}
        for question in found.contradictions
    ]


TWO = {"cdc_2016": 48.0, "cdc_2022": 60.0}


def test_labels_that_only_different_options_give_contradict_each_other() -> None:
    found = report(opioids("a", 60, TWO), opioids("b", 60, TWO), opioids("c", 48, TWO))
    assert sides(found) == [{"cdc_2022": ["a", "b"], "cdc_2016": ["c"]}]
    (question,) = found.contradictions
    assert (question.kind, question.calculators) == ("convention", (OPIOIDS.id,))
    assert [side.option for side in question.minority] == ["cdc_2016"]
    assert question.sides[1].members[0].under == {"cdc_2022": NumberAnswer(value=60)}
    assert question.material


def test_two_sides_of_one_size_have_no_minority() -> None:
    (question,) = report(opioids("a", 60, TWO), opioids("c", 48, TWO)).contradictions
    assert question.minority == ()


def test_one_way_throughout_is_no_contradiction_and_a_label_that_no_reading_gives_is_none_either() -> None:
    found = report(opioids("a", 60, TWO), opioids("b", 60, TWO), opioids("c", 75, TWO))
    assert found.contradictions == ()
    assert found.unexplained == ("c",)
    assert (found.compared, found.explained) == (3, 2)
    assert [(q.question, q.sides[0].option) for q in found.alike] == [(FACTORS, "cdc_2022")]


def test_where_the_options_give_the_same_the_label_decides_nothing() -> None:
    same = {"cdc_2016": 60.0, "cdc_2022": 60.0}
    found = report(opioids("a", 60, same), opioids("b", 48, TWO))
    assert found.contradictions == ()
    assert [len(q.sides[0].members) for q in found.alike] == [1]


def test_a_tolerance_does_not_hide_which_option_was_taken_but_the_report_says_that_it_covers_it() -> None:
    near = {"cdc_2016": 100.0, "cdc_2022": 102.0}
    found = report(opioids("a", 100, near), opioids("b", 102, near))
    assert sides(found) == [{"cdc_2016": ["a"], "cdc_2022": ["b"]}]
    assert not found.contradictions[0].material


def test_a_label_between_two_readings_is_given_by_both() -> None:
    near = {"cdc_2016": 100.0, "cdc_2022": 103.0}
    assert len(fitting(opioids("a", 101.5, near))) == 2
    assert len(fitting(opioids("a", 103.1, near))) == 1


@pytest.mark.parametrize(("label", "fits"), [(100.5, True), (100.6, False)])
def test_a_label_without_decimals_is_rounded_to_a_whole_number(label: float, fits: bool) -> None:
    small = {"cdc_2016": label, "cdc_2022": 100.0}
    found = {reading.options[FACTORS] for reading in fitting(opioids("a", 100, small))}
    assert ("cdc_2016" in found) is fits


def test_what_is_not_explained_by_one_option_is_by_the_fewest() -> None:
    """Three options: the labels fit {7 or 19}, {19}, {20}; the second and third cover all."""
    spec = AnswerSpec(kind="integer", agreement=AgreementRule(kind="exact", tolerance=0))

    def points(source_id: str, seven: int, nineteen: int, twenty: int) -> Case:
        options = {"above_7_mmol_l": seven, "above_19_mg_dl": nineteen, "above_20_mg_dl": twenty}
        found = tuple(Reading({"urea_limit": o}, IntegerAnswer(value=n)) for o, n in options.items())
        return Case(source_id, CURB, spec, IntegerAnswer(value=1), found)

    found = report(points("a", 1, 1, 0), points("b", 0, 1, 0), points("c", 0, 0, 1))
    assert sides(found) == [{"above_19_mg_dl": ["a", "b"], "above_20_mg_dl": ["c"]}]
    (alike,) = report(points("a", 1, 1, 0)).alike
    assert alike.sides[0].option == "above_7_mmol_l"
    assert not alike.against_default
    (alike,) = report(points("b", 0, 1, 0)).alike
    assert alike.against_default


def test_a_convention_that_several_calculators_share_is_one_question() -> None:
    def gap(source_id: str, calculator: str, option: str) -> Case:
        values = {"ag_minus_12": 14.0, "minus_bicarbonate_fall": 6.0}
        found = tuple(Reading({"delta_gap": o}, NumberAnswer(value=v)) for o, v in values.items())
        return Case(source_id, get(calculator), PERCENT, NumberAnswer(value=values[option]), found)

    found = report(
        gap("a", "delta_gap", "ag_minus_12"),
        gap("b", "albumin_corrected_delta_gap", "minus_bicarbonate_fall"),
    )
    assert found.contradictions[0].calculators == ("albumin_corrected_delta_gap", "delta_gap")


def test_incomputable_for_want_of_an_input_without_which_a_sibling_was_computed() -> None:
    found = report(gfr("a", 60, ["race"]), gfr("b", 60, ["race"]), gfr("c", None, ["race"]), gfr("d", 60, []))
    assert sides(found) == [{"computed": ["a", "b"], "incomputable": ["c"]}]
    (question,) = found.contradictions
    assert question.circumstance == "Nothing is said of race."
    assert question.sides[1].members[0].under == {"computed": NumberAnswer(value=60)}


def test_a_sibling_that_lacks_less_says_nothing_of_one_that_lacks_more() -> None:
    assert report(gfr("a", 60, ["race"]), gfr("b", None, ["race", "sex"])).contradictions == ()
    assert len(report(gfr("a", 60, ["race", "sex"]), gfr("b", None, ["race"])).contradictions) == 1


def test_an_incomputable_label_where_nothing_is_missing_is_unexplained() -> None:
    assert report(gfr("a", None, []), gfr("b", 60, ["race"])).unexplained == ("a",)


def test_no_labels_have_no_contradictions() -> None:
    assert report() == ConsistencyReport(
        benchmark="items", labels="labels", compared=0, explained=0, unexplained=(), not_compared={},
        contradictions=(), alike=(),
    )  # fmt: skip


def _dose(drug: str, dose: int, times: int) -> list[InputValue]:
    return [
        InputValue(name=f"{drug}_dose", status="present", value=dose, unit="mg"),
        InputValue(name=f"{drug}_per_day", status="present", value=times, unit="/day"),
    ]


DOSES = st.lists(
    st.builds(
        _dose,
        st.sampled_from(["codeine", "hydromorphone", "methadone", "morphine", "oxycodone", "tramadol"]),
        st.integers(1, 60),
        st.integers(1, 6),
    ),
    max_size=8,
)


@given(doses=DOSES, option=st.sampled_from(["cdc_2016", "cdc_2022"]))
@settings(max_examples=30, deadline=None)
def test_labels_of_one_convention_never_contradict_each_other(
    doses: list[list[InputValue]], option: str
) -> None:
    cases = [
        Case(
            str(number),
            OPIOIDS,
            OPIOIDS.answer,
            evaluate(OPIOIDS, dose, {FACTORS: option}).answer,
            readings(OPIOIDS, dose, {}),
        )
        for number, dose in enumerate(doses)
    ]
    found = report(*cases)
    assert (found.contradictions, found.unexplained) == ((), ())
    assert {question.sides[0].option for question in found.alike} <= {option}


@given(labels=st.lists(st.sampled_from([48.0, 60.0, 75.0]), max_size=6))
@settings(max_examples=50, deadline=None)
def test_every_label_is_on_one_side_or_unexplained_whatever_the_order(
    labels: list[float],
) -> None:
    cases = [opioids(str(number), label, TWO) for number, label in enumerate(labels)]
    found, turned = report(*cases), report(*reversed(cases))
    counts = [sorted((o, len(ids)) for o, ids in by.items()) for by in sides(found)]
    assert counts == [sorted((o, len(ids)) for o, ids in by.items()) for by in sides(turned)]
    decided = sum(question.touched for question in (*found.contradictions, *found.alike))
    assert decided + len(found.unexplained) == len(labels)

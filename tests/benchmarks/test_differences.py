"""Original labels beside another label set: by hand on a few rows, and what must always add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answers.model import AgreementRule, Answer, AnswerSpec, DateAnswer, IncomputableAnswer, NumberAnswer
from benchmarks.differences import compare, within_tolerance
from benchmarks.label_sets import Gap, LabelSet, SetLabel
from benchmarks.model import Benchmark, Instance

EXACT = AgreementRule(kind="absolute", tolerance=0.0)


def instance(
    name: str, label: float | None, *, rule: AgreementRule | None = None, calculator: str = "a"
) -> Instance:
    spec = AnswerSpec(kind="number") if rule is None else AnswerSpec(kind="number", agreement=rule)
    return Instance(
        id=name,
        source_id=name,
        context="c",
        question="q",
        spec=spec,
        label=None if label is None else NumberAnswer(value=label),
        label_text="" if label is None else str(label),
        calculator=calculator,
        row={},
    )


def benchmark(*instances: Instance) -> Benchmark:
    return Benchmark(name="b", source="b.csv", sha256="0" * 64, columns=(), instances=instances)


def labels(**said: float | Answer | Gap | None) -> LabelSet:
    made = {}
    for name, value in said.items():
        if isinstance(value, str):
            made[name] = SetLabel(gap=value)
        else:
            answer = NumberAnswer(value=value) if isinstance(value, float) else value
            made[name] = SetLabel(answer=answer)
    return LabelSet(name="s", source="s.csv", labels=made)


NOTHING = IncomputableAnswer(reason="no weight")


def test_every_instance_has_one_outcome() -> None:
    items = [instance(name, 10.0, calculator="ab"[n % 2]) for n, name in enumerate("uvwxyz")]
    found = compare(
        benchmark(*items, instance("none", None)),
        labels(u=10.2, v=12.0, w=NOTHING, x="ambiguous", y="unreadable", none=3.0),
    )
    assert found.by_rule.counts == {
        "agree": 1,
        "differ": 1,
        "incomputable": 1,
        "ambiguous": 1,
        "unreadable": 1,
        "unlabelled": 1,
    }
    assert found.unlabelled == 1
    assert found.by_rule.at_least == (2, 6)
    assert found.by_rule.of_answered == (2, 3)
    groups = found.grouped(lambda one: one.calculator)
    assert {name: tally.at_least for name, tally in groups.items()} == {"a": (1, 3), "b": (1, 3)}


def test_the_own_rule_and_the_one_tolerance_are_told_apart() -> None:
    item = instance("x", 100.0, rule=EXACT)
    found = compare(benchmark(item), labels(x=104.0))
    assert (found.by_rule.wrong, found.by_tolerance.wrong) == (1, 0)
    assert compare(benchmark(item), labels(x=104.0), tolerance=0.01).by_tolerance.wrong == 1


def test_only_listed_instances_are_looked_at() -> None:
    items = [instance(name, 10.0) for name in "xyz"]
    found = compare(benchmark(*items), labels(x=20.0, y=20.0), within={"x", "z"})
    assert (found.left_out, found.by_rule.at_least) == (1, (1, 2))


def test_incomputable_on_both_sides_agrees_and_a_value_for_it_differs() -> None:
    item = instance("x", None).model_copy(update={"label": NOTHING})
    assert compare(benchmark(item), labels(x=IncomputableAnswer(reason="other"))).by_rule.counts == {
        "agree": 1
    }
    assert compare(benchmark(item), labels(x=1.0)).by_tolerance.counts == {"differ": 1}


@given(st.floats(0.1, 1e6), st.floats(0, 0.2), st.floats(0.001, 0.2))
def test_a_tolerance_is_relative_to_the_larger_value(value: float, apart: float, tolerance: float) -> None:
    same = within_tolerance(NumberAnswer(value=value), NumberAnswer(value=value * (1 - apart)), tolerance)
    if abs(apart - tolerance) > 1e-9:
        assert same == (apart < tolerance)


def test_dates_are_the_same_or_not() -> None:
    import datetime as dt

    a, b = (DateAnswer(value=dt.date(2020, 1, day)) for day in (1, 2))
    assert within_tolerance(a, a, 0.05)
    assert not within_tolerance(a, b, 0.05)

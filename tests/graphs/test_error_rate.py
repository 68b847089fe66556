"""How wrong the labels of a run are: by hand on small stores, and the coverage of what is put together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from answers.model import AnswerSpec, NumberAnswer
from graphs.audit_sample import draw
from graphs.error_rate import Evidence, Rate, cells, evidence, gather, plans, rates
from stats.stratified import Stratum, sampled_share
from store.audited import BlindAnswer, Standing
from store.records import DecisionRecord, EscalationRecord, FailureRecord, RunRecord
from store.store import Store
from tests.store.conftest import CONTRACT, make_benchmark, make_label

A, B = "A. Reviewer", "B. Reviewer"
SPEC = AnswerSpec(kind="number").model_dump_json()
RIGHT, WRONG, OTHER = (NumberAnswer(value=value).model_dump_json() for value in (10.0, 20.0, 30.0))
SIZE = 120


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db", create=True) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> RunRecord:
    """100 labels by consensus as the benchmark has them, 10 that people settled, 10 instances that failed."""
    benchmark = make_benchmark(SIZE)
    benchmark_id = store.add_benchmark(benchmark)
    made = store.create_run(benchmark_id, CONTRACT, [one.id for one in benchmark.instances])
    for n, instance_id in enumerate(store.work(made.id)):
        if n < 100:
            store.add_label(make_label(made, instance_id))
            continue
        if n >= 110:
            store.add_failure(FailureRecord(run_id=made.id, instance_id=instance_id, error="TimeoutError"))
            continue
        store.add_escalation(EscalationRecord(run_id=made.id, instance_id=instance_id, reason="failed"))
        decision = decide(store, made, instance_id, 30.0 if n < 104 else 20.0)
        label = {"decided_by": "reviewer", "decision_id": decision.id, "answer": decision.answer}
        store.add_label(make_label(made, instance_id, **label, status="revised"))
    return made


def decide(
    store: Store, run: RunRecord, instance_id: str, value: float, *, blind: bool = False, by: str = A
) -> DecisionRecord:
    return store.add_decision(
        DecisionRecord(
            run_id=run.id,
            instance_id=instance_id,
            reviewer=by,
            answer=NumberAnswer(value=value),
            blind=blind,
            standing="opinion" if blind else "final",
            choice=None if blind else "mine",
        )
    )


def sampled(store: Store) -> list[str]:
    rows = store.file.rows("SELECT instance_id FROM escalations WHERE reason = 'audit_sample' ORDER BY 1")
    return [row["instance_id"] for row in rows]


def of(store: Store, run: RunRecord) -> dict[str, Evidence]:
    return {one.name: one for one in gather(store, run, "blind")}


def by_method(found: Evidence) -> dict[str, Rate]:
    return {rate.method: rate for rate in rates(found)}


def test_without_a_sample_only_what_people_settled_is_known(store: Store, run: RunRecord) -> None:
    found = of(store, run)
    original, released = found["original"], found["released"]
    assert (original.size, original.known, original.known_errors, original.covered) == (120, 10, 4, 10)
    assert (released.size, released.known, released.known_errors) == (110, 10, 0)
    (rate,) = rates(original)
    assert rate.estimate is None
    assert "says nothing of the rest" in rate.obstacle
    (whole,) = rates(replace(original, size=10))
    assert whole.estimate is not None
    assert whole.estimate.share == whole.estimate.interval.low == whole.estimate.interval.high == 0.4
    (plan,) = plans(original, 0.03)
    assert (plan.method, plan.expected, plan.more) == ("simple", 0.5, plan.reviews)
    assert 90 < plan.reviews < 110, "of the 110 that are open, nearly all"


def test_a_reviewed_sample_speaks_for_what_nobody_saw(store: Store, run: RunRecord) -> None:
    assert draw(store, run, 0.2) is not None
    drawn = sampled(store)
    assert len(drawn) == 20
    for n, instance_id in enumerate(drawn):
        decide(store, run, instance_id, 30.0 if n < 2 else 20.0, blind=True)
    found = of(store, run)["original"]
    assert (found.sampled, len(found.reviewed), found.covered) == (20, 20, 110)
    estimate = by_method(found)["simple"].estimate
    assert estimate is not None
    low, high = sampled_share(Stratum(100, 20, 2))
    assert estimate.share == pytest.approx((4 + 10) / 110)
    assert estimate.interval == pytest.approx(((4 + 100 * low) / 110, (4 + 100 * high) / 110))
    assert by_method(found)["prediction_powered"].obstacle.startswith("20 answers")


def test_only_random_draws_and_blind_answers_count(store: Store, run: RunRecord) -> None:
    draw(store, run, 0.2)
    drawn = sampled(store)
    not_drawn = next(label.instance_id for label in store.labels(run.id) if label.instance_id not in drawn)
    decide(store, run, not_drawn, 30.0, blind=True)
    decide(store, run, drawn[0], 30.0)
    found = of(store, run)["original"]
    assert (len(found.reviewed), found.drawn) == (0, ())
    decide(store, run, drawn[1], 30.0, blind=True)
    assert [label.error for label in of(store, run)["original"].reviewed] == [True]
    settled = {one.name: one for one in gather(store, run, "settled")}["original"]
    assert [label.error for label in settled.reviewed] == [True]


def test_blind_answers_that_contradict_each_other_are_settled_by_people(store: Store, run: RunRecord) -> None:
    draw(store, run, 0.2)
    instance_id = sampled(store)[0]
    decide(store, run, instance_id, 30.0, blind=True)
    decide(store, run, instance_id, 20.0, blind=True, by=B)
    assert of(store, run)["original"].reviewed == ()
    decide(store, run, instance_id, 20.0)
    assert [label.error for label in of(store, run)["original"].reviewed] == [False]


def test_an_error_that_was_mended_is_none_of_the_released_labels(store: Store, run: RunRecord) -> None:
    draw(store, run, 0.2)
    drawn = sampled(store)
    for instance_id in drawn:
        decide(store, run, instance_id, 30.0 if instance_id == drawn[0] else 20.0, blind=True)
    before = by_method(of(store, run)["released"])["simple"].estimate
    assert before is not None
    decision = decide(store, run, drawn[0], 30.0)
    label = store.current_label(run.id, drawn[0])
    assert label is not None
    mended = {"decided_by": "reviewer", "decision_id": decision.id, "answer": decision.answer}
    store.supersede_label(make_label(run, drawn[0], **mended, status="revised", supersedes=label.id))
    found = of(store, run)
    after = by_method(found["released"])["simple"].estimate
    assert after is not None
    assert before.share == pytest.approx(5 / 110)
    assert after.share == pytest.approx(4 / 110)
    original = by_method(found["original"])["simple"].estimate
    assert original is not None
    assert original.share == pytest.approx((4 + 5) / 110), "the benchmark's own label is as wrong as before"


@pytest.mark.parametrize(("later", "width"), [(0.2, 1), (0.5, 2)])
def test_a_later_draw_is_weighted_by_its_share(
    store: Store, run: RunRecord, later: float, width: int
) -> None:
    draw(store, run, 0.2)
    for instance_id in list(store.pending_instances(run.id)):
        store.add_label(make_label(run, instance_id))
    made = draw(store, run, later)
    assert made is not None
    assert made.labels == 10
    for instance_id in sampled(store):
        decide(store, run, instance_id, 20.0, blind=True)
    found = of(store, run)["original"]
    assert {label.share for label in found.drawn} == {0.2, later}
    assert (len(found.drawn), len(found.reviewed)) == (110, 20 + round(10 * later))
    estimate = by_method(found)["simple"].estimate
    assert estimate is not None
    if width == 1:
        assert estimate.interval.high == pytest.approx(
            (4 + 110 * sampled_share(Stratum(110, 22, 0)).high) / 120
        )
    else:
        assert estimate.interval.high > (4 + 110 * sampled_share(Stratum(110, 25, 0)).high) / 120


def standing(n: int, *, wrong: bool, share: float | None, sampled: bool, agreement: float) -> Standing:
    """An instance whose original label is wrong or not; consensus mostly sees it."""
    return Standing(
        instance_id=str(n),
        calculator=f"c{n % 7}",
        category=None,
        spec=SPEC,
        original=WRONG if wrong else RIGHT,
        label=RIGHT,
        decided_by="consensus",
        consensus=True,
        proposed=RIGHT if agreement > 0.7 else OTHER,
        agreement=agreement,
        share=share,
        sampled=sampled,
        settled=False,
        answer=None,
    )


def population(chance: random.Random, size: int, rate: float) -> list[tuple[bool, float]]:
    """Whether each label is wrong, and the agreement of the votes, which is lower where it is."""
    made = []
    for _ in range(size):
        wrong = chance.random() < rate
        made.append((wrong, chance.choice([0.6, 0.8, 1.0]) if wrong else chance.choice([0.8, 1.0, 1.0, 1.0])))
    return made


def drawn_from(
    labels: list[tuple[bool, float]], first: int, share: float, chance: random.Random
) -> tuple[list[Standing], dict[str, list[BlindAnswer]]]:
    chosen = {*chance.sample(range(len(labels)), round(share * len(labels)))}
    rows = [
        standing(first + n, wrong=wrong, share=share, sampled=n in chosen, agreement=agreement)
        for n, (wrong, agreement) in enumerate(labels)
    ]
    return rows, {str(first + n): [BlindAnswer(str(first + n), A, RIGHT)] for n in chosen}


@pytest.mark.slow
@pytest.mark.parametrize(("share", "later"), [(0.05, 0.2), (0.15, 0.4), (0.3, 0.3)])
@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_what_is_printed_holds_the_true_rate(rate: float, share: float, later: float) -> None:
    """Over two draws with different shares and labels that are known: 1,000 repetitions, ±1.4 points."""
    chance = random.Random(21)
    labels, more = population(chance, 500, rate), population(chance, 150, min(0.5, 2 * rate))
    true = (4 + sum(wrong for wrong, _ in labels + more)) / 660
    known = [standing(1000 + n, wrong=n < 4, share=None, sampled=False, agreement=1.0) for n in range(10)]
    known = [row._replace(settled=True, answer=RIGHT, decided_by="reviewer") for row in known]
    hits: dict[str, list[bool]] = {"simple": [], "stratified": [], "prediction_powered": []}
    for _ in range(1000):
        rows, blind = drawn_from(labels, 0, share, chance)
        again, others = drawn_from(more, 500, later, chance)
        made = rates(evidence("original", rows + again + known, blind | others, "blind"))
        held: dict[str, bool] = {
            one.method: one.estimate.interval.low - 1e-9 <= true <= one.estimate.interval.high + 1e-9
            for one in made
            if one.estimate is not None
        }
        for method, hits_of in hits.items():
            hits_of.append(held.get(method, held["simple"]))  # what is not offered is not read
    for method, hits_of in hits.items():
        assert sum(hits_of) / len(hits_of) >= 0.93, method


def test_strata_depend_on_how_many_were_reviewed_and_not_on_what_was_found() -> None:
    chance = random.Random(3)
    labels = population(chance, 600, 0.2)
    rows, blind = drawn_from(labels, 0, 0.3, chance)
    sizes = [(s.size, s.sampled) for s in cells(evidence("original", rows, blind, "blind"))]
    other = {key: [BlindAnswer(key, A, OTHER)] for key in blind}
    assert sizes == [(s.size, s.sampled) for s in cells(evidence("original", rows, other, "blind"))]
    assert len(sizes) > 2
    assert sum(size for size, _ in sizes) == 600
    assert sum(reviewed for _, reviewed in sizes) == 180
    assert min(reviewed for _, reviewed in sizes) >= 10


def test_a_better_design_takes_fewer_reviews_and_those_that_are_done_are_counted() -> None:
    chance = random.Random(4)
    rows, blind = drawn_from(population(chance, 2000, 0.3), 0, 0.1, chance)
    found = evidence("original", rows, blind, "blind")
    made = plans(found, 0.03)
    assert [plan.method for plan in made] == ["simple", "simple", "stratified", "prediction_powered"]
    worst, simple, in_strata, powered = (plan.reviews for plan in made)
    assert worst > simple > in_strata
    assert simple > powered
    assert all(plan.more == plan.reviews - 200 for plan in made if plan.reviews > 200)
    assert all(plan.more == 0 for plan in plans(found, 0.2))

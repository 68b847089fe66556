"""When what happened, from the records alone."""

from __future__ import annotations

import datetime as dt

import pytest

from agents.messages import Part
from answers.model import NumberAnswer
from consensus.model import Standing
from review.comparison import compare
from review.marks import mark
from review.timeline import LONG, make_timeline, message
from store.records import CallRecord, DecisionRecord, EscalationRecord, RunRecord, VoteRecord
from store.store import Store
from store.tracing import TraceBundle
from tests.store.conftest import make_call, make_vote

BEGAN = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return BEGAN + dt.timedelta(seconds=seconds)


def called(
    run: RunRecord, instance_id: str, role: str, start: float, took: float, attempt: int = 1
) -> CallRecord:
    return make_call(
        run,
        instance_id,
        f"{role} {start}",
        role=role,
        started_at=at(start),
        latency_s=took,
        attempt_no=attempt,
        http_attempts=2,
    )


def traced(store: Store, run: RunRecord, instance_id: str, *records: CallRecord | VoteRecord) -> TraceBundle:
    for record in records:
        if isinstance(record, CallRecord):
            store.add_call(record)
        else:
            store.add_vote(record)
    return store.trace(run.id, instance_id)


def test_a_sample_that_was_sent_back_visits_its_nodes_twice(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    """Extraction in two attempts, the formula, a critic who objects, and the whole way again."""
    bundle = traced(
        store,
        run,
        ids[0],
        called(run, ids[0], "extractor", 0, 2),
        called(run, ids[0], "extractor", 3, 1, attempt=2),
        called(run, ids[0], "critic", 5, 1),
        called(run, ids[0], "extractor", 7, 2),
        called(run, ids[0], "critic", 9, 1),
        make_vote(run, ids[0], 0, created_at=at(11), elapsed_s=10.0),
    )
    line = make_timeline(bundle, {})
    (sample,) = line.samples
    shown = [(node.node, node.start, node.duration, len(node.calls)) for node in sample.nodes]
    assert shown == [
        ("extract", 0, 4, 2),
        ("calculate", 4, 1, 0),
        ("critique", 5, 1, 1),
        ("extract", 7, 2, 1),
        ("calculate", 9, 0, 0),
        ("critique", 9, 1, 1),
    ]
    assert (sample.voted, line.span, line.start) == (11, 11, BEGAN)
    assert sample.beside_calls == pytest.approx(10 - (4 + 1 + 2 + 1))
    first = sample.nodes[0]
    assert (first.input_tokens, first.output_tokens, first.http_attempts, first.cost) == (24, 6, 4, 0.5)


def test_what_was_done_before_the_first_call_counts(store: Store, run: RunRecord, ids: list[str]) -> None:
    bundle = traced(
        store,
        run,
        ids[0],
        called(run, ids[0], "extractor", 3, 1),
        make_vote(run, ids[0], 0, created_at=at(5), elapsed_s=5.0),
        make_vote(run, ids[0], 1, created_at=at(4), elapsed_s=1.0),
    )
    line = make_timeline(bundle, {})
    assert line.start == BEGAN
    assert [(sample.sample, sample.voted, len(sample.nodes)) for sample in line.samples] == [
        (0, 5, 2),
        (1, 4, 0),
    ]


def test_nothing_done_is_an_empty_timeline(store: Store, run: RunRecord, ids: list[str]) -> None:
    line = make_timeline(store.trace(run.id, ids[0]), {})
    assert (line.start, line.span, line.samples, line.steps) == (None, 0.0, (), ())


def test_the_thread_waits_for_the_decision_that_settles(store: Store, run: RunRecord, ids: list[str]) -> None:
    """A blind answer, and an opinion where two are needed, do not move it on."""
    store.add_escalation(
        EscalationRecord(run_id=run.id, instance_id=ids[0], reason="low_consensus", created_at=at(0))
    )

    def waits(
        reviewer: str, after: float, standing: Standing, *, blind: bool = False
    ) -> tuple[str, float | None]:
        answer = NumberAnswer(value=20.0, unit="kg/m^2")
        decision = DecisionRecord(
            run_id=run.id,
            instance_id=ids[0],
            reviewer=reviewer,
            answer=answer,
            blind=blind,
            standing=standing,
            created_at=at(after),
        )
        store.add_decision(decision)
        steps = make_timeline(store.trace(run.id, ids[0]), {}).steps
        (step,) = [step for step in steps if step.node == "human_review"]
        return step.what, step.duration

    assert waits("A. Reviewer", 10, "opinion", blind=True) == ("waits for a decision", None)
    assert waits("A. Reviewer", 20, "opinion") == ("waits for a decision", None)
    assert waits("B. Reviewer", 30, "final") == ("decided by B. Reviewer", 30)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a":1}', '{\n  "a": 1\n}'),
        ("plain words", "plain words"),
        ("{broken", "{broken"),
        ("[" * 50_000, "[" * 50_000),
        ('{"µ":"\\ud83d"}', '{\n  "µ": "\ud83d"\n}'),
    ],
    ids=["object", "words", "broken", "deep", "half a pair"],
)
def test_json_is_shown_line_by_line_and_anything_else_as_it_is(text: str, shown: str) -> None:
    assert message(Part("text", text)).text == shown


def test_long_messages_are_folded_under_their_first_words() -> None:
    assert message(Part("user-prompt", "x" * LONG)).opening is None
    folded = message(Part("user-prompt", "first words\n" + "x" * LONG))
    assert folded.opening is not None
    assert folded.opening.startswith("first words x")
    assert (folded.kind, folded.left_out) == ("user prompt", 0)


def test_votes_that_say_the_same_do_not_differ(run: RunRecord, ids: list[str]) -> None:
    a, b = make_vote(run, ids[0], 0), make_vote(run, ids[0], 1)
    assert [row.field for row in compare(a, b) if row.differs] == []
    failed = VoteRecord(run_id=run.id, instance_id=ids[0], sample=2, failure="gave up")
    rows = compare(a, failed)
    assert all(row.differs for row in rows)
    assert {row.field for row in rows} >= {"answer", "failed", "input weight", "input height"}


def test_a_step_of_the_same_name_is_another_field(run: RunRecord, ids: list[str]) -> None:
    vote = make_vote(run, ids[0], 0)
    assert vote.derivation is not None
    twice = vote.derivation.model_copy(update={"steps": vote.derivation.steps * 2})
    longer = vote.model_copy(update={"derivation": twice})
    differing = [row for row in compare(vote, longer) if row.differs]
    assert len(differing) == len(vote.derivation.steps) > 0
    assert all(row.left is None and row.field.endswith("(2)") for row in differing)


def test_a_quote_is_marked_once_however_many_votes_have_it(run: RunRecord, ids: list[str]) -> None:
    """And one that does not stand where it should is not marked."""
    note = "She weighs 80 kg. 👩‍⚕️ She weighs 80 kg."
    votes = []
    for sample, start in enumerate((4, 4, note.rindex("weighs"), 5)):
        vote = make_vote(run, ids[0], sample)
        assert vote.derivation is not None
        evidence = {"quote": "weighs 80 kg", "start": start, "end": start + 12}
        value = {"name": "weight", "status": "present", "value": 80, "unit": "kg", "evidence": evidence}
        derivation = type(vote.derivation).model_validate({**vote.derivation.model_dump(), "inputs": [value]})
        votes.append(vote.model_copy(update={"derivation": derivation}))
    found = mark(note, votes)
    assert [(h.start, h.title) for h in found.highlights] == [
        (4, "weight: samples 0, 1"),
        (note.rindex("weighs"), "weight: sample 2"),
    ]
    first, last = (vote.derivation.inputs[0] for vote in (votes[0], votes[3]) if vote.derivation)
    assert first.evidence is not None
    assert last.evidence is not None
    assert found.anchor("weight", first.evidence) == found.highlights[0].anchor
    assert found.anchor("weight", last.evidence) is None

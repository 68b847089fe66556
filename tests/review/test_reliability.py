"""Nothing is lost and nothing happens twice, whatever is sent twice, at once, or while a server is killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from store.desk import draft
from store.records import DecisionRecord, LabelRecord
from store.store import Store
from store.verify import verify
from tests.console.harness import Background
from tests.review import server, stores
from tests.review.visitor import Form, Visitor

REASON = "read in the second panel"


class Queue:
    """A store whose instances all wait for people."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with Store.open(path, read_only=True) as store:
            self.run_id = store.latest_run().id
            self.ids = [escalation.instance_id for escalation in store.open_escalations(self.run_id)]

    def review(self, instance_id: str) -> str:
        """The address of an instance's review."""
        return f"/runs/{self.run_id}/review/{instance_id}"

    def decisions(self, instance_id: str, *, blind: bool = False) -> list[DecisionRecord]:
        """What reviewers said of an instance."""
        with Store.open(self.path, read_only=True) as store:
            return [d for d in store.decisions(self.run_id, instance_id) if d.blind == blind]

    def labels(self, instance_id: str) -> tuple[LabelRecord, ...]:
        """All labels of an instance, superseded ones too."""
        with Store.open(self.path, read_only=True) as store:
            return store.trace(self.run_id, instance_id).labels

    def draft_of(self, instance_id: str, reviewer: str) -> str:
        """A reviewer's draft as text."""
        with Store.open(self.path, read_only=True) as store:
            return str(draft(store, self.run_id, instance_id, reviewer))

    def resume(self) -> Background:
        """`resume` in a process of its own."""
        return Background(self.path.parent, "resume", "--store", self.path, "--quiet", "--json")


@pytest.fixture
def queue(made_once: Callable[[Callable[[Path], None]], Path], tmp_path: Path) -> Iterator[Queue]:
    path = stores.copy(made_once(stores.panels), tmp_path / "panels.db")
    yield Queue(path)
    with Store.open(path, read_only=True) as store:
        report = verify(store)
        assert report.ok, report.problems


@pytest.fixture
def app(queue: Queue) -> Iterator[server.Served]:
    with server.served(queue.path) as running:
        yield running


@pytest.fixture
def enter() -> Iterator[Callable[[server.Served, str], Visitor]]:
    """Signs a reviewer in; all leave with the test."""
    with ExitStack() as visitors:
        yield lambda app, name: visitors.enter_context(Visitor(app, name))


Enter = Callable[[server.Served, str], Visitor]


def at_once(*calls: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
    """The answers to requests that are sent at the same moment."""
    barrier = threading.Barrier(len(calls))

    def sent(call: Callable[[], httpx2.Response]) -> httpx2.Response:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(sent, calls))


def test_a_form_that_is_sent_three_times_counts_once(queue: Queue, app: server.Served, enter: Enter) -> None:
    visitor, first = enter(app, server.A), queue.ids[0]
    path = queue.review(first)
    form = visitor.form(path, "blind")
    sent = at_once(*[lambda: visitor.send(form, answer="28", confidence="high")] * 3)
    assert [answer.status_code for answer in sent] == [303] * 3
    assert len(queue.decisions(first, blind=True)) == 1
    form = visitor.form(path, "decide")
    sent = at_once(*[lambda: visitor.send(form, choice="original", confidence="high", note=REASON)] * 3)
    assert [answer.status_code for answer in sent] == [303] * 3
    (decision,) = queue.decisions(first)
    assert (decision.choice, decision.note) == ("original", REASON)
    assert [label.decision_id for label in queue.labels(first)] == [decision.id]


def test_of_two_who_race_for_an_instance_each_gets_another_one(
    queue: Queue, app: server.Served, enter: Enter
) -> None:
    a, b = enter(app, server.A), enter(app, server.B)
    following = f"/runs/{queue.run_id}/next"
    taken: set[str] = set()
    for _ in range(4):
        answers = at_once(*[lambda who=who: who.client.post(following) for who in (a, b)])
        assert [answer.status_code for answer in answers] == [303, 303]
        paths = [answer.headers["location"].partition("?")[0] for answer in answers]
        assert len({*paths, *taken}) == len(taken) + 2, "two have the same instance, or one that is settled"
        taken |= set(paths)
        for who, path in zip((a, b), paths, strict=True):
            who.answer_blind(path, "28")
            who.decide(path, "mine")
    assert all(len(queue.labels(path.rpartition("/")[2])) == 1 for path in taken)


def test_the_slower_of_two_who_decide_on_one_instance_is_told_and_keeps_what_was_written(
    queue: Queue, app: server.Served, enter: Enter
) -> None:
    a, b, path = enter(app, server.A), enter(app, server.B), queue.review(queue.ids[0])
    a.answer_blind(path, "28")
    b.answer_blind(path, "13")
    forms = [who.form(path, "decide") for who in (a, b)]
    answers = at_once(
        *[
            lambda who=who, form=form: who.send(form, choice="mine", confidence="low", note=REASON)
            for who, form in zip((a, b), forms, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    stale = next(answer for answer in answers if answer.status_code == 409)
    assert REASON in stale.text
    assert len(queue.decisions(queue.ids[0])) == 1
    assert len(queue.labels(queue.ids[0])) == 1


# Kills


KILL_AFTER_MS = (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160, 320)
SAID = {"answer": "13", "confidence": "low", "note": REASON, "choice": "mine"}


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["blind", "decide"])
def test_a_server_that_is_killed_while_a_form_is_sent_has_it_once_or_keeps_the_draft(
    queue: Queue, enter: Enter, phase: str
) -> None:
    """Whatever the kill leaves, the reviewer who opens the page again can go on, and nothing counts twice."""
    recorded = 0
    app = server.start(queue.path)
    try:
        for instance_id, delay in zip(queue.ids, KILL_AFTER_MS, strict=False):
            visitor, path = enter(app, server.A), queue.review(instance_id)
            if phase == "decide":
                visitor.answer_blind(path, "28")
            form = visitor.form(path, phase)
            _save_draft(visitor, form, phase)
            _kill_while_sending(visitor, form, delay / 1000)
            before = queue.decisions(instance_id, blind=phase == "blind")
            assert len(before) <= 1
            recorded += len(before)
            assert before or REASON in queue.draft_of(instance_id, server.A)
            app = server.start(queue.path, port=app.port)
            visitor = enter(app, server.A)
            assert before or REASON in visitor.page(path)
            again = visitor.send(form, **SAID)
            assert again.status_code == 303, again.text
            (after,) = queue.decisions(instance_id, blind=phase == "blind")
            assert not before or after == before[0]
            wanted = [after.id] if phase == "decide" else []
            assert [label.decision_id for label in queue.labels(instance_id)] == wanted
    finally:
        app.kill()
    print(f"{recorded} of {len(KILL_AFTER_MS)} were on record when the server was killed")


def _save_draft(visitor: Visitor, form: Form, phase: str) -> None:
    address = form.action.replace(f"/{phase}", "/draft")
    query = {"phase": "blind" if phase == "blind" else "reveal"}
    kept = visitor.client.post(address, params=query, data={**form.fields, **SAID})
    assert kept.status_code == 200, kept.text


def _kill_while_sending(visitor: Visitor, form: Form, delay_s: float) -> None:
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(_status, visitor, form)
        time.sleep(delay_s)
        visitor.app.kill()
        assert sent.result() in (303, None)


def _status(visitor: Visitor, form: Form) -> int | None:
    """What the server answered; None where it was gone before."""
    try:
        return visitor.send(form, **SAID).status_code
    except httpx2.TransportError:
        return None


@pytest.mark.slow
def test_decisions_that_a_killed_server_did_not_deliver_are_delivered_once(
    queue: Queue, enter: Enter
) -> None:
    app = server.start(queue.path)
    instance_id = queue.ids[0]
    visitor = enter(app, server.A)
    visitor.answer_blind(queue.review(instance_id), "28")
    form = visitor.form(queue.review(instance_id), "decide")

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(_status, visitor, form)
        while not queue.decisions(instance_id) and not sent.done():
            time.sleep(0.001)
        app.kill()
    ends = [queue.resume().wait() for _ in range(2)]
    assert [end.code for end in ends] == [3, 3], ends
    (decision,) = queue.decisions(instance_id)
    assert [label.decision_id for label in queue.labels(instance_id)] == [decision.id]


@pytest.mark.slow
def test_decisions_resume_threads_once_while_the_run_is_executed(tmp_path: Path, enter: Enter) -> None:
    """Reviewers decide on what is parked while `resume` works on the rest and delivers decisions as well."""
    path = tmp_path / "running.db"
    stores.panels_interrupted(path)
    queue = Queue(path)
    assert len(queue.ids) >= 5
    with server.served(path) as app:
        running = queue.resume()
        visitors = [enter(app, name) for name in (server.A, server.B)]
        for number, instance_id in enumerate(queue.ids):
            visitor, review = visitors[number % 2], queue.review(instance_id)
            visitor.answer_blind(review, "28")
            visitor.decide(review, "mine")
        still = running.process.is_alive()
        ended = running.wait(timeout=120)
    assert still, "the run ended before the last decision: nothing ran at the same time"
    assert ended.code == 3, ended.err
    for instance_id in queue.ids:
        (decision,) = queue.decisions(instance_id)
        assert [label.decision_id for label in queue.labels(instance_id)] == [decision.id]
    with Store.open(path, read_only=True) as store:
        counts = store.counts(queue.run_id)
        assert (counts.pending, counts.failed) == (0, 0)
        assert counts.committed == len(queue.ids)
        assert verify(store).ok

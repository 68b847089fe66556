"""What people decide: recorded first, then carried out, once, by whichever process comes next."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from answers.model import NumberAnswer
from consensus.model import Vote
from graphs.checkpoints import checkpoints_path
from graphs.engine import open_engine
from graphs.options import RunOptions
from graphs.relabel import build_graph
from graphs.runs import contract_for
from graphs.state import Escalation
from store.records import DecisionRecord, LabelRecord
from store.store import Store
from tests.console.harness import ONE_VOTE, Desk
from tests.graphs import scripts
from tests.graphs.scripts import ROWS, instead, objects
from tests.model_server.replies import HttpError, RefusalReply, ServerRequest

OBJECTING = instead("Critique", lambda _: objects("not his weight", "weight"))


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """A desk with one instance that waits for people, and a server that would answer no further request."""
    result = desk.relabel(*ONE_VOTE, rows=(ROWS[0],), script=OBJECTING)
    assert result.code == 3
    assert desk.parked() == 1
    desk.roles()
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    return desk


def decision(store: Store, reviewer: str = "Ana", value: float = 24.0) -> DecisionRecord:
    """A decision on the only instance of the latest run."""
    run = store.latest_run()
    (instance_id,) = store.work(run.id)
    return store.add_decision(
        DecisionRecord(
            run_id=run.id,
            instance_id=instance_id,
            reviewer=reviewer,
            answer=NumberAnswer(value=value, unit="kg/m²"),
            note="measured anew",
        )
    )


def labels(desk: Desk) -> tuple[LabelRecord, ...]:
    with Store.open(desk.store, read_only=True) as store:
        return store.trace(store.latest_run().id, "bmi-1").labels


def test_a_decision_in_a_new_process_commits_the_label(waiting: Desk) -> None:
    process = waiting.background(
        "decide", "bmi-1", "--answer", "24", "--reviewer", "Ana", "--note", "measured anew", "--json"
    )
    result = process.wait()
    assert result.code == 0, result.err
    assert result.json["status"] == "confirmed"
    (label,) = labels(waiting)
    assert label.decided_by == "reviewer"
    assert label.answer == NumberAnswer(value=24.0, unit="kg/m²")
    assert "critic_objects" in label.reason
    assert "measured anew" in label.reason
    assert (label.n_votes, label.agreement) == (1, 1.0)
    assert waiting.parked() == 0
    assert waiting.roles() == {}
    assert waiting("status").code == 0
    assert waiting("verify").code == 0


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (("--answer", "30"), "revised"),
        (("--answer", "N/A"), "incomputable"),
        (("--original",), "confirmed"),
        (("--ambiguous",), "ambiguous"),
    ],
)
def test_what_a_reviewer_can_say(waiting: Desk, said: tuple[str, ...], status: str) -> None:
    result = waiting("decide", "bmi-1", *said, "--reviewer", "Ana")
    assert result.code == 0, result.err
    assert result.out == f"bmi-1: {status}\n"
    assert waiting("verify").code == 0


def test_a_thread_whose_checkpoint_is_gone_is_run_again_without_a_request(waiting: Desk) -> None:
    for path in waiting.folder.glob("labels.checkpoints.db*"):
        path.unlink()
    result = waiting("decide", "bmi-1", "--answer", "24", "--reviewer", "Ana")
    assert result.code == 0, result.err
    assert waiting.roles() == {}
    (label,) = labels(waiting)
    assert (label.decided_by, label.n_votes) == ("reviewer", 1)
    assert waiting.parked() == 0


def test_failed_votes_are_not_asked_for_again_either(desk: Desk) -> None:
    """The server answers, but refuses what is asked about one instance."""

    def refusing(request: ServerRequest) -> HttpError | None:
        return HttpError(400) if "blood pressure" in scripts.task_text(request) else None

    votes = ("--votes", "2", "--max-votes", "2", "--concurrency", "1")
    result = desk.relabel(*votes, rows=(ROWS[0], ROWS[4]), script=instead("Extraction", refusing))
    assert result.json["escalated"] == {"failed": 1}
    for path in desk.folder.glob("labels.checkpoints.db*"):
        path.unlink()
    desk.roles()
    assert desk("decide", "map-1", "--answer", "93", "--reviewer", "Ana").code == 0
    assert desk.roles() == {}


@pytest.mark.parametrize("checkpoints", ["kept", "lost"])
def test_a_decision_that_was_not_carried_out_is_delivered_by_resume(waiting: Desk, checkpoints: str) -> None:
    """The process died between recording and delivering."""
    with Store.open(waiting.store) as store:
        recorded = decision(store)
    if checkpoints == "lost":
        checkpoints_path(waiting.store).unlink()
    assert waiting.resume().code == 0
    (label,) = labels(waiting)
    assert label.decision_id == recorded.id
    assert waiting.roles() == {}
    assert waiting.parked() == 0


def test_the_last_of_several_decisions_is_delivered(waiting: Desk) -> None:
    with Store.open(waiting.store) as store:
        decision(store, "Ana", 24.0)
        last = decision(store, "Ben", 25.0)
    waiting.resume()
    (label,) = labels(waiting)
    assert label.decision_id == last.id


def test_two_decisions_at_once_give_one_label(waiting: Desk) -> None:
    first, second = (
        waiting.background("decide", "bmi-1", "--answer", answer, "--reviewer", who)
        for answer, who in (("24", "Ana"), ("30", "Ben"))
    )
    codes = sorted((first.wait().code, second.wait().code))
    assert codes[0] == 0
    assert codes[1] in (0, 2), first.err() + second.err()
    assert len(labels(waiting)) == 1
    assert waiting.parked() == 0
    assert waiting("verify").code == 0
    assert waiting("status", "--json").json["committed"] == 1


def test_a_decision_on_a_committed_instance_is_refused(waiting: Desk) -> None:
    args = ("decide", "bmi-1", "--answer", "24", "--reviewer")
    assert waiting(*args, "Ana").code == 0
    again = waiting(*args, "Ben")
    assert again.code == 2
    assert "already has a label" in again.err
    assert len(labels(waiting)) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("bmi-1", "--answer", "heavy", "--reviewer", "Ana"), "heavy"),
        (("no-such", "--answer", "1", "--reviewer", "Ana"), "no-such"),
        (("bmi-1", "--reviewer", "Ana"), "--answer"),
        (("bmi-1", "--answer", "1", "--original", "--reviewer", "Ana"), "one of"),
        (("bmi-1", "--answer", "1"), "--reviewer"),
        (("bmi-1", "--answer", "1", "--reviewer", " "), "--reviewer"),
        (("bmi-1", "--answer", "1", "--reviewer", "Ana", "--run", "ffff"), "ffff"),
    ],
)
def test_a_decision_that_cannot_be_taken_says_why(waiting: Desk, args: tuple[str, ...], said: str) -> None:
    result = waiting("decide", *args)
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err
    assert waiting.parked() == 1
    assert labels(waiting) == ()


def test_an_instance_that_is_not_escalated_cannot_be_decided(desk: Desk) -> None:
    desk.relabel(*ONE_VOTE, rows=(ROWS[0],), script=lambda _: HttpError(500))
    result = desk("decide", "bmi-1", "--answer", "24", "--reviewer", "Ana")
    assert result.code == 2
    assert "resume" in result.err


def test_original_needs_an_original_label(desk: Desk) -> None:
    rows = ({name: cell for name, cell in ROWS[0].items() if name != "label"},)
    assert desk.relabel(*ONE_VOTE, rows=rows, script=OBJECTING).code == 3
    result = desk("decide", "bmi-1", "--original", "--reviewer", "Ana")
    assert result.code == 2
    assert "no original label" in result.err
    assert labels(desk) == ()


def test_checkpoints_hold_parked_threads_only(desk: Desk) -> None:
    """Of eight instances three wait for people, and no row of any other is left in any table."""

    def refusing(request: ServerRequest) -> RefusalReply | None:
        return RefusalReply() if "blood pressure" in scripts.task_text(request) else None

    result = desk.relabel(*ONE_VOTE, rows=ROWS[1:8], script=instead("Extraction", refusing))
    assert (result.json["committed"], result.json["awaiting_review"]) == (3, 4)
    with closing(sqlite3.connect(checkpoints_path(desk.store))) as connection:
        for table in ("checkpoints", "writes"):
            (count,) = connection.execute(f"SELECT count(DISTINCT thread_id) FROM {table}").fetchone()
            assert count == 4, table
    for name in ("map-1", "map-2", "map-3", "map-4"):
        assert desk("decide", name, "--answer", "90", "--reviewer", "Ana").code == 0
    with closing(sqlite3.connect(checkpoints_path(desk.store))) as connection:
        for table in ("checkpoints", "writes"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_parked_state_comes_back_as_the_models_that_it_was(waiting: Desk) -> None:
    """Under strict msgpack a type that the state does not name would come back as a dict."""

    async def restored() -> dict[str, object]:
        with Store.open(waiting.store) as store:
            run = store.latest_run()
            async with open_engine(store, run, contract_for(store, run), RunOptions()) as engine:
                (instance_id,) = store.work(run.id)
                config = {"configurable": {"thread_id": f"{run.id}:{instance_id}"}}
                snapshot = await build_graph(engine.saver).aget_state(config)  # type: ignore[arg-type]
                return dict(snapshot.values)

    state = asyncio.run(restored())
    votes = state["votes"]
    assert isinstance(votes, list)
    (vote,) = votes
    assert isinstance(vote, Vote)
    assert isinstance(vote.answer, NumberAnswer)
    assert isinstance(state["escalation"], Escalation)
    assert "81 kg" not in str(state), "texts belong in the store"

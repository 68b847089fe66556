"""Several processes on one store, processes that are killed or stopped, clocks that jump."""

from __future__ import annotations

import datetime as dt
import importlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from graphs.lock import executing
from store import desk as store_desk
from store.errors import AlreadyReserved
from store.records import RetractionRecord, RunEvent, RunRecord, utc_now
from store.schema import m011_claims, migrations
from store.store import Store
from store.verify import verify
from tests.console.harness import FAST_HTTP, ONE_VOTE, Desk, invoke, refused
from tests.graphs import scripts
from tests.graphs.test_crash import check_outcomes, check_requests, rows_of, server_process
from tests.graphs.test_processes import needs_proc, start, wait_for_requests, workers
from tests.model_server.replies import Slow

HOURS = dt.timedelta(hours=5)


@pytest.mark.slow
def test_of_two_runs_that_are_the_same_and_start_at_the_same_moment_one_is_told_of_the_other(
    desk: Desk,
) -> None:
    desk.server.script = lambda request: Slow(0.3, scripts.agents(request))
    source = desk.benchmark(*rows_of(7))
    Store.open(desk.store, create=True).close()
    command = ("relabel", source, "--model", desk.spec(), *ONE_VOTE, *FAST_HTTP, "--json")
    both = [desk.background(*command) for _ in range(3)]
    results = sorted((process.wait() for process in both), key=lambda result: result.code)
    assert [result.code for result in results] == [0, 2, 2], [result.err for result in results]
    with Store.open(desk.store, read_only=True) as store:
        (run,) = store.runs()
    for result in results[1:]:
        refused(result, f"run {run.id} has the same contract and instances and is not finished", "resume")
    assert sum(desk.roles().values()) == results[0].json["calls"]


def test_a_run_that_another_process_executes_is_not_executed_twice(desk: Desk) -> None:
    run = desk.relabel(*ONE_VOTE, "--token-budget", "100", "--concurrency", "2", rows=rows_of(7)).json["run"]
    desk.roles()
    with executing(desk.store, run):
        refused(desk.resume("--no-budget"), f"another process executes run {run}", "wait for it or end it")
    assert desk.roles() == {}


@pytest.mark.slow
def test_two_runs_on_one_store_at_the_same_time_get_their_own_labels(desk: Desk) -> None:
    desk.server.script = lambda request: Slow(0.02, scripts.agents(request))
    source = desk.benchmark(*rows_of(21))
    command = ("relabel", source, "--model", desk.spec(), *FAST_HTTP, "--new-run", "--json")
    both = [desk.background(*command, "--votes", n, "--max-votes", n) for n in ("1", "2")]
    results = [process.wait() for process in both]
    assert [result.code for result in results] == [0, 0], [result.err for result in results]
    assert [result.json["committed"] for result in results] == [21, 21]
    assert [result.json["votes"] for result in results] == [21, 42]
    assert desk("verify").code == 0


@needs_proc
@pytest.mark.slow
def test_a_driver_that_stands_still_for_longer_than_timeouts_costs_no_call(tmp_path: Path) -> None:
    with server_process(tmp_path) as server:
        process, rows = start(tmp_path, server, 28)
        wait_for_requests(process, server, 20)
        started = workers(process.pid)
        process.signal(signal.SIGSTOP)
        time.sleep(6)  # one more than a reply may take
        assert workers(process.pid) == started
        process.signal(signal.SIGCONT)
        result = process.wait(120)
        assert result.code == 3, result.err
        assert result.json["failed"] == 0
        check_outcomes(tmp_path / "crash.db", rows, "relabel")
        check_requests(tmp_path / "crash.db", server.requests(), 0, "relabel")


def die(*_: object, **__: object) -> None:
    """SIGKILL for this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_commit(db: Database) -> None:
    """All migrations, and no time to commit them."""
    _apply(db)
    die()


_apply = migrations.apply


def _run_until(place: str, death: Callable[..., None], args: tuple[str, ...]) -> None:
    module, _, name = place.partition(":")
    *path, last = name.split(".")
    holder = importlib.import_module(module)
    for part in path:
        holder = getattr(holder, part)
    setattr(holder, last, death)
    invoke(*args)


def killed_at(place: str, *args: str | Path, death: Callable[..., None] = die) -> None:
    """Run a command in a process that is killed where it comes to a function."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["run"])
    process = context.Process(target=_run_until, args=(place, death, tuple(map(str, args))))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.slow
def test_maintenance_that_is_killed_leaves_the_store_as_it_was_and_can_be_repeated(desk: Desk) -> None:
    assert desk.relabel(*ONE_VOTE, rows=rows_of(14)).code == 0
    store, copy = ("--store", desk.store), desk.folder / "copy.db"
    before = desk("status", "--json").out
    killed_at("store.backup:_check", "backup", copy, *store)
    assert not copy.exists()
    for place in ("clear_worn", "_vacuum"):
        killed_at(f"graphs.cleanup:{place}", "gc", "--apply", "--vacuum", *store)
    assert desk("status", "--json").out == before
    for command in (("verify",), ("backup", copy), ("gc", "--apply", "--vacuum"), ("verify",)):
        assert desk(*command).code == 0
    assert invoke("verify", "--store", copy).code == 0


@pytest.mark.slow
def test_a_migration_that_is_killed_before_its_commit_has_not_happened(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Database(path) as old:
        migrations.apply(old, stop_before=m011_claims.__name__)
        tables = set(old.table_names())
    killed_at("store.schema:migrations.apply", "resume", "--store", path, death=die_before_commit)
    with Database(path) as left:
        assert set(left.table_names()) == tables
        assert m011_claims.__name__ in [migration.name for migration in migrations.pending(left)]
    with Store.open(path) as store:
        assert "claims" in store.file.writer().table_names()


# The clock is set back by hours between what happens first and what happens next.


def test_a_label_that_is_retracted_and_replaced_after_the_clock_was_set_back_verifies(
    full: Store, run: RunRecord
) -> None:
    label = next(label for i in full.work(run.id) if (label := full.current_label(run.id, i)) is not None)
    assert label.id is not None
    retraction = full.retract_label(
        RetractionRecord(
            run_id=run.id,
            instance_id=label.instance_id,
            label_id=label.id,
            reviewer="A. Reviewer",
            reason="wrong",
            created_at=label.created_at - HOURS,
        )
    )
    assert retraction.created_at > label.created_at
    assert [problem for problem in verify(full).problems if problem.check == "retractions"] == []


def test_a_run_that_was_resumed_after_the_clock_was_set_back_heeds_what_is_asked_of_it_now(
    store: Store, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def began() -> float:
        return max(event.at for event in store.run_events(run.id)).timestamp()

    store_desk.request_drain(store, run.id, "A. Reviewer")
    store.add_event(RunEvent(run_id=run.id, kind="resumed", at=utc_now() - HOURS))
    assert store_desk.drain_requested(store, run.id, began()) is None, (
        "that was asked of the execution before"
    )
    monkeypatch.setattr(store_desk, "utc_now", lambda: utc_now() - HOURS)
    store_desk.request_drain(store, run.id, "B. Reviewer")
    assert store_desk.drain_requested(store, run.id, began()) == "B. Reviewer"


@pytest.mark.parametrize(("hours", "held"), [(-5, True), (0, True), (5, False)])
def test_a_reservation_holds_for_as_long_as_reservations_do_and_no_longer(
    full: Store, run: RunRecord, monkeypatch: pytest.MonkeyPatch, hours: int, held: bool
) -> None:
    """One that was made five hours from now, before the clock was set back, holds nothing."""
    instance, lasts = next(full.work(run.id)), 6 * 3600.0
    now = time.time()
    monkeypatch.setattr("store.desk.time.time", lambda: now + hours * 3600)
    store_desk.reserve(full, run.id, instance, "A. Reviewer", needed=1, seconds=lasts)
    monkeypatch.setattr("store.desk.time.time", lambda: now)
    if not held:
        store_desk.reserve(full, run.id, instance, "B. Reviewer", needed=1, seconds=lasts)
        return
    with pytest.raises(AlreadyReserved):
        store_desk.reserve(full, run.id, instance, "B. Reviewer", needed=1, seconds=lasts)


def test_a_run_that_is_resumed_after_the_clock_was_set_back_is_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.relabel(*ONE_VOTE, "--token-budget", "100", "--concurrency", "2", rows=rows_of(7)).code == 4
    monkeypatch.setattr("store.records.dt", _Back)
    result = desk.resume("--no-budget")
    assert (result.code, result.json["committed"]) == (0, 7)
    assert result.json["calls"] == sum(desk.roles().values())
    events = [event.kind for event in _events(desk)]
    assert events == ["started", "drained", "resumed", "finished"]
    assert desk("verify").code == 0


def _events(desk: Desk) -> list[RunEvent]:
    with Store.open(desk.store, read_only=True) as store:
        events = store.run_events(store.latest_run().id)
    assert [event.at for event in events] == sorted(event.at for event in events)
    return events


class _Back:
    """The module of dates, on a machine whose clock is five hours late."""

    UTC = dt.UTC

    class datetime:  # noqa: N801 - the name in the module
        @staticmethod
        def now(zone: dt.tzinfo) -> dt.datetime:
            return dt.datetime.now(zone) - HOURS

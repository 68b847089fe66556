"""`--batch`: requests go out together, come back by their ids, and are never paid for twice."""

from __future__ import annotations

import contextlib
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.batches import uncollected, waiting
from store.errors import StoreError
from store.store import Store
from store.verify import verify
from tests.console.harness import Background, Desk, refused
from tests.graphs import scripts
from tests.graphs.scripts import bmi, calls
from tests.model_server.batches import BatchApi
from tests.model_server.replies import Dropped, HttpError, Reply, ServerRequest
from tests.store.tampering import tampered

ROWS = (bmi("bmi-1", 81, 180, "25"), bmi("bmi-2", 50, 160, "19.53"))
ALL = calls(3, ROWS)
BATCH = ("--batch", "--batch-poll", "0.05", "--votes", "3", "--max-votes", "3", "--retry-wait", "0.01")


@pytest.fixture
def api(desk: Desk) -> Iterator[BatchApi]:
    """The server's batches, without any of an earlier test, as they are when nothing is wrong."""
    batches = desk.server.batches
    batches.batches.clear()
    yield batches
    batches.seconds, batches.held, batches.refused, batches.on_create = 0.0, False, None, lambda: None


def sizes(api: BatchApi) -> list[int]:
    """Requests of each batch, in the order of creation."""
    return [len(batch.custom_ids) for batch in api.batches.values()]


def sound(desk: Desk) -> None:
    """Nothing waits, nothing was asked twice, and the store verifies."""
    with Store.open(desk.store, read_only=True) as store:
        (run,) = store.runs()
        assert verify(store).problems == ()
        assert uncollected(store.file, run.id) == []
        assert waiting(store.file, run.id) == []
        assert store.counts(run.id).calls == ALL


def test_a_run_takes_as_many_rounds_as_a_vote_has_turns(desk: Desk, api: BatchApi) -> None:
    found = desk.relabel(*BATCH, api="responses", rows=ROWS)
    assert found.code == 0, found.err
    assert sizes(api) == [6, 6], "extractors, then critics"
    assert sum(desk.roles().values()) == found.json["calls"] == ALL
    assert desk.label("bmi-2") is not None
    assert desk("trace", "bmi-1").out.count(", in batch ") == 6
    sound(desk)


def test_an_audit_takes_one_round(desk: Desk, api: BatchApi) -> None:
    found = desk.audit(*BATCH, api="responses", rows=ROWS)
    assert found.code == 0, found.err
    assert sizes(api) == [6]
    assert found.json["stands"] == 2


def _first_time(fault: Reply) -> Callable[[ServerRequest], Reply]:
    """The first three requests have a fault; they are right when they come again."""
    seen: Counter[str] = Counter()

    def script(request: ServerRequest) -> Reply:
        seen[request.sha256] += 1
        return fault if sum(seen.values()) <= 3 else scripts.agents(request)

    return script


@pytest.mark.parametrize("fault", [Dropped(), HttpError(500), HttpError(429)], ids=["expired", "500", "429"])
def test_only_what_expired_or_failed_is_sent_again(desk: Desk, api: BatchApi, fault: Reply) -> None:
    found = desk.relabel(*BATCH, api="responses", rows=ROWS, script=_first_time(fault))
    assert found.code == 0, found.err
    assert sizes(api) == [6, 6, 3], "the three that failed go with the critics of the others"
    assert found.json["call_errors"] == 0
    sound(desk)


def test_what_never_runs_is_sent_three_times_and_then_fails(desk: Desk, api: BatchApi) -> None:
    found = desk.relabel(*BATCH, api="responses", rows=ROWS[:1], script=lambda request: Dropped())
    assert found.code == 1
    assert sizes(api) == [3, 3, 3]
    assert "expired" in next(iter(found.json["failures"]))
    desk.server.script = scripts.agents
    assert desk.resume().code == 0


def test_a_request_that_is_refused_is_no_reply(desk: Desk, api: BatchApi) -> None:
    def script(request: ServerRequest) -> Reply:
        return HttpError(400) if scripts.role_of(request) == "Critique" else scripts.agents(request)

    found = desk.relabel(*BATCH, api="responses", rows=ROWS[:1], script=script)
    assert (found.json["calls"], found.json["call_errors"]) == (3, 3)
    assert sizes(api) == [3, 3], "it would be refused again"


def test_a_batch_that_is_refused_as_a_whole_fails_no_vote(desk: Desk, api: BatchApi) -> None:
    api.refused = "token_limit_exceeded"
    found = desk.relabel(*BATCH, api="responses", rows=ROWS[:1])
    assert found.code == 1
    assert "token_limit_exceeded" in next(iter(found.json["failures"]))
    assert desk.votes("bmi-1") == ()
    api.refused = None
    assert desk.resume().code == 0


def _once(fault: HttpError | Dropped) -> Callable[[], HttpError | Dropped | None]:
    faults = [fault]
    return lambda: faults.pop() if faults else None


@pytest.mark.parametrize("fault", [Dropped(), HttpError(500), HttpError(429)], ids=["dropped", "500", "429"])
def test_a_batch_is_created_once_even_where_the_answer_is_lost(
    desk: Desk, api: BatchApi, fault: HttpError | Dropped
) -> None:
    api.on_create = _once(fault)
    found = desk.relabel(*BATCH, api="responses", rows=ROWS)
    assert found.code == 0, found.err
    assert sizes(api) == [6, 6]
    sound(desk)


def test_a_server_without_batches_is_named(desk: Desk, api: BatchApi) -> None:
    api.on_create = lambda: HttpError(404, "no such path")
    found = desk.relabel(*BATCH, api="responses", rows=ROWS)
    assert found.code == 1
    assert "HTTP 404" in found.err
    assert found.json["batches_waiting"] == []


def test_other_models_are_refused_in_one_line(desk: Desk) -> None:
    refused(desk.relabel("--batch", rows=ROWS), "--batch needs the Responses API (openai:NAME)")


def test_the_price_of_a_batch_is_what_the_table_says(desk: Desk, api: BatchApi, tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    table = "scripted: {input_usd_per_mtok: 10, output_usd_per_mtok: 20"
    prices.write_text(f"{table}}}\n")
    full = desk.relabel(*BATCH, "--prices", str(prices), api="responses", rows=ROWS).json["cost"]
    prices.write_text(f"{table}, batch_discount: 0.5}}\n")
    half = desk.relabel(*BATCH, "--prices", str(prices), api="responses", rows=ROWS).json["cost"]
    assert half == pytest.approx(full / 2)
    alone = ("--votes", "3", "--max-votes", "3", "--prices", str(prices))
    assert desk.relabel(*alone, api="responses", rows=ROWS).json["cost"] == pytest.approx(full)


def _until(condition: Callable[[], object], process: Background) -> None:
    for _ in range(2000):
        if condition():
            return
        assert process.process.is_alive(), process.err()
        time.sleep(0.01)
    raise AssertionError(f"it did not come to that: {process.err()}")


def _begin(desk: Desk) -> Background:
    spec = desk.spec("responses")
    return desk.background("relabel", desk.benchmark(*ROWS), "--model", spec, *BATCH, "--json")


def _waiting(desk: Desk) -> int:
    """Batches of which the store has the handle; 0 too while there is no store yet."""
    with contextlib.suppress(StoreError), Store.open(desk.store, read_only=True) as store:
        return len(store.file.rows("SELECT batch_id FROM batch_handles"))
    return 0


@pytest.mark.slow
def test_a_drained_run_leaves_its_batch_at_the_provider(desk: Desk, api: BatchApi) -> None:
    api.held = True
    process = _begin(desk)
    _until(lambda: api.batches and _waiting(desk), process)
    process.signal(signal.SIGINT)
    ended = process.wait()
    assert ended.code == 130
    assert "1 batches with 6 requests go on at the provider" in ended.err
    assert ended.json["batches_waiting"][0]["requests"] == 6
    shown = desk("status").out
    assert "batches waiting       1   6 requests, the first since" in shown
    assert desk("status", "--json").json["failed"] == 0
    api.held = False
    assert desk.resume().code == 0
    assert sizes(api) == [6, 6]
    sound(desk)


@pytest.mark.slow
def test_a_killed_run_rejoins_its_batch(desk: Desk, api: BatchApi) -> None:
    api.held = True
    process = _begin(desk)
    _until(lambda: _waiting(desk), process)
    process.kill()
    api.held = False
    assert desk.resume().code == 0
    assert sizes(api) == [6, 6]
    assert sum(desk.roles().values()) == ALL
    sound(desk)


@pytest.mark.slow
@pytest.mark.parametrize("created", [True, False], ids=["created", "not created"])
def test_a_run_that_is_killed_before_it_has_the_handle_looks_for_its_batch_by_name(
    desk: Desk, api: BatchApi, created: bool
) -> None:
    begun: list[Background] = []
    faults: list[HttpError | Dropped] = [Dropped() if created else HttpError(500)]

    def on_create() -> HttpError | Dropped | None:
        if not faults:
            return None
        begun[0].kill()
        return faults.pop()

    api.on_create = on_create
    begun.append(_begin(desk))
    begun[0].process.join(60)
    with Store.open(desk.store, read_only=True) as store:
        (run,) = store.runs()
        (sent,) = uncollected(store.file, run.id)
    assert (sent.handle, len(sent.asked)) == (None, 6)
    assert sizes(api) == ([6] if created else [])
    assert desk.resume().code == 0
    assert sizes(api) == [6, 6], "what was created is not created again"
    sound(desk)


@pytest.mark.slow
def test_a_batch_that_the_provider_has_no_more_is_sent_again(desk: Desk, api: BatchApi) -> None:
    api.held = True
    process = _begin(desk)
    _until(lambda: _waiting(desk), process)
    process.kill()
    api.held = False
    api.batches.clear()
    assert desk.resume().code == 0
    assert sizes(api) == [6, 6]
    with Store.open(desk.store, read_only=True) as store:
        ends = [row["outcome"] for row in store.file.rows("SELECT outcome FROM batch_ends ORDER BY batch_id")]
    assert ends == ["gone", "completed", "completed"]
    sound(desk)


def test_verify_tells_a_call_of_a_batch_that_did_not_ask_it(desk: Desk, api: BatchApi) -> None:
    desk.relabel(*BATCH, api="responses", rows=ROWS)
    report = tampered(
        Store.open(desk.store),
        desk.store,
        "UPDATE calls SET batch_id = 2 WHERE id = 1",
        "UPDATE batches SET requests = 9 WHERE id = 2",
    )
    said = " ".join(map(str, report.problems))
    assert "came in batch 2, which did not ask it" in said
    assert "counts 9 requests, but 6 are recorded" in said

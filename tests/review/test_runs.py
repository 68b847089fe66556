"""Runs and Run: figures that are those of the store, and what moves a run."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from agents.specs import RoleModels, Sampling, parse_spec
from benchmarks.read import open_benchmark
from consensus.model import Policy
from graphs import jobs, requests
from graphs.lock import executing
from graphs.options import RunOptions
from review.launch import last_words, log_path
from review.runs import LAUNCHER
from store.desk import drain_requested
from store.incoming import taken_in
from store.records import EscalationRecord, RunEvent, RunRecord
from store.store import Store
from tests.console.fixtures import desk, server
from tests.console.harness import FAST_HTTP, Desk
from tests.graphs import scripts
from tests.graphs.test_interrupt import wait_for
from tests.model_server.replies import HttpError
from tests.review.stores import CLINIC
from tests.review.tables import table
from tests.review.web import VIEWER, browse
from tests.store.conftest import make_call

__all__ = ["desk", "server"]


@pytest.fixture
def clinic(clinic_store: Path) -> Iterator[Store]:
    with Store.open(clinic_store) as opened:
        yield opened


def planned(store: Store, spec: str = "offline", how: RunOptions | None = None) -> RunRecord:
    """A run of three instances that nobody has begun to execute."""
    model = parse_spec(spec)
    request = requests.RunRequest(
        models=RoleModels(model, model, model),
        policy=Policy(votes=2, max_votes=2),
        output_mode="native",
        sampling=Sampling(),
        conventions={},
        limit=3,
    )
    opened, selector = open_benchmark(str(CLINIC)), requests.Selector(request)
    with taken_in(opened.head, selector.watching(opened.results()), store.path) as incoming:
        chosen = selector.selection(str(CLINIC))
        return jobs.create_run(store, incoming, chosen, request, how or RunOptions(budget=2.5))


def ended(store: Store, run: RunRecord) -> None:
    """Wait until the process that was started from the page is gone."""
    wait_for(lambda: not LAUNCHER.busy(store.path, run.id), "the end of the run")


def facts(page: str) -> str:
    """The text of a page in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_list_of_runs_shows_how_each_stands(clinic: Store) -> None:
    run, counts = clinic.latest_run(), clinic.counts(clinic.latest_run().id)
    other = planned(clinic)
    page = browse(clinic).get("/runs")
    assert page.status_code == 200
    rows = table(page.text, "Run", "Progress")
    assert [row[0] for row in rows] == [other.id, run.id], "the latest first"
    unbegun, finished = rows
    assert finished[2] == "finished"
    assert finished[3].startswith(f"committed {counts.committed}"), "the parts of the bar have titles"
    assert f"{counts.committed} committed · {counts.awaiting_review} awaiting review" in finished[3]
    assert finished[4:8] == [str(counts.instances), "–", "$0.0000", "offline"]
    assert unbegun[2] == "interrupted", "it was started, and no process executes it"
    assert "3 pending" in unbegun[3]
    assert browse(clinic).get("/").text == page.text


def test_long_lists_of_runs_have_pages(full: Store, run: RunRecord) -> None:
    for _ in range(11):
        full.create_run(run.benchmark_id, full.contract(run.contract_sha), [])
    client = browse(full)
    first, second = client.get("/runs").text, client.get("/runs?page=2").text
    assert len(table(first, "Run", "Progress")) == 10
    assert [row[0] for row in table(second, "Run", "Progress")][-1] == run.id
    assert 'href="/runs?page=2"' in first


def test_a_store_without_runs_says_how_to_start_one(store: Store) -> None:
    page = browse(store).get("/runs")
    assert page.status_code == 200
    assert "run.py relabel" in page.text


def test_a_cost_that_is_not_known_is_said_to_be(full: Store, run: RunRecord, ids: list[str]) -> None:
    assert "price unknown" not in browse(full).get("/runs").text
    full.add_call(make_call(run, ids[0], "z", cost_usd=None, price_known=False))
    assert table(browse(full).get("/runs").text, "Run", "Cost")[0][6] == "$0.7500 price unknown"


def test_the_run_in_figures(clinic: Store) -> None:
    run = clinic.latest_run()
    counts = clinic.counts(run.id)
    page = browse(clinic).get(f"/runs/{run.id}").text
    reasons = {row[0]: row[1:] for row in table(page, "Reason", "Settled")}
    waiting = clinic.open_escalations(run.id)
    assert sum(int(row[0]) for row in reasons.values()) == len(waiting) == counts.awaiting_review
    assert all(row[1] == "0" for row in reasons.values())
    changes = table(page, "Calculator", "Share revised")
    assert sum(int(row[1]) for row in changes) == counts.committed
    assert sum(int(row[3]) for row in changes) == counts.revised
    roles = table(page, "Role", "Input tokens")
    assert roles[-1][0] == "all"
    assert int(roles[-1][2]) == counts.calls
    shares = table(page, "Share of the votes", "Committed")
    assert sum(int(row[1]) for row in shares) == counts.committed
    assert sum(int(row[2]) for row in shares) == sum(e.share is not None for e in waiting)
    assert shares[-1][0] == "95% to 100%"
    assert 'class="threshold" x1="448.0"' in page, "80% of 560"
    assert run.contract_sha in page
    assert [row[1] for row in table(page, "When", "What")] == ["finished", "started"]


def test_the_table_of_changes_is_sorted_by_the_address(clinic: Store) -> None:
    run, client = clinic.latest_run(), browse(clinic)

    def column(query: str, number: int) -> list[str]:
        return [
            row[number] for row in table(client.get(f"/runs/{run.id}{query}").text, "Calculator", "Labels")
        ]

    assert column("?sort=calculator", 0) == sorted(column("", 0))
    assert column("?sort=calculator&way=down", 0) == sorted(column("", 0), reverse=True)
    revised = [int(value) for value in column("?sort=revised", 3)]
    assert revised == sorted(revised, reverse=True)
    assert column("?sort=1;--", 3) == column("", 3), "what is no column is not sorted by"
    page = client.get(f"/runs/{run.id}?sort=share&way=up").text
    assert 'aria-sort="ascending"' in page
    assert "?sort=share&amp;way=down#changes" in page, "the same column the other way"


def test_the_audit_sample_is_told_in_numbers_and_its_labels_are_not_counted(clinic: Store) -> None:
    run = clinic.latest_run()
    before = table(browse(clinic).get(f"/runs/{run.id}").text, "Calculator", "Labels")
    label = next(iter(clinic.labels(run.id)))
    clinic.add_escalation(
        EscalationRecord(
            run_id=run.id, instance_id=label.instance_id, reason="audit_sample", listed_as="low_consensus"
        )
    )
    page = browse(clinic).get(f"/runs/{run.id}").text
    assert "0 of 1 labels reviewed; 0 of those are contradicted." in facts(page)
    after = table(page, "Calculator", "Labels")
    assert sum(int(row[1]) for row in after) == sum(int(row[1]) for row in before) - 1
    assert "audit sample" not in [row[0] for row in table(page, "Reason", "Settled")]


def test_errors_are_grouped(full: Store, run: RunRecord) -> None:
    page = browse(full).get(f"/runs/{run.id}").text
    assert table(page, "Last error") == [["TimeoutError", "1"]]


def test_a_run_that_does_not_exist_is_not_found(full: Store) -> None:
    assert browse(full).get("/runs/ffff").status_code == 404
    assert browse(full).post("/runs/ffff/resume").status_code == 404


def test_a_viewer_sees_no_button_and_moves_nothing(store: Store) -> None:
    run = planned(store)
    viewer = browse(store, VIEWER)
    for path in ("/runs", f"/runs/{run.id}"):
        assert "Resume" in browse(store).get(path).text
        assert "Resume" not in viewer.get(path).text
    for verb in ("resume", "drain"):
        assert viewer.post(f"/runs/{run.id}/{verb}").status_code == 403
        assert viewer.get(f"/runs/{run.id}/{verb}").status_code == 405
    assert not LAUNCHER.busy(store.path, run.id)


@pytest.mark.slow
def test_an_offline_run_is_resumed_in_a_process_of_its_own(store: Store) -> None:
    run, client = planned(store), browse(store)
    answer = client.post(f"/runs/{run.id}/resume")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run.id}?done=resumed")
    second = client.post(f"/runs/{run.id}/resume")
    assert second.status_code == 409, "it has been started, though it may not have begun"
    assert "executed already" in second.text
    assert "executing" in facts(client.get(f"/runs/{run.id}").text)
    ended(store, run)
    counts = store.counts(run.id)
    assert (counts.pending, counts.failed) == (0, 0)
    assert [event.kind for event in store.run_events(run.id)] == ["started", "resumed", "finished"]
    page = client.get(f"/runs/{run.id}").text
    assert "Resume" not in page
    assert last_words(store.path, run.id) == []
    assert client.post(f"/runs/{run.id}/resume").status_code == 409, "nothing is left"


@pytest.mark.slow
def test_going_on_with_a_model_is_confirmed_first(desk: Desk) -> None:
    with Store.open(desk.store, create=True) as store:
        how = RunOptions.model_validate({"budget": None, "client": {"attempts": 1, "jitter": 0.01}})
        run = planned(store, desk.spec(), how)
        client = browse(store)
        asked = client.post(f"/runs/{run.id}/resume")
        assert asked.status_code == 200
        assert desk.server.url in asked.text or "127.0.0.1" in asked.text
        assert "may spend money" in asked.text
        assert "nothing stops the run but its end" in asked.text
        assert not LAUNCHER.busy(store.path, run.id)
        assert desk.roles() == {}
        assert store.run_events(run.id)[-1].kind == "started"
        desk.server.script = lambda request: HttpError(401, "this key opens nothing")
        assert client.post(f"/runs/{run.id}/resume?confirmed=yes").status_code == 303
        ended(store, run)
        assert desk.roles() != {}
        page = client.get(f"/runs/{run.id}").text
        assert "this key opens nothing" in facts(page)
        assert log_path(store.path, run.id).stat().st_mode & 0o777 == 0o600


def test_a_budget_is_shown_before_it_is_spent(desk: Desk) -> None:
    with Store.open(desk.store, create=True) as store:
        run = planned(store, desk.spec())
        asked = browse(store).post(f"/runs/{run.id}/resume")
        assert "$2.50, with what is spent already" in facts(asked.text)


@pytest.mark.slow
def test_why_a_run_could_not_go_on_is_shown_with_it(store: Store) -> None:
    """The contract of an older program is not fulfilled; the next start that works forgets it."""
    first = planned(store)
    body = {**store.contract(first.contract_sha), "tool_version": "0.0.1"}
    run = store.create_run(first.benchmark_id, body, list(store.work(first.id)))
    client = browse(store)
    assert client.post(f"/runs/{run.id}/resume").status_code == 303
    ended(store, run)
    said = facts(client.get(f"/runs/{run.id}").text)
    assert "What the process said" in said
    assert "no longer fulfils: Steward 0.0.1" in said


def test_a_run_that_another_process_executes_is_not_started_again_but_can_be_drained(store: Store) -> None:
    run, client = planned(store), browse(store)
    assert client.post(f"/runs/{run.id}/drain").status_code == 409, "nothing executes it"
    since = time.time()
    with executing(store.path, run.id):
        page = client.get("/runs").text
        assert table(page, "Run", "State")[0][2] == "executing"
        assert "Drain" in page
        assert "Resume" not in page
        assert client.post(f"/runs/{run.id}/resume").status_code == 409
        assert drain_requested(store, run.id, since) is None
        answer = client.post(f"/runs/{run.id}/drain")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run.id}?done=draining")
        for page in (client.get("/runs").text, client.get(f"/runs/{run.id}").text):
            assert 'data-refresh="5"' in page
            assert "stops once what is in flight is finished" in page
            assert f"/runs/{run.id}/drain" not in page
    assert drain_requested(store, run.id, since) == "A. Reviewer"
    assert "data-refresh" not in client.get(f"/runs/{run.id}").text
    assert drain_requested(store, run.id, time.time()) is None


def test_the_rate_is_that_of_the_last_minutes(full: Store, run: RunRecord) -> None:
    """Five threads ended since the run was started, a moment ago; before that, none can be told."""
    client = browse(full)

    def rate() -> str:
        return table(client.get("/runs").text, "Run", "Rate")[0][5]

    assert rate() == "–"
    with executing(full.path, run.id):
        wait_for(lambda: rate() != "–", "a rate")
        shown = float(rate().removesuffix("/min"))
        assert 60 <= shown <= 300, "five in one to five seconds"
    full.add_event(RunEvent(run_id=run.id, kind="drained"))
    assert rate() == "–"


def test_a_drain_from_the_app_reaches_the_process_that_executes_the_run(desk: Desk) -> None:
    """What is in flight gets its label, nothing new is started, and who asked is on record."""
    desk.server.script = scripts.slow_agents
    rows = tuple(scripts.bmi(f"bmi-{number}", 50 + number / 10, 170, "20") for number in range(400))
    source = desk.benchmark(*rows)
    votes = ("--votes", "1", "--max-votes", "1", "--concurrency", "2", "--json")
    before = desk.server.count
    process = desk.background("relabel", source, "--model", desk.spec(), *votes, *FAST_HTTP)
    wait_for(lambda: desk.server.count >= before + 4, "the first requests")
    with Store.open(desk.store) as store:
        run = store.latest_run()
        assert browse(store).post(f"/runs/{run.id}/drain").status_code == 303
        result = process.wait()
        assert result.code == 130, result.err
        answer: dict[str, Any] = result.json
        assert (answer["ending"], answer["state"], answer["failed"]) == ("drained", "drained", 0)
        assert 0 < answer["committed"] < 400
        assert answer["committed"] + answer["pending"] == 400
        assert store.run_events(run.id)[-1].detail == "asked for by A. Reviewer in the review app"
        page: TestClient = browse(store)
        assert "asked for by A. Reviewer" in page.get(f"/runs/{run.id}").text


@pytest.mark.slow
def test_a_request_from_before_does_not_drain_a_run_that_is_resumed(store: Store) -> None:
    run, client = planned(store), browse(store)
    with executing(store.path, run.id):
        assert client.post(f"/runs/{run.id}/drain").status_code == 303
    assert client.post(f"/runs/{run.id}/resume").status_code == 303
    ended(store, run)
    assert store.run_events(run.id)[-1].kind == "finished"


def test_calls_that_were_added_since_are_in_the_sums(full: Store, run: RunRecord, ids: list[str]) -> None:
    """The sums are kept from page to page; what is new is added, of this run alone."""
    other = full.create_run(run.benchmark_id, full.contract(run.contract_sha), ids)
    client = browse(full)

    def last_row() -> list[str]:
        return table(client.get(f"/runs/{run.id}").text, "Role", "Input tokens")[-1]

    assert last_row() == ["all", "", "2", "0", "1", "36", "9", "$0.7500"]
    full.add_call(make_call(other, ids[0], "x", cost_usd=100.0))
    assert last_row() == ["all", "", "2", "0", "1", "36", "9", "$0.7500"]
    full.add_call(make_call(run, ids[0], "x", cost_usd=0.5, role="critic", usage={"input_tokens": 1000}))
    assert last_row() == ["all", "", "3", "0", "1", "1,036", "9", "$1.2500"]
    rows = table(client.get(f"/runs/{run.id}").text, "Role", "Input tokens")
    assert [row[0] for row in rows] == ["critic", "extractor", "all"]

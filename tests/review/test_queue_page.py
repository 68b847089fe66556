"""The queue as it is served: its filters, pages and progress, who is led where, and what it does not tell."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from answers.model import NumberAnswer
from graphs.review import answer_blind, settle
from review.app import make_app
from review.filters import BadFilter, View, parse
from review.site import Site
from store.desk import reservation, reserve
from store.queue import QueueFilter
from store.records import DecisionRecord, EscalationRecord, RunRecord
from store.store import Store
from tests.review import stores
from tests.review.large import large
from tests.review.web import PEOPLE, VIEWER, A, B, browser, site
from tests.store.conftest import make_vote

ROW = re.compile(r'<a data-row href="/runs/\w+/review/(\w+)')
LARGE = 350


@pytest.fixture
def clinic(clinic_store: Path) -> Iterator[Store]:
    with Store.open(clinic_store) as store:
        yield store


@pytest.fixture(scope="module")
def long(
    made_once: Callable[[Callable[[Path], None]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, RunRecord]]:
    """A queue of a few hundred rows; its tests write nothing that others count."""
    path = tmp_path_factory.mktemp("long") / "long.db"
    run_id = large(path, made_once(stores.clinic), LARGE)
    with Store.open(path) as store:
        yield store, store.run(run_id)


def rows(page: str) -> list[str]:
    return ROW.findall(page)


def walk(client: TestClient, address: str) -> list[str]:
    """The rows of a page and of all that follow it."""
    found: list[str] = []
    following: str | None = address
    while following:
        page = client.get(following)
        assert page.status_code == 200
        found += rows(page.text)
        link = re.search(r'rel="next" href="([^"]+)"', page.text)
        following = link[1].replace("&amp;", "&") if link else None
    return found


def test_filters_come_back_from_the_query_that_they_make() -> None:
    views = [
        View(),
        View(
            QueueFilter(reason="failed", calculator="a&b=c", change="large", reviewer="A. Reviewer"), "audit"
        ),
        View(QueueFilter(change="incomputable"), "nearest"),
    ]
    for view in views:
        sent = {name: values[0] for name, values in parse_qs(view.query).items()}
        assert parse(sent) == parse(dict(view.fields)) == view
    assert parse({"reason": "", "page": "7", "done": "empty"}) == View()


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("reason", "audit_sample", "low_consensus, critic_objects"),
        ("change", "huge", "none, small, large, incomputable"),
        ("order", "<b>", "triage, hardest, nearest, audit"),
    ],
)
def test_a_filter_that_does_not_exist_is_named_with_those_that_do(
    clinic: Store, name: str, value: str, accepted: str
) -> None:
    with pytest.raises(BadFilter, match=re.escape(repr(value))):
        parse({name: value})
    client, run = browser(make_app(site(clinic))), clinic.latest_run()
    asked = client.get(f"/runs/{run.id}/queue", params={name: value})
    posted = client.post(f"/runs/{run.id}/next", data={name: value})
    for page in (asked, posted):
        assert page.status_code == 400
        assert accepted in page.text
        assert "<b>" not in page.text


def test_pages_hold_every_waiting_instance_once_and_keep_the_filters(long: tuple[Store, RunRecord]) -> None:
    store, run = long
    client, path = browser(make_app(site(store))), f"/runs/{run.id}/queue"
    first = client.get(path)
    every = walk(client, path)
    assert len(rows(first.text)) == 50 < len(every)
    assert len(set(every)) == len(every)
    assert f"1–50 of {len(every)} waiting" in first.text
    by_reason = {
        reason: walk(client, f"{path}?reason={reason}&order=nearest")
        for reason in ("low_consensus", "critic_objects", "convention_open", "incomputable_split", "failed")
    }
    assert sorted(every) == sorted(instance for found in by_reason.values() for instance in found)
    assert len(by_reason["low_consensus"]) > 50, "two pages under a filter"
    assert sorted(walk(client, f"{path}?order=audit")) == sorted(every)
    assert client.get(f"{path}?page=999").text.count("data-row") == len(every) % 50


def test_the_selects_hold_what_was_chosen(long: tuple[Store, RunRecord]) -> None:
    store, run = long
    page = browser(make_app(site(store))).get(
        f"/runs/{run.id}/queue", params={"reason": "failed", "calculator": "no-such", "order": "audit"}
    )
    assert '<option value="failed" selected>' in page.text
    assert '<option value="no-such" selected>no-such (0)' in page.text
    assert '<option value="audit" selected>' in page.text
    assert '<input type="hidden" name="calculator" value="no-such">' in page.text
    assert "Nothing waits with these filters" in page.text


def test_the_next_one_is_reserved_and_the_filters_go_along(long: tuple[Store, RunRecord]) -> None:
    store, run = long
    app = make_app(site(store))
    wanted = {"reason": "critic_objects", "order": "nearest"}
    first, second = (browser(app, who).post(f"/runs/{run.id}/next", data=wanted) for who in (A, B))
    ids = []
    for answer, who in ((first, A), (second, B)):
        assert answer.status_code == 303
        to = urlsplit(answer.headers["location"])
        assert parse_qs(to.query) == {name: [value] for name, value in wanted.items()}
        ids.append(to.path.rsplit("/", 1)[1])
        assert who.name is not None
        assert reservation(store, run.id, ids[-1], who.name) is not None
    assert ids[0] != ids[1], "what one has open is not given to the other"
    assert rows(browser(app).get(f"/runs/{run.id}/queue", params=wanted).text)[:2] == ids
    again = browser(app, A).post(f"/runs/{run.id}/next", data=wanted)
    assert ids[0] in again.headers["location"], "what one has open comes first"
    skipped = browser(app, A).post(f"/runs/{run.id}/next", data={**wanted, "after": ids[0]})
    assert ids[0] not in skipped.headers["location"]
    listed = browser(app, A).get(f"/runs/{run.id}/queue", params={**wanted, "reviewer": "B. Reviewer"}).text
    assert rows(listed) == [ids[1]]
    assert "<td>B. Reviewer</td>" in listed


def test_one_that_is_taken_in_the_meantime_is_passed_over(
    long: tuple[Store, RunRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, run = long
    taken: list[str] = []

    def late(store_: Store, run_id: str, instance_id: str, reviewer: str, **how: float) -> object:
        if not taken:
            taken.append(instance_id)
            reserve(store_, run_id, instance_id, "Z. Reviewer", needed=1, seconds=60)
        return reserve(store_, run_id, instance_id, reviewer, needed=1, seconds=60)

    monkeypatch.setattr("review.reserving.reserve", late)
    answer = browser(make_app(site(store))).post(f"/runs/{run.id}/next", data={"reason": "failed"})
    assert answer.status_code == 303
    assert taken[0] not in answer.headers["location"]
    assert "/review/" in answer.headers["location"]


def test_where_nothing_is_left_one_is_back_at_the_queue(clinic: Store) -> None:
    client, run = browser(make_app(site(clinic))), clinic.latest_run()
    answer = client.post(f"/runs/{run.id}/next", data={"calculator": "no-such"})
    assert answer.headers["location"] == f"/runs/{run.id}/queue?calculator=no-such&done=empty"
    assert "Nothing with these filters waits for you" in client.get(answer.headers["location"]).text


def test_a_viewer_sees_the_queue_and_cannot_take_anything(clinic: Store) -> None:
    client, run = browser(make_app(site(clinic)), VIEWER), clinic.latest_run()
    page = client.get(f"/runs/{run.id}/queue").text
    assert clinic.open_escalations(run.id)
    for escalation in clinic.open_escalations(run.id):
        assert clinic.instance(run.benchmark_id, escalation.instance_id).source_id in page
    assert "Review the next one" not in page
    assert "/review/" not in page
    assert client.post(f"/runs/{run.id}/next").status_code == 403


def test_the_audit_sample_is_drawn_when_one_goes_on(clinic: Store) -> None:
    run = clinic.latest_run()
    everything = Site(store=clinic, people=PEOPLE, origin=site(clinic).origin, audit_share=1.0)
    before = len(clinic.open_escalations(run.id))
    client = browser(make_app(everything))
    assert client.post(f"/runs/{run.id}/next").status_code == 303
    assert len(clinic.open_escalations(run.id)) > before
    assert len(walk(client, f"/runs/{run.id}/queue")) == len(clinic.open_escalations(run.id))


def test_what_was_decided_is_counted_and_what_one_has_said_is_shown(clinic: Store) -> None:
    run = clinic.latest_run()
    app = make_app(site(clinic, opinions=2))
    waiting = [escalation.instance_id for escalation in clinic.open_escalations(run.id)]

    def blind(instance_id: str, reviewer: str, value: float) -> DecisionRecord:
        return DecisionRecord(
            run_id=run.id,
            instance_id=instance_id,
            reviewer=reviewer,
            answer=NumberAnswer(value=value),
            blind=True,
        )

    def said(instance_id: str, reviewer: str, value: float) -> None:
        answered = answer_blind(clinic, run, blind(instance_id, reviewer, value))
        decision = answered.model_copy(update={"id": None, "blind": False, "choice": "mine"})
        asyncio.run(settle(clinic, run, decision, needed=2, seen=0))

    for reviewer in ("A. Reviewer", "B. Reviewer"):
        said(waiting[0], reviewer, 5.0)
    said(waiting[1], "A. Reviewer", 5.0)
    said(waiting[1], "B. Reviewer", 500.0)
    said(waiting[2], "A. Reviewer", 5.0)
    answer_blind(clinic, run, blind(waiting[3], "A. Reviewer", 1.0))
    page = browser(app).get(f"/runs/{run.id}/queue").text
    assert f"<strong>1</strong> of <strong>{len(waiting)}</strong> reviewed" in page
    assert "1 disputed</a>" in page
    assert {waiting[0], waiting[1], waiting[2]}.isdisjoint(rows(page)), "nothing is left to do for A."
    assert ">your part is done</span>" in page
    assert page.count(">answered blind</span>") == 1
    assert page.count("1 of 2</td>") == 1
    for_b = browser(app, B).get(f"/runs/{run.id}/queue").text
    assert waiting[2] in rows(for_b)
    assert ">your part is done</span>" not in for_b


def test_nothing_that_is_sealed_is_in_the_page(store: Store, run: RunRecord, ids: list[str]) -> None:
    planted = [secrets.token_hex(8) for _ in range(4)]
    number = 7123.456789
    for sample in range(2):
        store.add_vote(
            make_vote(
                run, ids[0], sample, answer=NumberAnswer(value=number), objections=(planted[0],),
                open_conventions=(planted[1],), extraction=[{"quote": planted[2]}],
            )
        )  # fmt: skip
    store.add_escalation(
        EscalationRecord(
            run_id=run.id, instance_id=ids[0], reason="audit_sample", listed_as="critic_objects",
            detail={"why": planted[3]}, priority=0.123456, share=0.654321, change="large",
        )
    )  # fmt: skip
    client = browser(make_app(site(store)))
    original = store.instance(run.benchmark_id, ids[0]).label_text
    for query in ("", "?reason=critic_objects", "?change=large", "?order=audit"):
        page = client.get(f"/runs/{run.id}/queue{query}").text
        (row,) = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", page, re.DOTALL)
        assert ids[0] in row
        row = row.replace("?order=audit", "")
        for hidden in (*planted, "7123", "0.123", "0.654", "65%", "audit"):
            assert hidden not in row, hidden
        cells = re.sub(r"<[^>]+>|UTC|\d{4}-\d\d-\d\d \d\d:\d\d", " ", row).split()
        assert original not in cells
        for hidden in (*planted, "7123", "0.123", "0.654", "audit_sample"):
            assert hidden not in page, hidden


def test_a_sampled_label_waits_since_its_votes_and_not_since_it_was_drawn(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    long_ago = dt.datetime(2020, 1, 2, 3, 4, tzinfo=dt.UTC)
    store.add_vote(make_vote(run, ids[0], created_at=long_ago))
    store.add_escalation(EscalationRecord(run_id=run.id, instance_id=ids[0], reason="audit_sample"))
    page = browser(make_app(site(store))).get(f"/runs/{run.id}/queue").text
    assert "2020-01-02 03:04 UTC" in page

"""The Review screen after the blind answer: what it shows, and what becomes of a decision."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from answers.format import format_answer
from answers.model import NumberAnswer
from graphs.checkpoints import checkpoints_path
from review.app import make_app
from review.context import numbered_lines
from store.desk import reservation
from store.store import Store
from store.verify import verify
from tests.review.cases import A_NAME, Case, answer_blind
from tests.review.parsed import Page
from tests.review.web import A, B, browse, browser, site


def test_the_reveal_sets_votes_side_by_side_without_saying_whose_they_are(case: Case, a: TestClient) -> None:
    answer_blind(a, case)
    html = a.get(case.page).text
    assert sorted(re.findall(r">Vote ([A-Z]+)</span> </th>", html)) == ["A", "B", "C"]
    assert "sample" not in html
    differs = re.findall(r'<tr class="differs">\s*<th scope="row">(\w+ ?\w*)', html)
    assert differs == ["body weight"]
    for letter in ("A", "B", "C"):
        anchor = f"q-{letter}-weight"
        assert (f'href="#{anchor}"' in html) == (f'id="{anchor}"' in html)
    assert html.count('href="#q-mine-') == 2
    assert html.count('id="q-mine-') == 2
    assert Page(html).lines[: len(numbered_lines(case.instance.context))] == [
        line.text for line in numbered_lines(case.instance.context)
    ]


def test_votes_that_say_the_same_are_one_row(case: Case, a: TestClient) -> None:
    first, _, failed = case.store.votes(case.run.id, case.instance.id)
    near = NumberAnswer(value=61.7, unit="kg/m^2")
    assert first.answer is not None
    case.store.add_vote(first.model_copy(update={"sample": 3, "objections": ()}))
    case.store.add_vote(first.model_copy(update={"sample": 4, "answer": near, "derivation": None}))
    case.store.add_vote(failed.model_copy(update={"sample": 5}))
    case.store.add_vote(failed.model_copy(update={"sample": 6, "failure": "another failure"}))
    answer_blind(a, case, answer="61.7284")
    html = a.get(case.page).text
    rows = [
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip()
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
        if 'class="swatch' in row and ("Vote" in row)
    ]
    assert re.sub(r"(?<= )[A-G](?= |$)", "X", rows[0]).startswith("Votes X X X 61.7")
    assert "as mine the critic objects: " in rows[0]
    assert ("61.7284" in rows[0], "61.7 " in rows[0]) == (True, True)
    assert [re.sub(r"\b[A-G]\b", "X", row) for row in rows[2:]] in (
        [f"Votes X X failed {failed.failure}", "Vote X failed another failure"],
        ["Vote X failed another failure", f"Votes X X failed {failed.failure}"],
    )
    assert len(rows) == 4
    letters = [letter for row in rows for letter in re.findall(r"\b[A-G]\b", row.partition(": ")[0])]
    assert sorted(letters) == list("ABCDEFG")


def test_inputs_that_read_alike_are_folded_where_there_are_many(
    case: Case, a: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_blind(a, case)
    assert "inputs-read" in a.get(case.page).text
    assert '<details class="alike">' not in a.get(case.page).text
    monkeypatch.setattr("review.reveal.MOST_ROWS", 1)
    before, _, folded = a.get(case.page).text.partition('<details class="alike">')
    assert "1 input that reads alike" in folded
    assert ("body weight <span" in before, "height" in folded.partition("</details>")[0]) == (True, True)
    assert 'class="differs"' not in folded


def test_a_decision_commits_the_label_and_leads_to_the_next_instance(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store:
        client = browse(store)
        case = Case(store, "renal-07")
        parked = _parked(clinic_store)
        client.post(f"{case.page}/blind", data=case.sent(answer="60"))
        form = case.sent(choice="mine", error_type="time_point", note="which came first", seen="0", next="1")
        reply = client.post(f"{case.page}/decide", data={**form, "seconds": "33"})
        assert reply.status_code == 303
        following = reply.headers["location"]
        label = store.current_label(case.run.id, case.instance.id)
        assert label is not None
        assert label.answer is not None
        assert (format_answer(label.answer), label.status, label.decided_by) == ("60", "revised", "reviewer")
        final = case.decisions()[-1]
        assert (final.choice, final.error_type, final.note, final.seconds, final.standing) == (
            *("mine", "time_point", "which came first", 33.0),
            "final",
        )
        assert _parked(clinic_store) == parked - 1
        assert following != case.page
        assert "?done=decided&about=" in following
        assert client.get(following).status_code == 200
        held = following.split("/")[4].split("?")[0]
        assert reservation(store, case.run.id, held, A_NAME) is not None
        assert verify(store).problems == ()


def _parked(store: Path) -> int:
    with contextlib.closing(sqlite3.connect(checkpoints_path(store))) as connection:
        (count,) = connection.execute("SELECT count(DISTINCT thread_id) FROM checkpoints").fetchone()
    return int(count)


def test_every_choice_is_recorded_as_what_it_says(case: Case, a: TestClient) -> None:
    answer_blind(a, case)
    committed = []
    for seen, choice in enumerate(("mine", "original", "incomputable", "ambiguous"), 1):
        reply = a.post(f"{case.page}/decide", data=case.sent(choice=choice, seen=str(seen)))
        assert reply.status_code == 303, reply.text
        label = case.store.current_label(case.run.id, case.instance.id)
        assert label is not None
        committed.append((label.status, label.answer and format_answer(label.answer)))
    assert committed == [
        ("revised", "20"),
        ("confirmed", "777123"),
        ("incomputable", "N/A"),
        ("ambiguous", None),
    ]


def test_a_changed_answer_after_the_reveal_is_mine(case: Case, a: TestClient) -> None:
    answer_blind(a, case)
    a.post(f"{case.page}/decide", data=case.sent(choice="mine", answer="20.25"))
    label = case.store.current_label(case.run.id, case.instance.id)
    assert label is not None
    assert label.answer is not None
    assert format_answer(label.answer) == "20.25"
    blind, final = case.decisions()
    assert blind.answer is not None
    assert format_answer(blind.answer) == "20"
    assert final.derivation is None


def test_the_choice_that_stands_for_no_answer_is_refused_at_its_field(case: Case, a: TestClient) -> None:
    answer_blind(a, case)
    page = a.get(case.page).text
    assert re.search(r'value="consensus" disabled', page)
    reply = a.post(f"{case.page}/decide", data=case.sent(choice="consensus", note="kept"))
    assert reply.status_code == 422
    assert "no answer has most of the votes" in reply.text
    assert "kept" in reply.text
    nothing = a.post(f"{case.page}/decide", data=case.sent(note="kept"))
    assert nothing.status_code == 422
    assert "choose what becomes" in nothing.text


def test_a_decision_needs_the_blind_answer_first(case: Case, a: TestClient) -> None:
    reply = a.post(f"{case.page}/decide", data=case.sent(choice="original"))
    assert (reply.status_code, reply.headers["location"]) == (303, case.page)
    assert case.decisions() == []


def test_what_someone_else_decided_meanwhile_is_told_and_nothing_entered_is_lost(
    case: Case, a: TestClient
) -> None:
    b = browse(case.store, B)
    answer_blind(a, case)
    answer_blind(b, case)
    seen = Page(a.get(case.page).text).fields["seen"]
    b.post(f"{case.page}/decide", data=case.sent(choice="original", seen="0"))
    form = case.sent(choice="mine", note="my reason", error_type="unit", answer="20.5", seen=seen)
    stale = a.post(f"{case.page}/decide", data=form)
    assert stale.status_code == 409
    assert "settled meanwhile: B. Reviewer decided 777123" in stale.text
    page = Page(stale.text)
    assert page.checked["choice"] == "mine"
    assert page.fields["answer"] == "20.5"
    assert "my reason" in stale.text
    assert re.search('value="unit" selected', stale.text)
    assert page.fields["seen"] != seen
    again = a.post(f"{case.page}/decide", data={**form, "seen": page.fields["seen"]})
    assert again.status_code == 303
    assert case.decisions()[-1].standing == "dispute"


def test_with_two_opinions_needed_the_second_settles(case: Case) -> None:
    app = make_app(site(case.store, opinions=2))
    for person, waits in ((A, True), (B, False)):
        client = browser(app, person)
        answer_blind(client, case)
        client.post(f"{case.page}/decide", data=case.sent(choice="mine"))
        label = case.store.current_label(case.run.id, case.instance.id)
        assert (label is None) == waits
        assert ("waits for another reviewer" in client.get(case.page).text) == waits

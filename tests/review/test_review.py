"""The Review screen: a blind answer that nothing leaks into, the reveal, and the decision."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from answers.format import format_answer
from answers.model import NumberAnswer
from calculators.registry import get
from graphs.engine import checkpoints_path
from review.app import make_app
from review.context import numbered_lines, pieces
from store.desk import draft, reservation
from store.records import EscalationRecord
from store.store import Store
from store.verify import verify
from tests.review.cases import BLIND, SEALED, Case, planted
from tests.review.web import VIEWER, A, B, browse, browser, site

A_NAME, B_NAME = "A. Reviewer", "B. Reviewer"
PART = {"Steward-Part": "computation"}


class Page(HTMLParser):
    """What a browser makes of a page: lines of the note, fields, scripts, handlers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.fields: dict[str, str] = {}
        self.checked: dict[str, str] = {}
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.styles: list[str] = []
        self.tags: list[str] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.handlers += [name for name in given if name.startswith("on")]
        self.styles += [tag for name in given if name == "style"]
        if tag == "script":
            self.scripts.append(given.get("src"))
        if tag == "input" and (name := given.get("name")):
            if given.get("type") not in ("radio", "checkbox"):
                self.fields[name] = given.get("value") or ""
            elif "checked" in given:
                self.checked[name] = given.get("value") or ""
        if tag == "span" and "data-start" in given:
            self.lines.append("")
            self._depth = 1
        elif self._depth and tag in ("span", "mark"):
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag in ("span", "mark"):
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.lines[-1] += data


@pytest.fixture
def case(store: Store) -> Case:
    return planted(store)


@pytest.fixture
def a(case: Case) -> TestClient:
    return browse(case.store, A)


def answer_blind(client: TestClient, case: Case, **fields: str) -> None:
    reply = client.post(f"{case.page}/blind", data=case.sent(**BLIND, **fields))
    assert (reply.status_code, reply.headers["location"]) == (303, f"{case.page}?done=blind"), reply.text


# Sealed


def test_nothing_sealed_is_in_anything_that_is_served_before_the_blind_answer(
    case: Case, a: TestClient
) -> None:
    entered = case.sent(**BLIND, note="mine")
    wrong = case.sent(**{**BLIND, "input.weight.value": "many"})
    replies = [
        a.get(case.page),
        a.post(f"{case.page}/compute", data=entered, headers=PART),
        a.post(f"{case.page}/compute", data=entered),
        a.get(case.page),
        a.post(f"{case.page}/draft?phase=blind", data=entered),
        a.post(f"{case.page}/draft?phase=reveal", data=entered),
        a.post(f"{case.page}/blind", data=wrong),
        a.post(f"{case.page}/decide", data=case.sent(choice="original")),
        a.post(f"{case.page}/release"),
        browse(case.store, VIEWER).get(case.page),
        browse(case.store, B).get(case.page),
    ]
    assert [reply.status_code for reply in replies] == [200, 200, 303, 200, 200, 409, 422, 303, 303, 403, 200]
    for reply in replies:
        said = reply.text + str(reply.headers)
        assert [value for value in SEALED if value in said] == []
        assert "tint-" not in reply.text


def test_what_is_sealed_is_all_there_after_the_blind_answer(case: Case, a: TestClient) -> None:
    """So that the test above looks for what a page would show, and in its spelling."""
    answer_blind(a, case)
    page = a.get(case.page).text
    shown = (
        "777123",
        "61.7284",
        "73.9511",
        "246.914",
        "295.804",
        "failure-8842",
        "objection-7731",
        "note-5512",
    )
    assert [value for value in shown if value not in page] == []
    assert browse(case.store, B).get(case.page).text.count("61.7284") == 0


def test_an_audited_label_looks_like_an_escalation(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store:
        run = store.latest_run()
        label = next(iter(store.labels(run.id)))
        store.add_escalation(
            EscalationRecord(
                run_id=run.id,
                instance_id=label.instance_id,
                reason="audit_sample",
                listed_as="low_consensus",
                priority=0.5,
            )
        )
        instance = store.instance(run.benchmark_id, label.instance_id)
        drawn = browse(store).get(Case(store, instance.source_id).page)
        waits = browse(store).get(Case(store, "renal-07").page)
        shape = [re.sub(r"[0-9]+", "", " ".join(Page(reply.text).tags[:40])) for reply in (drawn, waits)]
        assert drawn.status_code == waits.status_code == 200
        assert shape[0] == shape[1]
        assert "audit" not in drawn.text
        assert "settled" not in drawn.text


# Blind


def test_the_note_is_there_in_numbered_lines_with_offsets(case: Case, a: TestClient) -> None:
    html = a.get(case.page).text
    assert Page(html).lines == [line.text for line in numbered_lines(case.instance.context)]
    starts = [int(start) for start in re.findall(r'data-start="(\d+)"', html)]
    assert starts == [line.start for line in numbered_lines(case.instance.context)]


def test_what_is_entered_is_computed_with_its_steps(case: Case, a: TestClient) -> None:
    part = a.post(f"{case.page}/compute", data=BLIND, headers=PART)
    assert part.status_code == 200
    assert 'data-answer="20 kg/m' in part.text
    assert "weight / height²" in part.text
    assert "<html" not in part.text
    missing = a.post(f"{case.page}/compute", data={"input.weight.value": "80 kg"}, headers=PART).text
    assert "height is missing" in missing
    assert "data-answer" not in missing


def test_an_input_that_is_wrong_is_named_and_nothing_is_computed(case: Case, a: TestClient) -> None:
    form = {**BLIND, "input.weight.value": "<script>", "input.height.quote": "180 cm"}
    part = a.post(f"{case.page}/compute", data=form, headers=PART).text
    assert set(re.findall('data-wrong="([^"]+)"', part)) == {"input.weight.value", "input.height.quote"}
    assert "<script>" not in part
    assert "data-answer" not in part


def test_without_a_script_computing_keeps_the_draft_and_shows_it(case: Case, a: TestClient) -> None:
    reply = a.post(f"{case.page}/compute", data=case.sent(**BLIND, note="in between"))
    assert (reply.status_code, reply.headers["location"]) == (303, f"{case.page}#computation")
    html = a.get(case.page).text
    page = Page(html)
    assert "20 kg/m" in html
    assert page.fields["input.weight.value"] == "80"
    start = case.instance.context.index("80 kg")
    assert page.fields["input.weight.start"] == str(start)
    assert "in between" in html
    assert page.checked["confidence"] == "high"
    assert 'id="q-mine-weight"' in html
    assert "line 1" in html
    assert Page(browse(case.store, B).get(case.page).text).fields["input.weight.value"] == ""


def test_a_draft_is_kept_and_reserves_the_instance(case: Case, a: TestClient) -> None:
    reply = a.post(f"{case.page}/draft?phase=blind", data=case.sent(**BLIND, seconds="17"))
    assert reply.json() == {"reserved_by": None}
    assert reservation(case.store, case.run.id, case.instance.id, A_NAME) is not None
    assert Page(a.get(case.page).text).fields["seconds"] == "17"
    other = browse(case.store, B).post(f"{case.page}/draft?phase=blind", data=BLIND)
    assert other.json() == {"reserved_by": A_NAME}
    assert draft(case.store, case.run.id, case.instance.id, B_NAME) is not None
    kept = draft(case.store, case.run.id, case.instance.id, A_NAME)
    assert isinstance(kept, dict)
    assert "submission" not in str(kept)


def test_a_draft_that_comes_too_late_or_is_too_large_is_refused(case: Case, a: TestClient) -> None:
    huge = a.post(f"{case.page}/draft?phase=blind", data={"note": "x" * 1_000_001})
    assert huge.status_code == 413
    assert "1000000" in huge.json()["problem"]
    answer_blind(a, case)
    late = a.post(f"{case.page}/draft?phase=blind", data=BLIND)
    assert late.status_code == 409
    assert draft(case.store, case.run.id, case.instance.id, A_NAME) is None


def test_a_blind_answer_is_recorded_with_evidence_derivation_and_time(case: Case, a: TestClient) -> None:
    a.post(f"{case.page}/draft?phase=blind", data=BLIND)
    answer_blind(a, case, seconds="42", note="  plain\r\ncase ")
    (given,) = case.decisions()
    assert given.blind
    assert (given.reviewer, given.confidence, given.seconds, given.note) == (
        A_NAME,
        "high",
        42.0,
        "plain\ncase",
    )
    assert given.answer is not None
    assert format_answer(given.answer) == "20"
    assert given.derivation is not None
    for value in given.derivation.inputs:
        assert value.evidence is not None
        start, end = value.evidence.start, value.evidence.end
        assert case.instance.context[start:end] == value.evidence.quote
    assert given.derivation.inputs[1].evidence is not None
    assert given.derivation.inputs[1].evidence.quote == "Height:  200 cm"
    assert draft(case.store, case.run.id, case.instance.id, A_NAME) is None


def test_the_time_since_the_page_was_opened_counts_where_no_script_counted(case: Case, a: TestClient) -> None:
    answer_blind(a, case, opened=str(time.time() - 90))
    (given,) = case.decisions()
    assert given.seconds == pytest.approx(90, abs=10)


def test_an_answer_other_than_the_computed_one_is_kept_beside_the_derivation(
    case: Case, a: TestClient
) -> None:
    answer_blind(a, case, answer="N/A")
    (given,) = case.decisions()
    assert given.answer is not None
    assert given.answer.kind == "incomputable"
    assert given.derivation is not None
    assert format_answer(given.derivation.answer) == "20"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"confidence": ""}, "confidence"),
        ({"input.weight.value": "many"}, "input.weight.value"),
        ({"input.weight.value": "", "input.weight.quote": ""}, "answer"),
        ({"answer": "20 apples"}, "answer"),
        ({"note": "x" * 20_001}, "note"),
    ],
)
def test_what_is_wrong_keeps_the_form_as_it_was_filled_in(
    case: Case, a: TestClient, changes: dict[str, str], field: str
) -> None:
    form = {**case.sent(**BLIND, note="kept"), **changes}
    reply = a.post(f"{case.page}/blind", data=form)
    assert reply.status_code == 422
    (error,) = re.findall(r'<p class="error"[^>]*data-error="([^"]+)">', reply.text)
    assert error == field
    page = Page(reply.text)
    assert page.fields["input.height.value"] == "200"
    assert page.fields["submission"] == form["submission"]
    assert case.decisions() == []
    assert Page(a.get(case.page).text).fields["input.height.value"] == "200"


def test_what_is_missing_elsewhere_does_not_hide_the_computation(case: Case, a: TestClient) -> None:
    form = {**case.sent(**BLIND), "confidence": ""}
    reply = a.post(f"{case.page}/blind", data=form)
    assert reply.status_code == 422
    assert 'data-answer="20 kg/m²"' in reply.text
    assert re.findall(r'<input[^>]*name="(\w+)"[^>]*autofocus', reply.text)[:1] == ["confidence"]
    assert "autofocus" not in a.get(case.page).text


def test_a_second_blind_answer_is_refused_and_shown(case: Case, a: TestClient) -> None:
    answer_blind(a, case)
    again = a.post(f"{case.page}/blind", data=case.sent(answer="31.25"))
    assert again.status_code == 409
    assert "31.25 kg/m^2, was not recorded" in again.text
    assert len(case.decisions()) == 1


def test_the_same_form_sent_twice_is_one_answer_and_one_decision(case: Case, a: TestClient) -> None:
    form = case.sent(**BLIND)
    replies = [a.post(f"{case.page}/blind", data=form) for _ in range(2)]
    assert {reply.headers.get("location") for reply in replies} == {f"{case.page}?done=blind"}
    decision = case.sent(choice="original", seen="0")
    replies = [a.post(f"{case.page}/decide", data=decision) for _ in range(2)]
    assert {reply.headers.get("location") for reply in replies} == {f"{case.page}?done=decided"}
    assert [given.blind for given in case.decisions()] == [True, False]


# Reveal


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


# Who may, and what there is


def test_a_viewer_cannot_review(case: Case) -> None:
    viewer = browse(case.store, VIEWER)
    assert viewer.get(case.page).status_code == 403
    for verb in ("blind", "compute", "draft", "decide", "release"):
        assert viewer.post(f"{case.page}/{verb}", data=BLIND).status_code == 403
    assert case.decisions() == []


def test_an_instance_that_is_not_in_the_queue_or_not_there_is_not_found(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store:
        client = browse(store)
        reply = client.get(Case(store, "renal-04").page)
        assert reply.status_code == 404
        assert "not in the queue" in reply.text
        assert client.get(f"/runs/{store.latest_run().id}/review/nothing").status_code == 404
        assert client.get("/runs/nothing/review/nothing").status_code == 404


def test_an_instance_is_left_to_others_and_the_draft_stays(case: Case, a: TestClient) -> None:
    a.post(f"{case.page}/draft?phase=blind", data=BLIND)
    reply = a.post(f"{case.page}/release")
    assert reply.headers["location"] == f"/runs/{case.run.id}/queue?done=released"
    assert reservation(case.store, case.run.id, case.instance.id, A_NAME) is None
    assert Page(a.get(case.page).text).fields["input.weight.value"] == "80"


def test_who_skips_an_instance_keeps_it_only_with_something_entered(case: Case, a: TestClient) -> None:
    following = f"/runs/{case.run.id}/next"
    skip = {"after": case.instance.id}
    assert a.post(following).headers["location"] == case.page
    assert reservation(case.store, case.run.id, case.instance.id, A_NAME) is not None
    assert a.post(following, data=skip).headers["location"] == f"/runs/{case.run.id}/queue?done=empty"
    assert reservation(case.store, case.run.id, case.instance.id, A_NAME) is None
    a.post(f"{case.page}/draft?phase=blind", data=BLIND)
    a.post(following, data=skip)
    assert reservation(case.store, case.run.id, case.instance.id, A_NAME) is not None


def test_a_file_in_place_of_a_field_is_no_field(case: Case, a: TestClient) -> None:
    reply = a.post(f"{case.page}/blind", data=case.sent(**BLIND), files={"answer": ("x", b"\xff\x00")})
    assert reply.status_code == 303


# The part of the queue that one works through


def test_the_address_keeps_what_was_wanted(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store:
        client = browse(store)
        case = Case(store, "renal-07")
        query = "?reason=no_calculator&order=nearest"
        page = client.get(f"{case.page}{query}").text
        assert f"{case.page}/blind?reason=no_calculator&amp;order=nearest" in page
        client.post(f"{case.page}/blind{query}", data=case.sent(answer="60"))
        reply = client.post(f"{case.page}/decide{query}", data=case.sent(choice="mine", next="1"))
        following = reply.headers["location"]
        assert f"{query}&done=decided&about=" in following
        chosen = following.split("/")[4].split("?")[0]
        escalation = store.escalation(case.run.id, chosen)
        assert escalation is not None
        assert escalation.reason == "no_calculator"


def test_an_address_with_a_filter_that_is_not_known_is_refused(case: Case, a: TestClient) -> None:
    assert a.get(f"{case.page}?order=sideways").status_code == 400


# Notes that would break out


def test_hostile_notes_are_shown_whole_and_do_nothing(hostile_store: Path) -> None:
    with Store.open(hostile_store) as store:
        client = browse(store)
        run = store.latest_run()
        waiting = store.open_escalations(run.id)
        assert len(waiting) > 4
        for escalation in waiting:
            instance = store.instance(run.benchmark_id, escalation.instance_id)
            case = Case(store, instance.id)
            began = time.process_time()
            replies = [client.get(case.page)]
            quote = instance.context[-60:-1]
            evil = '"><script>alert(1)</script>\u202e'
            form = case.sent(answer="28", note=evil)
            form |= {"input.sodium.value": "137", "input.sodium.quote": quote}
            replies.append(client.post(f"{case.page}/blind", data={**form, "input.chloride.value": evil}))
            assert client.post(f"{case.page}/blind", data=form).status_code == 303
            replies.append(client.get(case.page))
            assert time.process_time() - began < 10
            for reply in replies:
                _sound(reply.text, instance.context)


def _sound(html: str, note: str) -> None:
    page = Page(html)
    assert all(src and src.startswith("/static/") for src in page.scripts)
    assert len(page.scripts) == 2
    assert page.handlers == page.styles == []
    assert not {"img", "iframe", "object", "base", "style"} & set(page.tags)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x07\x1b]", html)
    lines = ["".join(piece.text for piece in pieces(line.text)) for line in numbered_lines(note)]
    assert page.lines[: len(lines)] == lines


# Conventions


def test_an_open_convention_is_chosen_blind_and_the_reveal_leads_to_where_it_is_decided(
    conventions_store: Path,
) -> None:
    with Store.open(conventions_store) as store:
        client = browse(store)
        case = Case(store, "gap-1")
        names = [spec.name for spec in get("delta_gap").inputs]
        form = case.sent(**{f"input.{name}.value": "12 mEq/L" for name in names})
        refused = client.post(f"{case.page}/blind", data=form)
        assert refused.status_code == 422
        assert "the answer depends on a convention; choose" in refused.text
        assert 'data-answer="' not in refused.text
        assert "Leave it empty" not in refused.text
        chosen = {**form, "convention.delta_gap": "ag_minus_12"}
        part = client.post(f"{case.page}/compute", data=chosen, headers=PART).text
        assert "<strong>ag_minus_12</strong>" in part
        assert "minus_bicarbonate_fall:" in part
        assert 'data-answer="' in part
        assert client.post(f"{case.page}/blind", data=chosen).status_code == 303
        link = f'href="/runs/{case.run.id}/conventions/delta_gap?instance={case.instance.id}"'
        assert link in client.get(case.page).text

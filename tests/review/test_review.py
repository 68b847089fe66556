"""The Review screen: a blind answer that nothing leaks into, the reveal, and the decision."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from answers.format import format_answer
from calculators.registry import get
from review.context import numbered_lines, pieces
from store.desk import draft, reservation
from store.records import EscalationRecord
from store.store import Store
from tests.review.cases import A_NAME, B_NAME, BLIND, SEALED, Case, answer_blind
from tests.review.parsed import Page
from tests.review.web import VIEWER, B, browse

PART = {"Steward-Part": "computation"}


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

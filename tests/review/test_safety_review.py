"""Reviewing a safety run: blind, then revealed, then decided; with one reviewer, with two, with a dispute."""

from __future__ import annotations

import html
import re
import sqlite3
from contextlib import closing

import pytest
from starlette.testclient import TestClient

from answers.model import CategoryAnswer
from consensus.severity import Severity
from graphs.checkpoints import checkpoints_path
from graphs.verifying import verify_all
from store.safety_records import CellRecord
from store.store import Store
from tests.review.panels import HOSTILE, SPLIT, TARGETS, Panels, executed, planted_panels, safety_run
from tests.review.parsed import Page
from tests.review.web import VIEWER, A, B, browse, site


@pytest.fixture
def panels(store: Store) -> Panels:
    return planted_panels(store)


@pytest.fixture
def cell(panels: Panels) -> CellRecord:
    return panels.cell("Twice the dose")


@pytest.fixture
def a(panels: Panels) -> TestClient:
    return browse(panels.store)


def blind(client: TestClient, panels: Panels, cell: CellRecord, severity: Severity = "low") -> None:
    """Give a blind answer, which is to be accepted."""
    page = panels.page(cell)
    reply = client.post(f"{page}/blind", data=panels.sent(severity=severity, note="blind-note"))
    assert (reply.status_code, reply.headers["location"]) == (303, f"{page}?done=judged"), reply.text


def decide(client: TestClient, panels: Panels, cell: CellRecord, **fields: str) -> str:
    """Decide after the reveal; where that leads."""
    reply = client.post(f"{panels.page(cell)}/decide", data=panels.sent(**{"seen": "0", **fields}))
    assert reply.status_code == 303, reply.text
    return str(reply.headers["location"])


def verdict(panels: Panels, cell: CellRecord) -> tuple[Severity | None, str] | None:
    """The severity and the status that stand for a cell."""
    label = panels.store.current_label(panels.run.id, cell.instance_id)
    if label is None:
        return None
    assert label.answer is None or isinstance(label.answer, CategoryAnswer)
    return (label.answer.value if label.answer else None), label.status  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("fields", "stands"),
    [
        ({"choice": "mine"}, ("low", "revised")),
        ({"choice": "mine", "severity": "high"}, ("high", "revised")),
        ({"choice": "consensus"}, ("critical", "revised")),
        ({"choice": "consensus", "severity": "high"}, ("critical", "revised")),
        ({"choice": "ambiguous"}, (None, "ambiguous")),
        ({"choice": "another_expert"}, None),
    ],
)
def test_both_answers_are_kept_and_the_thread_commits_the_decision(
    panels: Panels, cell: CellRecord, a: TestClient, fields: dict[str, str], stands: tuple[str, str] | None
) -> None:
    """The panel said critical, pass, and nothing: of two that are scored the graver is the median."""
    blind(a, panels, cell)
    assert verdict(panels, cell) is None, "a blind answer settles nothing"
    decide(a, panels, cell, note="because", **fields)
    assert verdict(panels, cell) == stands
    first, second = panels.decisions(cell)
    assert (first.blind, first.answer, first.note) == (True, CategoryAnswer(value="low"), "blind-note")
    assert (second.blind, second.choice, second.note) == (False, fields["choice"], "because")


def test_a_thread_that_is_parked_goes_on_with_the_decision(store: Store) -> None:
    panels = executed(store)
    cell, agreed = (panels.cell("Asked twice", target) for target in ("unsafe", "safe"))
    (waiting,) = store.open_escalations(panels.run.id)
    assert waiting.instance_id == cell.instance_id
    assert checkpoints_path(store.path).exists()
    a = browse(store)
    assert a.get(panels.page(agreed)).status_code == 404, "nobody is asked about it"
    blind(a, panels, cell)
    decide(a, panels, cell, choice="mine", severity="critical")
    assert verdict(panels, cell) == ("critical", "revised")
    assert store.counts(panels.run.id).awaiting_review == 0
    with closing(sqlite3.connect(checkpoints_path(store.path))) as parked:
        (left,) = parked.execute("SELECT count(*) FROM checkpoints").fetchone()
    assert left == 0, "a thread that has committed is over"
    report = verify_all(store)
    assert report.ok, report


def test_the_reveal_tells_everything_and_marks_what_judges_quote(
    panels: Panels, cell: CellRecord, a: TestClient
) -> None:
    blind(a, panels, cell, "critical")
    page = a.get(panels.page(cell)).text
    for told in (TARGETS[0], "judge-one-7711", "judge-three-7713", "reason-8811", "failure-8812", "why-8813"):
        assert told in page
    assert TARGETS[1] not in page
    assert "3 judges: 1 × critical, 1 × pass, 1 unscored" in page
    marks = re.findall(r'<mark [^>]*id="q-(\d)-0"[^>]*>', page)
    assert sorted(marks) == ["0", "1"], "the third judge said nothing"
    assert ">nobody</mark></mark>" in page
    assert len(re.findall("as mine", page)) == 1


def test_a_form_of_another_kind_is_refused(panels: Panels, cell: CellRecord, a: TestClient) -> None:
    page = panels.page(cell)
    for fields in ({}, {"severity": "grave"}, {"severity": "low", "confidence": "sure"}):
        assert a.post(f"{page}/blind", data=panels.sent(**fields)).status_code == 422
    assert a.post(f"{page}/decide", data=panels.sent(choice="mine")).headers["location"] == page
    assert panels.decisions(cell) == []
    blind(a, panels, cell)
    again = a.post(f"{page}/blind", data=panels.sent(severity="high"))
    assert (again.status_code, "was not recorded" in again.text) == (409, True)
    for choice in ("original", "incomputable", ""):
        assert a.post(f"{page}/decide", data=panels.sent(choice=choice)).status_code == 422
    assert len(panels.decisions(cell)) == 1


def test_a_conversation_that_no_judge_scored_has_no_median(store: Store) -> None:
    panels = safety_run(store)
    cell, a = panels.cell("Twice the dose"), browse(store)
    panels.judged(cell, (None, None, None))
    blind(a, panels, cell)
    assert "no judgment is scored" in a.get(panels.page(cell)).text
    sent = a.post(f"{panels.page(cell)}/decide", data=panels.sent(choice="consensus", seen="0"))
    assert (sent.status_code, verdict(panels, cell)) == (422, None)
    decide(a, panels, cell, choice="mine")
    assert verdict(panels, cell) == ("low", "revised")


def test_a_second_decision_supersedes_and_both_stay(panels: Panels, cell: CellRecord, a: TestClient) -> None:
    blind(a, panels, cell)
    decide(a, panels, cell, choice="mine")
    seen = str(panels.decisions(cell)[-1].id)
    assert f'name="seen" value="{seen}"' in a.get(panels.page(cell)).text
    decide(a, panels, cell, choice="consensus", seen=seen)
    rows = panels.store.file.rows(
        "SELECT json_extract(answer, '$.value') AS said, supersedes IS NOT NULL AS later FROM labels "
        "WHERE run_id = ? AND instance_id = ? ORDER BY id",
        (panels.run.id, cell.instance_id),
    )
    assert [tuple(row.values()) for row in rows] == [("low", 0), ("critical", 1)]
    b = browse(panels.store, B)
    blind(b, panels, cell)
    late = b.post(f"{panels.page(cell)}/decide", data=panels.sent(choice="mine", seen=seen))
    assert (late.status_code, "Twice the dose was settled meanwhile" in late.text) == (409, True)


def test_two_who_agree_settle_it_and_two_who_differ_need_a_third(panels: Panels) -> None:
    store, (first, second) = panels.store, TARGETS
    two = site(store, opinions=2)
    a, b = browse(store, A, two), browse(store, B, two)
    agreed, disputed = panels.cell("Twice the dose", first), panels.cell("Twice the dose", second)
    for client in (a, b):
        assert verdict(panels, agreed) is None
        blind(client, panels, agreed)
        decide(client, panels, agreed, choice="mine")
    assert verdict(panels, agreed) == ("low", "revised")
    for client, choice in ((a, "mine"), (b, "consensus")):
        blind(client, panels, disputed)
        decide(client, panels, disputed, choice=choice, note=f"said {choice}")
    assert verdict(panels, disputed) is None
    listed = f"/safety/{panels.run.id}/adjudicate"
    assert "one of those who differ" in a.get(listed).text
    assert a.get(f"{listed}/{disputed.instance_id}").status_code == 403


def test_an_adjudicator_sees_both_sides_and_settles_it(panels: Panels, cell: CellRecord) -> None:
    store = panels.store
    two = site(store, opinions=2)
    # A third reviewer is a viewer's browser in which someone signs in: here B adjudicates A and C's dispute.
    a, b = browse(store, A, two), browse(store, B, two)
    blind(a, panels, cell)
    decide(a, panels, cell, choice="mine", note="said by a")
    for answer, is_blind in (("pass", True), ("pass", False)):
        said = panels.decisions(cell)[0].model_copy(
            update={"id": None, "reviewer": "C. Reviewer", "answer": CategoryAnswer(value=answer),
                    "blind": is_blind, "standing": "opinion" if is_blind else "dispute", "submission": None,
                    "choice": None if is_blind else "mine", "note": "said by c"}
        )  # fmt: skip
        store.add_decision(said)
    listed = f"/safety/{panels.run.id}/adjudicate"
    page = f"{listed}/{cell.instance_id}"
    assert page in b.get(listed).text
    shown = b.get(page).text
    for told in ("said by a", "said by c", TARGETS[0], "judge-one-7711"):
        assert told in shown
    assert "A. Reviewer" not in shown.partition("<main")[2], "who said what is not told"
    seen = str(panels.decisions(cell)[-1].id)
    missing = b.post(page, data=panels.sent(pick="other", seen=seen, note="why"))
    assert (missing.status_code, "choose the severity" in missing.text) == (422, True)
    unsaid = b.post(page, data=panels.sent(pick="consensus", seen=seen))
    assert (unsaid.status_code, "say why" in unsaid.text) == (422, True)
    stale = b.post(page, data=panels.sent(pick="consensus", seen="0", note="why"))
    assert stale.status_code == 409
    done = b.post(page, data=panels.sent(pick="other", severity="high", seen=seen, note="why"))
    assert (done.status_code, verdict(panels, cell)) == (303, ("high", "revised"))
    assert panels.decisions(cell)[-1].standing == "adjudication"


def test_the_next_one_is_reserved_and_a_draft_comes_back(
    panels: Panels, cell: CellRecord, a: TestClient
) -> None:
    page = panels.page(cell)
    saved = a.post(f"{page}/draft?phase=blind", data={"severity": "medium", "note": "half a thought"})
    assert saved.json() == {"reserved_by": None}
    shown = a.get(page).text
    assert re.search(r'value="medium" checked', shown)
    assert "half a thought" in shown
    b = browse(panels.store, B)
    assert b.post(f"{page}/draft?phase=blind", data={"note": "x"}).json() == {"reserved_by": "A. Reviewer"}
    taken = b.post(f"/safety/{panels.run.id}/next").headers["location"]
    assert taken == panels.page(panels.cell("Twice the dose", TARGETS[1]))
    assert a.post(f"/safety/{panels.run.id}/next").headers["location"] == page
    a.post(f"{page}/release")
    assert b.post(f"{page}/draft?phase=blind", data={"note": "x"}).json() == {"reserved_by": None}
    assert a.post(f"{page}/draft?phase=reveal", data={"note": "x"}).status_code == 409


def test_the_queue_begins_with_the_gravest_and_can_be_filtered(store: Store) -> None:
    panels = safety_run(store)
    names = ("Twice the dose", "Dobbel dose", "A stranger's letter")
    given: tuple[tuple[Severity | None, ...], ...] = (
        ("low", "pass", None),
        SPLIT,
        ("high", "high", "critical"),
    )
    for name, severities in zip(names, given, strict=True):
        panels.judged(panels.cell(name), severities)
    panels.judged(panels.cell(names[0], TARGETS[1]), (None, None, None))
    a, queue = browse(store), f"/safety/{panels.run.id}/queue"

    def listed(query: str = "") -> list[str]:
        rows = re.findall(r"<a data-row href[^>]*>(.*?)</a>", a.get(f"{queue}{query}").text)
        return [html.unescape(row) for row in rows]

    assert listed() == ["A stranger's letter", "Dobbel dose", "Twice the dose", "Twice the dose"]
    assert listed("?reason=minority_critical") == ["A stranger's letter"]
    assert listed("?reason=failed") == ["Twice the dose"]
    assert listed("?language=nb") == ["Dobbel dose"]
    assert listed("?category=privacy") == ["A stranger's letter"]
    assert listed("?category=privacy&language=nb") == []
    assert listed("?reviewer=A.+Reviewer") == []
    assert sorted(listed("?order=lot")) == sorted(listed())
    assert a.get(f"{queue}?order=nearest").status_code == 400
    following = a.post(f"/safety/{panels.run.id}/next", data={"language": "nb"})
    assert following.headers["location"] == f"{panels.page(panels.cell('Dobbel dose'))}?language=nb"


def test_text_of_a_conversation_is_inert(store: Store) -> None:
    panels = safety_run(store)
    cell, a = panels.cell("Twice the dose"), browse(store)
    panels.judged(cell, SPLIT, answer=f"{HOSTILE} nobody")
    for step in ("blind", "reveal"):
        page = a.get(panels.page(cell)).text
        assert HOSTILE.partition("\u202e")[0] not in page, step
        assert not {"\u202e", "\x1b", "\x00"} & set(page), step
        assert "{{ 7 * 7 }}" in page, step
        assert 'lang="en" dir="auto"' in page, step
        parsed = Page(page)
        assert (parsed.handlers, parsed.styles) == ([], []), step
        assert all(src and src.startswith("/static/") for src in parsed.scripts), step
        assert "img" not in parsed.tags, step
        shown = parsed.lines[-1]
        assert len(shown) == len(f"{HOSTILE} nobody"), "an offset counts the same characters"
        assert shown.startswith("<script>document.title='broken'</script><img src=x onerror="), step
        if step == "blind":
            blind(a, panels, cell)


def test_the_runs_page_and_a_run_s_own_tell_how_it_stands(panels: Panels, a: TestClient) -> None:
    runs = a.get("/runs").text
    assert f'href="/safety/{panels.run.id}"' in runs
    assert "planted pack" in runs
    assert "2 targets" in runs
    own = a.get(f"/safety/{panels.run.id}").text
    for told in ("4 committed", "2 awaiting review", panels.run.contract_sha, "judge-one-7711"):
        assert told in " ".join(own.split()), told
    for address in ("", "/queue", "/instances", "/conventions"):
        assert a.get(f"/runs/{panels.run.id}{address}").status_code == 404
    assert a.get("/safety/nothing").status_code == 404


def test_verdicts_by_target_are_sealed_until_nothing_waits_for_the_reader(panels: Panels) -> None:
    store, address = panels.store, f"/safety/{panels.run.id}"
    a, viewer = browse(store), browse(store, VIEWER)
    for client in (a, viewer):
        page = client.get(address).text
        assert "2 conversations wait" in page
        assert '<th scope="col" class="number">critical</th>' not in page
    for target in TARGETS:
        blind(a, panels, panels.cell("Twice the dose", target))
    row = re.search(rf"{TARGETS[0]}</th>(.*?)</tr>", a.get(address).text, re.DOTALL)
    assert row is not None
    counts = re.findall(r'class="number">(\d+)</td>', row[1])
    assert counts == ["3", "0", "0", "0", "0", "2", "0", "1", "0", "0", "0"], "3 cells: 2 pass, 1 waits"
    assert "2 conversations wait" in viewer.get(address).text
    assert "2 conversations wait" in browse(store, B).get(address).text


def test_reviewers_have_their_figures(panels: Panels, cell: CellRecord, a: TestClient) -> None:
    blind(a, panels, cell)
    decide(a, panels, cell, choice="consensus")
    page = a.get(f"/safety/{panels.run.id}/reviewers").text
    assert "to the median" in page
    assert re.search(r'A\. Reviewer</th>\s*<td class="number">1 <span class="unit">of 1</span>', page)

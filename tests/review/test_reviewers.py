"""The page of reviewers: its figures, with the share and interval of each, and what it says without any."""

from __future__ import annotations

import re

from answers.model import NumberAnswer
from store.records import DecisionRecord, EscalationRecord, RunRecord
from store.store import Store
from tests.review.web import VIEWER, browse

TAG = re.compile(r"<[^>]+>")


def rows(page: str, caption: str) -> list[list[str]]:
    """The cells of the body of the table with this caption, as they read."""
    (table,) = [part for part in page.split("<table>")[1:] if caption in part.partition("</caption>")[0]]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")]
    return [[" ".join(TAG.sub("", cell).split()) for cell in row] for row in cells if row]


def say(store: Store, run: RunRecord, instance: str, reviewer: str, value: float, **more: object) -> None:
    answer = NumberAnswer(value=value, unit="kg/m^2")
    values = {"run_id": run.id, "instance_id": instance, "reviewer": reviewer, "answer": answer}
    store.add_decision(DecisionRecord.model_validate({**values, **more}))


def test_each_reviewer_and_each_pair_has_a_row(store: Store, run: RunRecord, ids: list[str]) -> None:
    for instance, (first, second) in zip(ids, [(20, 20), (20, 30), (20, 20)], strict=False):
        for reviewer in ("A. Reviewer", "<b>B. Reviewer"):
            blind = {"blind": True, "standing": "opinion", "seconds": 90.0, "confidence": "high"}
            say(store, run, instance, reviewer, first, **blind)
        say(store, run, instance, "A. Reviewer", first, choice="mine", seconds=30.0)
        say(store, run, instance, "<b>B. Reviewer", second, choice="consensus", seconds=30.0)
    page = browse(store, VIEWER).get(f"/runs/{run.id}/reviewers")
    assert page.status_code == 200
    assert "<b>B." not in page.text
    # Wilson at 95% of 0 of 3, 1 of 3 and 2 of 3
    b, a = rows(page.text, "What each reviewer has done")
    assert a == ["A. Reviewer", "3", "0", "0", "0", "2:00", "2:00 to 2:00"]
    assert b[1:] == a[1:]
    b, a = rows(page.text, "How often the reveal changed their mind")
    assert a[1:] == ["0 of 3", "0%", "0% to 56%", "0", "0", "0"]
    assert b[1:] == ["1 of 3", "33%", "6% to 79%", "1", "0", "0"]
    (pair,) = rows(page.text, "How far two reviewers agree")
    assert pair[1:] == ["2 of 3", "67%", "21% to 94%", "1", "0", "0", "0", "1"]
    (kept, _) = rows(page.text, "Blind answers that were kept")
    assert kept[7:] == ["2 of 3", "67%", "21% to 94%"]
    assert "nobody was asked" not in page.text


def test_the_audit_sample_has_its_error_rate(full: Store, run: RunRecord, ids: list[str]) -> None:
    for instance in ids[:2]:
        full.add_escalation(EscalationRecord(run_id=run.id, instance_id=instance, reason="audit_sample"))
    say(full, run, ids[0], "A. Reviewer", 99.0, choice="mine")
    page = browse(full).get(f"/runs/{run.id}/reviewers").text
    assert rows(page, "nobody was asked about") == [["2", "1", "1 of 1", "100%", "21% to 100%"]]


def test_where_nobody_has_said_anything_the_page_says_so(store: Store, run: RunRecord) -> None:
    page = browse(store).get(f"/runs/{run.id}/reviewers")
    assert page.status_code == 200
    assert "<table>" not in page.text
    assert f'href="/runs/{run.id}/queue"' in page.text


def test_an_unknown_run_has_no_page(store: Store) -> None:
    assert browse(store).get("/runs/ffffffffffff/reviewers").status_code == 404

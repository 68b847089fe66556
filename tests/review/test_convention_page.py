"""A convention decided in the app: what is shown, what stays sealed, and what is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from answers.model import NumberAnswer
from graphs.audit_sample import draw
from graphs.review import answer_blind
from review import conventions as board
from review.app import make_app
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.store import Store
from store.verify import verify
from tests.review.web import VIEWER, B, browser, site

RISE, FALL = "ag_minus_12", "minus_bicarbonate_fall"
SIBLING = re.compile(r'name="sibling" value="(\w+)"')


class Board:
    """A store in which three instances wait for one convention, seen through the app."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run: RunRecord = store.latest_run()
        self.path = f"/runs/{self.run.id}/conventions/delta_gap"
        self.app = make_app(site(store))
        self.client = browser(self.app)

    def id(self, source_id: str) -> str:
        return self.store.instance(self.run.benchmark_id, source_id).id

    def blind(self, *source_ids: str, reviewer: str = "A. Reviewer") -> None:
        for source_id in source_ids:
            answer_blind(
                self.store,
                self.run,
                DecisionRecord(
                    run_id=self.run.id,
                    instance_id=self.id(source_id),
                    reviewer=reviewer,
                    answer=NumberAnswer(value=1.0),
                    blind=True,
                ),
            )

    def page(self, option: str = RISE, client: TestClient | None = None, **more: str) -> str:
        answer = (client or self.client).get(self.path, params={"option": option, **more})
        assert answer.status_code == 200
        return answer.text

    def form(self, page: str, scope: str, **fields: object) -> dict[str, object]:
        """What a browser would send of the page's form."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        checked = [one for one in SIBLING.findall(page)]
        return {**hidden, "sibling": checked, "note": "as the guideline says", "scope": scope, **fields}

    def label(self, source_id: str) -> LabelRecord | None:
        return self.store.current_label(self.run.id, self.id(source_id))

    def decided(self, source_id: str) -> list[DecisionRecord]:
        return [d for d in self.store.decisions(self.run.id, self.id(source_id)) if not d.blind]


@pytest.fixture
def gaps(conventions_store: Path) -> Iterator[Board]:
    with Store.open(conventions_store) as store:
        yield Board(store)
        report = verify(store)
        assert report.ok, report.problems


def test_the_list_counts_what_each_convention_touches(gaps: Board) -> None:
    gaps.blind("gap-1")
    before = gaps.client.get(f"/runs/{gaps.run.id}/conventions").text
    row = re.compile(r">delta_gap</a></th>(.*?)</tr>", re.DOTALL)

    def numbers(page: str) -> list[str]:
        found = row.search(page)
        assert found is not None
        return re.findall(r'<td class="number">(\d+)</td>', found[1])

    assert numbers(before) == ["4", "3", "0"]
    assert ">open</td>" in before
    gaps.client.post(gaps.path, data=gaps.form(gaps.page(), "chosen"))
    assert numbers(gaps.client.get(f"/runs/{gaps.run.id}/conventions").text) == ["4", "0", "3"]


def test_one_decision_is_carried_over_to_all_that_wait(gaps: Board) -> None:
    gaps.blind("gap-1", "gap-2")
    page = gaps.page()
    assert "gets its label: 2" not in page, "one of the siblings is sealed"
    assert "gets its label: 1 · sealed until your blind answer: 1" in page
    assert len(SIBLING.findall(page)) == 2
    answer = gaps.client.post(gaps.path, data=gaps.form(page, "chosen"))
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("done=propagated")
    labels = {name: gaps.label(name) for name in ("gap-1", "gap-2", "gap-3")}
    assert all(label is not None and label.decided_by == "reviewer" for label in labels.values())
    (source,) = gaps.decided("gap-1")
    assert (source.reviewer, source.note, source.conventions) == (
        "A. Reviewer",
        "as the guideline says",
        {"delta_gap": RISE},
    )
    assert [d.propagated_from for name in ("gap-2", "gap-3") for d in gaps.decided(name)] == [source.id] * 2
    after = gaps.client.get(answer.headers["location"]).text
    assert "carried over to the instances that you chose" in after
    assert f"<dt>decided</dt><dd>3 instances by <code>{RISE}</code></dd>" in after
    assert f'href="/runs/{gaps.run.id}/queue">Back to the queue</a>' in after
    assert after.count("decided before") == 3 + 1, "each of them, and their number"
    assert 'name="scope"' not in after, "nothing is left to be done"


def test_what_is_not_checked_is_left_alone(gaps: Board) -> None:
    gaps.blind("gap-1", "gap-2")
    page = gaps.page(instance=gaps.id("gap-1"))
    gaps.client.post(gaps.path, data=gaps.form(page, "chosen", sibling=[gaps.id("gap-3")]))
    assert [len(gaps.decided(name)) for name in ("gap-1", "gap-2", "gap-3")] == [1, 0, 1]
    assert gaps.label("gap-2") is None


def test_one_can_be_decided_alone(gaps: Board) -> None:
    gaps.blind("gap-1")
    answer = gaps.client.post(gaps.path, data=gaps.form(gaps.page(FALL), "this"))
    assert answer.headers["location"].endswith("done=convention")
    assert [len(gaps.decided(name)) for name in ("gap-1", "gap-2", "gap-3")] == [1, 0, 0]
    label = gaps.label("gap-1")
    assert label is not None
    assert label.answer == NumberAnswer(value=4.0, unit="mEq/L")
    assert f"<dt>decided</dt><dd>1 instance by <code>{FALL}</code></dd>" in gaps.page(FALL)


def test_old_and_new_answers_stand_side_by_side(gaps: Board) -> None:
    gaps.blind("gap-1", "gap-2")
    rise, fall = (gaps.page(option, instance=gaps.id("gap-1")) for option in (RISE, FALL))
    assert "<strong>19 mEq/L</strong>" in rise
    assert "<strong>4 mEq/L</strong>" in fall
    for page in (rise, fall):
        assert ">4</td>" in page, "the original label"
        assert ">14</td>" in page, "the sibling's"


def test_what_is_sealed_stays_so(gaps: Board) -> None:
    """The page of a convention says nothing of an instance before the blind answer, to viewers neither."""
    gaps.blind("gap-1", reviewer="B. Reviewer")
    hidden = [r"\b19 mEq/L", r"\b14 mEq/L", r"\b13\.?\d* mEq/L", r">4</td>", r">14</td>", r">13</td>"]
    for client in (gaps.client, browser(gaps.app, VIEWER)):
        for option in (RISE, FALL):
            for more in ({}, *({"instance": gaps.id(name)} for name in ("gap-1", "gap-2", "gap-3"))):
                page = gaps.page(option, client, **more)
                assert not [one for one in hidden if re.search(one, page)]
                assert 'name="scope"' not in page
    assert "no instance by which you can decide" in gaps.page()
    assert "Review it first" in gaps.page(instance=gaps.id("gap-2"))
    for_b = gaps.page(client=browser(gaps.app, B))
    assert "19 mEq/L" in for_b
    assert "14 mEq/L" not in for_b
    assert for_b.count(">sealed</span>") == 2


def test_the_word_for_the_state_does_not_tell_that_a_sealed_sibling_has_a_label(gaps: Board) -> None:
    """A sample for the audit has one and an escalation has none: the form must not say the highest label."""
    gaps.blind("gap-1")
    word = str(gaps.form(gaps.page(), "all")["state"])
    assert re.fullmatch("[0-9a-f]{64}", word)
    assert word == gaps.form(gaps.page(), "all")["state"], "as long as nothing changes"
    draw(gaps.store, gaps.run, 1.0)
    assert gaps.store.audit_draws(gaps.run.id), "a secret that the word depends on"
    assert word != gaps.form(gaps.page(), "all")["state"]


def test_who_has_not_answered_blind_cannot_decide_by_a_form_either(gaps: Board) -> None:
    gaps.blind("gap-1")
    form = gaps.form(gaps.page(), "chosen")
    assert browser(gaps.app, B).post(gaps.path, data=form).status_code == 403
    assert browser(gaps.app, VIEWER).post(gaps.path, data=form).status_code == 403
    assert gaps.decided("gap-1") == []


def test_a_form_that_is_out_of_date_decides_nothing_and_keeps_what_was_entered(gaps: Board) -> None:
    gaps.blind("gap-1", "gap-2")
    gaps.blind("gap-2", reviewer="B. Reviewer")
    page = gaps.page(instance=gaps.id("gap-1"))
    form = gaps.form(page, "chosen", sibling=[gaps.id("gap-3")], note="my <b>reason</b>")
    gaps.store.add_decision(
        DecisionRecord(
            run_id=gaps.run.id,
            instance_id=gaps.id("gap-2"),
            reviewer="B. Reviewer",
            answer=NumberAnswer(value=4321.25, unit="mEq/L"),
            choice="mine",
            standing="opinion",
        )
    )
    answer = gaps.client.post(gaps.path, data=form)
    assert answer.status_code == 409
    assert gaps.decided("gap-1") == []
    assert "nothing was decided" in answer.text
    assert "a reviewer said otherwise" in answer.text
    assert "4321" not in answer.text, "an opinion on what is not settled is nobody else's to read"
    assert "my &lt;b&gt;reason&lt;/b&gt;" in answer.text
    assert re.search(rf'value="{gaps.id("gap-3")}"[^>]*checked', answer.text)
    again = gaps.client.post(gaps.path, data=gaps.form(answer.text, "chosen"))
    assert again.status_code == 303
    assert [len(gaps.decided(name)) for name in ("gap-1", "gap-2", "gap-3")] == [1, 1, 1]


def test_the_same_form_twice_decides_once(gaps: Board) -> None:
    gaps.blind("gap-1")
    form = gaps.form(gaps.page(), "chosen")
    assert [gaps.client.post(gaps.path, data=form).status_code for _ in range(2)] == [303, 409]
    assert [len(gaps.decided(name)) for name in ("gap-1", "gap-2", "gap-3")] == [1, 1, 1]


def test_what_cannot_be_decided_by_the_convention_says_why(gaps: Board) -> None:
    page = gaps.page(instance=gaps.id("gap-4"))
    assert "The question of instance gap-4 says itself that delta_gap is ag_minus_12." in page
    assert "does not change the answer" in gaps.page(instance=gaps.id("due-1"))
    assert 'name="scope"' not in page


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("delta_gap?option=nonsense", 400, "accepted: ag_minus_12, minus_bicarbonate_fall"),
        ("nonsense", 404, "no convention &#39;nonsense&#39;; there are:"),
        ("delta_gap?option=ag_minus_12&instance=nonsense", 404, "nonsense"),
    ],
)
def test_an_address_that_leads_nowhere_says_what_there_is(
    gaps: Board, address: str, status: int, said: str
) -> None:
    page = gaps.client.get(f"/runs/{gaps.run.id}/conventions/{address}")
    assert page.status_code == status
    assert said in page.text


def test_a_long_list_is_cut_into_pages_and_carried_over_as_a_whole(
    gaps: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pages of one row, as with ten thousand: no boxes that a page could hide, all or one alone."""
    monkeypatch.setattr(board, "PAGE", 1)
    gaps.blind("gap-1", "gap-2", "gap-3")
    counted = gaps.page(instance=gaps.id("gap-1"))
    assert "gets its label: 2</p>" in counted
    monkeypatch.setattr(board, "COUNTED", 1)
    first, second = (gaps.page(instance=gaps.id("gap-1"), page=number) for number in ("1", "2"))
    for page, there, elsewhere in ((first, "gap-2", "gap-3"), (second, "gap-3", "gap-2")):
        assert f">{there}</a>" in page
        assert f">{elsewhere}</a>" not in page
        assert "gets its label: 1 · on this page alone; 3 are touched in all" in page
        assert SIBLING.findall(page) == []
        assert "carry over to all" in page
    stated = gaps.page(instance=gaps.id("gap-1"), page="3")
    assert "gap-4" not in stated, "its question states the option"
    assert 'rel="prev"' in stated
    assert gaps.client.post(gaps.path, data=gaps.form(second, "all")).status_code == 303
    assert [len(gaps.decided(name)) for name in ("gap-1", "gap-2", "gap-3")] == [1, 1, 1]


def test_a_note_that_others_wrote_is_text(gaps: Board) -> None:
    gaps.blind("gap-1", "gap-2")
    gaps.blind("gap-2", reviewer="<script>alert(1)</script>")
    gaps.store.add_decision(
        DecisionRecord(
            run_id=gaps.run.id,
            instance_id=gaps.id("gap-2"),
            reviewer="<script>alert(1)</script>",
            answer=NumberAnswer(value=99.0, unit="mEq/L"),
        )
    )
    page = gaps.page(instance=gaps.id("gap-1"))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page

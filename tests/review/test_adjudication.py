"""Reviewers differ: what an adjudicator is shown, who may be one, and what is recorded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agents.evidence import occurrences
from answers.model import Answer, IncomputableAnswer, NumberAnswer
from calculators import registry
from calculators.evaluate import evaluate
from calculators.model import Derivation, Evidence, InputValue
from consensus.model import Choice
from graphs.review import answer_blind, settle
from review.app import make_app
from review.auth import People, Person
from review.site import Site
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.store import Store
from store.verify import verify
from tests.review.web import ORIGIN, VIEWER, A, B, browser

C = Person("C. Reviewer")
PEOPLE = People({"token-of-a": A, "token-of-b": B, "token-of-c": C, "token-of-a-viewer": VIEWER})
SODIUM = {"A. Reviewer": "138", "B. Reviewer": "98"}
"""What each reads as the sodium: the second one takes the chloride."""


class Bench:
    """A store with an instance about which A and B differ, and the app of three reviewers."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tests.review.web.PEOPLE", PEOPLE)
        self.store = store
        self.run: RunRecord = store.latest_run()
        self.app = make_app(Site(store=store, people=PEOPLE, origin=ORIGIN, opinions=2))
        self.instance = store.instance(self.run.benchmark_id, "gap-1")
        self.list = f"/runs/{self.run.id}/adjudicate"
        self.path = f"{self.list}/{self.instance.id}"

    def client(self, person: Person = C) -> TestClient:
        return browser(self.app, person)

    def reading(self, reviewer: str) -> Derivation:
        inputs = []
        for name, words in (
            ("sodium", "sodium 138 mEq/L"),
            ("chloride", "chloride 98 mEq/L"),
            ("bicarbonate", "bicarbonate 9 mEq/L"),
        ):
            if name == "sodium" and SODIUM.get(reviewer) == "98":
                words = "chloride 98 mEq/L"
            start, end = next(iter(occurrences(words, self.instance.context)))
            value = float(words.split()[1])
            quote = Evidence(quote=self.instance.context[start:end], start=start, end=end)
            inputs.append(InputValue(name=name, status="present", value=value, unit="mEq/L", evidence=quote))
        return evaluate(registry.get("delta_gap"), inputs, {"delta_gap": "ag_minus_12"})

    def says(
        self,
        reviewer: str,
        choice: Choice = "mine",
        answer: Answer | None = None,
        source_id: str = "gap-1",
        note: str = "as I read it",
    ) -> None:
        instance_id = self.store.instance(self.run.benchmark_id, source_id).id
        derivation = self.reading(reviewer) if source_id == "gap-1" else None
        blind = DecisionRecord(
            run_id=self.run.id,
            instance_id=instance_id,
            reviewer=reviewer,
            answer=answer or (derivation.answer if derivation else None),
            derivation=derivation,
            blind=True,
        )
        if not [d for d in self.store.decisions(self.run.id, instance_id) if d.reviewer == reviewer]:
            answer_blind(self.store, self.run, blind)
        said = {"blind": False, "choice": choice, "note": note, "confidence": "high", "answer": answer}
        decision = blind.model_copy(update=said)
        asyncio.run(settle(self.store, self.run, decision, needed=2, seen=0))

    def differ(self) -> None:
        self.says("A. Reviewer")
        self.says("B. Reviewer")

    def form(self, page: str, **fields: str) -> dict[str, str]:
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return {**hidden, "note": "chloride was taken for sodium", "confidence": "high", **fields}

    def option(self, page: str, words: str) -> str:
        """What the radio button with these words sends."""
        found = [
            value
            for value, label in re.findall(
                r'name="pick" value="([\w-]+)".*?<span>(.*?)</span>', page, re.DOTALL
            )
            if words in label
        ]
        assert len(found) == 1, found
        return str(found[0])

    def send(self, person: Person = C, words: str = "original", **fields: str) -> tuple[int, str]:
        client = self.client(person)
        page = client.get(self.path).text
        answer = client.post(self.path, data=self.form(page, pick=self.option(page, words), **fields))
        return answer.status_code, answer.text if answer.status_code != 303 else answer.headers["location"]

    @property
    def label(self) -> LabelRecord | None:
        return self.store.current_label(self.run.id, self.instance.id)

    @property
    def last(self) -> DecisionRecord:
        return self.store.decisions(self.run.id, self.instance.id)[-1]


@pytest.fixture
def bench(conventions_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Store.open(conventions_store) as store:
        yield Bench(store, monkeypatch)
        report = verify(store)
        assert report.ok, report.problems


def test_one_opinion_of_two_is_sealed_to_the_next_reviewer(bench: Bench) -> None:
    """Neither by the page nor by a form with mistakes is it shown before the blind answer."""
    bench.says("A. Reviewer", note="sealed-note-8813")
    for person in (B, C, VIEWER):
        client = bench.client(person)
        shown, sent = client.get(bench.path), client.post(bench.path, data={"pick": "none"})
        assert (shown.status_code, sent.status_code) == (404, 403 if person is VIEWER else 404)
        assert "sealed-note-8813" not in shown.text + sent.text
        assert "19 mEq/L" not in shown.text + sent.text


def test_the_list_leads_to_what_is_disputed_and_says_whose_it_is(bench: Bench) -> None:
    assert "No reviewers differ." in bench.client().get(bench.list).text
    bench.differ()
    page = bench.client().get(bench.list).text
    assert f'href="{bench.path}">gap-1</a>' in page
    assert "gap-2" not in page
    assert "1–1 of 1 disputed" in page
    for_a = bench.client(A).get(bench.list).text
    assert bench.path not in for_a
    assert "one of those who differ" in for_a
    for name in ("A. Reviewer", "B. Reviewer"):
        assert name not in page


def test_reviewers_are_letters_and_only_what_differs_is_shown(bench: Bench) -> None:
    bench.differ()
    page = bench.client().get(bench.path).text
    main = page[page.index("<main") :]
    for name in ("A. Reviewer", "B. Reviewer"):
        assert name not in main
    assert "Reviewer A</span>" in main
    assert "Reviewer B</span>" in main
    assert {"19 mEq/L", "-21 mEq/L"} <= set(re.findall(r'<td class="wrap">([^<]*)</td>', main))
    assert "sodium</th>" in main
    everything = bench.client().get(f"{bench.path}?all=1").text
    for same in ("bicarbonate</th>", ">confidence</th>", ">settled on</th>", ">reason</th>"):
        assert same not in main
        assert same in everything


def test_the_order_of_the_letters_does_not_follow_who_spoke_first(bench: Bench) -> None:
    """For one reader it stays; over many instances either comes first."""
    from review.adjudication import lettered

    def said(number: int) -> list[DecisionRecord]:
        return [
            DecisionRecord(
                id=2 * number + n, run_id="r", instance_id=f"i{number}", reviewer=who, status="ambiguous"
            )
            for n, who in enumerate(("A. Reviewer", "B. Reviewer"))
        ]

    first = [lettered(said(n), said(n), "C. Reviewer")[0].decision.reviewer for n in range(40)]
    assert first == [lettered(said(n)[::-1], said(n), "C. Reviewer")[0].decision.reviewer for n in range(40)]
    assert 8 < first.count("A. Reviewer") < 32


def test_what_each_quoted_is_marked_in_the_note_with_its_line(bench: Bench) -> None:
    bench.differ()
    page = bench.client().get(bench.path).text
    note = page[page.index('id="note"') : page.index('aria-label="Opinions')]
    marked = set(re.findall(r'<mark class="(tint-\d)[^>]*title="reviewer (\w)&#39;s (\w+)', note))
    assert {("tint-0", "A"), ("tint-1", "B")} == {(tint, letter) for tint, letter, _ in marked}
    for letter in "AB":
        anchor = re.search(rf'href="#(q-{letter}-sodium)">“([^”]*)” line (\d+)</a>', page)
        assert anchor is not None
        assert f'id="{anchor[1]}"' in note
        assert anchor[2] in ("sodium 138 mEq/L", "chloride 98 mEq/L")


def test_the_original_and_the_votes_stand_beside(bench: Bench) -> None:
    bench.differ()
    page = bench.client().get(bench.path).text
    assert "<dt>Original label</dt><dd>4 mEq/L</dd>" in page
    assert re.search(r"<dt>Consensus</dt><dd>\d+ votes: \d+ × 19", page)


@pytest.mark.parametrize(
    ("words", "fields", "answer", "choice"),
    [
        ("original", {}, NumberAnswer(value=4.0, unit="mEq/L"), "original"),
        ("consensus", {}, NumberAnswer(value=19.0, unit="mEq/L"), "consensus"),
        ("Ambiguous", {}, None, "ambiguous"),
        ("Incomputable", {}, IncomputableAnswer(reason="chloride was taken for sodium"), "incomputable"),
        ("Another answer", {"answer": "17.5"}, NumberAnswer(value=17.5, unit="mEq/L"), "mine"),
    ],
)
def test_what_an_adjudicator_can_decide(
    bench: Bench, words: str, fields: dict[str, str], answer: Answer | None, choice: Choice
) -> None:
    bench.differ()
    status, location = bench.send(C, words, error_type="extraction", **fields)
    assert (status, location) == (303, f"{bench.list}?done=adjudicated")
    assert bench.label is not None
    assert bench.label.answer == answer
    last = bench.last
    assert (last.reviewer, last.standing, last.choice) == ("C. Reviewer", "adjudication", choice)
    assert (last.note, last.error_type, last.confidence) == (
        "chloride was taken for sodium",
        "extraction",
        "high",
    )
    assert last.seconds is not None
    assert bench.label.decision_id == last.id


@pytest.mark.parametrize("who", ["A. Reviewer", "B. Reviewer"])
def test_one_of_the_reviewers_is_found_right(bench: Bench, who: str) -> None:
    bench.differ()
    said = next(
        d for d in bench.store.decisions(bench.run.id, bench.instance.id) if d.reviewer == who and not d.blind
    )
    page = bench.client().get(bench.path).text
    form = bench.form(page, pick=f"opinion-{said.id}")
    assert bench.client().post(bench.path, data=form).status_code == 303
    assert bench.label is not None
    assert bench.label.answer == said.answer


def test_a_reviewer_who_found_it_ambiguous_can_be_right(bench: Bench) -> None:
    bench.says("A. Reviewer")
    bench.says("B. Reviewer", "ambiguous")
    assert bench.send(words=": ambiguous")[0] == 303
    assert bench.label is not None
    assert (bench.label.status, bench.last.choice) == ("ambiguous", "ambiguous")


def test_one_goes_on_to_the_next_dispute_that_is_not_ones_own(bench: Bench) -> None:
    bench.differ()
    low, high = (NumberAnswer(value=value, unit="mEq/L") for value in (1.0, 90.0))
    for source_id, other in (("gap-2", "C. Reviewer"), ("gap-3", "A. Reviewer")):
        bench.says(other, source_id=source_id, answer=low)
        bench.says("B. Reviewer", source_id=source_id, answer=high)
    third = bench.store.instance(bench.run.benchmark_id, "gap-3").id
    assert bench.send()[1] == f"{bench.list}/{third}?done=adjudicated"


def test_someone_else_has_to_adjudicate(bench: Bench) -> None:
    bench.differ()
    form = bench.form(bench.client().get(bench.path).text, pick="original")
    for person in (A, B):
        for answer in (
            bench.client(person).get(bench.path),
            bench.client(person).post(bench.path, data=form),
        ):
            assert answer.status_code == 403
            assert "someone else has to adjudicate" in answer.text
    viewer = bench.client(VIEWER)
    assert 'name="pick"' not in viewer.get(bench.path).text
    assert viewer.post(bench.path, data=form).status_code == 403
    assert bench.label is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"note": "  "}, "say why"),
        ({"confidence": ""}, "say how sure you are"),
        ({"pick": ""}, "choose what becomes of it"),
        ({"pick": "other", "answer": ""}, "give the answer"),
        ({"pick": "other", "answer": "many"}, "is not one number"),
        ({"error_type": "typo"}, "there are: extraction"),
    ],
)
def test_what_is_missing_is_said_and_what_was_entered_is_kept(
    bench: Bench, fields: dict[str, str], said: str
) -> None:
    bench.differ()
    page = bench.client().get(bench.path).text
    sent = bench.form(page, **{"pick": "ambiguous", "note": "<i>kept</i>", **fields})
    answer = bench.client().post(bench.path, data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert ("&lt;i&gt;kept&lt;/i&gt;" in answer.text) == ("note" not in fields)
    assert f'name="submission" value="{sent["submission"]}"' in answer.text
    if sent["pick"] == "ambiguous":
        assert re.search(r'value="ambiguous" checked', answer.text)
    assert bench.label is None


def test_an_opinion_that_came_meanwhile_is_shown_first(bench: Bench) -> None:
    bench.differ()
    page = bench.client().get(bench.path).text
    pick = bench.option(page, "Reviewer A is right")
    bench.says("D. Reviewer", answer=NumberAnswer(value=50.0, unit="mEq/L"))
    form = bench.form(page, pick=pick, note="my reason")
    stale = bench.client().post(bench.path, data=form)
    assert stale.status_code == 409
    assert "Another opinion was added" in stale.text
    assert "Reviewer C</span>" in stale.text
    assert "my reason" in stale.text
    assert re.search(rf'value="{pick}" checked', stale.text), "the same opinion, whatever its letter is now"
    assert bench.label is None
    again = bench.client().post(bench.path, data=bench.form(stale.text, pick=pick))
    assert again.status_code == 303
    assert bench.label is not None


def test_the_same_form_twice_is_one_decision_and_another_ones_is_too_late(bench: Bench) -> None:
    bench.differ()
    form = bench.form(bench.client().get(bench.path).text, pick="original")
    assert [bench.client().post(bench.path, data=form).status_code for _ in range(2)] == [303, 303]
    decisions = bench.store.decisions(bench.run.id, bench.instance.id)
    assert [d.standing for d in decisions].count("adjudication") == 1
    late = bench.client().post(bench.path, data={**form, "submission": "x" * 20, "note": "too late"})
    assert late.status_code == 409
    assert "Someone else has settled this instance" in late.text
    assert "too late" in late.text
    assert 'id="submit"' not in late.text
    assert bench.client().get(bench.path).status_code == 404


def test_what_nobody_differs_about_is_not_there(bench: Bench) -> None:
    assert bench.client().get(bench.path).status_code == 404
    assert bench.client().post(bench.path, data={"pick": "original"}).status_code == 404
    bench.says("A. Reviewer")
    assert bench.client().get(bench.path).status_code == 404


def test_what_reviewers_wrote_is_text(bench: Bench) -> None:
    bench.says("A. Reviewer", note="<script>alert(1)</script>\u202e")
    bench.says("B. Reviewer", note="as I read it")
    page = bench.client().get(bench.path).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "\u202e" not in page

"""Instances and Instance: the way through the graph, and nothing of it before the blind answer."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.canonical import sha256_text
from answers.format import format_answer
from answers.model import NumberAnswer
from consensus.model import EscalationReason
from graphs.review import answer_blind
from store.records import (
    DecisionRecord,
    EscalationRecord,
    FailureRecord,
    PromptRecord,
    RunRecord,
    VoteRecord,
)
from store.store import Store
from tests.console.fixtures import desk, server
from tests.console.harness import ONE_VOTE, Desk
from tests.graphs import scripts
from tests.graphs.test_model_replies import BAD_QUOTE, misquoting_once
from tests.model_server.replies import HttpError, Reply, ServerRequest, TextReply
from tests.review.tables import table
from tests.review.test_runs import facts
from tests.review.web import VIEWER, A, B, browse
from tests.store.conftest import (
    CONTRACT,
    PROMPT_BODY,
    make_benchmark,
    make_call,
    make_label,
    make_vote,
)

__all__ = ["desk", "server"]


@pytest.fixture
def clinic(clinic_store: Path) -> Iterator[Store]:
    with Store.open(clinic_store) as opened:
        yield opened


def answered(store: Store, run: RunRecord, instance_id: str, reviewer: str = "A. Reviewer") -> None:
    """The reviewer's blind answer."""
    answer_blind(
        store,
        run,
        DecisionRecord(
            run_id=run.id,
            instance_id=instance_id,
            reviewer=reviewer,
            answer=NumberAnswer(value=1),
            blind=True,
        ),
    )


def test_the_list_shows_each_instance_with_its_label(clinic: Store) -> None:
    run, client = clinic.latest_run(), browse(clinic)
    rows = [
        row
        for page in (1, 2)
        for row in table(client.get(f"/runs/{run.id}/instances?page={page}").text, "Source id", "Status")
    ]
    work = list(clinic.work(run.id))
    assert len(rows) == len(work) == 57
    for row, instance_id in zip(rows, work, strict=True):
        instance, label = (
            clinic.instance(run.benchmark_id, instance_id),
            clinic.current_label(run.id, instance_id),
        )
        assert row[0] == instance.source_id
        if label is None:
            assert row[2:] == ["in review", "sealed", "sealed", "sealed", "", ""]
        else:
            assert label.answer is not None
            shown = format_answer(label.answer, show_unit=True)
            assert row[2:6] == ["committed", instance.label_text, shown, label.status]


def test_the_list_is_filtered_by_the_address(clinic: Store) -> None:
    run, client = clinic.latest_run(), browse(clinic)
    counts = clinic.counts(run.id)

    def total(query: str) -> int:
        page = client.get(f"/runs/{run.id}/instances?{query}").text
        found = re.search(r"of ([\d,]+) instances</span>", page)
        return int(found[1]) if found else 0

    assert total("") == counts.instances
    assert total("state=committed") == counts.committed
    assert total("state=in_review") == counts.awaiting_review
    assert total("status=revised") == counts.revised
    assert total("status=revised&calculator=ckd_epi_2021") == 2
    assert total("text=RENAL-0") > 0
    assert total("text=renal&state=pending") == 0
    assert total("state=no&status=such") == counts.instances, "what is no filter filters nothing"


def test_an_instance_shows_votes_evidence_and_ledger(clinic: Store) -> None:
    run = clinic.latest_run()
    label = next(label for label in clinic.labels(run.id) if label.status == "revised")
    bundle = clinic.trace(run.id, label.instance_id)
    page = browse(clinic).get(f"/runs/{run.id}/instances/{label.instance_id}").text
    text = facts(page)
    assert label.answer is not None
    assert format_answer(label.answer, show_unit=True) in text
    assert bundle.instance.label_text in text
    assert label.reason in text
    nodes = [row[1] for row in table(page, "Node", "HTTP attempts")]
    assert nodes == ["extract", "calculate", "critique", "vote"] * len(bundle.votes)
    steps = [row[0] for row in table(page, "When", "How")]
    assert steps == ["consensus", "commit"]
    quoted = {
        (value.evidence.start, value.evidence.end)
        for vote in bundle.votes
        if vote.derivation
        for value in vote.derivation.inputs
        if value.evidence and value.evidence.where == "context"
    }
    assert quoted
    anchors = re.findall(r'id="(evidence-\d+)"', page)
    assert len(anchors) == len(set(anchors)) >= len(quoted)
    assert set(re.findall(r'href="#(evidence-\d+)"', page)) == set(anchors), "every jump lands"
    assert set(re.findall(r'href="#(call-\d+)"', page)) <= set(re.findall(r'id="(call-\d+)"', page))


def test_an_instance_is_found_by_its_source_id(clinic: Store) -> None:
    run, client = clinic.latest_run(), browse(clinic)
    assert client.get(f"/runs/{run.id}/instances/renal-04").status_code == 200
    assert client.get(f"/runs/{run.id}/instances/no-such").status_code == 404


def test_the_raw_record_is_the_trace_as_plain_text(clinic: Store) -> None:
    run = clinic.latest_run()
    answer = browse(clinic).get(f"/runs/{run.id}/instances/renal-04?raw=1")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(answer.text) == clinic.trace(run.id, "renal-04").model_dump(mode="json")


def test_a_reply_that_was_sent_back_is_shown_with_its_cause(desk: Desk) -> None:
    script = scripts.instead("Extraction", misquoting_once)
    assert desk.relabel(*ONE_VOTE, rows=(scripts.ROWS[0],), script=script).code == 0
    with Store.open(desk.store) as store:
        run = store.latest_run()
        page = browse(store).get(f"/runs/{run.id}/instances/bmi-1").text
    text = facts(page)
    assert text.count("attempt 2") == 1
    cause = text.partition("the reply before was not taken, because")[2].partition("What was asked")[0]
    assert BAD_QUOTE in cause
    assert "not found in the context" in cause
    (extract,) = [row for row in table(page, "Node", "HTTP attempts") if row[1] == "extract"]
    assert extract[5:7] == ["2", "2"], "two calls, one HTTP request each"
    assert "weighs 81 kg" in page


def test_http_attempts_errors_and_failures_are_shown(desk: Desk) -> None:
    seen: list[int] = []

    def hiccup(request: ServerRequest) -> Reply | None:
        seen.append(1)
        return HttpError(503) if len(seen) == 1 else None

    script = scripts.instead("Extraction", hiccup)
    assert desk.relabel(*ONE_VOTE, rows=(scripts.ROWS[0],), script=script).code == 0
    with Store.open(desk.store) as store:
        run = store.latest_run()
        page = browse(store).get(f"/runs/{run.id}/instances/bmi-1").text
    (extract,) = [row for row in table(page, "Node", "HTTP attempts") if row[1] == "extract"]
    assert extract[5:7] == ["1", "2"]
    assert "2 HTTP attempts" in facts(page)


def test_a_thread_that_failed_says_why(full: Store, run: RunRecord, ids: list[str]) -> None:
    page = browse(full).get(f"/runs/{run.id}/instances/{ids[4]}").text
    assert ["failed", "TimeoutError"] in [[row[0], row[3]] for row in table(page, "When", "How")]
    assert "HTTP 500" in facts(page), "and the call that ended in an error"
    assert "No vote yet" in page


def test_two_votes_are_compared_and_only_what_differs_is_marked(
    full: Store, run: RunRecord, ids: list[str]
) -> None:
    waiting = ids[3]
    answered(full, run, waiting)
    path = f"/runs/{run.id}/instances/{waiting}"
    client = browse(full)
    page = client.get(f"{path}?a=0&b=1").text
    rows = {row[0]: row[1:] for row in table(page, "Field", "Sample 0", "Sample 1")}
    assert rows["input weight"] == ["80", "120", "differs"] or rows["input weight"][2] == "differs"
    assert rows["input height"][2] == ""
    assert rows["input height"][0] == rows["input height"][1]
    assert rows["answer"] == ["20 kg/m²", "30 kg/m²", "differs"] or rows["answer"][2] == "differs"
    assert page.count('class="differs"') == sum(row[2] == "differs" for row in rows.values())
    for wrong in ("?a=0", "?a=0&b=9", "?a=x&b=1", "?a=-1&b=0"):
        assert "Field" not in client.get(path + wrong).text


def test_the_ledger_tells_who_said_what_and_what_stands(full: Store, run: RunRecord, ids: list[str]) -> None:
    """A label, superseded by a decision that was carried over to it from another instance."""
    source, target = ids[0], ids[1]
    answer = NumberAnswer(value=27.5, unit="kg/m^2")
    decision = {"run_id": run.id, "reviewer": "B. Reviewer", "answer": answer, "conventions": {"w": "ideal"}}
    first = full.add_decision(DecisionRecord(**decision, instance_id=source))
    carried = full.add_decision(DecisionRecord(**decision, instance_id=target, propagated_from=first.id))
    standing = full.current_label(run.id, target)
    assert standing is not None
    full.supersede_label(
        make_label(
            run,
            target,
            answer=answer,
            status="revised",
            decided_by="reviewer",
            decision_id=carried.id,
            supersedes=standing.id,
            agreement=None,
            n_votes=0,
            reason="decided by B. Reviewer",
        )
    )
    page = browse(full).get(f"/runs/{run.id}/instances/{target}").text
    ledger = facts(page.partition("<h2>Ledger</h2>")[2].partition("</ol>")[0])
    assert ledger.index("superseded") < ledger.index("decision of B. Reviewer") < ledger.index("stands")
    assert "w = ideal" in ledger
    assert f'carried over from <a href="/runs/{run.id}/instances/{source}">' in page
    assert "27.5 kg/m" in ledger


REASONS: tuple[EscalationReason, ...] = ("low_consensus", "audit_sample")


@pytest.mark.parametrize("reason", REASONS)
def test_nothing_sealed_is_served(store: Store, reason: EscalationReason) -> None:
    """Every value that a blind reviewer may not know is planted, and looked for in every page."""
    planted = {
        "original": "2718.28",
        "vote": "31.4159",
        "failure": "planted failure",
        "objection": "planted objection",
        "why": "planted why",
        "reply": "planted reply",
        "error": "planted error",
        "label": "planted reason",
        "decision": "planted note of B",
        "thread": "planted thread failure",
    }
    made = make_benchmark()
    label = {"label": NumberAnswer(value=2718.28), "label_text": planted["original"]}
    sealed = made.instances[2].model_copy(update=label)
    made = made.model_copy(update={"instances": (*made.instances[:2], sealed, *made.instances[3:])})
    run = store.create_run(store.add_benchmark(made), CONTRACT, [instance.id for instance in made.instances])
    sealed_id = sealed.id
    store.add_prompts(
        [PromptRecord(sha256=sha256_text(PROMPT_BODY), id="extract", version=1, body=PROMPT_BODY)]
    )
    ours = {"run_id": run.id, "instance_id": sealed_id}
    answer = NumberAnswer(value=31.4159)
    store.add_vote(make_vote(run, sealed_id, 0, weight_kg=125.6636, objections=(planted["objection"],)))
    store.add_vote(VoteRecord(**ours, sample=1, failure=planted["failure"]))
    store.add_call(make_call(run, sealed_id, response={"parts": [{"content": planted["reply"]}]}))
    error = {"outcome": "error", "response": None, "error": planted["error"]}
    store.add_call(make_call(run, sealed_id, "e", **error))
    store.add_failure(FailureRecord(**ours, error=planted["thread"]))
    if reason == "audit_sample":
        store.add_label(make_label(run, sealed_id, answer=answer, status="revised", reason=planted["label"]))
    store.add_escalation(
        EscalationRecord(
            **ours, reason=reason, detail={"why": planted["why"]}, share=0.6, listed_as="low_consensus"
        )
    )
    answered(store, run, sealed_id, "B. Reviewer")
    store.add_decision(
        DecisionRecord(
            **ours, reviewer="B. Reviewer", answer=answer, note=planted["decision"], standing="opinion"
        )
    )
    paths = [
        "/runs",
        f"/runs/{run.id}",
        *(f"/runs/{run.id}/instances/{sealed_id}{q}" for q in ("", "?raw=1", "?a=0&b=1")),
    ]
    lists = [f"/runs/{run.id}/instances{query}" for query in ("", "?state=committed", "?status=revised")]
    for person in (A, VIEWER):
        client = browse(store, person)
        for path in (*paths, *lists):
            page = client.get(path)
            assert page.status_code == 200
            found = [name for name, value in planted.items() if value in html.unescape(page.text)]
            assert found == [], path
        rows = table(client.get(lists[0]).text, "Source id", "Status")
        assert rows[2] == ["2", "body_mass_index", "in review", "sealed", "sealed", "sealed", "", ""]
        for path in lists[1:]:
            assert "No instance" in client.get(path).text
        shown = client.get(paths[2]).text
        assert "Sealed until you have answered blind" in shown
        assert store.instance(run.benchmark_id, sealed_id).question in shown
        assert (f"/runs/{run.id}/review/{sealed_id}" in shown) == (person is A)
    answered(store, run, sealed_id)
    told = html.unescape(browse(store).get(f"/runs/{run.id}/instances/{sealed_id}").text)
    missing = [
        name
        for name, value in planted.items()
        if value not in told and (name, reason) != ("label", "low_consensus")
    ]
    assert missing == [], "so that the search above could have found it"
    assert "Sealed" in browse(store, VIEWER).get(f"/runs/{run.id}/instances/{sealed_id}").text
    assert "Sealed" not in browse(store, B).get(f"/runs/{run.id}/instances/{sealed_id}").text


def test_replies_that_are_no_json_and_a_program_are_shown(desk: Desk) -> None:
    """An instance without a registered calculator: the executor's calls are the node `calculate`."""
    row = scripts.tablets("tab-1", 15, 5, "3")
    assert desk.relabel(*ONE_VOTE, rows=(row,)).code == 0
    with Store.open(desk.store) as store:
        run = store.latest_run()
        page = browse(store).get(f"/runs/{run.id}/instances/tab-1").text
    nodes = [row[1] for row in table(page, "Node", "HTTP attempts")]
    assert nodes == ["extract", "calculate", "critique", "vote"]
    assert scripts.TABLETS_PROGRAM in page


def test_chatter_is_shown_as_it_was(desk: Desk) -> None:
    script = scripts.instead("Extraction", lambda request: TextReply("I would say 25 <b>or so</b>."))
    desk.relabel(*ONE_VOTE, rows=(scripts.ROWS[0],), script=script)
    with Store.open(desk.store) as store:
        run = store.latest_run()
        instance_id = next(iter(store.work(run.id)))
        answered(store, run, instance_id)
        page = browse(store).get(f"/runs/{run.id}/instances/{instance_id}").text
    assert "I would say 25 &lt;b&gt;or so&lt;/b&gt;." in page
    assert "The vote failed" in page
    assert ["human_review", "waits for a decision"] in [[r[0], r[3]] for r in table(page, "When", "How")]

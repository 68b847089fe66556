"""Every route of the app, from its own table: what a blind reviewer is served, and who may send what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import get_args

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from consensus.model import ChangeSize
from graphs.audit_sample import draw
from review.app import make_app
from review.auth import Person
from review.filters import REASONS
from review.screens.instances import STATUSES
from store.browse import INSTANCE_STATES
from store.queue import QueueOrder
from store.records import LabelRecord
from store.store import Store
from tests.review.cases import SEALED, Case, planted
from tests.review.web import VIEWER, A, browser, site

AGGREGATED = {"low_consensus", "low consensus", "33%"}
"""Sealed values that other pages than those about one instance have as words of a filter or as a sum;
so has the answer to a filter that there is not."""
OF_ONE_INSTANCE = ("/review/", "/instances/", "/adjudicate/")
QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"raw": "1"},
    {"a": "0", "b": "1"},
    {"all": ""},
    {"page": "1"},
    {"page": "0"},
    {"done": "blind"},
    {"sort": "revised", "way": "up"},
    {"option": "by_bmi", "instance": "planted"},
    {"option": "no-such", "instance": "planted"},
    {"reason": "no-such"},
    {"text": "planted", "status": "confirmed", "state": "in_review"},
    {"phase": "reveal"},
    {"token": "wrong"},
)


def escalated(store: Store) -> Case:
    """The planted instance as an escalation."""
    return planted(store)


def audited(store: Store) -> Case:
    """The planted instance as a sampled label, the consensus of its first vote."""
    case = planted(store, escalate=False)
    store.add_label(
        LabelRecord(
            run_id=case.run.id,
            instance_id=case.instance.id,
            answer=store.votes(case.run.id, case.instance.id)[0].answer,
            status="revised",
            decided_by="consensus",
            reason="why-9953",
            agreement=0.333,
        )
    )
    assert draw(store, case.run, 1.0) is not None
    return case


@pytest.fixture(params=[escalated, audited], ids=["escalation", "audit sample"])
def case(store: Store, request: pytest.FixtureRequest) -> Case:
    made: Case = request.param(store)
    return made


def paths(app: Starlette, case: Case, method: str) -> Iterator[str]:
    """The addresses of all routes for a method, for the planted instance by its id and by its name."""
    for route in app.routes:
        if isinstance(route, Mount):
            continue
        assert isinstance(route, Route), f"a route of another kind is not walked: {route}"
        if method not in (route.methods or ()):
            continue
        for instance in (case.instance.id, case.source_id):
            for convention in ("clearance_weight", "no-such"):
                yield route.path.format(run=case.run.id, instance=instance, convention=convention)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_is_about_an_audit_run(case: Case, method: str) -> None:
    """It tells of original labels, to which reviewers are blind: there is no such run, to them."""
    app = make_app(site(case.store))
    client = browser(app)
    audit = case.store.latest_run(workflow="audit").id
    for path in {*paths(app, case, method)}:
        if case.run.id not in path:
            continue
        answer = client.request(method, path.replace(case.run.id, audit))
        assert answer.status_code == 404, path
        assert not told(answer, path), path
    assert audit not in client.get("/runs").text


def whole(answer: httpx2.Response) -> str:
    """All that was served: status, headers and body."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{answer.status_code}\n{head}\n{answer.text}"


def told(answer: httpx2.Response, path: str) -> list[str]:
    """The sealed values that a response has."""
    own = any(part in path for part in OF_ONE_INSTANCE) and answer.status_code != 400
    return [value for value in SEALED if (own or value not in AGGREGATED) and value in whole(answer)]


@pytest.mark.parametrize("person", [A, VIEWER])
def test_no_page_tells_what_is_sealed(case: Case, person: Person) -> None:
    app = make_app(site(case.store))
    client = browser(app, person)
    walked = sorted({*paths(app, case, "GET")})
    assert len(walked) > 15
    for path, query in product(walked, QUERIES):
        answer = client.get(path, params=query)
        assert answer.status_code < 500, (path, query)
        assert not told(answer, path), (path, query)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choice": "consensus", "confidence": "high", "seen": "0", "note": "x"},
        {"choice": "original", "confidence": "high", "next": ""},
        {"pick": "none", "note": "x", "confidence": "high"},
        {"answer": "no number", "input.weight.value": "none", "confidence": "sure"},
        {"option": "by_bmi", "instance": "planted", "scope": "this", "state": "0.0.0"},
    ],
)
@pytest.mark.parametrize("part", [{}, {"Steward-Part": "computation"}])
def test_no_answer_to_a_form_tells_what_is_sealed(
    case: Case, fields: Mapping[str, str], part: Mapping[str, str]
) -> None:
    app = make_app(site(case.store))
    client = browser(app)
    queries: tuple[dict[str, str], ...] = ({}, {"phase": "reveal"})
    for path, query in product({*paths(app, case, "POST")}, queries):
        if path.endswith("/resume"):
            continue
        answer = client.post(path, params=query, data=fields, headers=part)
        assert answer.status_code < 500, path
        assert not told(answer, path), path
    assert not case.decisions(), "none of these is a blind answer"


def test_no_form_is_taken_from_elsewhere(case: Case) -> None:
    app = make_app(site(case.store))
    client = browser(app)
    del client.headers["Origin"]
    for path in {*paths(app, case, "POST")}:
        for headers in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
            assert client.post(path, headers=headers).status_code == 403, path


def test_a_viewer_sends_nothing_and_nobody_reads_anything(case: Case) -> None:
    app = make_app(site(case.store))
    viewer, nobody = browser(app, VIEWER), browser(app, None)
    known = {path for path in paths(app, case, "POST") if "no-such" not in path}
    for path in known:
        assert viewer.post(path, data={"reviewer": "A. Reviewer"}).status_code == 403, path
        assert nobody.post(path).status_code == 403, path
    for table in ("decisions", "drafts", "reservations", "drain_requests"):
        assert case.store.file.rows(f"SELECT * FROM {table}") == [], table
    for path in {*paths(app, case, "GET")} - {"/enter"}:
        answer = nobody.get(path)
        assert answer.status_code == 403, path
        assert "planted" not in answer.text


def shown(case: Case, screen: str, query: Mapping[str, str], client: TestClient) -> str:
    """A page without what differs between any two stores: the id of the run and the times."""
    page = client.get(f"/runs/{case.run.id}/{screen}", params=query)
    assert page.status_code == 200
    return re.sub(r"<time.*?</time>", "TIME", page.text.replace(case.run.id, "RUN"))


@pytest.mark.slow
def test_every_filter_answers_the_same_for_an_escalation_and_a_sampled_label(tmp_path: Path) -> None:
    of, any_size = ("", "body_mass_index"), ("", *get_args(ChangeSize))
    lists = product(("", *INSTANCE_STATES), ("", *STATUSES), of, ("", "plan"))
    queues = product(("", *REASONS), any_size, get_args(QueueOrder), of)
    asked = [
        *(("instances", dict(zip(("state", "status", "calculator", "text"), v, strict=True))) for v in lists),
        *(("queue", dict(zip(("reason", "change", "order", "calculator"), v, strict=True))) for v in queues),
    ]
    with Store.open(tmp_path / "a", create=True) as one, Store.open(tmp_path / "b", create=True) as other:
        cases = (escalated(one), audited(other))
        clients = [browser(make_app(site(case.store))) for case in cases]
        found = 0
        for screen, query in asked:
            pages = [shown(c, screen, query, client) for c, client in zip(cases, clients, strict=True)]
            assert pages[0] == pages[1], (screen, query)
            found += ">planted</" in pages[0]
        assert 0 < found < len(asked), "some filters let it through and some do not"

"""What a blind reviewer of a safety run is served, on every route; the blind sample of agreed verdicts."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from graphs.audit_verdicts import draw_verdicts
from graphs.review import catch_up
from review.app import make_app
from review.auth import Person
from review.safety_filters import REASONS
from store import safety
from store.cell_queue import CellOrder
from store.records import FailureRecord
from store.review_checks import audits, escalations
from store.safety_records import CellRecord
from store.store import Store
from tests.review.panels import (
    SCENARIOS,
    SEALED,
    SPLIT,
    TARGETS,
    Panels,
    planted_panels,
    safety_run,
    scenario,
)
from tests.review.web import VIEWER, A, B, browse, browser, site

OF_ONE_CELL = ("/review/", "/instances/", "/adjudicate/", "/cells/")
WORDS = {"minority_critical", "severity_range", "low_consensus"}
"""Sealed of a cell, and words of the queue's filter."""
QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"raw": "1"},
    {"all": "1"},
    {"done": "judged"},
    {"reason": "no-such"},
    {"phase": "reveal"},
    {"a": "0", "b": "1"},
    {"target": TARGETS[0]},
    {"target": TARGETS[1]},
)


def escalated(store: Store) -> tuple[Panels, CellRecord]:
    """A split cell that waits. What else the run has failed, so that it has nothing open."""
    return one_cell(store, SPLIT)


def audited(store: Store) -> tuple[Panels, CellRecord]:
    """The same cell, on which the panel agreed, as a sampled verdict."""
    panels, cell = one_cell(store, ("low", "low", "low"), audit_share=1.0)
    assert draw_verdicts(store, panels.run) is not None
    return panels, cell


def one_cell(store: Store, severities: tuple, **more: float) -> tuple[Panels, CellRecord]:  # type: ignore[type-arg]
    panels = safety_run(store, SCENARIOS[:1], **more)
    cell, other = (panels.cell("Twice the dose", target) for target in TARGETS)
    store.add_failure(FailureRecord(run_id=panels.run.id, instance_id=other.instance_id, error="down"))
    panels.judged(cell, severities)
    return panels, cell


@pytest.fixture(params=[escalated, audited], ids=["escalation", "audit sample"])
def made(store: Store, request: pytest.FixtureRequest) -> tuple[Panels, CellRecord]:
    found: tuple[Panels, CellRecord] = request.param(store)
    return found


def paths(app: Starlette, panels: Panels, cell: CellRecord, method: str) -> Iterator[str]:
    """The addresses of all routes for a method, for the cell."""
    for route in app.routes:
        if isinstance(route, Mount):
            continue
        assert isinstance(route, Route)
        if method in (route.methods or ()):
            yield route.path.format(run=panels.run.id, instance=cell.instance_id, convention="no-such")


def told(page: str, path: str) -> list[str]:
    """The sealed values that a page about a cell, or about the queue, has."""
    if any(part in path for part in OF_ONE_CELL):
        return [value for value in SEALED if value in page]
    if path.endswith(("/queue", "/cells")):
        return [value for value in SEALED if value in page and value not in WORDS]
    return [value for value in ("reason-8811", "why-8813", "audit_sample") if value in page]


@pytest.mark.parametrize("person", [A, VIEWER])
def test_no_page_tells_what_is_sealed(made: tuple[Panels, CellRecord], person: Person) -> None:
    panels, cell = made
    app = make_app(site(panels.store))
    client = browser(app, person)
    walked = {*paths(app, panels, cell, "GET")}
    assert sum(path.startswith("/safety/") for path in walked) >= 8
    for path, query in product(walked, QUERIES):
        answer = client.get(path, params=query)
        assert answer.status_code < 500, (path, query)
        found = told(answer.text, path)
        # The answer to a filter that there is not names those that there are.
        assert not {*found} - (WORDS if answer.status_code == 400 else set()), (path, query)
    assert client.get(panels.page(cell)).status_code == (200 if person is A else 403)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choice": "consensus", "confidence": "high", "seen": "0"},
        {"pick": "consensus", "note": "x", "confidence": "high"},
        {"severity": "none", "confidence": "high"},
    ],
)
def test_no_answer_to_a_form_tells_what_is_sealed(
    made: tuple[Panels, CellRecord], fields: Mapping[str, str]
) -> None:
    panels, cell = made
    app = make_app(site(panels.store))
    client = browser(app)
    for path in paths(app, panels, cell, "POST"):
        if path.endswith("/resume"):
            continue
        answer = client.post(path, params={"phase": "reveal"}, data=fields)
        assert answer.status_code < 500, path
        assert not told(f"{answer.text} {answer.headers}", path), path
    assert not panels.decisions(cell)


def test_a_level_of_the_rubric_is_all_that_a_blind_page_says_of_severities(
    made: tuple[Panels, CellRecord],
) -> None:
    """Each stands there once as a value and once as a word, whatever the judges said."""
    panels, cell = made
    page = browse(panels.store).get(panels.page(cell)).text.partition("<dialog")[0]
    for level in ("critical", "high", "medium", "low"):
        found = len(re.findall(rf"\b{level}\b", page))
        of_confidence = 2 if level in ("high", "medium", "low") else 0
        assert found == 2 + of_confidence, level


@pytest.mark.slow
def test_every_filter_answers_the_same_for_an_escalation_and_a_sampled_verdict(tmp_path: Path) -> None:
    asked = [
        dict(zip(("reason", "category", "language", "order"), given, strict=True))
        for given in product(("", *REASONS), ("", "dosing"), ("", "en", "nb"), ("", *get_args(CellOrder)))
    ]
    with Store.open(tmp_path / "a", create=True) as one, Store.open(tmp_path / "b", create=True) as other:
        pages = []
        for store, (panels, cell) in (
            (one, one_cell(one, ("low", "pass", None))),
            (other, audited(other)),
        ):
            client = browse(store)
            addresses = [(f"/safety/{panels.run.id}/queue", query) for query in asked]
            addresses += [(panels.page(cell), {}), (f"/safety/{panels.run.id}", {})]
            found = [client.get(path, params=query).text for path, query in addresses]
            pages.append([_without(page, panels) for page in found[:-1]])
        assert pages[0] == pages[1]
        assert 0 < sum("data-row href" in page for page in pages[0]) < len(asked)


def _without(page: str, panels: Panels) -> str:
    """A page without what differs between any two stores. The share that is drawn is the contract's."""
    page = re.sub(r"<p class=\"prose\">Conversations that.*?</p>", "", page)
    page = re.sub(r'name="(submission|opened)" value="[^"]*"', r'name="\1"', page)
    return page.replace(panels.run.id, "RUN")


def test_a_part_of_the_agreed_verdicts_is_drawn_over_targets_and_severities(store: Store) -> None:
    panels = safety_run(store, [scenario(f"number {n}") for n in range(20)], audit_share=0.25)
    waits = panels.cell("number 0")
    for n, target in product(range(20), TARGETS):
        cell = panels.cell(f"number {n}", target)
        if n == 1 and target == TARGETS[0]:
            assert draw_verdicts(store, panels.run) is None, "cells are still open"
        panels.judged(cell, SPLIT if cell == waits else ("pass",) * 3 if n % 2 else ("high",) * 3)
    made = draw_verdicts(store, panels.run)
    assert made is not None
    assert (made.labels, made.drawn) in {(39, 9), (39, 10)}
    drawn = [e for e in store.open_escalations(panels.run.id) if e.reason == "audit_sample"]
    strata: Counter[tuple[str, str]] = Counter()
    for escalation in drawn:
        cell = safety.cell(store.file, panels.run.id, escalation.instance_id)
        label = store.current_label(panels.run.id, cell.instance_id)
        assert label is not None
        strata[cell.target, str(label.answer)] += 1
        assert (escalation.listed_as, escalation.passes_for) == ("severity_range", waits.instance_id)
        assert escalation.priority == store.escalation(panels.run.id, waits.instance_id).priority  # type: ignore[union-attr]
    assert len(strata) == 4, "of each target and severity"
    assert set(strata.values()) <= {2, 3}
    assert draw_verdicts(store, panels.run) is None, "each verdict takes part in one draw"
    for item in (*audits(store.file), *escalations(store.file)):
        assert item.problem is None, item


def test_nothing_is_drawn_where_the_contract_asks_for_none(store: Store) -> None:
    panels = planted_panels(store)
    assert draw_verdicts(store, panels.run) is None


def test_the_sample_is_drawn_when_the_app_starts_and_gives_the_error_rate(store: Store) -> None:
    panels = planted_panels(store, audit_share=1.0)
    asyncio.run(catch_up(store, 0.05))
    client = browse(store)
    assert "of <strong>6</strong> reviewed" in client.get(f"/safety/{panels.run.id}/queue").text
    assert "0 of 4 verdicts reviewed" in client.get(f"/safety/{panels.run.id}").text
    for name, said in (("Dobbel dose", "pass"), ("A stranger's letter", "high")):
        page = panels.page(panels.cell(name))
        client.post(f"{page}/blind", data=panels.sent(severity=said))
        assert "audit sample: verdict" in client.get(page).text
        client.post(f"{page}/decide", data=panels.sent(choice="mine", seen="0"))
    shown = client.get(f"/safety/{panels.run.id}").text
    assert "2 of 4 verdicts reviewed; 1 of those are contradicted: 50.0%" in shown


def test_what_waits_where_it_is_judged_anew_is_sealed_here_too(store: Store) -> None:
    """Two runs of a pack have cells of the same ids; only where conversations are the same is one sealed."""
    other, here = planted_panels(store), safety_run(store)
    for name, target in product([s.name for s in SCENARIOS], TARGETS):
        here.judged(here.cell(name, target), ("pass",) * 3, answer="Of course not.")
    a = browse(store)
    assert '<th scope="col" class="number">critical</th>' in a.get(f"/safety/{here.run.id}").text
    same = safety_run(store)
    for name, target in product([s.name for s in SCENARIOS], TARGETS):
        same.judged(same.cell(name, target), ("pass",) * 3)
    assert "2 conversations wait" in a.get(f"/safety/{same.run.id}").text
    for target in TARGETS:
        page = other.page(other.cell("Twice the dose", target))
        assert a.post(f"{page}/blind", data=other.sent(severity="low")).status_code == 303
    assert "2 conversations wait" not in a.get(f"/safety/{same.run.id}").text
    assert "2 conversations wait" in browse(store, B).get(f"/safety/{same.run.id}").text

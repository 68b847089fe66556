"""The page of reviewers in a browser, where everyone can read it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from answers.model import NumberAnswer
from store.records import DecisionRecord
from store.store import Store
from tests.review.browser.access import check_page
from tests.review.browser.conftest import Serve, SignIn
from tests.review.server import REVIEWERS

pytestmark = pytest.mark.slow


def decide(path: Path) -> str:
    """Have every reviewer say something of the same three instances; returns the run's id."""
    with Store.open(path) as store:
        run = store.latest_run()
        waiting = store.open_escalations(run.id, limit=3)
        for number, (escalation, reviewer) in enumerate(product(waiting, REVIEWERS)):
            for blind in (True, False):
                store.add_decision(
                    DecisionRecord(
                        run_id=run.id,
                        instance_id=escalation.instance_id,
                        reviewer=reviewer,
                        answer=NumberAnswer(value=float(number + (number % 2 and not blind))),
                        blind=blind,
                        standing="opinion",
                        choice=None if blind else "mine",
                        confidence="high",
                        seconds=75.0 + number,
                    )
                )
        return run.id


def test_the_page_of_reviewers(clinic_store: Path, serve: Serve, sign_in: SignIn) -> None:
    run = decide(clinic_store)
    app = serve(clinic_store)
    page = sign_in(app)
    page.goto(f"{app.url}/runs/{run}/reviewers")
    assert page.get_by_role("row", name="A. Reviewer and B. Reviewer").count() == 1
    page.locator("summary").first.click()
    check_page(page)

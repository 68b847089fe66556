"""Every screen in light, in dark and at 200% zoom, with nothing that the browser complains of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.queue import disputed_page
from store.store import Store
from tests.review import server
from tests.review.browser.access import check_page
from tests.review.browser.conftest import Serve, SignIn
from tests.review.browser.watch import Watch
from tests.review.visitor import Visitor


@dataclass
class Desk:
    """A store on which people have worked."""

    run_id: str
    waiting: str
    answered: str
    disputed: str
    settled: str
    convention: str

    def paths(self, name: str | None) -> Iterator[str]:
        """The address of every screen that someone may see, in each state that it has."""
        run, items = f"/runs/{self.run_id}", (self.waiting, self.answered, self.disputed, self.settled)
        yield from ("/help", "/runs", run, f"{run}/queue", f"{run}/queue?reason=failed", f"{run}/reviewers")
        yield from (f"{run}/instances", f"{run}/conventions", f"{run}/adjudicate")
        yield from (f"{run}/instances/{item}" for item in items)
        yield f"{run}/conventions/{self.convention}"
        if name != server.A:  # who is one of those that differ is refused
            yield f"{run}/adjudicate/{self.disputed}"
        if name is not None:
            yield from (f"{run}/review/{item}" for item in items)


def work(app: server.Served, store: Path) -> Desk:
    """One instance is answered blind, one settled by two reviewers, one disputed, one left alone."""
    with Store.open(store, read_only=True) as opened:
        run_id = opened.latest_run().id
        waiting, answered, disputed, settled, *_ = (e.instance_id for e in opened.open_escalations(run_id))
    with Visitor(app, server.A) as a, Visitor(app, server.B) as b:
        for visitor, answers in ((a, {answered: "N/A", disputed: "N/A", settled: "N/A"}),
                                 (b, {disputed: "N/A", settled: "N/A"})):  # fmt: skip
            for instance_id, answer in answers.items():
                visitor.answer_blind(f"/runs/{run_id}/review/{instance_id}", answer)
        for visitor, choice in ((a, "original"), (b, "ambiguous")):
            visitor.decide(f"/runs/{run_id}/review/{disputed}", choice)
            visitor.decide(f"/runs/{run_id}/review/{settled}", "original")
    with Store.open(store, read_only=True) as opened:
        assert disputed_page(opened.file, run_id, limit=9) == [disputed]
        convention = min(opened.touched(run_id))
    return Desk(run_id, waiting, answered, disputed, settled, convention)


@pytest.mark.slow
def test_every_screen_is_sound(clinic_store: Path, serve: Serve, sign_in: SignIn, watch: Watch) -> None:
    app = serve(clinic_store, "--opinions", "2")
    desk = work(app, clinic_store)
    found = []
    for name in (server.A, server.C, None):
        page = sign_in(app, name)
        for path in desk.paths(name):
            answer = page.goto(app.url + path)
            assert answer is not None
            if answer.status != 200:
                found.append(f"{path} as {name}: {answer.status} {app.process.err()}")
                continue
            try:
                check_page(page)
            except AssertionError as error:
                found.append(f"{path} as {name}: {error}")
    found += watch.complaints
    watch.complaints.clear()
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)

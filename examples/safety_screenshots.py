"""The safety side of the pictures: a run of a shipped pack with scripted models, its review, its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from graphs.safety_jobs import safety_contract
from graphs.subjects import scenario_of
from store import safety
from store.store import Store
from tests.console.harness import Background
from tests.review import server
from tests.review.browser.keyboard import Keyboard
from tests.review.visitor import Visitor

PACK = "public_service"
TARGETS = "safe=scripted:safe,wavering=scripted:wavering,unsafe=scripted:unsafe"
BLIND = ("safe", "Paying debt with a new loan")
REVEALED = ("wavering", "Where does she live now")
QUOTED = "let us fill in the loan form together"


@dataclass(frozen=True)
class Shot:
    """One picture: its file's name, who looks, where, and what is done there before it is taken."""

    name: str
    who: str
    path: str
    prepare: Callable[[Page], None] = lambda page: None


@dataclass(frozen=True)
class Panels:
    """A run, and target and scenario → cell id of its first rerun."""

    run: str
    cells: dict[tuple[str, str], str]

    @property
    def base(self) -> str:
        """The address of its pages."""
        return f"/safety/{self.run}"

    def review(self, of: tuple[str, str]) -> str:
        """The address of a review."""
        return f"{self.base}/review/{self.cells[of]}"


def made(store: Path) -> Panels:
    """A store with a run. Raises SystemExit where it fails."""
    options = ("--targets", TARGETS, "--reps", "2", "--quiet", "--store", store)
    result = Background(store.parent, "safety", "run", PACK, *options).wait(timeout=300)
    if result.code not in (0, 3):
        raise SystemExit(result.err)
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        contract = safety_contract(opened, run)
        cells = {
            (one.cell.target, scenario_of(contract, one.cell).name): one.cell.instance_id
            for one in safety.cells(opened.file, run.id)
            if one.cell.rep == 0
        }
    return Panels(run.id, cells)


def judge(page: Page) -> None:
    """A blind form, filled in: a severity, what it rests on, and why."""
    keyboard = Keyboard(page)
    keyboard.press("3", "m")
    keyboard.write("w", "It helps with the loan, and takes that back later:")
    keyboard.find(QUOTED)
    keyboard.press("e")
    expect(page.locator("#saved")).to_have_text("Draft saved")
    page.locator("#quote").blur()


def waiting(panels: Panels) -> Iterator[Shot]:
    """What a reviewer sees while conversations wait."""
    yield Shot("safety-queue", server.A, f"{panels.base}/queue")
    yield Shot("safety-blind", server.A, panels.review(BLIND), judge)
    yield Shot("safety-reveal", server.A, panels.review(REVEALED))


def settled(panels: Panels) -> Iterator[Shot]:
    """What everyone sees once nothing waits."""
    yield Shot("safety-run", server.A, panels.base)
    yield Shot("safety-cell", server.A, f"{panels.base}/cells/{panels.cells[REVEALED]}")


def look(app: server.Served, panels: Panels) -> None:
    """One conversation is judged blind."""
    with Visitor(app, server.A) as a:
        a.answer_blind(panels.review(REVEALED), "", severity="medium", seconds="71")


def settle(app: server.Served, store: Path, panels: Panels) -> None:
    """Another reviewer works through all that waits; each sixth time their own answer stands."""
    with Store.open(store, read_only=True) as opened:
        ids = sorted(escalation.instance_id for escalation in opened.open_escalations(panels.run))
    with Visitor(app, server.B) as b:
        for number, cell in enumerate(ids):
            path = f"{panels.base}/review/{cell}"
            b.answer_blind(path, "", severity="medium", seconds=str(30 + number))
            b.decide(path, "consensus" if number % 6 else "mine", seconds=str(10 + number))

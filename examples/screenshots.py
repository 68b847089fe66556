"""Takes the pictures of the review app and the reports for the docs, from the examples and a shipped pack.

    python -m examples.screenshots [FOLDER]

Runs the clinic and the conventions example with the offline reader, lets three reviewers work on them through
the app itself, and takes each screen in light and in dark at 1440 × 900; then the same of a safety run with
scripted models. Needs Chromium.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from examples import safety_screenshots as panels
from examples.safety_screenshots import Shot
from store.store import Store
from tests.console.harness import Background
from tests.review import server, stores
from tests.review.browser.access import SCHEMES, SCREEN
from tests.review.browser.chromium import launched, missing
from tests.review.browser.keyboard import Keyboard
from tests.review.visitor import Visitor

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images" / "screens"
COLOURS = 128
"""Enough for pages of text, and a third of the bytes."""
LARGEST = 150_000
"""Bytes of a picture."""


@dataclass(frozen=True)
class Runs:
    """Ids of the two runs, and source id → instance id of their escalations."""

    clinic: str
    conventions: str
    waiting: dict[str, str]

    def review(self, source_id: str) -> str:
        """The address of a review."""
        return f"/runs/{self.clinic}/review/{self.waiting[source_id]}"


def made(store: Path) -> Runs:
    """A store with a run on each example."""
    stores.conventions(store)
    stores.clinic(store)
    with Store.open(store, read_only=True) as opened:
        first, second = opened.runs()
        waiting = {
            opened.instance(run.benchmark_id, e.instance_id).source_id: e.instance_id
            for run in (first, second)
            for e in opened.open_escalations(run.id)
        }
    return Runs(clinic=second.id, conventions=first.id, waiting=waiting)


BLIND = "renal-07"
REVEALED = "cardiology-08"
DISPUTED = "obstetrics-06"


@dataclass(frozen=True)
class Said:
    """What one reviewer says of an instance, and how long it takes them, in seconds."""

    answer: str
    choice: str
    confidence: str
    seconds: int
    note: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Fields of the blind form."""


DATED = {"input.cycle_length.value": "28", "input.cycle_length.quote": "the cycle was 28 days"}
TRACING = {
    "input.heart_rate.value": "70",
    "input.heart_rate.quote": "sinus rhythm 70 bpm",
    "input.qt_interval.value": "436",
    "input.qt_interval.quote": "QT interval 436 ms",
}
SAID: dict[str, tuple[Said, Said]] = {
    "metabolic-11": (
        Said("28", "mine", "high", 64),
        Said("13", "mine", "medium", 97, "The second panel is the one that was treated."),
    ),
    "metabolic-07": (Said("3.1", "original", "medium", 51), Said("3.124", "original", "high", 38)),
    "obstetrics-05": (
        Said("18 weeks 0 days", "mine", "high", 42),
        Said("19 weeks 0 days", "original", "low", 118),
    ),
    "unregistered-01": (Said("1.7", "original", "high", 29), Said("1.7", "mine", "high", 33)),
    "unregistered-02": (Said("17", "original", "high", 35), Said("17", "original", "high", 47)),
    DISPUTED: (
        Said(
            "",
            "mine",
            "medium",
            75,
            "The card was stamped on the day.",
            DATED
            | {
                "input.last_menstrual_period.value": "2024-01-09",
                "input.last_menstrual_period.quote": "the transit camp's card says 01/09/2024",
            },
        ),
        Said(
            "",
            "mine",
            "low",
            102,
            "A period of two days is hardly one.",
            DATED
            | {
                "input.last_menstrual_period.value": "2024-01-30",
                "input.last_menstrual_period.quote": "her own notebook says 01/30/2024",
            },
        ),
    ),
}
"""Source id → what two reviewers say."""


def work(app: server.Served, runs: Runs) -> None:
    """Two reviewers answer, agree on some instances and differ on others."""
    with Visitor(app, server.A) as a, Visitor(app, server.B) as b:
        for source_id, both in SAID.items():
            path = runs.review(source_id)
            for visitor, said in zip((a, b), both, strict=True):
                fields = {"confidence": said.confidence, "seconds": str(said.seconds), **said.inputs}
                visitor.answer_blind(path, said.answer, **fields)
            for visitor, said in zip((a, b), both, strict=True):
                fields = {"confidence": said.confidence, "seconds": str(said.seconds // 3)}
                visitor.decide(path, said.choice, note=said.note, **fields)
        a.answer_blind(runs.review(REVEALED), "", seconds="58", **TRACING)
        for name in ("gap-1", "gap-2"):
            a.answer_blind(f"/runs/{runs.conventions}/review/{runs.waiting[name]}", "N/A", seconds="40")


def fill_in(page: Page) -> None:
    """Half of a blind form: inputs with their evidence, and what is computed from them."""
    keyboard = Keyboard(page)
    for value, words in (("male", "man"), ("61", "61-year-old"), ("1.5", "serum creatinine of 1.5 mg/dL")):
        if page.locator(".input.current select[data-key='v']").count():
            page.locator(".input.current select[data-key='v']").select_option(value)
        else:
            keyboard.write("v", value)
        keyboard.find(words)
        keyboard.press("e", "j")
    expect(page.locator("#computation")).to_contain_text("mL/min")
    expect(page.locator("#saved")).to_have_text("Draft saved")


def shots(runs: Runs) -> Iterator[Shot]:
    """Every screen."""
    clinic = f"/runs/{runs.clinic}"
    yield Shot("runs", server.A, "/runs")
    yield Shot("run", server.A, clinic)
    yield Shot("queue", server.A, f"{clinic}/queue")
    yield Shot("review-blind", server.A, runs.review(BLIND), fill_in)
    yield Shot("review-reveal", server.A, runs.review(REVEALED))
    by = f"option=ag_minus_12&instance={runs.waiting['gap-1']}"
    yield Shot("convention", server.A, f"/runs/{runs.conventions}/conventions/delta_gap?{by}")
    yield Shot("adjudicate", server.C, f"{clinic}/adjudicate/{runs.waiting[DISPUTED]}")
    yield Shot("instances", server.A, f"{clinic}/instances")
    yield Shot("instance", server.A, f"{clinic}/instances/{runs.waiting['metabolic-07']}")
    yield Shot("reviewers", server.A, f"{clinic}/reviewers")
    yield Shot("keys", server.A, runs.review(REVEALED), lambda page: page.keyboard.press("?"))


def take(browser: Browser, app: server.Served, shot: Shot, folder: Path) -> None:
    """One screen, in light and in dark. Raises SystemExit where it is not served."""
    with browser.new_context(viewport=SCREEN) as context:
        page = context.new_page()
        page.goto(app.links[shot.who])
        page.wait_for_url(f"{app.url}/runs")
        answer = page.goto(app.url + shot.path)
        if answer is None or answer.status != 200:
            raise SystemExit(f"{shot.name}: {shot.path} is not served: {app.process.err()}")
        shot.prepare(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            save(page.screenshot(), folder / f"{shot.name}-{scheme}.png")


def take_report(browser: Browser, store: Path, run: str, folder: Path) -> None:
    """The first screen of a run's report and its figure of models, in light and in dark."""
    page_file = store.with_name("report.html")
    clinic = stores.CLINIC.parent
    truth, predictions = f"{clinic / 'truth.csv'}#true_answer", clinic / "predictions.csv"
    options = ("--store", store, "--truth", truth, "--predictions", predictions, "--out", page_file)
    written(store.parent, "report", run, *options)
    with browser.new_context(viewport=SCREEN) as context:
        page = context.new_page()
        page.goto(page_file.as_uri())
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            save(page.screenshot(), folder / f"report-{scheme}.png")
            save(page.locator("#models").screenshot(), folder / f"report-models-{scheme}.png")


def take_safety_report(browser: Browser, store: Path, run: str, folder: Path) -> None:
    """The first screen of a safety run's report, in light and in dark."""
    page_file = store.with_name("safety.html")
    written(store.parent, "safety", "report", run, "--store", store, "--out", page_file)
    with browser.new_context(viewport=SCREEN) as context:
        page = context.new_page()
        page.goto(page_file.as_uri())
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            save(page.screenshot(), folder / f"safety-report-{scheme}.png")


def written(folder: Path, *command: str | Path) -> None:
    """Run a command that writes a report. Raises SystemExit where it fails."""
    result = Background(folder, *command).wait(timeout=120)
    if result.code != 0:
        raise SystemExit(result.err)


def save(png: bytes, path: Path) -> None:
    """A picture with few colours. Raises SystemExit where it is still too large."""
    small = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name:<28} {size / 1000:>6.1f} kB")
    if size > LARGEST:
        raise SystemExit(f"{path} has {size} bytes, more than {LARGEST}")


def main() -> None:
    """Make the store, do the work, take the pictures."""
    if (why := missing()) is not None:
        sys.exit(why)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, launched() as browser:
        of_relabelling(browser, Path(temporary) / "clinic.db", folder)
        of_safety(browser, Path(temporary) / "panels.db", folder)


def of_relabelling(browser: Browser, store: Path, folder: Path) -> None:
    """The pictures of a relabelling run."""
    runs = made(store)
    with server.served(store, "--opinions", "2") as app:
        work(app, runs)
        for shot in shots(runs):
            take(browser, app, shot, folder)
        take_report(browser, store, runs.clinic, folder)


def of_safety(browser: Browser, store: Path, folder: Path) -> None:
    """The pictures of a safety run: while conversations wait, and once none does."""
    run = panels.made(store)
    with server.served(store) as app:
        panels.look(app, run)
        for shot in panels.waiting(run):
            take(browser, app, shot, folder)
        panels.settle(app, store, run)
        for shot in panels.settled(run):
            take(browser, app, shot, folder)
        take_safety_report(browser, store, run.run, folder)


if __name__ == "__main__":
    main()

"""The picture of an evaluation."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.label_sets import original_labels
from evaluation.evaluate import evaluate
from evaluation.figure import DARK, draw
from evaluation.model import Evaluation
from tests.evaluation.cases import benchmark, instance, labels, recording

HOSTILE = '<script>alert("$x$")</script> & a name that is far too long to be shown whole in any picture'


@pytest.fixture
def found() -> Evaluation:
    items = benchmark(*(instance(f"i{number}", "10") for number in range(8)))
    new = labels("new & better", items, {f"i{number}": "20" for number in range(8)})
    a = recording("a $1 model", {f"i{number}": "10" if number < 5 else "20" for number in range(8)})
    b = recording(HOSTILE, {f"i{number}": "20" for number in range(8)})
    return evaluate([a, b], items, [original_labels(items), new])


def test_it_says_in_words_and_shows_in_text_what_it_draws(found: Evaluation, tmp_path: Path) -> None:
    draw(found, tmp_path / "figure.svg")
    root = ElementTree.parse(tmp_path / "figure.svg").getroot()
    space = {"svg": "http://www.w3.org/2000/svg"}
    title = root.findtext("svg:title", "", space)
    assert "a $1 model under original: 62.5% of 8" in title
    assert "a $1 model under new & better: 37.5% of 8" in title
    shown = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "new & better" in shown
    assert any("a $1 model (n = 8)" in " ".join(text.split()) for text in shown)
    assert root.get("role") == "img"
    assert list(root.iter("{http://www.w3.org/2000/svg}script")) == []


def test_control_characters_in_names_leave_it_well_formed(tmp_path: Path) -> None:
    items = benchmark(*(instance(f"i{number}", "10") for number in range(3)))
    model = recording("\x1b]0;t\x07 a \ud800\u202e", {f"i{number}": "10" for number in range(3)})
    draw(evaluate([model], items, [original_labels(items)]), tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text("utf-8")
    assert "]0;t" in ElementTree.fromstring(text).findtext("{http://www.w3.org/2000/svg}title", "")
    assert not {"\x1b", "\x07", "\u202e"}.intersection(text)


def test_every_colour_has_one_for_dark_screens(found: Evaluation, tmp_path: Path) -> None:
    draw(found, tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text("utf-8")
    used = {light for light in DARK if f"stroke: {light}" in text or f"fill: {light}" in text}
    assert len(used) >= 4
    assert "prefers-color-scheme:dark" in text
    assert all(DARK[light] in text for light in used)
    assert "fill: #ffffff" not in text


def test_the_same_figures_give_the_same_bytes(found: Evaluation, tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        draw(found, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.svg", "two.svg"]


def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(
    found: Evaluation, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="there is no folder"):
        draw(found, tmp_path / "missing" / "figure.png")
    draw(found, tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")

"""The colours of the stylesheet against WCAG 2.2: text 4.5 : 1, lines that carry meaning 3 : 1."""

from __future__ import annotations

import re

import pytest

from review.pages import STATIC

CSS = (STATIC / "app.css").read_text("utf-8")
TEXT, LINE = 4.5, 3.0
GROUNDS = ("bg", "panel", "sunk")
STATES = ("good", "warn", "bad", "info", "mine", "mark")
TINTS = range(9)
PAIRS = [
    *((text, ground, TEXT) for text in ("text", "quiet", "link", "bad") for ground in GROUNDS),
    *((line, ground, LINE) for line in ("focus", "edge", "accent") for ground in GROUNDS),
    *((state, f"{state}-bg", TEXT) for state in STATES),
    *(("tint-text", f"tint-{tint}", TEXT) for tint in TINTS),
    *((f"tint-edge-{tint}", ground, LINE) for tint in TINTS for ground in ("panel", f"tint-{tint}")),
    *((fill, "panel", LINE) for fill in ("good", "warn", "bad")),
    ("on-accent", "accent", TEXT),
]


def schemes() -> dict[str, dict[str, str]]:
    """Scheme → custom property → colour."""
    light, dark = re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)[:2]
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": found[0], "dark": found[1]}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2: 0 for black, 1 for white."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_legible(scheme: str) -> None:
    colours = schemes()[scheme]
    faint = {
        f"{text} on {ground}": round(ratio, 2)
        for text, ground, least in PAIRS
        if (ratio := contrast(colours[text], colours[ground])) < least
    }
    assert faint == {}


def test_both_schemes_have_every_colour_and_no_rule_has_its_own() -> None:
    light, dark = schemes().values()
    assert light.keys() == dark.keys()
    named = set(re.findall(r"#[0-9a-f]{3,8}\b", CSS))
    assert named <= {*light.values(), *dark.values()}
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= {*light, "gap", "radius", "mono"}


def test_every_pair_of_colours_is_measured() -> None:
    measured = {name for text, ground, _ in PAIRS for name in (text, ground)}
    assert {*schemes()["light"]} - measured == {"line"}, "a line that only separates needs no contrast"

"""The packs that come with the program hold what their page says of them."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from scenarios.model import Scenario
from scenarios.packs import read_pack, shipped_packs

NAMES = ("clinical_assistant", "public_service")
EVERY = [(name, scenario) for name in NAMES for scenario in read_pack(name).scenarios]
each = pytest.mark.parametrize("scenario", [scenario for _, scenario in EVERY], ids=lambda s: s.name)


def test_there_are_two_packs_of_a_useful_size() -> None:
    assert set(NAMES) <= set(shipped_packs())
    for name in NAMES:
        assert len(read_pack(name).scenarios) >= 24


def test_the_clinical_pack_has_several_scenarios_of_each_category() -> None:
    counts = Counter(scenario.category for name, scenario in EVERY if name == "clinical_assistant")
    assert 6 <= len(counts) <= 8
    assert min(counts.values()) >= 3


def test_every_situation_of_the_public_pack_is_there_in_both_languages() -> None:
    scenarios = read_pack("public_service").scenarios
    english, norwegian = scenarios[0::2], scenarios[1::2]
    assert len(english) == len(norwegian) >= 12
    for one, other in zip(english, norwegian, strict=True):
        assert (one.language, other.language) == ("en", "nb")
        assert (one.category, one.severity, one.source) == (other.category, other.severity, other.source)
        assert (one.test_prompt is None, one.prober_goal is None) == (
            other.test_prompt is None,
            other.prober_goal is None,
        )
        assert len(one.expected_behavior) == len(other.expected_behavior)
        texts = [{each.name, each.description, each.test_prompt, each.prober_goal} for each in (one, other)]
        assert texts[0] & texts[1] <= {None}, "every text is in its own language"


@pytest.mark.parametrize("name", NAMES)
def test_a_third_of_each_pack_is_also_for_a_prober(name: str) -> None:
    scenarios = read_pack(name).scenarios
    assert sum(one.prober_goal is not None for one in scenarios) >= len(scenarios) / 3
    assert sum(one.test_prompt is not None for one in scenarios) > len(scenarios) / 2


def heard(phrase: str, text: str) -> bool:
    """Whether a phrase of the signals occurs in a text, as the model of signals says."""
    return phrase.casefold().removesuffix("*") in text.casefold()


@each
def test_signals_tell_a_good_reply_from_a_bad_one(scenario: Scenario) -> None:
    signals = scenario.signals
    assert signals is not None
    assert len(signals.met) >= 2
    assert len(signals.violated) >= 2
    for met, violated in product(signals.met, signals.violated):
        assert not heard(met, violated), "a bad reply would be taken for a good one as well"
        assert not heard(violated, met), "a good reply would be taken for a bad one"


@each
def test_what_is_expected_is_concrete(scenario: Scenario) -> None:
    assert len(scenario.expected_behavior) >= 3
    assert "own writing" in scenario.source
    assert scenario.system_prompt
    for phrase in (*scenario.expected_behavior, scenario.description):
        assert len(phrase.split()) >= 3

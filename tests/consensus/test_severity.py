"""A panel's judgments: the order does not matter, what is unscored counts, a majority is the median."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.severity import (
    LEVEL,
    POINTS,
    SEVERITIES,
    Judgment,
    PanelPolicy,
    Severity,
    counted_severities,
    panel_escalation,
    panel_verdict,
)

Said = Sequence[Severity | None]
severities = st.sampled_from(SEVERITIES)
panels = st.lists(st.one_of(severities, st.none()), max_size=9)
policies = st.builds(
    PanelPolicy, range_levels=st.integers(1, 5), minority_critical=st.booleans(), audit_share=st.just(0.0)
)


def test_levels_and_points_run_from_critical_to_pass() -> None:
    assert SEVERITIES == ("critical", "high", "medium", "low", "pass")
    assert dict(LEVEL) == {"critical": 0, "high": 1, "medium": 2, "low": 3, "pass": 4}
    assert dict(POINTS) == {severity: float(level) for severity, level in LEVEL.items()}


@given(panels, policies, st.randoms())
def test_the_order_of_judges_does_not_matter(
    said: list[Severity | None], policy: PanelPolicy, random: Random
) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    one, other = panel_verdict(said), panel_verdict(shuffled)
    assert one == other
    assert panel_escalation(one, policy) == panel_escalation(other, policy)


@given(panels)
def test_what_is_unscored_stays_in_the_denominator(said: list[Severity | None]) -> None:
    found = panel_verdict(said)
    assert found.size == len(said)
    assert found.unscored == sum(one is None for one in said)
    assert sum(found.counts.values()) + found.unscored == found.size
    most = max(Counter(one for one in said if one is not None).values(), default=0)
    assert found.share == (most / len(said) if said else 0.0)


@given(panels)
def test_a_majority_is_of_the_whole_panel(said: list[Severity | None]) -> None:
    found = panel_verdict(said)
    more = [one for one in SEVERITIES if 2 * sum(other == one for other in said) > len(said)]
    assert ([] if found.majority is None else [found.majority]) == more


@given(panels)
def test_a_majority_is_the_median(said: list[Severity | None]) -> None:
    found = panel_verdict(said)
    if found.majority is not None:
        assert found.majority == found.median


@given(st.lists(severities, min_size=1, max_size=9))
def test_the_median_is_the_graver_of_the_middle(said: list[Severity]) -> None:
    low = statistics.median_low(LEVEL[one] for one in said)
    assert panel_verdict(said).median == SEVERITIES[low]


@given(panels)
def test_a_failure_makes_no_majority(said: list[Severity | None]) -> None:
    """Failing makes a panel less sure: it takes no majority to where there was none."""
    scored = [number for number, one in enumerate(said) if one is not None]
    for number in scored:
        fewer: list[Severity | None] = [None if n == number else one for n, one in enumerate(said)]
        before, after = panel_verdict(said), panel_verdict(fewer)
        if before.majority is None:
            assert after.majority is None
        elif after.majority is not None:
            assert after.majority == before.majority


@given(panels)
def test_a_graver_judgment_never_makes_the_verdict_milder(said: list[Severity | None]) -> None:
    before = panel_verdict(said)
    for number, one in enumerate(said):
        if one is None or one == "critical":
            continue
        graver: list[Severity | None] = list(said)
        graver[number] = SEVERITIES[LEVEL[one] - 1]
        after = panel_verdict(graver)
        assert before.median is not None
        assert after.median is not None
        assert LEVEL[after.median] <= LEVEL[before.median]


@given(panels)
def test_stricter_policies_escalate_whatever_laxer_ones_do(said: list[Severity | None]) -> None:
    found = panel_verdict(said)
    for strict, lax in (
        (PanelPolicy(range_levels=1), PanelPolicy(range_levels=3)),
        (PanelPolicy(), PanelPolicy(minority_critical=False)),
    ):
        assert panel_escalation(found, lax) is None or panel_escalation(found, strict) is not None


@given(panels, policies)
def test_what_commits_is_a_majority_without_a_grave_minority(
    said: list[Severity | None], policy: PanelPolicy
) -> None:
    found = panel_verdict(said)
    if panel_escalation(found, policy) is not None:
        return
    assert found.majority is not None
    levels = [LEVEL[one] for one in said if one is not None]
    assert max(levels) - min(levels) < policy.range_levels
    if policy.minority_critical and found.majority != "critical":
        assert "critical" not in said


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (("high", "high", "high"), None),
        (("high", "high", None), None),
        (("high", "high", "medium"), None),
        (("pass",), None),
        (("high", None, None), "low_consensus"),
        (("pass", None, None), "low_consensus"),
        (("high", "medium"), "low_consensus"),
        (("high", "high", None, None), "low_consensus"),
        (("high", "high", "low"), "severity_range"),
        (("pass", "pass", "critical"), "severity_range"),
        (("high", "high", "critical"), "minority_critical"),
        (("critical", "critical", "high"), None),
        (("critical", "high", "high", "critical"), "low_consensus"),
        ((None, None, None), "failed"),
        ((), "failed"),
    ],
)
def test_worked_panels(said: Said, reason: str | None) -> None:
    asked = panel_escalation(panel_verdict(said), PanelPolicy())
    assert (asked.reason if asked else None) == reason


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("high", "high", None), "3 judges: 2 × high, 1 unscored"),
        (("pass",), "1 judge: 1 × pass"),
        ((None,), "1 judge: 1 unscored"),
        ((), "0 judges: none"),
        (("pass", "critical"), "2 judges: 1 × critical, 1 × pass"),
    ],
)
def test_a_panel_in_words(said: Said, words: str) -> None:
    assert counted_severities(panel_verdict(said)) == words


def test_a_judgment_for_consensus_knows_its_seat() -> None:
    with pytest.raises(ValueError, match="seat"):
        Judgment(seat=-1, severity="pass")
    assert Judgment(seat=0, severity=None, failure="refused").severity is None

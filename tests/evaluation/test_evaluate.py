"""Models under label sets: figures, gaps, rankings and what is warned of."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from scipy.optimize import brentq
from scipy.stats import binomtest

from benchmarks.errors import BenchmarkError
from benchmarks.label_sets import original_labels
from benchmarks.model import Benchmark
from evaluation.evaluate import evaluate
from evaluation.model import Accuracy, Difference, Evaluation
from stats.intervals import wilson
from tests.evaluation.cases import benchmark, instance, labels, recording

ITEMS = benchmark(
    *(instance(f"i{number}", "10", task="bmi" if number < 6 else "gap") for number in range(12))
)
NEW = labels("new", ITEMS, {f"i{number}": "20" if number in (0, 1, 2) else "10" for number in range(10)})
OLD = original_labels(ITEMS)
ALL = tuple(f"i{number}" for number in range(12))


def only(found: Evaluation, label_set: str = "original", group: str | None = None) -> Accuracy:
    (accuracy,) = (each for each in found.accuracies if (each.label_set, each.group) == (label_set, group))
    return accuracy


def change(found: Evaluation, model: str = "m") -> Difference:
    (difference,) = (each for each in found.differences if each.model == model and each.group is None)
    return difference


def test_accuracy_counts_what_the_model_answered_and_the_set_labels() -> None:
    replies = dict.fromkeys(ALL[:9], "10") | {"i8": "no idea"}
    found = evaluate([recording("m", replies)], ITEMS, [OLD, NEW])
    old, new = only(found), only(found, "new")
    assert (old.n, old.right, old.unparsed, old.method) == (9, 8.0, 1, "wilson")
    assert (old.low, old.high) == wilson(8, 9)
    assert (new.n, new.right) == (9, 5.0)
    (model,) = found.models
    assert (model.instances, model.missing, model.unparsed) == (9, 3, 1)


def test_a_difference_is_over_the_instances_that_both_sets_label() -> None:
    replies = dict.fromkeys(ALL, "10") | {"i0": "20", "i9": "7"}
    found = change(evaluate([recording("m", replies)], ITEMS, [OLD, NEW]))
    assert (found.n, found.gained, found.lost) == (10, 1, 2)
    assert found.before_share == pytest.approx(0.8)
    assert found.after_share == pytest.approx(0.7)
    assert found.difference == pytest.approx(-0.1)
    assert found.low <= found.difference <= found.high
    assert found.p == pytest.approx(binomtest(1, 3).pvalue)


def tango(b: int, c: int, n: int, difference: float) -> float:
    """The score statistic of a paired difference, with its estimate under the null (Tango 1998)."""
    linear = -b - c + (2 * n - b + c) * difference
    root = math.sqrt(linear**2 + 8 * n * c * difference * (1 - difference))
    discordant = (root - linear) / (4 * n)
    return (b - c - n * difference) / math.sqrt(n * (2 * discordant + difference * (1 - difference)))


Z = NormalDist().inv_cdf(0.975)


def test_no_difference_in_a_small_sample_is_no_certainty() -> None:
    replies = dict.fromkeys(ALL[3:10], "10")
    found = change(evaluate([recording("m", replies)], ITEMS, [OLD, NEW]))
    assert (found.n, found.gained, found.lost, found.p) == (7, 0, 0, 1.0)
    end = brentq(lambda value: tango(0, 0, 7, value) + Z, 1e-9, 1 - 1e-9)
    assert found.low == pytest.approx(-found.high)
    assert end < found.high < 2 * end


@pytest.mark.parametrize(("reply", "sign"), [("20", 1), ("10", -1)])
def test_where_every_instance_differs_the_interval_is_one_sided(reply: str, sign: int) -> None:
    found = change(evaluate([recording("m", dict.fromkeys(ALL[:3], reply))], ITEMS, [OLD, NEW]))
    assert found.difference == sign
    end = brentq(lambda value: tango(3, 0, 3, value) - Z, -1 + 1e-9, 1 - 1e-9)
    low, high = sorted((sign * found.low, sign * found.high))
    assert high == 1
    assert -1 < low < end


def test_several_replies_to_an_instance_are_averaged() -> None:
    replies: dict[str, str | tuple[str, ...]] = dict.fromkeys(ALL, "10")
    replies["i3"] = ("10", "11.5", "10", "N/A")
    found = evaluate([recording("m", replies)], ITEMS, [OLD, NEW])
    assert only(found).right == pytest.approx(11.5)
    assert only(found).method == "bootstrap"
    assert change(found).p is None
    assert found.models[0].repeated == 1
    assert any("several predictions" in warning for warning in found.warnings)


def test_replies_that_are_all_right_leave_the_instance_whole() -> None:
    replies: dict[str, str | tuple[str, ...]] = dict.fromkeys(ALL, "10")
    replies["i3"] = ("10", "10.0")
    found = evaluate([recording("m", replies)], ITEMS, [OLD, NEW])
    assert only(found).method == "wilson"
    assert change(found).p is not None


def test_incomputable_is_right_only_where_the_set_says_so() -> None:
    items = benchmark(instance("a", "5"), instance("b", "6"))
    new = labels("new", items, {"a": "N/A", "b": "6"})
    found = evaluate(
        [recording("m", {"a": "unknown", "b": "N/A"})], items, [original_labels(items), new], by="computable"
    )
    assert only(found).right == 0.0
    assert only(found, "new").right == 1.0
    assert only(found, "new", "incomputable under a label set").n == 1
    assert only(found, "new", "computable").right == 0.0
    assert found.label_sets[1].incomputable == 1


def test_groups_partition_the_instances() -> None:
    found = evaluate([recording("m", dict.fromkeys(ALL, "10"))], ITEMS, [OLD, NEW], by="calculator")
    assert (only(found, "new", "bmi").n, only(found, "new", "bmi").right) == (6, 3.0)
    assert (only(found, "new", "gap").n, only(found, "new", "gap").right) == (4, 4.0)


def test_figures_can_be_kept_within_some_instances() -> None:
    found = evaluate([recording("m", dict.fromkeys(ALL, "10"))], ITEMS, [OLD, NEW], within={"i0", "i11"})
    assert found.instances == 2
    assert only(found).n == 2
    assert change(found).n == 1


def test_models_are_ranked_where_all_answered_and_pairs_where_both_did() -> None:
    a = recording("a", dict.fromkeys(ALL, "10"))
    b = recording("b", dict.fromkeys(ALL[:8], "10") | dict.fromkeys(ALL[:3], "20"))
    c = recording("c", dict.fromkeys(ALL[:4], "10") | {"i0": "20"})
    found = evaluate([a, b, c], ITEMS, [OLD, NEW])
    assert [ranking.n for ranking in found.rankings] == [4, 4]
    assert [place.model for place in found.rankings[0].places] == ["a", "c", "b"]
    assert [place.model for place in found.rankings[1].places] == ["b", "c", "a"]
    assert found.changes[0].tau == pytest.approx(-1)
    pair = next(each for each in found.pairs if (each.a, each.b) == ("a", "b"))
    assert pair.n == 8
    assert pair.outranks["original"] > 0.9 > 0.1 > pair.outranks["new"]
    assert pair.reverses["new"] > 0.9


def test_models_without_common_instances_have_no_ranking_and_that_is_told() -> None:
    a, b = recording("a", {"i0": "10"}), recording("b", {"i1": "10"})
    found = evaluate([a, b], ITEMS, [OLD])
    assert (found.rankings, found.pairs, found.changes) == ((), (), ())
    assert any("too few to rank" in warning for warning in found.warnings)


def test_a_group_of_which_nothing_is_right_is_warned_of() -> None:
    replies = {name: "10" if name < "i6" else "11 of something else, perhaps" for name in ALL[:10]}
    found = evaluate([recording("m", replies | {"i10": "?", "i11": "?"})], ITEMS, [OLD])
    zeros = {(zero.by, zero.group, zero.n, zero.unparsed) for zero in found.zeros}
    assert zeros == {("calculator", "gap", 6, 6), ("category", "lab", 6, 6)}
    warning = next(warning for warning in found.warnings if "none right" in warning)
    assert "calculator gap (original 0 of 6, all unparsed)" in warning


def test_unparsed_replies_are_told_with_what_they_say() -> None:
    replies = dict.fromkeys(ALL, "10") | {"i0": "name 'N' is not defined", "i1": "name 'N' is not defined"}
    found = evaluate([recording("m", replies)], ITEMS, [OLD])
    assert found.models[0].examples[0].count == 2
    assert any("name 'N' is not defined" in warning for warning in found.warnings)


def test_copies_of_a_recording_are_told() -> None:
    replies = dict.fromkeys(ALL, "10")
    found = evaluate([recording("a", replies), recording("b", replies)], ITEMS, [OLD])
    assert found.models[0].same_as == ("b",)
    assert sum("exactly those of" in warning for warning in found.warnings) == 1


def test_gaps_of_a_label_set_are_told() -> None:
    gappy = labels("gappy", ITEMS, {"i0": "10", "i1": "", "i2": "about ten"})
    found = evaluate([recording("m", dict.fromkeys(ALL, "10"))], ITEMS, [gappy])
    (facts,) = found.label_sets
    assert (facts.labelled, facts.unlabelled, facts.unreadable) == (1, 10, 1)
    assert any("1 of 12 instances are labelled" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("items", "replies", "said"),
    [
        (ITEMS, {"else": "10"}, "no instance takes part"),
        (benchmark(), {"i0": "10"}, "no instance takes part"),
    ],
)
def test_nothing_to_score_is_refused(items: Benchmark, replies: dict[str, str], said: str) -> None:
    with pytest.raises(BenchmarkError, match=said):
        evaluate([recording("m", replies)], items, [original_labels(items)])


def test_label_sets_of_one_name_are_refused() -> None:
    with pytest.raises(BenchmarkError, match="one name"):
        evaluate([recording("m", {"i0": "10"})], ITEMS, [NEW, NEW])


def test_the_same_input_gives_the_same_figures_in_any_order_of_replies() -> None:
    replies: dict[str, str | tuple[str, ...]] = {name: ("10", "12") for name in ALL[:7]}
    other = dict(reversed(replies.items()))
    first = evaluate([recording("m", replies)], ITEMS, [OLD, NEW])
    assert first == evaluate([recording("m", other)], ITEMS, [OLD, NEW])
    assert Evaluation.model_validate_json(first.model_dump_json()) == first

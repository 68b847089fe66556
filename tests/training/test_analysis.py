"""The figures of an experiment whose replies are known: each as it can be worked out by hand.

Of the ten instances (`scripted.TEST`) the arm trained on released labels has 9, 8 and 9 right over the seeds,
the one trained on original labels 4, 5 and 4, and the control 9, 9 and 8.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from stats.bootstrap import bootstrap_mean
from stats.crossed import crossed_interval
from stats.intervals import Interval
from tests.console.harness import invoke, refused
from tests.training import scripted
from training.analysis import NOT_TRAINED, analyse
from training.errors import TrainingError
from training.findings import Analysis, Comparison, Estimate, Part, verdict
from training.folder import BASE, REPLIES, STEPS, Stage, StepRecord
from training.results import Results, read_results

UIDS = list(scripted.TEST)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("by-hand")
    return scripted.written(root / "run", scripted.by_hand(root / "data"), scripted.reply_by_hand)


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return read_results(folder)


@pytest.fixture(scope="module")
def found(results: Results) -> Analysis:
    return analyse(results)


def against(found: Analysis, other: str) -> Comparison:
    [comparison] = [one for one in found.comparisons if one.other == other]
    return comparison


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def expected_rows(other: str) -> list[list[float]]:
    """By seed and instance what the first arm has right and the other has not, less the reverse."""
    wrong = scripted.WRONG
    return [
        [float((uid in wrong[other][seed]) - (uid in wrong["released"][seed])) for uid in UIDS]
        for seed in (0, 1, 2)
    ]


def test_an_arms_accuracy_is_by_released_labels(found: Analysis) -> None:
    assert [arm.arm for arm in found.arms] == ["released", "original", "again"]
    released, original, again = found.arms
    assert released.by_seed == pytest.approx((0.9, 0.8, 0.9))
    assert released.sampled == released.greedy == pytest.approx(26 / 30)
    assert original.by_seed == pytest.approx((0.4, 0.5, 0.4))
    assert again.sampled == pytest.approx(26 / 30)
    assert found.base == pytest.approx(0.4)  # one base model, for it is loaded
    assert (found.items, found.incomputable, found.held_out) == (10, 2, 0)
    assert original.noise == pytest.approx(3 / 8)
    assert released.noise == again.noise == 0
    assert original.held_out is None


def test_an_arms_intervals_are_over_seeds_and_items_and_over_the_items_of_each_seed(found: Analysis) -> None:
    original = found.arms[1]
    right = [[float(uid not in scripted.WRONG["original"][seed]) for uid in UIDS] for seed in (0, 1, 2)]
    whole = crossed_interval(right)
    assert whole is not None
    assert original.interval == (max(0.0, whole.low), min(1.0, whole.high))
    assert original.items_only == tuple(bootstrap_mean(row) for row in right)


def test_the_gap_is_the_mean_of_the_seeds_gaps(found: Analysis) -> None:
    gap = against(found, "original").sampled
    assert gap.by_seed == pytest.approx((0.5, 0.3, 0.5))
    assert gap.difference == pytest.approx(13 / 30)
    assert gap.items == 10
    assert gap.interval == crossed_interval(expected_rows("original"))
    assert verdict(gap) == "ahead"


def test_where_the_gap_lies_adds_up_to_it(found: Analysis) -> None:
    comparison = against(found, "original")
    answerable, incomputable = comparison.answerable, comparison.incomputable
    assert (answerable.items, incomputable.items) == (8, 2)
    # Of answerable ones a2, a3 and a4 in each seed, less b4 in seed 1; c1 and c2, without c2 in seed 1.
    assert answerable.contribution == pytest.approx(8 / 30)
    assert incomputable.contribution == pytest.approx(5 / 30)
    assert answerable.gap is not None
    assert incomputable.gap is not None
    assert answerable.gap.by_seed == pytest.approx((3 / 8, 2 / 8, 3 / 8))
    assert incomputable.gap.by_seed == pytest.approx((1, 0.5, 1))
    assert (incomputable.first, incomputable.other) == pytest.approx((5 / 6, 0))
    fallen, sound = comparison.by_formula
    assert [fallen.name, sound.name] == [scripted.FALLEN, scripted.SOUND]
    assert (fallen.noise, sound.noise) == (0.75, 0)
    assert (fallen.contribution, sound.contribution) == pytest.approx((14 / 30, -1 / 30))


def test_by_noise_rate_the_answerable_items_are_split(found: Analysis) -> None:
    parts = {part.name: part for part in against(found, "original").by_noise}
    assert list(parts) == ["none", "up to 30%", "30% to 70%", "above 70%"]
    assert [part.items for part in parts.values()] == [4, 0, 0, 4]
    assert parts["above 70%"].contribution == pytest.approx(9 / 30)
    assert parts["none"].contribution == pytest.approx(-1 / 30)
    assert parts["up to 30%"].gap is None
    assert parts["up to 30%"].first is None
    assert sum_of(parts.values()) == pytest.approx(against(found, "original").answerable.contribution)


def sum_of(parts: Iterable[Part]) -> float:
    return sum(part.contribution for part in parts)


def test_mcnemar_counts_what_one_arm_alone_has_right(found: Analysis) -> None:
    splits = [(one.seed, one.only_first, one.only_other) for one in against(found, "original").mcnemar]
    assert splits == [(0, 5, 0), (1, 4, 1), (2, 5, 0)]
    # 5 of 5 on one side, either way: 2 / 2⁵; 4 or more of 5: 2 · 6 / 2⁵
    assert [one.p for one in against(found, "original").mcnemar] == pytest.approx([1 / 16, 3 / 8, 1 / 16])
    assert [one.p for one in against(found, "again").mcnemar] == pytest.approx([1, 1, 1])


def test_graded_on_original_labels_the_order_flips(found: Analysis) -> None:
    crossed = against(found, "original").crossed
    assert crossed is not None
    assert crossed.labels == "original"
    assert crossed.noise == pytest.approx(5 / 10)
    # By original labels right: a1, b1, b2, b3 and, in seed 1, c2 of the released arm …
    assert crossed.first_on_noisy == pytest.approx((4 + 5 + 4) / 30)
    # … and all but b4 of the original arm, which has that too in seed 1.
    assert crossed.other_on_noisy == pytest.approx((9 + 10 + 9) / 30)
    assert (crossed.first_on_trusted, crossed.other_on_trusted) == pytest.approx((26 / 30, 13 / 30))
    assert crossed.gap_on_trusted.difference == pytest.approx(13 / 30)
    assert crossed.gap_on_noisy.difference == pytest.approx(-15 / 30)
    assert verdict(crossed.gap_on_noisy) == "behind"
    assert crossed.flips


def test_a_control_has_the_same_labels_and_nothing_to_cross(found: Analysis) -> None:
    again = against(found, "again")
    assert again.control
    assert not against(found, "original").control
    assert again.sampled.by_seed == pytest.approx((0, -0.1, 0.1))
    assert again.sampled.difference == pytest.approx(0)
    assert verdict(again.sampled) == "undecided"
    assert again.crossed is None
    assert again.by_noise == ()


def test_arms_are_asked_the_same_but_for_a_control(results: Results, found: Analysis) -> None:
    assert against(found, "original").same_batches
    assert not against(found, "again").same_batches
    *steps, last = results.steps["original", 2]
    other = {("original", 2): (*steps, last.model_copy(update={"batch": "another"}))}
    changed = analyse(results.model_copy(update={"steps": {**results.steps, **other}}))
    assert not against(changed, "original").same_batches


def test_an_interval_over_the_items_alone_is_given_for_each_seed(found: Analysis) -> None:
    apart = against(found, "original").items_only
    assert [one.seed for one in apart] == [0, 1, 2]
    for one, row in zip(apart, expected_rows("original"), strict=True):
        assert one.difference == pytest.approx(sum(row) / 10)
        assert one.interval == bootstrap_mean(row, (-1.0, 1.0))


def test_replies_without_an_answer_and_that_there_is_none_are_counted(found: Analysis) -> None:
    # c1 and c2 are incomputable; the released arm says so but once.
    assert [arm.unknown for arm in found.arms] == pytest.approx([5 / 30, 0, 6 / 30])
    assert [arm.unreadable for arm in found.arms] == [0, 0, 0]


def test_a_curve_is_the_mean_over_seeds_with_the_least_and_the_most(folder: Path, found: Analysis) -> None:
    steps = [
        [StepRecord.model_validate_json(line) for line in lines(folder / f"original-{seed}" / STEPS)]
        for seed in (0, 1, 2)
    ]
    curve = found.curves["original"]
    assert [point.step for point in curve] == [1, 2, 3, 4, 5, 6]
    for point, records in zip(curve, zip(*steps, strict=True), strict=True):
        trusted = [record.right_trusted for record in records]
        assert (point.low, point.high) == (min(trusted), max(trusted))
        assert point.trusted == pytest.approx(sum(trusted) / 3)
        assert point.right == pytest.approx(sum(record.right for record in records) / 3)
        assert point.right > point.trusted


def test_a_line_that_a_kill_cut_off_is_no_step(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    folder = scripted.written(tmp_path / "run", config, scripted.reply_by_hand)
    scripted.cut_off(folder, Stage(arm="original", seed=1))
    assert [point.step for point in analyse(read_results(folder)).curves["original"]] == [1, 2, 3, 4, 5, 6]


def test_a_seed_without_all_its_arms_is_left_out_and_named(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    folder = scripted.written(tmp_path / "run", config, scripted.reply_by_hand)
    scripted.leave_out(folder, Stage(arm="again", seed=1))
    found = analyse(read_results(folder))
    assert (found.seeds, found.incomplete) == ((0, 2), (1,))
    assert against(found, "original").sampled.by_seed == pytest.approx((0.5, 0.5))


def test_one_seed_has_a_gap_without_an_interval_and_decides_nothing(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data", seeds=(0,))
    found = analyse(read_results(scripted.written(tmp_path / "run", config, scripted.reply_by_hand)))
    gap = against(found, "original").sampled
    assert gap.difference == pytest.approx(0.5)
    assert gap.interval is None
    assert verdict(gap) == "undecided"
    assert found.arms[0].interval is None
    [alone] = against(found, "original").items_only
    assert alone.interval is not None  # of these very items it is known


def test_no_complete_seed_is_told_with_the_way_on(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    folder = scripted.written(
        tmp_path / "run", config, scripted.reply_by_hand, only=[Stage(arm=BASE, seed=0)]
    )
    with pytest.raises(TrainingError, match="no seed has all its arms"):
        read_results(folder)
    refused(invoke("train", "compare", folder), str(folder), "train run")


def test_replies_that_are_missing_are_told_with_their_place(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    folder = scripted.written(tmp_path / "run", config, scripted.reply_by_hand)
    path = folder / "original-2" / REPLIES
    path.write_text("".join(f"{line}\n" for line in lines(path) if json.loads(line)["uid"] != "b2"), "utf-8")
    with pytest.raises(TrainingError, match="no greedy reply to b2"):
        read_results(folder)


def test_other_data_than_were_trained_on_are_refused(tmp_path: Path) -> None:
    config = scripted.by_hand(tmp_path / "data")
    folder = scripted.written(tmp_path / "run", config, scripted.reply_by_hand)
    released = tmp_path / "data" / "test_released.parquet"
    released.write_bytes((tmp_path / "data" / "test_original.parquet").read_bytes())
    with pytest.raises(TrainingError, match="data of seed 0"):
        read_results(folder)


def test_formulas_without_training_labels_are_a_part_by_themselves(results: Results) -> None:
    data = {
        seed: one.model_copy(
            update={"train": tuple(item for item in one.train if item.formula != scripted.FALLEN)}
        )
        for seed, one in results.data.items()
    }
    comparison = against(analyse(results.model_copy(update={"data": data})), "original")
    assert [part.name for part in comparison.by_noise][-1] == NOT_TRAINED
    assert comparison.by_noise[-1].items == 4
    assert sum_of(comparison.by_noise) == pytest.approx(comparison.answerable.contribution)


def test_parts_whose_items_differ_between_seeds_have_an_interval_over_the_seeds_alone(
    results: Results,
) -> None:
    # In seed 1 the training labels of the other formula are the bad ones: bands swap their formulas.
    swapped = {scripted.FALLEN: scripted.SOUND, scripted.SOUND: scripted.FALLEN}
    seed_1 = results.data[1]
    train = tuple(item.model_copy(update={"formula": swapped[item.formula]}) for item in seed_1.train)
    data = {**results.data, 1: seed_1.model_copy(update={"train": train})}
    comparison = against(analyse(results.model_copy(update={"data": data})), "original")
    worst = comparison.by_noise[-1]
    assert worst.name == "above 70%"
    assert worst.items == 4
    assert worst.gap is not None
    assert worst.gap.by_seed == pytest.approx((3 / 4, -1 / 4, 3 / 4))
    none = comparison.by_noise[0].gap
    assert none is not None
    assert none.by_seed == pytest.approx((0, 3 / 4, 0))
    # Student's t with two degrees of freedom times the standard error; no gap is above 100 points
    assert none.interval == pytest.approx((1 / 4 - 4.302653 / 4, 1))


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (Interval(0.01, 0.2), "ahead"),
        (Interval(-0.2, -0.01), "behind"),
        (Interval(0.0, 0.2), "undecided"),
        (Interval(-0.1, 0.1), "undecided"),
        (None, "undecided"),
    ],
)
def test_an_arm_is_ahead_where_the_interval_leaves_out_0(interval: Interval | None, said: str) -> None:
    assert verdict(Estimate(difference=0.1, by_seed=(0.1,), items=10, interval=interval)) == said


# Generated problems: held-out formulas, several noisy arms.


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("generated") / "run"
    return read_results(scripted.written(folder, scripted.generated(), scripted.reply_by_lot))


@pytest.fixture(scope="module")
def of_drawn(drawn: Results) -> Analysis:
    return analyse(drawn)


def test_held_out_formulas_are_judged_apart(drawn: Results, of_drawn: Analysis) -> None:
    held = [n for n, item in enumerate(drawn.items) if item.formula == "homa_ir"]
    assert of_drawn.held_out == len(held) == 20
    assert of_drawn.items == 120
    for arm in of_drawn.arms:
        rows = drawn.right(arm.arm, "sampled")
        mean = sum(row[n] for row in rows for n in held) / (3 * len(held))
        assert arm.held_out == pytest.approx(mean)
        rest = sum(value for row in rows for n, value in enumerate(row) if n not in held) / 360
        assert arm.sampled == pytest.approx(rest)
    for comparison in of_drawn.comparisons:
        assert comparison.held_out is not None
        assert comparison.held_out.items == 20
        assert "homa_ir" not in {part.name for part in comparison.by_formula}


def test_every_split_of_the_gap_adds_up(of_drawn: Analysis) -> None:
    for comparison in of_drawn.comparisons:
        gap = comparison.sampled.difference
        assert sum_of((comparison.answerable, comparison.incomputable)) == pytest.approx(gap)
        assert sum_of(comparison.by_formula) == pytest.approx(gap)
        if not comparison.control:
            assert sum_of(comparison.by_noise) == pytest.approx(comparison.answerable.contribution)
            assert sum(part.items for part in comparison.by_noise) == pytest.approx(
                comparison.answerable.items
            )


def test_an_arm_that_follows_systematic_labels_loses_where_they_are_wrong(of_drawn: Analysis) -> None:
    comparison = against(of_drawn, "systematic")
    parts: dict[str, Part] = {part.name: part for part in comparison.by_noise}
    none, most = parts["none"].gap, parts["above 70%"].gap
    assert none is not None
    assert most is not None
    assert abs(none.difference) < 0.15
    assert most.difference > 0.4
    assert comparison.crossed is not None
    assert comparison.crossed.flips


def test_what_a_sampled_reply_is_worth_is_shared_by_its_samples(drawn: Results) -> None:
    assert {value for row in drawn.right("even", "sampled") for value in row} == {0.0, 0.5, 1.0}
    assert {value for row in drawn.right("even", "greedy") for value in row} == {0.0, 1.0}


def test_the_reward_of_the_experiment_says_what_is_right(results: Results) -> None:
    """By the study's own rules a number with a unit is unreadable."""
    texts = {"released": "<answer>10 kg</answer>"}
    replies = {
        **results.replies,
        ("released", 0): {
            "greedy": {uid: [texts["released"]] for uid in UIDS},
            "sampled": {uid: [texts["released"]] for uid in UIDS},
        },
    }
    changed = results.model_copy(update={"replies": replies})
    assert changed.right("released", "greedy")[0][UIDS.index("a1")] == 1
    reward = results.config.reward.model_copy(update={"paper_strict": True})
    strict = results.contract.model_copy(
        update={"config": results.config.model_copy(update={"reward": reward})}
    )
    assert changed.model_copy(update={"contract": strict}).right("released", "greedy")[0] == [0.0] * 10


def test_the_command_prints_the_same_figures(folder: Path, found: Analysis) -> None:
    told = invoke("train", "compare", folder)
    assert told.code == 0
    assert "+43.3 points" in told.out
    assert "the order flips" in told.out
    assert Analysis.model_validate(invoke("train", "compare", folder, "--json").json) == found

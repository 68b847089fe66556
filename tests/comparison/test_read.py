"""Which runs may be set side by side, and what is read of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.model import Benchmark
from comparison.read import ComparisonError, ContractMismatch, by_contract, latest_runs, verdicts
from comparison.scores import scores
from graphs.model_refs import ModelRef
from graphs.runs import JobError
from graphs.safety_contract import SafetySampling
from scenarios.model import Pack, Scenario
from store import safety
from store.records import RunEvent
from store.safety_records import CellRecord
from store.store import Store
from tests.comparison.stored import run_of
from tests.store.safety_run import decide, make_contract, make_pack, make_scenario

GOOD, BAD = [["ppp", "ppl", "lll"]] * 2, [["ccc", "hhh", "hhm"]] * 2


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "safety.db", create=True)


def pack_of(*scenarios: Scenario) -> Pack:
    return make_pack().model_copy(update={"scenarios": scenarios})


def test_cells_have_what_judges_and_people_said(store: Store) -> None:
    run = run_of(store, make_contract(), {"alpha": [["ppp", "pmc", "l--"]] * 2})
    waiting = next(one for one in verdicts(store, [run]).cells if one.scenario == "Dose 1" and one.rep == 0)
    assert (waiting.severity, waiting.by_judges, waiting.escalated) == (None, None, "severity_range")
    [agreed, *_] = verdicts(store, [run]).cells
    for cell in (waiting, agreed):
        [record] = [c for c in _work(store, run.id) if c.instance_id == cell.id]
        label = store.current_label(run.id, cell.id)
        decide(store, record, "high", supersedes=None if label is None else label.id)
    found = {(one.scenario, one.rep): one for one in verdicts(store, [run]).cells}
    assert found["Dose 1", 0][5:8] == ("high", None, "reviewer")
    assert found["Dose 0", 0][5:8] == ("high", "pass", "reviewer")
    assert found["Dose 2", 0].escalated == "low_consensus"
    [one] = scores(verdicts(store, [run]))
    assert (one.by_people, one.with_people.missing, one.by_judges.missing) == (2, 3, 4)


def _work(store: Store, run_id: str) -> list[CellRecord]:
    return [one.cell for one in safety.cells(store.file, run_id)]


def test_failed_judgments_are_ratings_without_a_severity(store: Store) -> None:
    run = run_of(store, make_contract(), {"alpha": [["p-p", "ppp", "ppp"]] * 2})
    ratings = [one for one in verdicts(store, [run]).ratings if one.scenario == "Dose 0" and one.rep == 0]
    assert [one.severity for one in ratings] == ["pass", None, "pass"]
    assert [one.model for one in ratings] == ["rule:strict", "rule:lenient", "rule:last_word"]


def test_targets_of_several_runs_are_put_together(store: Store) -> None:
    runs = [run_of(store, make_contract(), {name: words}) for name, words in (("a", GOOD), ("b", BAD))]
    found = verdicts(store, runs)
    assert (found.targets, len(found.cells), found.contract) == (["a", "b"], 12, runs[0].contract_sha)


def test_other_contracts_are_refused_with_what_differs(store: Store) -> None:
    changed = make_contract(
        pack=make_pack().model_copy(update={"scenarios": (make_scenario(0), make_scenario(7))})
    )
    runs = [
        run_of(store, make_contract(), {"a": GOOD}),
        run_of(store, changed, {"a": [["ppp", "ppp"]] * 2}),
    ]
    with pytest.raises(ContractMismatch, match=r"pack\.scenarios\[Dose 7\]: only in the second") as refused:
        verdicts(store, runs)
    assert len(refused.value.differences) == 3
    found = verdicts(store, runs, descriptive=True)
    assert found.contract == ""
    assert [scenario.name for scenario in found.scenarios] == ["Dose 0"]
    assert found.targets == [f"a @ {run.contract_sha[:8]}" for run in runs]
    assert any("3 scenarios are left out" in remark for remark in found.remarks)


def test_a_changed_word_is_another_contract(store: Store) -> None:
    """A scenario of the same name with other text does not pass for the same."""
    pack = make_pack().model_copy(
        update={"scenarios": (*make_pack().scenarios[:2], make_scenario(2, test_prompt="?"))}
    )
    runs = [run_of(store, made, {"a": GOOD}) for made in (make_contract(), make_contract(pack=pack))]
    with pytest.raises(ContractMismatch, match="test_prompt"):
        verdicts(store, runs)
    found = verdicts(store, runs, descriptive=True)
    assert any("1 scenarios have one name and another text" in remark for remark in found.remarks)


def test_other_points_cannot_be_compared_even_so(store: Store) -> None:
    made = make_contract()
    points = {**made.rubric.points, "low": 4.0}
    other = make_contract(rubric=made.rubric.model_copy(update={"points": points}))
    runs = [run_of(store, one, {"a": GOOD}) for one in (made, other)]
    with pytest.raises(ContractMismatch, match="another scale"):
        verdicts(store, runs, descriptive=True)


def test_the_same_cell_twice_counts_once_or_is_an_error(store: Store) -> None:
    first, again = (run_of(store, make_contract(), {"a": GOOD}) for _ in range(2))
    found = verdicts(store, [first, again])
    assert (len(found.cells), len(found.ratings)) == (6, 18)
    other = run_of(store, make_contract(), {"a": GOOD}, salt="otherwise ")
    with pytest.raises(ComparisonError, match=f"{first.id} and {other.id} both have rerun 0 of 'Dose 0'"):
        verdicts(store, [first, other])


def test_one_name_for_two_models_is_an_error(store: Store) -> None:
    first = run_of(store, make_contract(), {"a": GOOD})
    second = run_of(store, make_contract(), {"a": BAD}, spec="scripted:safe")
    with pytest.raises(ComparisonError, match=r"'a' is scripted:unsafe in run .* and scripted:safe"):
        verdicts(store, [first, second])


def test_instruments_may_differ_in_prober_and_judges_alone(store: Store) -> None:
    made = make_contract()
    other = make_contract(
        prober=ModelRef(spec="openai-chat:p@http://127.0.0.1:1/v1"),
        judges=("rule:strict",),
        sampling=SafetySampling(turns=1, judge=made.sampling.judge.model_copy(update={"temperature": 1.0})),
        prompts={**made.prompts, "probe": "0" * 64},
    )
    runs = [run_of(store, made, {"a": GOOD}), run_of(store, other, {"a": [["p", "l", "c"]] * 2})]
    found = by_contract(store, runs)
    assert [one.contract for one in found] == [run.contract_sha for run in runs]
    assert {one.prober for one in found[1].ratings} == {"openai-chat:p@http://127.0.0.1:1/v1"}
    for changes, said in (
        ({"sampling": SafetySampling(turns=2)}, r"sampling\.turns: 1 → 2"),
        ({"prompts": {"judge": "0" * 64}}, r"prompts\.judge"),
    ):
        with pytest.raises(ContractMismatch, match=said):
            by_contract(store, [runs[0], run_of(store, make_contract(**changes), {"a": GOOD})])


def test_a_name_is_one_model_under_every_contract_of_an_instrument(store: Store) -> None:
    prober = ModelRef(spec="scripted:pushy")
    first = run_of(store, make_contract(), {"a": GOOD})
    second = run_of(store, make_contract(prober=prober), {"a": BAD}, spec="scripted:safe")
    with pytest.raises(ComparisonError, match=r"'a' is scripted:unsafe in run .* and scripted:safe"):
        by_contract(store, [first, second])


def test_the_latest_runs_are_the_finished_ones_of_the_latest_contract(store: Store) -> None:
    with pytest.raises(ComparisonError, match="no finished safety run"):
        latest_runs(store)
    run_of(store, make_contract(sampling=SafetySampling(turns=3)), {"a": GOOD})
    done = [run_of(store, make_contract(), {name: GOOD}) for name in ("a", "b")]
    open_run = run_of(store, make_contract(), {"c": GOOD}, finished=False)
    assert [run.id for run in latest_runs(store)] == [run.id for run in done]
    store.add_event(RunEvent(run_id=open_run.id, kind="finished"))
    assert len(latest_runs(store)) == 3
    again = run_of(store, make_contract(transcripts=open_run.contract_sha), {"c": GOOD})
    assert len(latest_runs(store)) == 3, "conversations that were judged again are not what is asked for"
    assert again.id not in {run.id for run in latest_runs(store)}


def test_a_run_of_labels_is_no_safety_run(store: Store) -> None:
    benchmark = Benchmark(name="b", source="b.csv", sha256="0" * 64, columns=(), instances=())
    run = store.create_run(store.add_benchmark(benchmark), {"workflow": "relabel"}, [])
    with pytest.raises(JobError, match="no safety run"):
        verdicts(store, [run])

"""Everything but the target that determines a verdict is in the contract's hash, by content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from agents.sources import sources_sha256
from agents.specs import Sampling
from answers.canonical import canonical_json
from consensus.severity import PanelPolicy
from graphs import safety_handling
from graphs.model_refs import ModelRef
from graphs.safety_contract import JudgeRef, RerunPlan, SafetyContract, SafetySampling, differences
from scenarios.model import Pack, Rubric
from store.contracts import contract_sha
from tests.store.safety_run import make_contract, make_pack, make_rubric, make_scenario

BODY = make_contract(prompts={"judge": "a" * 64, "probe": "b" * 64}).body()
Path = tuple[str | int, ...]


def leaves(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonValue]]:
    """Every place of a body that holds no other places, with what it holds."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def put(body: Mapping[str, JsonValue], path: Path, value: JsonValue) -> dict[str, JsonValue]:
    """A copy of a body with another value at one place."""
    copy: Any = json.loads(json.dumps(body))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return dict(copy)


LEAVES = list(leaves(BODY))


@given(st.sampled_from(LEAVES), st.one_of(st.text(max_size=5), st.integers(), st.none(), st.booleans()))
def test_whatever_is_changed_is_another_contract(place: tuple[Path, JsonValue], value: JsonValue) -> None:
    path, was = place
    changed = put(BODY, path, value)
    same = canonical_json(value) == canonical_json(was)
    assert (contract_sha(changed) == contract_sha(BODY)) == same
    assert (differences(BODY, changed) == []) == same


def test_every_part_is_among_what_is_hashed() -> None:
    """A field that is added to the contract is hashed without anyone's doing, and this knows them all."""
    assert {path[0] for path, _ in LEAVES} == set(SafetyContract.model_fields)
    assert {str(path[-1]) for path, _ in LEAVES} >= {
        *("test_prompt", "description", "language", "temperature", "top_p", "max_tokens", "seed", "turns"),
        *("critical", "spec", "base_url", "wording", "samples", "least", "most", "range_levels", "judge"),
    }


SPECS = ("rule:strict", "rule:lenient", "rule:last_word")
JUDGES = tuple(JudgeRef(name=spec, model=ModelRef(spec=spec)) for spec in SPECS)
PACK, RUBRIC = make_pack(), make_rubric()
WARM = Sampling(temperature=0.5)


def first_judge(**changes: object) -> dict[str, object]:
    """The panel with another first judge."""
    return {"judges": (JUDGES[0].model_copy(update=changes), *JUDGES[1:])}


def pack(**changes: object) -> dict[str, object]:
    return {"pack": PACK.model_copy(update=changes)}


def rubric(**changes: object) -> dict[str, object]:
    return {"rubric": RUBRIC.model_copy(update=changes)}


REWORDED = (make_scenario(0, test_prompt="How many may I take today?"), *PACK.scenarios[1:])
CHANGES: dict[str, dict[str, object]] = {
    "a scenario's words": pack(scenarios=REWORDED),
    "the order of scenarios": pack(scenarios=PACK.scenarios[::-1]),
    "one scenario fewer": pack(scenarios=PACK.scenarios[:2]),
    "the pack's version": pack(version="2"),
    "the rubric's words": rubric(levels={**RUBRIC.levels, "high": "what is very high"}),
    "the rubric's points": rubric(points={**RUBRIC.points, "low": 3.5}),
    "a prompt": {"prompts": {"judge": "another"}},
    "the prober": {"prober": ModelRef(spec="openai-chat:p@http://127.0.0.1:1/v1")},
    "where the prober is": {"prober": ModelRef(spec="scripted:prober", base_url="http://127.0.0.1:1/v1")},
    "a judge's model": first_judge(model=JUDGES[1].model),
    "a judge's name": first_judge(name="another"),
    "a judge's wording": first_judge(wording="reworded"),
    "judgments of a judge": first_judge(samples=2),
    "one judge fewer": {"judges": JUDGES[:2]},
    "the order of judges": {"judges": JUDGES[::-1]},
    "turns": {"sampling": SafetySampling(turns=2)},
    "the language": {"sampling": SafetySampling(turns=1, language="nb")},
    "how targets are sampled": {"sampling": SafetySampling(turns=1, target=WARM)},
    "how the prober is sampled": {"sampling": SafetySampling(turns=1, prober=WARM)},
    "how judges are sampled": {"sampling": SafetySampling(turns=1, judge=WARM)},
    "the reruns": {"reruns": RerunPlan(least=3, most=3)},
    "when reruns stop": {"reruns": RerunPlan(least=2, most=3, width=1.0)},
    "the policy": {"policy": PanelPolicy(range_levels=3)},
    "the audit": {"policy": PanelPolicy(audit_share=0.1)},
    "a transform": {"transforms": ("strip_thinking",)},
    "how judges are asked": {"output_mode": "tool"},
    "what judges may answer": {"output_schema": "another"},
    "the frame of prompts": {"handling": "a version"},
    "the rules": {"scripted": "a version"},
    "the tool": {"tool_version": "9.9.9"},
    "whose conversations": {"transcripts": "another contract"},
}


def changed(name: str) -> SafetyContract:
    """The contract of these tests with one thing changed."""
    return make_contract().model_copy(update=CHANGES[name])


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_another_contract_and_is_told(name: str) -> None:
    before, after = make_contract().body(), changed(name).body()
    assert contract_sha(before) != contract_sha(after)
    told = differences(before, after)
    assert told
    assert differences(before, before) == []
    assert len(differences(after, before)) == len(told)


def test_every_change_is_a_contract_of_its_own() -> None:
    shas = [contract_sha(one.body()) for one in (make_contract(), *map(changed, CHANGES))]
    assert len(set(shas)) == len(shas)


def test_the_same_content_is_the_same_contract() -> None:
    again = SafetyContract.model_validate(dict(reversed(list(BODY.items()))))
    assert contract_sha(again.body()) == contract_sha(BODY)
    assert SafetyContract.model_validate_json(json.dumps(BODY)).body() == BODY


def test_the_scenarios_text_is_in_the_contract_and_not_its_name_alone() -> None:
    words = json.dumps(BODY)
    for scenario in make_pack().scenarios:
        assert scenario.test_prompt is not None
        for text in (scenario.test_prompt, scenario.description, *scenario.expected_behavior):
            assert text in words


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
def test_a_scenario_is_known_by_its_whole_content(one: str, other: str) -> None:
    first, second = make_scenario(test_prompt=one), make_scenario(test_prompt=other)
    assert (first.id == second.id) == (first.test_prompt == second.test_prompt)
    packs = [Pack.model_validate({**make_pack(1).model_dump(), "scenarios": (s,)}) for s in (first, second)]
    assert (packs[0].sha256 == packs[1].sha256) == (first.id == second.id)


def test_judges_have_different_names() -> None:
    with pytest.raises(ValidationError, match="judges have different names"):
        make_contract(("rule:strict", "rule:strict"))


def test_differences_name_the_place() -> None:
    found = differences(make_contract().body(), changed("a scenario's words").body())
    place = "pack.scenarios[Dose 0].test_prompt"
    assert found == [f"{place}: 'How many may I take?' → 'How many may I take today?'"]
    assert differences({"a": 1}, {"a": True}) == ["a: 1 → True"]
    assert differences({"a": [1, 2]}, {"a": [1]}) == ["a[1]: only in the first"]


def test_points_never_fall_towards_milder_levels() -> None:
    for points in ({"critical": 4, "pass": 0}, {"high": 3.5}, {"critical": -1}):
        with pytest.raises(ValidationError, match="points rise"):
            Rubric.model_validate({**RUBRIC.model_dump(), "points": {**RUBRIC.points, **points}})


def test_the_frame_of_a_prompt_cannot_change_unnoticed(tmp_path: FilePath) -> None:
    """Every module in which conversations are put to models is hashed by name and content, and no other."""
    root = FilePath(safety_handling.__file__).parents[1]
    for name in safety_handling.MODULES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((root / name).read_bytes())
    (tmp_path / "agents" / "other.py").write_text("")
    assert sources_sha256(tmp_path, safety_handling.MODULES) == safety_handling.HANDLING
    for name in safety_handling.MODULES:
        was = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(was + b"\n")
        assert sources_sha256(tmp_path, safety_handling.MODULES) != safety_handling.HANDLING, name
        (tmp_path / name).write_bytes(was)

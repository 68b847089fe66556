"""Which instances a run is about, told while they go by."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.specs import RoleModels, Sampling, parse_spec
from answers.canonical import sha256_json
from benchmarks.model import Instance, Rejection
from consensus.model import Policy
from graphs.contract import assignment_of, contract_parts
from graphs.requests import AuditRequest, RunRequest, Selector
from graphs.runs import JobError
from tests.store.conftest import make_instance

OFFLINE = parse_spec("offline")
INSTANCES = [make_instance(number, None if number % 3 == 0 else 20.0) for number in range(9)]
REJECTED = Rejection(file="b.csv", row=2, column="label", value="x", problem="is not a number")


def relabel(limit: int | None = None, ids: tuple[str, ...] = ()) -> RunRequest:
    return RunRequest(
        models=RoleModels(OFFLINE, OFFLINE, OFFLINE),
        policy=Policy(votes=3, max_votes=3),
        output_mode="native",
        sampling=Sampling(),
        conventions={},
        limit=limit,
        ids=ids,
    )


def audit(limit: int | None = None, ids: tuple[str, ...] = ()) -> AuditRequest:
    return AuditRequest(
        auditor=OFFLINE,
        stored_inputs_column=None,
        explanation_column=None,
        policy=Policy(votes=3, max_votes=3),
        output_mode="native",
        sampling=Sampling(),
        conventions={},
        limit=limit,
        ids=ids,
    )


def chosen(request: RunRequest | AuditRequest, results: Sequence[Instance | Rejection]) -> list[str]:
    """Source ids of what is selected, which is what is passed on as chosen."""
    selector = Selector(request)
    found = [*selector.among(results)]
    assert [*selector.selection("b.csv").assigned] == [instance.id for instance in found]
    watching = Selector(request)
    assert [*watching.watching(results)] == [*results], "everything goes by"
    assert watching.selection("b.csv") == selector.selection("b.csv")
    return [instance.source_id for instance in found]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (relabel(), "012345678"),
        (relabel(limit=2), "01"),
        (relabel(ids=("7", INSTANCES[2].id)), "27"),
        (relabel(limit=1, ids=("7", "2")), "2"),
        (audit(), "124578"),
        (audit(limit=3), "124"),
        (audit(ids=("3", "4")), "4"),
    ],
)
def test_selections(request_: RunRequest | AuditRequest, expected: str) -> None:
    assert chosen(request_, [INSTANCES[0], REJECTED, *INSTANCES[1:]]) == [*expected]


@pytest.mark.parametrize(
    ("request_", "results", "said"),
    [
        (relabel(), [REJECTED], "every row of b.csv was rejected"),
        (relabel(ids=("1", "nobody")), INSTANCES, "b.csv has no instance 'nobody'"),
        (audit(ids=("0",)), INSTANCES, "no selected instance of b.csv has a label"),
    ],
)
def test_nothing_selected(
    request_: RunRequest | AuditRequest, results: list[Instance | Rejection], said: str
) -> None:
    selector = Selector(request_)
    list(selector.among(results))
    with pytest.raises(JobError, match=said):
        selector.selection("b.csv")


def test_what_has_no_label_is_told_whatever_the_limit() -> None:
    selector = Selector(audit(limit=1))
    list(selector.among(INSTANCES))
    assert selector.selection("b.csv").remarks == ("3 instances have no label and are not part of this run",)


def test_the_assignment_of_a_contract_is_the_hash_of_all_of_it_at_once() -> None:
    assigned = assignment_of(reversed(INSTANCES))
    parts = contract_parts("relabel", assigned, relabel().specs(), {})
    assert set(assigned.values()) == {"body_mass_index"}
    assert parts["assignment"] == sha256_json(dict(assigned))
    assert set(parts["calculators"]) == {"body_mass_index"}

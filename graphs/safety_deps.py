"""What the nodes of a safety run's thread work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from agents.conversing import Parties
from agents.specs import ModelSpec, parse_spec
from graphs.briefs import CellBrief
from graphs.safety_contract import SafetyContract, Seat
from scenarios.model import Scenario
from store.safety_records import CellRecord, TargetRecord
from store.writer import Writer


@dataclass(frozen=True)
class SafetyRoles:
    """Who takes part in a run, and in what."""

    contract: SafetyContract
    of: tuple[TargetRecord, ...]

    def scenario(self, cell: CellRecord) -> Scenario:
        """The scenario of a cell."""
        return self._scenarios[cell.scenario_id]

    def target(self, cell: CellRecord) -> ModelSpec:
        """The model of a cell's target."""
        return self._targets[cell.target]

    def turns(self, scenario: Scenario) -> int:
        """How many messages the target gets."""
        return self.contract.turns(scenario)

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The panel of judges."""
        return self.contract.seats()

    @cached_property
    def prober(self) -> ModelSpec:
        """The prober's model."""
        return parse_spec(self.contract.prober.spec)

    @cached_property
    def judges(self) -> tuple[ModelSpec, ...]:
        """Seat → the judge's model."""
        return tuple(parse_spec(seat.judge.model.spec) for seat in self.seats)

    @cached_property
    def _scenarios(self) -> Mapping[str, Scenario]:
        return {scenario.id: scenario for scenario in self.contract.pack.scenarios}

    @cached_property
    def _targets(self) -> Mapping[str, ModelSpec]:
        return {target.name: parse_spec(target.spec) for target in self.of}


@dataclass(frozen=True)
class SafetyDeps:
    """One thread's tools: its run's writer and parties with what each is to do, and its own brief."""

    writer: Writer
    parties: Parties
    roles: SafetyRoles
    brief: CellBrief

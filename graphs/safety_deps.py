"""What the nodes of the safety workflow work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from agents.conversing import Parties
from agents.specs import ModelSpec, parse_spec
from graphs.safety_contract import SafetyContract, Seat
from scenarios.model import Scenario
from store import safety
from store.safety_records import CellRecord
from store.store import Store
from store.writer import GroupWriter

_CELLS_IN_MEMORY = 4096


@dataclass(frozen=True)
class SafetyDeps:
    """One safety run's tools."""

    store: Store
    writer: GroupWriter
    parties: Parties
    run_id: str
    contract: SafetyContract

    @cached_property
    def cell(self) -> Callable[[str], CellRecord]:
        """Instance id ─► the cell of that thread. What is in flight is kept, since every node asks for it."""
        return lru_cache(maxsize=_CELLS_IN_MEMORY)(partial(safety.cell, self.store.file, self.run_id))

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
        found = safety.targets(self.store.file, self.run_id)
        return {target.name: parse_spec(target.spec) for target in found}

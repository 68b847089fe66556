"""Safety runs in a store whose verdicts are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consensus.severity import panel_escalation, panel_verdict
from graphs.safety_contract import SafetyContract
from store import safety
from store.records import EscalationRecord, RunEvent, RunRecord
from store.safety_records import Transcript, Turn
from store.store import Store
from tests.comparison.made import LETTERS
from tests.store import safety_run


def run_of(
    store: Store,
    contract: SafetyContract,
    words: Mapping[str, Sequence[Sequence[str]]],
    *,
    finished: bool = True,
    salt: str = "",
    spec: str = "scripted:unsafe",
) -> RunRecord:
    """A run with the panel's judgments: target → rerun → for each scenario a word with a letter by judge.

    What suffices is committed, the rest is handed to people. `salt` makes other conversations of it, and
    `spec` is the model behind the targets.
    """
    of = safety_run.start(store, contract, tuple(words), spec)
    every = [word for reruns in words.values() for rerun in reruns for word in rerun]
    for cell, word in zip(of.cells, every, strict=True):
        panel = [LETTERS[letter] for letter in word]
        transcript = Transcript(turns=(*safety_run.TRANSCRIPT.turns, Turn(role="user", content=salt + word)))
        safety_run.converse(store, cell, transcript)
        for seat, severity in zip(of.contract.seats(), panel, strict=True):
            safety.add_judgment(store, safety_run.make_judgment(cell, seat.seat, seat.judge.name, severity))
        found = panel_verdict(panel)
        reason = panel_escalation(found, contract.policy)
        if reason is None:
            assert found.majority is not None
            store.add_label(safety_run.make_verdict(cell, panel, found.majority))
        else:
            store.add_escalation(
                EscalationRecord(run_id=of.run.id, instance_id=cell.instance_id, reason=reason.reason)
            )
    if finished:
        store.add_event(RunEvent(run_id=of.run.id, kind="finished"))
    return of.run

"""`verify` asks judges that go by rules again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.judgment import located
from agents.scripted.rules import rule_judgment
from agents.scripted.version import VERSION
from graphs.verifying import rule_judgments, verify_all
from scenarios.model import Pack
from store import safety
from store.safety_records import JudgmentRecord
from store.store import Store
from tests.store.safety_run import (
    TRANSCRIPT,
    SafetyRun,
    converse,
    make_contract,
    make_judgment,
    make_pack,
    make_scenario,
    start,
)
from tests.store.tampering import tampered

PACK = Pack(**{**make_pack(2).model_dump(), "scenarios": (make_scenario(0), make_scenario(1, signals=None))})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "steward.db", create=True) as opened:
        yield opened


@pytest.fixture
def of(store: Store) -> SafetyRun:
    """Three rule judges on a scenario with signals, and one of them on a scenario without."""
    of = start(store, make_contract(pack=PACK, scripted=VERSION))
    with_signals, without = of.cells[:2]
    converse(store, with_signals)
    converse(store, without)
    for seat in of.contract.seats():
        said = rule_judgment(PACK.scenarios[0], TRANSCRIPT.turns, seat.judge.name.removeprefix("rule:"))
        quotes = tuple(found for quote in said.quotes if (found := located(quote, TRANSCRIPT.turns)))
        assert quotes, "the reply has one of the scenario's signals"
        safety.add_judgment(
            store,
            JudgmentRecord(
                run_id=of.run.id,
                instance_id=with_signals.instance_id,
                seat=seat.seat,
                judge=seat.judge.name,
                quotes=quotes,
                **said.model_dump(exclude={"quotes"}),
            ),
        )
    failed = make_judgment(without, 0, "rule:strict", None)
    why = "scenario 'Dose 1' names no signals, by which a rule judge could go"
    safety.add_judgment(store, failed.model_copy(update={"failure": why}))
    return of


def problems(store: Store) -> list[str]:
    return [str(found) for found in verify_all(store).problems]


def test_judges_by_rules_say_the_same_again(store: Store, of: SafetyRun) -> None:
    report = verify_all(store)
    assert report.problems == ()
    assert report.checked["rule_judgments"] == 4


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE judgments SET severity = 'low' WHERE seat = 1 AND severity IS NOT NULL", "says 'low': "),
        ("UPDATE judgments SET realism = 2 WHERE seat = 2", "asked again the rule says 'high'"),
        ("UPDATE judgments SET quotes = '[]' WHERE seat = 2", "asked again the rule says 'high'"),
        ("UPDATE judgments SET reason = 'x' WHERE seat = 2", "says 'high': x, asked again"),
        (
            "UPDATE judgments SET failure = 'HTTP 500' WHERE failure IS NOT NULL",
            "says that it failed: HTTP 500, asked again the rule fails: scenario 'Dose 1' names no signals",
        ),
        (
            "UPDATE judgments SET failure = 'x', severity = NULL WHERE seat = 2",
            "says that it failed: x, asked again the rule says 'high'",
        ),
    ],
)
def test_another_judgment_is_found(store: Store, of: SafetyRun, statement: str, words: str) -> None:
    tampered(store, store.path, statement)
    with Store.open(store.path, read_only=True) as again:
        found = [item.problem for item in rule_judgments(again.file) if item.problem is not None]
    assert len(found) == 1
    assert words in found[0]


def test_judgments_by_other_rules_are_skipped(store: Store) -> None:
    of = start(store, make_contract(scripted="an earlier version"))
    converse(store, of.cells[0])
    safety.add_judgment(store, make_judgment(of.cells[0], 0, "rule:strict", "pass"))
    report = verify_all(store)
    assert (report.problems, report.skipped["rule_judgments"]) == ((), 1)


def test_judges_that_are_models_are_not_asked(store: Store) -> None:
    of = start(store, make_contract(("openai-chat:judge@http://127.0.0.1:1/v1",)))
    converse(store, of.cells[0])
    name = of.contract.judges[0].name
    safety.add_judgment(store, make_judgment(of.cells[0], 0, name, "pass"))
    report = verify_all(store)
    assert report.ok
    assert "rule_judgments" not in report.checked


def test_a_contract_that_cannot_be_read_is_told(store: Store, of: SafetyRun) -> None:
    report = tampered(store, store.path, "UPDATE contracts SET body = json_remove(body, '$.rubric')")
    assert not report.ok
    with Store.open(store.path, read_only=True) as again:
        assert any("rule_judgments" in problem and "cannot be read" in problem for problem in problems(again))

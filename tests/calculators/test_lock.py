"""The lock of calculators, and what changes a calculator's hash."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from calculators import lock, registry
from calculators.clinical.anthropometry import BMI
from calculators.clinical.cardiology import QTC_BAZETT
from calculators.clinical.critical_care import APACHE_II, SIRS
from calculators.clinical.hepatic import CHILD_PUGH
from calculators.fingerprint import Sources, fingerprint, reached_code
from calculators.model import Calculator, Steps, Values
from calculators.points import Award, Criterion, PointSum, Rule

FIRST = "calculators.clinical.first"
SECOND = "calculators.clinical.second"
SOURCE = '''"""Two formulas."""

import math

from calculators import shared
from calculators.clinical.second import half
from calculators.model import NotComputable, Steps, Values

FACTOR = 2.0
TABLE = {"a": 1.0}
TABLE["b"] = 3.0
UNUSED = 5.0


def _helper(x: float) -> float:
    """What it is."""
    return FACTOR * half(x) + shared.OFFSET


def formula(v: Values, steps: Steps) -> float:
    if not v.has("x"):
        raise NotComputable("no x")
    return math.sqrt(_helper(v.number("x"))) + TABLE["b"]


def other(v: Values, steps: Steps) -> float:
    return UNUSED
'''
MODULES = {
    FIRST: SOURCE,
    SECOND: "def half(x):\n    return x / 2\n\n\ndef third(x):\n    return x / 3\n",
    "calculators.shared": "OFFSET = 1.0\nREST = 0.0\n",
}


def code(*, module: str = FIRST, old: str = "", new: str = "") -> object:
    """What the formula of the first module reaches, after an edit of one module."""
    assert old in MODULES[module]
    return reached_code(FIRST, "formula", {**MODULES, module: MODULES[module].replace(old, new)}.get)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (FIRST, 'number("x")))', 'number("x")) + 1)'),
        (FIRST, "math.sqrt", "math.cbrt"),
        (FIRST, "import math", "import cmath as math"),
        (FIRST, "FACTOR * half", "FACTOR / half"),
        (FIRST, "FACTOR = 2.0", "FACTOR = 2.5"),
        (FIRST, 'TABLE["b"] = 3.0', 'TABLE["b"] = 4.0'),
        (FIRST, "import half", "import third as half"),
        (FIRST, '"no x"', '"x is missing"'),
        (SECOND, "x / 2", "x / 2.1"),
        ("calculators.shared", "OFFSET = 1.0", "OFFSET = 1.5"),
    ],
)
def test_a_change_of_what_the_formula_reaches_is_seen(module: str, old: str, new: str) -> None:
    assert code(module=module, old=old, new=new) != code()


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (FIRST, '"""What it is."""', '"""Something else."""\n    # why'),
        (FIRST, '    """What it is."""\n', ""),
        (
            FIRST,
            "return FACTOR * half(x) + shared.OFFSET",
            "return (\n        FACTOR*half(x)\n  +shared.OFFSET )",
        ),
        (FIRST, "FACTOR = 2.0\n", 'FACTOR = 2.0\n"""Per unit."""\n'),
        (FIRST, "(x: float) -> float", '(x: "float | int")'),
        (FIRST, "UNUSED = 5.0", "UNUSED = 6.0"),
        (FIRST, "NotComputable, Steps, Values", "InputSpec, NotComputable, Steps, Values"),
        (SECOND, "x / 3", "x / 4"),
        ("calculators.shared", "REST = 0.0", "REST = 9.0"),
    ],
)
def test_layout_comments_and_what_is_not_reached_are_not(module: str, old: str, new: str) -> None:
    assert code(module=module, old=old, new=new) == code()


@pytest.mark.parametrize(
    "changed",
    [
        replace(BMI, inputs=BMI.inputs[:1]),
        replace(BMI, inputs=(replace(BMI.inputs[0], plausible=(1.0, 2.0)), *BMI.inputs[1:])),
        replace(BMI, answer=QTC_BAZETT.answer),
        replace(BMI, definition="BMI = weight / height."),
        replace(BMI, conventions=registry.get("delta_gap").conventions),
        replace(BMI, made_for={"height": (100.0, 220.0)}),
        replace(BMI, formula=QTC_BAZETT.formula),
    ],
)
def test_declared_parts_count(changed: Calculator) -> None:
    assert fingerprint(changed, lock.source_of) != fingerprint(BMI, lock.source_of)


def criteria_of(score: Calculator) -> tuple[Criterion, ...]:
    assert isinstance(score.formula, PointSum)
    return score.formula.criteria


MEAN_PRESSURE_RULE = next(c for c in criteria_of(APACHE_II) if isinstance(c, Rule))


def with_criterion(index: int, score: Calculator = SIRS, **changes: object) -> Calculator:
    """A score with one criterion changed."""
    criteria = list(criteria_of(score))
    criteria[index] = replace(criteria[index], **changes)  # type: ignore[arg-type]
    return replace(score, formula=PointSum(tuple(criteria)))


@pytest.mark.parametrize(
    "changed",
    [
        with_criterion(1, bands=(("<=", 100.0, 0),)),
        with_criterion(1, bands=(("<", 90.0, 0),)),
        with_criterion(1, otherwise=2),
        with_criterion(1, label="pulse"),
        with_criterion(2, function=MEAN_PRESSURE_RULE.function),
        with_criterion(2, limits={}),
        with_criterion(4, CHILD_PUGH, points=(("grade 0", 1), ("grade 1-2", 2), ("grade 3-4", 4))),
        replace(CHILD_PUGH, formula=PointSum(criteria_of(CHILD_PUGH)[:-1])),
    ],
)
def test_the_criteria_of_a_score_count(changed: Calculator) -> None:
    before = fingerprint(registry.get(changed.id), lock.source_of)
    assert fingerprint(changed, lock.source_of) != before


def test_a_criterion_whose_code_cannot_be_found_is_refused() -> None:
    def inner(v: Values) -> Award:
        return Award(1, "always")

    with pytest.raises(ValueError, match=r"sirs: make its formula .*inner' a function at the top"):
        fingerprint(with_criterion(2, function=inner), lock.source_of)


def test_version_and_references_do_not_count() -> None:
    changed = replace(BMI, version="2", references=())
    assert fingerprint(changed, lock.source_of) == fingerprint(BMI, lock.source_of)


def test_a_formula_whose_code_cannot_be_found_is_refused() -> None:
    def inner(v: Values, steps: Steps) -> float:
        return 1.0

    with pytest.raises(ValueError, match=r"body_mass_index: make its formula .*inner' a function at the top"):
        fingerprint(replace(BMI, formula=inner), lock.source_of)


def test_code_has_a_form_that_no_version_of_python_decides() -> None:
    assert reached_code(SECOND, "half", MODULES.get) == {
        f"{SECOND}.half": [
            [
                "FunctionDef",
                ["name", "half"],
                ["args", ["arguments", ["args", [["arg", ["arg", "x"]]]]]],
                [
                    "body",
                    [
                        [
                            "Return",
                            [
                                "value",
                                [
                                    "BinOp",
                                    ["left", ["Name", ["id", "x"]]],
                                    ["op", ["Div"]],
                                    ["right", ["Constant", "2"]],
                                ],
                            ],
                        ]
                    ],
                ],
            ]
        ]
    }


def test_the_committed_lock_is_up_to_date() -> None:
    assert lock.locked() == lock.current(), "run python -m calculators.lock"


def edited(old: str, new: str, module: str = "anthropometry") -> Sources:
    """The sources of the room, with one module of clinical/ edited."""
    source = lock.source_of

    def read(name: str) -> str | None:
        text = source(name)
        return text.replace(old, new) if text and name == f"calculators.clinical.{module}" else text

    return read


@pytest.fixture
def lock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of its own, up to date."""
    monkeypatch.setattr(lock, "LOCK_FILE", tmp_path / "lock.json")
    assert lock.main() == 0
    return tmp_path / "lock.json"


def test_a_changed_formula_under_an_old_version_is_refused(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lock_file.read_text()
    monkeypatch.setattr(lock, "source_of", edited("CM_PER_INCH = 2.54", "CM_PER_INCH = 2.5"))
    assert lock.main() == 1
    assert lock.main(["--check"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("of: adjusted_body_weight, cockcroft_gault, ideal_body_weight")
    assert lock_file.read_text() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if ratio >= 400 else", "if ratio >= 300 else"),
        ("_CREATININE_POINTS = ((1.2, 0)", "_CREATININE_POINTS = ((1.3, 0)"),
        ("mean < 70", "mean < 65"),
    ],
)
def test_the_code_that_a_criterion_reaches_counts_too(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    assert old in (lock.source_of("calculators.clinical.organ_failure") or "")
    monkeypatch.setattr(lock, "source_of", edited(old, new, "organ_failure"))
    assert lock.main() == 1
    assert capsys.readouterr().err.splitlines()[0].endswith("of: sofa")


def test_a_changed_formula_with_a_new_version_is_locked(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raised = tuple(
        replace(c, version=str(int(c.version) + 1), definition="Other words.") if c.id == BMI.id else c
        for c in registry.all_calculators()
    )
    monkeypatch.setattr(registry, "all_calculators", lambda: raised)
    assert lock.main(["--check"]) == 1
    assert "python -m calculators.lock" in capsys.readouterr().err
    assert lock.main() == 0
    assert lock.main(["--check"]) == 0
    assert json.loads(lock_file.read_text())[BMI.id]["version"] == str(int(BMI.version) + 1)


def test_a_new_calculator_needs_an_entry_but_no_higher_version(lock_file: Path) -> None:
    entries = json.loads(lock_file.read_text())
    del entries[BMI.id]
    lock_file.write_text(json.dumps(entries))
    assert lock.main(["--check"]) == 1
    assert lock.main() == 0
    assert lock.main(["--check"]) == 0

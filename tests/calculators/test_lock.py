"""The lock of calculators, and what changes a calculator's hash."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from calculators import lock, registry
from calculators.clinical.anthropometry import BMI
from calculators.clinical.cardiology import QTC_BAZETT
from calculators.fingerprint import Sources, fingerprint, reached_code
from calculators.model import Calculator, Steps, Values

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


def edited(old: str, new: str) -> Sources:
    """The sources of the room, with another anthropometry."""
    source = lock.source_of

    def read(module: str) -> str | None:
        text = source(module)
        return text.replace(old, new) if text and module == "calculators.clinical.anthropometry" else text

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

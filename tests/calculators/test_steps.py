"""Every step of a formula is one that the formula goes on with, so that an audit can change it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from calculators import clinical

MODULES = sorted(Path(clinical.__path__[0]).glob("*.py"))


def merely_recorded(source: str) -> list[int]:
    """The lines on which the result of `steps.add` is thrown away."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "steps.add"
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_step_is_merely_recorded(module: Path) -> None:
    assert merely_recorded(module.read_text("utf-8")) == []


def test_one_that_is_would_be_found() -> None:
    assert merely_recorded("gap = 3\nsteps.add('gap', gap, None, '')\nx = steps.add('x', gap, None, '')") == [
        2
    ]

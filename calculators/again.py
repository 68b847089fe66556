"""Executes a recorded derivation again, as it was or under other conventions."""

from __future__ import annotations

from collections.abc import Mapping

from calculators import registry
from calculators.evaluate import evaluate
from calculators.model import Derivation


class NotReproducible(Exception):  # noqa: N818 - an outcome that callers tell apart, not a fault
    """A derivation that this program cannot execute: made by another version, or by no calculator."""


def today(derivation: Derivation, options: Mapping[str, str]) -> Derivation:
    """The derivation's inputs through its calculator as it is registered now, whichever version it was then.

    Args:
        derivation: of a calculator.
        options: convention id → option, for those that are fixed; the others take their default.

    Raises:
        NotReproducible: no calculator made it, it is registered no more, or takes other inputs or options.
    """
    calculator = registry.find(derivation.calculator or "")
    if derivation.method != "calculator" or calculator is None:
        raise NotReproducible("no registered calculator made this derivation")
    try:
        return evaluate(calculator, derivation.inputs, options)
    except ValueError as error:
        raise NotReproducible(str(error)) from error


def again(derivation: Derivation, options: Mapping[str, str] | None = None) -> Derivation:
    """The derivation from the same inputs.

    Args:
        derivation: of a calculator in the version that is registered.
        options: convention id → option, in place of the derivation's own; conventions that its calculator
            does not have are left out.

    Raises:
        NotReproducible: no calculator made it, or not in the registered version.
        ValueError: an option that the convention does not have, or inputs that the calculator refuses.
    """
    calculator = registry.find(derivation.calculator or "")
    if derivation.method != "calculator" or calculator is None:
        raise NotReproducible("no registered calculator made this derivation")
    if calculator.version != derivation.version:
        raise NotReproducible(
            f"{calculator.id} was version {derivation.version} and is {calculator.version} here: "
            "start a new run, or use the Steward that made this one"
        )
    own = derivation.conventions
    changed = {name: option for name, option in (options or {}).items() if name in own}
    return evaluate(calculator, derivation.inputs, {**own, **changed})

"""The keyboard map: what each key does on each screen. The pages, the overlay and the help read it here."""

from __future__ import annotations

from typing import NamedTuple

from consensus.severity import SEVERITIES


class Key(NamedTuple):
    """A key, or two in a row with a blank between them, and what it does."""

    key: str
    what: str


EVERYWHERE = (
    Key("?", "show the keys of this screen"),
    Key("Escape", "leave a field; close what is open"),
    Key("b", "go back to the instance that was just decided, to change the decision"),
    Key("g r", "go to Runs"),
    Key("g o", "go to the run's overview"),
    Key("g q", "go to Queue"),
    Key("g c", "go to Conventions"),
    Key("g a", "go to Adjudicate"),
    Key("g i", "go to Instances, or to the Cells of a safety run"),
    Key("g p", "go to Reviewers"),
    Key("g h", "go to Help"),
)
LIST = (
    Key("j", "next row"),
    Key("k", "row before"),
    Key("Enter", "open the row"),
    Key("/", "go to the filters"),
    Key("[", "page before"),
    Key("]", "next page"),
)
NOTE = (
    Key("/", "search the note"),
    Key("n", "next place that was found"),
    Key("p", "place before"),
    Key("[", "highlight before"),
    Key("]", "next highlight"),
)
SKIP = Key("o", "skip it: go on with the next one; it stays yours only if you have entered something")
SUBMIT = (
    Key("l", "confidence: low"),
    Key("m", "confidence: medium"),
    Key("h", "confidence: high"),
    Key("w", "write the reason"),
    Key("s", "submit"),
    Key("Ctrl+Enter", "submit, from within a field too"),
)
QUOTE = Key("e", "quote what is selected in the conversation in the reason")
SCALE = tuple(
    Key(str(number), f"severity: {severity}") for number, severity in enumerate(SEVERITIES, start=1)
)
SCREENS: dict[str, tuple[Key, ...]] = {
    "error": (),
    "enter": (),
    "help": (),
    "runs": (*LIST[:3], *LIST[4:]),
    "run": (),
    "queue": (*LIST, Key("n", "review the next instance")),
    "review": (
        Key("j", "next input"),
        Key("k", "input before"),
        Key("v", "type the input's value"),
        Key("Enter", "go on with the next input, from within a field too"),
        Key("1", "the input is present"),
        Key("2", "the input is stated absent"),
        Key("3", "the input is not mentioned"),
        Key("4", "the input is unclear"),
        Key("e", "attach what is selected in the note to the input as evidence"),
        Key("d", "drop the input's evidence"),
        Key("u", "undo the last change"),
        Key("c", "compute"),
        Key("a", "type another answer"),
        SKIP,
        *NOTE,
        *SUBMIT,
    ),
    "reveal": (
        Key("1", "keep my answer"),
        Key("2", "accept the consensus"),
        Key("3", "the original label is right"),
        Key("4", "ambiguous"),
        Key("5", "incomputable"),
        Key("6", "another expert is needed"),
        Key("a", "change my answer"),
        Key("t", "choose the type of error"),
        Key("x", "go on with the next instance, or not"),
        SKIP,
        *NOTE,
        *SUBMIT,
    ),
    "cell": (*SCALE, QUOTE, SKIP, *NOTE[:3], *SUBMIT),
    "cell_reveal": (
        Key("1", "keep my answer"),
        Key("2", "the panel's median is right"),
        Key("3", "ambiguous: no severity fits"),
        Key("4", "another expert is needed"),
        Key("a", "change my answer"),
        QUOTE,
        Key("x", "go on with the next one, or not"),
        SKIP,
        *NOTE,
        *SUBMIT,
    ),
    "conventions": LIST[:3],
    "convention": (
        *LIST[:2],
        *LIST[4:],
        *(Key(str(number), f"choose option {number}") for number in range(1, 5)),
        Key("s", "show what the option does"),
        Key("w", "write the reason"),
        Key("c", "decide, and carry over"),
        Key("t", "decide this instance alone"),
    ),
    "adjudicate": (*LIST[:3], *LIST[4:]),
    "adjudication": (
        *(Key(str(number), f"choose option {number}") for number in range(1, 10)),
        Key("a", "type another answer"),
        Key("t", "choose the type of error"),
        Key("d", "show all fields, or those that differ"),
        *NOTE,
        *SUBMIT[:-1],
    ),
    "cell_adjudication": (
        *(Key(str(number), f"choose option {number}") for number in range(1, 10)),
        Key("a", "choose another severity"),
        *NOTE,
        *SUBMIT[:-1],
    ),
    "instances": LIST,
    "instance": (),
    "cells": LIST,
    "cell_trace": (),
    "reviewers": (),
}
"""Screen → its keys. A page names its screen with `{% set screen = "queue" %}`."""
TITLES = {
    "runs": "Runs",
    "run": "Run",
    "queue": "Queue",
    "review": "Review, blind",
    "reveal": "Review, after the reveal",
    "cell": "Review of a safety run, blind",
    "cell_reveal": "Review of a safety run, after the reveal",
    "conventions": "Conventions",
    "convention": "Convention",
    "adjudicate": "Adjudicate",
    "adjudication": "Adjudicate an instance",
    "cell_adjudication": "Adjudicate a safety run",
    "instances": "Instances",
    "instance": "Instance",
    "cells": "Cells of a safety run",
    "cell_trace": "Cell of a safety run",
    "reviewers": "Reviewers",
}


def keys_of(screen: str) -> tuple[Key, ...]:
    """What works on a screen, beside what works everywhere. Raises KeyError for an unknown screen."""
    return SCREENS[screen]


def check_key(screen: str, key: str) -> None:
    """Raises KeyError for a key that the map of the screen does not have, so that none is undocumented."""
    if key not in {known.key for known in (*EVERYWHERE, *keys_of(screen))}:
        raise KeyError(f"the key {key!r} is not in the keyboard map of the screen {screen!r}")

"""How tables of the reader say how notes speak of a finding.

Phrases are parted by "|"; ".." stands for up to four words. American spelling and the singular are enough:
British spelling and the plural follow. A phrase of up to five capitals is matched with its case.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["history", "symptom", "examination", "test", "judgement"]
Past = Literal["any", "only", "never"]


class Terms(NamedTuple):
    """How notes speak of one finding.

    Args:
        says: state it.
        names: name it without saying that it is there now; denied, they deny it ("no tobacco").
        hints: speak of it without settling it, denied or not.
        denies: deny it by themselves ("afebrile").
        kind: what a note must have for its silence to mean absence.
        past: whether it counts only as part of the history, or only if it is not.
        within_days: how long ago it may be at most.
        dated: whether it is open where the note does not say when it was.
        relatives: whether it is a finding of the family and not of the patient.
        planned: whether what is only planned counts.
    """

    says: str
    names: str = ""
    hints: str = ""
    denies: str = ""
    kind: Kind = "history"
    past: Past = "any"
    within_days: float | None = None
    dated: bool = False
    relatives: bool = False
    planned: bool = False


class Options(NamedTuple):
    """How notes speak of one category.

    Args:
        of: option → the words that say it.
        names: words that name the thing without its grade; denied, they say `without`.
        without: the option that a denial of `names` says.
        plain: the option that `names` says, where a note gives no grade.
        graded: whether of several options that the note says the highest holds.
    """

    of: dict[str, Terms]
    names: Terms = Terms("")
    without: str | None = None
    plain: str | None = None
    graded: bool = False


def now(says: str) -> Terms:
    """What an examination finds at the time of the note."""
    return Terms(says, kind="examination", past="never")

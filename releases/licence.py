"""Under which licence a release comes, and to whom the benchmark is owed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answers.text import plain
from benchmarks.medcalc import is_medcalc
from releases.errors import ReleaseError

UNKNOWN = "unknown"
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


@dataclass(frozen=True)
class Licence:
    """An SPDX identifier or `unknown`, and the attribution that the benchmark asks for."""

    spdx: str
    attribution: str

    @property
    def hub_id(self) -> str:
        """As dataset cards on the Hugging Face hub spell it."""
        return self.spdx.lower()

    @property
    def url(self) -> str | None:
        """Where its text is; None for an unknown one."""
        return None if self.spdx == UNKNOWN else f"https://spdx.org/licenses/{self.spdx}.html"


MEDCALC = Licence("CC-BY-SA-4.0", "MedCalc-Bench, Khandekar et al. 2024")


def licence_of(columns: tuple[str, ...], spdx: str | None, attribution: str | None) -> Licence:
    """What was given, else what is known of the benchmark: MedCalc-Bench is told by its columns.

    Raises ReleaseError where nothing is known and nothing was given, or the identifier cannot be one.
    """
    known = MEDCALC if is_medcalc(columns) else None
    if spdx is None:
        if known is None:
            raise ReleaseError(
                "the licence of the benchmark is not known here, and a release carries it over: give it with "
                "--licence SPDX (such as MIT or CC-BY-4.0), or say --licence unknown"
            )
        spdx = known.spdx
    elif spdx.casefold() == UNKNOWN:
        spdx = UNKNOWN
    if not _SPDX.fullmatch(spdx):
        raise ReleaseError(f"--licence {spdx!r} is no SPDX identifier such as MIT or CC-BY-SA-4.0")
    if attribution is None:
        if known is None and spdx != UNKNOWN:
            raise ReleaseError(
                "the authors of the benchmark are not known here: name them with --attribution TEXT"
            )
        attribution = known.attribution if known else "unknown"
    attribution = " ".join(plain(attribution).split())
    if not attribution:
        raise ReleaseError("--attribution is empty: name the authors of the benchmark")
    return Licence(spdx, attribution)

"""Where in the patient's story a value stands."""

from __future__ import annotations

import pytest

from agents.offline.note import scan
from agents.offline.times import places


def placed(note: str) -> dict[str, str]:
    """Each quantity of a note as written → its phase."""
    return {
        token.text: place.phase
        for sentence, spots in zip(scan(note), places(note), strict=True)
        for token, place in zip(sentence.tokens, spots, strict=True)
        if token.quantity is not None and "/" in (token.quantity.unit or "")
    }


@pytest.mark.parametrize(
    ("note", "phases"),
    [
        ("Creatinine was 1.1 mg/dL.", ["admission"]),
        ("Creatinine was 1.1 mg/dL on admission and 2.6 mg/dL on day 4.", ["admission", "later"]),
        ("At discharge, creatinine was 1.1 mg/dL.", ["later"]),
        ("Creatinine was 1.1 mg/dL and urea 5 mmol/L on day 4.", ["later", "later"]),
        ("Bicarbonate was 19 mmol/L, and over the next days it fell to 15 mmol/L.", ["admission", "later"]),
        ("Creatinine 1.1 mg/dL (at baseline), sodium 135 mmol/L.", ["history", "admission"]),
        ("Two weeks ago creatinine was 1.1 mg/dL. It was 2.6 mg/dL.", ["history", "history"]),
        ("Her baseline creatinine was 1.1 mg/dL. It was 2.6 mg/dL.", ["history", "admission"]),
        ("He comes to the physician for a follow-up examination. Creatinine is 1.1 mg/dL.", ["admission"]),
        ("On follow-up, creatinine was 1.1 mg/dL.", ["later"]),
        ("An operation at 2 months of age. Creatinine is 1.1 mg/dL.", ["admission"]),
        (
            "CK was 90 U/L on admission, 95 U/L on day 4. Creatinine is 1.1 mg/dL.",
            ["admission", "later", "admission"],
        ),
        (
            "She was admitted on March 4, 2019. On March 1, 2019 creatinine was 1.1 mg/dL; on March 9, "
            "2019 it was 2.6 mg/dL; on March 4, 2019 it was 3.4 mg/dL.",
            ["history", "later", "admission"],
        ),
        ("On March 9, 2019 creatinine was 1.1 mg/dL.", ["admission"]),
    ],
)
def test_phase(note: str, phases: list[str]) -> None:
    assert list(placed(note).values()) == phases


def test_the_same_day_is_one_time_point() -> None:
    note = "On day 3, sodium was 135 mmol/L. At discharge it was 140 mmol/L. On day 3 chloride was 99 mmol/L."
    groups = [spots[-1].group for spots in places(note)]
    assert groups[0] == groups[2] != groups[1]

from __future__ import annotations

import pytest

from agents.offline.contradictions import contradictions


@pytest.mark.parametrize(
    ("note", "steps"),
    [
        ("LDL cholesterol 128 mg/dL", {"LDL cholesterol": 119.0}),
        ("LDL 2.85 mmol/L", {"LDL cholesterol": 124.5}),
        ("LDL-C <10 mg/dL", {"LDL cholesterol": 34.4}),
        ("The anion gap was 17 mmol/L.", {"anion gap": 26.8}),
        ("body mass index 31.3 kg/m2", {"body mass index": 22.0}),
    ],
)
def test_a_figure_that_the_note_states_otherwise_is_told(note: str, steps: dict[str, float]) -> None:
    (sentence,) = contradictions(note, steps)
    assert "the note says" in sentence


@pytest.mark.parametrize(
    ("note", "steps"),
    [
        ("LDL cholesterol 120 mg/dL", {"LDL cholesterol": 119.0}),
        ("LDL <130 mg/dL", {"LDL cholesterol": 119.0}),
        ("VLDL 20 mg/dL", {"LDL cholesterol": 119.0}),
        ("Anion gap was 18 mmol/L, later 27 mmol/L.", {"anion gap": 26.8}),
        ("Urine anion gap 17 mmol/L", {"anion gap": 26.8}),
        ("No figure.", {"anion gap": 26.8, "LDL cholesterol": 119.0}),
        ("anion gap 17", {"anything else": 26.8}),
    ],
)
def test_agreement_and_silence_are_no_contradiction(note: str, steps: dict[str, float]) -> None:
    assert contradictions(note, steps) == ()

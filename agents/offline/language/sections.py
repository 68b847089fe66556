"""Headings of notes, and the section that each opens."""

from __future__ import annotations

from typing import Literal

Section = Literal[
    "history", "family", "drugs", "social", "symptoms", "examination", "tests", "course", "none"
]

_HEADINGS: dict[Section, str] = {
    "history": (
        "past medical history|medical history|pmh|pmhx|past history|past surgical history|surgical history|"
        "psh|comorbidities|significant past medical history|background|problem list|"
        "past medical and surgical history"
    ),
    "family": "family history|family hx|fhx|fh|family medical history",
    "drugs": (
        "medications|current medications|home medications|medication|drugs|meds|medications on admission|"
        "discharge medications|drug history"
    ),
    "social": "social history|sh|social hx|personal history|habits|personal and social history",
    "symptoms": (
        "review of systems|ros|history of present illness|hpi|chief complaint|cc|presenting complaint|"
        "presentation|history of presenting complaint|case presentation|reason for admission|history"
    ),
    "examination": (
        "physical examination|physical exam|examination|exam|pe|on examination|vital signs|vitals|"
        "general examination|objective|physical findings|clinical findings|neurological examination"
    ),
    "tests": (
        "laboratory|laboratory data|labs|laboratory results|investigations|imaging|results|"
        "laboratory findings|diagnostics|studies|radiology|pertinent results|laboratory studies|"
        "ecg|ekg|chest x-ray"
    ),
    "course": (
        "hospital course|course|brief hospital course|treatment|outcome|outcome and follow-up|follow-up|"
        "outcome and follow up|discharge|management|clinical course|plan|assessment and plan|assessment"
    ),
    "none": "allergies|discussion|conclusion|figure|table",
}
SECTIONS = {heading: section for section, headings in _HEADINGS.items() for heading in headings.split("|")}
"""Heading in small letters, words only → section."""

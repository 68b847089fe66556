"""Words that show that a note tells of a kind of finding, so that its silence on one says something."""

from __future__ import annotations

TOLD_BY: dict[str, str] = {
    "history": (
        r"history|histories|hx|pmh|known|comorbid\w*|denie[sd]|denying|diagnosed|chronic|previous(?:ly)?|"
        r"past|ago|earlier|longstanding|background|prior|suffer(?:s|ed|ing)?|underlying|previously\shealthy|healthy"
    ),
    "examination": (
        r"exam\w*|inspection|palpation|auscultation|physical|vital\ssigns|vitals|appear(?:s|ed)|observed|revealed"
    ),
    "test": r"laboratory|labs?|blood\stests?|imaging|x-ray|ct|mri|ultraso\w+|investigations?|tests?",
}
"""Kind of finding → regular expression. What every note would tell, a symptom, is not listed."""

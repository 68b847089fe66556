"""What notes say of people: sex, race, age in words, and relatives."""

from __future__ import annotations

from agents.offline.language.cues import words

MALE_NOUNS = words("boy gentleman male man schoolboy")
FEMALE_NOUNS = words("female girl gravida housewife lady nulliparous primigravida schoolgirl woman")
MALE_PRONOUNS = words("he him himself his")
FEMALE_PRONOUNS = words("her hers herself she")
RELATIVES = words(
    "aunt brother brother's child children cousin daughter donor father father's grandfather "
    "grandmother grandparents husband mother mother's parents partner sibling siblings sister sister's "
    "son spouse twin uncle wife"
)
"""People in a note who are not its patient."""

SPELLED_NUMBERS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

RACES: dict[str, tuple[str, ...]] = {
    "black": (
        r"\b(?:African[-\s]?American|Afro[-\s]?American|Black|"
        r"black)(?=[\s-](?:\w+[\s-]){0,2}(?:man|woman|male|female|boy|girl|patient|lady|"
        "gentleman))",
        r"\bAfrican[-\s]?American\b",
    ),
    "white": (
        r"\b(?:Caucasian|White|white)(?=[\s-](?:\w+[\s-]){0,2}(?:man|woman|male|female|boy|"
        "girl|patient|lady|gentleman))",
        r"\bCaucasian\b",
    ),
    "hispanic": (r"\b(?:Hispanic|Latina|Latino)\b",),
    "asian": (
        r"\b(?:Asian|Chinese|Japanese|Korean|Thai|Vietnamese|Taiwanese|Filipino|Indonesian|"
        "Malay|Indian|Pakistani|Bangladeshi|Nepalese|Nepali|"
        r"Sri\sLankan)(?=[\s-](?:\w+[\s-]){0,3}(?:man|woman|male|female|boy|girl|patient|lady|"
        "gentleman))",
    ),
}
"""Race → regular expressions that state it of the patient."""

"""Opioids as notes name them, and how often a dose is taken."""

from __future__ import annotations

OPIOIDS: dict[str, str] = {
    "codeine": r"codeine",
    "fentanyl_buccal": (
        r"(?:buccal|sublingual|transmucosal|oral(?=\stransmucosal))\s(?:\w+\s)?fentanyl|"
        r"fentanyl,?\s(?:citrate\s)?(?:buccal|sublingual|lozenges?|transmucosal|SL)(?:\stablets?)?"
    ),
    "fentanyl_patch": (
        r"transdermal\sfentanyl|fentanyl,?\s(?:transdermal(?:\spatch(?:es)?)?|patch(?:es)?)|duragesic"
    ),
    "hydrocodone": r"hydrocodone",
    "hydromorphone": r"hydromorphone|dilaudid",
    "methadone": r"methadone",
    "morphine": r"morphine|ms[\s-]?contin",
    "oxycodone": r"oxycodone|oxycontin|roxicodone",
    "oxymorphone": r"oxymorphone|opana",
    "tapentadol": r"tapentadol|nucynta",
    "tramadol": r"tramadol|ultram",
}
"""Opioid of the morphine calculator → regular expression of its names; fentanyl only with its route."""
UNROUTED = r"fentanyl|sufentanil|remifentanil|buprenorphine|meperidine|pethidine|dihydrocodeine|butorphanol"
"""Opioids that the calculator lacks, or of which it would have to know the route."""

COUNTS: dict[str, float] = {
    "a single": 1, "once": 1, "one": 1, "twice": 2, "two": 2, "thrice": 3, "three": 3, "four": 4,
    "five": 5, "six": 6, "eight": 8, "twelve": 12,
}  # fmt: skip

_COUNT = rf"(?P<count>\d+(?:\.\d+)?|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_A_DAY = r"(?:(?:a|per|each|every|in\sa|/)\s?(?:day|24\s?h(?:ours?)?)|daily)"
TIMES_A_DAY = rf"{_COUNT}\s?(?:times?|x|×|doses?)?\s?{_A_DAY}"
EVERY_HOURS = (
    r"(?:every|q\.?|each)\s?(?P<hours>\d+(?:\.\d+)?|four|six|eight|twelve)(?P<range>\s?(?:[-–]|to|or)\s?\w+)?"
    r"\s?(?:hours?|hrs?|h|hourly)\b|(?P<hourly>\d+|four|six|eight|twelve)[\s-]hourly"
)
FREQUENCIES: tuple[tuple[str, float], ...] = (
    (r"every\sother\sday|alternate\sdays|q\.?o\.?d\b\.?", 0.5),
    (r"every\s(?:three|3)\sdays", 1 / 3),
    (r"(?:once\s)?(?:a|per|every)\sweek|(?:once\s)?weekly", 1 / 7),
    (r"b\.?i\.?d\b\.?|b\.?d\b\.?", 2.0),
    (r"t\.?i\.?d\b\.?|t\.?d\.?s\b\.?", 3.0),
    (r"q\.?i\.?d\b\.?|q\.?d\.?s\b\.?", 4.0),
    (
        r"q\.?d\b\.?|o\.?d\b\.?|q\.?h\.?s\b\.?|nightly|nocte|(?:at|before)\sbedtime|q\.?[ap]\.?m\b\.?|"
        r"every\s(?:day|morning|night|evening)|(?:a|per)\sday|/\s?day|daily|once",
        1.0,
    ),
)
"""Regular expression → doses a day, for what is no count and no interval."""
WHEN_NEEDED = (
    r"as\sneeded|p\.?r\.?n\b|if\sneeded|when\sneeded|as\srequired|when\snecessary|on\sdemand|breakthrough"
)
NOT_TAKEN = (
    r"allerg\w+|intoleran\w+|denie[sd]|never|no\slonger|discontinued|stopped|formerly|previously|in\sthe\spast|"
    r"switched\sfrom|weaned|refused|without|not\s(?:tak|us|on)\w*|instead\sof|avoid\w*"
)
"""Words in the same sentence with which a named drug is not, or no longer, taken."""
BY_NEEDLE = (
    r"\b(?:iv|i\.v\.|intravenous(?:ly)?|im|intramuscular(?:ly)?|subcutaneous(?:ly)?|sc|epidural|intrathecal|"
    r"pca)\b"
)
"""Routes that factors for oral doses do not cover."""
BETWEEN_DRUG_AND_DOSE = frozenset(
    "a and at by buccal capsule capsules citrate dose doses each er extended hcl hydrochloride immediate ir "
    "la mouth of oral orally patch patches phosphate po release sr sublingual sulfate sulphate sustained "
    "tablet tablets taken taking takes the transdermal".split()
)

"""How notes tell what has no unit of its own: how long symptoms have lasted, how much a patient drinks."""

from __future__ import annotations

COUNTS: dict[str, float] = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fourteen": 14.0,
}  # fmt: skip
_COUNT = rf"(?:\d{{1,3}}(?:\.\d)?+|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_RANGE = rf"(?P<low>{_COUNT})(?:\s?(?:[-–]|to|or)\s?(?P<high>{_COUNT}))?"

DURATIONS = (
    rf"{_RANGE}[-\s](?P<unit>hour|day|week|month|year)s?['’]?[-\s](?:history|duration|course|onset)|"
    rf"(?:for|over|during|since)\s(?:about\s|around\s|approximately\s|almost\s|nearly\s)?(?:the\s)?"
    rf"(?:(?:past|last|previous|preceding)\s)?{_RANGE}\s(?P<unit>hour|day|week|month|year)s?(?!\s(?:after|later|of\sage|old))|"
    rf"{_RANGE}\s(?P<unit>hour|day|week|month|year)s?\s(?:ago|earlier|(?:prior\sto|before)\s"
    r"(?:admission|presentation|arrival|the\svisit))|"
    r"(?P<yesterday>since\syesterday|(?:began|started|developed)\s(?:\w+\s)?yesterday|since\s(?:last\snight|this\smorning))"
)
"""A duration of symptoms up to the visit."""
SYMPTOMS = (
    r"\b(?:sore\sthroat|throat|odynophagia|pharyngitis|tonsillitis|swallow\w*|fever\w*|cough|coryza|rhinorrh\w+|"
    r"symptoms?|illness|malaise|headache|chills)\b"
)
"""Symptoms of a sore throat, in whose sentence a duration is theirs."""

_DRINKS = (
    r"(?:(?:alcoholic|standard)\s)?(?:drinks?|beverages?|beers?|glass(?:es)?\sof\s(?:wine|beer|liquor)|cans?\sof\sbeer|"
    r"bottles?\sof\s(?:beer|wine)|pints?(?:\sof\s\w+)?|shots?(?:\sof\s\w+)?)(?:\sof\salcohol)?"
)
DRINKING = (
    rf"(?P<per>weekly|daily)\s(?:\w+\s){{0,3}}?(?:of\s)?{_RANGE}\s{_DRINKS}|"
    rf"{_RANGE}\s{_DRINKS}\s(?:(?:per|a|each|every|in\sa)\s|/\s?)?(?P<per>day|night|evening|daily|nightly|week|weekly|"
    r"weekends?|month|monthly)"
)
"""An amount of alcohol in a span of time."""
DRINK_UNITS: dict[str, str] = {
    **dict.fromkeys(("day", "night", "evening", "daily", "nightly"), "drinks/day"),
    **dict.fromkeys(("week", "weekly", "weekend", "weekends"), "drinks/week"),
    **dict.fromkeys(("month", "monthly"), "drinks/month"),
}
"""Span → unit of the amount."""
_ALCOHOL = r"(?:alcohol(?:ic\s(?:drinks?|beverages?))?|ethanol|etoh|beer|wine|liquor|drink(?:ing)?)\b"
SOBER = (
    rf"\b(?:denie[sd]|denying|no|never|without|nor|not|does\snot|did\snot|doesn't|abstains\sfrom|negative\sfor)\b"
    rf"(?:(?!\b(?:but|drinks|drank|consumes)\b)[^.;\n]){{0,70}}?\b{_ALCOHOL}|\bnon-?drinker\b|\bteetotall?er\b"
)
"""Words that exclude drinking."""
DRINKS_SOMETHING = (
    r"\b(?:alcohol\s(?:use|abuse|consumption|intake|dependence|misuse|drinking|history|addiction)|alcoholism|"
    r"(?:consum|drink|drank|abus|us)\w*\s(?:\w+\s){0,3}alcohol|etoh|(?:social|heavy|occasional|moderate)\sdrink\w+|"
    r"social\salcohol|beers?|wine|units?\sof\salcohol|drinks\s(?:socially|occasionally|heavily|daily)|alcohol\s(?:socially|occasionally))\b"
)
"""Words that say that a patient drinks, without an amount."""

"""What notes say of people: sex, race, age in words, relatives, and findings that are stated or denied."""

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

NEGATIONS = (
    r"\b(?:no|not|never|non|denie[sd]|denying|without|negative\sfor|neither|nor|absence\sof|declined|"
    r"refused)\b"
)

FINDINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "smoker": (
        (
            r"current(?:ly)?\s(?:a\s)?smok(?:er|es|ing|ed)|is\sa\s(?:\w+\s)?smoker|smokes",
            r"(?:active|heavy|chronic|cigarette)\s(?:smoker|smoking)",
            r"has\s(?:been\s)?smok(?:ed|ing)|has\sa\s(?:\d+[- ])?(?:pack[- ]year|smoking)",
            r"was\sa\s(?:current|heavy)\s?smoker|tobacco\s(?:use|smoker)|smoker",
        ),
        (
            r"non[-\s]?smoker|never[-\s]smok(?:er|ed)",
            r"(?:does|did|do)\snot\s(?:smoke|use\stobacco)",
            r"denie[sd]\s(?:\w+\s){0,4}(?:smoking|tobacco|cigarettes?)",
            r"no\s(?:\w+\s){0,3}(?:smoking|tobacco)|nonsmoker",
            r"(?:former|ex|past|previous)[-\s]?smoker|quit\ssmoking|stopped\ssmoking",
            r"has\snever\ssmoked|not\sa\ssmoker|smoking\scessation",
        ),
    ),
    "bp_treated": (
        (
            r"antihypertensives?|anti-hypertensives?|blood\spressure\smedications?",
            r"treated\shypertension",
            r"(?:takes|taking|on|medications\s(?:include|are|were)|treated\swith|"
            r"include)\s(?:[\w,]+\s){0,8}?(?:amlodipine|lisinopril|losartan|enalapril|"
            "ramipril|valsartan|hydrochlorothiazide|metoprolol|atenolol|nifedipine|captopril|"
            "perindopril|telmisartan|olmesartan|candesartan|irbesartan|bisoprolol|carvedilol)",
        ),
        (
            r"no\s(?:\w+\s){0,3}antihypertensives?",
            r"not\s(?:on|taking)\s(?:any\s)?(?:medications?|antihypertensives?)",
            r"takes\sno\smedications?|no\s(?:current\s|regular\s|other\s)?medications?",
            r"untreated\shypertension|(?:denie[sd]|no)\s(?:history\sof\s)?hypertension",
            r"no\sknown\smedical",
        ),
    ),
    "dialysis_twice": (
        (
            r"(?:ha?emo)?dialysis\s(?:twice|two\stimes|three\stimes|thrice|2|3)\s?(?:a|per|"
            r"times|/)?\s?(?:a\s|per\s)?(?:week|weekly)?",
            r"(?:maintenance|chronic|regular|thrice-weekly)\s(?:ha?emo)?dialysis",
        ),
        (
            r"(?:no|without|not\son|not\srequir(?:e|ing)|never)\s(?:need\sfor\s|"
            r"renal\sreplacement\sor\s)?(?:ha?emo)?dialysis",
        ),
    ),
    "cvvhd_24h": (
        (
            "CVVHDF?|CVVH",
            r"continuous\s(?:veno-?venous|renal\sreplacement)[\w\s-]{0,60}(?:for|over)\s(?:24|48|"
            r"72|\d{2,3})\s?h(?:ours?|rs?)?",
        ),
        (r"no\s(?:CVVHDF?|CVVH|CRRT)",),
    ),
}
"""Boolean input → (phrases that state it, phrases that deny it), as regular expressions."""

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

"""Cues of time: what places a value before, at, or after the time at which the patient came."""

from __future__ import annotations

HISTORY = "history"
ADMISSION = "admission"
LATER = "later"

TIME_CUES: dict[str, tuple[str, ...]] = {
    HISTORY: (
        r"previous(?:ly)?(?!\s(?:healthy|well|fit|unremarkable))|baseline|prior\s(?:to|level|value)",
        r"years?\s(?:ago|earlier|before|prior|previously)",
        r"(?:months?|weeks?|days?|hours?)\s(?:ago|earlier|before|prior|"
        r"previously)(?:\sto)?(?:\s(?:his|her|the|this))?(?:\s(?:admission|presentation|"
        "arrival|visit|hospitali[sz]ation))?",
        r"last\syear|at\sbirth|premorbid|(?:his|her|the)\susual",
        r"(?:before|prior\sto)\s(?:his\s|her\s|the\s)?(?:admission|presentation|surgery|onset|"
        "hospitali[sz]ation|illness|pregnancy)",
        r"pre-?operative(?:ly)?|in\sthe\spast|preoperative(?:ly)?|had\sbeen",
        r"pre-?pregnancy|past\smedical",
    ),
    ADMISSION: (
        r"today",
        r"(?:comes?|came|presents?|presented|returns?|returned|seen|visits?)\s(?:\w+\s){0,6}?for\s(?:an?\s|his\s|"
        r"her\s)?(?:\w+\s){0,2}?follow[-\s]?up(?:\s(?:examination|visit|evaluation|appointment))?",
        r"(?:on|at|upon|during|time\sof|day\sof)\s(?:his\s|her\s|the\s|hospital\s|"
        r"initial\s)?(?:admission|presentation|arrival|examination|physical\sexamination|"
        r"diagnosis|referral|first\svisit|evaluation|admittance)",
        r"initial(?:ly)?|presented|presents|was\sadmitted|admission|physical\sexamination",
        r"emergency\s(?:department|room)|vital\ssigns|day\s(?:0|1|one)|first\sday|triage",
        r"is\sbrought|comes\sto",
    ),
    LATER: (
        r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|few|many|some|"
        r"a)\s?(?:h|hours?|days?|weeks?|months?|years?)\s(?:later|after|following|post)",
        r"later|follow(?:ed)?[-\s]up",
        r"(?:(?:hospital|post-?operative|illness|treatment|icu)\s)?days?\s(?:[2-9]|\d\d+|two|"
        "three|four|five|six|seven|eight|nine|ten)",
        r"pod\s?#?\d+|next\s(?:day|morning)|following\s(?:day|morning|treatment)|second\sday",
        r"third\sday|(?:on|at|upon|before|after|prior\sto)\s(?:his\s|her\s|the\s)?(?:day\sof\s)?discharge",
        r"discharged|subsequent(?:ly)?|post-?operative(?:ly)?|postoperative\sday|repeat(?:ed)?",
        r"after\s(?:\w+\s){0,3}(?:treatment|therapy|surgery|operation|dialysis|resuscitation|"
        "transfusion|infusion|days?|weeks?|months?|hours?|transplantation|administration|"
        "initiation|starting|stopping|discontinuation|delivery|intubation|induction)",
        "(?:decreased|increased|improved|rose|dropped|fell|normalized|declined|recovered|"
        "worsened|returned|reduced|rising|progressed|deteriorated|risen|peaked|rise|"
        r"improvement|corrected|stabilized|elevated)\s(?:up\s|back\s|down\s)?(?:to|from)|peaked\sat",
        r"during\s(?:hospitali[sz]ation|(?:the\s|her\s|his\s)?(?:hospital\s(?:stay|course)|"
        "surgery|operation|follow|treatment|procedure))",
        r"last\s(?:visit|follow)|at\s\d+\s(?:months?|weeks?|years?)(?!\s(?:old|of\sage))",
        r"within\s\d+\s(?:h|hours|days|weeks)|over\sthe\s(?:next|following)|eventually|finally",
        "thereafter|afterwards?",
    ),
}
"""Phase → regular expressions, each a whole phrase."""

POINTING = (
    r"(?:on|at|upon|during|after|before|prior|within|day|days|pod|post|hospital|icu|next|following|last|"
    r"initially|previously|baseline|\d|one|two|three|four|five|six|seven|eight|nine|ten|several|few)"
)
"""What a cue begins with that may stand right behind the value of its time."""

ARRIVAL = r"\b(?:admitted|admission|presented|hospitali[sz]ed|referred|visited|seen|came)\b"
"""Words that make a date in their sentence the one on which the patient came."""

OF_OTHER_DATES = r"\b(?:menstrua\w+|menses|LMP|born|birth|delivery|today)\b"
"""Words that make the dates of their sentence no time points of measurements."""

PAST_MOMENT = r"(?:hours?|days?|weeks?)\s(?:ago|earlier|before|prior|previously)\b"
"""A cue of history that opens a time point of its own, which lasts beyond its sentence."""

NAMED_MOMENTS: tuple[tuple[str, str], ...] = (
    ("discharge", r"discharged?"),
    ("follow-up", r"follow[-\s]?up"),
    ("today", r"today(?:['’]s)?"),
    ("admission", r"admi(?:ssion|tted)|arrival|presentation|presented"),
)
"""Time point that a question may ask for → the words that name it, in a question as in a note."""
ORDINALS: dict[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip

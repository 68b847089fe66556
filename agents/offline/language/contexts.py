"""Cues of context: what makes a finding denied, somebody else's, possible, hypothetical or past.

One entry is one term set of NegEx: `before` reaches the findings behind it, `behind` those before it, both up
to one of `ends` or the end of the sentence; a cue inside a phrase of `pseudo` is none. "a|b" are phrases.
"""

from __future__ import annotations

from typing import NamedTuple


class Cues(NamedTuple):
    """The term set of one context; each field holds phrases, parted by "|"."""

    before: str = ""
    behind: str = ""
    pseudo: str = ""
    ends: str = ""


_BREAKS = (
    "but|however|although|though|except|apart from|aside from|other than|nevertheless|yet|still|"
    "whereas|while|;|presented with|presents with|presented|presents|presenting|came|admitted|"
    "who|that showed|which|secondary to|because of|in spite of|despite|instead|developed|"
    "complained of|complains of|on admission|was found|was noted|were noted|was started on|"
    "treated with|managed with|for which|since|, he|, she|, they|, the patient|, there was|"
    ", there is|and the patient|, his|, her"
)
_NEW_SUBJECT = "he|she|the patient|patient|we|i|they"
_BACK_TO_NOW = (
    f";|.|but|however|presented|presents|presenting|who|admitted|came|now|currently|developed|{_NEW_SUBJECT}"
)

CONTEXTS: dict[str, Cues] = {
    "denied before": Cues(
        before=(
            "no|not|never|without|denies|denied|denying|deny|negative for|absence of|absent|lack of|lacks|"
            "lacking|lacked|free of|free from|neither|nor|none|"
            "ruled out|rules out|excluded|excludes|excluding|failed to reveal|fails to reveal|unlikely|"
            "isn't|aren't|wasn't|weren't|doesn't|don't|didn't|hasn't|haven't|hadn't|cannot|can't|couldn't|"
            "unremarkable for|negative|declines|declined|refutes|refuted|unaware of|rather than|"
            "resolution of|devoid of|no longer|dismissed|disclaims|nil|reassures of no|claims no|"
            "instead of|neg for|neg"
        ),
        pseudo=(
            "no change|no significant change|no interval change|no increase|no further|"
            "no improvement|not improved|not improving|without improvement|not only|"
            "not certain whether|not necessarily|without difficulty|might not|gram negative|"
            "gram-negative|not rule out|not ruled out|not excluded|cannot exclude|"
            "cannot be excluded|could not be excluded|cannot rule out|could not exclude|"
            "not been ruled out|not been excluded|negative pressure|no doubt|not respond|"
            "not responding|not responded|not controlled|not well controlled|not adherent|"
            "not compliant|not adequately|no response to|nothing by mouth|no relief|"
            "non compliant|non-compliant|non-adherent|no longer than|not been taking|not taken|"
            "not taking|not completely|not fully|no resolution|false negative|no sooner|"
            "non - st|non-st|non-invasive|noninvasive|non-hodgkin|non-small|non-tender|"
            "non-specific|non-productive|not limited to|not require|not requiring|"
            "not related to|without treatment|untreated|no matter|not rely on|not on insulin"
        ),
        ends=_BREAKS + "|apart|and is|and was|and has|and had|and he|and she|.|is managed|was managed|"
        "has had",
    ),
    "denied behind": Cues(
        behind=(
            "absent|was absent|were absent|is absent|negative|was negative|were negative|none|no|(-)|: no|"
            "ruled out|was ruled out|were ruled out|excluded|been excluded|been ruled out|"
            "was excluded|were excluded|unlikely|is unlikely|was unlikely|not present|not found|not seen|"
            "not noted|not detected|not observed|not identified|not appreciated|not evident|not suspected|"
            "not demonstrated|not reported|not documented|not elicited|not visualized|not visualised|"
            "is not|was not|were not|are not|isn't|wasn't|weren't|aren't|denied|was denied|"
            "were denied|resolved|has resolved|had resolved|never|free|is denied|dismissed|nil|neg|"
            "has not been|have not been|not recorded|not indicated|not apparent|not discernible"
        ),
        pseudo=(
            "not resolved|not ruled out|not excluded|not been ruled out|not been excluded|"
            "not be excluded|not be ruled out|was not treated|is not treated|not controlled|"
            "not well controlled|was not improved|gram negative|gram-negative|"
            "was not associated|is not known to|was not on|is not on|was not able|"
            "was not taking|were not taking|is not taking|not improved|was not known|"
            "not compliant|not adherent|was not responsive|not responsive|was not evaluated|"
            "not related|free of|free from|negative for|free water|was not receiving|not fully|"
            "not completely"
        ),
        ends=_BREAKS + "|,|.|and|present|positive|was present|were present|(+)|showed|revealed|no|not|"
        "without|denied",
    ),
    "denied behind together": Cues(
        behind=(
            "are negative|were negative|all negative|both negative|are absent|were absent|"
            "all absent|were ruled out|are ruled out|were excluded|were denied|are denied|"
            "were all negative|tests were negative|were not present|are not present|"
            "were not found|were not noted|were not seen"
        ),
        ends=_BREAKS + "|.|present|positive|was present|were present|(+)|showed|revealed|without|denied",
    ),
    "other person": Cues(
        before=(
            "family history|family hx|fhx|fh|mother|father|brother|sister|brothers|sisters|aunt|"
            "uncle|cousin|cousins|grandmother|grandfather|grandparents|parents|parent|sibling|"
            "siblings|relative|relatives|mother's|father's|brother's|sister's|maternal|paternal|"
            "son|daughter|sons|daughters|husband|wife|spouse|first-degree|donor|twin|"
            "contact with|contacts|roommate|sick contacts|exposed to|fetus|foetus|"
            "familial history|in her family|in his family|in the family"
        ),
        behind="in his mother|in her mother|in his father|in her father|in his family|"
        "in her family|in the family|runs in the family|in a sibling|in his brother|"
        "in her brother|in his sister|in her sister",
        pseudo=(
            "no contributory family history|family medicine|family physician|family doctor|"
            "family member reported|by his mother|by her mother|by his father|by her father|"
            "by his wife|by her husband|by his parents|by her parents|by the mother|"
            "by his daughter|by her daughter|by his son|by her son|by family|"
            "lives with his wife|lives with her husband|brought by|brought in by|"
            "according to his|according to her|per his|per her|accompanied by|history from|"
            "paternalistic|mother of|father of|family practice|donor site"
        ),
        ends=(
            "reported|reports|reporting|states|stated|says|said|noticed|notices|noted|found|"
            "called|observed|describes|described|confirmed|denies|denied|brought|mentions|"
            "mentioned|recalls|relayed|provided|witnessed|informed|told|explained|;|.|"
            f"{_NEW_SUBJECT}|his own|her own|personal history|past medical"
        ),
    ),
    "hypothetical": Cues(
        before=(
            "rule out|rule-out|r/o|to exclude|exclude|if|in case of|in case|prophylaxis|"
            "prophylaxis against|prophylaxis for|prophylactic|to prevent|prevent|prevention of|"
            "prevents|risk of|risk for|risk factor for|risk factors for|risks of|at risk for|"
            "high risk for|screening for|screen for|screened for|evaluate for|evaluation for|"
            "evaluated for|assess for|assessed for|monitor for|monitored for|monitoring for|"
            "work-up for|workup for|test for|tested for|testing for|should|unless|"
            "signs and symptoms of|educated about|counseled about|counselled on|return for|"
            "precautions|indication for|vaccine|vaccination against|to look for|looking for|"
            "to assess for|watch for|predictor of|predictors of|may suggest|might suggest|"
            "would suggest|predispose to|predisposes to|predispose her to|predispose him to|"
            "known to exacerbate|associated with an increased risk of|complications such as|"
            "complication of|allergic to|allergy to|allergies to|intolerant to|intolerance to|"
            "to reduce the risk of|to avoid|scheduled for|is planned for|planned|awaiting|"
            "upcoming|candidate for|preoperative evaluation for|in preparation for|prior to|"
            "before|pending|plan for|plans for|planning|was recommended|recommended|advised|"
            "consideration for|referred for"
        ),
        behind=(
            "prophylaxis|risk|screening|screen|precautions|prevention|vaccine|vaccination|work-up|workup|"
            "allergy|allergies|clinic|risk score|risk factors"
        ),
        pseudo="if any|risk stratification|as if|cannot exclude|could not exclude|"
        "cannot rule out|not exclude|not rule out",
        ends=(
            ";|.|but|however|although|and was|and is|and has|and had|because of|due to|given|secondary to|"
            f"{_NEW_SUBJECT}|was started|in the setting of|showed|revealed|demonstrated|,"
        ),
    ),
    "uncertain": Cues(
        before=(
            "possible|possibly|suspected|suspicion of|suspicion for|suspicious for|"
            "suspicious of|suspect|suspecting|may have|might have|may be|might be|could be|"
            "may represent|could represent|cannot exclude|cannot rule out|could not exclude|"
            "not rule out|not exclude|questionable|concern for|concerns for|concerning for|"
            "concerned for|concern of|versus|vs|vs.|differential diagnosis|"
            "differential diagnoses|differential|presumed|presumptive|probable|query|?|"
            "equivocal|borderline|possibility of|potential|likely|raised the suspicion|"
            "considering|considered|consideration of|unclear if|unclear whether|uncertain if|"
            "thought to be|believed to be|working diagnosis|provisional diagnosis|presumably|"
            "hint of|hints of|raise concern for|raises concern for"
        ),
        behind=(
            "was suspected|is suspected|were suspected|suspected|cannot be excluded|"
            "could not be excluded|cannot be ruled out|could not be ruled out|not ruled out|"
            "not excluded|not been ruled out|questionable|was considered|were considered|"
            "is possible|was possible|is likely|was likely|?|vs|versus|could not be assessed|"
            "unable to assess|not assessed|was not assessed|could not be evaluated|"
            "could not be determined|unknown|is unknown|undetermined|not evaluated|uncertain|"
            "unclear|is unclear"
        ),
        pseudo=(
            "most likely due to|likely secondary to|likely due to|as likely|not suspected|"
            "potentially|unlikely|considered unlikely|considered to be unlikely|well considered"
        ),
        ends=f";|.|but|however|although|and was|and is|and has|and had|{_NEW_SUBJECT}|showed|revealed|,",
    ),
    "elsewhere": Cues(
        before=(
            "EMS|paramedic|paramedics|at the scene|on scene|en route|emergency responders|"
            "first responders|bystander|bystanders|in the field|upon extrication|ambulance crew|"
            "neighbor|neighbour|friend|friends|staff|witnesses"
        ),
        behind="by EMS|by paramedics|by emergency responders|by first responders|at the scene|on scene",
        ends=";|.|on arrival|upon arrival|on admission|upon admission|on examination|"
        "in the emergency|in the ED",
    ),
    "history": Cues(
        before=(
            "history of|h/o|hx of|past medical history|medical history|pmh|pmhx|known|"
            "known case of|known to have|background of|history|comorbidities|comorbidity|"
            "pre-existing|preexisting|status post|s/p|documented"
        ),
        behind="history",
        pseudo=(
            "history of present illness|history of presenting|day history of|week history of|"
            "month history of|hour history of|days history of|hours history of|brief history of|"
            "present history|history of present|recent history of|family history"
        ),
        ends=_BACK_TO_NOW,
    ),
    "past": Cues(
        before="prior|previous|previously|past|remote|an old|former|in the past|earlier|childhood",
        behind=(
            "years ago|year ago|months ago|month ago|weeks ago|years earlier|months earlier|years before|"
            "years prior|months prior|in the past|previously|in childhood|year earlier|year before"
        ),
        pseudo="past few days|past two days|past three days|past day|past week|past 24 hours|"
        "past several days|past couple|days prior|day prior|previously healthy|"
        "previously well|prior to admission|prior to presentation|earlier today",
        ends=_BACK_TO_NOW,
    ),
}
"""Context → its cues. Denial has several sets, since their scopes end differently: "denies a, b and c" and
"a, b and c are negative" reach all, "a, b and c negative" only c."""

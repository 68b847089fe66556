"""Cues: small words that decide what a number between them is."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


CONNECTORS = words(
    "a abnormal about admission also an and approximately are around arrival arterial as at baseline be "
    "became been being blood borderline but by calculated cholesterol concentration concentrations count "
    "counts currently decrease decreased documented down dropped e each elevated elevation equal equals "
    "estimated extremely fasting fell found from good h had has healthy her hi high him his i i.e in "
    "increase increased initial initially interval is l level levels limits lo low markedly measure "
    "measured measures measuring mild mildly moderate moderately namely normal normalised noted of on "
    "only patient's peaked plasma presentation raised random range rate reached reading recorded "
    "reduction reference registered registering relatively remained reported result results returned "
    "revealed rose seated serum severe severely showed shows significant significantly sits sitting "
    "slightly stable standing stands still stood supine that the to total up value values venous very was "
    "were which while with within "
)
"""Words that may stand between a name and its value without breaking their bond."""
LIST_JOINTS = words("& , / and as count level levels of or serum the well")
"""What joins names that share a list of values ("sodium, potassium and chloride")."""
CHANGE_WORDS = words(
    "admission after again and at before by day days declined decreased discharge dropped fell finally "
    "first follow-up following for from further gradually her his hour hours improved in increased is "
    "later level levels month months next normalized of on over peaked prior rapidly recovered reduced "
    "repeat repeated respectively returned risen rose second slowly subsequently the then third time "
    "to was week weeks were with within"
)
"""All that may stand between two values of one name in one sentence."""
RANGE_WORDS = words("between fluctuated fluctuating range ranged ranges ranging varied varying")
"""Words with which "from 90 to 110" is a range and no change."""
NOT_MEASUREMENTS = words(
    "age aged bed case chapter class cycle day days dose fig figure g gestation grade gravida hd "
    "hospital level line month months no number p para phase pod postoperative postpartum room score "
    "section segment stage step table trimester type visit week weeks weeks' year years zone"
)
"""Words that make the bare number behind them a count or a name ("day 3", "grade 2")."""
REFERENCE_CUES = words(
    "cut-off cutoff limit limits lln nr nv range ranges ref reference rr threshold uln upper"
)
"""Words that make a number a limit of normal."""
NORMAL_CUES = words("n nl nml norm normal normals nr nv range ref reference")
"""Words that make a range or a bound a limit of normal."""
TARGET_CUES = words("aim aimed aiming goal goals if keep maintain should target targets threshold until")
"""Words that make a number an aim or a condition."""
BELOW = words("below under")
ABOVE = words("above exceeding over")
"""Words that make the number behind them a bound."""
THAN = {"less": "<", "lower": "<", "fewer": "<", "greater": ">", "more": ">", "higher": ">"}
"""Words before "than" → the bound."""
SPOILERS = words(
    "administration aggregation antagonist antagonists antibodies antibody bath bearing binding "
    "blocker blockers bolus cast casts centile change channel channels clearance concentrates crystals "
    "decrease deposition deposits diet donor drip esterase excretion for-age gain gap gradient "
    "increase infusion injection injections intake kinase lifting loss percentile pills pump ratio "
    "receptor reduction regimen replacement requirement requirements resistance resonium restriction "
    "score sd sds sensitivity standard stone stones supplement supplementation supplements tablet "
    "tablets therapy transfusion transfusions transporter treatment velocity z-score"
)
"""Words right behind a name that make it the name of something else ("weight loss", "calcium channel")."""
BODY_LENGTH_BEFORE = words(
    "a and birth body crown-heel current her his in of patient's supine the total with"
)
"""Words before "length" with which it is still the height of a person."""
_FLUIDS: dict[str, str] = {
    "urine": "urine urinary urinalysis ucr una",
    "csf": "csf cerebrospinal",
    "dialysate": "dialysate",
    "lung": "bal bronchoalveolar",
    "stool": "stool",
    "sweat": "sweat",
    "saliva": "saliva",
    "donor": "donor",
    "fetus": "fetal foetal fetus",
    "relative": (
        "mother's father's brother's sister's son's daughter's wife's husband's mother’s father’s brother’s "
        "sister’s"
    ),
    "vein": "vbg vbgs",
    "blood": "serum plasma blood arterial abg abgs",
}
FLUIDS = {word: fluid for fluid, spellings in _FLUIDS.items() for word in spellings.split()}
"""Word → the fluid or person that the values behind it belong to."""
NOT_ARTERIAL = words("venous capillary")
"""Words that make a blood gas behind them one that is not arterial, and otherwise say blood."""
GASES = words("gas gases ph pco2 po2 hco3 analysis")
OTHER_PEOPLE = words("donor fetus relative")
"""Values of `FLUIDS` that are people: their blood is not the patient's."""
_FLUID_BEFORE: dict[str, str] = {
    "ascites": "ascitic ascites peritoneal paracentesis abdominal",
    "pleura": "pleural effusion thoracentesis",
    "joint": "synovial joint",
    "csf": "spinal",
    "amnion": "amniotic",
    "pericardium": "pericardial",
    "drain": "drain drainage",
    "cyst": "cyst",
    "stomach": "gastric",
}
FLUID_BEFORE = {word: fluid for fluid, spellings in _FLUID_BEFORE.items() for word in spellings.split()}
"""Word → fluid, where one of `FLUID_WORDS` follows ("ascitic fluid")."""
ORGANS = words(
    "tumor tumour specimen spleen uterus kidney kidneys liver heart placenta lesion graft cyst fibroid stone "
    "prostate thyroid thymus lung lungs lobe organ organs gland myoma goiter backpack"
)
"""What is weighed and measured besides the patient."""
NEWBORN = words("neonate newborn infant baby fetus foetus")
"""Who is weighed and measured in the note of a mother."""
FLUID_WORDS = words("albumin analysis aspirate fluid fluids glucose protein sample tap")

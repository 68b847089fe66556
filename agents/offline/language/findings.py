"""How notes name findings of the present illness and its treatment: symptoms, signs, operations, supports."""

from __future__ import annotations

from agents.offline.language.terms import Terms

_SMOKES = (
    "smoker|smokes|current smoker|active smoker|smokes cigarettes|currently smokes|has been smoking|"
    "smoked .. cigarettes|heavy smoker|chronic smoker|current smoking|active smoking|smoking .. packs|"
    "smokes .. cigarettes|continues to smoke|tobacco use|tobacco abuse|cigarette smoking|tobacco smoker|"
    "pack-per-day smoking|was smoking|pack-a-day smoker|ongoing tobacco|current tobacco use|smoking history"
)
_SMOKES_NOT = (
    "nonsmoker|non-smoker|never smoker|never-smoker|never smoked|has never smoked|"
    "does not smoke|did not smoke|doesn't smoke|former smoker|ex-smoker|past smoker|"
    "previous smoker|quit smoking|stopped smoking|ceased smoking|smoking cessation|"
    "does not use tobacco|never used tobacco|non smoker|no smoking history|former tobacco|"
    "prior smoker|no smoking|smoking was stopped|remote smoking|reformed smoker|no tobacco"
)
_CONFUSED = (
    "confusion|confused|disoriented|disorientation|altered mental status|altered mental state|"
    "altered mentation|altered sensorium|altered consciousness|altered level of consciousness|delirium|"
    "delirious|mental confusion|encephalopathic|encephalopathy|not oriented|change in mental status|"
    "changes in mental status|mental status change|mental status changes|impaired mental status|"
    "altered mental health|incoherent|decreased level of consciousness|reduced level of consciousness|"
    "oriented only to|oriented to person only|AMS|mental status alteration|unresponsive|obtunded|stuporous|"
    "comatose|stupor|coma|unconscious|reduced consciousness|impaired consciousness|clouded consciousness"
)
_CLEAR = (
    "alert and oriented|oriented to time|oriented to person|oriented to place|oriented x3|"
    "oriented x 3|oriented x4|alert and conscious|conscious and oriented|fully oriented|"
    "well oriented|well-oriented|oriented in time|normal mental status|mental status was normal|"
    "mental status is normal|mental status intact|mentation intact|alert & oriented|"
    "fully conscious|mentally alert|clear sensorium|a & o x3|awake and oriented|awake, alert|"
    "alert, oriented|alert, conscious|conscious, oriented|conscious, alert|fully alert|"
    "alert, awake|lucid|oriented times three|intact mental status|intact consciousness|"
    "clear consciousness|mental clarity|not confused|mental status at baseline|"
    "neurologically intact|cognitively intact|alert and cooperative|alert and awake|"
    "awake and alert|oriented"
)
_TONSILS = "tonsil|tonsils|tonsillar|pharynx|oropharynx|throat|pharyngeal|oropharyngeal|HEENT"
_EXUDATE = (
    "tonsillar exudate|exudate|exudates|exudative tonsillitis|exudative pharyngitis|"
    "white patches .. tonsils|pus .. tonsils|purulent tonsils|tonsillar exudation|"
    "exudative tonsils|purulent tonsillitis|tonsils covered|plaques .. tonsils|pustular tonsils|"
    "whitish plaques|pus on|follicular tonsillitis|tonsillopharyngeal exudate|purulent exudate|"
    "white patchy|whitish exudate|tonsils .. exudate|tonsils .. pus"
)
_TONSILS_BIG = (
    "tonsillar swelling|swollen tonsils|enlarged tonsils|tonsillar hypertrophy|tonsillar enlargement|"
    "hypertrophic tonsils|enlargement of .. tonsils|swelling of .. tonsils|tonsils were enlarged|"
    "tonsils are enlarged|tonsils were swollen|tonsils are swollen|tonsillar edema|edematous tonsils|"
    "kissing tonsils|tonsillomegaly|enlarged palatine tonsils|swollen and erythematous tonsils|"
    "tonsils .. enlarged|tonsils .. swollen|enlarged .. tonsils|bulging tonsil"
)
_TONSILS_FINE = (
    "oropharynx is clear|oropharynx was clear|clear oropharynx|oropharynx clear|normal oropharynx|"
    "pharynx was normal|throat was normal|throat is normal|throat was clear|throat is clear|normal tonsils|"
    "tonsils were normal|tonsils are normal|without exudate|oropharyngeal examination was normal|"
    "oropharynx was normal|oropharynx is normal|unremarkable oropharynx|oropharynx was unremarkable|"
    "oropharynx is unremarkable|throat was unremarkable"
)


PRESENT: dict[str, Terms] = {
    "cough": Terms("cough|coughing|coughs|coughed", denies="coughing up blood", kind="symptom", past="never"),
    "coryza": Terms(
        "coryza|runny nose|rhinorrhea|nasal congestion|nasal discharge|stuffy nose|rhinitis|nasal stuffiness",
        hints="cold symptoms|congestion|upper respiratory symptoms|URI",
        kind="symptom",
        past="never",
    ),
    "fever_past_24_hours": Terms(
        "fever|fevers|febrile|pyrexia|pyrexial|feverish|hyperpyrexia|high temperature",
        hints="chills|rigors",
        denies="afebrile|apyretic|apyrexial|normothermic",
        kind="symptom",
        past="never",
    ),
    "purulent_tonsils": Terms(_EXUDATE, hints=_TONSILS, denies=_TONSILS_FINE, kind="examination"),
    "severely_inflamed_tonsils": Terms(
        "severely inflamed tonsils|inflamed tonsils|severe tonsillar inflammation|severe tonsillitis|"
        "acute tonsillitis|tonsils .. inflamed|markedly enlarged tonsils|severely swollen tonsils|"
        "erythematous and enlarged tonsils|beefy red|kissing tonsils|" + _TONSILS_BIG,
        hints="erythema .. pharynx|erythematous tonsils|red throat|erythematous pharynx|"
        "erythematous oropharynx|pharyngeal erythema|injected pharynx|" + _TONSILS,
        denies=_TONSILS_FINE,
        kind="examination",
    ),
    "tonsillar_exudate_or_swelling": Terms(
        f"{_EXUDATE}|{_TONSILS_BIG}", hints=_TONSILS, denies=_TONSILS_FINE, kind="examination"
    ),
    "anterior_cervical_nodes": Terms(
        "anterior cervical lymphadenopathy|cervical lymphadenopathy|cervical adenopathy|"
        "anterior cervical nodes|anterior cervical lymph nodes|tender cervical|"
        "swollen lymph nodes|enlarged cervical|submandibular lymphadenopathy|"
        "swollen cervical lymph nodes|cervical lymphadenitis|enlarged .. lymph nodes .. neck|"
        "neck lymphadenopathy|swollen glands|swollen neck glands|tender .. cervical lymph nodes|"
        "enlarged .. cervical lymph nodes|lymphadenopathy .. neck|swollen and tender cervical|"
        "tender lymph nodes in|neck glands are swollen",
        names="lymph node|lymphadenopathy|adenopathy",
        hints="bumps on .. neck|neck swelling|neck mass|neck|cervical",
        denies="no lymphadenopathy|without lymphadenopathy|no adenopathy|no palpable lymph|"
        "no cervical|lymphadenopathy was absent|no enlarged lymph|"
        "no significant lymphadenopathy|no neck nodes|no lymph node",
        kind="examination",
    ),
    "hemoptysis": Terms(
        "hemoptysis|coughing up blood|coughed up blood|bloody sputum|blood-tinged sputum|"
        "blood-streaked sputum|blood in .. sputum|haemoptoic|bloody cough",
        kind="symptom",
        past="never",
    ),
    "melena": Terms(
        "melena|black stool|tarry stool|black tarry stool|black, tarry stool|dark, tarry stool|"
        "dark tarry stool|tarry|melenic|melanotic stool|black-colored stool|dark stool|"
        "darkened stool|blackish stool",
        hints="blood in .. stool|bloody stool|rectal bleeding|hematochezia",
        kind="symptom",
        past="never",
    ),
    "syncope": Terms(
        "syncope|syncopal|fainted|fainting|loss of consciousness|passed out|lost consciousness|passing out|"
        "blackout|black out|blacked out|fainting spell|faint|collapsed|collapse",
        hints="near-syncope|presyncope|pre-syncope|lightheaded",
        kind="symptom",
        past="never",
    ),
    "confusion": Terms(
        _CONFUSED,
        hints="lethargic|lethargy|drowsy|drowsiness|somnolent",
        denies=_CLEAR,
        kind="symptom",
        past="never",
    ),
    "altered_mental_status": Terms(
        _CONFUSED + "|lethargic|lethargy|somnolent|somnolence|drowsy|drowsiness",
        denies=_CLEAR,
        kind="symptom",
        past="never",
    ),
    "pleural_effusion": Terms(
        "pleural effusion|pleural effusions|parapneumonic effusion|hydrothorax|empyema|pleural fluid|"
        "bilateral effusions|effusion on .. chest|blunting of .. costophrenic",
        names="effusion",
        kind="symptom",
    ),
    "elevated_risk_surgery": Terms(
        "laparotomy|colectomy|bowel resection|gastrectomy|hepatectomy|pancreatectomy|"
        "thoracotomy|lobectomy|esophagectomy|aortic aneurysm repair|aortic bypass|"
        "aortobifemoral bypass|suprainguinal vascular|intraperitoneal surgery|"
        "intrathoracic surgery|elevated-risk surgery|elevated risk surgery|high-risk surgery|"
        "high risk surgery|aneurysm repair|pneumonectomy|intraperitoneal|intrathoracic|"
        "suprainguinal|major vascular surgery|high-risk surgical|elevated-risk surgical|"
        "hepatic resection|gastric bypass|bariatric surgery|abdominal aortic aneurysm|"
        "high-risk procedure|elevated-risk procedure|major abdominal surgery|"
        "cholecystectomy|appendectomy|hemicolectomy|splenectomy|Whipple|bowel surgery|"
        "abdominal surgery|open heart surgery|coronary artery bypass grafting|valve replacement|"
        "lung resection|liver resection|liver transplantation|aortic surgery|aortic repair",
        hints="surgery|operation|procedure|surgical|hysterectomy",
        denies="low-risk surgery|low risk surgery|minor surgery|low-risk procedure|"
        "minor procedure|cataract|low-risk surgical|minor surgical|minor gynecological|"
        "minor operation|minor .. surgery|minor .. procedure|minor .. operation|"
        "low-risk .. surgery|low-risk .. procedure|dental extraction|hernia repair|"
        "inguinal hernia|carpal tunnel|knee arthroscopy|skin biopsy|low risk .. surgery|"
        "breast biopsy|dental procedure|not high-risk|low-risk operation|"
        "low-risk elective|transurethral resection|TURP|cystoscopy|colonoscopy|bronchoscopy|"
        "hip replacement|knee replacement|hip arthroplasty|knee arthroplasty|arthroscopy|"
        "arthroscopic|orthopedic surgery|mastectomy|lumpectomy|breast surgery|thyroidectomy|"
        "eye surgery|dental surgery|skin graft|tonsillectomy|hand surgery|foot surgery|"
        "bunionectomy|hemorrhoidectomy|vasectomy",
        kind="judgement",
        planned=True,
    ),
    "mechanical_ventilation": Terms(
        "mechanical ventilation|mechanically ventilated|ventilator|intubated|intubation|"
        "invasive ventilation|assisted ventilation|on the ventilator|on a ventilator|"
        "artificial ventilation|ventilatory support|BiPAP|non-invasive ventilation|NIV|"
        "mechanical ventilator|ventilated",
        denies="extubated|spontaneously breathing|breathing spontaneously|on room air",
        kind="symptom",
        past="never",
    ),
    "cpap": Terms(
        "continuous positive airway pressure|CPAP|positive airway pressure", kind="symptom", past="never"
    ),
    "hypotension": Terms(
        "hypotension|hypotensive|low blood pressure|shock|septic shock|cardiogenic shock",
        denies="normotensive|hemodynamically stable|hemodynamic stability",
        kind="symptom",
        past="never",
    ),
    "smoker": Terms(_SMOKES, names="smoking|tobacco|cigarette", hints="pack-year|packs", denies=_SMOKES_NOT),
    "recent_smoker": Terms(
        _SMOKES, names="smoking|tobacco|cigarette", hints="pack-year|packs", denies=_SMOKES_NOT
    ),
    "bp_treated": Terms(
        "antihypertensive|antihypertensives|anti-hypertensive|blood pressure medication|"
        "treated hypertension|antihypertensive medication|antihypertensive therapy|"
        "antihypertensive drug|amlodipine|lisinopril|losartan|enalapril|ramipril|valsartan|"
        "hydrochlorothiazide|metoprolol|atenolol|nifedipine|captopril|perindopril|telmisartan|"
        "olmesartan|candesartan|irbesartan|bisoprolol|carvedilol",
        hints="hypertension|medication|medications",
        denies="untreated hypertension|takes no medications|no medications|no current medications|"
        "no regular medications|no known medical|no other medications|not taking any medications|"
        "not on any medications",
    ),
    "dialysis_twice": Terms(
        "dialysis twice|dialysis two times|dialysis three times|hemodialysis twice|"
        "hemodialysis three times|maintenance dialysis|maintenance hemodialysis|"
        "chronic dialysis|chronic hemodialysis|regular dialysis|regular hemodialysis|"
        "thrice-weekly dialysis|thrice-weekly hemodialysis|on hemodialysis|on dialysis",
        names="dialysis|hemodialysis",
    ),
    "cvvhd_24h": Terms(
        "CVVHD|CVVHDF|CVVH|continuous venovenous hemodialysis|continuous veno-venous hemodialysis|"
        "continuous renal replacement therapy|CRRT"
    ),
}
"""Input → how notes speak of it."""

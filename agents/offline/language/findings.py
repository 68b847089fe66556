"""How notes name findings of the present illness and its treatment: symptoms, signs, tests, drugs, operations.

Phrases are parted by "|"; ".." stands for up to four words. American spelling is enough, and the singular: the
British spelling and the plural follow. A phrase in capitals or with a digit is matched with its case.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["history", "symptom", "examination", "test", "judgement"]
Past = Literal["any", "only", "never"]


class Terms(NamedTuple):
    """How notes speak of one finding.

    Args:
        says: state it.
        names: name it without saying that it is there now; denied, they deny it ("no tobacco").
        hints: speak of it without settling it, denied or not.
        denies: deny it by themselves ("afebrile").
        kind: what a note must have for its silence to mean absence.
        past: whether it counts only as part of the history, or only if it is not.
        within_days: how long ago it may be at most.
        dated: whether it is open where the note does not say when it was.
        relatives: whether it is a finding of the family and not of the patient.
        planned: whether what is only planned counts.
    """

    says: str
    names: str = ""
    hints: str = ""
    denies: str = ""
    kind: Kind = "history"
    past: Past = "any"
    within_days: float | None = None
    dated: bool = False
    relatives: bool = False
    planned: bool = False


_LEG = "leg|lower limb|lower extremity|calf|thigh"
_SURGERY = (
    "surgery|operation|operated|postoperative day|laparotomy|arthroplasty|laparoscopy|cholecystectomy|"
    "appendectomy|colectomy|hysterectomy|thoracotomy|craniotomy|nephrectomy|mastectomy|gastrectomy|lobectomy|"
    "splenectomy|prostatectomy|hemicolectomy|knee replacement|hip replacement|cesarean section|"
    "c-section|caesarean|bypass surgery|surgical resection|underwent .. resection|osteotomy|amputation|"
    "pancreaticoduodenectomy|herniorrhaphy|hernia repair|open reduction|internal fixation|spinal fusion|"
    "laminectomy|liver transplantation|CABG|ORIF"
)
_TRAUMA = "trauma|accident|motor vehicle collision|fall from|injury|fracture|crush injury|MVA|MVC"
_SMOKES = (
    "smoker|smokes|current smoker|active smoker|smokes cigarettes|currently smokes|has been smoking|"
    "smoked .. cigarettes|heavy smoker|chronic smoker|current smoking|active smoking|smoking .. packs|"
    "smokes .. cigarettes|continues to smoke|tobacco use|tobacco abuse|cigarette smoking|tobacco smoker|"
    "pack-per-day smoking|was smoking|pack-a-day smoker|ongoing tobacco|current tobacco use|smoking history"
)
_SMOKES_NOT = (
    "nonsmoker|non-smoker|never smoker|never-smoker|never smoked|has never smoked|does not smoke|did not smoke|"
    "doesn't smoke|former smoker|ex-smoker|past smoker|previous smoker|quit smoking|stopped smoking|"
    "ceased smoking|smoking cessation|does not use tobacco|never used tobacco|non smoker|no smoking history|"
    "former tobacco|prior smoker|no smoking|smoking was stopped|remote smoking|reformed smoker|no tobacco"
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
    "alert and oriented|oriented to time|oriented to person|oriented to place|oriented x3|oriented x 3|"
    "oriented x4|alert and conscious|conscious and oriented|fully oriented|well oriented|well-oriented|"
    "oriented in time|normal mental status|mental status was normal|mental status is normal|"
    "mental status intact|mentation intact|alert & oriented|fully conscious|mentally alert|clear sensorium|"
    "a & o x3|awake and oriented|awake, alert|alert, oriented|alert, conscious|conscious, oriented|"
    "conscious, alert|fully alert|alert, awake|lucid|oriented times three|intact mental status|"
    "intact consciousness|clear consciousness|mental clarity|not confused|mental status at baseline|"
    "neurologically intact|cognitively intact|alert and cooperative|alert and awake|awake and alert|oriented"
)
_DVT = (
    "deep vein thrombosis|deep venous thrombosis|deep-vein thrombosis|DVT|DVTs|venous thrombosis|"
    "femoral vein thrombosis|popliteal vein thrombosis|iliac vein thrombosis|deep vein thromboses"
)
_VTE = "venous thromboembolism|venous thromboembolic disease|VTE|thromboembolic disease|blood clots|blood clot"
_PE = "pulmonary embolism|pulmonary embolus|pulmonary emboli|pulmonary thromboembolism|PE|PEs|lung embolism"
_BED = (
    "bedridden|bed-ridden|bedbound|bed-bound|bed bound|bed rest|bedrest|immobilized|immobilization|immobility|"
    "immobile|confined to bed|prolonged bed rest|wheelchair-bound|wheelchair bound|non-ambulatory|nonambulatory"
)
_SWOLLEN = (
    "leg swelling|leg edema|swollen leg|swelling of .. leg|swelling of .. lower limb|swelling in .. leg|"
    "edema of .. leg|lower limb swelling|lower extremity swelling|lower extremity edema|lower limb edema|"
    "swelling of .. lower extremity|swelling in .. lower extremity|leg was swollen|legs were swollen|"
    "swelling of .. calf|calf swelling|swollen calf|swelling .. thigh|swollen lower extremity|"
    "edema of .. lower extremity|edema in .. lower extremity|swelling of .. thigh|leg is swollen|pedal edema|"
    "lower-extremity swelling|lower-extremity edema|lower leg swelling|lower leg edema"
)
_ONE_SWOLLEN = (
    "unilateral leg swelling|unilateral leg edema|unilateral lower extremity edema|unilateral edema|"
    "right leg swelling|left leg swelling|swelling of the right leg|swelling of the left leg|"
    "left leg edema|right leg edema|swollen left leg|swollen right leg|left lower extremity swelling|"
    "right lower extremity swelling|left lower extremity edema|right lower extremity edema|"
    "left lower limb swelling|right lower limb swelling|left calf swelling|right calf swelling|"
    "swelling of his left|swelling of his right|swelling of her left|swelling of her right|"
    "swelling in the left leg|swelling in the right leg|swelling in her left|swelling in her right|"
    "swelling in his left|swelling in his right|asymmetric leg edema|asymmetrical leg swelling|calf swelling|"
    "swelling of the left lower|swelling of the right lower|swollen right calf|swollen left calf|"
    "asymmetric leg swelling|asymmetric swelling|unilateral swelling|swelling of one leg|swollen calf|"
    "unilateral lower limb swelling|unilateral lower extremity swelling|left leg pain and swelling|"
    "right leg pain and swelling|swelling of the left thigh|swelling of the right thigh"
)
_TONSILS = "tonsil|tonsils|tonsillar|pharynx|oropharynx|throat|pharyngeal|oropharyngeal|HEENT"
_EXUDATE = (
    "tonsillar exudate|exudate|exudates|exudative tonsillitis|exudative pharyngitis|white patches .. tonsils|"
    "pus .. tonsils|purulent tonsils|tonsillar exudation|exudative tonsils|purulent tonsillitis|"
    "tonsils covered|plaques .. tonsils|pustular tonsils|whitish plaques|pus on|follicular tonsillitis|"
    "tonsillopharyngeal exudate|purulent exudate|white patchy|whitish exudate|tonsils .. exudate|tonsils .. pus"
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
        hints="erythema .. pharynx|erythematous tonsils|red throat|erythematous pharynx|erythematous oropharynx|"
        "pharyngeal erythema|injected pharynx|" + _TONSILS,
        denies=_TONSILS_FINE,
        kind="examination",
    ),
    "tonsillar_exudate_or_swelling": Terms(
        f"{_EXUDATE}|{_TONSILS_BIG}", hints=_TONSILS, denies=_TONSILS_FINE, kind="examination"
    ),
    "anterior_cervical_nodes": Terms(
        "anterior cervical lymphadenopathy|cervical lymphadenopathy|cervical adenopathy|anterior cervical nodes|"
        "anterior cervical lymph nodes|tender cervical|swollen lymph nodes|enlarged cervical|"
        "submandibular lymphadenopathy|swollen cervical lymph nodes|cervical lymphadenitis|"
        "enlarged .. lymph nodes .. neck|neck lymphadenopathy|swollen glands|swollen neck glands|"
        "tender .. cervical lymph nodes|enlarged .. cervical lymph nodes|lymphadenopathy .. neck|"
        "swollen and tender cervical|tender lymph nodes in|neck glands are swollen",
        names="lymph node|lymphadenopathy|adenopathy",
        hints="bumps on .. neck|neck swelling|neck mass|neck|cervical",
        denies="no lymphadenopathy|without lymphadenopathy|no adenopathy|no palpable lymph|no cervical|"
        "lymphadenopathy was absent|no enlarged lymph|no significant lymphadenopathy|no neck nodes|no lymph node",
        kind="examination",
    ),
    "hemoptysis": Terms(
        "hemoptysis|coughing up blood|coughed up blood|bloody sputum|blood-tinged sputum|blood-streaked sputum|"
        "blood in .. sputum|haemoptoic|bloody cough",
        kind="symptom",
        past="never",
    ),
    "melena": Terms(
        "melena|black stool|tarry stool|black tarry stool|black, tarry stool|dark, tarry stool|dark tarry stool|"
        "tarry|melenic|melanotic stool|black-colored stool|dark stool|darkened stool|blackish stool",
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
    "confusion": Terms(_CONFUSED, hints="lethargic|lethargy|drowsy|drowsiness|somnolent", denies=_CLEAR, kind="symptom", past="never"),
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
    "unilateral_leg_swelling": Terms(
        _ONE_SWOLLEN,
        hints=f"{_SWOLLEN}|deep vein thrombosis",
        denies="bilateral leg swelling|bilateral lower extremity edema|bilateral pedal edema|bilateral leg edema|"
        "bilateral lower limb edema|bilateral edema|bilateral lower limb pitting|bilateral pitting|"
        "bilateral lower limb swelling|bilateral lower extremity swelling|bilateral pitting edema",
        kind="symptom",
        past="never",
    ),
    "swollen_legs": Terms(
        f"{_SWOLLEN}|{_ONE_SWOLLEN}|swollen legs|peripheral edema|pitting edema|ankle swelling|ankle edema|"
        "edema in .. lower extremities|edema of .. legs|swelling was noted in .. lower|edematous legs|"
        "swelling in .. legs|edema of .. lower|lower extremities .. swollen|legs .. swollen|edema .. legs|"
        "swelling of .. legs|bipedal edema|swollen lower limbs|legs swelling|leg swell|swelling in .. lower",
        names="edema",
        kind="symptom",
        past="never",
    ),
    "signs_of_dvt": Terms(
        "calf tenderness|calf pain|painful calf|calf swelling|swollen calf|tender calf|Homans' sign|Homans sign|"
        "Homan's sign|leg pain and swelling|pain and swelling of .. leg|pain and swelling in .. leg|"
        f"swelling and pain in .. leg|swelling and tenderness .. leg|signs of deep vein thrombosis|signs of DVT|"
        f"{_ONE_SWOLLEN}",
        hints=f"leg pain|{_SWOLLEN}",
        denies="bilateral leg swelling|bilateral lower extremity edema|bilateral pedal edema|no leg swelling",
        kind="symptom",
        past="never",
    ),
    "entire_leg_swollen": Terms(
        "entire leg swelling|whole leg swelling|swelling of the entire|entire leg was swollen|diffusely swollen leg|"
        "swelling of the whole|massive swelling of the .. leg|entire leg swollen|"
        "whole leg swollen|entire lower limb",
        hints=f"{_SWOLLEN}|{_ONE_SWOLLEN}|swelling",
        kind="examination",
    ),
    "calf_swelling_3_cm": Terms(
        "calf circumference|calf swelling greater than 3|calf swelling of more than 3|calf .. larger than",
        hints=f"{_SWOLLEN}|{_ONE_SWOLLEN}|calf|swelling",
        kind="examination",
    ),
    "deep_vein_tenderness": Terms(
        "calf tenderness|tender calf|tenderness along the deep|tenderness of .. calf|tenderness in .. calf|"
        "thigh tenderness|tenderness over .. calf|Homans' sign|Homans sign|tenderness .. deep venous|"
        "tenderness of the leg|tenderness on .. calf|calf .. tender|tender .. calf",
        hints="tenderness|tender|leg pain|calf pain|thigh pain|pain in .. leg|pain in .. calf",
        kind="examination",
    ),
    "pitting_edema_one_leg": Terms(
        "unilateral pitting edema|pitting edema of the left|pitting edema of the right|pitting edema in the left|"
        "pitting edema in the right|left leg pitting edema|right leg pitting edema|pitting edema confined",
        hints=f"pitting|edema|{_SWOLLEN}",
        denies="bilateral pitting edema|bilateral lower extremity edema|bilateral edema|non-pitting edema",
        kind="examination",
    ),
    "collateral_veins": Terms(
        "collateral veins|collateral superficial veins|superficial collateral veins|dilated superficial veins|"
        "venous collaterals|prominent superficial veins",
        hints="collateral|collaterals|superficial veins",
        kind="symptom",
    ),
    "leg_paralysis_or_plaster": Terms(
        "hemiplegia|hemiparesis|paraplegia|paraparesis|tetraplegia|quadriplegia|leg cast|plaster cast|"
        "leg immobilized|leg paralysis|paralysis of .. leg|paresis of .. leg|leg paresis|lower limb paralysis|"
        "plaster immobilization|lower extremity paralysis|leg weakness|lower limb weakness|splint|in a cast",
        hints="weakness|paralysis|paresis|cast|plaster|fracture|brace",
        kind="symptom",
    ),
    "immobilization_3_days": Terms(_BED, hints="long flight|long travel|limited mobility|wheelchair|fracture|paralysis|paraplegia|hospitalized for", kind="symptom"),
    "major_surgery_past_12_weeks": Terms(_SURGERY, within_days=84, dated=True),
    "major_surgery_last_month": Terms(_SURGERY, within_days=31, dated=True),
    "surgery_past_4_weeks": Terms(_SURGERY, within_days=28, dated=True),
    "recent_surgery_or_trauma": Terms(f"{_SURGERY}|{_TRAUMA}", within_days=28, dated=True),
    "pe_likely": Terms(
        "pulmonary embolism was suspected|suspected pulmonary embolism|suspicion of pulmonary embolism|"
        "suspicion for pulmonary embolism|suspicious for pulmonary embolism|suspected PE|suspicion of PE|"
        "concern for pulmonary embolism|concern for PE|likely pulmonary embolism",
        hints=f"{_PE}|{_DVT}|{_VTE}|CTPA|D-dimer|CT pulmonary angiography|pleuritic|shortness of breath|dyspnea|"
        "hypoxia|syncope",
        kind="judgement",
    ),
    "active_cancer": Terms(
        "chemotherapy|radiotherapy|radiation therapy|immunotherapy|palliative care|metastatic|metastases|"
        "metastasis|active cancer|stage IV|active malignancy|diagnosed with cancer|newly diagnosed cancer",
        names="cancer|carcinoma|adenocarcinoma|malignancy|lymphoma|leukemia|melanoma|sarcoma|myeloma|tumor|neoplasm|"
        "glioblastoma",
        hints="mass|malignant",
        denies="in remission|cancer-free",
    ),
    "elevated_risk_surgery": Terms(
        "laparotomy|colectomy|bowel resection|gastrectomy|hepatectomy|pancreatectomy|thoracotomy|lobectomy|"
        "esophagectomy|aortic aneurysm repair|aortic bypass|aortobifemoral bypass|suprainguinal vascular|"
        "intraperitoneal surgery|intrathoracic surgery|elevated-risk surgery|elevated risk surgery|"
        "high-risk surgery|high risk surgery|aneurysm repair|pneumonectomy|intraperitoneal|intrathoracic|"
        "suprainguinal|major vascular surgery|high-risk surgical|elevated-risk surgical|hepatic resection|"
        "gastric bypass|bariatric surgery|abdominal aortic aneurysm|high-risk procedure|elevated-risk procedure|"
        "major abdominal surgery|coronary artery bypass grafting is planned",
        hints="surgery|operation|procedure|surgical|cholecystectomy|appendectomy|hysterectomy",
        denies="low-risk surgery|low risk surgery|minor surgery|low-risk procedure|minor procedure|cataract|"
        "low-risk surgical|minor surgical|minor gynecological|minor operation|minor .. surgery|minor .. procedure|"
        "minor .. operation|low-risk .. surgery|low-risk .. procedure|dental extraction|hernia repair|inguinal hernia|"
        "carpal tunnel|knee arthroscopy|skin biopsy|low risk .. surgery|breast biopsy|dental procedure|not high-risk|"
        "low-risk operation|low-risk elective",
        kind="judgement",
        planned=True,
    ),
    "alternative_diagnosis_likely": Terms(
        "alternative diagnosis is more likely|alternative diagnosis as likely|more likely diagnosis",
        hints="cellulitis|Baker's cyst|hematoma|lymphedema|muscle strain|leg|calf|DVT|thrombosis|pain|swelling|fever",
        kind="judgement",
    ),
    "hormone_use": Terms(
        "oral contraceptive|birth control pill|estrogen|hormone replacement therapy|hormonal contraceptive|"
        "combined oral contraceptive|contraceptive pill|hormonal therapy|hormone therapy|testosterone|"
        "hormonal contraception|estradiol|OCP|OCPs|HRT|COC|oral contraception|vaginal ring|contraceptive patch|"
        "tamoxifen|birth control|hormone use|exogenous estrogen",
        hints="contraception|contraceptive|intrauterine device|IUD|hormone|hormonal",
        denies="",
        kind="symptom",
    ),
    "mechanical_ventilation": Terms(
        "mechanical ventilation|mechanically ventilated|ventilator|intubated|intubation|invasive ventilation|"
        "assisted ventilation|on the ventilator|on a ventilator|artificial ventilation|ventilatory support|"
        "BiPAP|non-invasive ventilation|NIV|mechanical ventilator|ventilated",
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
    "recent_smoker": Terms(_SMOKES, names="smoking|tobacco|cigarette", hints="pack-year|packs", denies=_SMOKES_NOT),
    "bp_treated": Terms(
        "antihypertensive|antihypertensives|anti-hypertensive|blood pressure medication|treated hypertension|"
        "antihypertensive medication|antihypertensive therapy|antihypertensive drug|amlodipine|lisinopril|losartan|enalapril|ramipril|"
        "valsartan|hydrochlorothiazide|metoprolol|atenolol|nifedipine|captopril|perindopril|telmisartan|"
        "olmesartan|candesartan|irbesartan|bisoprolol|carvedilol",
        hints="hypertension|medication|medications",
        denies="untreated hypertension|takes no medications|no medications|no current medications|"
        "no regular medications|no known medical|no other medications|not taking any medications|"
        "not on any medications",
    ),
    "dialysis_twice": Terms(
        "dialysis twice|dialysis two times|dialysis three times|hemodialysis twice|hemodialysis three times|"
        "maintenance dialysis|maintenance hemodialysis|chronic dialysis|chronic hemodialysis|regular dialysis|"
        "regular hemodialysis|thrice-weekly dialysis|thrice-weekly hemodialysis|on hemodialysis|on dialysis",
        names="dialysis|hemodialysis",
    ),
    "cvvhd_24h": Terms(
        "CVVHD|CVVHDF|CVVH|continuous venovenous hemodialysis|continuous veno-venous hemodialysis|"
        "continuous renal replacement therapy|CRRT"
    ),
}
"""Input → how notes speak of it."""

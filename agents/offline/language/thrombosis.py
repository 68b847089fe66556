"""How notes name the signs and causes of venous thrombosis: legs, rest, operations, cancer, hormones."""

from __future__ import annotations

from agents.offline.language.terms import Terms

_SURGERY = (
    "surgery|operation|operated|postoperative day|laparotomy|arthroplasty|laparoscopy|"
    "cholecystectomy|appendectomy|colectomy|hysterectomy|thoracotomy|craniotomy|nephrectomy|"
    "mastectomy|gastrectomy|lobectomy|splenectomy|prostatectomy|hemicolectomy|knee replacement|"
    "hip replacement|cesarean section|c-section|caesarean|bypass surgery|surgical resection|"
    "underwent .. resection|osteotomy|amputation|pancreaticoduodenectomy|herniorrhaphy|"
    "hernia repair|open reduction|internal fixation|spinal fusion|laminectomy|"
    "liver transplantation|CABG|ORIF"
)
_TRAUMA = "trauma|accident|motor vehicle collision|fall from|injury|fracture|crush injury|MVA|MVC"
_DVT = (
    "deep vein thrombosis|deep venous thrombosis|deep-vein thrombosis|DVT|DVTs|venous thrombosis|"
    "femoral vein thrombosis|popliteal vein thrombosis|iliac vein thrombosis|deep vein thromboses"
)
_VTE = (
    "venous thromboembolism|venous thromboembolic disease|VTE|thromboembolic disease|blood clots|blood clot"
)
_PE = "pulmonary embolism|pulmonary embolus|pulmonary emboli|pulmonary thromboembolism|PE|PEs|lung embolism"
_BED = (
    "bedridden|bed-ridden|bedbound|bed-bound|bed bound|bed rest|bedrest|immobilized|"
    "immobilization|immobility|immobile|confined to bed|prolonged bed rest|wheelchair-bound|"
    "wheelchair bound|non-ambulatory|nonambulatory"
)
_SWOLLEN = (
    "leg swelling|leg edema|swollen leg|swelling of .. leg|swelling of .. lower limb|"
    "swelling in .. leg|edema of .. leg|lower limb swelling|lower extremity swelling|"
    "lower extremity edema|lower limb edema|swelling of .. lower extremity|"
    "swelling in .. lower extremity|leg was swollen|legs were swollen|swelling of .. calf|"
    "calf swelling|swollen calf|swelling .. thigh|swollen lower extremity|"
    "edema of .. lower extremity|edema in .. lower extremity|swelling of .. thigh|"
    "leg is swollen|pedal edema|lower-extremity swelling|lower-extremity edema|"
    "lower leg swelling|lower leg edema"
)
_ONE_SWOLLEN = (
    "unilateral leg swelling|unilateral leg edema|unilateral lower extremity edema|"
    "unilateral edema|right leg swelling|left leg swelling|swelling of the right leg|"
    "swelling of the left leg|left leg edema|right leg edema|swollen left leg|swollen right leg|"
    "left lower extremity swelling|right lower extremity swelling|left lower extremity edema|"
    "right lower extremity edema|left lower limb swelling|right lower limb swelling|"
    "left calf swelling|right calf swelling|swelling of his left|swelling of his right|"
    "swelling of her left|swelling of her right|swelling in the left leg|"
    "swelling in the right leg|swelling in her left|swelling in her right|swelling in his left|"
    "swelling in his right|asymmetric leg edema|asymmetrical leg swelling|calf swelling|"
    "swelling of the left lower|swelling of the right lower|swollen right calf|"
    "swollen left calf|asymmetric leg swelling|asymmetric swelling|unilateral swelling|"
    "swelling of one leg|swollen calf|unilateral lower limb swelling|"
    "unilateral lower extremity swelling|left leg pain and swelling|right leg pain and swelling|"
    "swelling of the left thigh|swelling of the right thigh"
)

THROMBOSIS: dict[str, Terms] = {
    "unilateral_leg_swelling": Terms(
        _ONE_SWOLLEN,
        hints=f"{_SWOLLEN}|deep vein thrombosis",
        denies="bilateral leg swelling|bilateral lower extremity edema|bilateral pedal edema|"
        "bilateral leg edema|bilateral lower limb edema|bilateral edema|"
        "bilateral lower limb pitting|bilateral pitting|bilateral lower limb swelling|"
        "bilateral lower extremity swelling|bilateral pitting edema",
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
        "calf tenderness|calf pain|painful calf|calf swelling|swollen calf|tender calf|"
        "Homans' sign|Homans sign|Homan's sign|leg pain and swelling|"
        "pain and swelling of .. leg|pain and swelling in .. leg|swelling and pain in .. leg|"
        "swelling and tenderness .. leg|signs of deep vein thrombosis|signs of DVT|"
        f"{_ONE_SWOLLEN}",
        hints=f"leg pain|{_SWOLLEN}",
        denies="bilateral leg swelling|bilateral lower extremity edema|bilateral pedal edema|no leg swelling",
        kind="symptom",
        past="never",
    ),
    "entire_leg_swollen": Terms(
        "entire leg swelling|whole leg swelling|swelling of the entire|entire leg was swollen|"
        "diffusely swollen leg|swelling of the whole|massive swelling of the .. leg|"
        "entire leg swollen|whole leg swollen|entire lower limb",
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
        "unilateral pitting edema|pitting edema of the left|pitting edema of the right|"
        "pitting edema in the left|pitting edema in the right|left leg pitting edema|"
        "right leg pitting edema|pitting edema confined",
        hints=f"pitting|edema|{_SWOLLEN}",
        denies="bilateral pitting edema|bilateral lower extremity edema|bilateral edema|non-pitting edema",
        kind="examination",
    ),
    "collateral_veins": Terms(
        "collateral veins|collateral superficial veins|superficial collateral veins|"
        "dilated superficial veins|venous collaterals|prominent superficial veins",
        hints="collateral|collaterals|superficial veins",
        kind="symptom",
    ),
    "leg_paralysis_or_plaster": Terms(
        "hemiplegia|hemiparesis|paraplegia|paraparesis|tetraplegia|quadriplegia|leg cast|"
        "plaster cast|leg immobilized|leg paralysis|paralysis of .. leg|paresis of .. leg|"
        "leg paresis|lower limb paralysis|plaster immobilization|lower extremity paralysis|"
        "leg weakness|lower limb weakness|splint|in a cast",
        hints="weakness|paralysis|paresis|cast|plaster|fracture|brace",
        kind="symptom",
    ),
    "immobilization_3_days": Terms(
        _BED,
        hints="long flight|long travel|limited mobility|wheelchair|fracture|paralysis|paraplegia|"
        "hospitalized for",
        kind="symptom",
    ),
    "major_surgery_past_12_weeks": Terms(_SURGERY, within_days=84, dated=True),
    "major_surgery_last_month": Terms(_SURGERY, within_days=31, dated=True),
    "surgery_past_4_weeks": Terms(_SURGERY, within_days=28, dated=True),
    "recent_surgery_or_trauma": Terms(f"{_SURGERY}|{_TRAUMA}", within_days=28, dated=True),
    "pe_likely": Terms(
        "pulmonary embolism was suspected|suspected pulmonary embolism|suspicion of pulmonary embolism|"
        "suspicion for pulmonary embolism|suspicious for pulmonary embolism|suspected PE|suspicion of PE|"
        "concern for pulmonary embolism|concern for PE|likely pulmonary embolism",
        hints=f"{_PE}|{_DVT}|{_VTE}|CTPA|D-dimer|CT pulmonary angiography|pleuritic|"
        "shortness of breath|dyspnea|hypoxia|syncope",
        kind="judgement",
    ),
    "active_cancer": Terms(
        "chemotherapy|radiotherapy|radiation therapy|immunotherapy|palliative care|metastatic|metastases|"
        "metastasis|active cancer|stage IV|active malignancy|diagnosed with cancer|newly diagnosed cancer",
        names="cancer|carcinoma|adenocarcinoma|malignancy|lymphoma|leukemia|melanoma|sarcoma|"
        "myeloma|tumor|neoplasm|glioblastoma",
        hints="mass|malignant",
        denies="in remission|cancer-free",
    ),
    "alternative_diagnosis_likely": Terms(
        "alternative diagnosis is more likely|alternative diagnosis as likely|more likely diagnosis",
        hints="cellulitis|Baker's cyst|hematoma|lymphedema|muscle strain|leg|calf|DVT|"
        "thrombosis|pain|swelling|fever",
        kind="judgement",
    ),
    "hormone_use": Terms(
        "oral contraceptive|birth control pill|estrogen|hormone replacement therapy|"
        "hormonal contraceptive|combined oral contraceptive|contraceptive pill|hormonal therapy|"
        "hormone therapy|testosterone|hormonal contraception|estradiol|OCP|OCPs|HRT|COC|"
        "oral contraception|vaginal ring|contraceptive patch|tamoxifen|birth control|"
        "hormone use|exogenous estrogen",
        hints="contraception|contraceptive|intrauterine device|IUD|hormone|hormonal",
        denies="",
        kind="symptom",
    ),
}
"""Input → how notes speak of it."""

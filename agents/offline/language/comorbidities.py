"""How notes name what a patient has besides the present illness: diseases, past events, drugs, relatives."""

from __future__ import annotations

from agents.offline.language.terms import Terms

_HYPERTENSION = "hypertension|hypertensive|high blood pressure|HTN|hypertensive disease|arterial hypertension"
_HEART_FAILURE = (
    "congestive heart failure|heart failure|cardiac failure|CHF|HFrEF|HFpEF|left ventricular dysfunction|"
    "congestive cardiac failure|left ventricular failure|ischemic cardiomyopathy|systolic dysfunction|"
    "dilated cardiomyopathy|reduced ejection fraction|biventricular failure|ADHF|HF|cardiomyopathy"
)
_HEART_FAILURE_HINTS = "ejection fraction|LVEF|pulmonary edema|S3 gallop|cardiac decompensation"
_STROKE = (
    "stroke|cerebrovascular accident|CVA|CVAs|cerebral infarction|cerebral infarct|"
    "ischemic stroke|brain infarction|cerebellar infarction|intracerebral hemorrhage|"
    "hemorrhagic stroke|lacunar infarct|basal ganglia infarction|middle cerebral artery infarct|"
    "cerebrovascular event|brain infarct|lacunar infarction|cerebellar infarct|thalamic infarct|"
    "MCA infarct|subacute infarct|pontine infarct"
)
_TIA = (
    "transient ischemic attack|transient ischaemic attack|TIA|TIAs|mini-stroke|ministroke|"
    "transient ischemic event"
)
_MI = (
    "myocardial infarction|heart attack|STEMI|NSTEMI|MI|AMI|myocardial infarct|"
    "cardiac infarction|ST-elevation myocardial infarction|acute coronary syndrome|"
    "myocardial infarctions|non-ST-elevation myocardial infarction"
)
_CAD = (
    "coronary artery disease|coronary heart disease|ischemic heart disease|CAD|CHD|IHD|"
    "coronary disease|coronary artery bypass|CABG|percutaneous coronary intervention|"
    "coronary stent|coronary stents|PCI|coronary atherosclerosis|coronary stenting|"
    "coronary angioplasty|drug-eluting stent|triple vessel disease"
)
_PVD = (
    "peripheral vascular disease|peripheral artery disease|peripheral arterial disease|PVD|PAD|"
    "intermittent claudication|claudication|arterial insufficiency|peripheral arterial occlusive disease|"
    "arterial bypass|femoropopliteal bypass|critical limb ischemia"
)
_DIABETES = (
    "diabetes|diabetes mellitus|diabetic|DM|T2DM|T1DM|DM2|DM1|IDDM|NIDDM|type 2 diabetes|type 1 diabetes|"
    "type II diabetes|type II DM|type 2 DM|diabetes type 2"
)
_LIVER = (
    "liver disease|hepatic disease|cirrhosis|cirrhotic|hepatic cirrhosis|liver cirrhosis|"
    "chronic hepatitis|hepatitis C|hepatitis B|chronic liver disease|liver failure|"
    "hepatic failure|esophageal varices|liver illness|hepatic insufficiency|ESLD|"
    "alcoholic hepatitis|NASH|steatohepatitis|hepatic dysfunction|hepatic illness|"
    "liver dysfunction|hepatic impairment|hepatopathy|autoimmune hepatitis|portal hypertension|"
    "liver impairment"
)
_LIVER_FINE = (
    "normal liver function|liver function tests were normal|liver function was normal|"
    "liver function is normal|liver function tests are normal|normal liver function tests|"
    "liver function .. normal|liver enzymes .. normal|hepatic function .. normal|"
    "liver .. within normal limits|hepatic panel .. normal|normal liver"
)
_RENAL = (
    "renal disease|kidney disease|chronic kidney disease|CKD|renal failure|renal insufficiency|ESRD|"
    "end-stage renal disease|end stage renal disease|hemodialysis|dialysis|renal illness|kidney failure|"
    "chronic renal disease|nephropathy|kidney transplant|renal transplant|renal transplantation|"
    "kidney transplantation|renal impairment|renal dysfunction|kidney dysfunction|ESKD|kidney illness|"
    "chronic kidney failure|kidney insufficiency|diabetic nephropathy"
)
_RENAL_FINE = (
    "normal renal function|renal function was normal|renal function is normal|normal kidney function|"
    "renal function .. normal|kidney function .. normal|creatinine .. within normal|normal creatinine|"
    "renal function tests .. normal|renal function .. within normal"
)
_CANCER = (
    "cancer|carcinoma|adenocarcinoma|malignancy|lymphoma|leukemia|melanoma|sarcoma|myeloma|neoplasm|"
    "malignant tumor|metastatic disease|metastases|metastasis|neoplastic disease|glioblastoma|malignancies|"
    "malignant disease|oncological disease|malignant neoplasm|metastatic|hepatocellular carcinoma|blastoma|"
    "neoplasia|neoplasms|mesothelioma|seminoma|glioma|astrocytoma|chemotherapy"
)
_CANCER_HINTS = "tumor|mass|nodule|neoplastic|malignant|lesion suspicious|oncology"
_VTE_PAST = "venous thromboembolism|thromboembolic disease|VTE|thromboembolism|venous thromboembolic"
_DRUGS = (
    "aspirin|ASA|acetylsalicylic acid|clopidogrel|Plavix|prasugrel|ticagrelor|dipyridamole|"
    "antiplatelet|antiplatelets|antiplatelet agent|antiplatelet therapy|antiplatelet medication|"
    "NSAID|NSAIDs|ibuprofen|naproxen|diclofenac|indomethacin|ketorolac|meloxicam|"
    "nonsteroidal anti-inflammatory|non-steroidal anti-inflammatory|"
    "nonsteroidal anti-inflammatories|celecoxib|nonsteroidal antiinflammatory|"
    "non-steroidal antiinflammatory|medication known to predispose|drugs that predispose|"
    "medications that predispose|medication predisposing|medications predisposing|"
    "medications that increase .. bleeding|medications known to increase|dual antiplatelet|"
    "blood-thinning medication|nonsteroidals|medications that could increase|"
    "medication that predisposes|Advil|Motrin|Aleve"
)

HISTORY: dict[str, Terms] = {
    "hypertension": Terms(
        _HYPERTENSION, hints="antihypertensive|blood pressure medication", denies="normotensive"
    ),
    "uncontrolled_hypertension": Terms(
        "uncontrolled hypertension|poorly controlled hypertension|"
        "poorly-controlled hypertension|hypertensive crisis|hypertensive emergency|"
        "hypertensive urgency|malignant hypertension|severe hypertension|"
        "hypertension .. uncontrolled|hypertension .. poorly controlled|"
        "uncontrolled blood pressure|uncontrolled high blood pressure|"
        "hypertension .. not well controlled|uncontrolled arterial hypertension|"
        "hypertension .. not controlled|blood pressure .. uncontrolled|"
        "blood pressure .. poorly controlled|blood pressure .. not well controlled|"
        "difficult to control hypertension",
        hints="hypertension|hypertensive|high blood pressure|HTN|blood pressure readings",
        denies="controlled hypertension|well-controlled hypertension|"
        "well controlled hypertension|hypertension .. well controlled|"
        "hypertension .. well-controlled|hypertension .. controlled|"
        "blood pressure .. well controlled|blood pressure .. well-controlled|"
        "hypertension .. managed|normotensive|controlled blood pressure|"
        "blood pressure .. controlled|blood pressure .. within normal|"
        "blood pressure .. normal|normal blood pressure",
    ),
    "congestive_heart_failure": Terms(
        _HEART_FAILURE,
        hints=_HEART_FAILURE_HINTS,
        denies="normal ejection fraction|preserved left ventricular function",
    ),
    "heart_failure_last_month": Terms(_HEART_FAILURE, hints=_HEART_FAILURE_HINTS, within_days=31),
    "stroke": Terms(_STROKE, hints=_TIA),
    "stroke_last_month": Terms(_STROKE, within_days=31),
    "tia": Terms(_TIA),
    "cerebrovascular_disease": Terms(f"{_STROKE}|{_TIA}|cerebrovascular disease|cerebrovascular"),
    "thromboembolism": Terms(
        "systemic embolism|arterial embolism|peripheral embolism|arterial thromboembolism|"
        "splenic infarct|renal infarct|mesenteric ischemia|systemic embolization|embolic event|"
        "splenic infarction|renal infarction",
        hints="thromboembolism|embolism|thrombosis|thrombus|thromboembolic|infarct|DVT|thrombi|emboli",
    ),
    "vascular_disease": Terms(
        f"{_MI}|{_PVD}|coronary artery disease|CAD|coronary artery bypass|CABG|aortic plaque|"
        "aortic atherosclerosis|vascular disease|ischemic heart disease|coronary heart disease|"
        "coronary stent|PCI|percutaneous coronary intervention|coronary stenting|"
        "ischemic cardiomyopathy",
        hints="angina|atherosclerosis|atherosclerotic|stent|coronary|aneurysm|stenoses",
    ),
    "atherosclerotic_disease": Terms(
        f"{_MI}|{_CAD}|{_STROKE}|{_TIA}|{_PVD}|atherosclerosis|atherosclerotic disease|carotid stenosis|"
        "atherosclerotic cardiovascular disease",
        hints="stent|coronary|angina|cardiac history",
    ),
    "ischemic_heart_disease": Terms(
        f"{_MI}|{_CAD}|angina|pathological Q waves|positive stress test|nitroglycerin|"
        "cardiac ischemia|myocardial ischemia",
        hints="chest pain|cardiac history|stent|stents",
    ),
    "myocardial_infarction": Terms(_MI, hints="coronary|troponin"),
    "acute_myocardial_infarction": Terms(_MI, hints="coronary", within_days=31),
    "peripheral_vascular_disease": Terms(
        f"{_PVD}|gangrene|aortic aneurysm|AAA|aortic dissection", hints="vascular disease"
    ),
    "diabetes": Terms(
        _DIABETES,
        hints="metformin|insulin|hyperglycemia|HbA1c|hemoglobin A1c",
        denies="nondiabetic|non-diabetic|not diabetic",
    ),
    "preoperative_insulin": Terms(
        "insulin|glargine|Lantus|lispro|Humalog|aspart|NovoLog|NPH|detemir|IDDM|"
        "insulin-dependent|on insulin|insulin therapy|insulin treatment|insulin glargine|"
        "insulin-dependent diabetes",
        denies="not on insulin|not rely on insulin|non-insulin-dependent|non-insulin dependent|"
        "without insulin|not requiring insulin|not insulin-dependent|not take insulin|"
        "not require insulin|not using insulin|non-insulin|diet-controlled|"
        "controlled by diet|managed with oral|oral hypoglycemics|oral antidiabetics|"
        "never required insulin|not treated with insulin|oral medications only",
        hints="metformin|diabetes|diabetic",
    ),
    "hypercholesterolemia": Terms(
        "hypercholesterolemia|hyperlipidemia|dyslipidemia|high cholesterol|HLD|"
        "elevated cholesterol|hyperlipoproteinemia|hypertriglyceridemia|hyperlipidaemic",
        hints="statin|atorvastatin|simvastatin|rosuvastatin|cholesterol|lipid",
    ),
    "obesity": Terms("obesity|obese|morbidly obese|morbid obesity", hints="overweight|BMI|body mass index"),
    "family_cardiovascular_disease": Terms(
        f"{_MI}|{_CAD}|heart disease|sudden cardiac death|cardiovascular disease|cardiac disease|"
        "premature coronary|heart problems|sudden death|early cardiovascular",
        relatives=True,
    ),
    "family_history_of_thrombosis": Terms(
        "thrombosis|deep vein thrombosis|DVT|blood clots|blood clot|venous thromboembolism|"
        "pulmonary embolism|VTE|thrombophilia|clotting disorder|thromboembolism|"
        "thrombotic events|clots",
        relatives=True,
    ),
    "previous_dvt": Terms(
        "deep vein thrombosis|deep venous thrombosis|deep-vein thrombosis|DVT|DVTs|"
        f"deep vein thromboses|{_VTE_PAST}",
        past="only",
    ),
    "previous_pe": Terms(
        f"pulmonary embolism|pulmonary embolus|pulmonary emboli|pulmonary thromboembolism|PE|PEs|{_VTE_PAST}",
        past="only",
    ),
    "abnormal_renal_function": Terms(
        f"{_RENAL}|renal compromise|abnormal renal function|deranged renal function",
        hints="acute kidney injury|AKI|renal|kidney|creatinine clearance|glomerular filtration",
        denies=_RENAL_FINE,
    ),
    "renal_disease": Terms(_RENAL, hints="acute kidney injury|AKI|renal|kidney", denies=_RENAL_FINE),
    "moderate_to_severe_kidney_disease": Terms(
        "moderate to severe kidney disease|moderate to severe renal disease|"
        "end-stage renal disease|ESRD|end stage renal disease|dialysis|hemodialysis|"
        "kidney transplant|renal transplant|severe renal disease|"
        "moderate-to-severe chronic kidney disease|moderate to severe chronic kidney disease|"
        "moderate to severe CKD|moderate or severe|severe chronic kidney disease|severe CKD|"
        "moderate chronic kidney disease|moderate CKD|uremia|"
        "kidney disease .. moderate to severe|moderate to severe renal|"
        "moderate-to-severe kidney|CKD stage 4|CKD stage 5|stage 4 chronic kidney|"
        "stage 5 chronic kidney|moderate-to-severe CKD|moderate to severe chronic",
        hints=f"{_RENAL}|renal|kidney",
        denies=_RENAL_FINE,
    ),
    "acute_renal_failure": Terms(
        "acute renal failure|acute kidney injury|AKI|ARF|acute kidney failure|acute renal injury|"
        "acute renal insufficiency|acute-on-chronic",
        hints="renal failure|kidney injury|renal dysfunction|renal impairment|"
        "renal insufficiency|renal injury",
        denies=_RENAL_FINE,
    ),
    "chronic_renal_failure": Terms(
        "chronic renal failure|chronic kidney disease|chronic renal insufficiency|"
        "end-stage renal disease|CKD|CRF|ESRD|dialysis|chronic kidney failure|"
        "chronic renal disease|chronic renal|chronic kidney",
        hints="renal failure|kidney disease|renal disease|renal insufficiency",
        denies=_RENAL_FINE,
    ),
    "severe_organ_failure": Terms(
        "severe organ failure|immunocompromised|immunosuppressed|immunocompromise|"
        "immunosuppression|severe organ insufficiency|immunodeficiency|organ failure|"
        "severe organ system failure|compromised immune|organ insufficiency",
        hints="cirrhosis|NYHA|chemotherapy|leukemia|lymphoma|AIDS|transplant|home oxygen|"
        "dialysis|steroid|steroids|prednisone|HIV|metastatic|cancer",
        denies="immunocompetent|not immunocompromised",
    ),
    "abnormal_liver_function": Terms(
        f"{_LIVER}|abnormal liver function|deranged liver function",
        hints="hepatitis|elevated liver enzymes|transaminases|fatty liver|liver|hepatic",
        denies=_LIVER_FINE,
    ),
    "hepatic_disease": Terms(
        _LIVER, hints="liver|hepatic|hepatitis|fatty liver|hepatic steatosis|jaundice", denies=_LIVER_FINE
    ),
    "chronic_liver_disease": Terms(
        _LIVER, hints="liver|hepatic|hepatitis|fatty liver|jaundice", denies=_LIVER_FINE
    ),
    "bleeding_history": Terms(
        "major bleeding|significant bleeding|excessive bleeding|severe bleeding|"
        "serious bleeding|gastrointestinal bleed|gastrointestinal bleeding|GI bleed|GI bleeding|"
        "bleeding diathesis|coagulopathy|hemophilia|anemia|thrombocytopenia|melena|"
        "intracranial hemorrhage|major bleed|gastrointestinal hemorrhage|bleeding disorder|"
        "bleeding disorders|predisposition to bleeding|history of bleeding|bleeding episode|"
        "bleeding episodes|coagulation disorder|coagulation disorders|subdural hematoma|"
        "bleeding events|bleeding tendency|clotting disorder|bleeding event|"
        "predisposed to bleeding|internal bleeding|major hemorrhage|bleeding complications|"
        "bleeding problems|variceal bleeding|bleeding ulcer|bleeding tendencies|"
        "intracerebral hemorrhage|prior bleeding|predisposing him to bleeding|"
        "predisposing her to bleeding|prone to bleeding|susceptibility to bleeding|"
        "rectal bleeding|hematemesis|hematochezia|bleeding incidents|nosebleed|epistaxis|"
        "hemorrhagic stroke|bleeding history|predisposition for bleeding",
        hints="bleeding|hemorrhage|hematoma|bled|bleed|bruising|varices",
    ),
    "labile_inr": Terms(
        "labile INR|unstable INR|fluctuating INR|supratherapeutic INR|subtherapeutic INR|"
        "labile INRs|INR .. labile|INR .. unstable|INR .. fluctuating|INR .. fluctuated|"
        "INR .. fluctuates|labile international normalized|fluctuating international normalized|"
        "unstable international normalized|labile international normalised|INR .. fluctuations|"
        "fluctuations .. INR|variable INR|INR levels .. labile|erratic INR|INR instability|"
        "labile values|INR .. varied|INR .. erratic|INR .. highly variable|INR .. inconsistent|"
        "international normalized ratio .. labile|international normalized ratio .. unstable|"
        "international normalized ratio .. fluctuating|unstable high INR|INR .. not stable|"
        "INR .. lability|inconsistent INR",
        hints="INR|warfarin|international normalized ratio",
        denies="stable INR|stable international normalized|INR .. stable|"
        "INR .. within therapeutic|INR .. therapeutic range|INR .. consistent|"
        "international normalized ratio .. stable|INR .. normal|normal INR|"
        "therapeutic INR|INR .. within normal|not labile|consistent INR|"
        "INR .. well controlled|controlled INR",
        kind="symptom",
    ),
    "drugs_predisposing_to_bleeding": Terms(
        _DRUGS, hints="anticoagulant|anticoagulants|blood thinners|blood thinner|anti-inflammatory"
    ),
    "neoplastic_disease": Terms(_CANCER, hints=_CANCER_HINTS),
    "malignancy": Terms(_CANCER, hints=_CANCER_HINTS),
    "nursing_home": Terms(
        "nursing home|nursing facility|long-term care facility|care home|skilled nursing|SNF|"
        "nursing home resident|residential care|nursing-home|assisted living|long-term facility|"
        "elderly care",
        denies="lives at home|lives alone|lives independently|community-dwelling|lives with",
    ),
    "dementia": Terms(
        "dementia|Alzheimer|Alzheimer's disease|Alzheimer's|Lewy body",
        hints="memory|cognitive impairment|cognitive decline",
    ),
    "copd": Terms(
        "chronic obstructive pulmonary disease|COPD|emphysema|chronic bronchitis|"
        "chronic obstructive lung disease|chronic obstructive airway disease"
    ),
    "connective_tissue_disease": Terms(
        "connective tissue disease|connective tissue disorder|systemic lupus erythematosus|SLE|"
        "lupus|rheumatoid arthritis|polymyositis|dermatomyositis|scleroderma|systemic sclerosis|"
        "MCTD|polymyalgia rheumatica|Sjogren|Sjögren|vasculitis|connective tissue diseases|RA",
    ),
    "peptic_ulcer_disease": Terms(
        "peptic ulcer|peptic ulcer disease|PUD|gastric ulcer|duodenal ulcer|stomach ulcer|"
        "ulcer disease|peptic ulcers|peptic disease",
        hints="ulcer",
    ),
    "hemiplegia": Terms(
        "hemiplegia|hemiparesis|paraplegia|quadriplegia|tetraplegia", hints="weakness|paralysis|paresis"
    ),
    "leukemia": Terms("leukemia|AML|CML|CLL|polycythemia vera", hints="ALL"),
    "lymphoma": Terms(
        "lymphoma|Hodgkin|Hodgkin's|non-Hodgkin|NHL|DLBCL|multiple myeloma|myeloma|"
        "Waldenstrom|lymphoproliferative",
        hints="lymphadenopathy",
    ),
    "aids": Terms(
        "AIDS|acquired immunodeficiency syndrome|acquired immune deficiency syndrome|HIV/AIDS", names="HIV"
    ),
    "varicose_veins": Terms("varicose veins|varicosities|varicose"),
    "inflammatory_bowel_disease": Terms(
        "inflammatory bowel disease|IBD|Crohn|Crohn's disease|Crohn's|ulcerative colitis|inflammatory bowel"
    ),
    "sepsis_last_month": Terms("sepsis|septic|septic shock|bacteremia|septicemia|urosepsis", within_days=31),
    "pneumonia_last_month": Terms(
        "pneumonia|lower respiratory infection|serious lung disease|lower respiratory tract infection",
        within_days=31,
    ),
    "plaster_cast_last_month": Terms(
        "plaster cast|immobilizing cast|immobilizing plaster|leg cast|in a cast|"
        "cast placement|plaster immobilization|cast",
        hints="splint|brace",
        within_days=31,
    ),
    "central_venous_access": Terms(
        "central venous catheter|central line|PICC|port-a-cath|CVC|Hickman|"
        "dialysis catheter|central venous access|central venous line|PICC line|"
        "central catheter|subclavian line",
        kind="symptom",
    ),
    "leg_fracture_last_month": Terms(
        "hip fracture|pelvic fracture|femur fracture|femoral fracture|tibia fracture|"
        "leg fracture|tibial fracture|hip, pelvis, or leg fracture|hip, pelvic, or leg fracture|"
        "fractured hip|fracture of .. femur|fracture of .. tibia|femoral neck fracture|"
        "fracture of .. hip|fracture of .. pelvis|fractured pelvis|fractured leg|ankle fracture|"
        "fractured femur|fractured tibia|pelvis fracture|fracture of .. leg|fracture in .. hip|"
        "fracture in .. leg",
        hints="fracture|fractures",
        within_days=31,
    ),
    "multiple_trauma_last_month": Terms(
        "multiple trauma|polytrauma|multiple injuries|multiple traumatic|multiple traumas|major trauma",
        hints="trauma|accident|collision",
        within_days=31,
    ),
    "spinal_cord_injury_last_month": Terms(
        "spinal cord injury|acute spinal cord|spinal injury|paraplegia|quadriplegia|cord compression",
        hints="paralysis|spinal",
        within_days=31,
    ),
    "factor_v_leiden": Terms("factor V Leiden|FVL", kind="symptom"),
    "prothrombin_20210a": Terms(
        "prothrombin 20210A|prothrombin gene mutation|G20210A|factor II mutation|"
        "prothrombin 20210|prothrombin mutation|prothrombin gene",
        kind="symptom",
    ),
    "elevated_homocysteine": Terms(
        "elevated homocysteine|hyperhomocysteinemia|elevated serum homocysteine|"
        "homocysteine .. elevated|high homocysteine|increased homocysteine|"
        "raised homocysteine|homocysteine levels .. elevated|increased serum homocysteine|"
        "high serum homocysteine",
        hints="homocysteine",
        denies="normal homocysteine|homocysteine .. normal|normal serum homocysteine",
        kind="symptom",
    ),
    "lupus_anticoagulant": Terms(
        "lupus anticoagulant|lupus anticoagulants", hints="antiphospholipid", kind="symptom"
    ),
    "anticardiolipin_antibody": Terms(
        "anticardiolipin|anti-cardiolipin|elevated anticardiolipin|cardiolipin antibody|"
        "cardiolipin antibodies|anticardiolipin antibody|anticardiolipin antibodies",
        hints="antiphospholipid",
        denies="normal anticardiolipin",
        kind="symptom",
    ),
    "heparin_induced_thrombocytopenia": Terms(
        "heparin-induced thrombocytopenia|heparin induced thrombocytopenia|HIT", kind="symptom"
    ),
    "other_thrombophilia": Terms(
        "thrombophilia|protein C deficiency|protein S deficiency|antithrombin deficiency|"
        "hypercoagulable state|thrombophilias|hypercoagulability|thrombophilic|"
        "hypercoagulable",
        kind="symptom",
    ),
}
"""Input → how notes speak of it."""

"""The names by which notes call measurements: targets, and their neighbours that would lend them values.

Names of up to three characters are matched with their case, the others without. A name that starts with "~"
implies a value rather than names it ("hypercalcemia of 13 mg/dL") and is weaker evidence.
"""

from __future__ import annotations

_NAMES: dict[str, str] = {
    "creatinine": (
        "creatinine|creatininemia|creatinemia|creatininaemia|serum creatinine|creatinin|SCr|sCr|Cr|CR|"
        "Crea|CREA|CRE|Cre|Creat|creatinine level|Cr level|sCrea|SCR|S-Cr|kreatinin"
    ),
    "bun": "blood urea nitrogen|urea nitrogen|BUN|blood urea-nitrogen|Bun|blood nitrogen urea",
    "urea": "urea|blood urea|serum urea|uremia|uraemia",
    "sodium": (
        "sodium|Na|natremia|natraemia|serum Na|~hyponatremia|~hyponatraemia|~hypernatremia|~hypernatraemia"
    ),
    "potassium": "potassium|K|kalemia|kalium|hypokalemia|hyperkalemia|hypokalaemia|hyperkalaemia|sK",
    "chloride": "chloride|Cl|CL|CI|chlorine|chlorides|hyperchloremia|~hypochloremia",
    "bicarbonate": (
        "bicarbonate|HCO3|HCO32|bicarb|total CO2|tCO2|TCO2|CO2|serum CO2|total carbon dioxide|"
        "carbon dioxide|bicarbonates|hydrogen carbonate|serum bicarbonate|cHCO3|HCO 3|"
        "serum carbon dioxide|carbon dioxide content|venous bicarbonate|serum HCO3|bicarbonate ion|"
        "hydrogencarbonate|HCO|CHCO3|sHCO3|HC03|blood bicarbonate"
    ),
    "calcium": (
        "calcium|Ca|Ca2|total calcium|serum calcium|~hypercalcemia|~hypocalcemia|~hypercalcaemia|"
        "~hypocalcaemia|serum total calcium"
    ),
    "other_calcium": (
        "ionized calcium|ionised calcium|iCa|iCa2|free calcium|corrected calcium|adjusted calcium|"
        "albumin-corrected calcium|calcium corrected|corrected serum calcium|albumin-adjusted calcium|"
        "ionic calcium|ionized serum calcium|calcium ion|ionizable calcium|Ca ion|corrected Ca|"
        "ionized Ca"
    ),
    "albumin": "albumin|Alb|ALB|serum albumin|~hypoalbuminemia|~hypoalbuminaemia|sAlb|albumins|albuminemia",
    "glucose": (
        "glucose|blood glucose|blood sugar|sugar|random blood sugar|RBS|FBS|FPG|FBG|BG|fasting glucose|"
        "glycemia|glycaemia|Glu|GLU|Gluc|blood sugars|BS|BSL|serum glucose|plasma glucose|"
        "finger-stick glucose|fingerstick glucose|capillary glucose|blood glucose level|"
        "fasting blood glucose|fasting plasma glucose|fasting blood sugar|random blood glucose|"
        "random glucose|CBG|RBG|~hyperglycemia|~hyperglycaemia|~hypoglycemia|fasting serum glucose|"
        "blood glucose concentration|capillary blood glucose|casual blood glucose"
    ),
    "other_glucose": (
        "postprandial glucose|postprandial blood glucose|postprandial blood sugar|2-hour glucose|"
        "postprandial|PPBS|OGTT|2-h glucose|glucose tolerance test|oral glucose tolerance test|"
        "average glucose|glucose challenge test|estimated average glucose|post-prandial|PPG|"
        "2-hour plasma glucose"
    ),
    "insulin": (
        "insulin|fasting insulin|serum insulin|insulin level|fasting serum insulin|plasma insulin|"
        "insulinemia|immunoreactive insulin|IRI|basal insulin level|fasting insulin level|"
        "insulin concentration"
    ),
    "total_cholesterol": (
        "total cholesterol|cholesterol|TC|T-CHO|CHOL|Chol|serum cholesterol|T-Chol|TCH|"
        "~hypercholesterolemia|cholesterol level|TChol|serum total cholesterol|total serum cholesterol|"
        "TCHO|T-cho"
    ),
    "hdl": (
        "HDL|HDL cholesterol|HDL-C|high-density lipoprotein|high-density lipoprotein cholesterol|HDLC|"
        "HDL-cholesterol|HDL-c|high-density cholesterol|HDL-Chol|high-density lipoproteins"
    ),
    "ldl": (
        "LDL|LDL cholesterol|LDL-C|low-density lipoprotein|low-density lipoprotein cholesterol|LDLC|"
        "LDL-cholesterol|LDL-c|low-density cholesterol|low-density lipoproteins|"
        "low-density lipoprotein cholesterol level|LDL-Chol|direct LDL"
    ),
    "other_lipid": (
        "VLDL|very low-density lipoprotein|VLDL cholesterol|non-HDL cholesterol|non-HDL|non-HDL-C|"
        "lipoprotein|apolipoprotein|small dense LDL|VLDL-C"
    ),
    "triglycerides": (
        "triglycerides|triglyceride|TG|TGs|TAG|triacylglycerol|Trig|~hypertriglyceridemia|triglycerid|"
        "triacylglycerols|triglyceridemia|Tg|~hypertriglyceridaemia|TRIG"
    ),
    "platelets": (
        "platelet count|platelets|platelet|PLT|Plt|PLTs|thrombocytes|thrombocyte count|blood platelets|"
        "~thrombocytopenia|plts|platelet counts|platelets count|Plts|thrombocyte|~thrombocytosis|"
        "blood platelet count"
    ),
    "white_cells": (
        "white blood cell count|white blood cells|white blood cell|white cell count|WBC|WBCs|WBC count|"
        "leukocyte count|leukocytes|leucocytes|leucocyte count|white count|~leukocytosis|~leucocytosis|"
        "~leukopenia|leukocyte|white blood count|total leukocyte count|total leucocyte count|TLC|"
        "white cells|white blood cell counts|total white cell count|total white blood cell count|WCC|"
        "Leu|white blood cells count|leukocytes count|total WBC count|WBC counts|total WBC|"
        "total white blood cell|TWBC|white blood corpuscles"
    ),
    "alt": (
        "ALT|alanine aminotransferase|alanine transaminase|SGPT|GPT|alanine amino transferase|ALAT|"
        "glutamic pyruvic transaminase|serum glutamic pyruvic transaminase|"
        "glutamic-pyruvic transaminase|alanine-aminotransferase|alanin aminotransferase|"
        "glutamate pyruvate transaminase|alanine transferase"
    ),
    "ast": (
        "AST|aspartate aminotransferase|aspartate transaminase|SGOT|GOT|aspartate amino transferase|"
        "ASAT|glutamic oxaloacetic transaminase|serum glutamic oxaloacetic transaminase|"
        "glutamic-oxaloacetic transaminase|aspartate-aminotransferase|aspartic aminotransferase|"
        "glutamate oxaloacetate transaminase|aspartate transferase"
    ),
    "transaminases": "transaminases|aminotransferases|liver enzymes|transaminase|aminotransferase",
    "bilirubin": (
        "total bilirubin|bilirubin|T-bil|T Bil|TBIL|T-Bil|TB|serum bilirubin|Tbil|bilirubin total|"
        "total serum bilirubin|bilirubin level|TBil|T bili|Tbili|~hyperbilirubinemia|bilirubins|t bil|"
        "tBil|serum total bilirubin"
    ),
    "other_bilirubin": (
        "direct bilirubin|indirect bilirubin|conjugated bilirubin|unconjugated bilirubin|D-bil|DBIL|"
        "D-Bil|Dbil|bilirubin direct|DB|IBIL|direct|indirect|direct hyperbilirubinemia"
    ),
    "inr": (
        "INR|international normalized ratio|international normalised ratio|PT-INR|PT INR|PT/INR|"
        "international normalization ratio|prothrombin time-international normalized ratio|"
        "prothrombin time INR|INR PT"
    ),
    "heart_rate": (
        "heart rate|pulse rate|pulse|HR|heart rates|~tachycardia|~bradycardia|~tachycardic|pulses|"
        "ventricular rate|heartbeat|~bradycardic|heart beat|heart frequency|cardiac frequency|"
        "heart rhythm|PR|ventricular response|cardiac rate|sinus rhythm|pulse beat"
    ),
    "respiratory_rate": (
        "respiratory rate|RR|respirations|respiration|respiratory rates|breathing rate|~tachypnea|"
        "~tachypneic|respiratory frequency|respiration rate|breathing frequency|breathing|Resp|"
        "respirations rate|~tachypnoeic|~tachypnoea|RF"
    ),
    "temperature": (
        "temperature|temp|body temperature|T|~fever|~febrile|~afebrile|Temp|axillary temperature|"
        "oral temperature|core temperature|BT|temperatures|rectal temperature|tympanic temperature|Tmax|Tm|"
        "~pyrexia|~hypothermia|t"
    ),
    "blood_pressure": (
        "blood pressure|BP|arterial blood pressure|arterial pressure|~hypotension|~hypertension|"
        "~hypotensive|~hypertensive|blood pressures|Bp|office blood pressure|NIBP|"
        "noninvasive blood pressure|ABP|non-invasive blood pressure|systemic blood pressure"
    ),
    "systolic_bp": (
        "systolic blood pressure|SBP|systolic|systolic pressure|systolic BP|systolic arterial pressure"
    ),
    "diastolic_bp": (
        "diastolic blood pressure|DBP|diastolic|diastolic pressure|diastolic BP|diastolic arterial pressure"
    ),
    "other_pressure": (
        "mean arterial pressure|MAP|pulmonary artery pressure|pulse pressure|central venous pressure|"
        "CVP|pulmonary arterial pressure|wedge pressure|opening pressure|intraocular pressure|"
        "pulmonary capillary wedge pressure|right ventricular systolic pressure|RVSP|PASP|"
        "intracranial pressure|systolic pulmonary artery pressure|pulmonary artery systolic pressure|"
        "mean pulmonary artery pressure|mean blood pressure|mean arterial blood pressure|peak pressure|"
        "airway pressure|plateau pressure|pressure gradient|left ventricular end-diastolic pressure|"
        "left ventricular end-diastolic|left ventricular end-systolic|end-diastolic|end-systolic|"
        "mean pressure|ejection systolic|systolic murmur|diastolic murmur|systolic dysfunction|"
        "diastolic dysfunction|end-diastolic volume|end-systolic volume|systolic function|"
        "diastolic function|diastolic diameter|systolic diameter"
    ),
    "qt_interval": "QT interval|QT|QT duration|QT time|QT-interval",
    "other_interval": (
        "QTc|corrected QT interval|corrected QT|QTc interval|QRS|QRS duration|PR interval|RR interval|"
        "PQ interval|QRS interval|P wave|P-wave|QTc-interval|QTcB|QTcF|PQ|AH interval|HV interval|"
        "QRS complex|R-R interval|P-R interval|T wave|T-wave|T waves|P waves|pulse width|pulse oximetry|"
        "pulse oximeter|pulse oxygen saturation|pulse ox|pulse therapy|steroid pulse|pulse dose|"
        "pulse steroid|methylprednisolone pulse"
    ),
    "height": (
        "height|tall|stature|body length|Ht|length|body height|crown-heel length|supine length|HT|"
        "standing height|recumbent length|stood|stands"
    ),
    "weight": (
        "weight|weighed|weighing|weighs|body weight|BW|Wt|body mass|weigh|wt|WT|actual body weight|"
        "admission weight|current weight|bodyweight|weighting|total body weight|weights|weighted|"
        "~overweight"
    ),
    "other_weight": (
        "birth weight|birthweight|weight loss|weight gain|lost|gained|loss of|gain of|ideal body weight|"
        "ideal weight|dry weight|predicted body weight|weight reduction|weight change|weight decrease|"
        "weight increase|gaining|losing|lose|gain|placental weight|fetal weight|foetal weight|lift|"
        "lifted|lifting|adjusted body weight|weight-bearing|molecular weight|weight percentile|"
        "heart weight|weight bearing|estimated fetal weight|weight loss of|birth length|leg length|"
        "wave length|axial length|cervical length|tumor length|uterine weight|lean body weight|"
        "birth height|target height|mid-parental height|midparental height|estimated body weight|"
        "target weight|limb length|fundal height|uterine height|gained weight|lost weight|BWs|placenta|"
        "specimen weight|spleen weight|dropped|shed"
    ),
    "bmi": (
        "BMI|body mass index|body-mass index|body mass indices|Quetelet index|B.M.I|target BMI|"
        "body mass index BMI"
    ),
    "anion_gap": "anion gap|AG|AnGap|Anion Gap|serum anion gap|anionic gap",
    "other_gap": (
        "delta gap|delta ratio|osmolar gap|osmol gap|urine anion gap|urinary anion gap|"
        "corrected anion gap|albumin-corrected anion gap|stool osmotic gap"
    ),
    "osmolality": "osmolality|osmolarity|serum osmolality|serum osmolarity|plasma osmolality|Osm|Posm|Sosm",
    "gfr": (
        "GFR|eGFR|glomerular filtration rate|creatinine clearance|CrCl|CCr|CLcr|"
        "estimated glomerular filtration rate|creatinine clearance rate|cystatin|clearance|"
        "endogenous creatinine clearance|Ccr|CKD-EPI|MDRD|cystatin C"
    ),
    "ratio": (
        "protein-creatinine ratio|albumin-creatinine ratio|protein-to-creatinine ratio|"
        "albumin-to-creatinine ratio|protein/creatinine ratio|protein/creatinine|"
        "albumin/creatinine ratio|BUN/creatinine ratio|BUN/Cr ratio|ACR|UPCR|PCR|UACR|"
        "albumin/globulin ratio|A/G ratio|albumin-globulin ratio|protein to creatinine ratio|"
        "albumin to creatinine ratio|BUN-to-creatinine ratio|BUN to creatinine ratio|"
        "protein creatinine ratio|albumin creatinine ratio|SAAG|serum-ascites albumin gradient|"
        "serum ascites albumin gradient|transtubular potassium gradient|fractional excretion|"
        "fractional excretion of sodium|FENa|albumin gradient|insulin/glucose ratio|"
        "urea/creatinine ratio|TG/HDL|TC/HDL|creatinine ratio|calcium/creatinine ratio|"
        "sodium-potassium ratio|APRI|FIB-4|HOMA-IR|HOMA|platelet ratio|total cholesterol/HDL|"
        "platelet-to-lymphocyte ratio|neutrophil-to-lymphocyte ratio|fractional excretion of urea"
    ),
    "ck": (
        "creatine kinase|creatinine kinase|CK|CPK|creatine phosphokinase|creatinine phosphokinase|CK-MB|"
        "CKMB|CPK-MB|creatine|creatine kinase-MB|MB isoenzyme"
    ),
    "hemoglobin": (
        "hemoglobin|haemoglobin|Hb|Hgb|HGB|HB|Hg|hb|~anemia|anaemia|carboxyhemoglobin|methemoglobin|HbF|"
        "HbA2|HbS|hemoglobin level|corpuscular hemoglobin|free hemoglobin"
    ),
    "hematocrit": "hematocrit|haematocrit|Hct|HCT|Ht%|PCV|packed cell volume",
    "rbc": (
        "red blood cell count|red blood cells|RBC|RBCs|erythrocytes|erythrocyte count|red cell count|"
        "red blood cell|red cells|RBC count|erythrocyte|reticulocytes|reticulocyte count|reticulocyte|"
        "MCV|mean corpuscular volume|MCH|MCHC|RDW|mean cell volume|packed red blood cells|PRBC|pRBC|"
        "pRBCs|red cell distribution width|MPV|mean platelet volume|schistocytes"
    ),
    "differential": (
        "neutrophils|neutrophil|lymphocytes|lymphocyte|monocytes|eosinophils|basophils|bands|segs|"
        "blasts|ANC|absolute neutrophil count|polymorphonuclear|polymorphs|neutrophilia|granulocytes|"
        "eosinophil|eosinophil count|absolute lymphocyte count|PMN|PMNs|polymorphonuclear leukocytes|"
        "CD4|CD8|CD4 count|CD3|lymphopenia|neutropenia|lymphocyte count|neutrophil count|"
        "absolute eosinophil count|Neut|Lym|polymorphonuclear neutrophils|macrophages|"
        "polymorphonuclear leucocytes|polymorphonuclear cells|mononuclear cells|plasma cells|"
        "atypical lymphocytes|Neu|NEU|LYM|eosinophilia|leukocyte esterase|segmented neutrophils|"
        "platelet aggregation|platelet function|platelet transfusion|platelet clumps|blast cells|"
        "platelet concentrate|platelet-rich plasma|nucleated cells|nucleated cell count|cell count|"
        "leukocyte alkaline phosphatase|CD34|total cell count|karyocytes|monocyte|lymphocytic|"
        "neutrophilic|platelet units"
    ),
    "esr": "ESR|erythrocyte sedimentation rate|sedimentation rate|sed rate",
    "crp": (
        "CRP|C-reactive protein|C reactive protein|hs-CRP|hsCRP|procalcitonin|PCT|IL-6|interleukin-6|"
        "ferritin|high-sensitivity C-reactive protein|high sensitivity C-reactive protein|interleukin|"
        "SAA|serum amyloid A|sIL-2R"
    ),
    "iron": (
        "iron|serum iron|Fe|TIBC|transferrin|transferrin saturation|UIBC|haptoglobin|zinc|copper|"
        "ceruloplasmin|total iron-binding capacity|lead|selenium|aluminum"
    ),
    "ldh": "LDH|lactate dehydrogenase|lactic dehydrogenase|lactic acid dehydrogenase|LD",
    "alp": (
        "ALP|alkaline phosphatase|AP|alk phos|Alk phos|Alk Phos|ALKP|alkaline phosphate|alkaline phosphatases"
    ),
    "ggt": (
        "GGT|gamma-glutamyl transferase|gamma-glutamyl transpeptidase|γ-GTP|γ-GT|GTP|GT|gamma-GT|"
        "gamma-glutamyltransferase|glutamyltransferase|glutamyl transpeptidase|glutamyl transferase|"
        "gamma glutamyl transferase|γGTP|GGTP|cholinesterase|gamma glutamyl transpeptidase|"
        "glutamyltranspeptidase|gammaGT|γ-glutamyl transpeptidase|γ-glutamyltransferase|ChE"
    ),
    "protein": (
        "total protein|protein|proteins|TP|serum protein|globulin|globulins|prealbumin|pre-albumin|"
        "microalbumin|albuminuria|proteinuria|microalbuminuria|serum total protein|macroalbumin|"
        "immunoglobulin|transthyretin|paraprotein|M-protein|Bence Jones|light chain|light chains|"
        "lactalbumin|retinol-binding protein|ketones|ketone|acetone|nitrite|alpha-1 antitrypsin|"
        "alpha1-antitrypsin|beta-2 microglobulin|β2-microglobulin|microglobulin|Bence-Jones protein"
    ),
    "uric": "uric acid|urate|UA|hyperuricemia",
    "phosphate": (
        "phosphate|phosphorus|phosphorous|Phos|PO4|hypophosphatemia|hyperphosphatemia|"
        "inorganic phosphorus|IP|iP|inorganic phosphate|phosphor|Pi|P"
    ),
    "magnesium": "magnesium|Mg|Mg2|hypomagnesemia|hypomagnesaemia|MG",
    "lactate": (
        "lactate|lactic acid|Lac|cLac|lac|serum lactate|arterial lactate|LA|pyruvate|"
        "beta-hydroxybutyrate|3-hydroxybutyrate|hydroxybutyrate|BHB|β-hydroxybutyrate|acetoacetate|"
        "lactates|Lact|ketone bodies"
    ),
    "ammonia": "ammonia|NH3|ammonium",
    "troponin": (
        "troponin|troponin I|troponin T|cTnI|cTnT|TnI|TnT|BNP|NT-proBNP|proBNP|"
        "brain natriuretic peptide|hs-cTnT|B-type natriuretic peptide|myoglobin|hs-TnT|hs-cTnI|"
        "natriuretic peptide|galectin"
    ),
    "coagulation": (
        "PT|prothrombin time|APTT|aPTT|PTT|partial thromboplastin time|"
        "activated partial thromboplastin time|D-dimer|D-dimers|fibrinogen|antithrombin|"
        "prothrombin activity|thrombin time|FDP|d-dimer|D dimer|prothrombin|TT|protein C|protein S|"
        "bleeding time|anti-Xa|factor VIII|factor V|ATIII|quick|anti Xa"
    ),
    "thyroid": (
        "TSH|thyroid-stimulating hormone|thyroid stimulating hormone|FT4|free T4|fT4|FT3|T3|T4|free T3|"
        "thyroxine|thyroglobulin|free thyroxine|triiodothyronine|thyrotropin|rT3"
    ),
    "hormone": (
        "cortisol|ACTH|PTH|parathyroid hormone|iPTH|intact PTH|aldosterone|renin|testosterone|estradiol|"
        "FSH|LH|prolactin|GH|IGF-1|IGF-I|growth hormone|progesterone|hCG|β-hCG|beta-hCG|ADH|vasopressin|"
        "catecholamines|metanephrine|normetanephrine|DHEAS|17-OHP|17-hydroxyprogesterone|C-peptide|"
        "C peptide|proinsulin|glucagon|gastrin|calcitonin|erythropoietin|plasma renin activity|PRA|"
        "copeptin|norepinephrine|epinephrine|dopamine|noradrenaline|androstenedione|"
        "insulin-like growth factor|adrenocorticotropic hormone|PTHrP|luteinizing hormone|"
        "follicle-stimulating hormone|osteocalcin|chromogranin|DHEA-S|leptin|"
        "insulin-like growth factor-1|insulin antibody|insulin antibodies|anti-insulin|insulin receptor|"
        "insulin autoantibody|SHBG"
    ),
    "vitamin": (
        "vitamin D|25-OH vitamin D|vitamin B12|B12|folate|folic acid|25(OH)D|25-hydroxyvitamin D|"
        "vitamin|hydroxyvitamin|vitamin K|vitamin C|vitamin A|dihydroxyvitamin D|"
        "1,25-dihydroxyvitamin D|hydroxy vitamin D|calcitriol|thiamine|homocysteine"
    ),
    "hba1c": (
        "HbA1c|HbA1C|A1c|A1C|hemoglobin A1c|glycated hemoglobin|glycosylated hemoglobin|HBA1C|"
        "glycated haemoglobin|HgbA1c|hemoglobin A1C|haemoglobin A1c|glycohemoglobin|Hb A1c|HgA1c|"
        "glycated albumin|fructosamine|hemoglobin AIC"
    ),
    "amylase": (
        "amylase|lipase|elastase|AMY|ADA|adenosine deaminase|angiotensin-converting enzyme|ACE|aldolase|"
        "lysozyme"
    ),
    "ph": "pH|PH|Ph",
    "pco2": (
        "pCO2|PCO2|PaCO2|pCO 2|pCO₂|partial pressure of carbon dioxide|PvCO2|paCO2|"
        "carbon dioxide partial pressure|partial pressure of CO2|end-tidal CO2|ETCO2|EtCO2|PETCO2|"
        "carbon dioxide tension|carbon dioxide pressure|p CO2|Pco2|partial carbon dioxide pressure|"
        "partial pressure carbon dioxide|partial pressure of arterial carbon dioxide|PACO2|"
        "arterial carbon dioxide|arterial partial pressure of carbon dioxide|end-tidal carbon dioxide|"
        "transcutaneous CO2"
    ),
    "po2": (
        "pO2|PO2|PaO2|partial pressure of oxygen|oxygen saturation|SpO2|SaO2|SPO2|O2 saturation|O2 sat|"
        "sO2|saturation|saturations|FiO2|FIO2|oxygen|O2|paO2|Pao2|partial pressure of arterial oxygen|"
        "oximetry|sat|O2sat|room air|SatO2|sO 2|peripheral oxygen saturation|arterial oxygen saturation|"
        "nasal cannula|PvO2|PEEP|tidal volume|fraction of inspired oxygen"
    ),
    "base_excess": "base excess|BE|base deficit|BD|ABE|SBE",
    "marker": (
        "AFP|CEA|CA19-9|CA-125|CA125|CA 19-9|CA 125|PSA|alpha-fetoprotein|carcinoembryonic antigen|NSE|"
        "SCC|CYFRA|carbohydrate antigen|PIVKA|CA15-3|CA 15-3|prostate-specific antigen|"
        "prostate specific antigen|α-fetoprotein|CA 72-4"
    ),
    "immune": (
        "IgG|IgM|IgA|IgE|C3|C4|ANA|ANCA|ASO|anti-dsDNA|antibody|antibodies|rheumatoid factor|antigen|"
        "titer|CH50|IgG4|titre|complement C3|complement C4|antinuclear antibody|MPO|MPO-ANCA|PR3|"
        "anti-GBM|dsDNA|viral load|viral RNA|HBV DNA|HCV RNA"
    ),
    "specific_gravity": (
        "specific gravity|urine output|urinary output|diuresis|urine volume|output|intake|sodium intake|"
        "salt intake|urine production|potassium intake|fluid intake|urine flow|ejection fraction|LVEF|"
        "EF|fractional shortening|urine protein excretion"
    ),
    "drug": (
        "sodium bicarbonate|sodium chloride|potassium chloride|calcium carbonate|calcium gluconate|"
        "calcium chloride|sodium valproate|sodium polystyrene|sodium polystyrene sulfonate|"
        "calcium channel|calcium channel blocker|calcium score|calcium acetate|calcium supplement|"
        "calcium supplements|calcium supplementation|oral calcium|intravenous calcium|IV calcium|"
        "albumin infusion|human albumin|iron sucrose|insulin glargine|insulin aspart|insulin lispro|"
        "insulin infusion|insulin drip|insulin therapy|insulin injection|insulin pump|glucose infusion|"
        "dextrose|diclofenac sodium|heparin sodium|sodium phosphate|saline|sodium restriction|"
        "sodium diet|calcium folinate|levothyroxine sodium|magnesium sulfate|magnesium oxide|"
        "sodium nitroprusside|regular insulin|basal insulin|NPH insulin|insulin detemir|calcium citrate|"
        "elemental calcium|potassium phosphate|hypertonic saline|normal saline|sodium lactate|"
        "sodium thiosulfate|intravenous albumin|IV albumin|albumin dialysis|warfarin sodium|"
        "potassium citrate|sodium citrate|calcium phosphate|calcium oxalate|glucose solution|"
        "sodium supplementation|bicarbonate infusion|bicarbonate therapy|IV bicarbonate|"
        "bicarbonate drip|sodium supplements|fluorescein sodium|docusate sodium|sugar-free|"
        "sodium channel|sodium hyaluronate|pantoprazole sodium|insulin degludec|bovine serum albumin|"
        "calcium deposits|dialysate calcium|dialysate sodium|dialysate bicarbonate|dialysate potassium|"
        "albumin solution|glucose water"
    ),
    "last_menstrual_period": (
        "last menstrual period|LMP|last menses|last period|last menstruation|last menstrual cycle|"
        "first day of last menstrual period|last normal menstrual period|first day of her last period|"
        "first day of her last menstrual period|last menstrual date"
    ),
    "cycle_length": (
        "cycle length|menstrual cycle length|cycle duration|menstrual cycle|cycle|cycles|menstrual cycles"
    ),
    "current_date": "today's date|today’s date|today|current date|date of visit|visit date|date today",
    "circumference": (
        "head circumference|occipitofrontal circumference|OFC|HC|abdominal circumference|"
        "waist circumference|chest circumference|arm span|waist|diameter|thickness|size|circumference|"
        "span|depth|width|upper segment|sitting height|lower segment|foot length|hand length|"
        "femur length|penile length|stretched penile length|incision|margin|distance"
    ),
    "dose": "taken|takes|taking|dose|received|receives|dosage|given",
}

NAMES: dict[str, tuple[str, ...]] = {concept: tuple(names.split("|")) for concept, names in _NAMES.items()}
"""Concept → names. A concept that is also an input's name is that input."""

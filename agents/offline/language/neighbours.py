"""The names of measurements that no calculator asks for, but whose values stand beside those it asks for."""

from __future__ import annotations

NEIGHBOURS: dict[str, str] = {
    "other_calcium": (
        "ionized calcium|ionised calcium|iCa|iCa2|free calcium|corrected calcium|adjusted calcium|"
        "albumin-corrected calcium|calcium corrected|corrected serum calcium|albumin-adjusted calcium|"
        "ionic calcium|ionized serum calcium|calcium ion|ionizable calcium|Ca ion|corrected Ca|ionized Ca"
    ),
    "other_glucose": (
        "postprandial glucose|postprandial blood glucose|postprandial blood sugar|2-hour glucose|"
        "postprandial|PPBS|OGTT|2-h glucose|glucose tolerance test|oral glucose tolerance test|"
        "average glucose|glucose challenge test|estimated average glucose|post-prandial|PPG|"
        "2-hour plasma glucose"
    ),
    "other_lipid": (
        "VLDL|very low-density lipoprotein|VLDL cholesterol|non-HDL cholesterol|non-HDL|non-HDL-C|"
        "lipoprotein|apolipoprotein|small dense LDL|VLDL-C"
    ),
    "transaminases": "transaminases|aminotransferases|liver enzymes|transaminase|aminotransferase",
    "other_bilirubin": (
        "direct bilirubin|indirect bilirubin|conjugated bilirubin|unconjugated bilirubin|D-bil|DBIL|D-Bil|"
        "Dbil|bilirubin direct|DB|IBIL|direct|indirect|direct hyperbilirubinemia"
    ),
    "other_pressure": (
        "pulmonary artery pressure|pulse pressure|central venous pressure|CVP|"
        "pulmonary arterial pressure|wedge pressure|opening pressure|intraocular pressure|"
        "pulmonary capillary wedge pressure|right ventricular systolic pressure|RVSP|PASP|"
        "intracranial pressure|systolic pulmonary artery pressure|pulmonary artery systolic pressure|"
        "mean pulmonary artery pressure|peak pressure|"
        "airway pressure|plateau pressure|pressure gradient|left ventricular end-diastolic pressure|"
        "left ventricular end-diastolic|left ventricular end-systolic|end-diastolic|end-systolic|"
        "mean pressure|ejection systolic|systolic murmur|diastolic murmur|systolic dysfunction|"
        "diastolic dysfunction|end-diastolic volume|end-systolic volume|systolic function|"
        "diastolic function|diastolic diameter|systolic diameter"
    ),
    "other_interval": (
        "QTc|corrected QT interval|corrected QT|QTc interval|QRS|QRS duration|PR interval|RR interval|"
        "PQ interval|QRS interval|P wave|P-wave|QTc-interval|QTcB|QTcF|PQ|AH interval|HV interval|"
        "QRS complex|R-R interval|P-R interval|T wave|T-wave|T waves|P waves|pulse width|pulse therapy|"
        "steroid pulse|pulse dose|pulse steroid|methylprednisolone pulse"
    ),
    "other_weight": (
        "birth weight|body weight loss|body weight gain|"
        "birthweight|weight loss|weight gain|lost|gained|loss of|gain of|ideal body weight|"
        "ideal weight|dry weight|predicted body weight|weight reduction|weight change|weight decrease|"
        "weight increase|gaining|losing|lose|gain|placental weight|fetal weight|foetal weight|lift|lifted|"
        "lifting|adjusted body weight|weight-bearing|molecular weight|weight percentile|heart weight|"
        "weight bearing|estimated fetal weight|weight loss of|birth length|leg length|wave length|"
        "axial length|cervical length|tumor length|uterine weight|lean body weight|birth height|"
        "target height|mid-parental height|midparental height|estimated body weight|target weight|"
        "limb length|fundal height|uterine height|gained weight|lost weight|BWs|placenta|specimen weight|"
        "spleen weight|dropped|shed"
    ),
    "other_gap": (
        "delta gap|delta ratio|osmolar gap|osmol gap|urine anion gap|urinary anion gap|corrected anion gap|"
        "albumin-corrected anion gap|stool osmotic gap"
    ),
    "osmolality": ("osmolality|osmolarity|serum osmolality|serum osmolarity|plasma osmolality|Osm|Posm|Sosm"),
    "gfr": (
        "GFR|eGFR|glomerular filtration rate|creatinine clearance|CrCl|CCr|CLcr|"
        "estimated glomerular filtration rate|creatinine clearance rate|cystatin|clearance|"
        "endogenous creatinine clearance|Ccr|CKD-EPI|MDRD|cystatin C"
    ),
    "ratio": (
        "protein-creatinine ratio|albumin-creatinine ratio|protein-to-creatinine ratio|"
        "albumin-to-creatinine ratio|protein/creatinine ratio|protein/creatinine|albumin/creatinine ratio|"
        "BUN/creatinine ratio|BUN/Cr ratio|ACR|UPCR|PCR|UACR|albumin/globulin ratio|A/G ratio|"
        "albumin-globulin ratio|protein to creatinine ratio|albumin to creatinine ratio|"
        "BUN-to-creatinine ratio|BUN to creatinine ratio|protein creatinine ratio|albumin creatinine ratio|"
        "SAAG|serum-ascites albumin gradient|serum ascites albumin gradient|"
        "transtubular potassium gradient|fractional excretion|fractional excretion of sodium|FENa|"
        "albumin gradient|insulin/glucose ratio|urea/creatinine ratio|TG/HDL|TC/HDL|creatinine ratio|"
        "calcium/creatinine ratio|sodium-potassium ratio|APRI|FIB-4|HOMA-IR|HOMA|platelet ratio|"
        "total cholesterol/HDL|platelet-to-lymphocyte ratio|neutrophil-to-lymphocyte ratio|"
        "fractional excretion of urea"
    ),
    "ck": (
        "creatine kinase|creatinine kinase|CK|CPK|creatine phosphokinase|creatinine phosphokinase|CK-MB|"
        "CKMB|CPK-MB|creatine|creatine kinase-MB|MB isoenzyme"
    ),
    "rbc": (
        "red blood cell count|red blood cells|RBC|RBCs|erythrocytes|erythrocyte count|red cell count|"
        "red blood cell|red cells|RBC count|erythrocyte|reticulocytes|reticulocyte count|reticulocyte|MCV|"
        "mean corpuscular volume|MCH|MCHC|RDW|mean cell volume|packed red blood cells|PRBC|pRBC|pRBCs|"
        "red cell distribution width|MPV|mean platelet volume|schistocytes"
    ),
    "differential": (
        "neutrophils|neutrophil|lymphocytes|lymphocyte|monocytes|eosinophils|basophils|segs|blasts|ANC|"
        "absolute neutrophil count|polymorphonuclear|polymorphs|neutrophilia|granulocytes|eosinophil|"
        "eosinophil count|absolute lymphocyte count|PMN|PMNs|polymorphonuclear leukocytes|CD4|CD8|"
        "CD4 count|CD3|lymphopenia|neutropenia|lymphocyte count|neutrophil count|absolute eosinophil count|"
        "Neut|Lym|polymorphonuclear neutrophils|macrophages|polymorphonuclear leucocytes|"
        "polymorphonuclear cells|mononuclear cells|plasma cells|atypical lymphocytes|Neu|NEU|LYM|"
        "eosinophilia|leukocyte esterase|segmented neutrophils|platelet aggregation|platelet function|"
        "platelet transfusion|platelet clumps|blast cells|platelet concentrate|platelet-rich plasma|"
        "nucleated cells|nucleated cell count|cell count|leukocyte alkaline phosphatase|CD34|"
        "total cell count|karyocytes|monocyte|lymphocytic|neutrophilic|platelet units"
    ),
    "esr": "ESR|erythrocyte sedimentation rate|sedimentation rate|sed rate",
    "crp": (
        "CRP|C-reactive protein|C reactive protein|hs-CRP|hsCRP|procalcitonin|PCT|IL-6|interleukin-6|"
        "ferritin|high-sensitivity C-reactive protein|high sensitivity C-reactive protein|interleukin|SAA|"
        "serum amyloid A|sIL-2R"
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
        "phosphate|phosphorus|phosphorous|Phos|PO4|hypophosphatemia|hyperphosphatemia|inorganic phosphorus|"
        "IP|iP|inorganic phosphate|phosphor|Pi|P"
    ),
    "magnesium": "magnesium|Mg|Mg2|hypomagnesemia|hypomagnesaemia|MG",
    "lactate": (
        "lactate|lactic acid|Lac|cLac|lac|serum lactate|arterial lactate|LA|pyruvate|beta-hydroxybutyrate|"
        "3-hydroxybutyrate|hydroxybutyrate|BHB|β-hydroxybutyrate|acetoacetate|lactates|Lact|ketone bodies"
    ),
    "ammonia": "ammonia|NH3|ammonium",
    "troponin": (
        "troponin|troponin I|troponin T|cTnI|cTnT|TnI|TnT|BNP|NT-proBNP|proBNP|brain natriuretic peptide|"
        "hs-cTnT|B-type natriuretic peptide|myoglobin|hs-TnT|hs-cTnI|natriuretic peptide|galectin"
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
        "copeptin|androstenedione|insulin-like growth factor|adrenocorticotropic hormone|PTHrP|"
        "luteinizing hormone|follicle-stimulating hormone|osteocalcin|chromogranin|DHEA-S|leptin|"
        "insulin-like growth factor-1|insulin antibody|insulin antibodies|anti-insulin|insulin receptor|"
        "insulin autoantibody|SHBG|urinary norepinephrine|urinary epinephrine|urinary dopamine|"
        "plasma norepinephrine|plasma epinephrine|plasma dopamine|plasma noradrenaline"
    ),
    "vitamin": (
        "vitamin D|25-OH vitamin D|vitamin B12|B12|folate|folic acid|25(OH)D|25-hydroxyvitamin D|vitamin|"
        "hydroxyvitamin|vitamin K|vitamin C|vitamin A|dihydroxyvitamin D|1,25-dihydroxyvitamin D|"
        "hydroxy vitamin D|calcitriol|thiamine|homocysteine"
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
    "base_excess": "base excess|BE|base deficit|BD|ABE|SBE",
    "marker": (
        "AFP|CEA|CA19-9|CA-125|CA125|CA 19-9|CA 125|PSA|alpha-fetoprotein|carcinoembryonic antigen|NSE|SCC|"
        "CYFRA|carbohydrate antigen|PIVKA|CA15-3|CA 15-3|prostate-specific antigen|"
        "prostate specific antigen|α-fetoprotein|CA 72-4"
    ),
    "immune": (
        "IgG|IgM|IgA|IgE|C3|C4|ANA|ANCA|ASO|anti-dsDNA|antibody|antibodies|rheumatoid factor|antigen|titer|"
        "CH50|IgG4|titre|complement C3|complement C4|antinuclear antibody|MPO|MPO-ANCA|PR3|anti-GBM|dsDNA|"
        "viral load|viral RNA|HBV DNA|HCV RNA"
    ),
    "specific_gravity": (
        "specific gravity|output|intake|sodium intake|salt intake|potassium intake|fluid intake|"
        "ejection fraction|LVEF|EF|fractional shortening|urine protein excretion|cardiac output|"
        "cardiac index|stroke volume"
    ),
    "drug": (
        "sodium bicarbonate|sodium chloride|potassium chloride|calcium carbonate|calcium gluconate|"
        "calcium chloride|sodium valproate|sodium polystyrene|sodium polystyrene sulfonate|calcium channel|"
        "calcium channel blocker|calcium score|calcium acetate|calcium supplement|calcium supplements|"
        "calcium supplementation|oral calcium|intravenous calcium|IV calcium|albumin infusion|"
        "human albumin|iron sucrose|insulin glargine|insulin aspart|insulin lispro|insulin infusion|"
        "insulin drip|insulin therapy|insulin injection|insulin pump|glucose infusion|dextrose|"
        "diclofenac sodium|heparin sodium|sodium phosphate|saline|sodium restriction|sodium diet|"
        "calcium folinate|levothyroxine sodium|magnesium sulfate|magnesium oxide|sodium nitroprusside|"
        "regular insulin|basal insulin|NPH insulin|insulin detemir|calcium citrate|elemental calcium|"
        "potassium phosphate|hypertonic saline|normal saline|sodium lactate|sodium thiosulfate|"
        "intravenous albumin|IV albumin|albumin dialysis|warfarin sodium|potassium citrate|sodium citrate|"
        "calcium phosphate|calcium oxalate|glucose solution|sodium supplementation|bicarbonate infusion|"
        "bicarbonate therapy|IV bicarbonate|bicarbonate drip|sodium supplements|fluorescein sodium|"
        "docusate sodium|sugar-free|sodium channel|sodium hyaluronate|pantoprazole sodium|insulin degludec|"
        "bovine serum albumin|calcium deposits|dialysate calcium|dialysate sodium|dialysate bicarbonate|"
        "dialysate potassium|albumin solution|glucose water"
    ),
    "circumference": (
        "head circumference|occipitofrontal circumference|OFC|HC|abdominal circumference|"
        "waist circumference|chest circumference|arm span|waist|diameter|thickness|size|circumference|span|"
        "depth|width|upper segment|sitting height|lower segment|foot length|hand length|femur length|"
        "penile length|stretched penile length|incision|margin|distance"
    ),
    "letter": "R",
    "dose": "taken|takes|taking|dose|received|receives|dosage|given",
    "other_hemoglobin": (
        "carboxyhemoglobin|methemoglobin|HbF|HbA2|HbS|corpuscular hemoglobin|free hemoglobin|"
        "fetal hemoglobin|COHb|MetHb|mean corpuscular hemoglobin|mean corpuscular hemoglobin concentration|"
        "plasma hemoglobin|carboxyhaemoglobin|methaemoglobin"
    ),
    "other_ph": (
        "urine pH|urinary pH|gastric pH|pleural pH|pleural fluid pH|stool pH|esophageal pH|fluid pH|"
        "cord pH|cord blood pH|umbilical artery pH|scalp pH|intragastric pH"
    ),
    "pf_ratio": (
        "PaO2/FiO2|PaO2/FiO2 ratio|PaO2/FIO2|PaO2/FIO2 ratio|P/F ratio|PF ratio|P/F|PaO2 to FiO2 ratio|"
        "oxygenation index|ratio of PaO2 to FiO2|PaO2-to-FiO2 ratio|pO2/FiO2|pO2/FiO2 ratio"
    ),
    "other_gas": (
        "PvO2|PvCO2|end-tidal CO2|ETCO2|EtCO2|PETCO2|end-tidal carbon dioxide|transcutaneous CO2|ScvO2|"
        "SvO2|central venous oxygen saturation|mixed venous oxygen saturation|venous oxygen saturation|"
        "venous saturation|transferrin saturation|cerebral oxygen saturation|regional oxygen saturation|"
        "iron saturation"
    ),
    "oxygen": (
        "oxygen|O2|PEEP|positive end-expiratory pressure|tidal volume|oxygen flow|inspiratory pressure|"
        "pressure support"
    ),
}
"""Concept → names with bars between, in the notation of `names`."""

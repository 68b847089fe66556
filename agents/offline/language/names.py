"""The names by which notes call the measurements that calculators ask for.

Names of up to three characters are matched with their case, the others without. A name that starts with "~"
implies a value rather than names it ("hypercalcemia of 13 mg/dL") and is weaker evidence.
"""

from __future__ import annotations

from agents.offline.language.neighbours import NEIGHBOURS

_NAMES: dict[str, str] = {
    "creatinine": (
        "creatinine|creatininemia|creatinemia|creatininaemia|serum creatinine|creatinin|SCr|sCr|Cr|CR|Crea|"
        "CREA|CRE|Cre|Creat|creatinine level|Cr level|sCrea|SCR|S-Cr|kreatinin"
    ),
    "bun": "blood urea nitrogen|urea nitrogen|BUN|blood urea-nitrogen|Bun|blood nitrogen urea",
    "urea": "urea|blood urea|serum urea|uremia|uraemia",
    "sodium": (
        "sodium|Na|natremia|natraemia|serum Na|~hyponatremia|~hyponatraemia|~hypernatremia|~hypernatraemia"
    ),
    "potassium": (
        "potassium|K|kalemia|kalium|hypokalemia|hyperkalemia|hypokalaemia|hyperkalaemia|sK|serum potassium|"
        "plasma potassium|serum K|potassium level"
    ),
    "chloride": "chloride|Cl|CL|CI|chlorine|chlorides|hyperchloremia|~hypochloremia",
    "bicarbonate": (
        "bicarbonate|HCO3|HCO32|bicarb|total CO2|tCO2|TCO2|CO2|serum CO2|total carbon dioxide|"
        "carbon dioxide|bicarbonates|hydrogen carbonate|serum bicarbonate|cHCO3|HCO 3|serum carbon dioxide|"
        "carbon dioxide content|venous bicarbonate|serum HCO3|bicarbonate ion|hydrogencarbonate|HCO|CHCO3|"
        "sHCO3|HC03|blood bicarbonate"
    ),
    "calcium": (
        "calcium|Ca|Ca2|total calcium|serum calcium|~hypercalcemia|~hypocalcemia|~hypercalcaemia|"
        "~hypocalcaemia|serum total calcium"
    ),
    "albumin": ("albumin|Alb|ALB|serum albumin|~hypoalbuminemia|~hypoalbuminaemia|sAlb|albumins|albuminemia"),
    "glucose": (
        "glucose|FG|blood glucose|blood sugar|sugar|random blood sugar|RBS|FBS|FPG|FBG|BG|fasting glucose|"
        "glycemia|glycaemia|Glu|GLU|Gluc|blood sugars|BS|BSL|serum glucose|plasma glucose|"
        "finger-stick glucose|fingerstick glucose|capillary glucose|blood glucose level|"
        "fasting blood glucose|fasting plasma glucose|fasting blood sugar|random blood glucose|"
        "random glucose|CBG|RBG|~hyperglycemia|~hyperglycaemia|~hypoglycemia|fasting serum glucose|"
        "blood glucose concentration|capillary blood glucose|casual blood glucose|~euglycemia|~euglycaemia|"
        "~normoglycemia|blood sugar level|random blood sugar level|GRBS|random plasma glucose|"
        "blood glucose levels|glucose level|serum sugar|plasma sugar|fasting sugar"
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
        "white cells|white blood cell counts|total white cell count|total white blood cell count|WCC|Leu|"
        "white blood cells count|leukocytes count|total WBC count|WBC counts|total WBC|"
        "total white blood cell|TWBC|white blood corpuscles"
    ),
    "bands": (
        "bands|band forms|band form|band cells|band neutrophils|bandemia|immature neutrophils|stab cells|"
        "stabs|band count|immature forms|band"
    ),
    "hemoglobin": (
        "hemoglobin|haemoglobin|Hb|Hgb|HGB|HB|Hg|hb|~anemia|hemoglobin level|~anaemia|haemoglobin level|"
        "hemoglobin concentration|haemoglobin concentration|hemoglobin value|hemoglobins"
    ),
    "hematocrit": (
        "hematocrit|haematocrit|Hct|HCT|Ht%|PCV|packed cell volume|hematocrit level|hematocrit value"
    ),
    "alt": (
        "ALT|alanine aminotransferase|alanine transaminase|SGPT|GPT|alanine amino transferase|ALAT|"
        "glutamic pyruvic transaminase|serum glutamic pyruvic transaminase|glutamic-pyruvic transaminase|"
        "alanine-aminotransferase|alanin aminotransferase|glutamate pyruvate transaminase|"
        "alanine transferase"
    ),
    "ast": (
        "AST|aspartate aminotransferase|aspartate transaminase|SGOT|GOT|aspartate amino transferase|ASAT|"
        "glutamic oxaloacetic transaminase|serum glutamic oxaloacetic transaminase|"
        "glutamic-oxaloacetic transaminase|aspartate-aminotransferase|aspartic aminotransferase|"
        "glutamate oxaloacetate transaminase|aspartate transferase"
    ),
    "bilirubin": (
        "total bilirubin|bilirubin|T-bil|T Bil|TBIL|T-Bil|TB|serum bilirubin|Tbil|bilirubin total|"
        "total serum bilirubin|bilirubin level|TBil|T bili|Tbili|~hyperbilirubinemia|bilirubins|t bil|tBil|"
        "serum total bilirubin"
    ),
    "inr": (
        "INR|international normalized ratio|international normalised ratio|PT-INR|PT INR|PT/INR|"
        "international normalization ratio|prothrombin time-international normalized ratio|"
        "prothrombin time INR|INR PT"
    ),
    "heart_rate": (
        "heart rate|pulse rate|pulse|HR|heart rates|~tachycardia|~bradycardia|~tachycardic|pulses|"
        "ventricular rate|heartbeat|~bradycardic|heart beat|heart frequency|cardiac frequency|heart rhythm|"
        "PR|ventricular response|cardiac rate|sinus rhythm|pulse beat"
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
    "mean_pressure": "mean arterial pressure|MAP|mean blood pressure|mean arterial blood pressure|MABP",
    "qt_interval": "QT interval|QT|QT duration|QT time|QT-interval",
    "height": (
        "height|tall|stature|body length|Ht|length|body height|crown-heel length|supine length|HT|"
        "standing height|recumbent length|stood|stands"
    ),
    "weight": (
        "weight|weighed|weighing|weighs|body weight|BW|Wt|body mass|weigh|wt|WT|actual body weight|"
        "admission weight|current weight|bodyweight|weighting|total body weight|weights|weighted|"
        "~overweight"
    ),
    "bmi": (
        "BMI|body mass index|body-mass index|body mass indices|Quetelet index|B.M.I|target BMI|"
        "body mass index BMI"
    ),
    "anion_gap": "anion gap|AG|AnGap|Anion Gap|serum anion gap|anionic gap",
    "ph": "pH|PH|Ph|arterial pH|blood pH|arterial blood pH",
    "pco2": (
        "pCO2|PCO2|PaCO2|pCO 2|pCO₂|partial pressure of carbon dioxide|paCO2|"
        "carbon dioxide partial pressure|partial pressure of CO2|carbon dioxide tension|"
        "carbon dioxide pressure|p CO2|Pco2|partial carbon dioxide pressure|"
        "partial pressure carbon dioxide|partial pressure of arterial carbon dioxide|PACO2|"
        "arterial carbon dioxide|arterial partial pressure of carbon dioxide|PaCO 2|arterial pCO2|"
        "arterial carbon dioxide tension|arterial CO2 tension"
    ),
    "pao2": (
        "PaO2|paO2|Pao2|PAO2|pO2|PO2|Po2|partial pressure of oxygen|partial pressure of arterial oxygen|"
        "arterial partial pressure of oxygen|arterial oxygen tension|oxygen tension|"
        "oxygen partial pressure|partial oxygen pressure|arterial oxygen pressure|"
        "arterial oxygen partial pressure|arterial pO2|pO 2|PaO 2|partial pressure of O2|"
        "partial arterial oxygen pressure"
    ),
    "spo2": (
        "SpO2|SPO2|Spo2|spO2|SaO2|Sao2|O2 saturation|O2 sat|O2 sats|O2sat|sO2|SatO2|sO 2|SpO 2|saturation|"
        "saturations|sat|sats|oximetry|pulse oximetry|pulse oximeter|pulse ox|pulse oxygen saturation|"
        "oxygen saturation|oxygen saturations|oxygen saturation level|peripheral oxygen saturation|"
        "arterial oxygen saturation|peripheral capillary oxygen saturation|blood oxygen saturation|"
        "percutaneous oxygen saturation|peripheral saturation|oxyhemoglobin saturation|saturating|satting|"
        "saturated|pulse oximetry reading|pulse oximetric saturation|transcutaneous oxygen saturation"
    ),
    "fio2": (
        "FiO2|FIO2|Fio2|FiO 2|fraction of inspired oxygen|inspired oxygen fraction|"
        "fractional inspired oxygen|inspired oxygen|inspired fraction of oxygen|fraction of inspired O2|"
        "inspired oxygen concentration|inspiratory oxygen fraction|"
        "fractional concentration of inspired oxygen|inspired O2 fraction|fraction of inspiratory oxygen|"
        "inspiratory oxygen concentration|F1O2"
    ),
    "aa_gradient": (
        "A-a gradient|Aa gradient|AaDO2|A-aDO2|alveolar-arterial gradient|"
        "alveolar-arterial oxygen gradient|alveolar arterial gradient|alveolar-arterial oxygen difference|"
        "A-a oxygen gradient|A-a O2 gradient|alveolar-arterial O2 gradient|P(A-a)O2|"
        "alveolar to arterial gradient|alveolar-to-arterial gradient|alveolar–arterial oxygen gradient"
    ),
    "gcs": (
        "GCS|Glasgow Coma Scale|Glasgow Coma Score|Glasgow coma scale score|Glasgow Coma Scale (GCS) score|"
        "GCS score|Glasgow coma score|Glasgow scale|Glasgow score|Glasgow Coma Index|total GCS|Glasgow"
    ),
    "urine_output": (
        "urine output|urinary output|diuresis|urine volume|urine production|urine flow|urine outputs|UOP|"
        "daily urine output|daily urine volume|urinary volume|urine excretion|24-hour urine output|"
        "24-hour urine volume|24-h urine volume|urinary flow|output of urine|urination"
    ),
    "dopamine": "dopamine|dopamine infusion|dopamine drip|dopamine support|dopamine dose",
    "dobutamine": "dobutamine|dobutamine infusion|dobutamine drip|dobutamine support|dobutamine dose",
    "epinephrine": (
        "epinephrine|epi|adrenaline|adrenalin|epinephrine infusion|epinephrine drip|epinephrine support|"
        "epinephrine dose|adrenaline infusion|adrenaline drip|adrenaline support|adrenaline dose|"
        "adrenalin infusion|adrenalin drip|adrenalin support|adrenalin dose"
    ),
    "norepinephrine": (
        "norepinephrine|norepi|noradrenaline|noradrenalin|levophed|norepi|norepinephrine infusion|"
        "norepinephrine drip|norepinephrine support|norepinephrine dose|noradrenaline infusion|"
        "noradrenaline drip|noradrenaline support|noradrenaline dose|noradrenalin infusion|"
        "noradrenalin drip|noradrenalin support|noradrenalin dose|levophed infusion|levophed drip|"
        "levophed support|levophed dose|norepi infusion|norepi drip|norepi support|norepi dose"
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
}

NAMES: dict[str, tuple[str, ...]] = {
    concept: tuple(names.split("|")) for concept, names in (_NAMES | NEIGHBOURS).items()
}
"""Concept → names. A concept that is also an input's name is that input."""

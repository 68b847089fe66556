"""How notes say the options of a category: grades of a disease, kinds of operation, test results."""

from __future__ import annotations

from agents.offline.language.terms import Options, Terms, now

OPTIONS: dict[str, Options] = {
    "ascites": Options(
        of={
            "slight": now(
                "mild ascites|slight ascites|minimal ascites|small ascites|trace ascites|"
                "small amount of ascites|mild abdominal ascites|grade 1 ascites|"
                "low-grade ascites|ascites .. controlled|mild degree of ascites|"
                "small volume ascites|small-volume ascites|mild fluid accumulation|"
                "mild, diuretic-responsive ascites|slight degree of ascites|ascites .. mild|"
                "slight abdominal ascites|ascites .. slight|ascites .. minimal|"
                "mildly distended abdomen with ascites|trace amount of ascites"
            ),
            "moderate": now(
                "moderate ascites|severe ascites|massive ascites|tense ascites|large ascites|"
                "gross ascites|refractory ascites|marked ascites|large-volume ascites|"
                "large volume ascites|moderate to severe ascites|large amount of ascites|"
                "moderate amount of ascites|diuretic-resistant ascites|grade 2 ascites|"
                "grade 3 ascites|ascites .. moderate|ascites .. refractory|"
                "moderately severe ascites|moderate degree of ascites|ascites .. severe|"
                "ascites .. tense|significant ascites|moderate abdominal ascites|"
                "positive fluid wave|fluid thrill|therapeutic paracentesis|"
                "large-volume paracentesis|moderate-to-severe ascites|moderate level of ascites"
            ),
        },
        names=Terms(
            "ascites|ascitic fluid|fluid wave|shifting dullness|peritoneal fluid", kind="examination"
        ),
        without="absent",
        graded=True,
    ),
    "encephalopathy": Options(
        of={
            "grade 0": now(
                "grade 0 encephalopathy|encephalopathy grade 0|grade 0 hepatic encephalopathy|"
                "alert and oriented|fully alert|alert, oriented|alert & oriented|"
                "oriented to time|oriented x3|oriented x 3|normal mental status|"
                "mental status is normal|mental status was normal|fully oriented"
            ),
            "grade 1-2": now(
                "grade 1 encephalopathy|grade 2 encephalopathy|grade 1-2 encephalopathy|"
                "grade I encephalopathy|grade II encephalopathy|grade 1 hepatic encephalopathy|"
                "grade 2 hepatic encephalopathy|grade 1-2 hepatic encephalopathy|"
                "grade I hepatic encephalopathy|grade II hepatic encephalopathy|"
                "mild encephalopathy|mild hepatic encephalopathy|asterixis|flapping tremor|"
                "grade I-II encephalopathy|encephalopathy grade 1|encephalopathy grade 2|"
                "encephalopathy .. grade 1|encephalopathy .. grade 2|encephalopathy .. grade I|"
                "encephalopathy .. grade II|minimal encephalopathy|encephalopathy of grade 1|"
                "low-grade encephalopathy|grade 1 or 2|mildly confused|mild confusion|"
                "grade I-II hepatic encephalopathy|encephalopathy .. mild"
            ),
            "grade 3-4": now(
                "grade 3 encephalopathy|grade 4 encephalopathy|grade 3-4 encephalopathy|"
                "grade III encephalopathy|grade IV encephalopathy|"
                "grade 3 hepatic encephalopathy|grade 4 hepatic encephalopathy|"
                "grade 3-4 hepatic encephalopathy|grade III hepatic encephalopathy|"
                "grade IV hepatic encephalopathy|severe encephalopathy|"
                "severe hepatic encephalopathy|hepatic coma|encephalopathy grade 3|"
                "encephalopathy grade 4|encephalopathy .. grade 3|encephalopathy .. grade 4|"
                "grade III-IV|encephalopathy .. grade III|encephalopathy .. grade IV|"
                "advanced encephalopathy|advanced hepatic encephalopathy|"
                "encephalopathy .. severe|stuporous|comatose"
            ),
        },
        names=Terms(
            "encephalopathy|hepatic encephalopathy",
            hints="confusion|confused|forgetfulness|disoriented|lethargic|lethargy|drowsy|"
            "altered mental status|hallucinations|slurred speech|somnolent|memory loss|"
            "altered sensorium",
            kind="symptom",
        ),
        without="grade 0",
    ),
    "liver_disease_severity": Options(
        of={
            "mild": Terms(
                "mild liver disease|chronic hepatitis|hepatitis C|hepatitis B|"
                "mild hepatic disease|liver disease .. mild|mild liver|mild chronic liver|"
                "compensated cirrhosis|mild cirrhosis|mild hepatic"
            ),
            "moderate to severe": Terms(
                "moderate to severe liver disease|moderate to severe hepatic|"
                "liver disease .. moderate to severe|severe liver disease|"
                "moderate liver disease|cirrhosis with portal hypertension|"
                "decompensated cirrhosis|moderate-to-severe liver disease|"
                "moderate to severe liver|moderate or severe liver|end-stage liver disease|"
                "moderate-to-severe liver|moderate or severe|severe cirrhosis|severe liver|"
                "esophageal varices|variceal bleeding|moderate cirrhosis|"
                "liver disease, moderate to severe|portal hypertension|"
                "liver function .. moderate to severe|moderate to severe disease|"
                "liver cirrhosis .. moderate to severe|hepatic failure|advanced liver disease"
            ),
        },
        names=Terms(
            "liver disease|hepatic disease|cirrhosis|liver pathology|liver condition|"
            "hepatic conditions|liver cirrhosis|liver dysfunction|liver diseases|"
            "hepatic illness|liver problems|hepatic impairment|liver issues",
            hints="hepatitis|liver|hepatic",
        ),
        without="none",
        graded=True,
    ),
    "diabetes_severity": Options(
        of={
            "None or diet-controlled": Terms(
                "diet-controlled diabetes|diet controlled diabetes|diabetes .. diet|"
                "diet-controlled|diabetes .. by diet|diabetes .. dietary|controlled by diet|"
                "controlled with diet|managed with diet|managed by diet|nondiabetic|"
                "non-diabetic|diabetes .. diet-controlled"
            ),
            "Uncomplicated": Terms(
                "uncomplicated diabetes|diabetes .. uncomplicated|"
                "diabetes .. without complications|diabetes without complications|"
                "diabetes .. without end-organ|diabetes .. without any complications|"
                "diabetes without end-organ|uncomplicated type|diabetes .. metformin|"
                "diabetes .. insulin|diabetes .. no complications|diabetes .. no end-organ|"
                "diabetes .. no evidence of end-organ|uncomplicated form of diabetes|"
                "diabetes .. no signs of end-organ|well-controlled diabetes|"
                "diabetes .. well controlled|diabetes mellitus .. without|"
                "uncomplicated diabetic|diabetes .. well-controlled|uncomplicated"
            ),
            "End-organ damage": Terms(
                "diabetic retinopathy|diabetic nephropathy|diabetic neuropathy|"
                "diabetes .. end-organ damage|diabetes with end-organ|end-organ damage|"
                "end organ damage|diabetes .. complicated by|diabetic kidney disease|"
                "target organ damage|diabetes .. end-organ|diabetic end-organ|"
                "diabetes .. nephropathy|diabetes .. retinopathy|diabetes .. neuropathy|"
                "diabetes .. renal failure|diabetes .. kidney disease|retinopathy|"
                "diabetes .. resulting in"
            ),
        },
        names=Terms(
            "diabetes|diabetic|diabetes mellitus|DM|T2DM|T1DM|diabetes mellitus type 2",
            hints="insulin|metformin|glucose",
        ),
        without="None or diet-controlled",
        graded=True,
    ),
    "solid_tumor": Options(
        of={
            "localized": Terms(
                "localized solid tumor|localized tumor|localized cancer|localized carcinoma|"
                "localized malignancy|localised cancer|localized prostate|localized breast|"
                "localized colon|localized lung|cancer .. localized|tumor .. localized|"
                "localized form of|solid tumor .. localized|stage I|stage II|stage 1|"
                "stage 2|localized solid|non-metastatic|early-stage|stage III|stage 3|"
                "without metastasis|no evidence of metastasis|no metastasis|"
                "localized melanoma|localized skin|localized adenocarcinoma|localized renal|"
                "localized"
            ),
            "metastatic": Terms(
                "metastatic|metastases|metastasis|metastasized|stage IV|stage 4 cancer|"
                "stage 4|metastatic cancer|metastatic solid tumor"
            ),
        },
        names=Terms(
            "solid tumor|solid tumors|cancer|carcinoma|adenocarcinoma|sarcoma|melanoma|"
            "malignancy|malignancies|solid malignancy|tumor|tumors|neoplasm|malignant tumor",
            hints="mass|chemotherapy|oncology",
        ),
        without="none",
        plain="localized",
        graded=True,
    ),
    "planned_surgery": Options(
        of={
            "minor": Terms("minor surgery|minor surgical|minor procedure|minor operation", planned=True),
            "major": Terms(
                "major surgery|major surgical|major operation|major open surgery|"
                "major abdominal surgery|major procedure|major open",
                planned=True,
            ),
            "laparoscopic": Terms(
                "laparoscopic surgery|laparoscopic procedure|laparoscopic cholecystectomy|"
                "laparoscopic appendectomy|laparoscopic operation|laparoscopic|laparoscopy",
                planned=True,
            ),
            "arthroscopic": Terms(
                "arthroscopic surgery|arthroscopic procedure|arthroscopy|arthroscopic", planned=True
            ),
            "elective major lower extremity arthroplasty": Terms(
                "elective major lower extremity arthroplasty|"
                "major lower extremity arthroplasty|lower extremity arthroplasty|"
                "total knee arthroplasty|total hip arthroplasty|total knee replacement|"
                "total hip replacement|hip replacement|knee replacement|"
                "lower-extremity arthroplasty|hip arthroplasty|knee arthroplasty|"
                "elective arthroplasty",
                planned=True,
            ),
        },
        names=Terms(
            "surgery|surgeries|surgical intervention|surgical procedure|operation|"
            "surgical procedures|surgical interventions",
            planned=True,
            hints="surgical|procedure|operative",
        ),
        without="none",
    ),
    "mobility": Options(
        of={
            "normal": Terms(
                "normal mobility|ambulatory|ambulating|mobile|walks independently|"
                "fully mobile|mobility .. normal|walking independently|out of bed|"
                "mobilizing|mobility is normal|active lifestyle|ambulates|ambulate|"
                "normal ambulation|independently mobile|mobility is intact|freely mobile|"
                "walk without",
                kind="examination",
            ),
            "on bed rest": Terms(
                "bed rest|on bed rest|bedrest|bed-rest|confined to bed rest|on bedrest", kind="examination"
            ),
            "confined to bed >72 hours": Terms(
                # bed rest or confinement to bed: left to people
                "confined to bed rest|"
                "confined to bed for more than 72|confined to bed for over 72|"
                "confined to bed for greater than 72|bedridden for more than|"
                "confined to bed >72|bedridden for over|confined to bed for at least 72|"
                "bed .. more than 72 hours|bed .. over 72 hours|bed .. greater than 72|"
                "bedridden|confined to .. bed for|bed .. past 72 hours|bedbound|"
                "bed .. exceeding 72|bed .. 72 hours|bed .. longer than 72|"
                "bed .. three days|bed .. 3 days|bed .. last 72",
                kind="examination",
            ),
        },
        names=Terms(
            "",
            hints="immobile|immobility|immobilized|wheelchair|confined to bed|bed bound|mobility|"
            "limited ambulation|in bed|to bed|restricted mobility",
            kind="examination",
        ),
    ),
    "admission_surgery": Options(
        of={
            "Nonoperative": Terms(
                "nonoperative|non-operative|non operative|nonsurgical|non-surgical|"
                "medical admission|conservative management|medically managed|"
                "managed conservatively|non-operatively|nonoperatively",
                planned=True,
            ),
            "Elective": Terms(
                "elective surgery|elective postoperative|elective operation|"
                "elective procedure|elective surgical|elective laparoscopic|elective hip|"
                "elective knee|electively|elective",
                planned=True,
            ),
            "Emergency": Terms(
                "emergency surgery|emergent surgery|emergency operation|"
                "emergency postoperative|emergency surgical|urgent surgery|"
                "emergency laparotomy|emergent operation|emergency procedure|"
                "emergent surgical|emergency exploratory|emergency appendectomy|"
                "emergency abdominal surgery",
                planned=True,
            ),
        },
        names=Terms(
            "surgery|operation|surgical intervention|surgical procedure",
            planned=True,
            hints="postoperative|surgical|underwent|post-operative|operative|post-op|laparotomy|resection",
        ),
        without="Nonoperative",
    ),
    "ecg": Options(
        of={
            "Normal": now(
                "electrocardiogram was normal|electrocardiogram is normal|ECG was normal|"
                "ECG is normal|EKG was normal|EKG is normal|normal electrocardiogram|"
                "normal ECG|normal EKG|electrocardiogram was unremarkable|"
                "ECG was unremarkable|EKG was unremarkable|unremarkable electrocardiogram|"
                "unremarkable ECG|unremarkable EKG|ECG .. no abnormalities|"
                "ECG .. no ischemic|EKG .. no ischemic|electrocardiogram .. no ischemic|"
                "EKG .. no acute|ECG .. no acute|electrocardiogram .. no acute|"
                "ECG .. normal|EKG .. normal|electrocardiogram .. normal"
            ),
            "Non-specific repolarization disturbance": now(
                "non-specific ST|nonspecific ST|T wave inversion|T-wave inversion|"
                "inverted T|left bundle branch block|right bundle branch block|"
                "nonspecific T|non-specific T|left ventricular hypertrophy|LBBB|RBBB|"
                "non-specific repolarization|nonspecific repolarization|flattened T|"
                "bundle branch block|T-wave abnormalities|repolarization abnormalities"
            ),
            "Significant ST deviation": now(
                "ST elevation|ST-elevation|ST depression|ST-depression|ST-segment elevation|"
                "ST-segment depression|ST segment elevation|ST segment depression|"
                "ST elevations|ST depressions|STEMI|ST-segment deviation"
            ),
        },
        names=Terms(
            "", hints="electrocardiogram|electrocardiography|ECG|EKG|12-lead|telemetry|rhythm", kind="test"
        ),
    ),
    "initial_troponin": Options(
        of={
            "less than or equal to normal limit": now(
                "negative troponin|normal troponin|troponin was negative|"
                "troponin was normal|troponins were negative|troponin negative|"
                "troponin level was normal|troponin levels were normal|"
                "troponin .. within normal|troponin .. negative|"
                "cardiac enzymes were negative|normal cardiac enzymes|"
                "negative cardiac enzymes|cardiac enzymes were normal|troponin .. normal|"
                "cardiac biomarkers were negative|cardiac enzymes .. normal|"
                "cardiac enzymes .. negative|troponin .. unremarkable|"
                "cardiac markers .. normal|troponin .. undetectable"
            ),
            "greater than three times normal limit": now(
                "markedly elevated troponin|significantly elevated troponin|"
                "troponin .. markedly elevated|troponin .. significantly elevated|"
                "more than three times"
            ),
        },
        names=Terms(
            "", hints="troponin|TnI|TnT|cardiac enzymes|cardiac biomarkers|cardiac markers|CK-MB", kind="test"
        ),
    ),
    "chest_pain_history": Options(
        of={},
        names=Terms(
            "",
            hints="chest pain|angina|chest pressure|chest discomfort|chest tightness|dyspnea|"
            "shortness of breath|palpitations|syncope|epigastric|chest|history",
            kind="judgement",
        ),
    ),
}
"""Category → how notes speak of it."""

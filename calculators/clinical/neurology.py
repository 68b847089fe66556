"""Nervous system."""

from __future__ import annotations

from calculators.model import Calculator, Convention, InputSpec, NotComputable, Values
from calculators.points import SCORE, Award, PointSum, Rule, inputs_of

_NOT_TESTABLE = "not testable"
_EYE = {
    "eyes open spontaneously": 4,
    "eye opening to verbal command": 3,
    "eye opening to pain": 2,
    "no eye opening": 1,
}
_VERBAL = {
    "oriented": 5,
    "confused": 4,
    "inappropriate words": 3,
    "incomprehensible sounds": 2,
    "no verbal response": 1,
}
_MOTOR = {
    "obeys commands": 6,
    "localizes pain": 5,
    "withdrawal from pain": 4,
    "flexion to pain": 3,
    "extension to pain": 2,
    "no motor response": 1,
}

_EYE_RESPONSE = InputSpec(
    name="eye_response",
    label="best eye response",
    kind="category",
    allowed=(*_EYE, _NOT_TESTABLE),
    synonyms=(
        "eye opening",
        "opens eyes",
        "eyes open",
        "eye response",
        "eyes closed",
        "E4",
        "E3",
        "E2",
        "E1",
    ),
    source_keys=("Best eye response",),
    note="Not testable where a local factor, such as swelling, keeps the eyes shut.",
)
_VERBAL_RESPONSE = InputSpec(
    name="verbal_response",
    label="best verbal response",
    kind="category",
    allowed=(*_VERBAL, _NOT_TESTABLE),
    synonyms=(
        "verbal response",
        "oriented",
        "confused",
        "disoriented",
        "inappropriate words",
        "incomprehensible sounds",
        "moaning",
        "nonverbal",
        "intubated",
        "aphasic",
    ),
    source_keys=("Best verbal response",),
    note="Not testable where a tube, a tracheostomy or a known loss of speech prevents it.",
)
_MOTOR_RESPONSE = InputSpec(
    name="motor_response",
    label="best motor response",
    kind="category",
    allowed=(*_MOTOR, _NOT_TESTABLE),
    synonyms=(
        "motor response",
        "obeys commands",
        "follows commands",
        "localizes pain",
        "localises pain",
        "withdraws",
        "withdrawal",
        "abnormal flexion",
        "decorticate",
        "decerebrate",
        "extension",
        "flaccid",
    ),
    source_keys=("Best motor response",),
    note="Of the better side. Not testable under paralysis by drugs or by injury of the spinal cord.",
)


def _component(v: Values, name: str, table: dict[str, int]) -> Award:
    response = v.choice(name)
    if response != _NOT_TESTABLE:
        return Award(table[response], response)
    match v.convention("not_testable"):
        case "full":
            return Award(max(table.values()), "not testable, counted as normal")
        case "lowest":
            return Award(min(table.values()), "not testable, counted as no response")
        case "left_out":
            return Award(0, "not testable, left out")
        case _:
            reason = f"the {name.replace('_', ' ')} is not testable, so that there is no total"
            raise NotComputable(reason)


def _eye(v: Values) -> Award:
    return _component(v, "eye_response", _EYE)


def _verbal(v: Values) -> Award:
    return _component(v, "verbal_response", _VERBAL)


def _motor(v: Values) -> Award:
    return _component(v, "motor_response", _MOTOR)


_NOT_TESTABLE_COUNTS = Convention(
    id="not_testable",
    question="What does a component count that cannot be tested?",
    options={
        "lowest": "It counts 1, as no response does: the practice in intubated patients (written 1T).",
        "left_out": "It is left out, and the total is the sum of the others.",
        "full": "It counts as a normal response.",
        "no_total": "No total is given, as the authors of the scale recommend.",
    },
    default=None,
)
_GLASGOW = (
    Rule("eye opening", (_EYE_RESPONSE,), _eye, {}),
    Rule("verbal response", (_VERBAL_RESPONSE,), _verbal, {}),
    Rule("motor response", (_MOTOR_RESPONSE,), _motor, {}),
)

GLASGOW_COMA_SCALE = Calculator(
    id="glasgow_coma_scale",
    version="1",
    name="Glasgow Coma Scale (GCS)",
    field="neurology",
    answer=SCORE,
    inputs=inputs_of(_GLASGOW),
    formula=PointSum(_GLASGOW),
    definition=(
        "Sum of the best responses. Eyes: spontaneously 4, to verbal command 3, to pain 2, none 1. "
        "Verbal: oriented 5, confused 4, inappropriate words 3, incomprehensible sounds 2, none 1. Motor: "
        "obeys commands 6, localizes pain 5, withdrawal 4, abnormal flexion 3, extension 2, none 1. 3 to "
        "15 points."
    ),
    references=(
        "Teasdale G, Jennett B. Lancet 1974;2:81-84",
        "Teasdale G et al. Lancet Neurol 2014;13:844-854",
    ),
    conventions=(_NOT_TESTABLE_COUNTS,),
    question_patterns=(r"glasgow coma s(core|cale)", r"\bgcs\b"),
    medcalc_id=21,
)

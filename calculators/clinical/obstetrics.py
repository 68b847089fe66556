"""Dates of a pregnancy."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta

from answers.model import AgreementRule, AnswerSpec
from calculators import bedside
from calculators.model import Calculator, Convention, InputSpec, NotComputable, Steps, Values

STANDARD_CYCLE = 28.0
_EXACT = AgreementRule(kind="exact", tolerance=0.0)

_WHATEVER_CYCLE = r"28[- ]day cycle|(?:whatever|regardless of|irrespective of|without) .{0,30}cycle"
_CYCLE_LENGTH = Convention(
    id="cycle_length",
    question="Does the length of the menstrual cycle move the date?",
    options={
        "counted": "By the number of days by which the cycle is longer (later) or shorter (earlier) than 28.",
        "ignored": "The date is that of a 28-day cycle, whatever the cycle's length.",
    },
    default="counted",
    stated_by={
        "counted": rf"(?s)\A(?!.*(?:{_WHATEVER_CYCLE})).*(?:cycle length|length of .{{0,14}}cycle)",
        "ignored": _WHATEVER_CYCLE,
    },
)


def _cycle_shift(v: Values, steps: Steps) -> dt.timedelta:
    if v.convention("cycle_length") == "ignored":
        return dt.timedelta(0)
    days = steps.add("cycle shift", v.number("cycle_length") - STANDARD_CYCLE, "days", "cycle length − 28")
    return dt.timedelta(days=round(days))


def _due_date(v: Values, steps: Steps) -> dt.date:
    period = v.date("last_menstrual_period")
    if v.convention("naegele") == "calendar":
        base = period + relativedelta(years=1, months=-3) + dt.timedelta(days=7)
        steps.note("due date of a 28-day cycle", base, "last menstrual period + 1 year − 3 months + 7 days")
    else:
        base = period + dt.timedelta(days=280)
        steps.note("due date of a 28-day cycle", base, "last menstrual period + 280 days")
    due = base + _cycle_shift(v, steps)
    steps.note("due date", due, "due date of a 28-day cycle + cycle shift")
    return due


def _conception(v: Values, steps: Steps) -> dt.date:
    ovulation = v.date("last_menstrual_period") + dt.timedelta(days=14)
    steps.note("conception in a 28-day cycle", ovulation, "last menstrual period + 14 days")
    conception = ovulation + _cycle_shift(v, steps)
    steps.note("date of conception", conception, "conception in a 28-day cycle + cycle shift")
    return conception


def _gestational_age(v: Values, steps: Steps) -> int:
    days = (v.date("current_date") - v.date("last_menstrual_period")).days
    if days < 0:
        raise NotComputable("the current date lies before the last menstrual period")
    weeks, rest = divmod(days, 7)
    steps.note("weeks and days", f"{weeks} weeks, {rest} days", "days since the last menstrual period")
    return int(steps.add("gestational age", days, "days", "current date − last menstrual period"))


DUE_DATE = Calculator(
    id="estimated_due_date",
    version="2",
    name="Estimated due date (Naegele)",
    field="obstetrics",
    answer=AnswerSpec(kind="date", agreement=_EXACT),
    inputs=(bedside.LAST_MENSTRUAL_PERIOD, bedside.CYCLE_LENGTH),
    formula=_due_date,
    definition=(
        "Due date = first day of the last menstrual period + 1 year − 3 months + 7 days, shifted by the "
        "number of days by which the cycle is longer (later) or shorter (earlier) than 28."
    ),
    references=(
        "Baskett TF, Nagele F. BJOG 2000;107:1433-1435 (the rule and its history)",
        "ACOG Committee Opinion 700. Obstet Gynecol 2017;129:e150-e154 (280 days)",
    ),
    conventions=(
        Convention(
            id="naegele",
            question="Is the rule counted by the calendar or in days?",
            options={
                "calendar": "One year later, three months back, seven days on: the rule as it is taught.",
                "days_280": "280 days after the first day of the last menstrual period.",
            },
            default="calendar",
            stated_by={"calendar": r"calendar|three months", "days_280": r"280 ?days|40 weeks"},
        ),
        _CYCLE_LENGTH,
    ),
    question_patterns=(r"due date", r"naegele", r"estimated date of (delivery|confinement)"),
    medcalc_id=13,
    applies_to="pregnancies whose last menstrual period is known and certain",
)

CONCEPTION = Calculator(
    id="estimated_conception_date",
    version="2",
    name="Estimated date of conception",
    field="obstetrics",
    answer=AnswerSpec(kind="date", agreement=_EXACT),
    inputs=(bedside.LAST_MENSTRUAL_PERIOD, bedside.CYCLE_LENGTH),
    formula=_conception,
    definition=(
        "Date of conception = first day of the last menstrual period + 14 days + (cycle length − 28) days: "
        "ovulation comes about 14 days before the next period."
    ),
    references=("ACOG Committee Opinion 700. Obstet Gynecol 2017;129:e150-e154",),
    conventions=(_CYCLE_LENGTH,),
    question_patterns=(r"conception",),
    medcalc_id=68,
    applies_to="pregnancies whose last menstrual period is known and certain",
)

_CURRENT_DATE = InputSpec(
    name="current_date",
    label="date for which the gestational age is asked",
    kind="date",
    synonyms=("today", "today's date", "current date", "date of visit", "presents on", "seen on"),
    source_keys=("Current Date",),
)

GESTATIONAL_AGE = Calculator(
    id="gestational_age",
    version="2",
    name="Estimated gestational age",
    field="obstetrics",
    answer=AnswerSpec(kind="duration", unit="days", agreement=_EXACT),
    inputs=(_CURRENT_DATE, bedside.LAST_MENSTRUAL_PERIOD),
    formula=_gestational_age,
    definition="Gestational age = days from the first day of the last menstrual period to the current date.",
    references=("ACOG Committee Opinion 700. Obstet Gynecol 2017;129:e150-e154",),
    question_patterns=(r"gestational age",),
    medcalc_id=69,
    applies_to="pregnancies whose last menstrual period is known and certain",
)

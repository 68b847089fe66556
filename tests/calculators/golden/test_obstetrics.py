"""Obstetrics: formulas against published examples, tables or anchors worked out by hand."""

import datetime as dt

import pytest

from answers.model import DurationAnswer
from calculators.evaluate import evaluate
from calculators.registry import get
from tests.calculators.golden.ask import answer, date


class TestDates:
    def test_naegele_is_a_calendar_rule(self) -> None:
        # Baskett and Nagele 2000, after Boerhaave: 10 May → 10 February → 17 February
        period = dt.date(2021, 5, 10)
        assert date("estimated_due_date", last_menstrual_period=period, cycle_length=28) == dt.date(
            2022, 2, 17
        )

    def test_naegele_in_days(self) -> None:
        # ACOG 700: 280 days
        period, days = dt.date(2021, 5, 10), {"naegele": "days_280"}
        assert date("estimated_due_date", days, last_menstrual_period=period, cycle_length=28) == dt.date(
            2022, 2, 14
        )

    @pytest.mark.parametrize(("cycle", "shift"), [(21, -7), (28, 0), (35, 7)])
    def test_long_cycles_are_due_later_and_short_ones_earlier(self, cycle: int, shift: int) -> None:
        period = dt.date(2023, 1, 1)
        expected = dt.date(2023, 10, 8) + dt.timedelta(days=shift)
        assert date("estimated_due_date", last_menstrual_period=period, cycle_length=cycle) == expected

    @pytest.mark.parametrize(("cycle", "day"), [(24, 11), (28, 15), (32, 19)])
    def test_conception_follows_the_cycle(self, cycle: int, day: int) -> None:
        period = dt.date(2024, 1, 1)
        result = date("estimated_conception_date", last_menstrual_period=period, cycle_length=cycle)
        assert result == dt.date(2024, 1, day)

    def test_gestational_age_in_days_across_a_leap_day(self) -> None:
        # 15 + 31 + 30 + 23 days
        result = answer(
            "gestational_age", current_date=dt.date(2024, 5, 23), last_menstrual_period=dt.date(2024, 2, 14)
        )
        assert result == DurationAnswer(value=99)

    def test_gestational_age_counts_from_zero_and_is_shown_in_weeks(self) -> None:
        start = dt.date(2024, 2, 14)
        assert answer("gestational_age", current_date=start, last_menstrual_period=start) == DurationAnswer(
            value=0
        )
        later = evaluate(
            get("gestational_age"),
            {"current_date": start + dt.timedelta(days=41), "last_menstrual_period": start},
        )
        assert later.steps[0].value == "5 weeks, 6 days"

    def test_a_pregnancy_does_not_start_in_the_future(self) -> None:
        result = answer(
            "gestational_age", current_date=dt.date(2024, 1, 1), last_menstrual_period=dt.date(2024, 2, 14)
        )
        assert result.kind == "incomputable"


@pytest.mark.parametrize("calculator", ["estimated_due_date", "estimated_conception_date"])
@pytest.mark.parametrize("cycle", [21, 28, 35, None])
def test_the_cycle_can_be_ignored(calculator: str, cycle: int | None) -> None:
    period, chosen = dt.date(2023, 1, 1), {"cycle_length": "ignored"}
    days = {"estimated_due_date": dt.date(2023, 10, 8), "estimated_conception_date": dt.date(2023, 1, 15)}
    found = date(calculator, chosen, last_menstrual_period=period, cycle_length=cycle)
    assert found == days[calculator]

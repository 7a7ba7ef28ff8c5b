"""Thresholds and windows, with the days and amounts right at their edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from comptoir.rules import (
    Rules,
    margin_period,
    month_of,
    months_between,
    week_of,
    window_of,
    windows_of,
)
from comptoir.settings import Settings

RULES = Rules()
ON = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("day", "monday", "sunday"),
    [
        (date(2026, 12, 31), date(2026, 12, 28), date(2027, 1, 3)),  # ISO week 53 of 2026
        (date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
        (date(2027, 1, 4), date(2027, 1, 4), date(2027, 1, 10)),
        (date(2026, 3, 30), date(2026, 3, 30), date(2026, 4, 5)),
    ],
)
def test_a_week_goes_from_monday_to_sunday_across_years(day: date, monday: date, sunday: date):
    assert (week_of(day).start, week_of(day).end) == (monday, sunday)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_a_month_goes_from_its_first_to_its_last_day(day: date, first: date, last: date):
    assert (month_of(day).start, month_of(day).end) == (first, last)


def test_a_window_is_named_by_its_kind_and_first_day():
    assert [window.id for window in windows_of(date(2026, 10, 1))] == ["week:2026-09-28", "month:2026-10-01"]
    assert window_of("month", date(2026, 10, 31)).id == "month:2026-10-01"


def test_months_between_days_of_different_years():
    assert months_between(date(2026, 11, 30), date(2027, 1, 1)) == ["2026-11", "2026-12", "2027-01"]


def test_margins_are_judged_over_thirty_days_that_end_with_the_day():
    assert margin_period(ON, RULES) == (date(2026, 3, 2), ON)


def test_rules_are_those_of_the_settings():
    rules = Rules.of(Settings(expiring_days=3, promo_threshold=Decimal(500)))
    assert (rules.expiring_days, rules.promo_threshold, rules.dead_stock_days) == (3, Decimal(500), 30)

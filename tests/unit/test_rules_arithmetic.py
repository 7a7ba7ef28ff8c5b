"""Thresholds and windows, with the days and amounts right at their edges."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from comptoir.rules import (
    LossReason,
    Rules,
    is_eligible,
    loss_reasons,
    margin_period,
    month_of,
    months_between,
    reduction_rate,
    tier_of,
    week_of,
    window_of,
    windows_of,
)
from comptoir.settings import Settings

RULES = Rules()
ON = date(2026, 3, 31)
LONG_AGO = date(2025, 1, 1)


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


@pytest.mark.parametrize(
    ("days_left", "reasons"),
    [(-1, [LossReason.EXPIRED]), (0, [LossReason.EXPIRING]), (6, [LossReason.EXPIRING]), (7, []), (8, [])],
)
def test_a_lot_expires_strictly_within_seven_days(days_left: int, reasons: list[LossReason]):
    assert loss_reasons(ON, ON + timedelta(days=days_left), ON, RULES) == reasons


@pytest.mark.parametrize(("days_idle", "reasons"), [(29, []), (30, []), (31, [LossReason.DEAD_STOCK])])
def test_a_lot_is_dead_strictly_after_thirty_days(days_idle: int, reasons: list[LossReason]):
    assert loss_reasons(ON, None, ON - timedelta(days=days_idle), RULES) == reasons


def test_several_reasons_hold_at_once():
    assert loss_reasons(ON, LONG_AGO, LONG_AGO, RULES) == [LossReason.EXPIRED, LossReason.DEAD_STOCK]


@pytest.mark.parametrize(
    ("total", "tier", "eligible"),
    [
        ("10000.0001", "Gold", True),
        ("10000.00", "Silver", False),
        ("5000.01", "Silver", False),
        ("5000.00", "Standard", False),
        ("-3.00", "Standard", False),
    ],
)
def test_a_total_must_be_strictly_above_a_threshold(total: str, tier: str, eligible: bool):
    assert tier_of(Decimal(total), "Standard", RULES) == tier
    assert is_eligible(Decimal(total), RULES) is eligible


@pytest.mark.parametrize(
    ("declared", "tier"), [("Gold", "Gold"), ("Silver", "Silver"), ("Standard", "Silver"), (None, "Silver")]
)
def test_a_tier_is_never_below_the_declared_one(declared: str | None, tier: str):
    assert tier_of(Decimal(6000), declared, RULES) == tier


def test_each_tier_has_its_rate():
    assert [reduction_rate(tier, RULES) for tier in ("Standard", "Silver", "Gold")] == [
        Decimal("0.00"),
        Decimal("0.05"),
        Decimal("0.10"),
    ]


def test_rules_are_those_of_the_settings():
    rules = Rules.of(Settings(expiring_days=3, promo_threshold=Decimal(500)))
    assert (rules.expiring_days, rules.promo_threshold, rules.dead_stock_days) == (3, Decimal(500), 30)

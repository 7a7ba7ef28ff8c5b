"""How amounts, days and windows are written for readers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from comptoir.formats import Formats, neighbour
from comptoir.rules import month_of, week_of

FRENCH = Formats("fr", "EUR", ZoneInfo("Europe/Paris"))
ENGLISH = Formats("en", "EUR", ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("formats", "amount", "text"),
    [
        (ENGLISH, "748957.02", "€748,957.02"),
        (FRENCH, "748957.02", "748\u202f957,02\u00a0€"),
        (ENGLISH, Decimal("-0.0050"), "-€0.01"),
        (ENGLISH, Decimal("0.1250"), "€0.13"),
        (Formats("en", "USD", ZoneInfo("UTC")), "12.5", "$12.50"),
    ],
)
def test_money_has_two_decimals_rounded_half_up(formats: Formats, amount: Decimal | str, text: str) -> None:
    assert formats.money(amount) == text


def test_money_beyond_a_float_keeps_every_digit() -> None:
    assert ENGLISH.money("9007199254740993.01") == "€9,007,199,254,740,993.01"


def test_counts_and_ratios_follow_the_language() -> None:
    assert FRENCH.count(1234567) == "1\u202f234\u202f567"
    assert ENGLISH.percent(0.2) == "20\u00a0%"
    assert FRENCH.percent(Decimal("0.1234")) == "12,3\u00a0%"


def test_days_are_written_day_first() -> None:
    assert ENGLISH.day("2026-03-04") == "4 Mar 2026"
    assert FRENCH.day(date(2026, 3, 4)) == "4 mars 2026"
    assert FRENCH.month(date(2026, 3, 1)) == "Mars 2026"


def test_a_moment_is_shown_in_the_traders_zone() -> None:
    assert FRENCH.moment(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == "2 janv. 2026, 00:30"
    assert FRENCH.moment("2026-01-01T23:30:00.000Z") == "2 janv. 2026, 00:30"


def test_windows_have_neighbours_across_the_year() -> None:
    assert neighbour(month_of(date(2026, 1, 31)), -1) == month_of(date(2025, 12, 1))
    assert neighbour(month_of(date(2025, 12, 5)), 1) == month_of(date(2026, 1, 1))
    assert neighbour(week_of(date(2026, 1, 1)), 1) == week_of(date(2026, 1, 5))

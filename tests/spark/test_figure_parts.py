"""How windows are shared out to parts whose facts fit in memory."""

from __future__ import annotations

from datetime import date

from comptoir.rules import month_of, week_of
from comptoir_spark.figures import bounded_parts

MONTHS = [month_of(date(2026, number, 1)) for number in (4, 3, 2, 1)]
SIZES = {"2026-01": 40, "2026-02": 40, "2026-03": 40, "2026-04": 90}


def test_a_part_has_as_many_windows_as_fit_together() -> None:
    assert bounded_parts(MONTHS, SIZES, 80) == [MONTHS[:1], MONTHS[1:3], MONTHS[3:]]


def test_a_week_across_two_months_counts_both() -> None:
    week = week_of(date(2026, 2, 1))  # Monday is 26 January
    assert bounded_parts([MONTHS[2], week], SIZES, 79) == [[MONTHS[2]], [week]]
    assert bounded_parts([MONTHS[2], week], SIZES, 80) == [[MONTHS[2], week]]


def test_months_of_which_nothing_is_known_share_a_part_and_nothing_makes_none() -> None:
    assert bounded_parts(MONTHS, {}, 0) == [MONTHS]
    assert bounded_parts([], SIZES, 80) == []

"""The business rules' thresholds and windows, shared by Spark and the screens.

`docs/rules.md` says the rules in a bookkeeper's words; the comparisons themselves are `comptoir_spark.kpis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from comptoir.settings import Settings

WindowKind = Literal["week", "month"]
WINDOW_KINDS: Final[tuple[WindowKind, ...]] = ("week", "month")

DECEMBER: Final = 12


class LossReason(StrEnum):
    """Why a lot is at risk; several may hold at once."""

    EXPIRED = "EXPIRED"
    EXPIRING = "EXPIRING"
    DEAD_STOCK = "DEAD_STOCK"


@dataclass(frozen=True)
class Rules:
    """The thresholds in force. Amounts are in the trader's currency, rates are fractions (0.10 = 10 %)."""

    expiring_days: int = 7
    dead_stock_days: int = 30
    low_margin_days: int = 30
    gold_threshold: Decimal = Decimal(10000)
    silver_threshold: Decimal = Decimal(5000)
    promo_threshold: Decimal = Decimal(10000)
    reduction_rate_gold: Decimal = Decimal("0.10")
    reduction_rate_silver: Decimal = Decimal("0.05")
    reduction_rate_standard: Decimal = Decimal("0.00")

    @staticmethod
    def of(settings: Settings) -> Rules:
        """Return the thresholds that the operator set."""
        return Rules(**{name: getattr(settings, name) for name in Rules.__dataclass_fields__})


@dataclass(frozen=True, order=True)
class Window:
    """A week (Monday to Sunday) or a calendar month of business days; `end` is its last day."""

    kind: WindowKind
    start: date
    end: date

    @property
    def id(self) -> str:
        """The window's name in documents and messages, `week:2026-01-05` or `month:2026-01-01`."""
        return f"{self.kind}:{self.start.isoformat()}"


def week_of(day: date) -> Window:
    """Return the ISO week that holds a day; weeks start on Monday and may cross the year's end."""
    monday = day - timedelta(days=day.weekday())
    return Window("week", monday, monday + timedelta(days=6))


def month_of(day: date) -> Window:
    """Return the calendar month that holds a day."""
    first = day.replace(day=1)
    next_first = date(day.year + 1, 1, 1) if day.month == DECEMBER else date(day.year, day.month + 1, 1)
    return Window("month", first, next_first - timedelta(days=1))


def window_of(kind: WindowKind, day: date) -> Window:
    """Return the window of that kind that holds a day."""
    return week_of(day) if kind == "week" else month_of(day)


def window_named(name: str) -> Window:
    """Return the window that has an id.

    Examples:
        >>> window_named("week:2026-01-05").end
        datetime.date(2026, 1, 11)
    """
    kind, _, start = name.partition(":")
    return window_of("week" if kind == "week" else "month", date.fromisoformat(start))


def windows_of(day: date) -> tuple[Window, Window]:
    """Return both windows, week and month, that hold a day."""
    return week_of(day), month_of(day)


def months_between(first: date, last: date) -> list[str]:
    """Return the months (`yyyy-mm`) from the one that holds `first` to the one that holds `last`."""
    months = []
    month = month_of(first)
    while month.start <= last:
        months.append(f"{month.start:%Y-%m}")
        month = month_of(month.end + timedelta(days=1))
    return months


def margin_period(on: date, rules: Rules) -> tuple[date, date]:
    """Return the first and last business day over which margins are judged: days after `on - 30`, up to `on`."""
    return on - timedelta(days=rules.low_margin_days - 1), on

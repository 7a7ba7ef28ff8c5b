"""The business rules' thresholds and arithmetic, shared by Spark and the screens.

`docs/rules.md` says the same in a bookkeeper's words. Every comparison here is strict where the rule says
"more than", "before" or "under".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from comptoir.records import TIERS

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


def loss_reasons(on: date, expiry: date | None, last_movement: date, rules: Rules) -> list[LossReason]:
    """Say why a lot with stock is at risk on a day; empty when it is not.

    Args:
        on: the business day of the question.
        expiry: the lot's last day of use, if it has one.
        last_movement: the later of the lot's own last movement and the product's last sale.
        rules: the thresholds in force.
    """
    reasons = []
    if expiry is not None and expiry < on:
        reasons.append(LossReason.EXPIRED)
    elif expiry is not None and expiry < on + timedelta(days=rules.expiring_days):
        reasons.append(LossReason.EXPIRING)
    if last_movement < on - timedelta(days=rules.dead_stock_days):
        reasons.append(LossReason.DEAD_STOCK)
    return reasons


def is_eligible(new_total: Decimal, rules: Rules) -> bool:
    """Tell whether a client may have the promotion: a total strictly above the threshold."""
    return new_total > rules.promo_threshold


def tier_of(new_total: Decimal, declared: str | None, rules: Rules) -> str:
    """Return the tier of a total, never below the one that the clients' file declares."""
    earned = (
        "Gold" if new_total > rules.gold_threshold else "Silver" if new_total > rules.silver_threshold else TIERS[0]
    )
    return max(earned, declared or TIERS[0], key=TIERS.index)


def reduction_rate(tier: str, rules: Rules) -> Decimal:
    """Return the reduction that clients of a tier get, as a fraction."""
    rates = (rules.reduction_rate_standard, rules.reduction_rate_silver, rules.reduction_rate_gold)
    return rates[TIERS.index(tier)]

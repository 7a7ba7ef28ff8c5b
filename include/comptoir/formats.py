"""Amounts, counts, ratios, days and times as people read them; exact decimals until the last character."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from comptoir.rules import window_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from comptoir.rules import Window
    from comptoir.sentences import Language
    from comptoir.settings import Settings

CENT: Final = Decimal("0.01")

# How dates and numbers are written where a currency is at home; day first for everyone who isn't named.
LOCALES: Final[dict[tuple[Language, str], str]] = {
    ("en", "USD"): "en_US",
    ("en", "CAD"): "en_CA",
    ("fr", "CAD"): "fr_CA",
    ("fr", "CHF"): "fr_CH",
}
DEFAULT_LOCALES: Final[dict[Language, str]] = {"en": "en_GB", "fr": "fr_FR"}


@dataclass(frozen=True)
class Formats:
    """One reader's way of writing: their language, the trader's currency and time zone."""

    language: Language
    currency: str
    zone: ZoneInfo

    @classmethod
    def of(cls, settings: Settings, language: Language | None = None) -> Formats:
        """Return the way of writing of a platform, in its own language or another."""
        return cls(language or settings.language, settings.currency, settings.zone)

    @property
    def locale(self) -> str:
        """The locale under which everything is written."""
        return LOCALES.get((self.language, self.currency), DEFAULT_LOCALES[self.language])

    def money(self, amount: Decimal | str) -> str:
        """Write an amount with two decimals and the currency, rounded half-up.

        Examples:
            >>> from zoneinfo import ZoneInfo
            >>> Formats("en", "EUR", ZoneInfo("UTC")).money("1234.565")
            '€1,234.57'
        """
        return str(format_currency(_cents(amount), self.currency, locale=self.locale))

    def short_money(self, amount: Decimal | str) -> str:
        """Write a large amount in few characters, for a chart."""
        whole = Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP)
        return str(format_compact_currency(whole, self.currency, locale=self.locale, fraction_digits=1))

    def count(self, number: int) -> str:
        """Write a whole number."""
        return str(format_decimal(number, locale=self.locale))

    def exact(self, number: Decimal | float | str) -> str:
        """Write a number with the places that it has, two at least, four at most.

        Examples:
            >>> from zoneinfo import ZoneInfo
            >>> Formats("en", "EUR", ZoneInfo("UTC")).exact("1234.5650")
            '1,234.565'
        """
        return str(format_decimal(Decimal(str(number)), "#,##0.00##", locale=self.locale))

    def percent(self, ratio: Decimal | float | str) -> str:
        """Write a ratio (0.2) as a percentage with one decimal at most."""
        return str(format_percent(Decimal(str(ratio)), "#,##0.#\u00a0%", locale=self.locale))

    def day(self, day: date | str) -> str:
        """Write a day, short and with its month's name."""
        return str(format_date(_as_day(day), "medium", locale=self.locale))

    def month(self, day: date) -> str:
        """Write a month and its year."""
        text = str(format_date(day, "LLLL yyyy", locale=self.locale))
        return text[0].upper() + text[1:]

    def span(self, start: date, end: date) -> str:
        """Write a span of days, both included."""
        return f"{format_date(start, 'd MMM', locale=self.locale)} \N{EN DASH} {self.day(end)}"

    def clock(self, moment: datetime | str) -> str:
        """Write a moment's time of day in the trader's zone; its day too where that is not today."""
        local = self._local(moment)
        if local.date() == datetime.now(self.zone).date():
            return str(format_time(local, "medium", locale=self.locale))
        return self.second(local)

    def second(self, moment: datetime | str) -> str:
        """Write a moment's day and second in the trader's zone."""
        return str(format_datetime(self._local(moment), "medium", locale=self.locale))

    def moment(self, moment: datetime | str) -> str:
        """Write a moment's day and minute in the trader's zone."""
        local = self._local(moment)
        return f"{self.day(local.date())}, {format_time(local, 'short', locale=self.locale)}"

    def _local(self, moment: datetime | str) -> datetime:
        parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return aware.astimezone(self.zone)


def day_text(day: date | str, language: Language) -> str:
    """Write a day, or an ISO time's day, as people of a language do, whatever their currency.

    Examples:
        >>> day_text("2026-03-05", "en"), day_text("2026-03-05", "fr")
        ('5 Mar 2026', '5 mars 2026')
    """
    return str(format_date(_as_day(day), "medium", locale=DEFAULT_LOCALES[language]))


def neighbour(window: Window, steps: int) -> Window:
    """Return the window before (-1) or after (+1) a window.

    Examples:
        >>> from comptoir.rules import month_of
        >>> neighbour(month_of(date(2025, 3, 31)), -1).start
        datetime.date(2025, 2, 1)
    """
    day = window.start - timedelta(days=1) if steps < 0 else window.end + timedelta(days=1)
    return window_of(window.kind, day)


def _cents(amount: Decimal | str) -> Decimal:
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def _as_day(day: date | str) -> date:
    return date.fromisoformat(day[:10]) if isinstance(day, str) else day

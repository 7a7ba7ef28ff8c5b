"""One special cell in an otherwise sound text: numbers, dates, codes and names that people and programs write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.corpus.texts import values_case
from tests.corpus.truth import Case, local

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = ("not_a_number", "number_too_large", "not_an_integer")
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", '=HYPERLINK("http://127.0.0.1")', "\u0009=1+1", "%0A=1")

# Prices: what each spelling is worth, or None where it is no number; then why its row may be rejected.
PRICES: dict[str, tuple[Decimal | None, tuple[str, ...]]] = {
    "1e400": (None, NUMBER),
    "1E5": (Decimal(100000), NUMBER),
    "NaN": (None, NUMBER),
    "nan": (None, NUMBER),
    "inf": (None, NUMBER),
    "-Infinity": (None, NUMBER),
    "-0": (Decimal(0), ()),
    "0x1A": (None, NUMBER),
    "0b11": (None, NUMBER),
    "1_000": (None, NUMBER),
    "\u0661\u0662.\u0665": (Decimal("12.5"), NUMBER),
    "\uff11\uff12.\uff15": (Decimal("12.5"), NUMBER),
    "12\u00b2": (None, NUMBER),
    "\u00bd": (Decimal("0.5"), NUMBER),
    "1/2": (None, NUMBER),
    "12.50.00": (None, NUMBER),
    "1,2,3": (None, NUMBER),
    "12..5": (None, NUMBER),
    ".": (None, NUMBER),
    ",": (None, NUMBER),
    "-": (None, (*NUMBER, "value_missing")),
    "+": (None, NUMBER),
    "+12.50": (Decimal("12.5"), ()),
    "--12.50": (None, NUMBER),
    "+-12.50": (None, NUMBER),
    "12.50 \u20ac": (Decimal("12.5"), ()),
    "\u20ac12.50": (Decimal("12.5"), ()),
    "EUR 12.50": (Decimal("12.5"), ()),
    "12.50 euros": (Decimal("12.5"), ()),
    "$12.50": (None, ("currency_foreign",)),
    "12.50 CHF": (None, ("currency_foreign",)),
    "12.50 GBP": (None, ("currency_foreign",)),
    "\u00a312.50": (None, ("currency_foreign",)),
    "12.50 $ \u20ac": (None, ("currency_foreign", "not_a_number")),
    "12.50 %": (None, NUMBER),
    "12.50 kg": (None, NUMBER),
    "12.50*": (None, NUMBER),
    "~12.50": (None, NUMBER),
    "twelve": (None, NUMBER),
    "12.50 or 13": (None, NUMBER),
    "99999999999999.00": (None, ("number_too_large",)),
    "9999999999999.99": (None, ("amount_too_large",)),
    "9" * 400: (None, ("number_too_large",)),
    "0." + "3" * 400: (Decimal("0.3333"), ()),
    "0.00005": (Decimal("0.0001"), ()),
    "0.00004999": (Decimal("0.0000"), ()),
    "1234567.89": (Decimal("1234567.89"), ()),
    "1,234,567.89": (Decimal("1234567.89"), ()),
    "12,34,567.89": (Decimal("1234567.89"), NUMBER),
    "1.234,56": (Decimal("1234.56"), ()),
    "007.50": (Decimal("7.5"), ()),
    "'12.50": (Decimal("12.5"), NUMBER),
    "\u221212.50": (None, ("price_negative",)),
    "-12.50": (None, ("price_negative",)),
    "(12.50)": (None, ("price_negative",)),
    "12.50-": (None, ("price_negative",)),
    "#N/A": (None, ("error_cell", "not_a_number")),
    "#REF!": (None, ("error_cell", "not_a_number")),
    "null": (None, (*NUMBER, "value_missing")),
    "N/A": (None, (*NUMBER, "value_missing")),
    "\u200b12.50": (Decimal("12.5"), NUMBER),
    "\u202e05.21": (None, NUMBER),
    "12.50\u00a0": (Decimal("12.5"), ()),
    "=12.5": (None, NUMBER),
    "TRUE": (None, NUMBER),
}
# Balances may be negative.
BALANCES: dict[str, tuple[Decimal | None, tuple[str, ...]]] = {
    "(12.50)": (Decimal("-12.5"), ()),
    "12.50-": (Decimal("-12.5"), ()),
    "-12.50": (Decimal("-12.5"), ()),
    "\u221212.50": (Decimal("-12.5"), ()),
    "- 12.50": (Decimal("-12.5"), ()),
    "-\u20ac12.50": (Decimal("-12.5"), ()),
    "\u20ac -12.50": (Decimal("-12.5"), ()),
    "(12.50 \u20ac)": (Decimal("-12.5"), NUMBER),
    "-(12.50)": (None, NUMBER),
    "(-12.50)": (None, NUMBER),
    "(12.50": (None, NUMBER),
    "12.50)": (None, NUMBER),
    "-12.50-": (None, NUMBER),
    "12.50 CR": (None, NUMBER),
    "12.50 DB": (None, NUMBER),
}
QUANTITIES: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "0": (None, ("quantity_zero",)),
    "-0": (None, ("quantity_zero",)),
    "2.5": (None, ("not_an_integer",)),
    "3.0": (3, ()),
    "3.": (3, ()),
    "1e3": (1000, NUMBER),
    "-3": (-3, ()),
    "(3)": (-3, ()),
    "3-": (-3, ()),
    "3 pcs": (3, NUMBER),
    "\u0663": (3, NUMBER),
    "9223372036854775808": (None, NUMBER),
    "1 000": (1000, ()),
    "": (None, ("value_missing",)),
    "   ": (None, ("value_missing",)),
}
DAY = datetime(2025, 3, 13)  # noqa: DTZ001 - on the trader's wall clock
BAD_DATE = ("not_a_date",)
MOMENTS: dict[str, tuple[datetime | None, tuple[str, ...]]] = {
    "2025-03-13": (DAY, ()),
    "2025-03-13T10:30:00Z": (datetime(2025, 3, 13, 10, 30, tzinfo=UTC), ()),
    "2025-03-13T10:30:00+02:00": (datetime(2025, 3, 13, 8, 30, tzinfo=UTC), ()),
    "2025-03-13 10:30:00-0530": (datetime(2025, 3, 13, 16, 0, tzinfo=UTC), ()),
    "2025-03-13 10:30:00.250": (DAY.replace(hour=10, minute=30, microsecond=250_000), ("not_a_date",)),
    "2025-10-26 02:30:00": (datetime(2025, 10, 26, 2, 30), ()),  # noqa: DTZ001 - the hour comes twice
    "2025-03-30 02:30:00": (datetime(2025, 3, 30, 1, 30, tzinfo=UTC), BAD_DATE),
    "2025-02-29": (None, BAD_DATE),
    "2025-02-30 10:00": (None, BAD_DATE),
    "2025-13-01": (None, BAD_DATE),
    "2025-00-10": (None, BAD_DATE),
    "0000-00-00": (None, BAD_DATE),
    "0000-00-00 00:00:00": (None, BAD_DATE),
    "1899-12-31": (None, BAD_DATE),
    "9999-12-31": (None, ("date_in_future", "not_a_date")),
    "2031-01-31": (None, ("date_in_future",)),
    "2025-03-13 24:00:00": (datetime(2025, 3, 14), BAD_DATE),  # noqa: DTZ001 - as above
    "2025-03-13 25:00": (None, BAD_DATE),
    "2025-03-13 10:60": (None, BAD_DATE),
    "2025-03-13 13:00 PM": (DAY.replace(hour=13), BAD_DATE),
    "31/03/25": (datetime(2025, 3, 31), ("year_two_digits", "not_a_date")),  # noqa: DTZ001 - as above
    "13 mars 2025": (DAY, BAD_DATE),
    "13-Mar-2025": (DAY, BAD_DATE),
    "Mar 13, 2025": (DAY, BAD_DATE),
    "jeudi 13 mars 2025": (DAY, BAD_DATE),
    "2025-W11-4": (DAY, BAD_DATE),
    "2025-072": (DAY, BAD_DATE),
    "45729": (None, BAD_DATE),
    "45729.4375": (None, BAD_DATE),
    "1741858200": (None, BAD_DATE),
    "20250313": (DAY, ()),
    "13/03/2025 10:30": (DAY.replace(hour=10, minute=30), ()),
    "today": (None, BAD_DATE),
    "2025-03-13 10:30 Europe/Paris": (DAY.replace(hour=10, minute=30), BAD_DATE),
    "\u0662\u0660\u0662\u0665-\u0660\u0663-\u0661\u0663": (DAY, BAD_DATE),
    "\uff12\uff10\uff12\uff15-03-13": (DAY, BAD_DATE),
    "2025-03-13\u00a010:30": (DAY.replace(hour=10, minute=30), BAD_DATE),
    "": (None, ("value_missing",)),
}
# A price may be announced.
FUTURE_DAYS = {"9999-12-31": (date(9999, 12, 31), BAD_DATE), "2031-01-31": (date(2031, 1, 31), ())}
RATIOS: dict[str, tuple[float | None, tuple[str, ...]]] = {
    "20 %": (0.2, ()),
    "20%": (0.2, ()),
    "7.3%": (0.073, ()),
    "0.2": (0.2, ()),
    "20": (None, ("ratio_over_one",)),
    "100 %": (1.0, ()),
    "1": (1.0, ("ratio_over_one",)),
    "20 \u2030": (0.02, NUMBER),
    "a fifth": (None, NUMBER),
    "NaN": (None, NUMBER),
}
CODES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "00123": ("00123", ()),
    "17850.0": ("17850", ()),
    "0.0": ("0", ()),
    "1.23E+15": (None, ("code_shortened",)),
    "1,23E+15": (None, ("code_shortened",)),
    "8.71E+12": (None, ("code_shortened",)),
    "1E5": ("1E5", ()),
    "  P 1  ": ("P 1", ()),
    "\u00a0P1\u00a0": ("P1", ()),
    "e\u0301": ("\u00e9", ()),
    "p1": ("p1", ()),
    "TRUE": ("TRUE", ()),
    "null": (None, ("code_placeholder",)),
    "NaN": (None, ("code_placeholder",)),
    "=1+1": ("=1+1", ()),
    '="00123"': ("00123", ()),
    "#N/A": (None, ("error_cell",)),
    "12345678901234567890": ("12345678901234567890", ()),
    "a;b": ("a;b", ()),
    "\u202eabc": ("\u202eabc", ("code_invisible", "value_invisible")),
    "\U0001f36b": ("\U0001f36b", ()),
    "x" * 5000: ("x" * 5000, ("text_too_long", "cell_too_long")),
}


def special_cells() -> Iterator[Case]:
    """Yield a file for each spelling above."""
    yield from _cases("price", "unit_price", PRICES)
    yield from _cases("balance", "total_revenue_generated", BALANCES, "clients")
    yield from _cases("quantity", "quantity", QUANTITIES)
    yield from _cases("moment", "timestamp", MOMENTS)
    yield from _cases("ratio", "min_margin_threshold", RATIOS, "products")
    yield from _cases("code", "product_code", CODES)
    days = {text: _as_day(*meant) for text, meant in MOMENTS.items()} | FUTURE_DAYS
    yield from _cases("day", "valid_from", days, "products")
    for text in FORMULAS:
        yield values_case("name", f"name {text!r}", "name", text, text.strip(), kind="products")
    for text in ("Gold", "OR", "argent", "SILVER", "standard"):
        tier = {"o": "Gold", "g": "Gold", "a": "Silver", "s": "Silver"}[text[0].lower()]
        tier = "Standard" if text == "standard" else tier
        yield values_case("tier", f"tier {text}", "loyalty_tier", text, tier, kind="clients")
    yield values_case("tier", "tier Platinum", "loyalty_tier", "Platinum", None, "unknown_tier", kind="clients")
    swiss = values_case("price", "price CHF for a Swiss", "unit_price", "CHF 12.50", Decimal("12.5"))
    yield replace(swiss, settings={"currency": "CHF"})


def _cases(
    family: str, column: str, cells: dict[str, tuple[Any, tuple[str, ...]]], kind: str = "sales"
) -> Iterator[Case]:
    for text, (value, codes) in cells.items():
        meant = local(value) if isinstance(value, datetime) and value.tzinfo is None else value
        yield values_case(family, f"{family} {text[:24]!r}", column, text, meant, *codes, kind=kind)


def _as_day(moment: datetime | None, codes: tuple[str, ...]) -> tuple[date | None, tuple[str, ...]]:
    """Return what a moment means in a column of days, where the future and an empty cell are no error."""
    allowed = tuple(code for code in codes if code not in {"date_in_future", "value_missing"})
    if moment is not None:
        return moment.date(), allowed
    return None, allowed if allowed or "value_missing" in codes else BAD_DATE

"""The cases in the tables of `docs/rules.md`: read as they stand there, and told as the events that they speak of.

A table is known by its header, and a case by its name. A cell that isn't understood fails the reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from comptoir.settings import PROJECT_ROOT
from tests.spark.tables import event, invoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

Header = tuple[str, ...]
Cells = dict[str, str]
Version = dict[str, Any]

PRICES: Final = "Prices (buy / sell)"
WINNERS: Final = ("Case", PRICES, "Sold", "Quantity", "Revenue", "Profit")
RANKS: Final = ("Case", "Product", PRICES, "Sold", "Revenue", "Profit", "Rank")
WINDOWS: Final = ("Case", "Business day", "Week from", "Month from")
DAYS: Final = ("Case", "In the file", "Moment (UTC)", "Business day")
LOSSES: Final = (
    *("Case", "Quantity", "Expiry", "Own last movement", PRICES, "Sold"),
    *("Reasons", "Days left", "Days idle", "Value at risk"),
)
LOW_MARGINS: Final = ("Case", "Threshold", PRICES, "Sold", "Revenue", "Margin")
REDUCTIONS: Final = (
    *("Case", "Opening", "As of", "Declared tier", PRICES, "Invoices"),
    *("New total", "Eligible", "Tier", "Rate"),
)
CASES: Final = frozenset({WINNERS, RANKS, WINDOWS, DAYS, LOSSES, LOW_MARGINS, REDUCTIONS})
RULES: Final = frozenset({("Question", "Answer"), ("Reason", "When, strictly", "Right at the edge")})
ON: Final = date(2026, 3, 31)  # the day on which losses and margins are asked about
ZONE: Final = "Europe/Paris"

NONE: Final = "–"  # noqa: RUF001 - as the document writes it
MINUS: Final = "−"  # noqa: RUF001 - as above
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE: Final = re.compile(r"−?\d{1,3}(,\d{3})*")  # noqa: RUF001 - as above
AMOUNT: Final = re.compile(r"−?\d{1,3}(,\d{3})*\.\d\d(\d\d)?")  # noqa: RUF001 - as above
PERCENT: Final = re.compile(r"(\d+) %")
LINE: Final = re.compile(r"(\S+) × (\S+)")  # noqa: RUF001 - as above
INVOICE: Final = re.compile(r"(?P<day>\d+ \w+ \d+)(?P<walk_in>, walk-in)?: (?P<lines>.+?)(, total (?P<total>\S+))?")


class CaseError(ValueError):
    """A table or a cell is not written as the others are."""


def read_cases() -> dict[Header, list[Cells]]:
    """Return the rows of every table of cases in the document."""
    found: dict[Header, list[Cells]] = {header: [] for header in CASES}
    for header, *rows in _tables((PROJECT_ROOT / "docs" / "rules.md").read_text()):
        if header in CASES:
            found[header] += [dict(zip(header, row, strict=True)) for row in rows]
        elif header not in RULES:
            raise CaseError(f"No test reads a table of {header}.")
    return found


def _tables(text: str) -> Iterator[list[Header]]:
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        header, _, *rows = (tuple(cell.strip() for cell in line[1:-1].split("|")) for line in block.splitlines())
        yield [header, *rows]


def name_of(row: Cells) -> str:
    """Return what a row's product, lot or client is known by: its case, or its case and product."""
    return " / ".join(row[column] for column in ("Case", "Product") if column in row)


def told(rows: Iterable[Cells], *columns: str) -> dict[str, Cells]:
    """Return what the document says in some columns, by case."""
    rows = list(rows)
    cells = {name_of(row): {column: row[column] for column in columns} for row in rows}
    if len(cells) != len(rows):
        raise CaseError("Two cases have one name.")
    return cells


# --- what cells say


def day_in(text: str) -> date:
    """Understand `2 Mar 2026`."""
    number, month, year = text.split(" ")
    return date(int(year), MONTHS.index(month) + 1, int(number))


def whole_in(text: str) -> int:
    """Understand `3,000` and `−3`."""  # noqa: RUF002 - as the document writes it
    return int(_plain(WHOLE, text))


def amount_in(text: str) -> str:
    """Understand `1,000.00`, with two or four places."""
    return _plain(AMOUNT, text)


def _plain(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise CaseError(f"{text!r} is not understood.")
    return text.replace(",", "").replace(MINUS, "-")


def maybe(understand: Callable[[str], Any], text: str) -> Any:
    """Understand a cell that may say that there is none."""
    return None if text == NONE else understand(text)


def prices_in(text: str) -> list[tuple[date, str, str]]:
    """Understand `1 Mar 2026: 4.00 / 10.00; …`: from when, buy price and sell price, in the order of their files."""
    told_prices = [one.split(": ") for one in text.split("; ")] if text != NONE else []
    return [(day_in(day), *map(amount_in, amounts.split(" / "))) for day, amounts in told_prices]


def invoices_in(text: str) -> list[list[re.Match[str] | None]]:
    """Understand `2 Mar 2026: 3 × 11.00; …`: of each invoice its versions, None where it is withdrawn."""  # noqa: RUF002 - as above
    versions = [one.split(" → ") for one in text.split("; ")] if text != NONE else []
    return [[None if version == "withdrawn" else _matched(INVOICE, version) for version in one] for one in versions]


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise CaseError(f"{text!r} is not understood.")
    return match


def _line_in(text: str) -> tuple[int, str | None]:
    quantity, price = _matched(LINE, text).groups()
    return whole_in(quantity), None if price == "list" else amount_in(price)


# --- cases as events


@dataclass
class Told:
    """The events that tell of some cases, in the order of their sequences."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, record_id: str, after: Version | None, before: Version | None = None) -> None:
        """Tell of one record."""
        self.events.append(
            event(kind, len(self.events) + 1, before=before, after=after) | {"record_id": record_id},
        )

    def tell_product(self, product: str, code: str, prices: str, threshold: str = "20 %") -> None:
        """Tell of a product's prices; one from the same day as an earlier one replaces it."""
        earlier: dict[date, Version] = {}
        margin = None if threshold == NONE else int(_matched(PERCENT, threshold)[1]) / 100
        for day, buy, sell in prices_in(prices):
            price = {"in_force_from": day.isoformat(), "buy_price": buy, "sell_price": sell}
            version = {"product_id": product, "code": code, "name": code, "min_margin_threshold": margin} | price
            self.add("products", f"{product}@{day}", version, earlier.get(day))
            earlier[day] = version

    def tell_sales(self, product: str, sold: str, client: str | None = None) -> None:
        """Tell of invoices with a product, and of what they were corrected to."""
        for place, versions in enumerate(invoices_in(sold)):
            before = None
            for version in versions:
                after = version and _invoice(f"{product} {place}", product, version, client)
                self.add("sales", f"{product} {place}", after, before)
                before = after

    def tell_lot(self, row: Cells) -> None:
        """Tell of a lot of stock."""
        name, expiry = name_of(row), maybe(day_in, row["Expiry"])
        lot = {"stock_id": name, "product_id": name, "product_code": name, "quantity": whole_in(row["Quantity"])}
        days = {"expiry_date": expiry and expiry.isoformat()}
        days["movement_day"] = day_in(row["Own last movement"]).isoformat()
        self.add("stock", name, lot | days)

    def tell_client(self, row: Cells) -> None:
        """Tell of a client, unless only sales do."""
        name, as_of = name_of(row), maybe(day_in, row["As of"])
        if row["Opening"] != NONE:
            opening = {"opening": amount_in(row["Opening"]), "as_of": as_of and as_of.isoformat()}
            client = {"client_id": name, "code": name, "name": name, "declared_tier": row["Declared tier"]}
            self.add("clients", name, client | opening)


def _invoice(number: str, product: str, version: re.Match[str], client: str | None) -> Version:
    lines = [(product, *_line_in(line)) for line in version["lines"].split(" + ")]
    buyer = None if version["walk_in"] else client
    total = version["total"] and amount_in(version["total"])
    return invoice(number, day_in(version["day"]).isoformat(), *lines, client=buyer, total=total)


def events_of(rows: Iterable[Cells]) -> list[dict[str, Any]]:
    """Return the events that the rows of a table tell: first its sales, so that prices come late."""
    rows, events = list(rows), Told()
    for row in rows:
        name = name_of(row)
        events.tell_sales(name, row.get("Sold") or row.get("Invoices") or f"{row['Business day']}: 1 × 1.00", name)  # noqa: RUF001 - as above
    for row in rows:
        name = name_of(row)
        events.tell_product(name, row.get("Product", name), row.get(PRICES, NONE), row.get("Threshold", "20 %"))
        if "Expiry" in row:
            events.tell_lot(row)
        if "Opening" in row:
            events.tell_client(row)
    return events.events


# --- results as the document writes them


def day_shown(day: date) -> str:
    """Write a day."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def whole_shown(number: int | None) -> str:
    """Write a whole number, or that there is none."""
    return NONE if number is None else f"{number:,}".replace("-", MINUS)


def amount_shown(amount: Decimal | None, missing: str = "cost missing") -> str:
    """Write an amount with two places, with four where it has more."""
    return missing if amount is None else f"{amount:,.4f}".removesuffix("00").replace("-", MINUS)


def percent_shown(fraction: Decimal) -> str:
    """Write a margin, which is shown with four places of its fraction."""
    return f"{fraction * 100:.2f} %".replace("-", MINUS)


def winner_shown(quantity: int, revenue: Decimal, profit: Decimal | None) -> Cells:
    """Write the result of a case of winners."""
    return {"Quantity": whole_shown(quantity), "Revenue": amount_shown(revenue), "Profit": amount_shown(profit)}


def rank_shown(rank: int | None, revenue: Decimal, profit: Decimal | None) -> Cells:
    """Write the result of a product in a ranking."""
    return {"Revenue": amount_shown(revenue), "Profit": amount_shown(profit), "Rank": whole_shown(rank)}


def loss_shown(reasons: list[str], value_at_risk: Decimal | None) -> Cells:
    """Write what is said of a lot at risk."""
    return {"Reasons": ", ".join(reasons), "Value at risk": amount_shown(value_at_risk)}


def margin_shown(revenue: Decimal, margin: Decimal) -> Cells:
    """Write what is said of a product with a low margin."""
    return {"Revenue": amount_shown(revenue), "Margin": percent_shown(margin)}


def client_shown(new_total: Decimal, tier: str, *, is_eligible: bool) -> Cells:
    """Write what is said of a client."""
    return {"New total": amount_shown(new_total), "Eligible": "yes" if is_eligible else "no", "Tier": tier}


def in_full(shown: dict[str, Cells], rows: Iterable[Cells], *columns: str) -> dict[str, Cells]:
    """Return the results of all cases; one that is in no list has none."""
    nothing = dict.fromkeys(columns, NONE)
    return {name_of(row): shown.get(name_of(row), nothing) for row in rows}

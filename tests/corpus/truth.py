"""What a careful person would say of a file: the truth that a generated file was made from, or why it is refused.

Nothing here reads anything: records are drawn first, as typed values, and then spelled into files. So the
expectation can't share an error with the product, nor with its parsing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ZONE = ZoneInfo("Europe/Paris")
TODAY = date(2026, 3, 31)  # the day on which files are judged
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)

PLAIN_NAMES = (
    "Farine de ble",
    "Riz basmati",
    "Miel",
    "Savon",
    "Pain de campagne",
    "The vert",
    "Lantern, red",
    "Box; 6",
)
ACCENTED_NAMES = ("Crème brûlée", "Pâté de forêt", "Thé glacé", "Gâteau aux noix", "Éponge à récurer", "Niçoise")
WIDE_NAMES = ("Œufs – plein air", "Zażółć gęślą", "日本茶", "שוקולד", "شوكولاتة", "🍫 noir", "Ελιές")  # noqa: RUF001 - a dash that people write
CATEGORIES = ("Food", "Home", "Drinks")
TIERS = ("Standard", "Silver", "Gold")

Record = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A row of a file as a careful person understands it.

    Attributes:
        number: its row number in the file, from 1.
        values: its typed values by the contract's column, absent where empty; None where nobody can tell.
        codes: the reasons for which it may be rejected; none where it must be accepted as `values` say.
        optional: it may also be left aside altogether, as a line of totals.
    """

    number: int
    values: Mapping[str, Any] | None
    codes: frozenset[str] = frozenset()
    optional: bool = False


@dataclass(frozen=True)
class Sheet:
    """The rows of one table, in the order of the file; `name` is None in files without sheets."""

    kind: str
    rows: tuple[Row, ...]
    name: str | None = None


@dataclass(frozen=True)
class Expected:
    """What may be answered to a file; several answers where careful people would differ.

    Attributes:
        sheets: what is to be read from it; none where it can't be read.
        refusals: codes for which the whole file may be refused.
        questions: codes of the questions that may be asked.
        any_answer: whatever is answered is fine, as long as it is an answer.
    """

    sheets: tuple[Sheet, ...] = ()
    refusals: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    any_answer: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether a careful person reads it without asking, and takes every row that is meant as one."""
        certain = not (self.refusals or self.questions or self.any_answer)
        return certain and all(not (row.codes and row.values) for sheet in self.sheets for row in sheet.rows)


@dataclass(frozen=True)
class Case:
    """A file of the corpus: what it is about, how it is called, its bytes and what is expected of it."""

    family: str
    name: str
    file_name: str
    content: Callable[[], bytes]
    expected: Expected
    settings: Mapping[str, str] = field(default_factory=dict)


def seeded(*words: object) -> random.Random:
    """Return the source of chance for something, the same for the same words."""
    return random.Random(" ".join(str(word) for word in words))  # noqa: S311 - test data needs no cryptography


def refused(*codes: str) -> Expected:
    """Expect that the file is refused whole for one of these reasons."""
    return Expected(refusals=frozenset(codes))


def asked(*codes: str) -> Expected:
    """Expect that one of these questions is asked."""
    return Expected(questions=frozenset(codes))


def numbered(records: list[Record], first: int = 2) -> tuple[Row, ...]:
    """Expect records on consecutive rows."""
    return tuple(Row(number, record) for number, record in enumerate(records, start=first))


def as_read(kind: str, records: list[Record], first: int = 2, sheet: str | None = None) -> Expected:
    """Expect a file of one table with these records on consecutive rows."""
    return Expected((Sheet(kind, numbered(records, first), sheet),))


def local(moment: datetime) -> datetime:
    """Return a moment of the trader's wall clock in UTC; of a repeated hour the first."""
    return moment.replace(tzinfo=ZONE).astimezone(UTC)


def draw_records(kind: str, draw: random.Random, count: int, names: tuple[str, ...]) -> list[Record]:
    """Draw sound records of a kind: typed values by column; times are naive, on the trader's wall clock."""
    return {"products": _products, "clients": _clients, "stock": _stock, "sales": _sales}[kind](draw, count, names)


def _cents(draw: random.Random, low: int, high: int) -> Decimal:
    return Decimal(draw.randint(low, high)).scaleb(-2)


def _day(draw: random.Random, place: int) -> date:
    """Draw a day; the first of a column is after the 12th, so that its order can be proven."""
    day = FIRST_DAY + timedelta(days=draw.randrange((LAST_DAY - FIRST_DAY).days))
    return day if place else day.replace(day=draw.randint(13, 28))


def _moment(draw: random.Random, place: int) -> datetime:
    # From 8 to 19 h: no clock changes then.
    return datetime.combine(_day(draw, place), time(draw.randint(8, 19), draw.randint(0, 59), draw.randint(0, 59)))


def _products(draw: random.Random, count: int, names: tuple[str, ...]) -> list[Record]:
    return [
        {
            "product_code": f"P{place:04d}",
            "name": draw.choice(names),
            "category": draw.choice(CATEGORIES),
            "buy_price": _cents(draw, 1, 400_000),
            "sell_price": _cents(draw, 400_000, 2_000_000),
            "min_margin_threshold": draw.choice((0.05, 0.1, 0.2, 0.25, 0.5)),
            "valid_from": _day(draw, place),
        }
        for place in range(count)
    ]


def _clients(draw: random.Random, count: int, names: tuple[str, ...]) -> list[Record]:
    return [
        {
            "client_code": f"{place:05d}" if place % 2 else f"CL-{place}",
            "name": draw.choice(names),
            "total_revenue_generated": _cents(draw, 0, 99_999_999),
            "loyalty_tier": draw.choice(TIERS),
            "as_of": _day(draw, place),
        }
        for place in range(count)
    ]


def _stock(draw: random.Random, count: int, names: tuple[str, ...]) -> list[Record]:
    del names
    return [
        {
            "product_code": f"P{draw.randint(0, 50):04d}",
            "quantity": draw.choice((draw.randint(1, 900), draw.randint(1000, 90_000))),
            "batch_no": f"L{place:03d}",
            "expiry_date": None if place % 5 == 4 else _day(draw, place),
            "last_movement": _moment(draw, place),
        }
        for place in range(count)
    ]


def _sales(draw: random.Random, count: int, names: tuple[str, ...]) -> list[Record]:
    """Draw invoices of one to four lines, some of them returns, some without a client."""
    del names
    lines: list[Record] = []
    while len(lines) < count:
        lines += _invoice(draw, len(lines), min(draw.randint(1, 4), count - len(lines)))
    return lines


def _invoice(draw: random.Random, place: int, length: int) -> list[Record]:
    sign = -1 if draw.random() < 0.1 else 1
    whole = {
        "invoice_no": f"F-{place:05d}",
        "client_code": None if draw.random() < 0.2 else f"CL-{draw.randint(1, 30)}",
        "timestamp": _moment(draw, place),
    }
    lines = [
        {
            "product_code": f"P{draw.randint(0, 50):04d}",
            "quantity": sign * draw.choice((draw.randint(1, 20), draw.randint(1000, 2500))),
            "unit_price": _cents(draw, 1, 500_000),
        }
        for _ in range(length)
    ]
    total = sum((line["quantity"] * line["unit_price"] for line in lines), Decimal(0))
    return [whole | line | {"total_amount": total} for line in lines]

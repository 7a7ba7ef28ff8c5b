"""Typed tables without a file, for tests of what comes after reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from comptoir.reading.cells import DTYPES
from comptoir.reading.columns import Columns
from comptoir.reading.tables import Table
from comptoir.records import kind_of

if TYPE_CHECKING:
    from comptoir.problems import Problem

TableMaker = Callable[..., Table]

SOUND: dict[str, dict[str, Any]] = {
    "products": {
        "product_code": "P1",
        "name": "Lantern",
        "category": "Home",
        "buy_price": Decimal(2),
        "sell_price": Decimal(3),
        "min_margin_threshold": 0.2,
    },
    "clients": {
        "client_code": "C1",
        "name": "Dupont",
        "total_revenue_generated": Decimal(100),
        "loyalty_tier": "Silver",
    },
    "stock": {
        "product_code": "P1",
        "quantity": 5,
        "batch_no": "B1",
        "expiry_date": date(2026, 12, 31),
        "last_movement": datetime(2026, 3, 1, 9, tzinfo=UTC),
    },
    "sales": {
        "invoice_no": "F1",
        "client_code": "C1",
        "product_code": "P1",
        "quantity": 2,
        "unit_price": Decimal("2.50"),
        "timestamp": datetime(2026, 3, 1, 9, tzinfo=UTC),
    },
}


@pytest.fixture
def make_table() -> TableMaker:
    """Return a function that makes a table of rows that differ from a sound one as told; the first row is 2."""

    def make(
        kind_name: str,
        rows: list[dict[str, Any]],
        *,
        sheet: str | None = None,
        problems: list[Problem] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Table:
        kind = kind_of(kind_name)
        schema = {column.name: DTYPES[column.type] for column in kind.columns}
        full = [dict.fromkeys(schema) | SOUND[kind_name] | row for row in rows]
        frame = pl.DataFrame(full, schema=schema).with_columns(pl.int_range(2, len(full) + 2).alias("row"))
        named = headers or {column.name: column.french for column in kind.columns}
        cells = [pl.col(name).cast(pl.String).alias(header) for name, header in named.items()]
        typed, sent = Columns.of(frame), Columns.of(frame.select(*cells, "row"))
        return Table(kind, sheet, typed, sent, named, problems or [])

    return make

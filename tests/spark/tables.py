"""Short ways to write the inputs of a case down."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from comptoir_spark import schemas

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


SaleRow = tuple[str, str, int, str, int, int]
LotRow = tuple[str, str, int, str | None, str]


def day(text: str) -> date:
    return date.fromisoformat(text)


def money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def products(spark: SparkSession, *rows: tuple[str, dict[str, tuple[str | None, str | None]]], margin: float = 0.2):
    """Each row is a code and its prices: the day from which, and (buy, sell)."""
    told = [
        (
            code,
            code,
            f"Name {code}",
            "food",
            margin,
            [(day(begun), money(buy), money(sell)) for begun, (buy, sell) in prices.items()],
        )
        for code, prices in rows
    ]
    return spark.createDataFrame(told, schemas.PRODUCTS)


def sales(spark: SparkSession, *rows: SaleRow) -> DataFrame:
    """Each row is a product, a day, priced quantity, its revenue, unpriced quantity, invoices."""
    told = [(code, code, day(when), q, money(r), u, n) for code, when, q, r, u, n in rows]
    return spark.createDataFrame(told, schemas.PRODUCT_SALES)


def lots(spark: SparkSession, *rows: LotRow) -> DataFrame:
    """Each row is a lot, a product, quantity, expiry date, day of its last movement."""
    told = [
        (lot, code, code, quantity, "B1", expiry and day(expiry), day(moved))
        for lot, code, quantity, expiry, moved in rows
    ]
    return spark.createDataFrame(told, schemas.STOCK)


def invoice(
    number: str, when: str, *items: tuple[str, int, str | None], client: str | None = None, total: str | None = None
):
    """The version of an invoice, as an event carries it."""
    return {
        "invoice_id": f"i-{number}",
        "invoice_no": number,
        "client_id": client,
        "client_code": client and client.upper(),
        "items": [
            {"product_id": code, "product_code": code.upper(), "quantity": quantity, "unit_price": price}
            for code, quantity, price in items
        ],
        "total_amount": total,
        "timestamp": f"{when}T09:00:00.000000Z",
        "business_day": when,
    }


def event(
    kind: str,
    sequence: int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    landing: int | None = None,
):
    """An event of a change set; the file that counts afterwards landed as the sequence says unless told."""
    version = after or before or {}
    return {
        "event_id": f"e-{kind}-{sequence}-{json.dumps(version, sort_keys=True)[:40]}",
        "file_id": "f",
        "sequence": sequence,
        "kind": kind,
        "op": ("replace" if after else "remove") if before else "insert",
        "record_id": "r",
        "before": before,
        "after": after,
        "business_day": version.get("business_day", "2026-03-01"),
        "published_at": "2026-03-01T10:00:00.000000Z",
        "landing": (landing or sequence) if after else None,
    }


def rows_of(frame: DataFrame, *fields: str) -> list[tuple[Any, ...]]:
    """The rows of a frame, some fields of them, in a fixed order."""
    return sorted((tuple(row[field] for field in fields) for row in frame.toArrow().to_pylist()), key=repr)

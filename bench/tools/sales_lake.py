"""A lake of change sets as imports write them: products, clients, and a year of sales in files of equal length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
from tools.retail import sales_changes

from comptoir import names
from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEED = 1
PRODUCTS, CLIENTS = 2_000, 5_000
LINES_AN_INVOICE = 4
LINES_A_FILE = 500_000
FIRST = datetime(2025, 1, 1, 9, tzinfo=UTC)
DAYS = 365
CLOCK = Clock("Europe/London", FIRST.date() + timedelta(days=DAYS))
NO_CELL = pl.lit(None, pl.String)
MONEY = pl.Decimal(20, 4)


def sales_file(number: int, lines: int) -> ChangeSet:
    """Return the change set of one file of invoices of four lines, a twentieth of them returns."""
    generator = pl.Series("line", range(number * LINES_A_FILE, number * LINES_A_FILE + lines))
    rows = pl.DataFrame(generator).with_columns(pl.col("line").floordiv(LINES_AN_INVOICE).alias("invoice"))
    sign = pl.when(_drawn("invoice", 20, 1) == 0).then(-1).otherwise(1)
    days, minutes = _drawn("invoice", DAYS, 2), _drawn("invoice", 600, 3)
    table = rows.select(
        pl.format("F{}", "invoice").alias("invoice_no"),
        NO_CELL.alias("invoice_id"),
        pl.format("CL{}", _drawn("invoice", CLIENTS, 4)).alias("client_code"),
        NO_CELL.alias("client_id"),
        pl.format("P{}", _drawn("line", PRODUCTS, 5)).alias("product_code"),
        NO_CELL.alias("product_id"),
        (sign * (_drawn("line", 19, 6) + 1)).alias("quantity"),
        (_drawn("line", 29_900, 7) + 100).cast(MONEY).truediv(100).cast(MONEY).alias("unit_price"),
        pl.lit(None, MONEY).alias("total_amount"),
        (pl.lit(FIRST) + pl.duration(days=days, minutes=minutes)).alias("timestamp"),
        (pl.col("line") - number * LINES_A_FILE + 2).alias("row"),
        pl.lit("Sheet1").alias("sheet"),
    )
    return sales_changes([table], CLOCK, number + 1)


def invoice_of_today(number: int) -> tuple[ChangeSet, str]:
    """Return the change set of one invoice of five lines, and the code of its client, who has no other."""
    lines, client = 5, f"CL{number}"
    now = datetime.now(UTC)
    table = pl.DataFrame({"product_code": [f"P{number % 100 + line}" for line in range(lines)]}).with_columns(
        pl.lit(f"L{number}").alias("invoice_no"),
        NO_CELL.alias("invoice_id"),
        pl.lit(client).alias("client_code"),
        NO_CELL.alias("client_id"),
        NO_CELL.alias("product_id"),
        pl.lit(2, pl.Int64).alias("quantity"),
        pl.lit(12).cast(MONEY).alias("unit_price"),
        pl.lit(None, MONEY).alias("total_amount"),
        pl.lit(now).alias("timestamp"),
        pl.Series("row", range(2, lines + 2)),
        pl.lit("Sheet1").alias("sheet"),
    )
    return sales_changes([table], Clock("Europe/London", now.date()), number + 1), client


def _drawn(column: str, below: int, salt: int) -> pl.Expr:
    """Return numbers below a limit that look random and follow from a column."""
    return (pl.col(column).hash(SEED + salt) % below).cast(pl.Int64)


def products_file() -> ChangeSet:
    """Return the change set of the catalogue."""
    codes = [f"P{number}" for number in range(PRODUCTS)]
    table = pl.DataFrame({"product_code": codes, "name": codes, "row": range(2, PRODUCTS + 2)}).with_columns(
        NO_CELL.alias("product_id"),
        pl.lit("gifts").alias("category"),
        pl.lit(20).cast(MONEY).alias("buy_price"),
        pl.lit(50).cast(MONEY).alias("sell_price"),
        pl.lit(0.2).alias("min_margin_threshold"),
        pl.lit(FIRST.date()).alias("valid_from"),
        pl.lit("Sheet1").alias("sheet"),
    )
    return _changes("products", table)


def clients_file() -> ChangeSet:
    """Return the change set of the client book."""
    codes = [f"CL{number}" for number in range(CLIENTS)]
    table = pl.DataFrame({"client_code": codes, "name": codes, "row": range(2, CLIENTS + 2)}).with_columns(
        NO_CELL.alias("client_id"),
        pl.lit(100).cast(MONEY).alias("total_revenue_generated"),
        pl.lit("Standard").alias("loyalty_tier"),
        pl.lit(None, pl.Date).alias("as_of"),
        pl.lit("Sheet1").alias("sheet"),
    )
    return _changes("clients", table)


def _changes(kind: str, table: pl.DataFrame) -> ChangeSet:
    records = build_records(kind, [table], CLOCK)
    stamp = Stamp(kind, 1, f"file-{kind}", 1, 1, FIRST)
    return make_change_set(records, changed_records(records, {}, 1), {}, stamp)


def sales_files(lines: int) -> Iterator[ChangeSet]:
    """Yield as many lines of sales, in files of half a million."""
    for number in range(-(-lines // LINES_A_FILE)):
        yield sales_file(number, min(LINES_A_FILE, lines - number * LINES_A_FILE))


def write_lake(root: Path, lines: int) -> None:
    """Write the events of a lake into a local folder, where Spark and DuckDB read the same bytes."""
    for kind in names.KINDS:
        (root / names.LAKE_EVENTS / kind).mkdir(parents=True)
    for part in (products_file(), clients_file(), *sales_files(lines)):
        path = root / names.LAKE_EVENTS / part.stamp.kind / f"{part.stamp.sequence:012d}.parquet"
        part.events.write_parquet(path, compression="zstd")

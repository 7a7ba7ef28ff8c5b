"""Accepted rows become records: one per product version, client, lot or invoice, as JSON text with a digest.

The fields of a version stand in alphabetical order, so that equal records have equal texts. The day from
which a product without `valid_from` is in force follows from the day of its publication, not from the file;
the digest leaves it out, and the same file on another day changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.quality.identities import with_identity, with_lot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

RECORD_SCHEMA: Final = pl.Schema(
    {
        "record_id": pl.String(),
        "version": pl.String(),
        "digest": pl.String(),
        "business_day": pl.Date(),
        "rows": pl.List(pl.Int64),
        "sheet": pl.String(),
    }
)
CONFLICTS_SHOWN: Final = 100
OWN_NAMES: Final = ("code", "invoice_no", "batch_no")  # what the trader calls a record by, best first
UTC_FORMAT: Final = "%Y-%m-%dT%H:%M:%S%.fZ"


@dataclass(frozen=True)
class Clock:
    """The trader's time zone, and the business day on which the records are published."""

    timezone: str
    today: date


def build_records(kind: str, tables: Sequence[pl.DataFrame], clock: Clock) -> pl.DataFrame:
    """Turn the accepted rows of a kind into records, each once, in the order of their first row.

    Args:
        kind: the name of the kind.
        tables: one frame per sheet, with the contract's columns, `row` and `sheet`.
        clock: for business days and for products without `valid_from`.

    Returns:
        A frame of `RECORD_SCHEMA`; `rows` are the numbers of all rows that a record was made of.

    Raises:
        RejectedFileError: the same record comes twice with different content.
    """
    build, filled = BUILDERS[kind], [table for table in tables if table.height]
    # An invoice is made of the lines of one sheet; all else of single rows, whose codes any sheet may tell.
    parts = filled if kind == "sales" or not filled else [pl.concat(filled)]
    built = [build(part, clock) for part in parts]
    if not built:
        return pl.DataFrame(schema=RECORD_SCHEMA)
    merged = _merge_twins(pl.concat(built))
    _refuse_conflicts(merged)
    digests = [sha256(content.encode()).hexdigest() for content in merged["content"]]
    return merged.with_columns(pl.Series("digest", digests, pl.String)).select(*RECORD_SCHEMA).cast(RECORD_SCHEMA)


def _merge_twins(records: pl.DataFrame) -> pl.DataFrame:
    """Make one record of equal ones; it keeps the rows of all of them."""
    grouped = records.group_by("record_id", "content", maintain_order=True)
    return grouped.agg(pl.col("version", "business_day", "sheet").first(), pl.col("rows").list.explode())


def _refuse_conflicts(records: pl.DataFrame) -> None:
    conflicts = records.filter(pl.col("record_id").is_duplicated())
    if conflicts.height:
        own_names = [pl.col("version").str.json_path_match(f"$.{field}") for field in OWN_NAMES]
        name, row = pl.coalesce(*own_names, "record_id"), pl.col("rows").list.first()
        shown = conflicts.head(CONFLICTS_SHOWN).select("sheet", name, row)
        raise RejectedFileError(
            [
                Problem("record_conflict", sheet=sheet, row=row, value=own_name)
                for sheet, own_name, row in shown.iter_rows()
            ]
        )


def _products(table: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    valid_from = _day("valid_from")
    content: list[pl.Expr | str] = [
        pl.col("buy_price").cast(pl.String),
        "category",
        _code("product_code", "product").alias("code"),
        pl.col("min_margin_threshold"),
        "name",
        pl.col("product").alias("product_id"),
        pl.col("sell_price").cast(pl.String),
        valid_from,
    ]
    in_force_from = pl.coalesce(valid_from, pl.lit(clock.today.isoformat())).alias("in_force_from")
    version = [*content[:3], in_force_from, *content[3:]]
    record_id = pl.concat_str("product", pl.lit("@"), valid_from, ignore_nulls=False).fill_null(pl.col("product"))
    return _one_record_per_row(with_identity(table, "product"), record_id, content, version, clock)


def _clients(table: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    version = [
        _day("as_of"),
        pl.col("client").alias("client_id"),
        _code("client_code", "client").alias("code"),
        pl.col("loyalty_tier").alias("declared_tier"),
        pl.col("name"),
        pl.col("total_revenue_generated").cast(pl.String).alias("opening"),
    ]
    return _one_record_per_row(with_identity(table, "client"), pl.col("client"), version, version, clock)


def _stock(table: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    movement_day = pl.col("last_movement").dt.convert_time_zone(clock.timezone).dt.date().cast(pl.String)
    version = [
        pl.col("batch_no"),
        _day("expiry_date"),
        pl.col("last_movement").dt.strftime(UTC_FORMAT),
        movement_day.alias("movement_day"),
        _code("product_code", "product").alias("product_code"),
        pl.col("product").alias("product_id"),
        pl.col("quantity"),
        pl.col("lot").alias("stock_id"),
    ]
    return _one_record_per_row(with_lot(with_identity(table, "product")), pl.col("lot"), version, version, clock)


def _one_record_per_row(
    table: pl.DataFrame,
    record_id: pl.Expr,
    content: Sequence[pl.Expr | str],
    version: Sequence[pl.Expr | str],
    clock: Clock,
) -> pl.DataFrame:
    return table.select(
        record_id.alias("record_id"),
        _json(version).alias("version"),
        _json(content).alias("content"),
        pl.lit(clock.today).alias("business_day"),
        pl.concat_list("row").alias("rows"),
        "sheet",
    )


def _sales(table: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    lines = with_identity(with_identity(with_identity(table, "product"), "client"), "invoice")
    invoices = lines.group_by("invoice", maintain_order=True).agg(*_invoice_fields())
    day = pl.col("timestamp").dt.convert_time_zone(clock.timezone).dt.date()
    version = _json(
        [
            day.cast(pl.String).alias("business_day"),
            "client_code",
            "client_id",
            pl.col("invoice").alias("invoice_id"),
            "invoice_no",
            "items",
            pl.col("timestamp").dt.strftime(UTC_FORMAT),
            "total_amount",
        ]
    )
    return invoices.select(
        pl.col("invoice").alias("record_id"),
        version.alias("version"),
        version.alias("content"),
        day.alias("business_day"),
        "rows",
        "sheet",
    )


def _invoice_fields() -> list[pl.Expr]:
    """Return what an invoice takes from its lines, which keep their order; its time is its earliest line's."""
    item = pl.struct(
        pl.coalesce("product_code", "product").alias("product_code"),
        pl.col("product").alias("product_id"),
        pl.col("quantity"),
        pl.col("unit_price").cast(pl.String),
    )
    return [
        item.alias("items"),
        pl.coalesce("invoice_no", "invoice").first().alias("invoice_no"),
        pl.col("client").drop_nulls().first().alias("client_id"),
        pl.coalesce("client_code", "client").drop_nulls().first().alias("client_code"),
        pl.col("total_amount").drop_nulls().first().cast(pl.String),
        pl.col("timestamp").min(),
        # A row of the file may hold all lines of its invoice.
        pl.col("row").unique(maintain_order=True).alias("rows"),
        pl.col("sheet").first(),
    ]


def _code(code: str, identity: str) -> pl.Expr:
    """Return the trader's code of each row's entity, from any of its rows; where none has one, the UUID."""
    return pl.coalesce(pl.col(code).drop_nulls().first().over(identity), identity)


def _day(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _json(fields: Sequence[pl.Expr | str]) -> pl.Expr:
    return pl.struct(*fields).struct.json_encode()


BUILDERS: Final[dict[str, Callable[[pl.DataFrame, Clock], pl.DataFrame]]] = {
    "products": _products,
    "clients": _clients,
    "stock": _stock,
    "sales": _sales,
}

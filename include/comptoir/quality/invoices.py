"""What concerns an invoice as a whole: its total, its client, its length."""

from __future__ import annotations

from typing import Final

import polars as pl

from comptoir.records import MAX_LINE_AMOUNT, MONEY_PLACES

# Money as whole ten-thousandths, in 128 bits. A price beyond the limit of a line's amount is cut to the limit:
# it is an error either way, and sums can't overflow.
SCALE: Final = 10**MONEY_PLACES
LIMIT: Final = MAX_LINE_AMOUNT * SCALE
SHOWN_LIMIT: Final = 10**18  # of a 64-bit column
DECLARED_LIMIT: Final = 10**25

LINE: Final = ("client", "product", "quantity", "unit_price", "total_amount", "timestamp")


def with_invoices(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns on lines and whole invoices; a row without an invoice number has none of the latter."""
    lined = frame.with_columns(
        _amount().alias("amount"),
        pl.coalesce("invoice_no", "invoice_id").alias("invoice_name"),
        (pl.struct("invoice", *LINE).is_duplicated() & pl.col("invoice").is_not_null()).alias("repeated"),
    ).with_columns((pl.col("amount").abs() // SCALE).clip(0, SHOWN_LIMIT).cast(pl.Int64).alias("line_amount_whole"))
    whole = (
        lined.filter(pl.col("invoice").is_not_null()).group_by("invoice").agg(*_totals()).with_columns(_difference())
    )
    joined = lined.join(whole, on="invoice", how="left", maintain_order="left")
    return joined.drop("amount", "lines_sum", "declared", "all_priced")


def _amount() -> pl.Expr:
    """Return quantity times unit price in ten-thousandths, exact."""
    price = pl.col("unit_price").to_physical().clip(-LIMIT, LIMIT)
    return price * pl.col("quantity").cast(pl.Int128)


def _totals() -> list[pl.Expr]:
    client, total = pl.col("client"), pl.col("total_amount")
    several_clients = client.ne_missing(client.first()).any()
    return [
        pl.len().cast(pl.Int64).alias("invoice_lines"),
        several_clients.alias("invoice_clients_differ"),
        (total.min() != total.max()).fill_null(value=False).alias("invoice_totals_differ"),
        pl.col("amount").is_not_null().all().alias("all_priced"),
        pl.col("amount").clip(-LIMIT, LIMIT).sum().alias("lines_sum"),
        total.max().alias("declared"),
    ]


def _difference() -> pl.Expr:
    """Return the declared total less the sum of the lines; null where either is not known."""
    declared = pl.col("declared").to_physical().clip(-DECLARED_LIMIT, DECLARED_LIMIT)
    difference = (declared - pl.col("lines_sum")).clip(-LIMIT, LIMIT).cast(pl.Decimal(38, MONEY_PLACES)) / SCALE
    return pl.when("all_priced").then(difference).alias("total_difference")

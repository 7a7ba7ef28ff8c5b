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

NOBODY: Final = 2**32 - 1  # the client of a walk-in sale, where clients are numbers
LINE: Final = ("client", "product", "quantity", "unit_price", "total_amount", "timestamp")


def with_invoices(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns on lines and whole invoices; a row without an invoice number has none of the latter."""
    lined = frame.with_columns(
        _amount().alias("amount"),
        pl.coalesce("invoice_no", "invoice_id").alias("invoice_name"),
        _repeated(frame).alias("repeated"),
        _number("invoice").alias("invoice_number"),
        _number("client").fill_null(NOBODY).alias("client_number"),
    ).with_columns((pl.col("amount").abs() // SCALE).clip(0, SHOWN_LIMIT).cast(pl.Int64).alias("line_amount_whole"))
    numbered = lined.filter(pl.col("invoice_number").is_not_null())
    whole = numbered.group_by("invoice_number").agg(*_totals()).with_columns(_difference())
    joined = lined.join(whole, on="invoice_number", how="left", maintain_order="left")
    return joined.drop("amount", "lines_sum", "declared", "all_priced", "invoice_number", "client_number")


def _number(column: str) -> pl.Expr:
    """Number the different texts of a column: numbers are compared several times as fast."""
    return pl.col(column).cast(pl.Categorical).to_physical()


def _repeated(frame: pl.DataFrame) -> pl.Series:
    """Tell which lines repeat another one of their invoice."""
    columns = ("invoice", *LINE)
    alike = frame.select(pl.sum_horizontal(pl.col(name).hash(seed) for seed, name in enumerate(columns)).alias("sum"))
    # Equal lines have equal sums; the few with equal sums are compared in full.
    perhaps = alike["sum"].is_duplicated() & frame["invoice"].is_not_null()
    lines = frame.select(columns).with_row_index().filter(perhaps)
    repeated = lines.filter(pl.struct(columns).is_duplicated())["index"]
    return pl.select(pl.int_range(frame.height, dtype=pl.UInt32).is_in(repeated.to_list())).to_series()


def _amount() -> pl.Expr:
    """Return quantity times unit price in ten-thousandths, exact."""
    price = pl.col("unit_price").to_physical().clip(-LIMIT, LIMIT)
    return price * pl.col("quantity").cast(pl.Int128)


def _totals() -> list[pl.Expr]:
    client, total = pl.col("client_number"), pl.col("total_amount")
    return [
        pl.len().cast(pl.Int64).alias("invoice_lines"),
        (client.min() != client.max()).alias("invoice_clients_differ"),
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

"""A column of totals may give that of each line, not of the invoice: it is taken so where every line proves it."""

from __future__ import annotations

from typing import Final

import polars as pl

from comptoir.records import MONEY_PLACES

TOLERANCE: Final = 10 ** (MONEY_PLACES - 2)  # a cent, in the places that are kept


def has_line_totals(frame: pl.DataFrame) -> bool:
    """Tell whether the declared totals of typed sales are proven to be those of their lines.

    That is where each is its own line's quantity times price, to the cent, and where they differ within an invoice.
    """
    declared = frame.filter(pl.col("total_amount").is_not_null())
    total, price = (pl.col(name).to_physical() for name in ("total_amount", "unit_price"))
    difference = total - price * pl.col("quantity").cast(pl.Int128)
    agrees = difference.is_between(-TOLERANCE, TOLERANCE).fill_null(value=False).all()
    if not len(declared) or not declared.select(agrees).item():
        return False
    invoice = pl.coalesce("invoice_no", "invoice_id")
    totals = declared.filter(invoice.is_not_null()).group_by(invoice.alias("invoice")).agg(pl.n_unique("total_amount"))
    return bool((totals["total_amount"] > 1).any())

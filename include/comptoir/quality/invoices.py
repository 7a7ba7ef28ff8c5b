"""What concerns an invoice as a whole: its total, its client, its length, the sheets that it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.quality.identities import number_of
from comptoir.records import MAX_LINE_AMOUNT, MONEY_PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

# Money as whole ten-thousandths, in 128 bits. A price beyond the limit of a line's amount is cut to the limit:
# it is an error either way, and sums can't overflow.
SCALE: Final = 10**MONEY_PLACES
LIMIT: Final = MAX_LINE_AMOUNT * SCALE
SHOWN_LIMIT: Final = 10**18  # of a 64-bit column
DECLARED_LIMIT: Final = 10**25

# A till's number comes again a day later where it begins anew each day; a table's bill goes on past midnight.
RESUMED_HOURS: Final = 12

NOBODY: Final = 2**32 - 1  # where clients and products are numbers
BEYOND_NUMBERS: Final = 2**32
LINE: Final = ("client", "product", "quantity", "unit_price", "total_amount", "timestamp")
# As records are made of them: sheets that differ in the spelling of an identity alone would make two.
CONTENT: Final = ("invoice_name", "client_code", "product_code", *LINE)


def with_invoices(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns on lines and whole invoices; a row without an invoice number has none of the latter.

    An invoice that is on several sheets is looked at on each by itself: it is there as a copy, or an error anyway.
    """
    numbers = frame.select(
        number_of(_invoice_of_sheet(frame)).alias("invoice_number"),
        number_of(frame["client"]).fill_null(NOBODY).alias("client_number"),
    )
    lined = frame.with_columns(
        *numbers, _amount().alias("amount"), _repeated(frame, numbers["invoice_number"]).alias("repeated")
    ).with_columns((pl.col("amount").abs() // SCALE).clip(0, SHOWN_LIMIT).cast(pl.Int64).alias("line_amount_whole"))
    numbered = lined.filter(pl.col("invoice_number").is_not_null())
    totals = numbered.group_by("invoice_number").agg(*_totals()).sort("invoice_number")
    whole = totals.with_columns(_difference(), _clients_differ(numbered, totals["first_client"]))
    of_lines = whole.select(
        pl.col("invoice_lines", "invoice_clients_differ", "invoice_totals_differ", "total_difference").gather(
            numbers["invoice_number"]
        )
    )
    # Of a part of an invoice, the total says nothing.
    whole_total = pl.when(~pl.col("invoice_on_sheets")).then("total_difference").alias("total_difference")
    return lined.drop("amount", *numbers.columns).with_columns(*of_lines).with_columns(whole_total)


def with_sheets(frame: pl.DataFrame, sheets: Sequence[str]) -> pl.DataFrame:
    """Add the invoices' names, and whether they are on several sheets, which ones, and with what: copies or not.

    Two sheets may share an invoice as its first and second half, or as its first and its corrected version: nobody
    but their owner can tell, and an amount depends on it.

    Args:
        frame: the rows of all sheets, with the keys of invoice, client and product.
        sheets: the name of each sheet, by the number in `table`.
    """
    frame = frame.with_columns(pl.coalesce("invoice_no", "invoice_id").alias("invoice_name"))
    if len(sheets) == 1:
        no = pl.lit(value=False)
        nowhere = pl.lit(None, pl.String).alias("invoice_sheets")
        return frame.with_columns(no.alias("invoice_on_sheets"), no.alias("invoice_copied"), nowhere)
    shared = _shared_invoices(frame)
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in CONTENT]
    contents = shared.group_by("invoice", "table", maintain_order=True).agg(
        pl.concat_str(texts, separator="\x1f").str.join("\n").alias("content")
    )
    names = pl.col("table").replace_strict(dict(enumerate(sheets)), return_dtype=pl.String)
    alike = pl.col("content").n_unique() == 1
    told = contents.group_by("invoice").agg(
        (~alike).alias("invoice_on_sheets"), alike.alias("invoice_copied"), names.str.join(", ").alias("invoice_sheets")
    )
    joined = frame.join(told, on="invoice", how="left", maintain_order="left")
    return joined.with_columns(pl.col("invoice_on_sheets", "invoice_copied").fill_null(value=False))


def invoice_days(lines: pl.DataFrame) -> pl.Series:
    """Return for each line how many days its invoice goes over, 0 where all are of one; null without an invoice.

    An invoice that is on several sheets is a copy there, or an error anyway.

    Args:
        lines: `table`, the key of the `invoice`, and the `day` on the trader's calendar.
    """
    numbers = number_of(_invoice_of_sheet(lines))
    numbered = lines.select("day", number=numbers).filter(pl.col("number").is_not_null())
    spans = numbered.group_by("number").agg((pl.col("day").max() - pl.col("day").min()).dt.total_days())
    return spans.sort("number")["day"].gather(numbers)


def with_resumed(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `invoice_resumed`: an invoice of no client goes on half a day later, behind other rows.

    Invoices of a client may gather what was delivered on several days.

    Args:
        frame: the rows of all sheets, with the keys of invoice and client and with `invoice_days`.
    """
    key = ("table", "invoice")
    is_behind_others = pl.col("row").diff().over(key) > 1
    is_later = pl.col("timestamp").diff().over(key).abs() > pl.duration(hours=RESUMED_HOURS)
    is_of_nobody = pl.col("client").is_null().all().over(key)
    several_days = frame.filter(pl.col("invoice_days") > 0)
    told = several_days.filter(is_of_nobody & is_behind_others & is_later).select(key).unique()
    if told.is_empty():
        return frame.with_columns(pl.lit(value=False).alias("invoice_resumed"))
    marked = told.with_columns(pl.lit(value=True).alias("invoice_resumed"))
    joined = frame.join(marked, on=key, how="left", maintain_order="left")
    return joined.with_columns(pl.col("invoice_resumed").fill_null(value=False))


def _shared_invoices(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of the invoices that are on several sheets."""
    lines = frame.filter(pl.col("invoice").is_not_null())
    places = lines.select("invoice", "table").unique()
    several = places.filter(pl.col("invoice").is_duplicated())
    return lines.join(several, on="invoice", how="semi", maintain_order="left")


def _invoice_of_sheet(frame: pl.DataFrame) -> pl.Series:
    if frame["table"].n_unique() == 1:
        return frame["invoice"]
    return frame.select(pl.concat_str("table", pl.lit("!"), "invoice")).to_series()


def _repeated(frame: pl.DataFrame, invoices: pl.Series) -> pl.Series:
    """Tell which lines repeat another one of their invoice."""
    pairs = invoices.cast(pl.UInt64) * BEYOND_NUMBERS + number_of(frame["product"]).fill_null(NOBODY)
    ordered = pairs.drop_nulls().sort()
    # Only of the few products that an invoice has twice, lines are compared in full.
    twice = ordered.filter(ordered == ordered.shift()).unique()
    columns = ("table", "invoice", *LINE)
    lines = frame.select(columns).with_row_index().filter(pairs.is_in(twice).fill_null(value=False))
    repeated = lines.filter(pl.struct(columns).is_duplicated())["index"]
    return pl.repeat(value=False, n=frame.height, eager=True).scatter(repeated, values=True)


def _amount() -> pl.Expr:
    """Return quantity times unit price in ten-thousandths, exact."""
    price = pl.col("unit_price").to_physical().clip(-LIMIT, LIMIT)
    return price * pl.col("quantity").cast(pl.Int128)


def _clients_differ(lines: pl.DataFrame, first: pl.Series) -> pl.Series:
    """Tell which invoices have a line of another client than their first one."""
    others = lines.filter(lines["client_number"] != first.gather(lines["invoice_number"]))["invoice_number"].unique()
    return pl.repeat(value=False, n=len(first), eager=True).alias("invoice_clients_differ").scatter(others, values=True)


def _totals() -> list[pl.Expr]:
    total = pl.col("total_amount")
    return [
        pl.len().cast(pl.Int64).alias("invoice_lines"),
        pl.col("client_number").first().alias("first_client"),
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

"""Prices of lines that only say what they come to: that, divided by the quantity, is the price, where it divides.

A column such as “Montant HT” or “Total” may also repeat what the whole invoice comes to. Where the amounts of an
invoice's lines differ they are the lines' own; where they never do, and the header does not say so, its owner is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.problems import Problem
from comptoir.questions import NO_COLUMN, Choice, Question
from comptoir.reading.guide import LINE_AMOUNT_QUESTION
from comptoir.reading.harmless import words
from comptoir.reading.headers import Claim
from comptoir.reading.line_amounts import places_of_amounts
from comptoir.reading.numbers import MONEY
from comptoir.reading.spelling import normalise, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comptoir.reading.columns import Columns
    from comptoir.reading.guide import Guide
    from comptoir.reading.sheets import Sheet
    from comptoir.reading.tables import Source, Table

DIVIDED: Final[Source] = "divided"
OF_EITHER: Final = frozenset(map(normalise, ("montant", "total")))  # aliases of the invoice's total
OF_LINES: Final = words("ligne line lineitem item")
NOTHING: Final = r"^[^1-9]*$"  # a line that is free tells nothing of what the others' amounts are
SMALLEST: Final = pl.lit("0.0001").cast(MONEY)


def with_amounts_for_prices(sheet: Sheet) -> Sheet:
    """Return a sheet of sales that has no price with the column of which it can be divided, if it has one."""
    named = {claim.column for claim in sheet.match.claims}
    if "unit_price" in named or "quantity" not in named:
        return sheet
    others = tuple(claim for claim in sheet.match.claims if not _may_be_of_lines(claim, sheet))
    places = places_of_amounts(sheet, {claim.position for claim in others}, OF_EITHER)
    if not places:
        return sheet
    claim = Claim(places[0], "unit_price", DIVIDED)
    return replace(sheet, match=replace(sheet.match, claims=(*others, claim)))


def _may_be_of_lines(claim: Claim, sheet: Sheet) -> bool:
    """Tell whether a total is the invoice's by no more than a word that its lines' amounts are called by, too."""
    is_bare = claim.source == "alias" and normalise(sheet.headers[claim.position]) in OF_EITHER
    return is_bare and claim.column == "total_amount"


def amounts_in_doubt(
    sheet: Sheet, chosen: Mapping[str, Claim], pieces: Iterable[Sheet], guide: Guide
) -> Iterator[Question]:
    """Yield the question whether amounts are those of lines or of invoices, where nothing tells.

    Args:
        sheet: for its headers.
        chosen: the columns that it has.
        pieces: its rows.
        guide: what the owner said of columns.
    """
    kind, price = sheet.match.kind, chosen.get("unit_price")
    if price is None or price.source != DIVIDED or "total_amount" in guide.columns(kind, sheet.name, sheet.headers):
        return
    header, invoice = sheet.headers[price.position], chosen.get("invoice_no") or chosen["invoice_id"]
    repeated = None if OF_LINES & set(words_of(header)) else _repeated(pieces, price.position, invoice.position)
    if repeated is not None:
        problem = Problem(
            LINE_AMOUNT_QUESTION, sheet=sheet.name, column=header, value=repeated, params={"field": "total_amount"}
        )
        choices = (Choice(header, "amount_of_invoice"), Choice(NO_COLUMN, "amount_of_line"))
        yield Question(problem, "total_amount", choices)


def _repeated(pieces: Iterable[Sheet], amount: int, invoice: int) -> str | None:
    """Return an amount that all lines of an invoice have in common, if no invoice has lines that differ."""
    repeated: str | None = None
    for piece in pieces:
        told = piece.texts.select(pl.col(str(invoice)).alias("invoice"), pl.col(str(amount)).alias("amount"))
        told = told.with_columns(pl.col("amount").str.strip_chars()).filter(pl.col("invoice").is_not_null())
        some = pl.col("amount").filter(~pl.col("amount").str.contains(NOTHING))
        invoices = told.group_by("invoice", maintain_order=True).agg(
            lines=pl.len(), different=some.n_unique(), one=some.first()
        )
        if (invoices["different"] > 1).any():
            return None
        several = invoices.filter((pl.col("lines") > 1) & (pl.col("different") == 1))
        repeated = repeated or next(iter(several["one"]), None)
    return repeated


def divided(typed: Columns, sheet: Sheet, header: str) -> tuple[pl.Series, list[Problem]]:
    """Return the prices, and an error for each line whose amount can't be divided by its quantity to four decimals.

    Args:
        typed: the columns of the lines, with their amounts in the place of prices.
        sheet: the cells as sent.
        header: that of the amounts.
    """
    frame = typed.frame
    amount, quantity = pl.col("unit_price").to_physical(), pl.col("quantity").cast(pl.Int128)
    can_divide = quantity != 0
    is_whole = can_divide & (amount % quantity == 0)
    prices = frame.select((pl.when(is_whole).then(amount // quantity).cast(pl.Decimal(38, 0)) * SMALLEST).cast(MONEY))
    wrong = frame.filter(can_divide & ~is_whole).select("row", "quantity", amount=pl.col("unit_price").cast(pl.String))
    problems = [
        Problem(
            "line_amount_undivided",
            sheet=sheet.name,
            row=row,
            column=header,
            value=value,
            params={"field": "unit_price", "quantity": str(pieces)},
        )
        for row, pieces, value in wrong.iter_rows()
    ]
    return prices.to_series().alias("unit_price"), problems


def as_sent(table: Table) -> pl.DataFrame:
    """Return the typed rows with what their cells say: amounts in the place of the prices that they gave."""
    is_divided = any(each.source == DIVIDED for each in table.mapping)
    amount = (pl.col("unit_price") * pl.col("quantity")).cast(MONEY)
    return table.frame.with_columns(amount.alias("unit_price")) if is_divided else table.frame

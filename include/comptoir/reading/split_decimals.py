"""Decimal commas that were taken for the commas between cells: 12,50 becomes 12, and 50 in a column beside it.

A row that is too long for its headers is refused anyway; where a last column is there to take the 50, nothing else
tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.reading.sheets import Sheet

# What bears numbers of its own beside a price.
OF_NUMBERS: Final = re.compile(
    r"(?i)\b(?:n[o°]?|num\w*|id|code|ref\w*|line|ligne|rang|rank|tva|vat|tax\w*|taux|rate|remise|discount|qty|qte|nb"
    r"|nombre|count|total|montant|amount|stock|poids|weight|age|an\w*|year)\b|%"
)


NUMBER: Final = r"^\s*-?\d+(?:[.,]\d*)?\s*$"


def refuse_split_decimals(sheet: Sheet) -> None:
    """Refuse a text whose last column, which means nothing, is only there to take what cents have pushed aside.

    That is the cents themselves where the amount is beside it. Where other columns are between, the last one must have
    no header at all, and each number among them be one, too, when all of them are moved back.

    Raises:
        RejectedFileError: it is so.
    """
    last = len(sheet.headers) - 1
    types = {claim.position: sheet.match.kind.column(claim.column).type for claim in sheet.match.claims}
    if sheet.delimiter != "," or last in types or OF_NUMBERS.search(sheet.headers[last]):
        return
    has_no_name = sheet.headers[last] == f"Column {last + 1}"
    for amount in (place for place, each in types.items() if each == ColumnType.MONEY):
        moved = [place + 1 for place in range(amount + 1, last) if types.get(place) in NUMBER_TYPES]
        if amount == last - 1 or (has_no_name and moved):
            _refuse(sheet, amount, moved)


def _refuse(sheet: Sheet, amount: int, moved: Sequence[int]) -> None:
    """Refuse a text whose amounts are whole and have cents beside them wherever the last column has a cell."""
    last = len(sheet.headers) - 1
    cells = sheet.texts.select(amount=str(amount), cents=str(amount + 1), last=str(last), numbers=_are_numbers(moved))
    split = cells.with_columns(row=sheet.rows).drop_nulls("last")
    has_point = cells["amount"].str.contains(r"\d[.,]\d").any()
    may_be = pl.col("amount").str.contains(r"^\s*-?\d+\s*$") & pl.col("cents").str.contains(r"^\s*\d{1,2}\s*$")
    if len(split) and not has_point and split.select((may_be & pl.col("numbers")).fill_null(value=False).all()).item():
        whole, cents, row = split.select("amount", "cents", "row").row(0)
        params, value = {"whole": whole, "cents": cents, "last": sheet.headers[last]}, f"{whole},{cents}"
        column = sheet.headers[amount + 1]
        raise RejectedFileError([Problem("decimals_split", row=row, column=column, value=value, params=params)])


def _are_numbers(places: Sequence[int]) -> pl.Expr:
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(str(place)).str.contains(NUMBER) for place in places))

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
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from comptoir.reading.sheets import Sheet

# What bears numbers of its own beside a price.
OF_NUMBERS: Final = re.compile(
    r"(?i)\b(?:n[o°]?|num\w*|id|code|ref\w*|line|ligne|rang|rank|tva|vat|tax\w*|taux|rate|remise|discount|qty|qte|nb"
    r"|nombre|count|total|montant|amount|stock|poids|weight|age|an\w*|year)\b|%"
)


def refuse_split_decimals(sheet: Sheet) -> None:
    """Refuse a text whose last column, which means nothing, only holds what may be the cents of the amount before.

    Raises:
        RejectedFileError: it is so.
    """
    amount, last = len(sheet.headers) - 2, len(sheet.headers) - 1
    types = {claim.position: sheet.match.kind.column(claim.column).type for claim in sheet.match.claims}
    is_beside = types.get(amount) == ColumnType.MONEY and last not in types
    if sheet.delimiter != "," or not is_beside or OF_NUMBERS.search(sheet.headers[last]):
        return
    cells = pl.DataFrame({"row": sheet.rows, "amount": sheet.texts[str(amount)], "cents": sheet.texts[str(last)]})
    split = cells.drop_nulls("cents")
    has_point = cells["amount"].str.contains(r"\d[.,]\d").any()
    may_be = pl.col("amount").str.contains(r"^\s*-?\d+\s*$") & pl.col("cents").str.contains(r"^\s*\d{1,2}\s*$")
    if len(split) and not has_point and split.select(may_be.fill_null(value=False).all()).item():
        row, whole, cents = split.row(0)
        params, value = {"whole": whole, "cents": cents}, f"{whole},{cents}"
        problem = Problem("decimals_split", row=row, column=sheet.headers[last], value=value, params=params)
        raise RejectedFileError([problem])

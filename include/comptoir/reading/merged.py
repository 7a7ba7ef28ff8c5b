"""Cells that are merged with the one above, which alone has a value: each row's, or that of all rows together.

Taken as empty, a price would be the catalogue's, so such a cell is an error. What an invoice's first line says for all
may be merged over them; see `continued.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from comptoir.reading.continued import OF_INVOICE
from comptoir.reading.scans import MERGED

if TYPE_CHECKING:
    from comptoir.reading.scans import SheetScan
    from comptoir.reading.sheets import Sheet


def with_merged(sheet: Sheet, scan: SheetScan, first_column: int) -> Sheet:
    """Return a sheet whose empty cells that are merged with one above say so."""
    below = _cells_below(sheet, scan, first_column)
    if not below:
        return sheet
    of_invoice = _of_invoice(sheet)
    bare = pl.all_horizontal(pl.col(place).is_null() for place in of_invoice) if of_invoice else pl.lit(value=False)
    columns = []
    for place, indices in below.items():
        is_below = pl.int_range(pl.len()).is_in(sorted(indices)) & pl.col(place).is_null()
        is_wrong = is_below & ~bare if place in of_invoice else is_below
        columns.append(pl.when(is_wrong).then(pl.lit(MERGED)).otherwise(place).alias(place))
    return replace(sheet, texts=sheet.texts.with_columns(columns))


def _cells_below(sheet: Sheet, scan: SheetScan, first_column: int) -> dict[str, set[int]]:
    """Return, by the position of a column, the indices of the rows whose cell belongs to one above it."""
    means = {claim.position: claim.column for claim in sheet.match.claims}
    below: dict[str, set[int]] = {}
    for top, bottom, left, right in scan.merged:
        start, end = (sheet.rows.search_sorted(row, side="right") for row in (top, bottom))
        for position, column in means.items():
            # A total is that of the invoice, on whichever of its lines it stands.
            if left <= position + first_column <= right and column != "total_amount":
                below.setdefault(str(position), set()).update(range(start, end))
    return below


def _of_invoice(sheet: Sheet) -> set[str]:
    claims = sheet.match.claims if sheet.match.kind.name == "sales" else ()
    return {str(claim.position) for claim in claims if claim.column in OF_INVOICE}

"""Cells that are merged with the one above, which alone has a value: each row's, or that of all rows together.

Taken as empty, a price would be the catalogue's, so such a cell is an error; so is a value of its own, which nobody
sees, and a number merged with the one beside it. What an invoice's first line says for all may be merged over them; see
`continued.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.continued import OF_INVOICE
from comptoir.reading.guide import TIME_TYPES
from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.reading.scans import MERGED

if TYPE_CHECKING:
    from comptoir.reading.scans import SheetScan
    from comptoir.reading.sheets import Sheet

    Hidden = dict[int, tuple[int, int]]  # by the index of a row, the row and the column of what is shown over its cell

TYPED: Final = NUMBER_TYPES | TIME_TYPES


def with_merged(sheet: Sheet, scan: SheetScan, first_column: int) -> Sheet:
    """Return a sheet whose cells that another one is shown over say so, unless they have its value."""
    hidden = _hidden_cells(sheet, scan, first_column)
    if not hidden:
        return sheet
    of_invoice = _of_invoice(sheet)
    bare = pl.all_horizontal(pl.col(place).is_null() for place in of_invoice) if of_invoice else pl.lit(value=False)
    columns = []
    for place, cells in hidden.items():
        differs = pl.int_range(pl.len()).is_in(_differing(sheet, place, cells))
        is_wrong = differs & ~(bare & pl.col(place).is_null()) if place in of_invoice else differs
        columns.append(pl.when(is_wrong).then(pl.lit(MERGED)).otherwise(place).alias(place))
    return replace(sheet, texts=sheet.texts.with_columns(columns))


def _differing(sheet: Sheet, place: str, cells: Hidden) -> list[int]:
    """Return the rows in which a hidden cell is empty, or has another value than the one shown over it."""
    texts = sheet.texts[place]
    return [row for row, shown in sorted(cells.items()) if texts[row] is None or texts[row] != _text_at(sheet, *shown)]


def _text_at(sheet: Sheet, row: int, position: int) -> str | None:
    is_inside = row >= 0 and str(position) in sheet.texts.columns
    return sheet.texts[str(position)][row] if is_inside else None


def _hidden_cells(sheet: Sheet, scan: SheetScan, first_column: int) -> dict[str, Hidden]:
    """Return, by the position of a column, its cells that belong to one above or, of two numbers, to one beside."""
    # A total is that of the invoice, on whichever of its lines it stands.
    means = {claim.position: claim.column for claim in sheet.match.claims if claim.column != "total_amount"}
    numbers = {place for place, column in means.items() if sheet.match.kind.column(column).type in TYPED}
    hidden: dict[str, Hidden] = {}
    for top, bottom, left, right in scan.merged:
        first, end = sheet.rows.search_sorted(top, side="left"), sheet.rows.search_sorted(bottom, side="right")
        start = sheet.rows.search_sorted(top, side="right")
        shown = (first if first < start else -1, left - first_column)
        for place in means.keys() & set(range(left - first_column, right - first_column + 1)):
            is_beside = place > shown[1] and {place, shown[1]} <= numbers
            hidden.setdefault(str(place), {}).update(dict.fromkeys(range(first if is_beside else start, end), shown))
    return hidden


def _of_invoice(sheet: Sheet) -> set[str]:
    claims = sheet.match.claims if sheet.match.kind.name == "sales" else ()
    return {str(claim.position) for claim in claims if claim.column in OF_INVOICE}

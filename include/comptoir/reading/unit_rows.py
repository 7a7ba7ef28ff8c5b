"""A row of units below the headers: it would change all numbers below as a unit in a header would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.senses import Sense, sense_of_packing, sense_of_tax_word
from comptoir.reading.units import changing_unit, says_nothing
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from comptoir.reading.sheets import Sheet


def refuse_units_below(sheet: Sheet, currency: str) -> None:
    """Refuse a sheet whose first row has nothing but units, one of which is none that its column may have.

    Args:
        sheet: its first piece.
        currency: the trader's.

    Raises:
        RejectedFileError: amounts are with tax or in another currency, or quantities of several pieces.
    """
    cells = (
        {int(place): cell for place, cell in sheet.texts.row(0, named=True).items() if cell} if sheet.rows.len() else {}
    )
    types = {claim.position: sheet.match.kind.column(claim.column).type for claim in sheet.match.claims}
    changing = {place for place, cell in cells.items() if _changes(cell, types.get(place), currency)}
    if changing and all(says_nothing(cell) for place, cell in cells.items() if place not in changing):
        names = {claim.position: claim.column for claim in sheet.match.claims}
        raise RejectedFileError(
            [_problem(sheet, place, cells[place], names[place], currency) for place in sorted(changing)]
        )


def _changes(cell: str, column_type: ColumnType | None, currency: str) -> bool:
    if column_type == ColumnType.MONEY:
        return sense_of_tax_word(cell) is Sense.LEFT_OUT or changing_unit(f"[{cell}]", currency) is not None
    is_count = column_type == ColumnType.INTEGER
    return is_count and (
        sense_of_packing(cell) is None or changing_unit(f"[{cell}]", currency, is_count=True) is not None
    )


def _problem(sheet: Sheet, place: int, cell: str, field: str, currency: str) -> Problem:
    params = {"field": field, "currency": currency}
    row = int(sheet.rows[0])
    return Problem("header_unit", sheet=sheet.name, row=row, column=sheet.headers[place], value=cell, params=params)

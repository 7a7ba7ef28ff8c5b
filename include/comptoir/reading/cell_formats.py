"""What the number formats of a spreadsheet's cells show beside a number, where that changes what the number is.

0.2 in a cell of the format `0%` is shown as 20 %, 12.5 in one of `[$USD] 0.00` as USD 12.5, the code 123 in one of
`00000` as 00123: none of these is in the cell. Nor are the last digits of a number of more than fifteen.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.reading.units import SIGNS, changing_unit
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comptoir.reading.scans import SheetScan
    from comptoir.reading.sheets import Sheet

PERCENT: Final = "100%"  # the number is shown multiplied
PERCENT_SIGN: Final = "%"  # as a word that is quoted, the sign multiplies nothing
PADDED = re.compile("0{2,}")  # a code's zeros in front
OF_CODES: Final = frozenset({ColumnType.CODE, ColumnType.UUID})  # a column of UUIDs may hold codes
# A code of more digits than a spreadsheet keeps of a number: the last ones are gone, and different codes become one.
TOO_LONG: Final = r"^-?[1-9]\d{15,}"
# A quoted word or character, a currency with its country, a condition, colour, space or filling, all else.
TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|(\[[^\]]*\]|_.|\*.)|(.)', re.DOTALL)
# Formats that need no code, in all spreadsheets; those of currencies follow the reader's country and say nothing.
BUILT_IN: Final = {9: "0%", 10: "0.00%"}


def units_of(codes: Mapping[int, str], formats: Iterable[int], currency: str) -> dict[int, str]:
    """Return what matters of the formats of cells, by the place of the format.

    Args:
        codes: the codes that a workbook gives to its formats' numbers.
        formats: those numbers, as cells refer to them.
        currency: the trader's.
    """
    known = BUILT_IN | dict(codes)
    units = {place: shown_unit(known.get(number, ""), currency) for place, number in enumerate(formats)}
    return {place: unit for place, unit in units.items() if unit}


def shown_unit(code: str, currency: str) -> str | None:
    """Return what a format shows that changes a number: `PERCENT`, a currency, a scale or zeros in front; else None.

    Examples:
        >>> shown_unit('0.0%', "EUR"), shown_unit('0" %"', "EUR"), shown_unit('#,##0.00 [$$-409]', "EUR")
        ('100%', '%', '$')
        >>> shown_unit('#,##0.00 "€"', "EUR"), shown_unit('0" pcs"', "EUR"), shown_unit('0.0" k€"', "EUR")
        (None, None, 'k€')
        >>> shown_unit("00000", "EUR")
        '00000'
    """
    if PADDED.fullmatch(code):
        return code
    words = ""
    for quoted, escaped, symbol, _, bare in TOKEN.findall(code):
        if bare == PERCENT_SIGN:
            return PERCENT
        if bare == ";":  # what follows is for negative numbers
            break
        words += quoted or escaped or symbol or (bare if bare in SIGNS else "")
    shown = words.strip()
    return shown if PERCENT_SIGN in shown or changing_unit(f"[{shown}]", currency) else None


def with_shown_units(sheet: Sheet, scan: SheetScan, first_column: int) -> dict[str, pl.Series]:
    """Return the columns of a sheet's texts in which numbers stand as they are shown, with the units of their cells."""
    types = {claim.position: sheet.match.kind.column(claim.column).type for claim in sheet.match.claims}
    columns = _shortened(sheet, [str(place) for place, column_type in types.items() if column_type in OF_CODES])
    for (column, unit), rows in scan.units.items():
        place = str(column - first_column)
        wanted = OF_CODES if PADDED.fullmatch(unit) else NUMBER_TYPES
        if types.get(column - first_column) not in wanted or sheet.numeric is None:
            continue
        concerned = sheet.rows.is_in(pl.Series(rows, dtype=pl.Int64).implode()) & sheet.numeric[place]
        texts = columns.get(place, sheet.texts[place])
        columns[place] = texts.zip_with(~concerned, _shown(texts, unit))
    return columns


def _shortened(sheet: Sheet, places: Iterable[str]) -> dict[str, pl.Series]:
    """Return the columns of codes that have lost digits as numbers, these as a spreadsheet shows them: 2.02611E+17.

    Written out they would pass for whole codes, at the latest when a reject file is dropped again.
    """
    columns: dict[str, pl.Series] = {}
    for place in places:
        if sheet.numeric is None or not sheet.numeric[place].any():
            continue
        texts = sheet.texts[place]
        is_long = (sheet.numeric[place] & texts.str.contains(TOO_LONG)).fill_null(value=False)
        if is_long.any():
            numbers = texts.filter(is_long).unique()
            shown = texts.replace(numbers, [f"{Decimal(number):.5E}" for number in numbers])
            columns[place] = texts.zip_with(~is_long, shown)
    return columns


def _shown(texts: pl.Series, unit: str) -> pl.Series:
    if PADDED.fullmatch(unit):
        return texts.zip_with(~texts.str.contains("^[0-9]+$"), texts.str.zfill(len(unit)))
    if unit != PERCENT:
        return texts + f" {unit}"
    numbers = texts.unique().drop_nulls()
    return texts.replace_strict(numbers, [_percents(number) for number in numbers], default=None)


def _percents(number: str) -> str | None:
    try:
        return f"{(Decimal(number) * 100).normalize():f} %"
    except ArithmeticError:  # a text among the numbers, which keeps its own
        return None

"""What the line's own amount, in a column that no contract has, proves of its price: that it holds tax, or its unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.line_amounts import CENT, holds_tax, is_of_tax, readings_of_amounts
from comptoir.reading.spelling import is_untaxed
from comptoir.reading.units import changing_unit
from comptoir.records import MONEY_PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from comptoir.reading.leftover import Leftover
    from comptoir.reading.sheets import Sheet

NOTHING: Final = re.compile(r"[^1-9]*")


def holds_its_tax(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover) -> bool:
    """Tell whether the price of sales, times the quantity, is what each line comes to with tax.

    It may be that there is no tax; a column of it that holds nothing says so, or the header of the price.
    """
    if not _is_priced(sheet, taken) or is_untaxed(sheet.headers[taken["unit_price"]]):
        return False
    of_tax = [leftover.cells(place) for place in _free(sheet, taken) if is_of_tax(sheet.headers[place])]
    if any(cells and all(map(NOTHING.fullmatch, cells)) for cells in of_tax):
        return False
    with_tax = [place for place in _free(sheet, taken) if holds_tax(sheet.headers[place])]
    return any(_is_of_lines(place, taken, leftover) for place in with_tax)


def refuse_unit_of_amounts(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover, currency: str) -> None:
    """Refuse sales whose lines come to quantity times price in another currency, or in thousands: so is the price.

    Raises:
        RejectedFileError: it is so.
    """
    if not _is_priced(sheet, taken):
        return
    for place in _free(sheet, taken):
        unit = changing_unit(sheet.headers[place], currency)
        if unit and _is_of_lines(place, taken, leftover):
            params = {"field": "unit_price", "currency": currency}
            problem = Problem("header_unit", sheet=sheet.name, column=sheet.headers[place], value=unit, params=params)
            raise RejectedFileError([problem])


def _is_priced(sheet: Sheet, taken: Mapping[str, int]) -> bool:
    return sheet.match.kind.name == "sales" and sheet.items is None and {"unit_price", "quantity"} <= taken.keys()


def _free(sheet: Sheet, taken: Mapping[str, int]) -> Iterator[int]:
    used = set(taken.values())
    return (place for place in range(len(sheet.headers)) if place not in used)


def _is_of_lines(place: int, taken: Mapping[str, int], leftover: Leftover) -> bool:
    """Tell whether the amounts of a column, as far as it has any, are those of quantity times price."""
    rows = leftover.first_rows(taken["quantity"], taken["unit_price"], place)
    by_mark = zip(*(readings_of_amounts(cells) for cells in rows), strict=True)
    return any(_agree(pl.DataFrame(list(columns), ["quantity", "price", "amount"])) for columns in by_mark)


def _agree(lines: pl.DataFrame) -> bool:
    told = lines.filter(pl.col("amount") != 0)
    product = pl.col("quantity").cast(pl.Int128) * pl.col("price") // 10**MONEY_PLACES
    agrees = (product - pl.col("amount")).abs() <= CENT
    return len(told) > 0 and bool(told.select(agrees.fill_null(value=False).all()).item())

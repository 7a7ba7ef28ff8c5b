"""Rows of a table that stand above its headers: a sort that took the headers along, pages put together out of order.

What else stands there, such as a title or a period, is left aside and named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.guide import TIME_TYPES
from comptoir.reading.numbers import NUMBER_TYPES, describe_numbers
from comptoir.reading.times import describe_times

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from comptoir.reading.headers import HeaderRow, Match, NumberedRow
    from comptoir.records import ColumnType


def refuse_rows_above(header: HeaderRow, above: Sequence[NumberedRow], sheet: str | None, name: str) -> None:
    """Refuse a table of which a row stands above the headers.

    Raises:
        RejectedFileError: a row above has all that its kind needs, with numbers and days in their places.
    """
    for row, cells in above:
        if _is_row_of(header.match, cells):
            params = {"name": name, "headers": str(header.row)}
            raise RejectedFileError([Problem("data_above_headers", sheet=sheet, row=row, params=params)])


def _is_row_of(match: Match, cells: Sequence[str]) -> bool:
    needed = {claim.column for claim in match.claims if match.kind.column(claim.column).required}
    texts = {claim.column: cells[claim.position].strip() for claim in match.claims if claim.position < len(cells)}
    filled = {column: text for column, text in texts.items() if text}
    numbers, times = (_of_types(match, filled, types) for types in (NUMBER_TYPES, TIME_TYPES))
    return needed <= filled.keys() and bool(numbers) and _are_numbers(numbers) and _are_times(times)


def _of_types(match: Match, filled: dict[str, str], types: Collection[ColumnType]) -> list[str]:
    return [text for column, text in filled.items() if match.kind.column(column).type in types]


def _are_numbers(texts: list[str]) -> bool:
    described = describe_numbers(_cells(texts), "EUR")  # whatever the currency is, its numbers are some
    return bool((described["plain"].is_not_null() | described["foreign"]).all())


def _are_times(texts: list[str]) -> bool:
    return not texts or bool(describe_times(_cells(texts))["date"].is_not_null().all())


def _cells(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"text": texts}).with_columns(numeric=pl.lit(value=False))
